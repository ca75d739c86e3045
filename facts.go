package hotline

import (
	"slices"
	"strings"
	"time"
)

// Facts is what the events of one call add up to for those who count calls and
// look for them. It is made by Apply alone, so it can be made again from the
// journal.
type Facts struct {
	Call    CallID
	Seq     uint64 // of its first event: calls in the order of their beginning
	Started time.Time
	Bot     string
	Channel string // how they came
	Ended   bool
	Result  Result

	Answered bool    // by the bot
	Queued   bool    // asked for a person
	Joined   bool    // talked with a person
	Moved    bool    // sent elsewhere by somebody
	Intent   string  // what it was about: the last that was more than talk about the talk, or what an agent put in its place
	Emotion  string  // the worst that the caller showed
	Agent    AgentID // the last one who had the caller, or the number outside
	Skill    string  // the first asked for
	WaitMs   Ms      // for a person, until one joined or the caller left; the first time
	TalkMs   Ms      // the caller's with people, who are theirs while they are lent to the bot
	Answers  []Ms    // end of the caller's speech to the first sound of the bot, each turn

	// What the call can be found by, each once.
	Intents, Emotions []string
	Agents            []AgentID
	Words             []string // said by anybody, or noted

	call    Call      // as it is after each event
	intentN uint64    // the event that Intent is from
	queued  time.Time // since when they wait; zero: not
	talking time.Time // with a person; zero: not
	lent    bool      // to the bot by an agent, who waits for them
}

// tells reports whether an intent tells at least as much of what a call is about as the one before.
func tells(intent, before string) bool { return !talk[intent] || before == "" || talk[before] }

// talk are the intents of every bot (dialog/bot/core.yaml, dialog/flow) that do not say
// what a call is about.
var talk = map[string]bool{"agent": true, "repeat": true, "wait": true, "cancel": true, "dont_know": true, "affirm": true, "deny": true, "thanks": true,
	"goodbye": true, "inform": true, "none": true, "greet": true, "help": true, "speak_en": true, "speak_zh": true, "speak_slower": true, "speak_faster": true}

// Apply takes the next event of the call in.
func (f *Facts) Apply(ev Event) {
	f.call.Apply(ev)
	f.Agents = f.call.Agents
	switch b := ev.Body.(type) {
	case ReturnedToBot:
		f.lent = b.Then != ThenEnd
	case AgentJoined, Queued, CallEnded:
		f.lent = false
	case AgentLeft:
		f.lent = f.lent && b.Still != ""
	}
	switch with := f.call.Phase == PhaseAgent || f.lent; {
	case with && f.talking.IsZero():
		f.waited(ev.At)
		f.talking, f.Joined = ev.At, true
	case !with && !f.talking.IsZero():
		f.TalkMs += max(0, MsOf(ev.At.Sub(f.talking)))
		f.talking = time.Time{}
	}
	if f.call.Phase == PhaseAgent {
		f.Agent = f.call.Agent
	}
	switch b := ev.Body.(type) {
	case CallStarted:
		f.Call, f.Seq, f.Started, f.Bot, f.Channel = ev.Call, ev.Seq, ev.At, b.Bot, f.call.Channel
	case CallAnswered:
		f.Answered = true
	case Heard:
		f.Words = append(f.Words, b.Text)
		if b.Who != "caller" {
			return
		}
		if b.Intent != "" {
			if tells(b.Intent, f.Intent) {
				f.Intent, f.intentN = b.Intent, ev.N
			}
			f.Intents = once(f.Intents, b.Intent)
		}
		if b.Emotion.Name != "" {
			f.Emotions = once(f.Emotions, b.Emotion.Name)
			f.Emotion = worse(f.Emotion, b.Emotion.Name)
		}
	case Said:
		if b.To == "caller" {
			f.Words = append(f.Words, b.Text)
		}
	case Turn:
		if b.Total > 0 {
			f.Answers = append(f.Answers, b.Total)
		}
	case Queued:
		if !f.Queued {
			f.Queued, f.queued, f.Skill = true, ev.At, b.Skill
		}
	case Transferred:
		f.Moved = true
	case CallEnded:
		f.waited(ev.At)
		f.Ended, f.Result = true, b.Result
	case Noted:
		f.Words = append(f.Words, b.Text)
	case Corrected:
		if b.Intent != "" {
			f.Intents = once(f.Intents, b.Intent)
			if b.N >= f.intentN {
				f.Intent, f.intentN = b.Intent, b.N
			}
		}
	}
}

func (f *Facts) waited(until time.Time) {
	if !f.queued.IsZero() {
		f.WaitMs = max(0, MsOf(until.Sub(f.queued)))
		f.queued = time.Time{}
	}
}

// Contained tells whether the bot did all that the caller wanted.
func (f *Facts) Contained() bool {
	return f.Answered && !f.Queued && !f.Joined && !f.Moved && f.Result == Completed
}

func once[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// Feelings are the names of emotions, the worst last.
var Feelings = []string{"neutral", "satisfied", "urgent", "frustrated", "threatening", "angry", "abusive"}

func worse(a, b string) string {
	if slices.Index(Feelings, b) > slices.Index(Feelings, a) || a == "" {
		return b
	}
	return a
}

// Text is Words as one text, a line each.
func (f *Facts) Text() string { return strings.Join(f.Words, "\n") }
