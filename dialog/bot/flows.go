package bot

import (
	"slices"
	"strings"
	"time"

	"hotline/dialog/flow"
)

func (d *reader) flows(n node) {
	for _, e := range n.entries() {
		f := &flow.Flow{Name: e.key, Pos: e.at}
		if old := d.script.Flows[e.key]; old != nil && !d.coreOf["flow "+e.key] {
			d.add(e.at, "flow %s is already in %s", e.key, old.Pos)
		}
		d.own("flow " + e.key)
		d.script.Flows[e.key] = f
		c := compiler{reader: d, flow: f, labels: map[string]label{}}
		e.fields(map[string]func(node){
			"intent": func(v node) {
				for _, i := range v.each() {
					f.Intents = append(f.Intents, d.need(i, "intent", i.str()))
				}
			},
			"title": func(v node) { f.Title = c.lines(v) },
			"quiet": func(v node) { f.Quiet = v.truth() },
			"steps": func(v node) { f.Start = c.block(v, flow.Done) },
		})
		if len(f.Steps) == 0 {
			e.wrong("expected steps")
			f.Start = flow.Done
		}
		c.link()
	}
}

// compiler turns the nested steps of a file into a graph: from the last step to
// the first, so that each knows what comes after it.
type compiler struct {
	*reader
	flow   *flow.Flow
	labels map[string]label
	jumps  []jump
}

type label struct {
	at flow.Pos
	to int
}

// jump is a goto whose label may stand further up: until all are known it is
// the number of an empty step.
type jump struct {
	n    node
	name string
	step int
}

// block compiles a list of steps that goes on at after; it returns where it begins.
func (c *compiler) block(n node, after int) int {
	list := n.list()
	if n.isList() && len(list) == 0 {
		n.expected("at least one step")
	}
	for i, s := range slices.Backward(list) {
		if to, leaves := c.one(s, after); leaves && i < len(list)-1 {
			next := list[i+1]
			next.wrong("never reached: the step before it leaves")
			after = to
		} else {
			after = to
		}
	}
	return after
}

// ops are the keys that say what a step does.
var ops = []string{"say", "collect", "confirm", "decide", "act", "answer", "set", "flow", "transfer", "hangup", "goto"}

// one compiles one step; leaves tells that nothing comes after it.
func (c *compiler) one(n node, after int) (index int, leaves bool) {
	if !n.isMap() {
		n.expected("a step: a map with one of " + strings.Join(ops, ", "))
		return after, false
	}
	var op string
	for _, e := range n.entries() {
		if slices.Contains(ops, e.key) {
			if op != "" {
				d := e.node
				d.r.add(e.at, "a step does one thing: found %s and %s", op, e.key)
			}
			op = e.key
		}
	}
	if op == "" {
		var keys []string
		for _, e := range n.entries() {
			keys = append(keys, e.key)
		}
		n.wrong("expected a step with one of %s; found %s", strings.Join(ops, ", "), strings.Join(keys, ", "))
		return after, false
	}
	s := flow.Step{Pos: n.at, Next: after, Yes: flow.Done, No: flow.Done}
	var id string
	read := map[string]func(node){"id": func(v node) { id = v.str() }, "title": func(v node) { s.Title = c.lines(v) }}
	switch op {
	case "say":
		s.Op = flow.OpSay
		read["say"] = func(v node) { s.Prompts = c.promptNames(v) }
	case "collect":
		s.Op = flow.OpCollect
		read["collect"] = func(v node) { s.Slot = c.need(v, "slot", v.str()) }
		read["ask"] = func(v node) { s.Prompts = c.promptNames(v) }
	case "confirm":
		s.Op, s.Yes, s.No = flow.OpConfirm, after, after
		read["confirm"] = func(v node) { s.Prompts = c.promptNames(v) }
		read["yes"] = func(v node) { s.Yes = c.block(v, after) }
		read["no"] = func(v node) { s.No = c.block(v, after) }
	case "decide":
		s.Op = flow.OpDecide
		read["decide"] = func(v node) { s.Cases = c.cases(v, after) }
	case "act":
		s.Op = flow.OpAct
		read["act"] = func(v node) {
			s.Action = c.need(v, "action", v.str())
			s.As, _, _ = strings.Cut(s.Action, ".")
		}
		read["with"] = func(v node) { s.With = c.values(v) }
		read["as"] = func(v node) { s.As = v.str() }
		read["waiting"] = func(v node) { s.Waiting = c.promptNames(v) }
		read["timeout"] = func(v node) { s.Timeout = v.duration(30 * time.Second) }
		read["tried"] = func(v node) { s.Tried = c.lines(v) }
		read["failed"] = func(v node) { s.No = c.block(v, after) }
	case "answer":
		s.Op, s.No = flow.OpAnswer, after
		read["answer"] = func(v node) {
			v.fields(map[string]func(node){"none": func(b node) { s.No = c.block(b, after) }})
		}
	case "set":
		s.Op = flow.OpSet
		read["set"] = func(v node) { s.With = c.values(v) }
	case "flow":
		s.Op = flow.OpCall
		read["flow"] = func(v node) { s.Flow = c.need(v, "flow", v.str()) }
	case "transfer":
		s.Op = flow.OpTransfer
		read["transfer"] = func(v node) {
			v.fields(map[string]func(node){
				"say":    func(x node) { s.Prompts = c.promptNames(x) },
				"skill":  func(x node) { s.Skill = x.str() },
				"reason": func(x node) { s.Reason = c.lines(x) },
			})
		}
	case "hangup":
		s.Op = flow.OpHangup
		read["hangup"] = func(v node) { s.Prompts = c.promptNames(v) }
	case "goto":
		var target node
		read["goto"] = func(v node) { target = v }
		n.fields(read)
		// A goto is no step of its own: an empty "set" stands for it until link.
		s.Op = flow.OpSet
		c.jumps = append(c.jumps, jump{target, target.str(), len(c.flow.Steps)})
		return c.add(s, id, n), true
	}
	n.fields(read)
	return c.add(s, id, n), s.Op == flow.OpTransfer || s.Op == flow.OpHangup
}

func (c *compiler) add(s flow.Step, id string, n node) int {
	s.ID = id
	c.flow.Steps = append(c.flow.Steps, s)
	to := len(c.flow.Steps) - 1
	if id != "" {
		if old, twice := c.labels[id]; twice {
			n.wrong("id %s is already in line %d", id, old.at.Line)
		}
		c.labels[id] = label{n.at, to}
	}
	return to
}

// cases reads the branches of a decision.
func (c *compiler) cases(n node, after int) (out []flow.Case) {
	for _, v := range n.list() {
		cs := flow.Case{To: after}
		otherwise := false
		v.fields(map[string]func(node){
			"when": func(w node) {
				for _, e := range w.entries() {
					cond := flow.Condition{Var: e.key}
					c.refs = append(c.refs, ref{e.at, "value", e.key})
					for _, x := range e.each() {
						cond.Values = append(cond.Values, x.str())
					}
					cs.When = append(cs.When, cond)
				}
			},
			"do":   func(b node) { cs.To = c.block(b, after) },
			"else": func(b node) { otherwise, cs.To = true, c.block(b, after) },
		})
		switch {
		case otherwise && len(cs.When) > 0:
			v.wrong("expected when and do, or else")
		case !otherwise && len(cs.When) == 0:
			v.wrong("expected when: the values that decide")
		case len(out) > 0 && len(out[len(out)-1].When) == 0:
			v.wrong("never reached: the branch before it is else")
		}
		out = append(out, cs)
	}
	return out
}

// values reads a map of templates.
func (c *compiler) values(n node) map[string]flow.Template {
	out := map[string]flow.Template{}
	for _, e := range n.entries() {
		t, err := flow.ParseTemplate(e.str())
		if err != nil {
			e.wrong("%v", err)
		}
		c.templateRefs(e.node, t)
		out[e.key] = t
	}
	return out
}

// link gives every goto its target.
func (c *compiler) link() {
	for _, j := range c.jumps {
		l, ok := c.labels[j.name]
		if !ok {
			var ids []string
			for id := range c.labels {
				ids = append(ids, id)
			}
			j.n.wrong("unknown id %q; expected %s", j.name, oneOf(j.name, ids))
			continue
		}
		c.flow.Steps[j.step].Next = l.to
	}
}
