package tts

import (
	"context"
	"iter"
	"log/slog"
	"sync"

	"hotline/media"
)

// A Cache keeps speech: what was spoken lately in memory, and more of it on
// disk. One Cache serves any number of engines; speech is kept under the name of
// the engine (see Name), the voice and the text.
//
// Two who ask for the same speech at once share one synthesis, each hearing it
// from its beginning and as it comes. A synthesis that its last reader left is
// stopped and not kept. There is nothing to close: who reads, waits.
type Cache struct {
	disk *disk // nil without a folder
	log  *slog.Logger

	mu      sync.Mutex
	hot     *lru[speech, []int16]
	flights map[speech]*flight
}

// CacheConfig bounds a Cache. Zero fields take the defaults.
type CacheConfig struct {
	Memory int64 // bytes, 64 MB: half an hour of speech
	Disk   int64 // bytes, 1 GB: nine hours
	Log    *slog.Logger
}

// speech is what is spoken.
type speech struct {
	engine, text string
	voice        Voice
}

// OpenCache keeps speech in the folder dir, which is made if it is not there;
// "" keeps it in memory only.
func OpenCache(dir string, c CacheConfig) (*Cache, error) {
	if c.Memory <= 0 {
		c.Memory = 64 << 20
	}
	if c.Disk <= 0 {
		c.Disk = 1 << 30
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	cache := &Cache{log: c.Log, hot: newLRU[speech, []int16](c.Memory), flights: map[speech]*flight{}}
	if dir != "" {
		var err error
		if cache.disk, err = openDisk(dir, c.Disk); err != nil {
			return nil, err
		}
	}
	return cache, nil
}

// Engine is e with its speech kept in c.
func (c *Cache) Engine(e Engine) Engine { return cached{c, e, Name(e)} }

type cached struct {
	c    *Cache
	e    Engine
	name string
}

func (k cached) String() string                  { return k.name }
func (k cached) Check(ctx context.Context) error { return Check(ctx, k.e) }

func (k cached) Synthesize(ctx context.Context, text string, v Voice) iter.Seq2[media.Frame, error] {
	v.Rate = v.Speed()
	return func(yield func(media.Frame, error) bool) {
		if !Speakable(text) {
			return
		}
		pcm, f := k.c.join(ctx, speech{k.name, text, v}, k.e)
		if f == nil {
			wholeClip(pcm).play(ctx, yield)
			return
		}
		defer k.c.leave(f)
		f.clip.play(ctx, yield)
	}
}

// A flight is one synthesis, or one reading from disk, that is under way.
type flight struct {
	what    speech
	clip    *clip
	readers int // under Cache.mu
	cancel  context.CancelFunc
	ended   chan struct{} // its goroutine is gone
}

// join returns the speech if it is in memory, or else a flight to it.
func (c *Cache) join(ctx context.Context, s speech, e Engine) ([]int16, *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if pcm, ok := c.hot.get(s); ok {
		return pcm, nil
	}
	f, ok := c.flights[s]
	if !ok {
		f = &flight{what: s, clip: newClip(), ended: make(chan struct{})}
		ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx)) // it may outlive its first reader
		c.flights[s] = f
		go c.fly(ctx, f, e)
	}
	f.readers++
	return nil, f
}

// leave stops a flight that nobody is on, and waits for its end.
func (c *Cache) leave(f *flight) {
	c.mu.Lock()
	f.readers--
	last := f.readers == 0
	if last {
		c.land(f)
	}
	c.mu.Unlock()
	if last {
		f.cancel()
		<-f.ended
	}
}

// land lets nobody else onto f. The caller holds c.mu.
func (c *Cache) land(f *flight) {
	if c.flights[f.what] == f {
		delete(c.flights, f.what)
	}
}

func (c *Cache) fly(ctx context.Context, f *flight, e Engine) {
	defer close(f.ended)
	kept := false
	if c.disk != nil {
		if pcm, err := c.disk.load(f.what); err == nil {
			f.clip.add(pcm)
			kept = true
		} else if err != errNotKept {
			c.log.Warn("kept speech is damaged and is made again", "err", err)
		}
	}
	if !kept {
		for fr, err := range e.Synthesize(ctx, f.what.text, f.what.voice) {
			if err != nil {
				c.mu.Lock()
				c.land(f)
				c.mu.Unlock()
				f.clip.finish(err)
				return
			}
			f.clip.add(fr.PCM[:])
		}
	}
	pcm := append([]int16(nil), f.clip.pcm...) // only this goroutine writes it
	c.mu.Lock()
	if len(pcm) > 0 {
		c.hot.put(f.what, pcm, int64(2*len(pcm)))
	}
	c.land(f)
	c.mu.Unlock()
	f.clip.finish(nil)
	if !kept && len(pcm) > 0 && c.disk != nil {
		if err := c.disk.store(f.what, pcm); err != nil {
			c.log.Warn("speech could not be kept", "err", err)
		}
	}
}
