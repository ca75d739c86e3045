package tts

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"hotline/tts/internal/process"
)

// An Item is one prompt to have ready.
type Item struct {
	Text  string
	Voice Voice
}

// Warm speaks every item to nobody, so that e's caches have it when a caller
// comes. It uses half of the cores, at low priority, and returns when all is
// done or ctx ends. After each item progress, which may be nil, is told how many
// are done; err is why that one failed. The error of Warm tells how many failed,
// and the first reason.
func Warm(ctx context.Context, e Engine, items []Item, progress func(done, total int, err error)) error {
	ctx = process.Background(ctx)
	work := make(chan Item)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var done, failed int
	var first error
	for range max(1, runtime.GOMAXPROCS(0)/2) {
		wg.Go(func() {
			for it := range work {
				var err error
				for _, err = range e.Synthesize(ctx, it.Text, it.Voice) {
				}
				mu.Lock()
				done++
				if err != nil {
					failed++
					if first == nil {
						first = err
					}
				}
				if progress != nil {
					progress(done, len(items), err)
				}
				mu.Unlock()
			}
		})
	}
feed:
	for _, it := range items {
		select {
		case work <- it:
		case <-ctx.Done():
			break feed
		}
	}
	close(work)
	wg.Wait()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case first != nil:
		return fmt.Errorf("%d of %d prompts could not be made: %w", failed, len(items), first)
	}
	return nil
}
