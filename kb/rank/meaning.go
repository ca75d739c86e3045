package rank

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"hotline/internal/sentence"
)

// What English questions mean, as vectors of package sentence: a question is near
// one that asks for the same in other words.

const (
	// mostMeanings bounds the work of making an index, a millisecond each, and
	// that of a search, which looks at all. Groups beyond it are found by their words.
	mostMeanings = 20_000
	ofOne        = 6  // questions of a group
	opening      = 30 // words of a body that stand for it if it says nothing of what it answers
	nearest      = 50 // groups that a search takes from here
)

// understand gives groups the vectors of what they answer, on all processors.
func (x *Index) understand(ctx context.Context, groups []int32) error {
	left := mostMeanings
	for _, g := range x.groups {
		left -= len(g.means) / sentence.Dim
	}
	type job struct {
		dst  []float32
		text string
	}
	next := make(chan job)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for j := range next {
				remembered.encode(j.dst, j.text)
			}
		})
	}
	for _, gi := range groups {
		g := &x.groups[gi]
		left += len(g.means) / sentence.Dim
		var texts []string
		if len(g.docs) > 0 {
			texts = askedFor(x.docs[g.docs[0]])
		}
		texts = slices.DeleteFunc(texts, func(t string) bool { return !sentence.Speaks(t) })
		texts = texts[:min(len(texts), left)]
		left -= len(texts)
		g.means = make([]float32, len(texts)*sentence.Dim)
		for i, t := range texts {
			if ctx.Err() == nil {
				next <- job{g.means[i*sentence.Dim:][:sentence.Dim], t}
			}
		}
	}
	close(next)
	wg.Wait()
	return ctx.Err()
}

// askedFor are the texts that say what a document answers.
func askedFor(d Doc) []string {
	if len(d.Questions) > 0 {
		var out []string
		for _, q := range d.Questions[:min(len(d.Questions), ofOne)] {
			out = append(out, unnamed(q, d.Title))
		}
		return out
	}
	words := strings.Fields(d.Body)
	return []string{strings.Join(words[:min(len(words), opening)], " ")}
}

// remembered keeps vectors of questions from one index to the next, which has most
// of them again.
var remembered = memory{vecs: map[string][]float32{}}

type memory struct {
	mu   sync.Mutex
	vecs map[string][]float32
}

func (m *memory) encode(dst []float32, text string) {
	m.mu.Lock()
	v, ok := m.vecs[text]
	m.mu.Unlock()
	if ok {
		copy(dst, v)
		return
	}
	sentence.Encode(dst, text)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.vecs) >= mostMeanings {
		clear(m.vecs)
	}
	m.vecs[text] = slices.Clone(dst)
}

// meaning gives the vector of a query, the mean of its first readings; nil if it is not
// in a language that has any.
func meaning(q Query) []float32 {
	const readings = 3
	var sum []float32
	v := make([]float32, sentence.Dim)
	texts := q.Alternatives
	if !slices.Contains(texts, q.Text) {
		texts = append([]string{q.Text}, texts...)
	}
	for _, t := range texts[:min(readings, len(texts))] {
		if t = plain(t); !sentence.Speaks(t) || !sentence.Encode(v, t) {
			continue
		}
		if sum == nil {
			sum = make([]float32, sentence.Dim)
		}
		sentence.AddScaled(sum, v, 1)
	}
	if sum == nil {
		return nil
	}
	sentence.Normalize(sum)
	return sum
}

// akin is how near two questions are that merely sound alike; nearer ones begin to
// ask for the same.
const akin = .6

// near is how much nearer than akin v is to the nearest of what g answers, 0 to 1.
func (g *group) near(v []float32) float64 {
	return max(0, float64(g.cosine(v))-akin) / (1 - akin)
}

func (g *group) cosine(v []float32) (best float32) {
	for m := g.means; len(m) > 0; m = m[sentence.Dim:] {
		best = max(best, sentence.Dot(v, m))
	}
	return best
}

// nearest are the n groups nearest to v, of those that are nearer than akin.
func (x *Index) nearest(v []float32, n int) []int32 {
	type hit struct {
		group int32
		near  float32
	}
	var hits []hit
	for gi := range x.groups {
		if d := x.groups[gi].cosine(v); d > akin {
			hits = append(hits, hit{int32(gi), d})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.near, a.near), cmp.Compare(a.group, b.group))
	})
	out := make([]int32, 0, n)
	for _, h := range hits[:min(n, len(hits))] {
		out = append(out, h.group)
	}
	return out
}

// plain is a spoken question without the sounds of hesitation in it and the thanks
// before it, which mean something of their own.
func plain(text string) string {
	words := strings.Fields(text)
	out := words[:0]
	for _, w := range words {
		if w := strings.ToLower(strings.Trim(w, ".,!?;:")); fillers[w] || len(out) == 0 && prelude[w] {
			continue
		}
		out = append(out, w)
	}
	if len(out) == 0 {
		return text
	}
	return strings.Join(out, " ")
}

// prelude are words that a turn begins with before it comes to what is asked.
var prelude = set("ok okay yes yeah yep no great good perfect awesome cool nice excellent alright right sure thanks thank so well and oh got hi hello hey wonderful fine sweet")

// unnamed is a question about title as one asks who has named it before: "Can I
// park at the Grant Hotel?" is "Can I park at it?".
func unnamed(question, title string) string {
	if len(title) < 3 || !ascii(question) || !ascii(title) {
		return question
	}
	i := strings.Index(strings.ToLower(question), strings.ToLower(title))
	if i < 0 || i+len(title) > len(question) || strings.EqualFold(strings.Trim(question, " ?.!"), title) {
		return question
	}
	before := question[:i]
	if rest, ok := strings.CutSuffix(strings.ToLower(before), "the "); ok {
		before = before[:len(rest)]
	}
	return before + "it" + question[i+len(title):]
}
