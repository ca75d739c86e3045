package hotline

// A Person is somebody at the desk who wants something of a call.
type Person struct {
	User  string  // who signed in
	Agent AgentID // their place at the desk; empty if they have none
	Every bool    // a supervisor: may act on calls that are not theirs
}

// An Order is what a Person wants of a live call. The set is closed. A person
// without Every may only give orders about the call that they have, and Decline
// the one they are offered.
type Order interface{ order() }

type (
	// HangUp ends the call.
	HangUp struct {
		Reason string `json:"reason"` // that the caller's phone is told
	}
	// HandOver sends the caller to somebody else and lets go (a blind transfer); to
	// anybody, if none of Whom is set.
	HandOver struct {
		Whom
		Reason string `json:"reason"`
	}
	// HoldCaller plays music to the caller, or takes them back; also from the bot
	// that they were lent to.
	HoldCaller struct {
		On bool `json:"on"`
	}
	// Consult plays music to the caller and calls somebody else for the agent.
	Consult struct{ Whom }
	// EndConsult goes on after it.
	EndConsult struct{ How string }
	// ToBot lends the caller to the bot for one flow, from its beginning or from a
	// step with an id, with values that are known.
	ToBot struct {
		Flow  string            `json:"flow"`
		Step  string            `json:"step"`
		Slots map[string]string `json:"slots"`
		Then  string            `json:"then"` // ThenAgent, or ThenEnd: the bot keeps the caller
	}
	// ReadOut has the bot's voice read a text to the caller.
	ReadOut struct {
		Text string `json:"text"`
	}
	// Supervise changes how a supervisor takes part; with a phone it calls them.
	Supervise struct {
		Mode  string `json:"mode"`
		Phone string `json:"phone"`
	}
	// Decline refuses the call that is offered.
	Decline struct {
		Reason string `json:"reason"`
	}
)

// Whom says who is to be called: one of the three is set.
type Whom struct {
	Skill  string  `json:"skill"`
	Agent  AgentID `json:"agent"`
	Number string  `json:"number"` // outside
}

// Modes of Supervise.
const (
	ModeListen  = "listen"  // hears everybody, heard by nobody
	ModeWhisper = "whisper" // and is heard by the agent alone
	ModeBarge   = "barge"   // and is heard by everybody
	ModeLeave   = "leave"   // no more
)

// Values of EndConsult.How.
const (
	ConsultComplete = "complete" // the other one has the caller from now on
	ConsultCancel   = "cancel"   // the agent has the caller again
	ConsultJoin     = "join"     // all three talk
)

// Values of ToBot.Then.
const (
	ThenAgent = "agent"
	ThenEnd   = "end"
)

func (HangUp) order()     {}
func (HandOver) order()   {}
func (HoldCaller) order() {}
func (Consult) order()    {}
func (EndConsult) order() {}
func (ToBot) order()      {}
func (ReadOut) order()    {}
func (Supervise) order()  {}
func (Decline) order()    {}

// String is whom, in a word.
func (w Whom) String() string {
	switch {
	case w.Agent != "":
		return string(w.Agent)
	case w.Number != "":
		return w.Number
	}
	return w.Skill
}

// Check says whether exactly one is set.
func (w Whom) Check() error {
	n := 0
	for _, s := range []string{w.Skill, string(w.Agent), w.Number} {
		if s != "" {
			n++
		}
	}
	if n != 1 {
		return &Error{Op: "order", Code: EInvalid, Message: "one of skill, agent and number must be given"}
	}
	return nil
}
