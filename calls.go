package hotline

import (
	"strings"
	"time"
)

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
	Intent    string    `json:"intent,omitempty"`   // the last that was more than talk about the talk, or what an agent put in its place
	IntentN   uint64    `json:"intent_n,omitempty"` // the event of the call that Intent is from
	Emotion   string    `json:"emotion,omitempty"`  // the caller's last
	Skill     string    `json:"skill,omitempty"`    // asked for
	Agent     AgentID   `json:"agent,omitempty"`    // the last one offered or joined, or the number outside
	Agents    []AgentID `json:"agents,omitempty"`   // all that it came to
	On        []AgentID `json:"on,omitempty"`       // of them, those on the line
	Turns     int       `json:"turns"`              // of the caller
	Recording string    `json:"recording,omitempty"`
	Channel   string    `json:"channel,omitempty"`     // how they came: ByPhone, ByBrowser, ByChat
	Customer  string    `json:"customer,omitempty"`    // who they are to the company: an id, or their number
	Name      string    `json:"name,omitempty"`        // of the customer
	Segment   string    `json:"segment,omitempty"`     // of customers
	Disposed  string    `json:"disposition,omitempty"` // what came of it, as the agent says
	Owed      uint64    `json:"-"`                     // the event by which a call-back is promised, until it is made or forgotten
	Tries     int       `json:"-"`                     // of keeping it, in vain
	Seq       uint64    `json:"seq"`                   // of its last event
	N         uint64    `json:"n"`                     // how many events it has
}

// Apply takes the next event of the call in.
func (c *Call) Apply(ev Event) {
	c.ID, c.Seq, c.N = ev.Call, ev.Seq, ev.N
	c.LengthMs = max(c.LengthMs, ev.Media)
	c.staff(ev)
	switch b := ev.Body.(type) {
	case CallStarted:
		c.Direction, c.From, c.To, c.Bot = b.Direction, b.From, b.To, b.Bot
		c.Started, c.Phase, c.Channel = ev.At, PhaseRinging, b.Channel()
	case CallAnswered:
		c.Answered, c.Recording, c.Phase = ev.At, b.Recording, PhaseBot
	case Heard:
		if b.Who != "caller" {
			return
		}
		c.Turns++
		c.Language = or(b.Language, c.Language)
		if b.Intent != "" && tells(b.Intent, c.Intent) {
			c.Intent, c.IntentN = b.Intent, ev.N
		}
		c.Emotion = or(b.Emotion.Name, c.Emotion)
	case ActionDone:
		switch of := b.Result["customer"]; {
		case b.Caller:
			c.known(b.Result)
		case of != "" && c.Customer == "" && c.Number() == "": // nothing else tells
			c.Customer = of
		}
	case Queued:
		c.Skill, c.Phase = b.Skill, PhaseWaiting
	case Offered:
		if c.Phase != PhaseAgent { // else they are consulted
			c.Agent, c.Phase = AgentID(or(string(b.Agent), b.Number)), PhaseWaiting
		}
	case AgentJoined:
		if b.As != AsConsulted {
			c.Agent, c.Phase = AgentID(or(string(b.Agent), b.Number)), PhaseAgent
		}
	case AgentLeft:
		switch {
		case c.Phase != PhaseAgent || b.Still == string(c.Agent) && c.Agent != "":
		case b.Still == "":
			c.Phase = PhaseBot
		default:
			c.Agent = AgentID(b.Still)
		}
	case ReturnedToBot:
		c.Phase = PhaseBot
	case CallEnded:
		c.Ended, c.Result, c.Reason, c.Phase = ev.At, b.Result, b.Reason, PhaseEnded
		c.LengthMs = max(c.LengthMs, b.LengthMs)
	case CallBackAsked:
		c.Owed, c.Tries = ev.Seq, 0
	case CallBackMade:
		if c.Tries++; b.Last {
			c.Owed = 0
		}
	case CallBackForgotten:
		c.Owed = 0
	case Disposed:
		c.Disposed = b.Code
	case Corrected:
		if b.Intent != "" && b.N >= c.IntentN {
			c.Intent, c.IntentN = b.Intent, b.N
		}
	}
}

// Channels that people come by.
const (
	ByPhone   = "phone"
	ByBrowser = "browser"
	ByChat    = "chat" // in text
)

// Channels are all of them.
var Channels = []string{ByPhone, ByBrowser, ByChat}

// Channel is how the caller came, as the far end tells.
func (b CallStarted) Channel() string {
	switch scheme, _, _ := strings.Cut(b.Remote, " "); scheme {
	case "http", "https":
		return ByBrowser
	case "chat":
		return ByChat
	}
	return ByPhone
}

// known takes in what the bot was told of who calls.
func (c *Call) known(who map[string]string) {
	c.Name, c.Segment = or(who["name"], c.Name), or(who["segment"], c.Segment)
	switch {
	case who["id"] != "":
		c.Customer = who["id"]
	case len(who) > 0 && who["known"] != "no" && who["known"] != "false" && c.Number() != "":
		c.Customer = c.From
	}
}

// Number is the number of who is at the other end; empty if they withheld it or
// have none.
func (c *Call) Number() string {
	n := c.From
	if c.Direction == "out" {
		n = c.To
	}
	switch strings.ToLower(n) {
	case "web", "chat", "anonymous", "unknown", "unavailable", "private":
		return ""
	}
	return n
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

	Words    string    // said in it or noted on it, all of them; "in a row" in quotes
	Intent   string    // understood in any turn
	Emotion  string    // shown in any turn
	Agent    AgentID   // offered or joined
	Result   Result    //
	Reason   string    // of the end
	From, To time.Time // begun at or after From, before To
	Customer string    // their id or number
	Bot      string    //
	SeenBy   AgentID   // came to that agent, or is an earlier one of the same customer
	ID       CallID    // this one
	Owed     bool      // a call-back is
}
