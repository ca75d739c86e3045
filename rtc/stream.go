package rtc

import (
	"context"
	"sync"
	"time"

	"hotline"
	"hotline/media"
)

const (
	catchUp = media.FrameDur / 2 // between ticks, at least
	giveUp  = time.Second        // so far behind, skip
)

// stream is a leg's audio. It implements media.Stream.
type stream struct {
	l    *Leg
	out  sender
	done chan struct{} // closed when Run returns, or can no longer begin

	mu        sync.Mutex
	start     time.Time // of Run; zero before
	closed    bool      // too late to begin
	in        inbox
	receives  bool          // the browser sends
	sends     bool          // the browser listens
	heard     time.Duration // when it last sent anything; media time
	lateTicks uint64
	seen      reports
}

func newStream(l *Leg) *stream {
	t := &stream{l: l, done: make(chan struct{})}
	t.in.init()
	t.out.init()
	t.seen.recentLoss = -1
	return t
}

// direct takes what the two sides have agreed: whether the browser sends, and
// whether it listens.
func (t *stream) direct(receives, sends bool) {
	t.mu.Lock()
	if receives != t.receives {
		t.heard = t.now() // the time-out begins anew
	}
	t.receives, t.sends = receives, sends
	t.mu.Unlock()
	t.l.hold(!sends)
}

// expects reports whether packets should be coming.
func (t *stream) expects() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.receives && !t.start.IsZero()
}

// now is the media time; the caller has the lock.
func (t *stream) now() time.Duration {
	if t.start.IsZero() {
		return 0
	}
	return time.Since(t.start)
}

// Run implements media.Stream. It may be called once, and returns nil when ctx or
// the leg ends.
func (t *stream) Run(ctx context.Context, in media.Sink, out media.Source) error {
	t.mu.Lock()
	if t.closed || !t.start.IsZero() {
		t.mu.Unlock()
		return &hotline.Error{Op: "rtc.Run", Code: hotline.ECancelled, Message: "the leg is over, or the second Run"}
	}
	t.start = time.Now()
	t.mu.Unlock()
	defer close(t.done)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(t.l.ctx, cancel)()
	t.pace(ctx, in, out)
	return nil
}

// wait returns when Run has, or can no longer begin.
func (t *stream) wait() {
	t.mu.Lock()
	t.closed = true
	runs := !t.start.IsZero()
	t.mu.Unlock()
	if runs {
		<-t.done
	}
}

// pace ticks until ctx ends. Tick n is due n*FrameDur after the start.
func (t *stream) pace(ctx context.Context, in media.Sink, out media.Source) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for at := time.Duration(0); ; at += media.FrameDur {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		late := time.Since(t.start) - at
		if late > media.FrameDur {
			t.mu.Lock()
			t.lateTicks++
			t.mu.Unlock()
		}
		if late > giveUp {
			n := late / media.FrameDur
			t.out.pass(int(n))
			at += n * media.FrameDur
		}
		t.tick(at, in, out)
		timer.Reset(max(time.Until(t.start.Add(at+media.FrameDur)), catchUp))
	}
}

// tick moves one frame each way.
func (t *stream) tick(at time.Duration, in media.Sink, out media.Source) {
	f := media.Frame{At: at}
	t.mu.Lock()
	t.in.get(at, &f.PCM)
	if !t.receives {
		f.PCM = [media.FrameSize]int16{}
	}
	missing := at - t.heard
	expected, sends, loss := t.receives, t.sends, t.seen.recentLoss
	t.mu.Unlock()

	if expected && missing > t.l.silence {
		t.l.quiet(true)
		if missing > t.l.silence+t.l.lost {
			t.l.end(hotline.MediaLost)
		}
	}
	in.WriteFrame(f)
	said, speaks := out.ReadFrame()
	if !speaks {
		clear(said.PCM[:])
	}
	t.out.tick(&said.PCM, speaks, sends, loss)
}

// stats may be called at any time.
func (t *stream) stats() hotline.MediaStats {
	t.mu.Lock()
	defer t.mu.Unlock()
	j := t.in.stats()
	inMs := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	s := hotline.MediaStats{
		Sent: t.out.sent.Load(), Received: j.Received,
		Lost: j.Lost, Late: j.Late, Reordered: j.Reordered, Duplicate: j.Duplicate, Concealed: j.Concealed,
		Discarded: t.in.discarded,
		JitterMs:  inMs(j.Jitter), DepthMs: inMs(j.Depth), RTTMs: inMs(t.seen.rtt),
		LateTicks: t.lateTicks, RemoteLost: t.seen.lost(t.out.sent.Load()),
	}
	if b := t.out.bound.Load(); b != nil {
		s.Codec = b.name
	}
	return s
}
