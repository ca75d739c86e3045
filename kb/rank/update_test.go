package rank

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// After any changes the index finds the same, with the same scores, as one that
// is made from what is left. Topics are left out, since they are not learned
// again; so is what is named, whose weight of runs is that of when it came.
func TestUpdateIsAsNew(t *testing.T) {
	for seed := range uint64(5) {
		rng := rand.New(rand.NewPCG(seed, 1))
		docs := made(120)
		for i := range docs { // some share their questions, some their titles, some have neither
			switch rng.IntN(5) {
			case 0:
				docs[i].Title, docs[i].Questions = docs[0].Title, docs[0].Questions
			case 1:
				docs[i].Title = docs[1].Title
			case 2:
				docs[i].Title, docs[i].Questions = "", nil
			}
		}
		x, err := New(t.Context(), docs[:60], Options{Topics: -1})
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		there := map[int]int{} // number in docs by number in x
		for i := range 60 {
			there[i] = i
		}
		next := 60
		for range 12 {
			var out []int
			for i := range there {
				if rng.IntN(6) == 0 {
					out = append(out, i)
				}
			}
			var in []Doc
			for range rng.IntN(8) {
				d := rng.IntN(len(docs))
				in = append(in, docs[d])
				there[next] = d
				next++
			}
			for _, i := range out {
				delete(there, i)
			}
			if err := x.Update(t.Context(), out, in); err != nil {
				t.Fatal(err)
			}
		}
		var left []Doc
		var numbers []int // in x
		for i := range next {
			if d, ok := there[i]; ok {
				left, numbers = append(left, docs[d]), append(numbers, i)
			}
		}
		fresh, err := New(t.Context(), left, Options{Topics: -1})
		if err != nil {
			t.Fatal(err)
		}
		defer fresh.Close()
		for i := range 40 {
			d := docs[rng.IntN(len(docs))]
			q := Query{Text: d.Body[:30]}
			if i%2 == 0 && len(d.Questions) > 0 {
				q.Text = d.Questions[0]
			}
			got, err := x.Search(t.Context(), q, 10)
			if err != nil {
				t.Fatal(err)
			}
			want, err := fresh.Search(t.Context(), q, 10)
			if err != nil || len(got) != len(want) {
				t.Fatalf("%d results, want %d, %v", len(got), len(want), err)
			}
			scores := map[int]Features{}
			for _, r := range want {
				scores[numbers[r.Doc]] = r.Features
			}
			for k, r := range got {
				f, ok := scores[r.Doc]
				if !ok && math.Abs(r.Score-want[len(want)-1].Score) > 1 {
					t.Fatalf("seed %d: result %d is document %d, which the new index does not have", seed, k, r.Doc)
				}
				for n := range f {
					if ok && n != Named && math.Abs(f[n]-r.Features[n]) > 1e-9 {
						t.Fatalf("seed %d: %s of document %d is %v, want %v", seed, FeatureNames[n], r.Doc, r.Features[n], f[n])
					}
				}
			}
		}
	}
}

func TestUpdateRefuses(t *testing.T) {
	x, err := New(t.Context(), hotels, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := x.Update(t.Context(), []int{1}, nil); err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{-1, 1, len(hotels)} {
		if x.Update(t.Context(), []int{i}, nil) == nil {
			t.Errorf("%d was taken out", i)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := x.Update(ctx, nil, hotels); !errors.Is(err, context.Canceled) {
		t.Errorf("after its context ended: %v", err)
	}
	res, err := x.Search(t.Context(), Query{Text: "are pets allowed at the andrews hotel"}, 5)
	for _, r := range res {
		if r.Doc == 1 {
			t.Error("found what was taken out")
		}
	}
	if err != nil || len(res) == 0 {
		t.Errorf("%v, %v", res, err)
	}
	if err := x.Update(t.Context(), nil, []Doc{{Title: "Zzyzx Inn", Questions: []string{"Is there a sauna?"}, Body: "Yes."}}); err != nil {
		t.Fatal(err)
	}
	if res, err := x.Search(t.Context(), Query{Text: "is there a sauna at the zzyzx inn"}, 1); err != nil || len(res) != 1 || res[0].Doc != len(hotels) || res[0].Features[Named] == 0 {
		t.Errorf("the new one: %+v, %v", res, err)
	}
}

// BenchmarkUpdate changes one document of many, and tells how a search is after
// as many changes as the benchmark made.
func BenchmarkUpdate(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			if n > 1000 && testing.Short() {
				b.Skip("takes a minute to make")
			}
			docs := made(n)
			began := time.Now()
			x, err := New(b.Context(), docs, Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer x.Close()
			anew := time.Since(began)
			search := func() float64 {
				began := time.Now()
				for k := range 50 {
					if _, err := x.Search(b.Context(), Query{Text: docs[n-1-k].Questions[0]}, 5); err != nil {
						b.Fatal(err)
					}
				}
				return float64(time.Since(began).Microseconds()) / 50 / 1000
			}
			before := search()
			other := made(2000)
			i := 0
			for b.Loop() {
				d := other[i%len(other)]
				d.Body = docs[i*31%n].Body
				if err := x.Update(b.Context(), []int{i}, []Doc{d}); err != nil {
					b.Fatal(err)
				}
				if i++; i == n {
					b.Fatal("out of documents")
				}
			}
			b.ReportMetric(anew.Seconds(), "s-anew")
			b.ReportMetric(before, "ms/search-before")
			b.ReportMetric(search(), "ms/search-after")
		})
	}
}
