package sip

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// What the parser and check make of each request of RFC 4475 and RFC 5118:
// "" is nothing wrong, "drop" that it cannot be read (a gate then answers 400 if
// it can be answered at all).
var torture = map[string]string{
	// 3.1.1: valid, if strange
	"dblreq": "", "esc01": "", "esc02": "", "escnull": "", "intmeth": "", "longreq": "", "lwsdisp": "", "mpart01": "",
	"semiuri": "", "transports": "", "wsinv": "",
	// 3.1.2: invalid
	"badaspec": "drop", "badvers": "505", "clerr": "drop", "ltgtruri": "drop", "lwsruri": "drop", "lwsstart": "drop", "mismatch01": "400", "escruri": "400",
	"mismatch02": "400", "ncl": "drop", "quotbal": "drop", "scalar02": "drop", "trws": "drop",
	// 3.3 and 3.4: for the layers above
	"bext01": "420", "insuf": "400", "invut": "", "mcl01": "400", "multi01": "400", "novelsc": "drop", "sdp01": "406", "unkscm": "416",
	"zeromf": "", "inv2543": "400",
}

func TestTorture(t *testing.T) {
	files, err := filepath.Glob("testdata/torture/*/*.dat")
	if err != nil || len(files) < 60 {
		t.Fatal(len(files), err)
	}
	s, _ := serve(t, func(context.Context, *Leg) {})
	p := newPeer(t, s)
	checked := 0
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		p.raw(string(data)) // the server lives on, see below
		name := strings.TrimSuffix(filepath.Base(f), ".dat")
		got := "drop"
		if msg, err := s.parser.ParseSIP(data); err == nil {
			req, ok := msg.(*sip.Request)
			if !ok {
				continue // responses that nobody waits for
			}
			got = ""
			if r := check(req); r != nil {
				got = strconv.Itoa(r.code)
			} else {
				_, _, _ = caller(req), callee(req), headersOf(req)
				_, _ = describe(req)
			}
		}
		if want, ok := torture[name]; ok {
			checked++
			if got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		} else {
			t.Logf("%s: %q", name, got)
		}
	}
	if checked != len(torture) {
		t.Errorf("%d of %d checked", checked, len(torture))
	}
	p.send("OPTIONS", "", "")
	p.response(200, "OPTIONS")
}

// FuzzMessage: no message brings the gate, the checks or what is read of an
// INVITE down.
func FuzzMessage(f *testing.F) {
	files, _ := filepath.Glob("testdata/torture/*/*.dat")
	for _, name := range files {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(data)
		}
	}
	s := &Server{c: Config{UserAgent: "fuzz"}}
	parser := sip.NewParser()
	f.Fuzz(func(t *testing.T, data []byte) {
		msg, err := parser.ParseSIP(data)
		req, ok := msg.(*sip.Request)
		if err != nil || !ok || req == nil {
			return
		}
		r := check(req)
		if r != nil {
			if phrases[r.code] == "" {
				t.Fatalf("status %d", r.code)
			}
			if req.Via() != nil && req.From() != nil && req.To() != nil && req.CSeq() != nil {
				_ = s.response(req, r.code).String()
			}
			return
		}
		for _, n := range []string{caller(req), callee(req)} {
			if strings.ContainsAny(n, "\r\n\x00") || len(n) > 128 {
				t.Fatalf("number %q", n)
			}
		}
		_ = headersOf(req)
		_, _ = describe(req)
		_ = routeSet(req, true)
	})
}
