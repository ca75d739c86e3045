package sentence

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"
)

// mostGrams is how many grams chinese.bin has.
const mostGrams = 32_000

// TestLearnChinese learns chinese.bin from the pairs that the command pairs prints and
// the frequencies of the dictionary of github.com/go-ego/gse, and says how alike the
// vectors of 2,000 Chinese texts that were held back and their translations are, and
// how often no other of these translations is nearer:
//
//	HOTLINE_PAIRS=$PWD/pairs.tsv HOTLINE_DICT=$(go list -m -f '{{.Dir}}' github.com/go-ego/gse@v0.80.3)/data/dict/zh/s_1.txt \
//	  go test ./internal/sentence -run LearnChinese -v -timeout 2h
func TestLearnChinese(t *testing.T) {
	if os.Getenv("HOTLINE_PAIRS") == "" {
		t.Skip("HOTLINE_PAIRS is not set")
	}
	var pairs []*pair
	lines(t, os.Getenv("HOTLINE_PAIRS"), func(line string) {
		if zh, en, ok := strings.Cut(line, "\t"); ok {
			pairs = append(pairs, &pair{zh: zh, en: strings.TrimPrefix(en, "to ")})
		}
	})
	frequency := map[string]float64{}
	lines(t, os.Getenv("HOTLINE_DICT"), func(line string) {
		if f := strings.Fields(line); len(f) > 1 {
			frequency[f[0]], _ = strconv.ParseFloat(f[1], 64)
		}
	})
	hashes := choose(pairs, frequency)
	pairs = prepare(pairs, hashes)
	middle := middleOf(pairs)
	axes := axesOf(pairs, middle)
	for _, p := range pairs {
		p.aim = make([]float32, thin)
		AddScaled(p.v, middle, -1)
		for k := range p.aim {
			p.aim[k] = Dot(axes[k], p.v)
		}
		scale(p.aim)
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	rnd.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	held, rest := hold(pairs)
	rows := make([]float32, len(hashes)*thin)
	train(rows, rest, rnd)
	measure(t, rows, held)
	if err := os.WriteFile("chinese.bin", pack(hashes, rows, middle, axes), 0o644); err != nil {
		t.Fatal(err)
	}
}

// pair is a text, its translation, and what is made of them.
type pair struct {
	zh, en string
	grams  []int
	v      []float32 // of en
	aim    []float32 // v from the middle, along the axes
}

func lines(t *testing.T, file string, f func(line string)) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		f(strings.TrimSpace(line))
	}
}

// choose returns the sorted hashes of the grams that say most: all characters but the
// rarest, words by how often they are written, pairs of characters and Latin words
// that the translations often have.
func choose(pairs []*pair, frequency map[string]float64) []uint32 {
	count, entry := map[string]float64{}, map[string]bool{}
	for _, p := range pairs {
		entry[p.zh] = true
		runes := []rune(p.zh)
		for i := range runes {
			for k := i; k < min(i+longest, len(runes)) && unicode.Is(unicode.Han, runes[k]); k++ {
				count[string(runes[i:k+1])]++
			}
		}
		for _, w := range strings.FieldsFunc(p.zh, func(r rune) bool { return r >= unicode.MaxASCII || !unicode.IsLetter(r) }) {
			count[strings.ToLower(w)]++
		}
	}
	type gram struct {
		text string
		says float64
	}
	var grams []gram
	for w, n := range count {
		size, says := utf8.RuneCountInString(w), 0.0
		switch {
		case w[0] < unicode.MaxASCII:
			if n >= 8 {
				says = n
			}
		case size == 1:
			if n >= 3 || frequency[w] >= 3 {
				says = math.Inf(1)
			}
		case entry[w]:
			says = 3*(n-1) + frequency[w]/5
		case frequency[w] > 0:
			says = 3*(n-1) + frequency[w]/10
		case size == 2 && n >= 30:
			says = n / 4
		}
		if says > 0 {
			grams = append(grams, gram{w, says})
		}
	}
	slices.SortFunc(grams, func(a, b gram) int { return cmp.Or(cmp.Compare(b.says, a.says), cmp.Compare(a.text, b.text)) })
	var hashes []uint32
	for _, g := range grams[:min(mostGrams, len(grams))] {
		h := uint32(start)
		runes := []rune(g.text)
		if runes[0] >= unicode.MaxASCII {
			slices.Reverse(runes)
		}
		for _, r := range runes {
			h = extend(h, r)
		}
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

// prepare gives pairs their grams and vectors, on two processors; those without any
// are left out.
func prepare(pairs []*pair, hashes []uint32) []*pair {
	var wg sync.WaitGroup
	for k := range 2 {
		wg.Go(func() {
			for i := k; i < len(pairs); i += 2 {
				p := pairs[i]
				eachGram(p.zh, func(h uint32) {
					if at, ok := slices.BinarySearch(hashes, h); ok {
						p.grams = append(p.grams, at)
					}
				})
				if v := make([]float32, Dim); len(p.grams) > 0 && Speaks(p.en) && Encode(v, p.en) {
					p.v = v
				}
			}
		})
	}
	wg.Wait()
	return slices.DeleteFunc(pairs, func(p *pair) bool { return p.v == nil })
}

// sentenceLike is from how many bytes of Chinese on a text is more than a word.
const sentenceLike = 15

func middleOf(pairs []*pair) []float32 {
	middle, n := make([]float32, Dim), float32(0)
	for _, p := range pairs {
		if len(p.zh) >= sentenceLike {
			AddScaled(middle, p.v, 1)
			n++
		}
	}
	for i := range middle {
		middle[i] /= n
	}
	return middle
}

// axesOf are the thin directions in which the vectors differ most from their middle, by
// subspace iteration.
func axesOf(pairs []*pair, middle []float32) [][]float32 {
	spread := make([][]float32, Dim)
	for i := range spread {
		spread[i] = make([]float32, Dim)
	}
	v := make([]float32, Dim)
	for i := 0; i < len(pairs); i += max(1, len(pairs)/60_000) {
		copy(v, pairs[i].v)
		AddScaled(v, middle, -1)
		for k, x := range v {
			AddScaled(spread[k], v, x)
		}
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	axes := make([][]float32, thin)
	for i := range axes {
		axes[i] = make([]float32, Dim)
		for k := range axes[i] {
			axes[i][k] = float32(rnd.NormFloat64())
		}
	}
	for range 40 {
		for i, a := range axes {
			axes[i] = make([]float32, Dim)
			for k := range spread {
				axes[i][k] = Dot(spread[k], a)
			}
			for _, b := range axes[:i] {
				AddScaled(axes[i], b, -Dot(axes[i], b))
			}
			Normalize(axes[i])
		}
	}
	return axes
}

// hold takes up to 2,000 texts of some length out of pairs.
func hold(pairs []*pair) (held, rest []*pair) {
	for i, p := range pairs {
		if i%50 == 0 && len(p.zh) > 20 && len(held) < 2000 {
			held = append(held, p)
		} else {
			rest = append(rest, p)
		}
	}
	return held, rest
}

func add(rows []float32, grams []int) []float32 {
	sum := make([]float32, thin)
	for _, g := range grams {
		addScaled(sum, rows[g*thin:][:thin], 1)
	}
	return sum
}

// scale makes x of length 1 and returns its length before.
func scale(x []float32) float32 {
	far := float32(math.Sqrt(float64(dot(x, x)) + 1e-8))
	for k := range x {
		x[k] /= far
	}
	return far
}

// train turns the sum of each pair's grams towards its aim, by AdaGrad with one rate a
// gram. A word teaches a third of what a sentence does: most have more than one meaning.
func train(rows []float32, pairs []*pair, rnd *rand.Rand) {
	const epochs, rate = 8, .1
	for i := range rows {
		rows[i] = .02 * float32(rnd.NormFloat64())
	}
	squares := make([]float32, len(rows)/thin)
	for epoch := range epochs {
		rnd.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		rate := rate * (1 - float32(epoch)/epochs)
		for _, p := range pairs {
			sum := add(rows, p.grams)
			far := max(scale(sum), .3)
			if len(p.zh) < sentenceLike {
				far *= 3
			}
			along := dot(sum, p.aim)
			for k := range sum {
				sum[k] = (p.aim[k] - along*sum[k]) / far
			}
			square := dot(sum, sum)
			for _, g := range p.grams {
				squares[g] += square
				addScaled(rows[g*thin:][:thin], sum, rate/float32(math.Sqrt(float64(squares[g])+1)))
			}
		}
	}
}

func measure(t *testing.T, rows []float32, held []*pair) {
	alike, first := float32(0), 0
	for _, p := range held {
		v := add(rows, p.grams)
		scale(v)
		best := slices.MaxFunc(held, func(a, b *pair) int { return cmp.Compare(dot(v, a.aim), dot(v, b.aim)) })
		if best.en == p.en {
			first++
		}
		alike += dot(v, p.aim)
	}
	t.Logf("cosine %.3f, first %.3f of %d", alike/float32(len(held)), float32(first)/float32(len(held)), len(held))
}

func pack(hashes []uint32, rows, middle []float32, axes [][]float32) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(hashes)))
	for _, h := range hashes {
		b = binary.LittleEndian.AppendUint32(b, h)
	}
	var whole []byte
	for row := range slices.Chunk(rows, thin) {
		step := max(slices.Max(row), -slices.Min(row)) / 127
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(step))
		for _, v := range row {
			whole = append(whole, byte(int8(math.Round(float64(v/step)))))
		}
	}
	b = append(b, whole...)
	for _, a := range append([][]float32{middle}, axes...) {
		for _, v := range a {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return b
}
