package rtc

import (
	"context"
	"encoding/binary"
	"strings"

	"hotline"
)

// keyNames are the events of RFC 4733 section 3.2, by number.
const keyNames = "0123456789*#ABCD"

// keysIn finds the keys in telephone-event packets. Browsers keep to RFC 4733: a
// key is its first packet, whichever that is; the others with its timestamp are the
// same key.
type keysIn struct {
	on bool
	ts uint32
}

// packet reads one; ok if it begins a key.
func (k *keysIn) packet(ts uint32, payload []byte) (key rune, ok bool) {
	if len(payload) < 4 || int(payload[0]) >= len(keyNames) || k.on && int32(ts-k.ts) <= 0 {
		return 0, false
	}
	k.on, k.ts = true, ts
	return rune(keyNames[payload[0]]), true
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
	keyTicks  = 5
	keyEnds   = 3
	keyPause  = 3
	keyVolume = 10 // dB under 0 dBm0
)

// next returns the payload for this tick, and its timestamp; false if audio is
// to be sent.
func (k *keysOut) next(now, ticksAFrame uint32) (payload [4]byte, ts uint32, first, ok bool) {
	if len(k.jobs) == 0 {
		return payload, 0, false, false
	}
	job := k.jobs[0]
	if k.step == 0 {
		k.ts = now
	}
	k.step++
	if k.step < keyTicks+keyEnds {
		payload[0], payload[1] = job.events[0], keyVolume
		if k.step >= keyTicks {
			payload[1] |= 0x80
		}
		binary.BigEndian.PutUint16(payload[2:], uint16(min(k.step, keyTicks)*int(ticksAFrame)))
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

// sendKeys returns when the last key is sent. When ctx ends the key at hand is
// finished and the others are not sent.
func (t *stream) sendKeys(ctx context.Context, keys string) error {
	job := &typing{done: make(chan struct{})}
	for _, r := range strings.ToUpper(keys) {
		i := strings.IndexRune(keyNames, r)
		if i < 0 {
			return &hotline.Error{Op: "rtc.SendKeys", Code: hotline.EInvalid, Message: "keys are 0-9 * # A-D"}
		}
		job.events = append(job.events, byte(i))
	}
	if len(job.events) == 0 {
		return nil
	}
	if b := t.out.bound.Load(); b == nil || b.keyPT == 0 {
		return &hotline.Error{Op: "rtc.SendKeys", Code: hotline.EUnavailable, Message: "the browser takes no telephone-event"}
	}
	t.out.mu.Lock()
	t.out.typed.jobs = append(t.out.typed.jobs, job)
	t.out.mu.Unlock()
	var err error
	select {
	case <-job.done:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-t.done:
		err = &hotline.Error{Op: "rtc.SendKeys", Code: hotline.EUnavailable, Message: "the stream has ended"}
	case <-t.l.ctx.Done():
		err = &hotline.Error{Op: "rtc.SendKeys", Code: hotline.EUnavailable, Message: "the leg is over"}
	}
	t.out.mu.Lock()
	t.out.typed.cancel(job)
	t.out.mu.Unlock()
	return err
}
