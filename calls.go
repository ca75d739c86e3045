package hotline

import "time"

// Phases of a call as others see it.
const (
	PhaseRinging = "ringing" // started, not answered
	PhaseBot     = "bot"     // talking with the bot
	PhaseWaiting = "waiting" // waiting for a person
	PhaseAgent   = "agent"   // talking with a person
	PhaseEnded   = "ended"
)

// A Call is what the events of one call add up to: a line in the list of calls.
// It is made by Apply alone, so it can be made again from the journal.
type Call struct {
	ID        CallID    `json:"id"`
	Direction string    `json:"direction"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Bot       string    `json:"bot,omitempty"`
	Phase     string    `json:"phase"`
	Started   time.Time `json:"started"`
	Answered  time.Time `json:"answered,omitzero"`
	Ended     time.Time `json:"ended,omitzero"`
	Result    Result    `json:"result,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	LengthMs  Ms        `json:"length_ms"` // media time of the last event
	Language  string    `json:"language,omitempty"`
	Intent    string    `json:"intent,omitempty"`  // the last one understood
	Emotion   string    `json:"emotion,omitempty"` // the caller's last
	Skill     string    `json:"skill,omitempty"`   // asked for
	Agent     AgentID   `json:"agent,omitempty"`   // the last one offered or joined
	Turns     int       `json:"turns"`             // of the caller
	Recording string    `json:"recording,omitempty"`
	Seq       uint64    `json:"seq"` // of its last event
	N         uint64    `json:"n"`   // how many events it has
}

// Apply takes the next event of the call in.
func (c *Call) Apply(ev Event) {
	c.ID, c.Seq, c.N = ev.Call, ev.Seq, ev.N
	c.LengthMs = max(c.LengthMs, ev.Media)
	switch b := ev.Body.(type) {
	case CallStarted:
		c.Direction, c.From, c.To, c.Bot = b.Direction, b.From, b.To, b.Bot
		c.Started, c.Phase = ev.At, PhaseRinging
	case CallAnswered:
		c.Answered, c.Recording, c.Phase = ev.At, b.Recording, PhaseBot
	case Heard:
		if b.Who != "caller" {
			return
		}
		c.Turns++
		c.Language = or(b.Language, c.Language)
		c.Intent = or(b.Intent, c.Intent)
		c.Emotion = or(b.Emotion.Name, c.Emotion)
	case Queued:
		c.Skill, c.Phase = b.Skill, PhaseWaiting
	case Offered:
		c.Agent = b.Agent
	case AgentJoined:
		c.Agent, c.Phase = b.Agent, PhaseAgent
	case AgentLeft:
		if c.Phase == PhaseAgent {
			c.Phase = PhaseBot
		}
	case CallEnded:
		c.Ended, c.Result, c.Reason, c.Phase = ev.At, b.Result, b.Reason, PhaseEnded
		c.LengthMs = max(c.LengthMs, b.LengthMs)
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// A CallQuery selects calls, newest first.
type CallQuery struct {
	Since  uint64 // only calls with an event after this sequence number
	Before CallID // only calls older than this one: the next page; empty is the newest
	State  string // a phase, or "live" for all but ended; empty is all
	Limit  int
}
