package moonshine

import (
	"cmp"
	"context"
	"math"
	"regexp"
	"slices"
	"strings"

	"hotline/asr"
	"hotline/internal/ort"
)

// Log probabilities of whole numbers, in nats. Of spoken numbers, clean and in
// noise, nearly all that were read right had more; of other words nearly all had
// less. They were chosen on other voices than are measured.
const (
	followed  = 8     // numbers, at once
	near      = 5.0   // or less below the best: an alternative
	anyNum    = -7.0  // and eachDigit for each: any number
	someNum   = -10.0 // the same, if a digit was written down
	ownNum    = -13.0 // the same of a known number
	eachDigit = -.25
)

// Number implements asr.Rehearer. It lets the model write nothing but digits:
// left alone, it makes words of poor ones ("I'm near a big time").
func (l *Listener) Number(ctx context.Context, pcm []int16, text string, n asr.Number) ([]string, error) {
	done, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	sound, err := l.model.encode(asr.Level(nil, pcm, level, 0))
	if err != nil {
		return nil, err
	}
	defer sound.Close()
	var found []number
	for _, o := range openings(text) {
		list, err := l.model.numbers(sound, o, n)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 && (len(found) == 0 || list[0].logp > found[0].logp) {
			found = list
		}
	}
	limit := anyNum
	if slices.ContainsFunc(strings.Fields(text), digitWords.MatchString) {
		limit = someNum
	}
	var out []string
	best, bestOwn := math.Inf(-1), math.Inf(-1)
	for _, f := range found {
		own := slices.Contains(n.Known, f.digits)
		if own {
			bestOwn = max(bestOwn, f.logp)
		}
		best = max(best, f.logp)
		if f.logp >= max(best-near, least(limit, f.digits)) || own && f.logp >= max(bestOwn-near, least(ownNum, f.digits)) {
			out = append(out, f.digits)
		}
	}
	return out, nil
}

// least is the log probability that such digits must have.
func least(limit float64, digits string) float64 { return limit + eachDigit*float64(len(digits)) }

// opens are words that people say before a number.
var opens = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("my the a it it's its that's that is was order number card phone account um uh er well yes yeah okay ok sure i think of course here hello hi") {
		m[w] = true
	}
	return m
}()

// digitWords are digits as they are written down.
var digitWords = regexp.MustCompile(`(?i)^(\d.*|(zero|one|two|three|four|five|six|seven|eight|nine|double|triple)\b.*)`)

// openings are how text may begin before its number: with words that people say
// there, and with all that is written before the first digit.
func openings(text string) []string {
	words := strings.Fields(text)
	said := 0
	for said < len(words) && opens[strings.ToLower(strings.Trim(words[said], ",.!?"))] {
		said++
	}
	written := slices.IndexFunc(words, digitWords.MatchString)
	if said == len(words) {
		said = 0
	}
	if written <= said {
		return []string{strings.Join(words[:said], " ")}
	}
	return []string{strings.Join(words[:said], " "), strings.Join(words[:written], " ")}
}

// A number is digits, maybe in the making, and their log probability.
type number struct {
	digits string
	logp   float64
}

// numbers are the likeliest numbers that the sound says after an opening, and all
// that are known if they are not too unlikely, the best first. They are written
// with a dash between each two digits, in which the model errs less than in other
// ways that it knows.
func (m *model) numbers(sound *ort.Value, opening string, want asr.Number) ([]number, error) {
	piece := func(s string) int64 { return m.vocabulary.encode(s)[0] }
	dash, ends := piece("-"), []int64{end, piece("."), piece(",")}
	var digit [10]int64
	for d := range digit {
		digit[d] = piece(string(rune('0' + d)))
	}
	ids := []int64{begin}
	if opening != "" {
		ids = append(ids, m.vocabulary.encode(" "+opening)...)
	}
	ids = append(ids, piece(" "))
	c, err := m.blank()
	if err != nil {
		return nil, err
	}
	defer c.close()
	live, done := []number{{}}, []number(nil)
	for n := 0; ; n++ {
		out, err := m.decode(c, sound, ids, len(live), n > 0)
		if err != nil {
			return nil, err
		}
		logits, shape, err := out.Floats()
		if err != nil {
			out.Close()
			return nil, err
		}
		each, vocab := int(shape[1]), int(shape[2]) // pieces read of each, and what may follow
		var next []number
		for r, l := range live {
			row := logits[r*each*vocab:][:each*vocab]
			if n > 0 { // after the last digit: the end, or a dash
				after := row[:vocab]
				norm := logSum(after)
				if n >= want.Least {
					p := 0.0
					for _, e := range ends {
						p += math.Exp(float64(after[e]) - norm)
					}
					done = append(done, number{l.digits, l.logp + math.Log(p)})
				}
				l.logp += float64(after[dash]) - norm
			}
			last := row[(each-1)*vocab:]
			norm := logSum(last)
			for d, id := range digit {
				next = append(next, number{l.digits + string(rune('0'+d)), l.logp + float64(last[id]) - norm})
			}
		}
		out.Close()
		if n == want.Most {
			break
		}
		rows := follow(next, want.Known)
		live, ids = live[:0:0], ids[:0]
		for i, k := range rows {
			live, ids = append(live, next[k]), append(ids, digit[k%10], dash)
			rows[i] = k / 10
		}
		if err := m.keep(c, rows); err != nil {
			return nil, err
		}
	}
	var found []number
	for _, i := range follow(done, want.Known) {
		found = append(found, done[i])
	}
	return found, nil
}

// follow are the indices of the likeliest, and of all that may become known
// numbers, the best first.
func follow(list []number, known []string) []int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(list[b].logp, list[a].logp) })
	out := order[:min(followed, len(order))]
	for _, i := range order[len(out):] {
		if l := list[i]; l.logp >= least(ownNum, l.digits) && slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(k, l.digits) }) {
			out = append(out, i)
		}
	}
	return out
}

// keep makes c the memory of the rows that go on, in their order.
func (m *model) keep(c *memory, rows []int) error {
	for i, v := range c {
		if i%4 >= 2 {
			continue // the sound is the same for all
		}
		data, shape, err := v.Floats()
		if err != nil {
			return err
		}
		size := len(data) / int(shape[0])
		shape[0] = int64(len(rows))
		next, buf, err := m.decoder.Lib().NewFloats(shape...)
		if err != nil {
			return err
		}
		for j, r := range rows {
			copy(buf[j*size:][:size], data[r*size:])
		}
		v.Close()
		c[i] = next
	}
	return nil
}
