package intent

import (
	"slices"
	"strings"
)

// Callers ramble: what they want is in one clause of many, and what they tell
// besides is about other things. An utterance that is longer than the bot's examples
// is judged clause by clause beside the whole, the more so the longer it is, and the
// clearest wish wins: a late one before an early one, a request before what is told.

const (
	fewest    = 6  // words of a clause that has no punctuation at its end
	most      = 14 // words of a clause
	requested = .3 // what a request adds to the margins of its clause
	late      = .5 // what the last clause has more than the first
	unwished  = -2 // the margin of an intent that no clause has

	// unmannered is the margin of a greeting in clauses, whatever they are: much else
	// is said.
	unmannered = -1
)

// shortest are how many words and how many Han characters are no ramble for any bot.
var shortest = [2]int{10, 14}

// clause is a part of an utterance.
type clause struct {
	from, to int     // bytes
	asks     bool    // it has words of a request
	bonus    float32 // what its margins are better for that, and for coming late
}

// phrases are up to three words that stand together, each by what it counts.
type phrases map[uint64]float32

func (p phrases) add(count float32, texts string) phrases {
	var t tokens
	for s := range strings.SplitSeq(texts, ",") {
		t.cut(s)
		p[t.phrase(0, t.n)] = count
	}
	return p
}

// phrase is n words from the i-th on.
func (t *tokens) phrase(i, n int) uint64 { return join('c', t.stem[i:i+n]...) }

// at returns how many of the words from i to end are a phrase, the longest, and
// what it counts.
func (p phrases) at(t *tokens, i, end int) (n int, count float32) {
	for n := min(3, end-i); n > 0; n-- {
		if c, ok := p[t.phrase(i, n)]; ok {
			return n, c
		}
	}
	return 0, 0
}

// openings begin a clause where there is no punctuation.
var openings = phrases{}.add(1, "and,but,so,because,then,anyway,or,though,although,while,since,if,well,"+
	"I want,I wanted,I would,I was wondering,I'd,could you,can you,can I,could I,could somebody,do you,is there,is that,is it,are you,how,what,where,when,"+
	"would you,would it,please,I need,I just,I don't,I am,I have,"+
	"然后,但是,所以,就是,结果,不过,可是,因为,而且,后来,能不能,请问,我想,麻烦,想问,就想,要是,那个")

// fillers say nothing at the beginning of a clause.
var fillers = phrases{}.add(1, "and,but,so,well,um,uh,er,hm,yeah,okay,ok,right,anyway,then,because,hi,hello,yes,oh,"+
	"然后,但是,所以,就是说,就是,那个,嗯,哎呀,哎,喂,你好,您好,那,结果,可是,而且,不过,唉,啊,因为,呃")

// requests are words of a wish; words of trouble are half as much of one.
var requests = phrases{}.add(1, "can,could,how,please,which,what,where,until when,I want,I need,I wanted,I'd like,I would like,do you,would you,is there,wondering,is it,are you,if you,am I,will you,does it,tell me,"+
	"吗,怎么,能不能,可以,什么,多少,几,哪,行不行,帮我,麻烦,我想,我要,给我,有没有,是不是,还能,呢,别").
	add(.5, "don't,doesn't,didn't,won't,can't,isn't,hasn't,haven't,not,no,nothing,nobody,still,only,never,twice,wrong,broken,没,不,坏,裂,错,少")

// clauses cuts the words of t into parts of its text, without the fillers before
// each; none if there is only one.
func (t *tokens) clauses(out []clause) []clause {
	begin, from := 0, t.filled(0) // with and without fillers
	for i := 1; i <= t.n; i++ {
		n := i - begin
		cut := i == t.n || i-from >= most
		switch mark := t.mark[i-1]; {
		case mark == ',':
			cut = cut || n >= fewest-1
		case mark != 0:
			cut = cut || n >= 2
		case n >= fewest && t.n-i >= 2:
			words, _ := openings.at(t, i, t.n)
			cut = cut || words > 0
		}
		if cut {
			out = append(out, t.clause(min(from, i-1), i))
			begin, from = i, t.filled(i)
		}
	}
	if len(out) < 2 {
		return out[:0]
	}
	for i := range out {
		out[i].bonus += late * float32(i+1) / float32(len(out))
	}
	return out
}

// filled is the first word from the i-th on that is no filler; the last if all are.
func (t *tokens) filled(i int) int {
	for {
		n, _ := fillers.at(t, i, t.n-1)
		if n == 0 {
			return i
		}
		i += n
	}
}

// clause is words i to j.
func (t *tokens) clause(i, j int) clause {
	c := clause{from: t.src[i][0], to: t.src[j-1][1]}
	for k := i; k < j; k++ {
		_, count := requests.at(t, k, j)
		c.bonus = max(c.bonus, requested*count)
		c.asks = c.asks || count == 1
	}
	return c
}

// lengths are the words, and the Han characters, that nine of ten examples do not
// exceed.
func lengths(docs []doc) (long [2]int) {
	var t tokens
	var all [2][]int
	for _, d := range docs {
		if !d.background && !d.name {
			t.cut(d.text)
			all[t.script()] = append(all[t.script()], t.n)
		}
	}
	for i, ns := range all {
		slices.Sort(ns)
		if long[i] = shortest[i]; len(ns) > 0 {
			long[i] = max(long[i], ns[(len(ns)-1)*9/10])
		}
	}
	return long
}

// script is 1 if there are Han characters, and 0 if not.
func (t *tokens) script() int {
	if t.han {
		return 1
	}
	return 0
}

// rambles is how much an utterance is longer than examples are: 0 not at all, 1
// twice as long.
func (m *Model) rambles(t *tokens) float32 {
	return min(max(float32(t.n)/float32(m.long[t.script()])-1, 0), 1)
}

// Rambles reports whether text is so much longer than the examples that its clauses
// count as well as the whole.
func (m *Model) Rambles(text string) bool {
	var t tokens
	t.cut(text)
	return m.rambles(&t) >= .5
}

// ramble judges the clauses of text, if it rambles: s has its words and its margins
// as a whole, and gets those of the whole and the clearest clauses together. It returns the
// logarithm of the odds that it is out of scope, which were none for the whole.
func (m *Model) ramble(s *scratch, text string, none float64) float64 {
	share := m.rambles(&s.tokens)
	if share == 0 {
		return none
	}
	s.clauses = s.tokens.clauses(s.clauses[:0])
	if len(s.clauses) == 0 {
		return none
	}
	n := len(m.intents)
	s.whole = append(s.whole[:0], s.scores...)
	s.best, s.beyond = s.best[:0], s.beyond[:0]
	for range n {
		s.best, s.beyond = append(s.best, unwished), append(s.beyond, none)
	}
	for _, c := range s.clauses {
		part := text[c.from:c.to]
		if m.vector(s, part); len(s.features) == 0 {
			continue
		}
		m.margins(s, part)
		z := m.outside(s)
		for i, v := range s.scores[:n] {
			if v += c.bonus; v > s.best[i] {
				s.best[i], s.beyond[i] = v, z
			}
		}
	}
	for i, v := range s.best {
		if m.manners[i] {
			v = unmannered
		}
		s.scores[i] = (s.whole[i] + share*v) / (1 + share/3)
	}
	half := float64(share) / 2
	return (1-half)*none + half*s.beyond[top(s.scores[:n])]
}

// clearest is the clause of text that wants the intent of column c most; text
// itself if its clauses do not count.
func (m *Model) clearest(s *scratch, text string, c int) string {
	if s.tokens.cut(text); m.rambles(&s.tokens) < .5 {
		return text
	}
	best, most := text, float32(unwished)
	for _, cl := range s.tokens.clauses(nil) {
		part := text[cl.from:cl.to]
		m.vector(s, part)
		if m.margins(s, part); s.scores[c]+cl.bonus > most {
			best, most = part, s.scores[c]+cl.bonus
		}
	}
	return best
}

// outside is the logarithm of the odds that what s has the margins of is out of
// scope.
func (m *Model) outside(s *scratch) float64 {
	return m.out[s.language].odds(signs(s.scores, len(m.intents), s.unknown, s.near, s.meant))
}
