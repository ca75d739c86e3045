// Package call runs one call: a Machine that decides, and a Session that
// carries its decisions out.
//
// A Session's Run is the call. It owns the machine and a mailbox, and every
// other goroutine of the call belongs to it, posts inputs, and has returned
// when Run returns. Audio runs past it: frames go from a leg's pacer to the
// ears (voice detection and recognition, each on its own goroutine) and come
// from the mouth (the player, music, the other party). See DESIGN.md for what
// happens to a packet and for who waits for whom.
//
// The interfaces below are what a call needs of the rest of the program; others
// implement them and are joined with it in cmd/hotline.
package call

import (
	"context"

	"hotline"
	"hotline/media"
)

// A Leg is one party's connection: a SIP dialog, a browser, a test script.
type Leg interface {
	Info() hotline.LegInfo
	// Answer accepts an incoming leg and returns its audio. On an outgoing leg,
	// which is answered already, it only returns the audio.
	Answer(ctx context.Context) (media.Stream, error)
	// Hangup ends the leg and returns when the peer knows it, or ctx ends.
	Hangup(ctx context.Context, reason string) error
	// Signals carries keys, hold and the far end's hangup. It is closed when the
	// leg is gone.
	Signals() <-chan hotline.Signal
	// Stats is what happened to the leg's packets so far.
	Stats() hotline.MediaStats
}

// A Keyer is a Leg that can press keys.
type Keyer interface {
	SendKeys(ctx context.Context, keys string) error
}

// A Reloader is a Leg that tells whether its far end is a page, which may be back
// soon after it is lost.
type Reloader interface {
	Reloads() bool
}

// A Callee is whom a call calls: an agent, wherever they are, or a number or
// address outside.
type Callee struct {
	Call   hotline.CallID
	Agent  hotline.AgentID
	Number string // if Agent is empty
	Again  bool   // the agent's browser, which is to come by itself; nothing rings
}

// A Dialer makes an outgoing leg. It returns once the callee has answered; an
// error carries hotline.EBusy, EDeclined, ENoAnswer or ECancelled.
type Dialer interface {
	Dial(ctx context.Context, to Callee, from hotline.LegInfo) (Leg, error)
}

// Desk gives a waiting caller an agent.
type Desk interface {
	// Assign waits for an agent for t. To leave the queue, end ctx.
	Assign(ctx context.Context, t hotline.Ticket) (hotline.AgentID, error)
	// Take is Assign of one agent, at once: an error with hotline.EBusy says that
	// they are not ready, with ENotFound that there is none of the name.
	Take(a hotline.AgentID, t hotline.Ticket) error
	// Release gives the agent back: joined tells whether they talked to the
	// caller; reason is why not, or how it ended. It must not block.
	Release(a hotline.AgentID, joined bool, reason string)
}

// A Placer tells where a caller stands who waits. Desks may implement it. Place
// must not block.
type Placer interface {
	Place(call hotline.CallID) (hotline.Place, error)
}

// A Keeper keeps the place of a caller who hangs up, and has them called at
// number when it is their turn. Desks may implement it. CallBack must not block.
type Keeper interface {
	CallBack(t hotline.Ticket, number string) error
}

// Recorder keeps events. Call, Leg, Media and Body are the session's; the rest
// is filled in.
type Recorder interface {
	Append(ev hotline.Event) hotline.Event
}

// A Teller tells those who watch a call what is being said in it: a Partial,
// which is no event and is kept nowhere. Tell must not block.
type Teller interface {
	Tell(ev hotline.Event)
}

// A Tape records the caller and what the caller hears.
type Tape interface {
	// Tap returns in and out with the tape between; neither may block.
	Tap(in media.Sink, out media.Source) (media.Sink, media.Source)
	Close() error
}
