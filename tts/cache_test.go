package tts

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hotline/media"
)

func open(t testing.TB, dir string, c CacheConfig) *Cache {
	t.Helper()
	cache, err := OpenCache(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	return cache
}

func say(t *testing.T, e Engine, text string, v Voice) {
	t.Helper()
	frames, err := speak(t.Context(), e, text, v)
	if err != nil {
		t.Fatal(err)
	}
	right(t, frames, text)
}

func TestCacheKeeps(t *testing.T) {
	dir := t.TempDir()
	e := &fake{name: "e"}
	c := open(t, dir, CacheConfig{})
	for range 3 {
		say(t, c.Engine(e), "Hi", Voice{})
	}
	say(t, open(t, dir, CacheConfig{}).Engine(e), "Hi", Voice{Rate: 1}) // from disk; the same rate
	if n := len(e.texts); n != 1 {
		t.Errorf("made %d times", n)
	}
	for _, v := range []Voice{{Rate: 1.5}, {Name: "x"}, {Language: "x"}} {
		say(t, c.Engine(e), "Hi", v)
	}
	say(t, c.Engine(&fake{name: "f"}), "Hi", Voice{})
	say(t, c.Engine(e), "Ho", Voice{})
	if n := len(e.texts); n != 5 {
		t.Errorf("made %d times, want once for each voice and text", n)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"+diskExt))
	if len(files) != 6 {
		t.Errorf("%d files, want 6", len(files))
	}
}

// Those who come while it is made share it, and hear it from its beginning
// before it is whole.
func TestCacheShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fake{gate: make(chan struct{})}
		k := open(t, t.TempDir(), CacheConfig{}).Engine(e)
		var wg sync.WaitGroup
		heard := make(chan int, 100)
		for range 5 {
			wg.Go(func() {
				n := 0
				for f, err := range k.Synthesize(t.Context(), "Hi", Voice{}) {
					if err != nil || f != fakeFrame("Hi", n) {
						t.Errorf("frame %d at %v, error %v", n, f.At, err)
					}
					n++
					heard <- n
				}
			})
		}
		synctest.Wait()
		if len(heard) != 5*9 {
			t.Errorf("%d frames were heard before the last was made", len(heard))
		}
		close(e.gate)
		wg.Wait()
		if len(e.texts) != 1 || len(heard) != 5*10 {
			t.Errorf("made %d times, %d frames heard", len(e.texts), len(heard))
		}
	})
}

// The first may leave; the synthesis ends with the last.
func TestCacheLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fake{gate: make(chan struct{})}
		c := open(t, t.TempDir(), CacheConfig{})
		k := c.Engine(e)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := speak(ctx, k, "Hi", Voice{}); err != context.Canceled {
				t.Errorf("error %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			for range k.Synthesize(t.Context(), "Hi", Voice{}) {
				time.Sleep(time.Second)
				break
			}
		})
		synctest.Wait()
		cancel()
		synctest.Wait()
		if e.stopped() != 0 {
			t.Error("stopped while it is heard")
		}
		wg.Wait()
		if e.stopped() != 1 || len(c.flights) != 0 || len(c.hot.at) != 0 {
			t.Errorf("%d ended, %d under way, %d kept", e.stopped(), len(c.flights), len(c.hot.at))
		}
	})
}

func TestCacheFailure(t *testing.T) {
	e := &fake{err: errBroken, after: 2}
	k := open(t, t.TempDir(), CacheConfig{}).Engine(e)
	if frames, err := speak(t.Context(), k, "Hi", Voice{}); len(frames) != 2 || err != errBroken {
		t.Errorf("%d frames, error %v", len(frames), err)
	}
	e.err = nil
	say(t, k, "Hi", Voice{})
}

func TestCacheDamage(t *testing.T) {
	for name, damage := range map[string]func(b []byte) []byte{
		"bit":    func(b []byte) []byte { b[100] ^= 1; return b },
		"cut":    func(b []byte) []byte { return b[:len(b)-2] },
		"header": func(b []byte) []byte { return b[:7] },
		"empty":  func(b []byte) []byte { return nil },
		"count":  func(b []byte) []byte { b[11] = 0xff; return b },
	} {
		dir := t.TempDir()
		e := &fake{}
		say(t, open(t, dir, CacheConfig{}).Engine(e), "Hi", Voice{})
		path := filepath.Join(dir, fileName(speech{"", "Hi", Voice{Rate: 1}}))
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		good := string(b)
		if err := os.WriteFile(path, damage(b), 0o600); err != nil {
			t.Fatal(err)
		}
		say(t, open(t, dir, CacheConfig{}).Engine(e), "Hi", Voice{})
		if again, _ := os.ReadFile(path); len(e.texts) != 2 || string(again) != good {
			t.Errorf("%s: made %d times, file mended: %v", name, len(e.texts), string(again) == good)
		}
	}
}

func TestCacheBounds(t *testing.T) {
	const size = diskHeader + 10*media.FrameSize*2
	dir := t.TempDir()
	e := &fake{}
	c := open(t, dir, CacheConfig{Disk: 3 * size, Memory: 2 * size})
	k := c.Engine(e)
	for _, text := range []string{"1", "22", "333", "1", "4444"} { // 22 goes
		say(t, k, text, Voice{})
	}
	os.WriteFile(filepath.Join(dir, "new-1"), []byte("left by a writer that died"), 0o600)
	c = open(t, dir, CacheConfig{Disk: 3 * size})
	files, _ := os.ReadDir(dir)
	if len(files) != 3 {
		t.Errorf("%d files", len(files))
	}
	made := len(e.texts)
	for _, text := range []string{"1", "333", "4444"} {
		say(t, c.Engine(e), text, Voice{})
	}
	if len(e.texts) != made {
		t.Error("what was of use lately was forgotten")
	}
	say(t, c.Engine(e), "22", Voice{})
	if len(e.texts) != made+1 {
		t.Error("more is kept than there is room for")
	}
}

func TestCacheHotAllocs(t *testing.T) {
	k := open(t, "", CacheConfig{}).Engine(&fake{})
	say(t, k, "Hi", Voice{})
	ctx := t.Context()
	allocs := testing.AllocsPerRun(100, func() {
		for range k.Synthesize(ctx, "Hi", Voice{}) {
		}
	})
	if allocs > 8 { // for a prompt, none of them for a frame
		t.Errorf("%v allocations", allocs)
	}
}

func TestWarm(t *testing.T) {
	e := &fake{}
	k := Sentences(open(t, t.TempDir(), CacheConfig{}).Engine(e))
	var at []int
	progress := func(done, total int, err error) {
		if total != 3 || err != nil {
			t.Errorf("%d of %d, error %v", done, total, err)
		}
		at = append(at, done)
	}
	items := []Item{{"One.", Voice{}}, {"Two. Three.", Voice{}}, {"One.", Voice{}}}
	if err := Warm(t.Context(), k, items, progress); err != nil {
		t.Fatal(err)
	}
	if len(at) != 3 || at[2] != 3 || len(e.texts) != 3 {
		t.Errorf("progress %v, made %q", at, e.texts)
	}
	err := Warm(t.Context(), &fake{err: errBroken}, items, nil)
	if err == nil || err.Error() != "3 of 3 prompts could not be made: broken" {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Warm(ctx, k, items, nil); err != context.Canceled {
		t.Errorf("error %v", err)
	}
}
