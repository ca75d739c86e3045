// Package keys is how legs send the keys of a telephone: telephone-event, RFC 4733.
package keys

import (
	"encoding/binary"
	"strings"

	"hotline"
)

// Names are the events of RFC 4733 section 3.2, by number.
const Names = "0123456789*#ABCD"

// A Sender makes the packets of keys to send, one for each tick of 20 ms: five for the 100
// ms of the key, the last of which is its end, two copies of the end (RFC 4733
// section 2.5.1.4), and 60 ms of audio until the next key. The zero value has
// nothing to send. It is not safe for use by many goroutines at once.
type Sender struct {
	jobs []*Typing
	step int    // of the key at hand; 0 is none
	ts   uint32 // of its beginning
}

// A Typing is keys to send in order.
type Typing struct {
	events []byte
	done   chan struct{}
}

// Parse reads keys, 0-9 * # A-D; else it fails with EInvalid.
func Parse(keys string) (*Typing, error) {
	t := &Typing{done: make(chan struct{})}
	for _, r := range strings.ToUpper(keys) {
		i := strings.IndexRune(Names, r)
		if i < 0 {
			return nil, &hotline.Error{Op: "keys.Parse", Code: hotline.EInvalid, Message: "keys are 0-9 * # A-D"}
		}
		t.events = append(t.events, byte(i))
	}
	if len(t.events) == 0 {
		close(t.done)
	}
	return t, nil
}

// Done is closed when the last key is sent.
func (t *Typing) Done() <-chan struct{} { return t.done }

const (
	keyTicks = 5
	keyEnds  = 3
	keyPause = 3
	volume   = 10 // dB under 0 dBm0
)

// Add puts keys behind those that are to be sent.
func (s *Sender) Add(t *Typing) {
	if len(t.events) > 0 {
		s.jobs = append(s.jobs, t)
	}
}

// Next returns the payload for this tick and its timestamp, and whether it is the first of its key;
// not ok if audio is to be sent. A frame of audio has ticks of the RTP clock, and begins at now.
func (s *Sender) Next(now, ticks uint32) (payload [4]byte, ts uint32, first, ok bool) {
	if len(s.jobs) == 0 {
		return payload, 0, false, false
	}
	job := s.jobs[0]
	if s.step == 0 {
		s.ts = now
	}
	s.step++
	if s.step < keyTicks+keyEnds {
		payload[0], payload[1] = job.events[0], volume
		if s.step >= keyTicks {
			payload[1] |= 0x80
		}
		binary.BigEndian.PutUint16(payload[2:], uint16(min(s.step, keyTicks)*int(ticks)))
		return payload, s.ts, s.step == 1, true
	}
	if s.step == keyTicks+keyEnds-1+keyPause {
		s.step = 0
		if job.events = job.events[1:]; len(job.events) == 0 {
			s.jobs = s.jobs[1:]
			close(job.done)
		}
	}
	return payload, 0, false, false
}

// Cancel drops what of t has not begun.
func (s *Sender) Cancel(t *Typing) {
	for i, j := range s.jobs {
		switch {
		case j != t:
		case i == 0 && s.step > 0:
			t.events = t.events[:1]
		default:
			s.jobs = append(s.jobs[:i:i], s.jobs[i+1:]...)
			return
		}
	}
}
