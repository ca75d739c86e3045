package media

import (
	"context"
	"errors"
	"iter"
	"testing"
	"testing/synctest"
	"time"
)

// numbered yields frames whose samples all hold their number, from 1 to n, then
// err if there is one.
func numbered(n int, err error) iter.Seq2[Frame, error] {
	return func(yield func(Frame, error) bool) {
		for i := 1; i <= n; i++ {
			var f Frame
			for j := range f.PCM {
				f.PCM[j] = int16(i * 100)
			}
			if !yield(f, nil) {
				return
			}
		}
		if err != nil {
			yield(Frame{}, err)
		}
	}
}

// playing begins to play n frames and returns how it will end.
func playing(t *testing.T, p *Player, n int, err error) func() (Playback, error) {
	type result struct {
		Playback
		error
	}
	done := make(chan result, 1)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go func() {
		pb, err := p.Play(ctx, numbered(n, err), nil)
		done <- result{pb, err}
	}()
	synctest.Wait()
	return func() (Playback, error) {
		r := <-done
		return r.Playback, r.error
	}
}

// read reads n frames, letting the prompt be refilled, and returns the numbers
// of those that sounded whole, 0 for silence and -1 for a fade.
func read(p *Player, n int) []int {
	var out []int
	for range n {
		f, ok := p.ReadFrame()
		synctest.Wait()
		first, last := int(f.PCM[0]), int(f.PCM[FrameSize-1])
		switch {
		case !ok:
			out = append(out, 0)
		case first == last && first%100 == 0:
			out = append(out, first/100)
		default:
			out = append(out, -1)
		}
	}
	return out
}

func expect(t *testing.T, got []int, want ...int) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("read %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("read %v, want %v", got, want)
		}
	}
}

func TestPlayerPlaysToTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Player{}
		expect(t, read(p, 2), 0, 0)
		end := playing(t, p, 3, nil)
		expect(t, read(p, 4), 1, 2, 3, 0)
		pb, err := end()
		want := Playback{Start: 2 * FrameDur, Heard: 3 * FrameDur, Length: 3 * FrameDur, Complete: true}
		if pb != want || err != nil {
			t.Errorf("%+v, %v; want %+v", pb, err, want)
		}
	})
}

// A caller who holds and resumes over and over hears the prompt go on from what
// was said, and not from what is written over it.
func TestPlayerGoesBackNoFurtherThanItRemembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Player{}
		playing(t, p, 200, nil)
		read(p, 100)
		for range 20 {
			p.Pause()
			read(p, 1)
			p.Resume()
		}
		got := read(p, 3)
		if got[0] != -1 || got[1] <= 50 || got[1] > 100 || got[2] != got[1]+1 {
			t.Errorf("after frame 100: %v", got)
		}
	})
}

func TestPlayerPausesAndGoesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Player{}
		end := playing(t, p, 40, nil)
		read(p, 20)
		p.Pause()
		p.Pause()
		expect(t, read(p, 3), -1, 0, 0) // it fades and is silent
		p.Resume()
		expect(t, read(p, 3), -1, 11, 12) // 240 ms back, fading in
		read(p, 29)
		pb, _ := end()
		if pb.Pauses != 1 || pb.Silent != 21*FrameDur || pb.Heard != 40*FrameDur || pb.Cut {
			t.Errorf("%+v", pb)
		}
	})
}

func TestPlayerCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Player{}
		end := playing(t, p, 1000, nil)
		read(p, 70)
		p.Cut()
		pb, err := end()
		if !pb.Cut || pb.Complete || pb.Heard != 71*FrameDur || pb.Silent != 71*FrameDur || err != nil {
			t.Errorf("%+v, %v", pb, err)
		}
		expect(t, read(p, 2), -1, 0)

		// A pause does not outlive the cut, and a cut of nothing is nothing.
		p.Pause()
		p.Cut()
		p.Cut()
		end = playing(t, p, 2, nil)
		expect(t, read(p, 3), 1, 2, 0)
		if pb, _ := end(); pb.Cut {
			t.Errorf("%+v", pb)
		}
	})
}

func TestPlayerPausedBeforeItBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Player{}
		p.Pause()
		end := playing(t, p, 2, nil)
		expect(t, read(p, 2), 0, 0)
		p.Resume()
		expect(t, read(p, 3), 1, 2, 0)
		if pb, _ := end(); pb.Pauses != 0 || pb.Start != 2*FrameDur {
			t.Errorf("%+v", pb)
		}
	})
}

func TestPlayerReplacesAndFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Player{}
		first := playing(t, p, 1000, nil)
		read(p, 2)
		bad := errors.New("no voice")
		second := playing(t, p, 2, bad)
		if pb, _ := first(); !pb.Cut {
			t.Errorf("the first: %+v", pb)
		}
		expect(t, read(p, 3), 1, 2, 0) // what came before the error is heard
		if pb, err := second(); !errors.Is(err, bad) || pb.Heard != 2*FrameDur {
			t.Errorf("the second: %+v, %v", pb, err)
		}
	})
}

func TestPlayerEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Player{}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		pb, err := p.Play(ctx, numbered(10, nil), nil) // no pacer reads
		if !pb.Cut || pb.Heard != 0 || err != nil {
			t.Errorf("%+v, %v", pb, err)
		}
	})
}

func TestPlayerDoesNotAllocate(t *testing.T) {
	p := &Player{}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { // endless
		defer close(done)
		_, _ = p.Play(ctx, func(yield func(Frame, error) bool) {
			for yield(Frame{}, nil) {
			}
		}, nil)
	}()
	if n := testing.AllocsPerRun(1000, func() { p.ReadFrame() }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
	cancel()
	<-done
}

func BenchmarkPlayer(b *testing.B) {
	p := &Player{}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = p.Play(ctx, func(yield func(Frame, error) bool) {
			for yield(Frame{}, nil) {
			}
		}, nil)
	}()
	b.ReportAllocs()
	for b.Loop() {
		p.ReadFrame()
	}
	cancel()
	<-done
}
