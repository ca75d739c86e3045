package rtc

import (
	"context"
	"time"

	"github.com/pion/webrtc/v4"
)

const gatherTimeout = 2 * time.Second // for our own candidates; with Relays it takes a round trip

// offered answers an offer, the first or a later one. It returns once our
// candidates are known, as WHIP has no way to send them after the answer.
func (l *Leg) offered(ctx context.Context, body []byte) (answer string, err error) {
	o, err := readOffer(body)
	if err != nil {
		return "", err
	}
	l.exchange.Lock()
	defer l.exchange.Unlock()
	restart := l.pc.RemoteDescription() != nil && ufragOf(l.pc.RemoteDescription().SDP) != o.ufrag
	if answer, err = l.settle(ctx, o.sdp); err != nil {
		return "", err
	}
	if restart {
		l.etag, l.candidates = quoted(random(8)), 0
	}
	l.audio.direct(o.receives, o.sends)
	return o.answerFor(answer), nil
}

func ufragOf(sdp string) string {
	f, _ := readFrag([]byte(sdp))
	return f.ufrag
}

// settle is offered without the checks; the caller has the exchange.
func (l *Leg) settle(ctx context.Context, offer string) (answer string, err error) {
	if err := l.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", refuse(422, "the offer cannot be used")
	}
	if len(l.pc.GetSenders()) == 0 || l.pc.GetSenders()[0].Track() == nil {
		sender, err := l.pc.AddTrack(track{&l.audio.out, l.id[:8]})
		if err != nil {
			return "", refuse(422, "the offer cannot be used")
		}
		l.reader(func() { readReports(sender.ReadRTCP, l.audio.reported) })
	}
	a, err := l.pc.CreateAnswer(nil)
	if err != nil {
		return "", refuse(422, "the offer cannot be answered: no common codec")
	}
	if o, err := readOffer([]byte(a.SDP)); err != nil || o.sdp == "" {
		return "", refuse(422, "no common codec")
	}
	gathered := webrtc.GatheringCompletePromise(l.pc) // of this ICE session: an offer that restarts has begun to gather anew
	if err := l.pc.SetLocalDescription(a); err != nil {
		return "", refuse(422, "the offer cannot be answered")
	}
	limit := time.NewTimer(gatherTimeout)
	defer limit.Stop()
	select {
	case <-gathered:
	case <-limit.C: // with what there is
	case <-ctx.Done():
		return "", refuse(503, "gave up")
	case <-l.ctx.Done():
		return "", refuse(404, "the leg is over")
	}
	return l.pc.LocalDescription().SDP, nil
}

// trickled takes the candidates of a PATCH; match is its If-Match. An ICE restart
// returns our side of it, otherwise there is none.
func (l *Leg) trickled(ctx context.Context, body []byte, match string) (ours string, err error) {
	f, err := readFrag(body)
	if err != nil {
		return "", err
	}
	l.exchange.Lock()
	defer l.exchange.Unlock()
	before := l.pc.RemoteDescription()
	if before == nil {
		return "", refuse(409, "no offer yet")
	}
	restart := f.ufrag != "" && f.ufrag != ufragOf(before.SDP)
	switch {
	case match == "":
		return "", refuse(428, "If-Match is required")
	case match != "*" && match != l.etag, match == "*" && !restart && f.ufrag == "":
		return "", refuse(412, "another ICE session")
	case match != "*" && restart:
		return "", refuse(412, "an ICE restart must match any session: If-Match: *")
	}
	if restart {
		answer, err := l.settle(ctx, restarted(before.SDP, f))
		if err != nil {
			return "", err
		}
		l.etag, l.candidates = quoted(random(8)), len(f.candidates)
		return writeFrag(answer), nil
	}
	if l.candidates += len(f.candidates); l.candidates > maxCandidates {
		return "", refuse(400, "too many candidates")
	}
	for _, c := range f.candidates {
		if err := l.pc.AddICECandidate(c); err != nil {
			return "", refuse(400, "a malformed candidate")
		}
	}
	return "", nil
}

// tag is the ETag of the ICE session.
func (l *Leg) tag() string {
	l.exchange.Lock()
	defer l.exchange.Unlock()
	return l.etag
}
