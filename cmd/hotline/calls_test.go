package main

import (
	"context"
	"net"
	"testing"
	"time"

	"hotline"
	"hotline/call"
	"hotline/media/rtp"
	"hotline/sip"
)

// An agent's phone that is not there must not keep the caller waiting for as
// long as one that rings.
func TestPhoneThatIsNotThereIsGivenUpSoon(t *testing.T) {
	deaf, err := net.ListenPacket("udp", "127.0.0.1:0") // takes the INVITE and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	s, err := sip.Listen(sip.Config{Listen: []string{"udp://127.0.0.1:0"}, Ports: rtp.NewPorts(34000, 34099, 0)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, func(context.Context, *sip.Leg) {}) }()
	p := phones{s, func(hotline.AgentID) (string, bool) { return "sip:anna@" + deaf.LocalAddr().String(), true }, nil, time.Minute}
	from := time.Now()
	_, err = p.Dial(ctx, call.Callee{Agent: "anna"}, hotline.LegInfo{From: "100"})
	if code := hotline.ErrorCode(err); code != hotline.ENoAnswer {
		t.Errorf("dialling ended with %q: %v", code, err)
	}
	if took := time.Since(from); took > p.ring/2 {
		t.Errorf("it took %v", took)
	}
	cancel()
	<-served
}
