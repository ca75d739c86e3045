package bot

import (
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"

	outside "hotline/dialog/action"
	"hotline/dialog/flow"
)

// check finds what is wrong with the whole: names, translations, the graph of
// each flow, the way to a person.
func (d *reader) check(fsys fs.FS, dir string) {
	s := d.script
	if len(s.Languages) == 0 {
		d.add(flow.Pos{File: path.Join(dir, "bot.yaml"), Line: 1}, "expected languages: a list out of %s", strings.Join(known, ", "))
	}
	d.marked()
	d.names(fsys, dir)
	d.translations()
	d.intentsMakeSense()
	for _, name := range slices.Sorted(maps.Keys(s.Flows)) {
		d.graph(s.Flows[name])
	}
	d.arguments()
	d.calls()
	d.secrets()
	d.wayToAPerson()
}

// names resolves every name that was used.
func (d *reader) names(fsys fs.FS, dir string) {
	s := d.script
	values := map[string]bool{"reason": true}
	for _, v := range flow.Builtin {
		values[v] = true
	}
	for v := range s.Slots {
		values[v] = true
	}
	var results []string // prefixes of what actions find
	if s.Policy.Caller != "" {
		results = append(results, "caller.")
	}
	for _, f := range s.Flows {
		for i := range f.Steps {
			switch st := &f.Steps[i]; st.Op {
			case flow.OpAct:
				results = append(results, st.As+".")
			case flow.OpSet:
				for k := range st.With {
					values[k] = true
				}
			}
		}
	}
	for _, p := range s.Prompts {
		for v := range spoken(p) {
			{
				for _, n := range v.Text.Names() {
					d.refs = append(d.refs, ref{v.Pos, "value", n})
				}
			}
		}
	}
	have := map[string][]string{
		"prompt": slices.Collect(maps.Keys(s.Prompts)), "slot": slices.Collect(maps.Keys(s.Slots)), "intent": slices.Collect(maps.Keys(s.Intents)),
		"flow": slices.Collect(maps.Keys(s.Flows)), "action": slices.Collect(maps.Keys(d.actions)), "value": slices.Collect(maps.Keys(values)),
		"segment": s.Policy.Segments,
	}
	for _, r := range d.refs {
		switch r.kind {
		case "audio", "data":
			if !fs.ValidPath(path.Join(dir, r.name)) || strings.HasPrefix(r.name, "..") {
				d.add(r.at, "expected a path inside of the bot's folder, found %q", r.name)
			} else if st, err := fs.Stat(fsys, path.Join(dir, r.name)); err != nil || st.IsDir() {
				d.add(r.at, "no file %s in the bot's folder", r.name)
			} else if ext := strings.ToLower(path.Ext(r.name)); r.kind == "audio" && ext != ".wav" && ext != ".mp3" {
				d.add(r.at, "expected a WAV or MP3 file, found %s", r.name)
			}
		case "value":
			if !values[r.name] && !slices.ContainsFunc(results, func(p string) bool { return strings.HasPrefix(r.name, p) && len(r.name) > len(p) }) {
				d.add(r.at, "unknown value %q; expected a slot, a value that is set, or a result of an action such as %s", r.name, oneOf(r.name, have["value"]))
			}
		default:
			if !slices.Contains(have[r.kind], r.name) {
				d.add(r.at, "unknown %s %q; expected %s", r.kind, r.name, oneOf(r.name, have[r.kind]))
			}
		}
	}
}

// translations looks for what is missing in one of the bot's languages.
func (d *reader) translations() {
	s := d.script
	for _, name := range slices.Sorted(maps.Keys(s.Prompts)) {
		p := s.Prompts[name]
		for _, l := range s.Languages {
			if len(p.Variants[l]) == 0 {
				d.add(p.Pos, "prompt %s has no text in %s", name, l)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Prompts)) {
		for segment, own := range s.Prompts[name].Segments {
			for _, l := range s.Languages {
				if len(own[l]) == 0 {
					d.add(s.Prompts[name].Pos, "prompt %s for %s has no text in %s", name, segment, l)
				}
			}
		}
	}
	lines := func(l flow.Lines, what string) {
		for _, lang := range s.Languages {
			if len(l.Text) > 0 && len(l.Text[lang]) == 0 {
				d.add(l.Pos, "%s has no text in %s", what, lang)
			}
		}
	}
	for name, in := range s.Intents {
		lines(in.Title, "title of "+name)
		lines(in.About, "about of "+name)
		lines(in.Suggest, "suggest of "+name)
	}
	for name, t := range s.Titles {
		lines(t.Title, "title of "+name)
		for code, title := range t.Codes {
			lines(title, "title of "+code+" of "+name)
		}
	}
	for name, f := range s.Flows {
		lines(f.Title, "title of "+name)
		for i := range f.Steps {
			lines(f.Steps[i].Title, "title of a step of "+name)
			lines(f.Steps[i].Tried, "a step of "+name)
			lines(f.Steps[i].Reason, "a step of "+name)
		}
	}
	for _, sl := range s.Slots {
		for _, o := range sl.Options {
			for _, l := range s.Languages {
				if len(o.Words[l]) == 0 && len(o.Intents) == 0 && !o.Found {
					d.add(o.Pos, "option %s of %s has no words in %s", o.Value, sl.Name, l)
				}
			}
		}
	}
}

// fewest examples an intent can be learned from.
const fewest = 3

func (d *reader) intentsMakeSense() {
	s := d.script
	starts := map[string]*flow.Flow{}
	for _, name := range slices.Sorted(maps.Keys(s.Flows)) {
		f := s.Flows[name]
		for _, i := range f.Intents {
			if old := starts[i]; old != nil {
				d.add(f.Pos, "intent %s starts two flows, %s and %s", i, old.Name, f.Name)
			}
			starts[i] = f
			s.Starts[i] = name
		}
	}
	where := map[string]flow.Example{}
	of := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s.Intents)) {
		in := s.Intents[name]
		if !in.Core && starts[name] == nil {
			d.add(in.Pos, "intent %s is a dead end: no flow has intent: %s", name, name)
		}
		for _, l := range s.Languages {
			if n := len(in.Examples[l]); n < fewest && !in.Core {
				d.add(in.Pos, "intent %s has %d examples in %s, expected at least %d", name, n, l, fewest)
			}
		}
		for _, l := range known {
			for _, e := range in.Examples[l] {
				key := strings.ToLower(strings.Trim(e.Text, " .?!。？！"))
				if other := of[key]; other != "" && other != name {
					d.add(e.Pos, "%q is an example of %s and, at %s, of %s", e.Text, name, where[key].Pos, other)
				}
				of[key], where[key] = name, e
			}
		}
	}
}

// exits of a step: where it may go on.
func exits(s *flow.Step) (to []int, ends, waits bool) {
	switch s.Op {
	case flow.OpTransfer, flow.OpHangup:
		return nil, true, false
	case flow.OpConfirm:
		return []int{s.Yes, s.No}, false, true
	case flow.OpCollect:
		return []int{s.Next}, false, true
	case flow.OpDecide:
		to = []int{s.Next}
		for _, c := range s.Cases {
			if to = append(to, c.To); len(c.When) == 0 {
				to = to[1:] // else: the decision never falls through
			}
		}
		return to, false, false
	case flow.OpAct:
		to = []int{s.Next}
		if s.No != flow.Done {
			to = append(to, s.No)
		}
		return to, false, false
	case flow.OpAnswer:
		return []int{s.Next, s.No}, false, false
	}
	return []int{s.Next}, false, false
}

// graph looks for steps that never run, and for loops that never end or never
// wait for the caller.
func (d *reader) graph(f *flow.Flow) {
	if f.Start == flow.Done {
		return
	}
	seen := make([]bool, len(f.Steps))
	var visit func(i int)
	visit = func(i int) {
		if i == flow.Done || seen[i] {
			return
		}
		seen[i] = true
		to, _, _ := exits(&f.Steps[i])
		for _, n := range to {
			visit(n)
		}
	}
	visit(f.Start)
	for i, ok := range seen {
		if !ok {
			d.add(f.Steps[i].Pos, "flow %s: this step is never reached", f.Name)
		}
	}
	// Which steps can come to an end?
	ends := make([]bool, len(f.Steps))
	for changed := true; changed; {
		changed = false
		for i := range f.Steps {
			to, end, _ := exits(&f.Steps[i])
			for _, n := range to {
				end = end || n == flow.Done || ends[n]
			}
			if end && !ends[i] {
				ends[i], changed = true, true
			}
		}
	}
	stuck := false
	for i := range f.Steps {
		if seen[i] && !ends[i] && !stuck {
			d.add(f.Steps[i].Pos, "flow %s: a loop without exit: from this step no end of the flow can be reached", f.Name)
			stuck = true
		}
	}
	// A loop in which nobody is waited for would run for ever.
	state := make([]int, len(f.Steps))
	var walk func(i int) bool
	walk = func(i int) bool {
		if i == flow.Done || state[i] == 2 {
			return false
		}
		if state[i] == 1 {
			return true
		}
		state[i] = 1
		to, _, waits := exits(&f.Steps[i])
		for _, n := range to {
			if !waits && walk(n) {
				state[i] = 2
				d.add(f.Steps[i].Pos, "flow %s: a loop that never waits for the caller goes through this step", f.Name)
				return false
			}
		}
		state[i] = 2
		return false
	}
	for i := range f.Steps {
		walk(i)
	}
}

// arguments looks for values that a service needs and a step does not give.
func (d *reader) arguments() {
	check := func(at flow.Pos, name string, have []string) {
		a := d.actions[name]
		if a == nil {
			return
		}
		for _, n := range a.uses {
			if !slices.Contains(have, n) && !slices.Contains(outside.Given, n) {
				d.add(at, "action %s needs %s, expected with: {%s: ...}", name, n, n)
			}
		}
	}
	for _, f := range d.script.Flows {
		for i := range f.Steps {
			if st := &f.Steps[i]; st.Op == flow.OpAct {
				check(st.Pos, st.Action, slices.Collect(maps.Keys(st.With)))
			}
		}
	}
	p := &d.script.Policy
	check(p.Pos, p.Remember, []string{"rate"})
	check(p.Pos, p.Caller, nil)
}

// calls looks for flows that run themselves.
func (d *reader) calls() {
	s := d.script
	var reach func(name string, path []string)
	reach = func(name string, path []string) {
		f := s.Flows[name]
		if f == nil {
			return
		}
		for i := range f.Steps {
			st := &f.Steps[i]
			if st.Op != flow.OpCall || s.Flows[st.Flow] == nil {
				continue
			}
			if slices.Contains(path, st.Flow) {
				if st.Flow == path[0] {
					d.add(st.Pos, "flow %s runs itself: %s", path[0], strings.Join(append(path, st.Flow), " → "))
				}
				continue
			}
			reach(st.Flow, append(slices.Clone(path), st.Flow))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Flows)) {
		reach(name, []string{name})
	}
}

// spoken are all wordings of a prompt.
func spoken(p *flow.Prompt) iter.Seq[flow.Variant] {
	return func(yield func(flow.Variant) bool) {
		all := slices.Collect(maps.Values(p.Variants))
		for _, own := range p.Segments {
			all = slices.AppendSeq(all, maps.Values(own))
		}
		for _, vs := range all {
			for _, v := range vs {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// secrets looks for prompts that would say a secret whole.
func (d *reader) secrets() {
	s := d.script
	for _, sl := range s.Slots {
		if !sl.Secret {
			continue
		}
		for name, p := range s.Prompts {
			of := []string{sl.Name}
			if name == sl.Confirm || name == sl.Own || name == sl.Same {
				of = append(of, "value")
			}
			for v := range spoken(p) {
				for _, n := range v.Text.Shows() {
					if slices.Contains(of, n) {
						d.add(v.Pos, "prompt %s says the secret %s whole; expected {%s|last}", name, sl.Name, n)
					}
				}
			}
		}
	}
}

// wayToAPerson checks what lets a caller out of every step that waits.
func (d *reader) wayToAPerson() {
	p := &d.script.Policy
	if len(p.Opening) == 0 {
		d.add(p.Pos, "policy: expected opening: the prompts that open the call")
	}
	if p.Skill == "" {
		d.add(p.Pos, "policy: expected skill: who takes the callers that the bot hands over; without it the steps that wait have no way to a person")
	}
	agent := d.script.Intents[flow.Agent]
	for _, l := range d.script.Languages {
		if agent == nil || len(agent.Examples[l]) == 0 {
			d.add(p.Pos, "intent agent has no examples in %s: callers cannot ask for a person", l)
		}
	}
	if len(d.script.Starts) > 0 && d.script.Starts[flow.Agent] != "" {
		d.add(d.script.Flows[d.script.Starts[flow.Agent]].Pos, "a person is given in one turn: no flow may have intent: agent")
	}
}
