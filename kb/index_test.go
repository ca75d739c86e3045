package kb_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"hotline/kb"
)

func numbered(n int, body string) kb.Article {
	return kb.Article{ID: fmt.Sprintf("n%04d", n), Language: "en", Title: fmt.Sprintf("Room %04d", n), Questions: []string{fmt.Sprintf("Where is room %04d?", n)}, Body: body}
}

// until waits for what happens in the background.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); !done(); {
		if time.Now().After(limit) {
			t.Fatal(what)
		}
	}
}

// What one process changes, in one article or in hundreds, another never serves as
// it was; and it has it all soon.
func TestManyChanges(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir), open(t, dir)
	const n = 300
	var all []kb.Article
	for i := range n {
		all = append(all, numbered(i, "Floor 1."))
	}
	put(t, a, kb.Policy{Live: true}, all...)
	ask := func(base *kb.Base, i int) string {
		return best(t, base, kb.Query{Text: fmt.Sprintf("where is room %04d", i)})
	}
	until(t, "the other process never has them", func() bool { return ask(b, 250) == "Floor 1." && ask(b, 7) == "Floor 1." })
	for round := 2; round < 6; round++ {
		now := fmt.Sprintf("Floor %d.", round)
		for i := range all {
			all[i].Body = now
		}
		changed := all[:1]
		if round%2 == 0 {
			changed = all
		}
		put(t, a, kb.Policy{Live: true}, changed...)
		if got := ask(a, 0); got != now {
			t.Fatalf("round %d, who changed it has %q", round, got)
		}
		hits, err := b.Search(t.Context(), kb.Query{Text: "where is room 0000", N: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hits {
			if h.ID == "n0000" && h.Body != now {
				t.Fatalf("round %d: stale: %q", round, h.Body)
			}
		}
		until(t, "the other process never has the change", func() bool { return ask(b, 0) == now })
		if round%2 == 1 && ask(b, 1) == now {
			t.Errorf("round %d changed another article", round)
		}
	}
	if err := a.Remove(t.Context(), "", "n0003/en"); err != nil {
		t.Fatal(err)
	}
	for _, base := range []*kb.Base{a, b} {
		hits, err := base.Search(t.Context(), kb.Query{Text: "where is room 0003", N: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hits {
			if h.ID == "n0003" {
				t.Error("removed, and served")
			}
		}
	}
}

// Searches go on while articles change and the index is made anew again and
// again; each answer is the one that was live, or a newer one.
func TestSearchWhileItChanges(t *testing.T) {
	b, err := kb.Open(t.Context(), t.TempDir(), kb.Options{Fresh: 7})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	const n = 20
	for i := range n {
		put(t, b, kb.Policy{Live: true}, numbered(i, "0"))
	}
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	live := [n]int{}
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Go(func() {
			for i := w; ctx.Err() == nil; i = (i + 7) % n {
				mu.Lock()
				before := live[i]
				mu.Unlock()
				hits, err := b.Search(t.Context(), kb.Query{Text: fmt.Sprintf("where is room %04d", i), N: 1})
				if err != nil || len(hits) == 0 {
					t.Errorf("room %d: %v, %v", i, hits, err)
					return
				}
				var got int
				fmt.Sscan(hits[0].Body, &got)
				if hits[0].ID == numbered(i, "").ID && got < before {
					t.Errorf("room %d: stale: %d, %d was live before", i, got, before)
				}
			}
		})
	}
	for k := range 60 {
		i := k % n
		put(t, b, kb.Policy{Live: true}, numbered(i, fmt.Sprint(k+1)))
		mu.Lock()
		live[i] = k + 1
		mu.Unlock()
	}
	stop()
	wg.Wait()
	for i := range n {
		if got := best(t, b, kb.Query{Text: fmt.Sprintf("where is room %04d", i)}); got != fmt.Sprint(live[i]) {
			t.Errorf("room %d is %q, want %d", i, got, live[i])
		}
	}
}

// BenchmarkEdit is one article published anew, to its being served, and what Open
// takes, which a change took before.
func BenchmarkEdit(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			if n > 1000 && testing.Short() {
				b.Skip("takes minutes to make")
			}
			base, err := kb.Open(b.Context(), b.TempDir(), kb.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer base.Close()
			var all []kb.Article
			for i := range n {
				all = append(all, numbered(i, fmt.Sprintf("It is on floor %d, behind door %d, beside the stairs of wing %d.", i%17, i%101, i%7)))
			}
			began := time.Now()
			if _, err := base.Put(b.Context(), all, kb.Policy{Live: true}); err != nil {
				b.Fatal(err)
			}
			b.Logf("%d articles put in %v", n, time.Since(began))
			i := 0
			for b.Loop() {
				i++
				a := all[i%n]
				a.Body = fmt.Sprintf("It has moved to floor %d.", i)
				if _, err := base.Put(b.Context(), []kb.Article{a}, kb.Policy{Live: true}); err != nil {
					b.Fatal(err)
				}
				hits, err := base.Search(b.Context(), kb.Query{Text: a.Questions[0], N: 1})
				if err != nil || len(hits) == 0 || hits[0].Body != a.Body {
					b.Fatalf("%v, %v", hits, err)
				}
			}
		})
	}
}
