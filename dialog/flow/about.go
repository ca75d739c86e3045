package flow

import (
	"maps"
	"slices"

	"hotline"
)

// About is what a script understands and can do. Flows that do nothing but hand
// the caller to a person are left out: who is asked to send a caller somewhere is
// one.
func About(s *Script) hotline.BotAbout {
	a := hotline.BotAbout{Bot: s.Name, Intents: []hotline.BotIntent{}, Flows: []hotline.BotFlow{}, Values: []hotline.BotValue{}}
	for _, name := range slices.Sorted(maps.Keys(s.Intents)) {
		a.Intents = append(a.Intents, hotline.BotIntent{Name: name, Title: s.titles(name)})
	}
	for _, name := range slices.Sorted(maps.Keys(s.Flows)) {
		f := s.Flows[name]
		if f.Start == Done || f.Steps[f.Start].Op == OpTransfer {
			continue
		}
		b := hotline.BotFlow{Name: name, Title: s.plain(f.Title), Steps: []string{}, StepTitles: map[string]map[string]string{}}
		if len(b.Title) == 0 && len(f.Intents) > 0 {
			b.Title = s.titles(f.Intents[0])
		}
		for _, step := range f.Steps {
			if step.ID == "" {
				continue
			}
			b.Steps = append(b.Steps, step.ID)
			title := s.plain(step.Title)
			if t := s.Titles[step.Slot]; len(title) == 0 && t != nil {
				title = s.plain(t.Title)
			}
			if len(title) > 0 {
				b.StepTitles[step.ID] = title
			}
		}
		a.Flows = append(a.Flows, b)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Titles)) {
		v := hotline.BotValue{Name: name, Title: s.plain(s.Titles[name].Title)}
		for code, title := range s.Titles[name].Codes {
			if v.Codes == nil {
				v.Codes = map[string]map[string]string{}
			}
			v.Codes[code] = s.plain(title)
		}
		a.Values = append(a.Values, v)
	}
	return a
}

// titles are an intent's, by language.
func (s *Script) titles(intent string) map[string]string {
	if in := s.Intents[intent]; in != nil {
		return s.plain(in.Title)
	}
	return map[string]string{}
}

// plain are lines without values, by language.
func (s *Script) plain(of Lines) map[string]string {
	t := map[string]string{}
	for _, l := range s.Languages {
		if title := of.first(l, func(string) (string, bool) { return "", false }); title != "" {
			t[l] = title
		}
	}
	return t
}
