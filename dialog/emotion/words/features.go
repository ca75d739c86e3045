package words

import (
	"strings"
	"unicode"
)

// tokens cuts text into lower-case words, single Han characters and marks that
// carry feeling (!, ?, … and emoji). A number is "0": which one does not tell.
func tokens(text string) []string {
	var out []string
	lower := strings.ToLower(strings.ReplaceAll(text, "’", "'"))
	start, digit := -1, false
	flush := func(end int) {
		if start >= 0 {
			if w := strings.Trim(lower[start:end], "'"); digit {
				out = append(out, "0")
			} else if w != "" {
				out = append(out, w)
			}
		}
		start, digit = -1, false
	}
	last := rune(0)
	for i, r := range lower {
		switch {
		case unicode.Is(unicode.Han, r):
			flush(i)
			out = append(out, lower[i:i+len(string(r))])
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'':
			if start < 0 {
				start = i
			}
			digit = digit || unicode.IsDigit(r)
		default:
			flush(i)
			if r == '！' {
				r = '!'
			} else if r == '？' {
				r = '?'
			}
			if r == '!' || r == '?' || r > 0x2000 && unicode.IsSymbol(r) {
				if r == last { // "!!!" is "!!"
					if n := len(out); n > 0 && out[n-1] == string(r) {
						out[n-1] += string(r)
					}
				} else {
					out = append(out, string(r))
				}
			}
		}
		last = r
	}
	flush(len(lower))
	return out
}

const (
	fnvStart = 2166136261
	fnvPrime = 16777619
)

func add(h uint32, s string) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * fnvPrime
	}
	return h
}

// bucket folds a hash to bits.
func bucket(h uint32, bits int) uint32 {
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	return h >> (32 - bits)
}

// features calls f with the bucket and the word (index into ws) of every
// feature of ws: words alone, in twos and threes, and the parts of each word, which
// forgive its endings and misspellings. A pair counts for its last word.
func features(ws []string, bits int, f func(b uint32, word int)) {
	for i, w := range ws {
		h := add(fnvStart, w)
		f(bucket(h, bits), i)
		han := len(w) >= 3 && w[0] >= 0xe0
		if i > 0 {
			h2 := add(add(add(fnvStart, ws[i-1]), " "), w)
			f(bucket(h2, bits), i)
		}
		if i > 1 {
			h3 := add(add(add(add(add(fnvStart, ws[i-2]), " "), ws[i-1]), " "), w)
			f(bucket(h3, bits), i)
		}
		if !han {
			groupsOf(w, func(g string) {
				f(bucket(add(fnvStart, g), bits), i)
				if i > 0 { // "not @joy"
					f(bucket(add(add(add(fnvStart, ws[i-1]), " "), g), bits), i)
				}
			})
		}
		if han || len(w) < 3 {
			continue
		}
		for n := 3; n <= 5; n++ { // parts of <word>, ends marked
			for at := -1; at+n <= len(w)+1; at++ {
				h := uint32(fnvStart ^ 0x5bd1)
				for k := at; k < at+n; k++ {
					c := byte('<')
					if k >= 0 && k < len(w) {
						c = w[k]
					} else if k > 0 {
						c = '>'
					}
					h = (h ^ uint32(c)) * fnvPrime
				}
				f(bucket(h, bits), i)
			}
		}
	}
}
