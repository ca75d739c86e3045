package call

import (
	"time"

	"hotline"
	"hotline/asr"
	"hotline/dialog"
	"hotline/media"
)

// A Party is one who is on the call: 0 is the caller, n the nth who was called
// or came. What comes late from one who has left is known by it.
type Party int

// TheCaller is the party who called. TheBot, in a Route, is what the bot says to
// them.
const (
	TheCaller Party = 0
	TheBot    Party = -1
)

// An Input is something that happened. The set is closed.
type Input interface{ input() }

type (
	// Start opens the call.
	Start struct {
		Info hotline.LegInfo
		Bot  string
	}
	// Up says that a party's leg is answered and its audio runs.
	Up struct {
		From    Party
		Reloads bool // its far end is a page, which may be back if it is lost
		leg     Leg
	}
	// Gone says that a party's leg is gone, or never came up. Reason is one of
	// hotline's, or an error code.
	Gone struct {
		From   Party
		Reason string
	}
	// Key is a key pressed.
	Key struct {
		From Party
		Key  rune
	}
	// Hold says that a party put us on hold, or came back.
	Hold struct {
		From Party
		On   bool
	}
	// Silent says that packets stopped coming, or came back.
	Silent struct {
		From Party
		On   bool
	}
	// Speech is an edge of the caller's voice, at At: the end of a sound is known
	// some frames after it. Level is that of the sound that ended, in dBFS.
	Speech struct {
		On    bool
		At    time.Duration
		Level float64
	}
	// Text is what a recogniser made of a party's speech. Its times are media
	// time of the call. Meaning is known only while the caller is not with the bot.
	Text struct {
		From Party
		asr.Result
		Meaning dialog.Understood
		Voice   dialog.Tone // of what is final
	}
	// Deaf says that a party's recogniser has failed.
	Deaf struct {
		From   Party
		Engine string
		Err    error
	}
	// Failover says that an engine of a party's failed and another took over. The
	// call goes on.
	Failover struct {
		From   Party
		Engine string
		Err    error
		Now    string
	}
	// Act is a part of the dialog's answer to a turn.
	Act struct {
		Turn int
		Act  dialog.Act
	}
	// Answered says that the dialog has no more to say to a turn.
	Answered struct {
		Turn   int
		Engine string
		Err    error
	}
	// Sounding says that the first frame of a prompt went out.
	Sounding struct {
		Play Play
		At   time.Duration
	}
	// Played says what became of a prompt. Each Play that was not dropped while
	// another was before it leads to one Played.
	Played struct {
		Play Play
		media.Playback
		Engine string
		Err    error
		Tone   bool // a tone was played in its place
		serial int
	}
	// Got is the desk's answer to the Enqueue of that number.
	Got struct {
		Ask   int
		Agent hotline.AgentID
		Err   error
	}
	// Placed says where the caller stands in the queue.
	Placed struct {
		Place hotline.Place
		Err   error
	}
	// Kept says whether the caller's place is kept for a call-back.
	Kept struct{ Err error }
	// Fired says that a timer ran out. It only asks the machine to look again.
	Fired struct{ Timer Timer }
	// Stop says that the server is shutting down.
	Stop struct{}
	// Ordered is an order from the desk. If N is not 0, one Reply with it follows.
	Ordered struct {
		N     int
		By    hotline.Person
		Order hotline.Order
	}
	// Joined is a supervisor whose leg has come by itself, a browser's.
	Joined struct {
		N    int
		By   hotline.Person
		Mode string
		leg  Leg
	}
)

func (Start) input()    {}
func (Up) input()       {}
func (Gone) input()     {}
func (Key) input()      {}
func (Hold) input()     {}
func (Silent) input()   {}
func (Speech) input()   {}
func (Text) input()     {}
func (Deaf) input()     {}
func (Failover) input() {}
func (Act) input()      {}
func (Answered) input() {}
func (Sounding) input() {}
func (Played) input()   {}
func (Got) input()      {}
func (Placed) input()   {}
func (Kept) input()     {}
func (Fired) input()    {}
func (Stop) input()     {}
func (Ordered) input()  {}
func (Joined) input()   {}
