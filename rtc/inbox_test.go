package rtc

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pion/rtp"

	"hotline/media"
	"hotline/media/mediatest"
	"hotline/media/opus"
)

// voice is like speech to a codec: harmonics of a gliding pitch, in syllables.
func voice(frames int) [][media.FrameSize]int16 {
	out := make([][media.FrameSize]int16, frames)
	var phase float64
	for n := range frames * media.FrameSize {
		t := float64(n) / media.SampleRate
		phase += (140 + 25*math.Sin(2*math.Pi*0.9*t)) / media.SampleRate
		var v float64
		for h := 1.0; h <= 12; h++ {
			v += math.Sin(2*math.Pi*h*phase) / (1 + math.Abs(h-4))
		}
		out[n/media.FrameSize][n%media.FrameSize] = int16(3000 * v * (0.55 + 0.45*math.Sin(2*math.Pi*2.5*t)))
	}
	return out
}

// through sends the voice through an encoder, a network and an inbox, and
// returns how alike what comes out is to what comes out of a network that loses
// nothing: the mean SNR of frames in dB.
func through(t *testing.T, lost func(i int) bool, order func(i int) int, recover bool) (db float64, in *inbox) {
	t.Helper()
	const frames = 180
	var packets []*rtp.Packet
	enc := opus.NewEncoder()
	enc.Expect(0.1)
	for i, f := range voice(frames) {
		packets = append(packets, &rtp.Packet{Header: rtp.Header{Version: 2, SSRC: 7, SequenceNumber: uint16(65500 + i),
			Timestamp: uint32(i*960) - 20*960}, Payload: enc.Encode(nil, &f)})
	}
	run := func(lost func(int) bool, order func(int) int) (pcm [][media.FrameSize]int16, b *inbox) {
		b = &inbox{}
		b.init()
		for i := range frames {
			at := time.Duration(i) * media.FrameDur
			if j := order(i); j >= 0 && j < frames && !lost(j) {
				b.put(at, nameOpus, packets[j])
			}
			var f [media.FrameSize]int16
			if recover {
				b.get(at+time.Millisecond, &f)
			} else {
				b.buffer.Get(at+time.Millisecond, &f)
			}
			pcm = append(pcm, f)
		}
		return pcm, b
	}
	want, _ := run(func(int) bool { return false }, func(i int) int { return i })
	got, in := run(lost, order)
	n := 0
	for i := 20; i < frames; i++ {
		var s, e float64
		for k := range want[i] {
			a, b := float64(want[i][k]), float64(got[i][k])
			s, e = s+a*a, e+(a-b)*(a-b)
		}
		if s/media.FrameSize > 100*100 {
			db += max(-10, min(10*math.Log10(s/(e+1)), 40))
			n++
		}
	}
	return db / float64(n), in
}

func straight(i int) int { return i }

func TestCopiesBeatConcealment(t *testing.T) {
	t.Parallel()
	dice := func() func(int) bool {
		rnd := rand.New(rand.NewPCG(3, 4))
		var gone [180]bool
		for i := range gone {
			gone[i] = rnd.Float64() < 0.1 && i > 30
		}
		return func(i int) bool { return gone[i] }
	}()
	with, in := through(t, dice, straight, true)
	without, _ := through(t, dice, straight, false)
	st := in.stats()
	t.Logf("10%% lost: %.1f dB with the copies (%d of %d recovered), %.1f dB without", with, in.recovered, st.Lost, without)
	if in.recovered < st.Lost/2 || with < without+1 {
		t.Errorf("%.1f dB with the copies (%d of %d recovered), %.1f dB without", with, in.recovered, st.Lost, without)
	}
	if st.Duplicate != 0 || st.Late != 0 || st.Reordered != 0 {
		t.Errorf("%+v", st)
	}
}

func TestReorderingCostsNothing(t *testing.T) {
	t.Parallel()
	swapped := func(i int) int { // every tenth packet comes one later
		switch i % 10 {
		case 4:
			return i + 1
		case 5:
			return i - 1
		}
		return i
	}
	// What is compared is audio of another depth of the buffer, so only the counters tell.
	_, in := through(t, func(int) bool { return false }, swapped, true)
	st := in.stats()
	t.Logf("%+v, %d recovered", st, in.recovered)
	if st.Reordered < 15 || st.Lost != in.recovered || in.recovered > 3 {
		t.Errorf("%+v, %d recovered", st, in.recovered)
	}
}

func TestLongGap(t *testing.T) {
	t.Parallel()
	db, in := through(t, func(i int) bool { return i >= 100 && i < 104 || i >= 150 && i < 153 }, straight, true)
	st := in.stats()
	t.Logf("%.1f dB, %+v", db, st)
	// A packet carries a copy of the one before it only: at most one of each gap
	// comes back, and that if its follower is there in time.
	if st.Lost != 7 || in.recovered < 1 || in.recovered > 2 {
		t.Errorf("%d lost, %d recovered", st.Lost, in.recovered)
	}
}

func TestJunkInTheInbox(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	var b inbox
	b.init()
	var f [media.FrameSize]int16
	for i := range 3000 {
		p := &rtp.Packet{Header: rtp.Header{SSRC: uint32(rnd.IntN(2)), SequenceNumber: uint16(i + rnd.IntN(5)), Timestamp: uint32(i * 960)}}
		if rnd.IntN(50) == 0 {
			p.SequenceNumber, p.Timestamp = uint16(rnd.Uint32()), rnd.Uint32()
		}
		p.Payload = make([]byte, rnd.IntN(1460))
		for j := range p.Payload {
			p.Payload[j] = byte(rnd.Uint32())
		}
		at := time.Duration(i) * media.FrameDur / 3
		switch rnd.IntN(10) {
		case 0:
			b.note(p)
		case 1:
			b.put(at, "PCMU", p)
		case 2:
			b.put(at, "G722", p)
		case 3:
			b.put(at, "video", p)
		default:
			b.put(at, nameOpus, p)
		}
		b.get(at, &f)
	}
}

func TestInboxDoesNotAllocate(t *testing.T) {
	enc := opus.NewEncoder()
	enc.Expect(0)
	tone := &mediatest.Tone{Hz: 300, Level: -17}
	frame, _ := tone.ReadFrame()
	packet := &rtp.Packet{Payload: enc.Encode(nil, &frame.PCM)}
	var b inbox
	b.init()
	var f [media.FrameSize]int16
	i := 0
	one := func() {
		at := time.Duration(i) * media.FrameDur
		packet.SequenceNumber, packet.Timestamp = uint16(i), uint32(i*960)
		b.put(at, nameOpus, packet)
		b.get(at, &f)
		i++
	}
	for range 100 {
		one()
	}
	if n := testing.AllocsPerRun(100, one); n > 0 {
		t.Errorf("%g allocations a packet", n)
	}
}
