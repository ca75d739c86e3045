package flow

import (
	"hotline"
	"hotline/dialog"
)

// An intent guessed with less than weakly yields to an article that answers
// with at least surely: both are probabilities.
const (
	weakly = .7
	surely = .9
)

// answerFromKnowledge answers the caller's last words, if an article does so
// with at least probability p.
func (a *answer) answerFromKnowledge(p float64) bool {
	if a.script.Search == nil || a.turn.Text == "" {
		return false
	}
	ps, err := a.script.Search.Search(a.ctx, hotline.Question{Text: a.turn.Text, Alternatives: a.turn.Alternatives,
		Language: a.now.lang, Segment: a.segment()}, 1)
	if err != nil || len(ps) == 0 || ps[0].Score < p {
		return false
	}
	a.speak(dialog.Say{Text: ps[0].Text, Language: a.now.lang, Prompt: "answer"})
	a.emit(dialog.Cited{AnswerFromKB: hotline.AnswerFromKB{Passages: ps}})
	return true
}

// answeredFirst answers from knowledge where the flow that r starts is hardly
// guessed, and would only ask: who wants to know if a lamp may hang in the
// bathroom is not asked which lamp.
func (a *answer) answeredFirst(r reading) bool {
	if a.now.top() != nil || r.Confidence >= weakly || len(r.fills) > 0 || len(r.also) > 0 {
		return false
	}
	fl := a.script.Flows[r.flow]
	if fl.Start == Done {
		return false
	}
	first := &fl.Steps[fl.Start]
	if _, known := a.now.vars[first.Slot]; first.Op != OpCollect || known || !a.answerFromKnowledge(surely) {
		return false
	}
	a.answered()
	return true
}

// answered goes on after an answer from knowledge.
func (a *answer) answered() {
	a.now.failures, a.now.served = 0, true
	a.say(a.script.Policy.Next)
	a.listen()
}
