package intent

import "sort"

// Explain names up to n words of text that spoke most for intent, the strongest
// first.
func (m *Model) Explain(text, intent string, n int) []string {
	c := m.column(intent)
	if c < 0 {
		return nil
	}
	s := new(scratch)
	m.vector(s, text)
	var share [maxTokens]float64
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
