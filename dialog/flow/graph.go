package flow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Graph draws the flows of a script as a Mermaid flowchart, one subgraph a flow,
// in the order of their names; core flows are drawn as well.
func Graph(s *Script) string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	for fi, name := range slices.Sorted(maps.Keys(s.Flows)) {
		f := s.Flows[name]
		id := func(i int) string {
			if i == Done {
				return fmt.Sprintf("f%d_end", fi)
			}
			for f.Steps[i].Op == OpSet && len(f.Steps[i].With) == 0 && f.Steps[i].Next != Done && f.Steps[i].Next != i { // a goto
				i = f.Steps[i].Next
			}
			return fmt.Sprintf("f%d_%d", fi, i)
		}
		title := name
		if len(f.Intents) > 0 {
			title += ": " + strings.Join(f.Intents, ", ")
		}
		fmt.Fprintf(&b, "  subgraph f%d[%s]\n    f%d_start((\" \")) --> %s\n", fi, quote(title), fi, id(f.Start))
		for i := len(f.Steps) - 1; i >= 0; i-- {
			st := &f.Steps[i]
			if st.Op == OpSet && len(st.With) == 0 {
				continue
			}
			fmt.Fprintf(&b, "    %s%s\n", id(i), shape(st))
			arrow := func(label string, to int) {
				if label != "" {
					label = "|" + quote(label) + "|"
				}
				fmt.Fprintf(&b, "    %s -->%s %s\n", id(i), label, id(to))
			}
			switch st.Op {
			case OpTransfer, OpHangup:
			case OpConfirm:
				arrow("yes", st.Yes)
				arrow("no", st.No)
			case OpDecide:
				closed := false
				for _, c := range st.Cases {
					arrow(c.String(), c.To)
					closed = closed || len(c.When) == 0
				}
				if !closed {
					arrow("else", st.Next)
				}
			case OpAct, OpAnswer:
				arrow("", st.Next)
				if st.No != Done || st.Op == OpAnswer {
					arrow(map[Op]string{OpAct: "failed", OpAnswer: "none"}[st.Op], st.No)
				}
			default:
				arrow("", st.Next)
			}
		}
		fmt.Fprintf(&b, "    f%d_end(((\" \")))\n  end\n", fi)
	}
	return b.String()
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, "#quot;") + `"` }

// shape is the box of a step: its form tells what it does.
func shape(s *Step) string {
	text := func(parts ...string) string { return quote(strings.TrimSpace(strings.Join(parts, " "))) }
	switch s.Op {
	case OpSay:
		return "[" + text("say", strings.Join(s.Prompts, ", ")) + "]"
	case OpCollect:
		return "[/" + text("collect", s.Slot) + "/]"
	case OpConfirm:
		return "{" + text(s.Prompts...) + "}"
	case OpDecide:
		return "{" + text("decide") + "}"
	case OpAct:
		return "[[" + text("act", s.Action) + "]]"
	case OpAnswer:
		return "[(" + text("answer from knowledge") + ")]"
	case OpSet:
		return "[" + text("set", strings.Join(slices.Sorted(maps.Keys(s.With)), ", ")) + "]"
	case OpCall:
		return "[[" + text("flow", s.Flow) + "]]"
	case OpTransfer:
		return "([" + text("to a person", s.Skill) + "])"
	}
	return "([" + text("hang up") + "])"
}

func (c Case) String() string {
	if len(c.When) == 0 {
		return "else"
	}
	var out []string
	for _, w := range c.When {
		out = append(out, w.Var+" = "+strings.Join(w.Values, " or "))
	}
	return strings.Join(out, ", ")
}
