package mix

import (
	"math/rand/v2"
	"sync"
	"testing"

	"hotline/media"
)

func level(v int16) (f media.Frame) {
	for i := range f.PCM {
		f.PCM[i] = v
	}
	return f
}

// TestRoutes says a different number for each party and looks at what everyone
// hears: their sum, without their own.
func TestRoutes(t *testing.T) {
	m := New()
	m.Route("caller", "agent", true)
	m.Route("agent", "caller", true)
	m.Route("whisper", "agent", true)
	m.Route("caller", "supervisor", true)
	m.Route("agent", "supervisor", true)
	names := map[string]int16{"caller": 1, "agent": 20, "whisper": 300, "supervisor": 4000}
	parties := map[string]*Party{}
	for n := range names {
		parties[n] = m.Join(n)
	}
	round := func() map[string]int16 {
		for n, p := range parties {
			p.WriteFrame(level(names[n]))
		}
		heard := map[string]int16{}
		for n, p := range parties {
			if f, ok := p.ReadFrame(); ok {
				heard[n] = f.PCM[100]
			}
		}
		return heard
	}
	check := func(when string, want map[string]int16) {
		t.Helper()
		got := round()
		for n := range names {
			if got[n] != want[n] {
				t.Errorf("%s: %s hears %d, want %d", when, n, got[n], want[n])
			}
		}
	}
	check("before the queues have two frames", nil)
	check("at first", map[string]int16{"caller": 20, "agent": 301, "supervisor": 21})
	m.Route("whisper", "agent", false)
	check("without the whisper", map[string]int16{"caller": 20, "agent": 1, "supervisor": 21})
	m.Route("supervisor", "agent", true)
	round()
	check("supervisor whispers", map[string]int16{"caller": 20, "agent": 4001, "supervisor": 21})
	parties["agent"].Leave()
	delete(parties, "agent")
	check("agent has left", map[string]int16{"supervisor": 1})
	parties["agent"] = m.Join("agent")
	round()
	check("agent came back", map[string]int16{"caller": 20, "agent": 4001, "supervisor": 21})
}

func TestJoinTwice(t *testing.T) {
	m := New()
	p := m.Join("caller")
	p.Leave()
	p.Leave()
	m.Join("caller")
	defer func() {
		if recover() == nil {
			t.Error("a second caller joined")
		}
	}()
	m.Join("caller")
}

func TestSaturates(t *testing.T) {
	for _, v := range []struct{ a, b, want int16 }{{30000, 30000, 32767}, {-30000, -30000, -32768}, {30000, -1, 29999}} {
		f, g := level(v.a), level(v.b)
		if Add(&f, &g); f.PCM[0] != v.want || f.PCM[319] != v.want {
			t.Errorf("%d and %d is %d", v.a, v.b, f.PCM[0])
		}
	}
}

type fixed struct {
	v  int16
	ok bool
}

func (s fixed) ReadFrame() (media.Frame, bool) { return level(s.v), s.ok }

func TestSum(t *testing.T) {
	if f, ok := Sum(fixed{1, true}, fixed{5, false}, fixed{20, true}).ReadFrame(); !ok || f.PCM[9] != 21 {
		t.Errorf("%d %v", f.PCM[9], ok)
	}
	if _, ok := Sum(fixed{1, false}).ReadFrame(); ok {
		t.Error("something out of nothing")
	}
}

// TestPhase runs two pacers of the same rate in every phase, with each tick up
// to a whole tick late, for a long time: no frame is lost or made up.
func TestPhase(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for phase := range 20 {
		m := New()
		m.Route("a", "b", true)
		a, b := m.Join("a"), m.Join("b")
		said, next := 0, 1
		const n = 2000
		write := func() { said++; a.WriteFrame(level(int16(said))) }
		for i := range n {
			// In units of a millisecond within tick i; a tick late by up to 10 ms.
			w, r := rng.IntN(10), phase+rng.IntN(10)
			if w <= r {
				write()
			}
			f, ok := b.ReadFrame()
			if w > r {
				write()
			}
			if ok {
				if int(f.PCM[0]) != next {
					t.Fatalf("phase %d, tick %d: frame %d, want %d", phase, i, f.PCM[0], next)
				}
				next++
			} else if i > 2 {
				t.Fatalf("phase %d, tick %d: silence", phase, i)
			}
		}
		if b.Dropped() != 0 {
			t.Errorf("phase %d: %d dropped", phase, b.Dropped())
		}
	}
}

// TestDelayGoesAway has the reader miss some ticks: it hears all of what it
// missed late, and is back to the usual delay two seconds after.
func TestDelayGoesAway(t *testing.T) {
	m := New()
	m.Route("a", "b", true)
	a, b := m.Join("a"), m.Join("b")
	said := 0
	tick := func(read bool) (behind int) {
		said++
		a.WriteFrame(level(int16(said)))
		if !read {
			return 0
		}
		f, ok := b.ReadFrame()
		if !ok {
			return -1
		}
		return said - int(f.PCM[0])
	}
	for range 10 {
		tick(true)
	}
	for range 20 { // the reader's goroutine does not run for 400 ms
		tick(false)
	}
	if got := tick(true); got != depth-1 {
		t.Errorf("%d frames behind after a pause, want %d", got, depth-1)
	}
	for range 2*settled + 5 {
		tick(true)
	}
	if got := tick(true); got != 1 {
		t.Errorf("%d frames behind at the end, want 1", got)
	}
}

// TestRace is for the race detector: pacers, a router, one who comes and goes.
func TestRace(t *testing.T) {
	m := New()
	names := []string{"a", "b", "c", "d"}
	for _, x := range names {
		for _, y := range names {
			m.Route(x, y, true)
		}
	}
	var wg sync.WaitGroup
	heard := make([]int, len(names))
	for i, n := range names {
		p := m.Join(n)
		wg.Go(func() {
			for range 500 {
				p.WriteFrame(level(1))
				if f, ok := p.ReadFrame(); ok {
					heard[i] += int(f.PCM[0])
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 200 {
			m.Route("a", "b", i%2 == 0)
			p := m.Join("e")
			p.WriteFrame(level(1))
			p.Leave()
		}
	})
	wg.Wait()
	for i, n := range heard {
		if n > 3*500 {
			t.Errorf("%s heard %d frames of 1500", names[i], n)
		}
	}
}

func TestAllocs(t *testing.T) {
	m, parties := conference(4)
	f := level(100)
	if n := testing.AllocsPerRun(200, func() { round(parties, f) }); n != 0 {
		t.Errorf("%v allocations a tick", n)
	}
	_ = m
}

func BenchmarkBridge(b *testing.B) { benchmark(b, 2) }
func BenchmarkFour(b *testing.B)   { benchmark(b, 4) }

func benchmark(b *testing.B, n int) {
	_, parties := conference(n)
	f := level(100)
	b.ReportAllocs()
	for b.Loop() {
		round(parties, f)
	}
}

func conference(n int) (*Mixer, []*Party) {
	m := New()
	var parties []*Party
	for i := range n {
		for j := range n {
			m.Route(string(rune('a'+i)), string(rune('a'+j)), true)
		}
	}
	for i := range n {
		parties = append(parties, m.Join(string(rune('a'+i))))
	}
	return m, parties
}

func round(parties []*Party, f media.Frame) {
	for _, p := range parties {
		p.WriteFrame(f)
		p.ReadFrame()
	}
}
