package phones

// Costs of putting a text right, in nats, guessed from how sounds are made: the
// nearer two are, the easier one is taken for the other.
const (
	far         = 1.6 // a vowel for a consonant
	vowels      = .9  // one vowel for another
	consonants  = 1.4
	relatives   = .9 // consonants made alike
	near        = .45
	nearest     = .3
	missVowel   = 1.0
	missWeak    = .6 // a sound that is often not heard
	missAny     = 1.2
	surplusMore = .1 // a sound too many costs that much more
)

var groups = [][]byte{ // sounds made alike
	{P, B, T, D, K, G}, {F, V, TH, DH, S, Z, SH, ZH, HH, CH, JH}, {M, N, NG}, {L, R, W, Y, ER},
}

var pairs = [][2]byte{ // that differ in voice or a little in place
	{P, B}, {T, D}, {K, G}, {F, V}, {TH, DH}, {S, Z}, {SH, ZH}, {CH, JH}, {M, N}, {N, NG}, {ER, R}, {UW, W}, {IY, Y},
	{IH, IY}, {IH, EH}, {EH, AE}, {EH, EY}, {AH, AA}, {AH, IH}, {AH, EH}, {AH, UH}, {AH, AE}, {AA, AO}, {AO, OW}, {UH, UW}, {AH, ER}, {AA, AE}, {AW, OW}, {AW, AA}, {AY, AA}, {OY, AO}, {AH, OW}, {AY, IY}, {EY, IY}, {EY, AY},
}

var closer = [][2]byte{ // that recognisers mix up most
	{S, SH}, {T, TH}, {D, DH}, {F, TH}, {CH, SH}, {JH, ZH}, {T, CH}, {D, JH}, {V, B}, {L, W}, {L, R}, {R, W}, {V, DH}, {K, T}, {P, T}, {P, K}, {B, D}, {G, D}, {M, NG}, {S, TH}, {Z, DH}, {S, F}, {T, S}, {L, OW}, {L, AO},
}

var substitute = func() (t [count][count]float64) {
	for a := range count {
		for b := range count {
			switch va, vb := vowel(a), vowel(b); {
			case a == b:
			case va && vb:
				t[a][b] = vowels
			case va != vb:
				t[a][b] = far
			default:
				t[a][b] = consonants
			}
		}
	}
	set := func(a, b byte, c float64) { t[a][b], t[b][a] = c, c }
	for _, g := range groups {
		for _, a := range g {
			for _, b := range g {
				if a != b {
					t[a][b] = min(t[a][b], relatives)
				}
			}
		}
	}
	for _, p := range closer {
		set(p[0], p[1], .6)
	}
	for _, p := range pairs {
		set(p[0], p[1], near)
	}
	for _, p := range [][2]byte{{S, Z}, {T, D}, {AH, IH}, {M, N}, {ER, R}, {IH, IY}} {
		set(p[0], p[1], nearest)
	}
	return t
}()

func vowel(p byte) bool {
	switch p {
	case AA, AE, AH, AO, AW, AY, EH, ER, EY, IH, IY, OW, OY, UH, UW:
		return true
	}
	return false
}

// Substitute is the cost of hearing b where a was said.
func Substitute(a, b byte) float64 { return substitute[a][b] }

// Miss is the cost of not hearing a.
func Miss(a byte) float64 {
	switch {
	case a == AH || a == HH || a == IH || a == T || a == D:
		return missWeak
	case vowel(a):
		return missVowel
	}
	return missAny
}

// Surplus is the cost of hearing a where there was nothing.
func Surplus(a byte) float64 { return Miss(a) + surplusMore }

// Distance is what it costs to hear b where a was said.
func Distance(a, b []byte) float64 {
	row := make([]float64, len(b)+1)
	for j, s := range b {
		row[j+1] = row[j] + Surplus(s)
	}
	for _, s := range a {
		last := row[0]
		row[0] += Miss(s)
		for j, h := range b {
			diag := last + substitute[s][h]
			last = row[j+1]
			row[j+1] = min(diag, row[j+1]+Miss(s), row[j]+Surplus(h))
		}
	}
	return row[len(b)]
}
