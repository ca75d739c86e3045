package intent

import (
	"sort"

	"hotline/internal/sentence"
)

// meant is what each word of text adds to the margin of column c by meaning: the
// margin with all words less that without it, in words' worth.
func (m *Model) meant(s *scratch, text string, c int) (share [maxTokens]float64) {
	language := sentence.Of(text)
	trust, u := m.trust[language], m.meaning[language]
	if trust == 0 || u == nil {
		return share
	}
	margin := func(text string) (float64, bool) {
		v := m.mean(s, text, language)
		if v == nil {
			return 0, false
		}
		return float64(u.bias[c] + breadth*sentence.Dot(u.weights[c*sentence.Dim:], v)), true
	}
	all, ok := margin(text)
	for i := range s.tokens.n {
		from, to := s.tokens.src[i][0], s.tokens.src[i][1]
		if without, can := margin(text[:from] + text[to:]); ok && can {
			share[i] = float64(trust) * (all - without)
		}
	}
	return share
}

// Explain names up to n words of text that spoke most for intent, the strongest
// first. Of a text that rambles it is those of the clause that wants intent most.
func (m *Model) Explain(text, intent string, n int) []string {
	c := m.column(intent)
	if c < 0 {
		return nil
	}
	s := new(scratch)
	text = m.clearest(s, text, c)
	m.vector(s, text)
	share := m.meant(s, text, c)
	for _, f := range s.features {
		w := float64(m.weights[int(f.id)*(len(m.intents)+1)+c] * f.value)
		for i := f.i; i <= f.j; i++ {
			share[i] += w / float64(f.j-f.i+1)
		}
	}
	// Neighbouring Han characters that both speak for it are one word.
	type part struct {
		text  string
		score float64
	}
	var parts []part
	for i := 0; i < s.tokens.n; i++ {
		if share[i] <= 0 {
			continue
		}
		from, score, j := i, share[i], i
		for j+1 < s.tokens.n && isHan(s.tokens.word(j)[0]) && isHan(s.tokens.word(j + 1)[0]) && share[j+1] > 0 && j-from < 3 {
			j++
			score += share[j]
		}
		parts = append(parts, part{text[s.tokens.src[from][0]:s.tokens.src[j][1]], score})
		i = j
	}
	sort.SliceStable(parts, func(i, j int) bool { return parts[i].score > parts[j].score })
	var out []string
	for _, p := range parts[:min(n, len(parts))] {
		out = append(out, p.text)
	}
	return out
}
