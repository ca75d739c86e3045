package rank

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// A Doc is one answer that may be given.
type Doc struct {
	Title     string   // what it is about: "Andrews Hotel", "Returns"
	Questions []string // that it answers
	Body      string
	Learn     string // text that teaches what goes with Body, and is not searched
}

// Options of New. The zero Options are the defaults.
type Options struct {
	Synonyms [][]string // lists of words that mean the same, beside those built in
	Topics   int        // dimensions of the latent topics; default 100, negative none
	Weights  *Weights   // default Default
}

// Index answers queries over the documents it was made from.
type Index struct {
	opt    Options
	docs   []Doc            // by number
	of     map[string]int32 // groups by what they are asked
	full   bleve.Index
	words  *view
	grams  *view
	sounds *view
	topics *topics
	names  names
	same   map[string][]string // stems that mean the same
	groups []group
	body   []bag   // words of each document's body
	in     []int32 // group of each document; -1: it was taken out
	late   late
	sums   lengths
	mean   struct{ title, question, body, qgrams, bgrams, qsounds, lead float64 }
}

// A group is the documents that answer the same question.
type group struct {
	docs      []int32
	title     bag
	questions []fields
	body      fields // of all of them together
	lead      bag    // how the bodies begin: answers often say first what was asked
	vector    []float32
	means     []float32 // vectors of what it answers, sentence.Dim numbers each
	han       bool
}

type fields struct{ words, grams, sounds bag }

// New makes the index. Its work grows with the text: 100,000 documents of 50
// words take some ten seconds of one core.
func New(ctx context.Context, docs []Doc, opt Options) (*Index, error) {
	if opt.Weights == nil {
		opt.Weights = &Default
	}
	x := &Index{opt: opt, of: map[string]int32{}, late: newLate(), words: newView(words), grams: newView(grams), sounds: newView(sounds)}
	x.same = sameStems(append(slices.Clone(builtIn()), opt.Synonyms...))
	x.names.post, x.names.id = map[string][]int32{}, map[string]int{}
	var err error
	if x.full, err = newFull(); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	for _, d := range docs {
		x.place(d)
	}
	learn := make([]bag, len(x.groups))
	batch := x.full.NewBatch()
	for gi := range x.groups {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		learn[gi] = x.enter(int32(gi))
		if err := batch.Index(strconv.Itoa(gi), x.entry(gi)); err != nil {
			return nil, fmt.Errorf("index: %w", err)
		}
		if batch.Size() >= 1000 || gi == len(x.groups)-1 {
			if err := x.full.Batch(batch); err != nil {
				return nil, fmt.Errorf("index: %w", err)
			}
			batch.Reset()
		}
	}
	x.names.finish()
	x.averages()
	texts := make([]weighted, 0, len(x.groups))
	for gi := range x.groups {
		texts = append(texts, x.weigh(gi, learn[gi]))
	}
	all := make([]int32, len(x.groups))
	for gi := range all {
		all[gi] = int32(gi)
	}
	if err := x.understand(ctx, all); err != nil {
		return nil, err
	}
	return x, x.learn(ctx, texts)
}

// place numbers a document and gives it a group.
func (x *Index) place(d Doc) int32 {
	if len(d.Questions) == 0 && d.Title != "" {
		d.Questions = []string{d.Title}
	}
	key := asks(d)
	g, ok := x.of[key]
	if !ok || len(d.Questions) == 0 {
		g = int32(len(x.groups))
		x.of[key] = g
		x.groups = append(x.groups, group{})
	}
	x.groups[g].docs = append(x.groups[g].docs, int32(len(x.docs)))
	x.docs, x.in, x.body = append(x.docs, d), append(x.in, g), append(x.body, bag{})
	return g
}

// asks is what documents of one group have in common.
func asks(d Doc) string { return strings.Join(append([]string{d.Title}, d.Questions...), "\n") }

// leadLen is how many words or Han characters are the beginning of a body.
const leadLen = 60

// A text is a group cut into bags, with those that only count.
type text struct {
	words, grams, sounds []bag // all there is, to count documents by
	learn                bag   // only to learn from
}

// take cuts the texts of a group into bags.
func (x *Index) take(g *group) (t text) {
	cut := func(text string) (fields, []token) {
		toks := tokens(text)
		return fields{x.words.bag(toks), x.grams.bag(toks), x.sounds.bag(toks)}, toks
	}
	d := x.docs[g.docs[0]]
	title, toks := cut(d.Title)
	g.title, g.questions, g.han = title.words, nil, false
	t.words, t.grams, t.sounds = []bag{title.words}, []bag{title.grams}, []bag{title.sounds}
	for _, q := range d.Questions {
		f, qtoks := cut(q)
		g.questions = append(g.questions, f)
		t.words, t.grams, t.sounds = append(t.words, f.words), append(t.grams, f.grams), append(t.sounds, f.sounds)
		toks = append(toks, qtoks...)
	}
	var body, learn []string
	var begin []token
	for _, i := range g.docs {
		btoks := tokens(x.docs[i].Body)
		x.body[i] = x.words.bag(btoks)
		begin = append(begin, btoks[:min(leadLen, len(btoks))]...)
		body = append(body, x.docs[i].Body)
		learn = append(learn, x.docs[i].Learn)
	}
	b, btoks := cut(strings.Join(body, "\n"))
	g.body = b
	g.lead = x.words.bag(begin)
	t.words, t.grams, t.sounds = append(t.words, b.words), append(t.grams, b.grams), append(t.sounds, b.sounds)
	for _, tok := range append(toks, btoks...) {
		if tok.han {
			g.han = true
			break
		}
	}
	t.learn = x.words.bag(tokens(strings.Join(learn, "\n")))
	return t
}

// enter counts a group in, by its documents.
func (x *Index) enter(gi int32) (learn bag) {
	g := &x.groups[gi]
	t := x.take(g)
	if x.late.groups[gi] {
		x.late.enter(gi, t)
	}
	x.words.seen(1, t.words...)
	x.grams.seen(1, t.grams...)
	x.sounds.seen(1, t.sounds...)
	x.sums.add(g, 1)
	x.names.add(x.docs[g.docs[0]].Title, gi)
	return t.learn
}

// lengths are the sums that means are made of.
type lengths struct {
	groups, questions                                  int
	title, body, lead, bgrams, qwords, qgrams, qsounds int
}

// add counts a group in, or out with sign -1.
func (l *lengths) add(g *group, sign int) {
	l.groups += sign
	l.questions += sign * len(g.questions)
	l.title += sign * g.title.len
	l.body += sign * g.body.words.len
	l.lead += sign * g.lead.len
	l.bgrams += sign * g.body.grams.len
	for _, q := range g.questions {
		l.qwords += sign * q.words.len
		l.qgrams += sign * q.grams.len
		l.qsounds += sign * q.sounds.len
	}
}

func (x *Index) averages() {
	mean := func(sum, n int) float64 { return max(1, float64(sum)/float64(max(1, n))) }
	l := &x.sums
	x.mean.title, x.mean.body, x.mean.lead, x.mean.bgrams = mean(l.title, l.groups), mean(l.body, l.groups), mean(l.lead, l.groups), mean(l.bgrams, l.groups)
	x.mean.question, x.mean.qgrams, x.mean.qsounds = mean(l.qwords, l.questions), mean(l.qgrams, l.questions), mean(l.qsounds, l.questions)
}

func (x *Index) weigh(gi int, learn bag) weighted {
	g := &x.groups[gi]
	bags := []bag{g.title, g.body.words, learn}
	for _, q := range g.questions {
		bags = append(bags, q.words, q.words) // what is asked counts for more
	}
	return x.words.weigh(bags...)
}

const (
	learnFrom   = 20_000 // documents; more teach little and take long
	learnTerms  = 30_000
	learnRounds = 4
)

// learn makes the topics and puts each group in their space.
func (x *Index) learn(ctx context.Context, texts []weighted) error {
	dim := x.opt.Topics
	if dim == 0 {
		dim = 100
	}
	dim = min(dim, len(texts)/2)
	if dim < 2 {
		return nil
	}
	from := texts
	if step := (len(texts) + learnFrom - 1) / learnFrom; step > 1 {
		from = nil
		for i := 0; i < len(texts); i += step {
			from = append(from, texts[i])
		}
	}
	row, n := x.words.common(learnTerms)
	if n < dim {
		return nil
	}
	x.topics = learnTopics(from, row, n, dim, learnRounds)
	for i := range texts {
		if i%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		x.groups[i].vector = x.topics.vector(x.words.weigh(x.groups[i].all()...))
	}
	return nil
}

func (g *group) all() []bag {
	bags := []bag{g.title, g.body.words}
	for _, q := range g.questions {
		bags = append(bags, q.words, q.words)
	}
	return bags
}

// Fields of the full-text index: terms with spaces between them.
const (
	asksField   = "q"
	bodyField   = "b"
	gramsField  = "g"
	soundsField = "s"
)

func newFull() (bleve.Index, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = bleveindex.BM25Scoring
	if err := m.AddCustomAnalyzer("terms", map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	m.DefaultAnalyzer = "terms"
	doc := mapping.NewDocumentStaticMapping()
	for _, name := range []string{asksField, bodyField, gramsField, soundsField} {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeInAll, f.IncludeTermVectors, f.DocValues = "terms", false, false, false, false
		doc.AddFieldMappingsAt(name, f)
	}
	m.DefaultMapping = doc
	return bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
}

func (x *Index) entry(gi int) map[string]any {
	g := &x.groups[gi]
	first := x.docs[g.docs[0]]
	asks := tokens(strings.Join(append([]string{first.Title}, first.Questions...), "\n"))
	var body []token
	for _, i := range g.docs {
		body = append(body, tokens(x.docs[i].Body)...)
	}
	join := func(terms []string) string {
		for i, t := range terms {
			terms[i] = strings.ReplaceAll(t, " ", "_")
		}
		return strings.Join(terms, " ")
	}
	return map[string]any{asksField: join(words(asks)), bodyField: join(words(body)), gramsField: join(grams(asks)), soundsField: join(sounds(asks))}
}

// recall asks the full-text index for the n groups with the most of the terms.
func (x *Index) recall(ctx context.Context, w, g, s asked, n int) ([]int32, error) {
	var any []query.Query
	term := func(field, text string, boost float64) {
		q := bleve.NewTermQuery(strings.ReplaceAll(text, " ", "_"))
		q.SetField(field)
		q.SetBoost(boost)
		any = append(any, q)
	}
	for _, t := range w.terms {
		for i, r := range append([]string{t.text}, x.same[t.text]...) {
			id, ok := x.words.vocab[r]
			if !ok || len(w.terms) > 3 && int(x.words.df[id]) > x.words.n/5+100 {
				continue // it is everywhere and tells nothing apart
			}
			boost := 1.0
			if i > 0 {
				boost = sameMeaning
			}
			term(asksField, r, 2*boost)
			term(bodyField, r, boost)
		}
	}
	for _, t := range g.terms {
		if id, ok := x.grams.vocab[t.text]; ok && int(x.grams.df[id]) < x.grams.n/20+100 {
			term(gramsField, t.text, 0.5)
		}
	}
	for _, t := range s.terms {
		if id, ok := x.sounds.vocab[t.text]; ok && int(x.sounds.df[id]) < x.sounds.n/20+100 {
			term(soundsField, t.text, 0.5)
		}
	}
	if len(any) == 0 {
		return x.late.recall(w, g, s, n), nil
	}
	res, err := x.full.SearchInContext(ctx, bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(any...), n, 0, false))
	if err != nil {
		return nil, fmt.Errorf("full text: %w", err)
	}
	out := make([]int32, 0, len(res.Hits))
	for _, h := range res.Hits {
		gi, err := strconv.Atoi(h.ID)
		if err != nil {
			return nil, fmt.Errorf("full text: %w", err)
		}
		if !x.late.groups[int32(gi)] {
			out = append(out, int32(gi))
		}
	}
	return append(out, x.late.recall(w, g, s, n)...), nil
}

// Close frees what the full-text index holds.
func (x *Index) Close() error { return x.full.Close() }
