package rtc

import (
	"context"

	"hotline"
	"hotline/media/keys"
)

// keysIn finds the keys in telephone-event packets. Browsers keep to RFC 4733: a
// key is its first packet, whichever that is; the others with its timestamp are the
// same key.
type keysIn struct {
	on bool
	ts uint32
}

// packet reads one; ok if it begins a key.
func (k *keysIn) packet(ts uint32, payload []byte) (key rune, ok bool) {
	if len(payload) < 4 || int(payload[0]) >= len(keys.Names) || k.on && int32(ts-k.ts) <= 0 {
		return 0, false
	}
	k.on, k.ts = true, ts
	return rune(keys.Names[payload[0]]), true
}

// sendKeys returns when the last key is sent. When ctx ends the key at hand is
// finished and the others are not sent.
func (t *stream) sendKeys(ctx context.Context, text string) error {
	typing, err := keys.Parse(text)
	if err != nil {
		return err
	}
	if b := t.out.bound.Load(); b == nil || b.keyPT == 0 {
		return &hotline.Error{Op: "rtc.SendKeys", Code: hotline.EUnavailable, Message: "the browser takes no telephone-event"}
	}
	t.out.mu.Lock()
	t.out.typed.Add(typing)
	t.out.mu.Unlock()
	select {
	case <-typing.Done():
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-t.done:
		err = &hotline.Error{Op: "rtc.SendKeys", Code: hotline.EUnavailable, Message: "the stream has ended"}
	case <-t.l.ctx.Done():
		err = &hotline.Error{Op: "rtc.SendKeys", Code: hotline.EUnavailable, Message: "the leg is over"}
	}
	t.out.mu.Lock()
	t.out.typed.Cancel(typing)
	t.out.mu.Unlock()
	return err
}
