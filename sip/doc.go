// Package sip takes and makes calls: SIP dialogs over UDP and TCP (RFC 3261),
// their session descriptions (RFC 3264, 8866), and the RTP stream of each. It
// knows nothing of what is said in them.
//
//	s, err := sip.Listen(sip.Config{Listen: []string{"udp://0.0.0.0:5060"}, Ports: ports, Trunks: trunks})
//	err = s.Serve(ctx, func(ctx context.Context, l *sip.Leg) { // once per caller
//		stream, err := l.Answer(ctx)
//		...
//		err = stream.Run(ctx, ear, voice)
//	})
//
// A Leg is one party: incoming ones are handed to Serve's function while they
// ring, outgoing ones are what Dial returns once they are answered.
//
// # Order
//
// A caller has been told 180 before the function runs. The transport may swap
// messages that follow each other closely; the dialog does not mind, except that
// a request older than one already handled gets 500. Signals come in the order
// in which they were noticed; a hangup is the last, and then the channel is
// closed. Refused is told of a refusal before the caller is.
//
// # Blocking
//
// Answer returns as soon as the 200 is out; its ACK, and sending it again, is
// the package's affair. Only where the caller left the offer to us does it
// wait for the ACK, because the codec is in there. Hangup, Hold, Resume and Dial wait for
// the far end or the end of their context. The hooks of Config run on the
// goroutine of a message and must not block.
//
// # Closing
//
// A leg is over when either side hangs up, when the ACK never comes, when the
// caller cancels, or when the far end does not know it any more. Its stream then
// returns from Run, and its ports go back when that has happened. Serve returns
// after every goroutine that it started: the functions first, which it waits for,
// then BYE for what they left behind, then the sockets.
//
// # Who may call
//
// Only addresses in the networks of a trunk; all others get 403 and leave no
// trace but a Refusal. What belongs to a dialog of ours is let in from anywhere:
// phones that we dial are on no trunk. REGISTER, REFER, SUBSCRIBE, MESSAGE and
// their like are refused to everybody.
//
// # Files
//
// Pure, and tested with tables: sdp.go (reading and writing descriptions),
// negotiate.go (offer and answer), state.go (the life of a dialog), check.go
// (what is wrong with a request), number.go, codes.go. The rest does what they
// say: gate.go (sockets), server.go, request.go (every request arrives there),
// invite.go and ack.go (being called), dial.go (calling), reinvite.go (hold and
// change), hangup.go, transact.go (requests in a dialog, digest), leg.go.
package sip
