// Package rtc takes calls from browsers: WebRTC over pion, signalled by WHIP
// (RFC 9725). It knows nothing of what is said in them.
//
//	s, err := rtc.New(rtc.Config{Listen: "0.0.0.0:7882", Admit: whoIsIt})
//	mux.Handle("/api/v1/whip", s)
//	mux.Handle("/api/v1/whip/", s)
//	err = s.Serve(ctx, func(ctx context.Context, l *rtc.Leg) { // once per caller
//		stream, err := l.Answer(ctx)
//		...
//		err = stream.Run(ctx, ear, voice)
//	})
//
// A Leg is one browser. That of a caller, or of a supervisor, is handed to Serve's
// function; that of an agent, whom Config.Admit has recognised, waits for Dial, or
// Dial for it. An agent who answers one call (Guest.Call) is refused with 409 when
// no Dial for that call waits.
//
// # Order
//
// A browser has its answer before the function runs; it is connected when Answer
// returns. Offers and candidates of one leg are taken one at a time. Signals
// come in the order in which they were noticed; a hangup is the last, and then the
// channel is closed.
//
// # Blocking
//
// A POST waits for our own candidates, as WHIP cannot send them later: not at
// all without Relays, two seconds at most with them. Answer and Dial wait for the
// browser, Hangup for the end of all that belongs to the leg, each until their
// context ends. Hooks of Config must not block.
//
// # Time
//
// Stream.Run has one goroutine for both directions, the caller's own, with the
// contract of media.Stream: a frame in and a frame out every 20 ms, whether
// packets came or not. Received audio goes through media/jitter. A lost Opus packet is
// played from the copy in the next one (in-band FEC) where there is one; other
// losses are concealed by the buffer.
//
// # Being lost
//
// When no packet comes for Config.Silent, or ICE gets no answer for as long (at
// least three seconds), there is hotline.SigSilent; hotline.SigAudible if they come
// again, and after Config.Lost the leg ends with hotline.MediaLost. A browser that
// changes networks restarts ICE in between. A page that is closed says so (DTLS
// close_notify, or DELETE), and so do we: pages notice our hangup when the state of
// their RTCDtlsTransport becomes "closed", within milliseconds, while
// RTCPeerConnection.connectionState takes seconds to become "disconnected".
// Legs of people at the desk (Guest.Owner) have shorter limits, StaffSilent and
// StaffLost, and faster ICE checks: their caller must not be left with nobody.
// Chromium that is killed is given up after 3.3 to 3.6 s, muted or not.
// People at the desk hang up with DELETE; a page of theirs that only vanishes was
// not meant to, and ends with hotline.MediaLost too.
// A leg that does not connect within Config.ConnectTimeout ends likewise.
//
// # Closing
//
// A leg is over when either side hangs up or it is lost. Its stream then returns
// from Run, the connection is closed, and every goroutine of it ends before
// Hangup returns. Serve returns after every goroutine that it started: the
// functions first, which it waits for, then the legs that they or the agents left
// behind, then the media port.
//
// # What is told, and believed
//
// Candidates have the machine's addresses unless Config says otherwise, never
// loopback or link-local ones; names in the local network (mDNS) are neither made nor
// asked for; a browser behind such a name is found by the packets that it sends.
// Addresses of browsers that are loopback, link-local or multicast are not sent
// to. A leg's URL is its secret and is in no log and no event.
//
// # Offers
//
// One audio section, and no other in use. Opus at wideband with FEC (see
// media/opus for why and for what it costs), G.722, PCMU and PCMA, in the order
// of the browser's preference, and telephone-event. No video, no data channel. A PATCH with a
// whole offer changes the direction: recvonly is a muted microphone, sendonly
// and inactive are hold. Codecs keep their place for the life of a leg.
//
// # Measured
//
// With `go test -bench . ./rtc` and a real Chromium in browsertest, on two cores
// of an AMD EPYC: a tick of a leg takes 0.12 ms with Opus and 0.05 ms with PCMU
// (4 allocations, pion's); fifty legs and the fifty browsers at their other end
// together take 1.2 cores, so that a leg costs about 1.2 % of one; a
// connection stands 25 ms after the POST on loopback. Fifty callers at once, with a
// question each 20 s (`go test ./e2e -run '^$' -bench Fifty -benchtime 1x`), cost the
// server .57 cores over WebRTC with Opus and .41 over SIP, recognition included, and
// were answered as fast: p50 1.12 s and 1.04 s, p95 3.2 s and 3.1 s, on two cores that
// had twice as much other work to do; on idle ones it is to be measured again.
//
// # Files
//
// Pure, and tested with tables: offer.go (SDP and its fragments), keys.go,
// inbox.go (jitter buffer and FEC). The rest does what they say: whip.go (HTTP),
// negotiate.go, server.go, agents.go, leg.go, stream.go (the pacer), receive.go,
// sender.go, config.go.
package rtc
