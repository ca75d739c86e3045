package call

import (
	"fmt"
	"sync"
)

// running knows the goroutines of a call by name.
type running struct {
	wg    sync.WaitGroup
	mu    sync.Mutex
	count map[string]int
}

func (r *running) start(name string, f func()) {
	r.add(name, 1)
	r.wg.Go(func() {
		defer r.add(name, -1)
		f()
	})
}

func (r *running) add(name string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count == nil {
		r.count = map[string]int{}
	}
	r.count[name] += n
}

func (r *running) wait() { r.wg.Wait() }

// names lists those that run.
func (r *running) names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for name, n := range r.count {
		if n > 0 {
			out = append(out, fmt.Sprintf("%s x%d", name, n))
		}
	}
	return out
}
