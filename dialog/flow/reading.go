package flow

import (
	"fmt"
	"strings"

	"hotline/dialog"
)

// move is what a turn means for the conversation.
type move uint8

const (
	missed   move = iota // not understood
	person               // a person, please
	upset                // angry enough for a person
	fill                 // the value of the slot that was asked for
	more                 // digits, but not all
	right                // the value read back is right
	wrong                // it is not
	yes                  // to a question of the flow
	no                   //
	correct              // another value for a slot filled before
	again                // say it again
	hold                 // one moment
	cancel               // never mind
	missing              // I do not have it
	switchTo             // another language
	start                // a flow
	welcome              // yes, there is something else
	group                // a number, part of which is in doubt
	unproved             // a number that does not check
	pace                 // slower, faster
	nod                  // yes, go on: the answer was not heard to its end
	bye                  // no, there is not
	resume               // the answer was cut off: go on
	declined             // what else was asked for is not wanted any more
)

// reading is how a turn was understood.
type reading struct {
	dialog.Understood
	move    move
	flow    string            // to start
	fills   map[string]string // slots
	value   string            // for the slot that is asked for
	doubt   bool              // the value was partly guessed
	own     bool              // it is of the caller's records, instead of what was heard
	from    int               // digits in doubt, up to to
	to      int
	instead bool     // the flow in progress is given up
	also    []string // intents besides the one that starts
	another []string // slots of which another value is meant than before
	because string
}

func (r *reading) why(format string, args ...any) {
	r.Why = append(r.Why, fmt.Sprintf(format, args...))
}

// mask hides the value of a secret slot.
func (c *Conversation) mask(name, value string) string {
	if s := c.script.Slots[name]; s != nil && s.Secret && len(value) > 0 {
		return strings.Repeat("•", len([]rune(value)))
	}
	return value
}

func (r *reading) fillIn(c *Conversation, name, value string) {
	if r.fills == nil {
		r.fills, r.Slots = map[string]string{}, map[string]string{}
	}
	r.fills[name] = value
	r.Slots[name] = c.mask(name, value)
}

func quoted(ws []string) string {
	if len(ws) == 0 {
		return ""
	}
	return fmt.Sprintf(" %q", ws)
}
