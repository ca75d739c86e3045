package hotline

import "time"

// An Agent is a person who takes calls, as configured.
type Agent struct {
	ID      AgentID  `json:"id"`
	Name    string   `json:"name"`
	Skills  []string `json:"skills"`  // languages too: "billing", "zh"
	Address string   `json:"address"` // where their phone is, "sip:agent-1@127.0.0.1:5070"

	// Levels is how well they know a skill, 1 (can help out) to 5 (teaches it).
	// A skill that is not in it is at MidLevel.
	Levels map[string]int `json:"levels,omitempty"`
}

// MidLevel and MaxLevel are levels of a skill.
const (
	MidLevel = 3
	MaxLevel = 5
)

// AgentState says what an agent is doing.
type AgentState string

const (
	AgentReady   AgentState = "ready"
	AgentOffered AgentState = "offered" // a call is ringing them
	AgentTalking AgentState = "talking"
	AgentWrapUp  AgentState = "wrap-up" // writing up the last call
	AgentAway    AgentState = "away"    // here, not taking calls
	AgentOffline AgentState = "offline"
)

// AgentStates has every state there is.
var AgentStates = []AgentState{AgentReady, AgentOffered, AgentTalking, AgentWrapUp, AgentAway, AgentOffline}

// AgentStatus is an agent at one moment.
type AgentStatus struct {
	Agent
	State  AgentState `json:"state"`
	Since  time.Time  `json:"since"`            // when the state began
	Until  time.Time  `json:"until,omitzero"`   // when it ends by itself
	Next   AgentState `json:"next,omitempty"`   // asked for during a call: the state after it
	Call   CallID     `json:"call,omitempty"`   // offered or talking
	Reason string     `json:"reason,omitempty"` // how the last call was missed
	Away   string     `json:"away,omitempty"`   // why they are away: AwayMissed, or their own word
	Hot    int        `json:"hot,omitempty"`    // hot calls they had in a row
}

// AwayMissed is why an agent is away who did not take a call that was offered.
const AwayMissed = "missed"

// QueueStatus is one skill at one moment.
type QueueStatus struct {
	Skill     string `json:"skill"`
	Waiting   int    `json:"waiting"`    // callers
	LongestMs Ms     `json:"longest_ms"` // how long the first of them has waited
	Ready     int    `json:"ready"`      // agents with the skill
	Staffed   int    `json:"staffed"`    // agents with the skill who are not offline
}

// A Place is one caller's place in the queue, as it may be told to them and to
// those who look on.
type Place struct {
	Call     CallID   `json:"call"`
	Skill    string   `json:"skill"`
	Position int      `json:"position"`        // in the queue of the skill, from 1; 0 once an agent is offered
	Agent    AgentID  `json:"agent,omitempty"` // offered, or talking to them
	WaitedMs Ms       `json:"waited_ms"`       // since they first came, tries of other agents included
	Estimate Estimate `json:"estimate"`        // of the wait from now
	Terms    []Term   `json:"terms"`           // why they are where they are; the sum is the priority
	CallBack bool     `json:"call_back,omitempty"`
}

// An Estimate of a wait says what it was made of. What is not known is not
// guessed.
type Estimate struct {
	Known  bool   `json:"known"`
	WaitMs Ms     `json:"wait_ms"` // if known
	How    string `json:"how"`     // in words: of what it was made, or why it is unknown
}

// A Term is one reason of a priority. All are counted in waiting time: a term of
// a minute puts a caller where they would be had they come a minute earlier.
type Term struct {
	Name  string `json:"name"`     // "waiting", "segment", "emotion", "repeats", "priority", "bound"
	Value Ms     `json:"value_ms"` // may be negative
	Why   string `json:"why"`      // in words
}

// A CallBack is a caller who hung up and keeps their place: they are called when
// it is their turn.
type CallBack struct {
	Ticket Ticket    `json:"-"`
	Call   CallID    `json:"call"`
	Skill  string    `json:"skill"`
	Number string    `json:"number"` // to be called
	Since  time.Time `json:"since"`  // when they first came to the queue
}

// Heat is how hot a call is that shows the emotion, 0 to 1.
func (e Emotion) Heat() float64 {
	switch e.Name {
	case "threatening", "angry", "abusive":
		return e.Score
	case "frustrated":
		return e.Score / 2
	}
	return 0
}

// Promised is a sentence in which the bot or an agent told a customer that
// something will be done.
type Promised struct {
	Text string    `json:"text"`
	By   string    `json:"by"` // "bot", "agent"
	Call CallID    `json:"call"`
	N    uint64    `json:"n"`     // the event of the call
	At   Ms        `json:"at_ms"` // media time of the call
	When time.Time `json:"when"`
}
