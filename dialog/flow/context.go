package flow

import (
	"regexp"
	"slices"
	"strings"

	"hotline/dialog"
	"hotline/dialog/intent"
	"hotline/dialog/slot"
)

// This file is about what an utterance means because of what was said before it,
// and about what one asks for besides its first wish.

// severaler is a classifier that tells the wishes of one utterance apart.
type severaler interface {
	Several(text string) []intent.Result
}

// joined are words that add one wish to another. A full stop or a comma does not:
// what follows is most often the reason.
var joined = regexp.MustCompile(`(?i)\b(and|also|plus|besides|by the way)\b|另外|还有|顺便|然后|同时|以及`)

// added are those that do so among much that is told.
var added = regexp.MustCompile(`(?i)\b(also|plus|besides|by the way|another (thing|question)|one more (thing|question))\b|另外|还有个|还有一|顺便|同时`)

// besides are the intents that an utterance names after its first, if each of
// them starts a flow of its own.
func (c *Conversation) besides(text string) (first string, rest []string) {
	s, ok := c.script.Classes.(severaler)
	if !ok || !joined.MatchString(text) || c.script.Classes.Rambles(text) && !added.MatchString(text) {
		return "", nil
	}
	var all []string
	for _, r := range s.Several(text) {
		name := c.script.Starts[r.Intent]
		if in := c.script.Intents[r.Intent]; name == "" || in == nil || in.Core || slices.Contains(all, r.Intent) {
			continue
		}
		all = append(all, r.Intent)
	}
	if len(all) < 2 {
		return "", nil
	}
	return all[0], all[1:]
}

// other are words for another one than the one that was spoken of.
var other = regexp.MustCompile(`(?i)\b(other|another|second|different|next)\b|另|别的|第二|下一`)

// stillSo are words that what was wanted is as it was.
var stillSo = regexp.MustCompile(`(?i)\bstill\b.*(\b(not|nothing|no)\b|n't\b)|还是没|还没|依然没|仍然没`)

// pointsBack finds the wish that words mean which name none: "and the other one?",
// 还是没收到. The intent is that of before.
func (c *Conversation) pointsBack(text string) (string, bool) {
	if c.now.top() != nil || c.now.intent == "" || c.script.Starts[c.now.intent] == "" || !backTo(text) {
		return "", false
	}
	return c.now.intent, true
}

// backTo reports whether text means the same thing as before, or another one like
// it, of a wish that it names.
func backTo(text string) bool { return intent.PointsBack(text) || stillSo.MatchString(text) }

// readSame fills the slots of a wish that points back: with the values of before,
// or, if another one is meant, with the only other one of the caller's own.
// Where there are more, or none is known, the flow asks.
func (c *Conversation) readSame(r *reading, text string) {
	another := other.MatchString(text)
	for _, s := range c.numbers() {
		was := c.now.vars[s.Name]
		if _, have := r.fills[s.Name]; have || was == "" || c.script.collecting(r.flow, s.Name) < 0 {
			continue
		}
		if !another {
			r.fillIn(c, s.Name, was)
			r.why("%s = %s, as before", s.Name, c.mask(s.Name, was))
			continue
		}
		r.another = append(r.another, s.Name)
		if s.Known == "" {
			continue
		}
		v, _ := c.value(s.Known)
		own := slices.DeleteFunc(strings.Fields(v), func(n string) bool { return n == was })
		if len(own) == 1 {
			r.fillIn(c, s.Name, own[0])
			r.why("%s = %s, the caller's other one", s.Name, c.mask(s.Name, own[0]))
		}
	}
}

// readOffer reads the answer to "you also asked about ...; shall I go on with it?".
func (c *Conversation) readOffer(r *reading, t dialog.Turn) bool {
	if c.now.offer == "" || c.now.top() != nil {
		return false
	}
	switch slot.YesNo(t.Text) {
	case slot.Yes:
		r.Intent, r.move, r.flow = c.now.offer, start, c.script.Starts[c.now.offer]
		r.why("it was asked before")
		return true
	case slot.No:
		r.Intent, r.move = Deny, declined
		return true
	}
	return false
}

// more goes on with what else the caller asked for. It reports whether there is
// something: a flow that only tells runs at once, another is offered.
func (a *answer) more() bool {
	for len(a.now.also) > 0 {
		in := a.now.also[0]
		a.now.also = a.now.also[1:]
		name := a.script.Starts[in]
		if name == "" || a.now.used["flow "+name] > 0 && in == a.now.intent {
			continue
		}
		title := a.script.Intents[in].Title.first(a.now.lang, a.value)
		if a.script.tells(name) || title == "" {
			a.say("next_wish")
			a.push(name, nil)
			return true
		}
		a.now.offer = in
		a.now.vars["also"] = title
		a.say("also_asked")
		return true
	}
	return false
}

// tells reports whether a flow asks and does nothing.
func (s *Script) tells(flow string) bool {
	for i := range s.Flows[flow].Steps {
		if op := s.Flows[flow].Steps[i].Op; op != OpSay && op != OpDecide && op != OpSet && op != OpAnswer {
			return false
		}
	}
	return true
}
