package flow

import (
	"math"
	"slices"
	"strings"

	"hotline"
	"hotline/dialog"
	"hotline/dialog/emotion"
	"hotline/dialog/slot"
)

// understand reads a turn of words or keys.
func (c *Conversation) understand(t dialog.Turn) reading {
	r := reading{Understood: dialog.Understood{Intent: None, Language: c.now.lang, Emotion: hotline.Emotion{Name: emotion.Neutral}}}
	if t.Kind == dialog.Keys {
		c.readKeys(&r, t.Keys)
		return r
	}
	r.Language = c.follow(t.Text, t.Language)
	r.Emotion = c.now.course.Add(t.Text, t.Voice)
	c.readWords(&r, t)
	switch {
	case r.Intent == Inform && r.doubt:
		r.Confidence = .6
	case r.Intent == Inform || r.Intent == Affirm || r.Intent == Deny:
		r.Confidence = 1
	}
	if r.Emotion.Name != emotion.Neutral {
		r.why("%s %.2f%s", r.Emotion.Name, r.Emotion.Score, quoted(r.Emotion.Why))
	}
	if c.tooAngry(r) && !c.misheard(r, t) {
		r.move, r.because = upset, "upset"
	}
	return r
}

// tooAngry is the rule that anger is for people. It does not hold for a caller
// for whom nobody was there: that would be a circle.
func (c *Conversation) tooAngry(r reading) bool {
	limit := c.script.Policy.Anger
	return limit > 0 && r.Emotion.Score >= limit && c.now.returned == 0 && r.move != bye && r.Intent != Goodbye &&
		(r.Emotion.Name == emotion.Angry || r.Emotion.Name == emotion.Threatening || r.Emotion.Name == emotion.Abusive)
}

// misheard reports that anger may be a number or a noise that was misheard: of a caller who
// was calm, in a few words that do not clearly answer the question. It counts when it comes
// again.
func (c *Conversation) misheard(r reading, t dialog.Turn) bool {
	unclear := r.doubt || slices.Contains([]move{missed, more, group, unproved, start}, r.move)
	return unclear && c.now.phase() != running && c.now.feels.Heat() == 0 && size(t.Text) <= tooLong &&
		r.Emotion.Score <= certain && !emotion.Plain(t.Text, t.Voice)
}

// certain is a score of anger that no number reached that was misheard.
const certain = .9

// guess is what the words want, whatever was asked.
type guess struct {
	intent string
	p      float64
	words  []string // of a rule
	text   string   // what the classifier judged
	rule   bool
}

// why are the words that spoke for a guess.
func (c *Conversation) why(g guess) []string {
	if g.text == "" || g.intent == None {
		return g.words
	}
	return c.script.Classes.Explain(g.text, g.intent, 3)
}

// backwards is how sure it is that words which name no wish mean the last one.
const backwards = .7

// weak are the intents whose words may be part of another wish: "I forgot my
// password" is no "I don't know".
var weak = map[string]bool{"help": true, Unknown: true, "greet": true, "thanks": true}

// passing are more of them where much is said: "then he said one moment".
var passing = map[string]bool{Wait: true, Cancel: true, Repeat: true, Affirm: true, Deny: true}

// aside reports whether words are a small part of the clause that they are in.
func aside(text, words string) bool {
	for _, p := range clauses(text) {
		if strings.Contains(strings.ToLower(p), words) && size(p) <= size(words)+3 {
			return false
		}
	}
	return true
}

func (c *Conversation) guess(text string, asking bool) guess {
	if name, w, ok := c.script.Rules.Match(text); ok {
		g := guess{intent: name, p: 1, words: []string{w}, rule: true}
		rambles := (weak[name] || passing[name]) && c.script.Classes.Rambles(text)
		if asking || !weak[name] && !rambles || size(text) <= size(w)+1 {
			return g
		}
		res := c.script.Classes.Classify(text)
		in := c.script.Intents[res.Intent]
		if (in == nil || in.Core || res.Confidence < .6) && !(rambles && (name == Unknown || aside(text, w))) {
			return g // who was asked nothing and tells much does not mean "I don't know"
		}
	}
	res := c.script.Classes.Classify(text)
	g := guess{intent: res.Intent, p: res.Confidence, text: text}
	if g.intent == Agent && c.script.Rules.Denies(text, Agent) {
		g.intent = None
	}
	return g
}

// wish is what words want, whatever was asked. It reports whether they name
// nothing but mean the wish of before.
func (c *Conversation) wish(r *reading, t dialog.Turn) (g guess, back bool) {
	g = c.want(t.Text)
	if rest, ok := c.withoutNumber(t.Text); ok && !g.rule { // "return order 4571": the number is not what is wanted
		if other := c.want(rest); other.intent != None && c.script.Starts[other.intent] != "" && other.p >= .5 && !slices.Contains(polite, other.intent) {
			g = other
		}
	}
	for _, alt := range t.Alternatives { // what else it may have been
		if g.intent != None && g.p >= c.script.Policy.Confidence {
			break
		}
		if other := c.want(alt); other.intent != None && other.p >= .7 {
			g = other
		}
	}
	if len(c.script.Wordings) > 0 && !g.rule && (g.intent == None || g.p < c.script.Policy.Confidence) {
		if other := c.byPhrase(t, r.Language); other.p >= c.script.Policy.Confidence {
			g = other
		}
	}
	if !g.rule && g.p < c.script.Policy.Confidence || g.intent == None {
		if in, ok := c.pointsBack(t.Text); ok {
			g, back = guess{intent: in, p: backwards}, true
		}
	}
	if !g.rule && g.intent != None && g.p >= c.script.Policy.Confidence {
		if first, rest := c.besides(t.Text); len(rest) > 0 {
			g.intent, g.p, r.also = first, max(g.p, .6), rest
		}
	}
	return g, back
}

// parting is how sure it must be that a caller says goodbye instead of an answer:
// nobody is hung up on by a guess.
const parting = .95

// readWords decides what words mean where the conversation stands.
func (c *Conversation) readWords(r *reading, t dialog.Turn) {
	g, back := c.wish(r, t)
	r.Intent, r.Confidence = g.intent, math.Round(g.p*100)/100
	if g.rule {
		r.why("%s%s", g.intent, quoted(g.words))
	} else if g.intent != None {
		r.why("%s %.2f%s", g.intent, g.p, quoted(c.why(g)))
	} else {
		r.why("no intent (%.2f)", g.p)
	}
	if len(r.also) > 0 {
		r.why("and %s", strings.Join(r.also, ", "))
	}
	if back {
		r.why("points back")
	}
	sure := g.p >= c.script.Policy.Confidence
	asked := c.now.top() != nil || !c.now.offered // something else than "anything else?"
	if g.intent == Goodbye && !g.rule && g.p < parting && asked {
		sure = false
	}
	if g.intent == Agent && sure {
		r.move = person
		return
	}
	if c.now.phase() == asking && c.script.Slots[c.step().Slot].Kind == Choice && c.readValue(r, t, g) {
		return // "again" may be one of the options
	}
	if g.rule {
		switch g.intent {
		case English, Chinese:
			if l := strings.TrimPrefix(g.intent, "speak_"); c.hasLanguage(l) {
				r.Language, r.move = l, switchTo
				return
			}
		case Repeat:
			r.move = again
			return
		case Wait:
			r.move = hold
			return
		case Slower, Faster:
			r.move = pace
			return
		}
	}
	switch c.now.phase() {
	case asking:
		if c.readValue(r, t, g) {
			return
		}
	case readback:
		if c.readBack(r, t) {
			return
		}
	case choosing:
		if c.readChoice(r, t) {
			return
		}
	}
	if c.readOffer(r, t) || c.readElsewhere(r, t) {
		return
	}
	answer := slot.Unclear // to "is there anything else?"
	if c.now.top() == nil && c.now.offered {
		answer = slot.YesNo(t.Text)
	}
	open := !sure || g.intent == Affirm || !g.rule && c.script.Starts[g.intent] == "" // for a yes or no
	switch {
	case c.now.top() == nil && t.Heard < heardOut && len(c.now.last) > 0 && open && slot.YesNo(t.Text) == slot.Yes:
		r.move, r.Intent = nod, Affirm
		r.why("%.0f%% of the answer was heard", t.Heard*100)
	case answer == slot.No && (!sure || slices.Contains([]string{"thanks", Deny, Goodbye, Cancel}, g.intent)):
		r.move, r.Intent = bye, Deny
	case answer == slot.Yes && open:
		r.move, r.Intent = welcome, Affirm
	case g.intent == Repeat && sure:
		r.move = again
	case g.intent == Wait && sure:
		r.move = hold
	case g.intent == Cancel && sure && c.now.top() != nil:
		r.move = cancel
	case g.intent == Unknown && sure && c.now.phase() == asking:
		r.move = missing
	case sure && c.script.Starts[g.intent] != "":
		c.readStart(r, t, g.intent)
		if back || g.intent == c.now.intent && backTo(t.Text) {
			c.readSame(r, t.Text)
		}
	case c.now.top() != nil && c.now.phase() == running:
		r.move = resume
	case g.intent == Cancel && sure:
		r.move = cancel
	default:
		r.move = missed
		if !sure {
			r.Intent = None
		}
	}
}

// withoutNumber is text without the number in it.
func (c *Conversation) withoutNumber(text string) (string, bool) {
	for _, s := range c.numbers() {
		if rest, ok := slot.Without(text, slot.Expect{Min: s.Min, Max: s.Max}); ok && size(rest) > 1 {
			return rest, true
		}
	}
	return text, false
}

// readElsewhere finds a number that corrects one given before, or that says by
// itself what is wanted.
func (c *Conversation) readElsewhere(r *reading, t dialog.Turn) bool {
	if c.readCorrection(r, t) {
		return true
	}
	for _, s := range c.numbers() {
		n := slot.Digits(t.Text, slot.Expect{Min: s.Min, Max: s.Max})
		if !n.Fits || n.Other > 8 {
			continue
		}
		if f := c.now.top(); f != nil && f.filled[s.Name] && c.now.vars[s.Name] != n.Digits && (n.Changed || slot.Corrected(t.Text) || n.Other == 0) {
			r.move, r.value, r.Intent = correct, s.Name, Inform
			r.fillIn(c, s.Name, n.Digits)
			r.why("%s = %s instead", s.Name, c.mask(s.Name, n.Digits))
			return true
		}
		if s.Starts == "" || c.script.Starts[s.Starts] == "" || c.now.top() != nil && c.now.phase() != running {
			continue
		}
		if r.Intent != None && c.script.Starts[r.Intent] != "" && r.Confidence >= c.script.Policy.Confidence && n.Other > 1 {
			continue // the words say what the number is for
		}
		r.Intent, r.Confidence, r.move, r.flow = s.Starts, 1, start, c.script.Starts[s.Starts]
		r.fillIn(c, s.Name, n.Digits)
		r.why("%s = %s means %s", s.Name, c.mask(s.Name, n.Digits), s.Starts)
		return true
	}
	return false
}

// readStart reads what the words that start a flow tell besides.
func (c *Conversation) readStart(r *reading, t dialog.Turn, intent string) {
	r.move, r.flow, r.instead = start, c.script.Starts[intent], instead(t.Text)
	for _, s := range c.numbers() {
		if c.script.collecting(r.flow, s.Name) < 0 {
			continue
		}
		if n := slot.Digits(t.Text, slot.Expect{Min: s.Min, Max: s.Max}); n.Fits {
			r.fillIn(c, s.Name, n.Digits)
			r.why("%s = %s", s.Name, c.mask(s.Name, n.Digits))
		}
	}
	c.readDetails(r, t, intent)
}
