package rtp

import (
	"context"
	"encoding/binary"
	"strings"
	"time"

	"hotline"
)

// keyNames are the events of RFC 4733 section 3.2, by number.
const keyNames = "0123456789*#ABCD"

// keysIn finds the keys in telephone-event packets. A key is its first packet,
// whichever that is; the others with its timestamp are the same key.
type keysIn struct {
	on       bool
	ts       uint32
	event    byte
	duration uint16
	ended    bool
	last     time.Duration
}

const (
	keyTimeout = 200 * time.Millisecond // without a packet, a key without an end has ended
	keyOld     = 5 * 8000               // ticks that a late packet may be behind
)

// packet reads one; ok if it begins a key.
func (k *keysIn) packet(at time.Duration, ts uint32, marker bool, payload []byte) (key rune, ok bool) {
	if len(payload) < 4 || int(payload[0]) >= len(keyNames) {
		return 0, false
	}
	event, end, duration := payload[0], payload[1]&0x80 != 0, binary.BigEndian.Uint16(payload[2:])
	if k.on && at-k.last > keyTimeout {
		k.ended = true
	}
	ahead := int32(ts - k.ts)
	switch {
	case !k.on:
	case ahead == 0:
		k.duration, k.ended, k.last = max(k.duration, duration), k.ended || end, at
		return 0, false
	case ahead < 0 && ahead > -keyOld: // late
		return 0, false
	case event != k.event || marker || at-k.last > keyTimeout:
	case !k.ended && ahead == 0xffff, // RFC 4733 section 2.5.1.3: a long key goes on in a new segment
		!k.ended && duration > k.duration,        // a sender that counts up the timestamp of one key;
		k.ended && end && duration >= k.duration: // and the copies of its end
		k.ts, k.duration, k.ended, k.last = ts, duration, k.ended || end, at
		return 0, false
	}
	*k = keysIn{on: true, ts: ts, event: event, duration: duration, ended: end, last: at}
	return rune(keyNames[event]), true
}

// keysOut makes the packets of keys to send, one for each tick: five for the 100
// ms of the key, the last of which is its end, two copies of the end (RFC 4733
// section 2.5.1.4), and 60 ms of audio until the next key.
type keysOut struct {
	jobs []*typing
	step int    // of the key at hand; 0 is none
	ts   uint32 // of its beginning
}

type typing struct {
	events []byte
	done   chan struct{}
}

const (
	keyTicks    = 5
	keyEnds     = 3
	keyPause    = 3
	keyVolume   = 10 // dB under 0 dBm0
	ticksAFrame = 160
)

// next returns the payload for this tick, and its timestamp; false if audio is
// to be sent.
func (k *keysOut) next(now uint32) (payload [4]byte, ts uint32, marker, ok bool) {
	if len(k.jobs) == 0 {
		return payload, 0, false, false
	}
	job := k.jobs[0]
	if k.step == 0 {
		k.ts = now
	}
	k.step++
	if k.step <= keyTicks+keyEnds-1 {
		payload[0], payload[1] = job.events[0], keyVolume
		if k.step >= keyTicks {
			payload[1] |= 0x80
		}
		binary.BigEndian.PutUint16(payload[2:], uint16(min(k.step, keyTicks)*ticksAFrame))
		return payload, k.ts, k.step == 1, true
	}
	if k.step == keyTicks+keyEnds-1+keyPause {
		k.step = 0
		if job.events = job.events[1:]; len(job.events) == 0 {
			k.jobs = k.jobs[1:]
			close(job.done)
		}
	}
	return payload, 0, false, false
}

// cancel drops what a job has not begun.
func (k *keysOut) cancel(job *typing) {
	for i, j := range k.jobs {
		switch {
		case j != job:
		case i == 0 && k.step > 0:
			job.events = job.events[:1]
		default:
			k.jobs = append(k.jobs[:i:i], k.jobs[i+1:]...)
			return
		}
	}
}

// SendKeys sends keys as RFC 4733 events, 100 ms each, in order, in place of
// audio, and returns when the last is sent. It needs Run; while the direction
// forbids to send, it waits. When ctx ends the key at hand is finished and the
// others are not sent.
func (s *Session) SendKeys(ctx context.Context, keys string) error {
	job := &typing{done: make(chan struct{})}
	for _, r := range strings.ToUpper(keys) {
		i := strings.IndexRune(keyNames, r)
		if i < 0 {
			return &hotline.Error{Op: "rtp.SendKeys", Code: hotline.EInvalid, Message: "keys are 0-9 * # A-D"}
		}
		job.events = append(job.events, byte(i))
	}
	if len(job.events) == 0 {
		return nil
	}
	s.mu.Lock()
	if s.params.KeyPT == 0 {
		s.mu.Unlock()
		return &hotline.Error{Op: "rtp.SendKeys", Code: hotline.EInvalid, Message: "the peer takes no telephone-event"}
	}
	s.typed.jobs = append(s.typed.jobs, job)
	s.mu.Unlock()
	var err error
	select {
	case <-job.done:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-s.ended:
		err = &hotline.Error{Op: "rtp.SendKeys", Code: hotline.EUnavailable, Message: "the stream has ended"}
	}
	s.mu.Lock()
	s.typed.cancel(job)
	s.mu.Unlock()
	return err
}
