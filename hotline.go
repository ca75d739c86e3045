// Package hotline holds the vocabulary of the call centre: the nouns every
// other package speaks in. It imports only the standard library and contains
// no behaviour that can block.
package hotline

import "time"

type (
	CallID  string
	LegID   string
	AgentID string
)

// Ms is a span of time in whole milliseconds, the unit of every event on the
// wire.
type Ms int64

// MsOf rounds d down to milliseconds.
func MsOf(d time.Duration) Ms { return Ms(d / time.Millisecond) }

// Duration is the inverse of MsOf.
func (m Ms) Duration() time.Duration { return time.Duration(m) * time.Millisecond }

// Outcome says how a call ended and whose doing it was.
type Outcome struct {
	Result Result `json:"result"`
	Reason string `json:"reason"` // a Reason constant, or an engine's own word
}

// Result is the first question asked of an ended call.
type Result string

const (
	Completed   Result = "completed"   // the caller got to an end of the dialog, or to a person
	Abandoned   Result = "abandoned"   // the caller left while waiting for a person
	Failed      Result = "failed"      // hotline's doing
	Refused     Result = "refused"     // never answered
	Cancelled   Result = "cancelled"   // the caller gave up before the answer
	Interrupted Result = "interrupted" // the process died in mid-call
)

// Reasons of an Outcome and of a hangup.
const (
	CallerHangup = "caller-hangup"
	BotHangup    = "bot-hangup"
	AgentHangup  = "agent-hangup"
	MediaLost    = "media-lost" // no packet came for too long
	NoAck        = "no-ack"
	Shutdown     = "shutdown"
	NoAgent      = "no-agent"
	ByOperator   = "operator" // ended over the API
	TooLong      = "too-long"
	Idle         = "idle"      // a chat that nobody went on with
	CalledBack   = "call-back" // the caller hung up to be called when it is their turn
)

// LegInfo says who is on a leg and how they came.
type LegInfo struct {
	ID       LegID
	From, To string            // user parts: a number, an agent's name
	Remote   string            // transport and address, "udp 127.0.0.1:5062"
	Headers  map[string]string // of the INVITE, canonical names
}

// A Signal is something a party did that is not speech.
type Signal struct {
	Kind   SignalKind
	Key    rune   // SigKey: 0-9 * # A-D
	Reason string // SigHangup
}

type SignalKind uint8

const (
	SigKey      SignalKind = iota
	SigHangup              // the far end is gone
	SigHold                // the far end put us on hold
	SigResume              // and came back
	SigSilent              // no packet for the media timeout: the far end may be gone
	SigAudible             // packets again
	SigTransfer            // the far end asked for a transfer (REFER); refused unless allowed
)

// A Ticket is what a caller brings to a queue.
type Ticket struct {
	Call     CallID
	Skill    string
	Language string
	Priority int
	Segment  string  // of customers: "vip"
	Heat     float64 // 0 calm, 1 furious: Emotion.Heat
	Repeats  int     // earlier calls about the same trouble
}

// A Brief is the screen pop: all that an agent must know before the first
// word. Each line of Said leads to its second of audio.
type Brief struct {
	Call     CallID            `json:"call"`
	From     string            `json:"from"`
	Reason   string            `json:"reason"` // one line: why the caller was handed over
	Skill    string            `json:"skill"`
	Language string            `json:"language"`
	Intent   string            `json:"intent"`
	Emotion  Emotion           `json:"emotion"`
	Slots    map[string]string `json:"slots,omitempty"`
	Tried    []string          `json:"tried,omitempty"`   // what the bot did, in words
	Suggest  []string          `json:"suggest,omitempty"` // what to say first
	Said     []Line            `json:"said"`              // the conversation so far
	Whisper  string            `json:"whisper"`           // what the agent hears before the caller joins
}

// A Line is one thing said in a call.
type Line struct {
	Who     string  `json:"who"` // "caller", "bot", "agent"
	Text    string  `json:"text"`
	Start   Ms      `json:"start_ms"` // media time
	End     Ms      `json:"end_ms"`
	Emotion Emotion `json:"emotion"`
}

// Emotion is a named feeling with its strength and the evidence for it.
type Emotion struct {
	Name  string   `json:"name"`          // neutral, satisfied, urgent, frustrated, threatening, angry, abusive
	Score float64  `json:"score"`         // 0 to 1
	Why   []string `json:"why,omitempty"` // "louder by 9 dB", "ridiculous"
}

// MediaStats is what happened to the packets of one leg.
type MediaStats struct {
	Codec      string  `json:"codec"`
	Sent       uint64  `json:"sent"`
	Received   uint64  `json:"received"`
	Lost       uint64  `json:"lost"`       // never came
	Late       uint64  `json:"late"`       // came after their time
	Reordered  uint64  `json:"reordered"`  // came out of order, in time
	Duplicate  uint64  `json:"duplicate"`  //
	Concealed  uint64  `json:"concealed"`  // frames made up
	Discarded  uint64  `json:"discarded"`  // not from the peer, or not RTP
	JitterMs   float64 `json:"jitter_ms"`  // RFC 3550 6.4.1
	DepthMs    float64 `json:"depth_ms"`   // of the jitter buffer, at the end
	RTTMs      float64 `json:"rtt_ms"`     // from RTCP; 0 if the peer sent none
	LateTicks  uint64  `json:"late_ticks"` // pacer ticks over 20 ms late, or passed over
	RemoteLost float64 `json:"remote_lost"`
}

// A Question is what a knowledge base is asked.
type Question struct {
	Text         string
	Alternatives []string // other readings of Text by the recogniser
	Context      []string // what was said before, oldest first
	Language     string
	Segment      string // of the customer
}

// A Passage is a piece of a document that answers a question.
type Passage struct {
	Doc     string  `json:"doc"`
	Version string  `json:"version"`
	Text    string  `json:"text"`
	Score   float64 `json:"score"`
}
