package rtp

import (
	"net/netip"
	"testing"
	"time"
)

func TestSource(t *testing.T) {
	const ms = time.Millisecond
	var (
		phone    = netip.MustParseAddrPort("192.0.2.1:4000")
		nat      = netip.MustParseAddrPort("198.51.100.1:5000")
		nat2     = netip.MustParseAddrPort("198.51.100.1:5002")
		stranger = netip.MustParseAddrPort("203.0.113.9:6666")
	)
	type step struct {
		from  netip.AddrPort
		ssrc  uint32
		start time.Duration
		n     int // packets, 20 ms apart
		took  int // how many of them are accepted
	}
	for name, tt := range map[string]struct {
		signalled netip.AddrPort
		steps     []step
		dest      netip.AddrPort
	}{
		"as signalled":                    {phone, []step{{phone, 1, 0, 50, 50}}, phone},
		"nothing yet":                     {phone, nil, phone},
		"behind a NAT":                    {phone, []step{{nat, 1, 0, 50, 40}}, nat},
		"no address: three in a row":      {netip.AddrPort{}, []step{{nat, 1, 0, 50, 48}}, nat},
		"two are not enough":              {netip.AddrPort{}, []step{{nat, 1, 0, 2, 0}}, netip.AddrPort{}},
		"signalled wins over a NAT":       {phone, []step{{nat, 1, 0, 20, 10}, {phone, 2, 500 * ms, 10, 8}}, phone},
		"a stranger while the peer talks": {phone, []step{{phone, 1, 0, 500, 500}, {stranger, 2, 1 * time.Second, 400, 0}}, phone},
		"a stranger after silence":        {phone, []step{{phone, 1, 0, 1000, 1000}, {stranger, 2, 30 * time.Second, 400, 0}}, phone},
		"a new port of the NAT":           {phone, []step{{nat, 1, 0, 1000, 990}, {nat2, 1, 30 * time.Second, 50, 46}}, nat2},
		"another host while it is new":    {phone, []step{{phone, 1, 0, 10, 10}, {nat, 1, 3 * time.Second, 50, 46}}, nat},
		"the phone is restarted":          {phone, []step{{phone, 1, 0, 50, 50}, {phone, 2, 1 * time.Second, 50, 49}}, phone},
	} {
		var s source
		s.signal(0, tt.signalled)
		for i, st := range tt.steps {
			took := 0
			for k := range st.n {
				if s.judge(st.start+time.Duration(k)*20*ms, st.from, st.ssrc, uint16(65530+k)) != refused {
					took++
				}
			}
			if took != st.took {
				t.Errorf("%s: step %d: %d packets accepted, want %d", name, i, took, st.took)
			}
		}
		if s.dest() != tt.dest {
			t.Errorf("%s: sends to %v, want %v", name, s.dest(), tt.dest)
		}
	}
}

// TestFloods: neither a stranger's packets nor random SSRCs from the peer's own
// address keep the peer out.
func TestFloods(t *testing.T) {
	phone := netip.MustParseAddrPort("192.0.2.1:4000")
	stranger := netip.MustParseAddrPort("203.0.113.9:6666")
	var s source
	s.signal(0, phone)
	for k := range 500 {
		at := time.Duration(k) * 20 * time.Millisecond
		if s.judge(at, stranger, uint32(k), uint16(k*7)) != refused {
			t.Fatal("the stranger is heard")
		}
		if s.judge(at, phone, 1, uint16(k)) == refused {
			t.Fatal("the phone is not heard")
		}
		if s.judge(at, phone, uint32(k+9), uint16(k*13)) != refused {
			t.Fatal("a random SSRC is heard")
		}
	}
}

// TestNewAddress: a re-INVITE to another address is followed at once, and packets
// on their way from the old one do not take it back.
func TestNewAddress(t *testing.T) {
	old, now := netip.MustParseAddrPort("192.0.2.1:4000"), netip.MustParseAddrPort("192.0.2.2:4000")
	var s source
	s.signal(0, old)
	s.judge(0, old, 1, 1)
	s.signal(time.Second, now)
	for k := range 5 {
		if s.judge(time.Second+time.Duration(k)*20*time.Millisecond, old, 1, uint16(2+k)) != refused {
			t.Error("the old address is heard")
		}
	}
	if s.dest() != now {
		t.Errorf("sends to %v", s.dest())
	}
	if s.judge(time.Second+150*time.Millisecond, now, 2, 1) != acceptedNew {
		t.Error("the new address is not heard")
	}
}
