package jitter

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"hotline/media"
	"hotline/media/codec"
	"hotline/media/mediatest"
)

const tick = media.FrameDur

// arrival is one packet on its way.
type arrival struct {
	at time.Duration
	Packet
}

// sender makes n packets of a tone, each of the given length.
func sender(c codec.Codec, hz float64, length time.Duration, n int) []arrival {
	enc, dec := c.NewEncoder(), c.NewDecoder()
	tone := &mediatest.Tone{Hz: hz}
	var pcm []int16
	size := int(length * media.SampleRate / time.Second)
	as := make([]arrival, n)
	for i := range as {
		for len(pcm) < size {
			f, _ := tone.ReadFrame()
			pcm = append(pcm, f.PCM[:]...)
		}
		as[i] = arrival{time.Duration(i) * length, Packet{
			Seq: uint16(65500 + i), Timestamp: uint32(1<<32 - 16000 + i*size/2),
			Payload: enc.Encode(nil, pcm[:size]), Decoder: dec}}
		pcm = pcm[size:]
	}
	return as
}

// network does to packets what n says.
func network(as []arrival, n mediatest.Net) (out []arrival) {
	fate := n.Fate()
	for _, a := range as {
		for _, d := range fate.Next(nil) {
			out = append(out, arrival{a.at + d, a.Packet})
		}
	}
	slices.SortStableFunc(out, func(a, b arrival) int { return cmp.Compare(a.at, b.at) })
	return out
}

// result is what came out.
type result struct {
	*Buffer
	frames [][media.FrameSize]int16
	kinds  []Kind
	depth  []time.Duration
}

func (r *result) pcm(from, to time.Duration) (pcm []int16) {
	for _, f := range r.frames[from/tick : to/tick] {
		pcm = append(pcm, f[:]...)
	}
	return pcm
}

func (r *result) count(k Kind) (n int) {
	for _, x := range r.kinds {
		if x == k {
			n++
		}
	}
	return n
}

// play runs the packets through a Buffer; its ticks lie between arrivals.
func play(as []arrival, d time.Duration) *result {
	r := &result{Buffer: New()}
	for at := 7 * time.Millisecond; at < d; at += tick {
		for len(as) > 0 && as[0].at <= at {
			r.Put(as[0].at, as[0].Packet)
			as = as[1:]
		}
		var f [media.FrameSize]int16
		r.kinds = append(r.kinds, r.Get(at, &f))
		r.frames = append(r.frames, f)
		r.depth = append(r.depth, r.Stats().Depth)
	}
	return r
}

// click is the largest second difference of a signal: a tone of amplitude a has
// a(2πf/16000)², a step has all of itself.
func click(pcm []int16) (most int) {
	for i := 2; i < len(pcm); i++ {
		d := int(pcm[i]) - 2*int(pcm[i-1]) + int(pcm[i-2])
		most = max(most, d, -d)
	}
	return most
}

func heard(t *testing.T, pcm []int16, hz, purity float64) {
	t.Helper()
	if r := mediatest.Hear(pcm); math.Abs(r.Hz-hz) > 3 || r.Purity < purity || math.Abs(r.Level+20) > 2 {
		t.Errorf("heard %v for %g Hz", r, hz)
	}
}

// TestPerfect: on a perfect network packets of any length come through as they
// are, 25 to 45 ms late, across the wrap of sequence numbers and timestamps.
func TestPerfect(t *testing.T) {
	for _, c := range codec.All {
		for _, length := range []time.Duration{10, 20, 30, 40, 60} {
			length *= time.Millisecond
			as := sender(c, 440, length, int(4*time.Second/length))
			r := play(as, 3950*time.Millisecond)
			s := r.Stats()
			if s.Lost+s.Late+s.Reordered+s.Duplicate+s.Concealed+s.Inserted+s.Restarts != 0 || s.Received < uint64(3900*time.Millisecond/length) {
				t.Errorf("%s, %v: %+v", c.Name, length, s)
			}
			if s.Depth < 20*time.Millisecond || s.Depth > 55*time.Millisecond || s.Jitter > 100*time.Microsecond {
				t.Errorf("%s, %v: depth %v, jitter %v", c.Name, length, s.Depth, s.Jitter)
			}
			heard(t, r.pcm(time.Second, 3*time.Second), 440, 0.99)
			if n := r.count(Silent); n > 4 {
				t.Errorf("%s, %v: %d frames of silence", c.Name, length, n)
			}
		}
	}
}

// TestBadNetworks: the tone is found again, nothing clicks, and the counters
// add up.
func TestBadNetworks(t *testing.T) {
	const ms = time.Millisecond
	for _, n := range []mediatest.Net{
		{Loss: 0.02, Seed: 1},
		{Loss: 0.10, Seed: 2},
		{Jitter: 60 * ms, Seed: 3},
		{Jitter: 120 * ms, Duplicate: 0.1, Seed: 4},
		{Loss: 0.05, Duplicate: 0.02, Jitter: 40 * ms, Seed: 5},
	} {
		for _, c := range codec.All {
			t.Run(fmt.Sprintf("%s %v", c.Name, n), func(t *testing.T) {
				as := sender(c, 300, 20*ms, 1000)
				sent := network(as, n)
				r := play(sent, 20*time.Second)
				s := r.Stats()
				if got := s.Received - s.Duplicate + s.Lost; got < 990 || got > 1000 {
					t.Errorf("%d packets accounted for", got)
				}
				if d := float64(s.Lost)/1000 - n.Loss; math.Abs(d) > 0.03 {
					t.Errorf("%d lost of %v", s.Lost, n.Loss)
				}
				if s.Late > 20 {
					t.Errorf("%d late", s.Late)
				}
				if n.Jitter > 30*ms && s.Reordered < 20 {
					t.Errorf("%d reordered", s.Reordered)
				}
				if float64(s.Concealed) > 1000*n.Loss*1.4+10 {
					t.Errorf("%d concealed", s.Concealed)
				}
				if s.Depth > n.Jitter+60*ms {
					t.Errorf("depth %v, target %v", s.Depth, s.Target)
				}
				heard(t, r.pcm(4*time.Second, 18*time.Second), 300, 0.8)
				if k := click(r.pcm(4*time.Second, 19*time.Second)); k > 700 {
					t.Errorf("clicks by %d", k)
				}
				t.Logf("%+v", s)
			})
		}
	}
}

// TestDepth: it grows at once when the network turns bad, and shrinks when it
// has been good for a while.
func TestDepth(t *testing.T) {
	as := sender(codec.PCMU, 300, tick, 3500)
	bad := network(as[1000:1500], mediatest.Net{Jitter: 100 * time.Millisecond, Seed: 1})
	all := slices.Concat(as[:1000], bad, as[1500:])
	slices.SortStableFunc(all, func(a, b arrival) int { return cmp.Compare(a.at, b.at) })
	r := play(all, 70*time.Second)
	at := func(s int) time.Duration { return r.depth[s*50] }
	if at(19) > 50*time.Millisecond {
		t.Errorf("depth %v before", at(19))
	}
	if at(21) < 80*time.Millisecond {
		t.Errorf("depth %v a second after the network turned bad", at(21))
	}
	if at(32) < 80*time.Millisecond {
		t.Errorf("depth %v: shrank in two seconds", at(32))
	}
	if at(69) > 60*time.Millisecond {
		t.Errorf("depth %v 40 s after the network became good", at(69))
	}
	if s := r.Stats(); s.Late > 5 || s.Concealed > 15 {
		t.Errorf("%+v", s)
	}
	if k := click(r.pcm(2*time.Second, 59*time.Second)); k > 700 {
		t.Errorf("clicks by %d", k)
	}
}

// TestDrift: a sender's clock that is off by 200 ppm neither fills nor empties
// the buffer.
func TestDrift(t *testing.T) {
	for _, ppm := range []time.Duration{-200, 200} {
		as := sender(codec.PCMU, 300, tick, 6000)
		for i := range as {
			as[i].at += as[i].at * ppm / 1e6
		}
		r := play(as, 119*time.Second)
		s := r.Stats()
		if s.Depth < 15*time.Millisecond || s.Depth > 60*time.Millisecond || s.Concealed > 2 {
			t.Errorf("%d ppm: %+v", ppm, s)
		}
		if s.Inserted+s.Removed < 160 { // 24 ms less what the slack takes
			t.Errorf("%d ppm: nothing inserted or removed: %+v", ppm, s)
		}
	}
}

// TestPause: a pause of the sender keeps its length, is silent, and is not lost.
func TestPause(t *testing.T) {
	as := sender(codec.PCMU, 440, tick, 200)
	as = slices.Concat(as[:50], as[125:])
	for i := range as {
		as[i].Seq = uint16(i)
	}
	r := play(as, 4*time.Second)
	if s := r.Stats(); s.Lost != 0 || s.Concealed > 4 || s.Restarts != 0 {
		t.Errorf("%+v", s)
	}
	if n := r.count(Audio); n < 120 || n > 126 {
		t.Errorf("%d frames of audio, want 125", n)
	}
	if n := mediatest.Hear(r.pcm(1200*time.Millisecond, 2500*time.Millisecond)); n.Level > -80 {
		t.Errorf("the pause has %v", n)
	}
	heard(t, r.pcm(2600*time.Millisecond, 3900*time.Millisecond), 440, 0.98)
}

// TestComfortNoise: RFC 3389.
func TestComfortNoise(t *testing.T) {
	as := sender(codec.PCMU, 440, tick, 200)
	cn := as[50]
	cn.Decoder, cn.Payload = nil, []byte{50}
	as = slices.Concat(as[:50], []arrival{cn}, as[125:])
	for i := range as {
		as[i].Seq = uint16(i)
	}
	r := play(as, 4*time.Second)
	if s := r.Stats(); s.Lost+s.Concealed != 0 {
		t.Errorf("%+v", s)
	}
	if n := r.count(Noise); n < 70 {
		t.Errorf("%d frames of noise", n)
	}
	var sum float64
	pcm := r.pcm(1200*time.Millisecond, 2400*time.Millisecond)
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	if db := 10 * math.Log10(sum/float64(len(pcm))/32768/32768); math.Abs(db+50) > 1 {
		t.Errorf("noise of %.1f dB, want -50", db)
	}
}

// TestKeys: the keypad's packets are not lost ones, and nothing is made up in
// their place.
func TestKeys(t *testing.T) {
	as := sender(codec.PCMU, 440, tick, 100)
	r := New()
	var pcm [media.FrameSize]int16
	for i, a := range as {
		if i >= 50 && i < 60 {
			r.Note(a.Seq)
		} else {
			r.Put(a.at, a.Packet)
		}
		r.Get(a.at+7*time.Millisecond, &pcm)
	}
	if s := r.Stats(); s.Lost != 0 || s.Concealed > 2 {
		t.Errorf("%+v", s)
	}
}

// TestJumps: new sequence numbers, new timestamps and a new source are played,
// the tone is back within 100 ms.
func TestJumps(t *testing.T) {
	for name, jump := range map[string]func(*arrival){
		"sequence":           func(a *arrival) { a.Seq += 20000 },
		"timestamp":          func(a *arrival) { a.Timestamp += 1 << 30 },
		"timestamp back":     func(a *arrival) { a.Timestamp -= 1 << 20 },
		"both":               func(a *arrival) { a.Seq += 9999; a.Timestamp -= 77777777 },
		"sequence and pause": func(a *arrival) { a.Seq += 20000; a.Timestamp += 8000; a.at += time.Second },
	} {
		as := sender(codec.PCMU, 440, tick, 200)
		for i := 100; i < 200; i++ {
			jump(&as[i])
		}
		r := play(as, 5*time.Second)
		s := r.Stats()
		if s.Lost != 0 || s.Late > 1 || s.Restarts != 1 {
			t.Errorf("%s: %+v", name, s)
		}
		end := as[199].at
		heard(t, r.pcm(end-1800*time.Millisecond, end), 440, 0.97)
	}
}

// TestStray: one packet from nowhere does not disturb the stream.
func TestStray(t *testing.T) {
	as := sender(codec.PCMU, 440, tick, 200)
	as[100].Seq += 30000
	r := play(as, 4*time.Second)
	if s := r.Stats(); s.Restarts != 0 || s.Lost != 1 || s.Concealed > 2 {
		t.Errorf("%+v", s)
	}
}

// TestStall: the network holds everything for 300 ms, then delivers it. Nothing
// that came is thrown away; the delay is worked off.
func TestStall(t *testing.T) {
	as := sender(codec.PCMU, 440, tick, 1000)
	for i := 100; i < 115; i++ {
		as[i].at = as[115].at
	}
	r := play(as, 20*time.Second)
	s := r.Stats()
	if s.Late > 5 || s.Lost != 0 || s.Concealed > 12 {
		t.Errorf("%+v", s)
	}
	if d := r.depth[150]; d < 100*time.Millisecond {
		t.Errorf("depth %v right after", d)
	}
	if s.Depth > 150*time.Millisecond {
		t.Errorf("depth %v much later", s.Depth)
	}
}

// TestGone: a peer that falls silent is concealed for 100 ms at most, and when it
// is back it is heard.
func TestGone(t *testing.T) {
	as := sender(codec.PCMU, 440, tick, 200)
	as = slices.Delete(as, 50, 100) // lost, not paused: the numbers go on
	r := play(as, 4*time.Second)
	if s := r.Stats(); s.Lost != 50 || s.Concealed > 6 {
		t.Errorf("%+v", s)
	}
	if n := mediatest.Hear(r.pcm(1200*time.Millisecond, 1900*time.Millisecond)); n.Level > -80 {
		t.Errorf("after it was gone: %v", n)
	}
	heard(t, r.pcm(2200*time.Millisecond, 3900*time.Millisecond), 440, 0.98)
	if k := click(r.pcm(500*time.Millisecond, 3900*time.Millisecond)); k > 600 {
		t.Errorf("clicks by %d", k)
	}
}

func TestFlood(t *testing.T) {
	as := sender(codec.PCMU, 440, tick, 500)
	b := New()
	for _, a := range as {
		b.Put(0, a.Packet)
	}
	var pcm [media.FrameSize]int16
	if b.Get(0, &pcm); b.queue.n > len(b.queue.slots) {
		t.Error("queue over its bound")
	}
}

func TestAllocs(t *testing.T) {
	as := network(sender(codec.G722, 440, tick, 3000), mediatest.Net{Loss: 0.1, Jitter: 50 * time.Millisecond})
	b, i, at := New(), 0, time.Duration(0)
	if n := testing.AllocsPerRun(2000, func() {
		for ; as[i].at <= at; i++ {
			b.Put(as[i].at, as[i].Packet)
		}
		var pcm [media.FrameSize]int16
		b.Get(at, &pcm)
		at += tick
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// FuzzBuffer: packets of any kind at any time never panic or fill the memory,
// and every packet is accounted for. Each step is five bytes: sequence number and
// timestamp relative to the last, length, and what to do.
func FuzzBuffer(f *testing.F) {
	f.Add([]byte{1, 1, 160, 0, 0, 1, 1, 160, 0, 0, 3, 3, 160, 0, 1, 1, 1, 0, 5, 0, 200, 128, 160, 9, 2})
	f.Add(slices.Repeat([]byte{1, 1, 80, 1, 0}, 40))
	f.Add(slices.Repeat([]byte{1, 1, 160, 1, 0, 0, 0, 160, 1, 3}, 80))
	f.Fuzz(func(t *testing.T, steps []byte) {
		b, dec := New(), codec.PCMA.NewDecoder()
		var (
			seq  uint16
			ts   uint32
			at   time.Duration
			puts uint64
			pcm  [media.FrameSize]int16
		)
		for ; len(steps) >= 5; steps = steps[5:] {
			seq += uint16(int8(steps[0]))
			ts += uint32(int32(int8(steps[1])) * 160)
			p := Packet{Seq: seq, Timestamp: ts, Payload: make([]byte, int(steps[2])*5), Decoder: dec}
			switch steps[4] % 8 {
			case 1:
				p.Decoder = nil
			case 2:
				seq += 5000
			case 3:
				ts += 1 << 28
			case 4:
				b.Note(seq)
				puts++
			case 5:
				b.Reset()
			}
			b.Put(at, p)
			puts++
			for range steps[3] % 4 {
				b.Get(at, &pcm)
				at += tick
			}
		}
		s := b.Stats()
		if s.Received != puts || s.Duplicate+s.Late+s.Reordered > puts || s.Target > 240*time.Millisecond || s.Jitter < 0 {
			t.Errorf("%d put: %+v", puts, s)
		}
		if b.pcm.len() < 0 || b.pcm.r < history {
			t.Errorf("pcm at %d to %d", b.pcm.r, b.pcm.w)
		}
	})
}

// BenchmarkFrame puts and gets 20 ms.
func BenchmarkFrame(b *testing.B) {
	for _, n := range []mediatest.Net{{}, {Loss: 0.05, Jitter: 40 * time.Millisecond}} {
		b.Run(fmt.Sprintf("loss=%v,jitter=%v", n.Loss, n.Jitter), func(b *testing.B) {
			as := network(sender(codec.PCMU, 440, tick, 10000), n)
			i, at, buf, base := 0, time.Duration(0), New(), time.Duration(0)
			b.ReportAllocs()
			for b.Loop() {
				for ; as[i].at+base <= at; i = (i + 1) % len(as) {
					buf.Put(at, as[i].Packet)
					if i == len(as)-1 {
						base += 200 * time.Second
					}
				}
				var pcm [media.FrameSize]int16
				buf.Get(at, &pcm)
				at += tick
			}
		})
	}
}
