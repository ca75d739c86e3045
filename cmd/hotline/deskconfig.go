package main

import (
	"slices"
	"time"

	"hotline/acd"
	"hotline/web"
)

// DeskConfig is for agents and those who look after them.
type DeskConfig struct {
	WrapUp       Duration            `yaml:"wrap_up"`       // time to write a call up, for agents who work in a browser; 0: none
	LongWait     Duration            `yaml:"long_wait"`     // that a supervisor is alerted to
	ServiceLevel ServiceLevelConfig  `yaml:"service_level"` // promised to callers who ask for a person
	Dispositions []DispositionConfig `yaml:"dispositions"`  // what may come of a call; empty: the usual ones
}

type ServiceLevelConfig struct {
	Within Duration `yaml:"within"` // until a person answers
	Goal   float64  `yaml:"goal"`   // share of the callers
}

// A DispositionConfig is a code with its name in each language.
type DispositionConfig struct {
	Code string            `yaml:"code"`
	Name map[string]string `yaml:"name"`
}

func (c DeskConfig) validate(bad func(string, ...any)) {
	if g := c.ServiceLevel.Goal; g < 0 || g > 1 {
		bad("desk.service_level.goal: %v: expected a share from 0 to 1", g)
	}
	var seen []string
	for _, d := range c.Dispositions {
		if d.Code == "" || slices.Contains(seen, d.Code) || len(d.Name) == 0 {
			bad("desk.dispositions: %q: expected a code that no other has, and its name by language", d.Code)
		}
		seen = append(seen, d.Code)
	}
}

func (c DeskConfig) acd() acd.Config {
	return acd.Config{WrapUp: time.Duration(c.WrapUp), WrapUpAtWindow: true}
}

func (c DeskConfig) dispositions() (all []web.Disposition) {
	for _, d := range c.Dispositions {
		all = append(all, web.Disposition{Code: d.Code, Name: d.Name})
	}
	return all
}
