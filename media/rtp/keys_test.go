package rtp

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/media/keys"
)

// press is the packets of one key: five while it is down and three that it is up,
// 20 ms apart.
func press(event byte, ts uint32) (ps []pressed) {
	for i := range 7 {
		var b [4]byte
		b[0], b[1] = event, 10
		if i >= 4 {
			b[1] |= 0x80
		}
		binary.BigEndian.PutUint16(b[2:], uint16(160*min(i+1, 5)))
		ps = append(ps, pressed{time.Duration(i) * 20 * time.Millisecond, ts, i == 0, b[:]})
	}
	return ps
}

type pressed struct {
	at      time.Duration
	ts      uint32
	marker  bool
	payload []byte
}

func later(ps []pressed, d time.Duration) []pressed {
	for i := range ps {
		ps[i].at += d
	}
	return ps
}

func TestKeysIn(t *testing.T) {
	const ms = time.Millisecond
	one, two := func() []pressed { return press(1, 1000) }, func() []pressed { return later(press(2, 3000), 250*ms) }
	again := func() []pressed { return later(press(1, 3000), 250*ms) }
	rising := one()
	for i := range rising {
		rising[i].ts += uint32(160 * i)
	}
	long := append(one()[:4], later(press(1, 1000+0xffff), 90*ms)[1:]...)
	for name, tt := range map[string]struct {
		ps   []pressed
		want string
	}{
		"one":                         {one(), "1"},
		"two":                         {append(one(), two()...), "12"},
		"each packet twice":           {slices.Repeat(one(), 2), "1"},
		"no start":                    {one()[1:], "1"},
		"only the last":               {one()[6:], "1"},
		"no end":                      {append(one()[:4], two()...), "12"},
		"the same key again":          {append(one(), again()...), "11"},
		"again after no end":          {append(one()[:4], again()...), "11"},
		"again, no end and no start":  {append(one()[:4], again()[2:]...), "11"},
		"late packet of the first":    {slices.Concat(one()[:5], two()[:3], one()[5:], two()[3:]), "12"},
		"timestamp counts up":         {rising, "1"},
		"segments of a long key":      {long, "1"},
		"not a key (flash, 16)":       {press(16, 1), ""},
		"all of them":                 {slices.Concat(press(10, 1), later(press(11, 9000), time.Second), later(press(15, 20000), 2*time.Second)), "*#D"},
		"short payload":               {[]pressed{{0, 1, true, []byte{1, 2, 3}}}, ""},
		"timestamps begin anew":       {append(one(), later(press(3, 1<<31), time.Second)...), "13"},
		"timestamps go back far":      {append(press(1, 1e6), later(press(3, 100), time.Second)...), "13"},
		"two packets after two hours": {append(one(), later(press(1, 1000+8000*7200), 2*time.Hour)...), "11"},
	} {
		var k keysIn
		var got strings.Builder
		for _, p := range tt.ps {
			if r, ok := k.packet(p.at, p.ts, p.marker, p.payload); ok {
				got.WriteRune(r)
			}
		}
		if got.String() != tt.want {
			t.Errorf("%s: %q, want %q", name, got.String(), tt.want)
		}
	}
}

// TestKeysOut: what is sent is read, each key has five durations and three ends,
// and there is audio between two keys.
func TestKeysOut(t *testing.T) {
	const all = keys.Names + "11"
	typing, err := keys.Parse(all)
	if err != nil {
		t.Fatal(err)
	}
	out, in := keys.Sender{}, keysIn{}
	out.Add(typing)
	var got strings.Builder
	var marks, ends, pauses int
	ts := uint32(1<<32 - 5000)
	for at := time.Duration(0); ; at += 20 * time.Millisecond {
		select {
		case <-typing.Done():
			if got.String() != all || marks != len(all) || ends != 3*len(all) || pauses != 3*len(all) {
				t.Errorf("%q: %d marks, %d ends, %d pauses", got.String(), marks, ends, pauses)
			}
			return
		default:
		}
		payload, began, mark, ok := out.Next(ts, ticksAFrame)
		if ts += 160; !ok {
			pauses++
			continue
		}
		if mark {
			marks++
		}
		if payload[1]&0x80 != 0 {
			if ends++; binary.BigEndian.Uint16(payload[2:]) != 800 {
				t.Errorf("a key of %d ticks", binary.BigEndian.Uint16(payload[2:]))
			}
		}
		if r, ok := in.packet(at, began, mark, payload[:]); ok {
			got.WriteRune(r)
		}
	}
}
