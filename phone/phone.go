// Package phone is a telephone for people, scripts and tests: it calls, or is
// called, speaks, listens, presses keys, and measures what a caller would feel.
//
// A Phone is one SIP user agent with a line of its own: one call at a time. What
// it does in a call is a Script, a list of Steps: say this, wait until the far
// end falls silent, interrupt it after a second, expect a tone. The same Script
// runs on a call that the phone makes (Call) and on one that it answers
// (Config.Answer), so two Phones can be set on each other.
//
// Everything said is synthesised or read from its file before the phone dials,
// so nothing but the call itself takes time during the call. Times are of two
// kinds: places in a call are media time, since the answer, as the phone's
// pacer counts it; how long the far end took is measured at the wire, from
// packet to packet, free of the phone's own jitter buffer:
//
//   - response: the last voiced packet that we sent to the first voiced packet
//     that came after a silence;
//   - barge-in: our first voiced packet while the far end spoke to the last
//     voiced packet of that speech;
//   - answer: INVITE to 200.
//
// What happens is told as Observations, in order, on one goroutine, and summed
// up in a Report. Load makes many calls and gives percentiles.
package phone

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"hotline"
	"hotline/media/codec"
	"hotline/media/rtp"
	"hotline/sip"
	"hotline/tts"
)

// Config says what a Phone is. The zero Config calls over UDP from a loopback
// address and declines incoming calls.
type Config struct {
	Listen string        // address to bind; "" is "udp://127.0.0.1:0", any free port
	Name   string        // user part of From; "" is "phone"
	Ports  *rtp.Ports    // nil is a range that all Phones of the process share
	Codecs []codec.Codec // to offer and accept; nil is what sip offers
	Speech tts.Engine    // for Say; may be nil if nothing is said
	Voice  tts.Voice
	Answer *Answer        // what to do with an incoming call; nil declines it
	Allow  []netip.Prefix // who may call; nil is this machine
	Log    *slog.Logger   // nil discards
}

// A Phone is a user agent. Its methods may be called from any goroutine.
type Phone struct {
	c       Config
	server  *sip.Server
	addr    string
	line    chan struct{} // holds a token while a call is on
	wire    wire
	answers audio // of Config.Answer
	cancel  context.CancelFunc
	served  chan error
}

// sharedPorts lie between those of a server and those that the system hands out.
var sharedPorts = sync.OnceValue(func() *rtp.Ports { return rtp.NewPorts(30000, 32767, time.Second) })

// New binds a Phone to its address and, if it answers calls, prepares what it
// will say. Close ends it.
func New(ctx context.Context, c Config) (*Phone, error) {
	if c.Listen == "" {
		c.Listen = "udp://127.0.0.1:0"
	}
	if c.Name == "" {
		c.Name = "phone"
	}
	if c.Ports == nil {
		c.Ports = sharedPorts()
	}
	if c.Allow == nil {
		c.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	p := &Phone{c: c, line: make(chan struct{}, 1), served: make(chan error, 1)}
	if c.Answer != nil {
		var err error
		if p.answers, err = prepare(ctx, c.Answer.Script, c.Speech, c.Voice); err != nil {
			return nil, err
		}
	}
	var err error
	p.server, err = sip.Listen(sip.Config{
		Listen: []string{c.Listen}, Ports: c.Ports, Codecs: c.Codecs, UserAgent: "hotline phone",
		Trunks: []sip.Trunk{{Name: "callers", Allow: c.Allow}},
		Packet: p.wire.packet, Log: c.Log,
	})
	if err != nil {
		return nil, err
	}
	p.addr = p.server.Addrs()[0]
	ctx, p.cancel = context.WithCancel(context.Background())
	go func() { p.served <- p.server.Serve(ctx, p.incoming) }()
	return p, nil
}

// Close hangs up and waits until nothing of the Phone is left. Call it once.
func (p *Phone) Close() error {
	p.cancel()
	return <-p.served
}

// URI is where others can call this Phone.
func (p *Phone) URI() string { return uri(p.c.Name, p.addr) }

// ListenFor is the Config.Listen of a Phone that will call uri: of its transport,
// and on a loopback address only if the far end is on this machine.
func ListenFor(uri string) string {
	_, host, _ := strings.Cut(uri, ":") // the scheme
	if _, after, ok := strings.Cut(host, "@"); ok {
		host = after
	}
	host, params, _ := strings.Cut(host, ";")
	network := "udp"
	if strings.Contains(strings.ToLower(params), "transport=tcp") {
		network = "tcp"
	}
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip, err := netip.ParseAddr(host)
	switch {
	case host == "localhost", err == nil && ip.Is4() && ip.IsLoopback():
		return network + "://127.0.0.1:0"
	case err == nil && ip.Is6() && ip.IsLoopback():
		return network + "://[::1]:0"
	case err == nil && ip.Is6():
		return network + "://[::]:0"
	}
	return network + "://0.0.0.0:0"
}

// clearing is how long a call that is over may still hold the line.
const clearing = 100 * time.Millisecond

// take takes the line, unless there is a call on it.
func (p *Phone) take() bool {
	select {
	case p.line <- struct{}{}:
		p.wire.reset()
		return true
	case <-time.After(clearing):
		return false
	}
}

func (p *Phone) release() { <-p.line }

// Options are what may differ from call to call.
type Options struct {
	Record  string            // path of a WAV to make: this phone left, what it hears right
	Observe func(Observation) // told of everything as it happens; may take its time
	Ring    time.Duration     // how long to let it ring; 0 is 30 s
	From    string            // user part of From; "" is Config.Name
	Trunk   sip.Trunk         // credentials, for a far end that asks for them
	Headers map[string]string // added to the INVITE
}

// Call dials uri and goes through s. It returns when the call is over; ctx ends
// it at once, with BYE. The Report is never nil; its Err, which is also the
// error returned, says why the call did not go as the Script wants.
func (p *Phone) Call(ctx context.Context, uri string, s Script, o Options) (*Report, error) {
	a, err := prepare(ctx, s, p.c.Speech, p.c.Voice)
	if err != nil {
		return failed(uri, err), err
	}
	return p.call(ctx, uri, s, a, o)
}

func (p *Phone) call(ctx context.Context, uri string, s Script, a audio, o Options) (*Report, error) {
	if !p.take() {
		err := &hotline.Error{Op: "phone.Call", Code: hotline.EBusy, Message: "this phone is in a call"}
		return failed(uri, err), err
	}
	defer p.release()
	if o.From == "" {
		o.From = p.c.Name
	}
	if o.Ring == 0 {
		o.Ring = 30 * time.Second
	}
	c := newCall(&p.wire, a, o, &Report{Direction: "out", From: o.From, To: uri, Started: time.Now()})
	ring, cancel := context.WithTimeout(ctx, o.Ring)
	l, err := p.server.Dial(ring, sip.Target{URI: uri, From: o.From, Headers: o.Headers,
		Username: o.Trunk.Username, Password: o.Trunk.Password,
		Ringing: func() { c.tell(Observation{Kind: Ringing}) }})
	cancel()
	if err != nil {
		return c.end(Unanswered, err)
	}
	c.answered(time.Since(c.report.Started))
	return c.run(ctx, l, s)
}
