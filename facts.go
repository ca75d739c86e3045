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
	Ended   bool
	Result  Result

	Answered bool    // by the bot
	Queued   bool    // asked for a person
	Joined   bool    // talked with a person
	Moved    bool    // sent elsewhere
	Intent   string  // as Call has it
	Emotion  string  // the worst that the caller showed
	Agent    AgentID // the last one who joined
	Skill    string  // the first asked for
	WaitMs   Ms      // for a person, until one joined or the caller left; the first time
	TalkMs   Ms      // with people
	Answers  []Ms    // end of the caller's speech to the first sound of the bot, each turn

	// What the call can be found by, each once.
	Intents, Emotions []string
	Agents            []AgentID
	Words             []string // said by anybody, or noted

	intentN       uint64
	queued, since time.Time // waiting, talking
	talking       []string  // to the caller: agents, numbers outside
}

// Apply takes the next event of the call in.
func (f *Facts) Apply(ev Event) {
	switch b := ev.Body.(type) {
	case CallStarted:
		f.Call, f.Seq, f.Started, f.Bot = ev.Call, ev.Seq, ev.At, b.Bot
	case CallAnswered:
		f.Answered = true
	case Heard:
		f.Words = append(f.Words, b.Text)
		if b.Who != "caller" {
			return
		}
		if b.Intent != "" {
			f.Intent, f.intentN = b.Intent, ev.N
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
	case Offered:
		if b.Agent != "" {
			f.Agents = once(f.Agents, b.Agent)
		}
	case AgentJoined:
		if b.Agent != "" {
			f.Agents = once(f.Agents, b.Agent)
		}
		if b.As == AsConsulted { // talks to the agent
			return
		}
		f.waited(ev.At)
		f.talks(or(string(b.Agent), b.Number), ev.At)
		f.Joined, f.Agent = true, b.Agent
	case AgentLeft:
		if b.Still != "" {
			f.talks(b.Still, ev.At)
		}
		i := slices.Index(f.talking, or(string(b.Agent), b.Number))
		if i < 0 {
			return
		}
		if f.talking = slices.Delete(f.talking, i, i+1); len(f.talking) == 0 {
			f.TalkMs += MsOf(ev.At.Sub(f.since))
		}
	case Transferred:
		f.Moved = true
	case CallEnded:
		f.waited(ev.At)
		if len(f.talking) > 0 {
			f.talking = nil
			f.TalkMs += MsOf(ev.At.Sub(f.since))
		}
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

// talks is that somebody has the caller from now on, if they had not before.
func (f *Facts) talks(who string, at time.Time) {
	if len(f.talking) == 0 {
		f.since = at
	}
	if !slices.Contains(f.talking, who) {
		f.talking = append(f.talking, who)
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
