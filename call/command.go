package call

import (
	"time"

	"hotline"
	"hotline/dialog"
)

// A Command is something to do. The set is closed.
type Command interface{ command() }

type (
	// Answer takes the caller's leg up.
	Answer struct{}
	// Think asks the dialog about a turn.
	Think struct{ Turn dialog.Turn }
	// Drop stops thinking, and all talking to the caller.
	Drop struct{}
	// Play speaks one prompt to a party, after those before it.
	Play struct {
		N     int // of the call's prompts: no two are the same
		To    Party
		Turn  int
		Say   dialog.Say
		House bool // the house's own words: a tone in their place if there is no voice
	}
	// Pause silences the prompt that plays to the caller, Resume goes on with it.
	Pause  struct{}
	Resume struct{}
	// Expect tells the caller's recogniser which number they are asked for; nil is
	// none.
	Expect struct{ Number *dialog.Number }
	// Set lets a timer run out when the call's media time is At. A timer that
	// runs already is moved.
	Set struct {
		Timer Timer
		At    time.Duration
	}
	Clear struct{ Timer Timer }
	// Enqueue asks the desk for an agent; Leave gives up waiting for one.
	Enqueue struct {
		Ask    int
		Ticket hotline.Ticket
	}
	Leave struct{}
	// Locate asks the desk where the caller stands; a Placed follows.
	Locate struct{}
	// Take asks the desk for one agent, who is ready or is not; a Got follows.
	Take struct {
		Ask    int
		Agent  hotline.AgentID
		Ticket hotline.Ticket
	}
	// Keep asks the desk to keep the place of a caller who will be called back; a
	// Kept follows.
	Keep struct{ Ticket hotline.Ticket }
	// Dial calls somebody.
	Dial struct {
		Party   Party
		Whom    Callee
		Watches bool // a supervisor: nothing of theirs is recognised
	}
	// Admit lets in a leg that has come by itself.
	Admit struct {
		Party Party
		leg   Leg
	}
	// Part ends a party's leg, or its ringing.
	Part struct {
		Party  Party
		Reason string
	}
	// Release gives an agent back to the desk.
	Release struct {
		Agent  hotline.AgentID
		Joined bool
		Reason string
	}
	// Music turns the music that a party hears on or off.
	Music struct {
		To Party
		On bool
	}
	// Route lets one party, or the bot's voice, be heard by another, or no longer.
	Route struct {
		From, To Party
		On       bool
	}
	// Press sends a key on to a party.
	Press struct {
		To  Party
		Key rune
	}
	// Reply answers the order of that number.
	Reply struct {
		N   int
		Err error
	}
	// Hangup ends the caller's leg.
	Hangup struct{ Reason string }
	// Emit records an event, which is about a party's leg.
	Emit struct {
		About Party
		Body  hotline.Body
	}
	// Tell tells those who watch what a party is saying; it is no event.
	Tell struct {
		About Party
		Body  hotline.Partial
	}
)

func (Answer) command()  {}
func (Think) command()   {}
func (Drop) command()    {}
func (Play) command()    {}
func (Pause) command()   {}
func (Resume) command()  {}
func (Expect) command()  {}
func (Set) command()     {}
func (Clear) command()   {}
func (Enqueue) command() {}
func (Leave) command()   {}
func (Dial) command()    {}
func (Part) command()    {}
func (Release) command() {}
func (Music) command()   {}
func (Route) command()   {}
func (Take) command()    {}
func (Locate) command()  {}
func (Keep) command()    {}
func (Admit) command()   {}
func (Reply) command()   {}
func (Press) command()   {}
func (Hangup) command()  {}
func (Emit) command()    {}
func (Tell) command()    {}

// A Timer is what a timer is for; there is one of each.
type Timer string

const (
	EndOfTurn    Timer = "end-of-turn"   // has the caller finished?
	BargeIn      Timer = "barge-in"      // is it a voice?
	CarryOn      Timer = "carry-on"      // was it no interruption?
	NoInput      Timer = "no-input"      // does the caller say nothing?
	KeyGap       Timer = "key-gap"       // is that all the keys?
	Filler       Timer = "filler"        // is the answer late?
	Patience     Timer = "patience"      // will it come at all?
	Still        Timer = "still-looking" // tell a waiting caller
	QueueLimit   Timer = "queue-limit"   //
	CallLimit    Timer = "call-limit"    //
	Lost         Timer = "media-lost"    // no packets from the caller
	AgentLost    Timer = "agent-lost"    // no packets from the agent
	Reload       Timer = "reload"        // the agent's browser is not back
	ConsultLimit Timer = "consult-limit" // nobody is found to be asked
	Farewell     Timer = "farewell"      // the last words do not end
	Drain        Timer = "drain"         // the last packets are out
	LastReported Timer = "last-reported" // what a cut prompt came to is known
)
