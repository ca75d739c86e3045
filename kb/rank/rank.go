package rank

import (
	"context"
	"math"
	"slices"
	"strings"
)

// A Query is a question as it was heard.
type Query struct {
	Text         string
	Alternatives []string       // other readings of Text
	Context      []string       // what was said before, oldest first: it may name what Text is about
	Keep         func(int) bool // which documents may answer; nil is all
}

// A Result is a document with its score.
type Result struct {
	Doc      int
	Score    float64
	Prob     float64 // that it answers the query
	Features Features
	Evidence Evidence // of the best result: what Prob was judged by
}

// Features of one document for one query, each a share of what could be.
type Features [nFeatures]float64

const (
	QuestionWords = iota
	QuestionGrams
	QuestionSounds
	BodyWords
	BodyGrams
	Lead
	TitleWords
	Topic
	Named
	Meaning
	nFeatures
)

// FeatureNames are for people.
var FeatureNames = [nFeatures]string{"question words", "question letters", "question sounds", "body words", "body letters", "body beginning", "title words", "topic", "named", "meaning"}

const (
	candidates = 200 // groups judged, beside those that are named
	mostNames  = 8
	mostOfName = 150
)

// Search gives the best n documents, best first.
func (x *Index) Search(ctx context.Context, q Query, n int) ([]Result, error) {
	readings := [][]token{tokens(q.Text)}
	for _, a := range q.Alternatives {
		if !strings.EqualFold(a, q.Text) {
			readings = append(readings, tokens(a))
		}
	}
	w := x.words.ask(readings, func(t string) []string { return x.same[t] })
	g := x.grams.ask(readings, nil)
	s := x.sounds.ask(readings, nil)
	cands, err := x.recall(ctx, w, g, s, candidates)
	if err != nil {
		return nil, err
	}
	turns := make([][]token, 0, len(q.Context)+1)
	for _, c := range q.Context {
		turns = append(turns, tokens(c))
	}
	how := map[int32]float64{}
	for _, f := range x.names.find(append(turns, readings[0]), mostNames) {
		for _, gi := range x.names.docs[f.name][:min(mostOfName, len(x.names.docs[f.name]))] {
			if _, ok := how[gi]; !ok {
				cands = append(cands, gi)
			}
			how[gi] = max(how[gi], f.how)
		}
	}
	meant := meaning(q)
	if meant != nil {
		cands = append(cands, x.nearest(meant, nearest)...)
	}
	slices.Sort(cands)
	cands = slices.Compact(cands)
	j := judge{x: x, w: w, g: g, s: s, scratch: make([]float64, max(len(w.terms), len(g.terms), len(s.terms)))}
	if x.topics != nil {
		j.vector = x.topics.vector(x.words.weigh(x.asBag(w)))
	}
	var out []Result
	for _, gi := range cands {
		f := j.features(&x.groups[gi])
		f[Named] = how[gi]
		if meant != nil {
			f[Meaning] = x.groups[gi].near(meant)
		}
		score := x.opt.Weights.score(f, len(x.groups[gi].questions) == 0)
		for _, d := range x.groups[gi].docs {
			if q.Keep == nil || q.Keep(int(d)) {
				r := Result{Doc: int(d), Score: score, Features: f}
				if len(x.groups[gi].docs) > 1 {
					r.Score += ownBody * w.match(x.body[d], x.mean.body, bodyK, bodySlope, j.scratch)
				}
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b Result) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return a.Doc - b.Doc
	})
	x.calibrate(out, w.known/max(w.all, 1e-9))
	return out[:min(n, len(out))], nil
}

// ownBody orders documents that answer the same question, and no others.
const ownBody = 1e-3

const (
	questionK, questionSlope = 1.2, 0.75 // BM25
	bodyK, bodySlope         = 1.2, 0.75
)

// asBag is the query's words as a text of its own.
func (x *Index) asBag(w asked) bag {
	var b bag
	for _, t := range w.terms {
		if id, ok := x.words.vocab[t.text]; ok {
			b.terms = append(b.terms, count{id, 1})
		}
	}
	return b
}

type judge struct {
	x       *Index
	w, g, s asked
	vector  []float32
	scratch []float64
}

func (j *judge) features(g *group) (f Features) {
	m := &j.x.mean
	for _, q := range g.questions {
		f[QuestionWords] = max(f[QuestionWords], j.w.match(q.words, m.question, questionK, questionSlope, j.scratch))
		f[QuestionGrams] = max(f[QuestionGrams], j.g.match(q.grams, m.qgrams, questionK, questionSlope, j.scratch))
		f[QuestionSounds] = max(f[QuestionSounds], j.s.match(q.sounds, m.qsounds, questionK, questionSlope, j.scratch))
	}
	f[BodyWords] = j.w.match(g.body.words, m.body, bodyK, bodySlope, j.scratch)
	f[BodyGrams] = j.g.match(g.body.grams, m.bgrams, bodyK, bodySlope, j.scratch)
	f[Lead] = j.w.match(g.lead, m.lead, bodyK, bodySlope, j.scratch)
	f[TitleWords] = j.w.match(g.title, m.title, questionK, questionSlope, j.scratch)
	if g.han && len(j.g.terms) == 0 { // Han text has no runs of letters; its words stand in
		f[QuestionGrams], f[BodyGrams] = f[QuestionWords], f[BodyWords]
	}
	if g.vector != nil && j.vector != nil {
		f[Topic] = math.Max(0, float64(dot(g.vector, j.vector))) * j.w.known / j.w.all
	}
	return f
}
