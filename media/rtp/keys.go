package rtp

import (
	"context"
	"encoding/binary"
	"time"

	"hotline"
	"hotline/media/keys"
)

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
	if len(payload) < 4 || int(payload[0]) >= len(keys.Names) {
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
	return rune(keys.Names[event]), true
}

// SendKeys sends keys as RFC 4733 events, 100 ms each, in order, in place of
// audio, and returns when the last is sent. It needs Run; while the direction
// forbids to send, it waits. When ctx ends the key at hand is finished and the
// others are not sent.
func (s *Session) SendKeys(ctx context.Context, text string) error {
	typing, err := keys.Parse(text)
	if err != nil {
		return err
	}
	s.mu.Lock()
	if s.params.KeyPT == 0 {
		s.mu.Unlock()
		return &hotline.Error{Op: "rtp.SendKeys", Code: hotline.EInvalid, Message: "the peer takes no telephone-event"}
	}
	s.typed.Add(typing)
	s.mu.Unlock()
	select {
	case <-typing.Done():
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-s.ended:
		err = &hotline.Error{Op: "rtp.SendKeys", Code: hotline.EUnavailable, Message: "the stream has ended"}
	}
	s.mu.Lock()
	s.typed.Cancel(typing)
	s.mu.Unlock()
	return err
}
