package flow

import (
	"maps"
	"slices"

	"hotline"
	"hotline/dialog"
	"hotline/dialog/emotion"
)

// state is all that a conversation remembers. clone makes it a value.
type state struct {
	lang     string
	vars     map[string]string
	stack    []frame // the flow that runs is last
	course   emotion.Course
	feels    hotline.Emotion // at the last words
	failures int             // turns in a row that were not understood
	silences int             // turns in a row without a word
	used     map[string]int  // how often each prompt was said
	tried    []string        // what was done, in words, for the brief
	last     []string        // prompts of the last answer, to be said again
	words    []dialog.Say    // its words
	intent   string          // what the conversation is about
	also     []string        // intents named besides it, to be taken up after it
	offer    string          // the one of them that was just offered
	offered  bool            // "anything else?" was the last question
	served   bool            // something was done for the caller
	spoken   bool            // the caller has said or pressed something
	sorry    bool            // regret was said for the caller's frustration
	left     bool            // the caller was handed over, or told goodbye
	returned int             // times no agent was found
	directed bool            // an agent waits for the flow to end
}

// frame is a flow in progress.
type frame struct {
	flow    string
	at      int   // the step that runs or waits
	phase   phase // what is waited for
	tries   int   // times it was asked for slot
	slot    string
	value   string
	partial string   // digits so far
	denied  []string // values read back that were wrong
	own     bool     // value is of the caller's records, instead of what was heard
	from    int      // the digits of value that are asked again, up to to; 0 and 0 is none
	to      int
	filled  map[string]bool
	called  bool   // by the flow below it
	before  string // slot whose value of the time before is being asked about
}

type phase uint8

const (
	running  phase = iota
	asking         // for the value of a slot
	readback       // the value back: is that right?
	choosing       // yes or no
)

func (s state) clone() state {
	s.vars = maps.Clone(s.vars)
	s.used = maps.Clone(s.used)
	s.tried, s.also = slices.Clone(s.tried), slices.Clone(s.also)
	s.last, s.words = slices.Clone(s.last), slices.Clone(s.words)
	s.stack = slices.Clone(s.stack)
	for i := range s.stack {
		s.stack[i].filled = maps.Clone(s.stack[i].filled)
	}
	return s
}

// top is the flow that runs; nil between flows.
func (s *state) top() *frame {
	if len(s.stack) == 0 {
		return nil
	}
	return &s.stack[len(s.stack)-1]
}

// phase is what the conversation waits for; running if it was cut in the
// middle of a flow, or is between flows.
func (s *state) phase() phase {
	if f := s.top(); f != nil {
		return f.phase
	}
	return running
}
