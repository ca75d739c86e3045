package hotline

import "time"

// An Agent is a person who takes calls, as configured.
type Agent struct {
	ID      AgentID  `json:"id"`
	Name    string   `json:"name"`
	Skills  []string `json:"skills"`  // languages too: "billing", "zh"
	Address string   `json:"address"` // where their phone is, "sip:agent-1@127.0.0.1:5070"
}

// AgentState says what an agent is doing.
type AgentState string

const (
	AgentReady   AgentState = "ready"
	AgentOffered AgentState = "offered" // a call is ringing them
	AgentTalking AgentState = "talking"
	AgentWrapUp  AgentState = "wrap-up" // writing up the last call
	AgentAway    AgentState = "away"    // here, not taking calls; for a moment after a missed one
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
}

// QueueStatus is one skill at one moment.
type QueueStatus struct {
	Skill     string `json:"skill"`
	Waiting   int    `json:"waiting"`    // callers
	LongestMs Ms     `json:"longest_ms"` // how long the first of them has waited
	Ready     int    `json:"ready"`      // agents with the skill
	Staffed   int    `json:"staffed"`    // agents with the skill who are not offline
}
