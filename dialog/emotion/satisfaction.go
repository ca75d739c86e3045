package emotion

// Satisfaction judges all that a customer said in one contact: "satisfied",
// "neutral" or "dissatisfied". What is said last counts most: who ends with
// thanks has been helped, whatever they began with.
func Satisfaction(text string) string {
	ws := cut(text)
	var good, bad float64
	s, _ := scores(text)
	bad = or(or(or(s[frustrated]*.6, s[threatening]), s[angry]), s[abusive])
	last := ws[max(0, len(ws)-40):]
	for i := 0; i < len(last); {
		e, n := lookup(last[i:])
		if n == 0 {
			i++
			continue
		}
		if e.kind == satisfied && !negated(last, i) {
			good = or(good, e.weight)
		}
		i += n
	}
	switch {
	case good >= .5 && bad < .75:
		return Satisfied
	case bad >= .6:
		return "dissatisfied"
	}
	return Neutral
}
