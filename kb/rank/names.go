package rank

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// names knows what the documents are about, their titles, and finds them in what was
// said, as they sound.
type names struct {
	id    map[string]int // by its letters
	spelt []spelling
	docs  [][]int32          // by name: groups
	post  map[string][]int32 // names that have a run of letters
	total []float64          // by name: the weight of all its runs
	sums  sync.Pool          // of *[]float32, by name, all zero
}

// A spelling is a text as small letters without spaces, Han in pinyin.
type spelling struct {
	letters []byte
	edge    []bool // a word begins here; one longer than letters
}

func spell(toks []token) spelling {
	var s spelling
	for _, t := range toks {
		w := t.text
		if t.han {
			w = syllable(w)
		}
		for i := range len(w) {
			s.letters = append(s.letters, w[i])
			s.edge = append(s.edge, i == 0)
		}
	}
	s.edge = append(s.edge, true)
	return s
}

func (s spelling) runs() []string {
	const n = 3
	var out []string
	for i := 0; i+n <= len(s.letters); i++ {
		out = append(out, string(s.letters[i:i+n]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// add takes in the name of a group of documents, which it does not have, and the
// short form of it.
func (ns *names) add(title string, group int32) {
	for _, s := range forms(title) {
		ns.addOne(s, group)
	}
}

func forms(title string) []string {
	if s := short(title); s != "" {
		return []string{title, s}
	}
	return []string{title}
}

// short is what people say of a long name: "Laurel Inn, a Joie de Vivre Hotel" is the
// Laurel Inn, "Super Duper Burgers - Union Square" has a part before its dash. It
// is empty if there is none.
func short(title string) string {
	at := len(title)
	for _, mark := range []string{", ", " - ", " (", "，", "（", " – "} {
		if i := strings.Index(title, mark); i > 0 {
			at = min(at, i)
		}
	}
	if at == len(title) || utf8.RuneCountInString(title[:at]) < 4 {
		return ""
	}
	return title[:at]
}

func (ns *names) addOne(title string, group int32) {
	s := spell(tokens(title))
	if len(s.letters) < 3 {
		return
	}
	n, ok := ns.id[string(s.letters)]
	if !ok {
		n = len(ns.spelt)
		ns.id[string(s.letters)] = n
		ns.spelt = append(ns.spelt, s)
		ns.docs = append(ns.docs, nil)
		for _, r := range s.runs() {
			ns.post[r] = append(ns.post[r], int32(n))
		}
		if ns.total != nil { // after finish
			ns.total = append(ns.total, ns.whole(s))
		}
	}
	ns.docs[n] = append(ns.docs[n], group)
}

// remove takes a group from its name. A name without groups is never found.
func (ns *names) remove(title string, group int32) {
	for _, s := range forms(title) {
		if n, ok := ns.id[string(spell(tokens(s)).letters)]; ok {
			ns.docs[n] = slices.DeleteFunc(ns.docs[n], func(g int32) bool { return g == group })
		}
	}
}

// whole is the weight of all runs of a name.
func (ns *names) whole(s spelling) (sum float64) {
	for _, r := range s.runs() {
		sum += ns.weight(r)
	}
	return sum
}

// otherNames are those that callers say beside the ones we know.
const otherNames = 200

// weight is how much a run of letters tells.
func (ns *names) weight(run string) float64 {
	return math.Log(1 + float64(len(ns.spelt)+otherNames)/float64(len(ns.post[run])+1))
}

func (ns *names) finish() {
	ns.sums.New = func() any {
		s := make([]float32, len(ns.spelt))
		return &s
	}
	ns.total = make([]float64, len(ns.spelt))
	for i, s := range ns.spelt {
		ns.total[i] = ns.whole(s)
	}
}

// A name found is a number of ns.spelt with how well it was named, 0 to 1.
type named struct {
	name int32
	how  float64
}

// find gives the names in the turns, of which the last is the newest, best first.
func (ns *names) find(turns [][]token, most int) []named {
	best := map[int32]float64{}
	fade := 1.0
	for _, toks := range slices.Backward(turns) {
		s := spell(toks)
		sum := ns.sums.Get().(*[]float32)
		if more := len(ns.spelt) - len(*sum); more > 0 {
			*sum = append(*sum, make([]float32, more)...)
		}
		hit := *sum
		var touched []int32
		for _, r := range s.runs() {
			p := ns.post[r]
			if len(p) > len(ns.spelt)/10+50 {
				continue
			}
			w := float32(ns.weight(r))
			for _, n := range p {
				if hit[n] == 0 {
					touched = append(touched, n)
				}
				hit[n] += w
			}
		}
		var cands []named
		for _, n := range touched {
			if share := float64(hit[n]) / ns.total[n]; share > 0.3 {
				cands = append(cands, named{n, share})
			}
			hit[n] = 0
		}
		ns.sums.Put(sum)
		sortNamed(cands)
		for _, c := range cands[:min(len(cands), 40)] {
			name := ns.spelt[c.name]
			sim := align(name.letters, s)
			if sim < alike {
				continue
			}
			how := fade * (sim - alike) / (1 - alike) * (1 - math.Exp(-c.how*ns.total[c.name]/telling))
			best[c.name] = max(best[c.name], how)
		}
		fade *= 0.9
	}
	var out []named
	for n, h := range best {
		out = append(out, named{n, h})
	}
	sortNamed(out)
	return out[:min(len(out), most)]
}

// telling is how much weight of runs makes a name that nobody says by chance: some
// five runs that few names have.
const telling = 25

// alike is the share of a name's letters that must have been heard.
const alike = 0.7

func sortNamed(ns []named) {
	slices.SortFunc(ns, func(a, b named) int {
		switch {
		case a.how != b.how:
			if a.how > b.how {
				return -1
			}
			return 1
		default:
			return int(a.name - b.name)
		}
	})
}

// align is the share of name found in text at the best place that begins and
// ends with a word: 1 less edits for each letter (Sellers, 1980), where letters
// that sound alike cost less.
func align(name []byte, text spelling) float64 {
	const whole = 10
	col := make([]int, len(name)+1)
	for i := range col {
		col[i] = i * whole
	}
	best := len(name) * whole
	for j, c := range text.letters {
		above := col[0] // the diagonal
		if col[0] = 1 << 20; text.edge[j+1] {
			col[0] = 0
		}
		for i := 1; i <= len(name); i++ {
			d := min(above+differ(name[i-1], c), min(col[i], col[i-1])+whole)
			above, col[i] = col[i], d
		}
		if text.edge[j+1] {
			best = min(best, col[len(name)])
		}
	}
	return 1 - float64(best)/float64(len(name)*whole)
}

// differ is what it costs to hear a for b, in tenths of a letter.
func differ(a, b byte) int {
	if a == b {
		return 0
	}
	if a < 'a' || a > 'z' || b < 'a' || b > 'z' {
		return 10
	}
	if soundClass[a-'a'] == soundClass[b-'a'] {
		return 4
	}
	return 10
}
