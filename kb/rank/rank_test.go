package rank

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"Don't, um, PANIC!":     "dont panic",
		"ＷｉＦｉ at 10pm":          "wifi at 10 pm",
		"我想 退货，订单A12":           "我 想 退 货 订 单 a 12",
		"naïve café":            "naïve café",
		"'quoted' o’clock '":    "quoted oclock",
		"嗯，退货呢":                 "退 货",
		"\xff\xfe bad \x00 utf": "bad utf",
	} {
		var got []string
		for _, tok := range tokens(text) {
			got = append(got, tok.text)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestSounds(t *testing.T) {
	for _, same := range [][2]string{{"退货", "推货"}, {"是的", "四的"}, {"蓝色", "南色"}, {"harbour", "harper"}, {"phone", "fone"}, {"checkin", "chekin"}} {
		if a, b := sounds(tokens(same[0])), sounds(tokens(same[1])); !slices.Equal(a, b) || len(a) == 0 {
			t.Errorf("%v: %q %q", same, a, b)
		}
	}
	if a, b := sounds(tokens("parking")), sounds(tokens("pets")); slices.Equal(a, b) {
		t.Error("all sounds alike")
	}
}

// The numbers are worked out by hand.
func TestMatch(t *testing.T) {
	v := newView(words)
	a, b := v.bag(tokens("red lamp")), v.bag(tokens("blue lamp lamp"))
	v.seen(1, a)
	v.seen(1, b)
	q := v.ask([][]token{tokens("red lamp unknown")}, nil)
	rare, common := math.Log(1+1.5/1.5), math.Log(1+0.5/2.5)
	if math.Abs(q.known-rare-common) > 1e-9 || math.Abs(q.all-q.known-math.Log(1+2.5/0.5)) > 1e-9 {
		t.Errorf("known %v of %v", q.known, q.all)
	}
	scratch := make([]float64, 3)
	if got := q.match(a, 2, 1.2, 0.75, scratch); math.Abs(got-q.known/q.all/2.2) > 1e-9 { // each known term once, at mean length
		t.Errorf("whole: %v", got)
	}
	if got, want := q.match(b, 3, 1.2, 0.75, scratch), common*2/(2+1.2)/q.all; math.Abs(got-want) > 1e-9 {
		t.Errorf("part: %v, not %v", got, want)
	}
}

func TestAlign(t *testing.T) {
	for _, c := range []struct {
		name, text string
		least      float64
		most       float64
	}{
		{"Octavia", "it's called octavia", 1, 1},
		{"Super Pan", "does super pen have parking", 0.85, 0.99},
		{"Harbor Court Hotel", "the harper cord hotel", 0.85, 0.99},
		{"泰康", "我买了太糠保险", 1, 1},
		{"Cote", "barbecue place", 0, 0.6},
		{"Octavia", "", 0, 0},
	} {
		if got := align(spell(tokens(c.name)).letters, spell(tokens(c.text))); got < c.least || got > c.most {
			t.Errorf("%q in %q: %.2f", c.name, c.text, got)
		}
	}
}

func TestOrthonormal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const rows, dim = 50, 6
	a := make([]float32, rows*dim)
	for i := range a {
		a[i] = float32(rng.NormFloat64())
	}
	for r := range rows { // the last column is the sum of two: nothing of it is left
		a[r*dim+5] = a[r*dim] + a[r*dim+1]
	}
	orthonormal(a, dim)
	for i := range dim {
		for j := range dim {
			var s float64
			for r := range rows {
				s += float64(a[r*dim+i]) * float64(a[r*dim+j])
			}
			want := 0.0
			if i == j && i < 5 {
				want = 1
			}
			if math.Abs(s-want) > 1e-4 {
				t.Errorf("columns %d and %d: %v", i, j, s)
			}
		}
	}
}

var hotels = []Doc{
	{Title: "Andrews Hotel", Questions: []string{"Can I park my car?"}, Body: "Parking is nearby."},
	{Title: "Andrews Hotel", Questions: []string{"Are pets allowed?"}, Body: "No dogs or cats."},
	{Title: "Harbor Court Hotel", Questions: []string{"Is there parking?"}, Body: "Valet parking."},
	{Title: "Harbor Court Hotel", Questions: []string{"Can I bring my dog?"}, Body: "Pets are welcome."},
	{Title: "Grand Budapest", Questions: []string{"How do I get to the spa?"}, Body: "By the lift."},
}

// What was named before decides, however it was heard.
func TestNamed(t *testing.T) {
	x, err := New(t.Context(), hotels, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, c := range []struct {
		context, text string
		want          int
	}{
		{"it's called the andrews hotel", "can i park there", 0},
		{"i recommend the harper court hotel", "and can i park there", 2},
		{"i recommend the harper court hotel", "are pets allowed", 3},
		{"", "are pets allowed at the andrew hotel", 1},
		{"the andrews hotel", "and at harbor court hotel can i bring a dog", 3}, // the newer name
	} {
		res, err := x.Search(t.Context(), Query{Text: c.text, Context: []string{c.context}}, 3)
		if err != nil || len(res) == 0 || res[0].Doc != c.want {
			t.Errorf("%q %q: %+v %v", c.context, c.text, res, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(ctx, hotels, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestSearchOfNothing(t *testing.T) {
	for _, docs := range [][]Doc{nil, {{}}, {{Body: "one"}}, {{Title: "!?"}, {Questions: []string{""}}}} {
		x, err := New(t.Context(), docs, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{"", "one", "不", "?"} {
			if _, err := x.Search(t.Context(), Query{Text: q, Context: []string{"", "x"}}, 5); err != nil {
				t.Error(err)
			}
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSynonyms(t *testing.T) {
	x, err := New(t.Context(), hotels, Options{Synonyms: [][]string{{"automobile", "car"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if res, err := x.Search(t.Context(), Query{Text: "automobile"}, 1); err != nil || len(res) != 1 || res[0].Doc != 0 {
		t.Errorf("%+v %v", res, err)
	}
}

func TestGroups(t *testing.T) {
	got := Groups([]string{"gift card", "reset my password", "do you sell gift cards", "i forgot the password", "a gift card please", "", "怎么开发票", "我要开发票"})
	if len(got) < 4 || len(got[0]) != 3 || !slices.Equal(slices.Sorted(slices.Values(got[0])), []int{0, 2, 4}) {
		t.Errorf("%v", got)
	}
	if !slices.ContainsFunc(got, func(g []int) bool { return slices.Equal(slices.Sorted(slices.Values(g)), []int{6, 7}) }) {
		t.Errorf("%v", got)
	}
}

// FuzzSearch: whatever is asked, probabilities are probabilities, in order.
func FuzzSearch(f *testing.F) {
	x, err := New(f.Context(), hotels, Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("park", "hotel")
	f.Add("退货", "\xff")
	f.Fuzz(func(t *testing.T, text, before string) {
		res, err := x.Search(t.Context(), Query{Text: text, Context: []string{before}, Alternatives: []string{before}}, 3)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range res {
			if !(r.Prob >= 0 && r.Prob <= 1) || math.IsNaN(r.Score) || i > 0 && r.Score > res[i-1].Score {
				t.Errorf("%+v", r)
			}
		}
	})
}

// made are n documents of words that are as frequent as in a language (Zipf).
func made(n int) []Doc {
	rng := rand.New(rand.NewPCG(9, 9))
	zipf := rand.NewZipf(rng, 1.1, 5, 30_000)
	text := func(words int) string {
		var b strings.Builder
		for range words {
			w := zipf.Uint64()
			for range 2 + w%3 {
				b.WriteString(syllables[w%uint64(len(syllables))])
				w = w*7 + 3
			}
			b.WriteByte(' ')
		}
		return b.String()
	}
	docs := make([]Doc, n)
	for i := range docs {
		docs[i] = Doc{Title: text(3), Questions: []string{text(8), text(8)}, Body: text(50)}
	}
	return docs
}

var syllables = strings.Fields("ba be bi bo bu da de di do du fa fe fi fo ga ge go ha he hi ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe po ra re ri ro sa se si so ta te ti to")

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			if n > 1000 && testing.Short() {
				b.Skip("takes a minute to make")
			}
			docs := made(n)
			x, err := New(b.Context(), docs, Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer x.Close()
			i := 0
			for b.Loop() {
				d := docs[i*7919%n]
				i++
				res, err := x.Search(b.Context(), Query{Text: d.Questions[0], Context: []string{d.Title, "and " + d.Body[:60]}}, 5)
				if err != nil || len(res) == 0 {
					b.Fatal(err)
				}
			}
		})
	}
}
