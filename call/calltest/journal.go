package calltest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"hotline"
	"hotline/call"
)

// A Journal keeps what happened, in order: the events of the call, and what
// Desk and Dialer were asked.
type Journal struct {
	mu     sync.Mutex
	start  time.Time
	lines  []string
	events []hotline.Event
}

// NewJournal counts time from now on.
func NewJournal() *Journal { return &Journal{start: time.Now()} }

// Append implements call.Recorder.
func (j *Journal) Append(ev hotline.Event) hotline.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	ev.Seq = uint64(len(j.events) + 1)
	ev.N, ev.At, ev.Kind = ev.Seq, time.Now(), ev.Body.Kind()
	j.events = append(j.events, ev)
	j.line(ev.Kind + " " + body(ev.Body))
	return ev
}

// noteEnd keeps that somebody stopped waiting, after all that the call did at
// that moment.
func (j *Journal) noteEnd(format string, a ...any) {
	<-time.After(time.Millisecond)
	j.note(format, a...)
}

// Note keeps what is no event, after all that the call did at that moment.
func (j *Journal) Note(format string, a ...any) {
	<-time.After(time.Millisecond)
	j.noteEnd(format, a...)
}

// note keeps what is no event.
func (j *Journal) note(format string, a ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.line("- " + fmt.Sprintf(format, a...))
}

func (j *Journal) line(s string) {
	j.lines = append(j.lines, strings.TrimSpace(fmt.Sprintf("%v %s", time.Since(j.start), s)))
}

// Events are those so far.
func (j *Journal) Events() []hotline.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.events)
}

// String is the journal as text, a line each, with times from NewJournal on.
func (j *Journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(j.lines, "\n")
}

// body is an event in a few words.
func body(b hotline.Body) string {
	var s []string
	add := func(cond bool, format string, a ...any) {
		if cond {
			s = append(s, fmt.Sprintf(format, a...))
		}
	}
	switch b := b.(type) {
	case hotline.CallStarted:
		add(true, "%s to %s", b.From, b.To)
	case hotline.CallAnswered:
		add(true, "%s", b.Codec)
	case hotline.Heard:
		add(true, "%s %q %d-%d", b.Who, b.Text, b.Start, b.End)
		add(b.Intent != "", "%s", b.Intent)
	case hotline.Said:
		add(b.To != "caller", "to %s", b.To)
		add(true, "%q %d+%d", b.Text, b.Start, b.Heard)
		add(b.Cut, "cut")
		add(b.Paused > 0, "paused %d", b.Paused)
		add(b.PauseMs > 0, "silent in %d", b.PauseMs)
	case hotline.Key:
		add(true, "%s", b.Key)
	case hotline.Turn:
		add(true, "%d: endpoint %d asr %d dialog %d tts %d total %d", b.Turn, b.Endpoint, b.ASR, b.Dialog, b.TTS, b.Total)
	case hotline.Queued:
		add(true, "%s %s", b.Skill, b.Reason)
	case hotline.Popped:
		add(true, "%s", b.Agent)
		for _, l := range b.Brief.Said {
			add(true, "[%s: %s]", l.Who, l.Text)
		}
	case hotline.Offered:
		add(true, "%s%s", b.Agent, b.Number)
	case hotline.AgentJoined:
		add(true, "%s%s", b.Agent, b.Number)
		add(b.As != "", "%s", b.As)
	case hotline.AgentLeft:
		add(true, "%s%s %s", b.Agent, b.Number, b.Reason)
		add(b.Still != "", "still %s", b.Still)
	case hotline.EngineFailed:
		add(true, "%s: %s; now %s", b.Engine, b.Error, b.Now)
	case hotline.CallEnded:
		add(true, "%s %s", b.Result, b.Reason)
	default:
		add(true, "%v", b)
	}
	return strings.Join(s, " ")
}

// A Desk offers Agents in turn, each after Delay. With none left it keeps the
// caller waiting, or refuses if Refuse is set.
type Desk struct {
	Journal *Journal
	Agents  []hotline.AgentID
	Delay   time.Duration // 0 is 9 ms
	Refuse  error
	Places  []hotline.Place // that a waiting caller is told, one after another; none is not said
	NoKeep  error           // instead of keeping a caller's place

	mu sync.Mutex
}

// Place implements call.Placer.
func (d *Desk) Place(hotline.CallID) (hotline.Place, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.Places) == 0 {
		return hotline.Place{}, &hotline.Error{Op: "place", Code: hotline.ENotFound, Message: "in no queue"}
	}
	p := d.Places[0]
	d.Places = d.Places[1:]
	return p, nil
}

// CallBack implements call.Keeper.
func (d *Desk) CallBack(t hotline.Ticket, number string) error {
	if d.NoKeep == nil {
		d.Journal.note("%s keeps a place for %s", number, t.Skill)
	}
	return d.NoKeep
}

// Assign implements call.Desk.
func (d *Desk) Assign(ctx context.Context, t hotline.Ticket) (hotline.AgentID, error) {
	delay := d.Delay
	if delay == 0 {
		delay = 9 * time.Millisecond
	}
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		d.Journal.noteEnd("left the queue")
		return "", ctx.Err()
	}
	d.mu.Lock()
	if len(d.Agents) > 0 {
		defer d.mu.Unlock()
		a := d.Agents[0]
		d.Agents = d.Agents[1:]
		return a, nil
	}
	d.mu.Unlock()
	if d.Refuse != nil {
		return "", d.Refuse
	}
	<-ctx.Done()
	d.Journal.noteEnd("left the queue")
	return "", ctx.Err()
}

// Take implements call.Desk.
func (d *Desk) Take(a hotline.AgentID, _ hotline.Ticket) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.Index(d.Agents, a)
	if i < 0 {
		return &hotline.Error{Op: "take", Code: hotline.EBusy, Message: string(a) + " is not ready"}
	}
	d.Agents = slices.Delete(d.Agents, i, i+1)
	return nil
}

// Release implements call.Desk.
func (d *Desk) Release(a hotline.AgentID, joined bool, reason string) {
	did := "did not talk"
	if joined {
		did = "talked"
	}
	d.Journal.note("%s free, %s: %s", a, did, reason)
}

// A Dialer rings the phones of agents, and those outside by number. One with NoReply rings for its Answers,
// and then that is the error.
type Dialer struct {
	Journal *Journal
	Phones  map[hotline.AgentID]*Phone
	Again   *Phone // of an agent whose browser was lost; nil never comes
}

// Dial implements call.Dialer.
func (d *Dialer) Dial(ctx context.Context, callee call.Callee, _ hotline.LegInfo) (call.Leg, error) {
	to := cmp.Or(callee.Agent, hotline.AgentID(callee.Number))
	p := d.Phones[to]
	if callee.Again {
		if p = d.Again; p == nil {
			<-ctx.Done()
			d.Journal.noteEnd("no longer waiting for %s", to)
			return nil, ctx.Err()
		}
	} else {
		d.Journal.note("ringing %s", to)
	}
	select {
	case <-time.After(p.Answers + 1017*time.Millisecond):
	case <-ctx.Done():
		d.Journal.noteEnd("no longer ringing %s", to)
		return nil, ctx.Err()
	}
	if p.NoReply != nil {
		return nil, p.NoReply
	}
	return p, nil
}
