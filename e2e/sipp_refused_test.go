package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hotline"
	"hotline/phone"
)

// wantRefused fails the test unless all that is known of the call is that it
// was refused, and why.
func (f *feed) wantRefused(code int, reason string) {
	f.t.Helper()
	end := f.end()
	if end.Result != hotline.Refused || end.Code != code || !strings.Contains(end.Reason, reason) {
		f.t.Errorf("the call ended %+v with code %d, expected %d for %q", end.Outcome, end.Code, code, reason)
	}
	if len(f.seen) != 2 {
		f.t.Errorf("a refused call has more events than its start and its end:\n%s", f)
	}
}

// Who is refused is told so in SIP, why stands in the journal, and no dialog is
// left behind. Then the one who is in a call vanishes, and there is room again.
func TestSippRefused(t *testing.T) {
	t.Parallel()
	s := startServer(t, "", "sip: {listen: ['udp://127.0.0.1:0'], rtp: {timeout: 1s}}\ncalls: {max: 1, lost: 2s}\nnumbers: [{dial: shop, bot: shop}]")
	for _, r := range []struct {
		name, to string
		offer    sdp
		code     int
		header   string
		reason   string
	}{
		{"codec", "shop", sdp{formats: "18"}, 488, "Warning: 305 hotline", "no common codec"},
		{"number", "nobody", sdp{}, 404, "Not Found", "no such number"},
	} {
		t.Run(r.name, func(t *testing.T) {
			ctx := within(t, 30*time.Second)
			f := s.call(t, ctx, r.name)
			p := startSipp(t, r.name, s.host("udp"), refused(r.to, r.offer, r.code, r.header))
			f.wantRefused(r.code, r.reason)
			p.wait(ctx)
		})
	}
	ctx := within(t, 60*time.Second)
	f := s.call(t, ctx, "vanishes")
	p := startSipp(t, "vanishes", s.host("udp"), call("shop"), speak(t, true, silence(time.Second)), goodbye)
	untilBody(f, func(hotline.CallAnswered) bool { return true })

	t.Run("max", func(t *testing.T) {
		f := s.call(t, ctx, "max")
		p := startSipp(t, "max", s.host("udp"), refused("shop", sdp{}, 503, "Retry-After: [0-9]+"))
		f.wantRefused(503, "1 calls already")
		p.wait(ctx)
	})
	untilBody(f, func(s hotline.Said) bool { return s.Prompt == "greeting" }) // sipp is heard, and hears
	p.kill()
	gone := time.Now()
	untilBody(f, func(m hotline.Media) bool { return m.Silent })
	f.wantEnd(hotline.Failed, hotline.MediaLost)
	if took := time.Since(gone); took > 20*time.Second { // 1 s and 2 s, and the goodbye
		t.Errorf("the call lived on for %v", took)
	}
	// Once its BYE is given up the place is free.
	caller, err := phone.New(ctx, phone.Config{Name: "room"})
	if err != nil {
		t.Fatal(err)
	}
	for {
		r, err := caller.Call(ctx, s.uri("udp"), phone.Script{phone.Speech{}, phone.Hangup{}}, phone.Options{})
		if r.Ended == phone.HungUp {
			break
		} else if hotline.ErrorCode(err) != hotline.EUnavailable {
			t.Fatalf("a call where there is room again: %v", err)
		}
		select {
		case <-time.After(200 * time.Millisecond): // as a caller does who is told to come again
		case <-ctx.Done():
		}
	}
	if err := caller.Close(); err != nil {
		t.Error(err)
	}
	s.until(t, ctx, "no call is left", func() bool { // the phone may know of its end before the journal
		var list struct{ Calls []hotline.Call }
		s.api(t, "GET", "/api/v1/calls?state=live", "", http.StatusOK, &list)
		return len(list.Calls) == 0
	})
}

// A caller from outside the networks of the trunks gets no further than 403.
func TestSippStranger(t *testing.T) {
	t.Parallel()
	ctx := within(t, 30*time.Second)
	s := startServer(t, "", "sip: {listen: ['udp://127.0.0.1:0'], trunks: [{name: carrier, allow: [127.0.0.9/32]}]}")
	f := s.call(t, ctx, "stranger")
	p := startSipp(t, "stranger", s.host("udp"), refused("shop", sdp{}, 403))
	f.wantRefused(403, "from no network of a trunk")
	p.wait(ctx)
}
