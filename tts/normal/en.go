package normal

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// number is an amount in digits: with commas in their places, or without.
const number = `(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?`

const (
	enMonths   = `(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?`
	enWeekdays = `(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)`
	clock      = `([01]?[0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9]))?(?:\s?([AaPp])\.?[Mm]\b\.?)?`
)

var english []rule

func init() { // a table in the order of application
	english = []rule{
		{braces, enMarkup},
		{mailPattern, func(m match) (string, bool) {
			return spellAddress(m.g[0], " at ", "dot", "dash", "underscore"), true
		}},
		{urlPattern, func(m match) (string, bool) { return spellURL(m, "dot", "slash", "dash", "underscore") }},

		// Dates.
		when(`([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:T|\b)`, func(m match) (string, bool) { return enDate(m.g[1], m.g[2], m.g[3]) }),
		when(`([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})`, func(m match) (string, bool) { return enDate(m.g[3], m.g[1], m.g[2]) }),
		when(enMonths+` ([0-9]{1,2})(?:st|nd|rd|th)?(?:,? ([0-9]{4}))?`, func(m match) (string, bool) { return enDate(m.g[3], m.g[1], m.g[2]) }),
		when(`([0-9]{1,2})(?:st|nd|rd|th)?( of)? `+enMonths+`(?:,? ([0-9]{4}))?`, func(m match) (string, bool) {
			date, ok := enDate(m.g[4], m.g[3], m.g[1])
			if ok && m.g[2] != "" {
				month, day, _ := strings.Cut(date, " ")
				return day + " of " + month, m.g[4] == ""
			}
			return date, ok
		}),
		when(enMonths+` ([12][0-9]{3})`, func(m match) (string, bool) { return enMonthName(m.g[1]) + " " + enYear(m.g[2]), true }),
		when(enWeekdays+`\.?\s?[-~]\s?`+enWeekdays+`\b\.?`, func(m match) (string, bool) {
			return enWeekday(m.g[1]) + " to " + enWeekday(m.g[2]), true
		}),
		{regexp.MustCompile(`\b` + enWeekdays + `(?:\.|,|\b)`), func(m match) (string, bool) {
			// "Sat" and "Sun" are words too: only before a date, a time or the end of a list.
			next := strings.TrimLeft(m.after, " ")
			if m.prev() != 0 && latin(m.prev()) || !(strings.HasSuffix(m.g[0], ".") || next != "" && kept([]rune(next)[0]) || startsWithDigit(next)) {
				return "", false
			}
			if strings.HasSuffix(m.g[0], ",") {
				return enWeekday(m.g[1]) + ",", true
			}
			return enWeekday(m.g[1]), true
		}},

		// Times.
		when(clock+`\s?[-~]\s?`+clock, func(m match) (string, bool) {
			half := m.g[4]
			if half == "" && m.g[8] != "" { // 9:00-11:00 am
				half = m.g[8]
			}
			return enClock(m.g[1], m.g[2], m.g[3], half) + " to " + enClock(m.g[5], m.g[6], m.g[7], m.g[8]), true
		}),
		when(clock, func(m match) (string, bool) { return enClock(m.g[1], m.g[2], m.g[3], m.g[4]), true }),
		when(`([0-9]{1,2})\s?([AaPp])\.?[Mm]\b\.?`, func(m match) (string, bool) {
			h, _ := strconv.Atoi(m.g[1])
			return enClock(m.g[1], "00", "", m.g[2]), h >= 1 && h <= 12
		}),
		when(`([0-9]{1,2})\s?[-~]\s?([0-9]{1,2})\s?([AaPp])\.?[Mm]\b\.?`, func(m match) (string, bool) {
			return enInt(m.g[1]) + " to " + enClock(m.g[2], "00", "", m.g[3]), true
		}),
		when(`24/7`, func(match) (string, bool) { return "twenty four seven", true }),

		// Money.
		{regexp.MustCompile(`([-−])?(US\$|A\$|C\$|HK\$|\$|€|£|¥|USD|EUR|GBP|CNY|RMB|HKD)\s?(` + number + `)(?:\s?(thousand|million|billion|trillion|[kKMB])\b)?`), func(m match) (string, bool) {
			if latin(m.prev()) {
				return "", false
			}
			return sign(m.g[1], "minus ") + enMoney(m.g[3], m.g[4], m.g[2]), true
		}},
		when(`(`+number+`)\s?(dollars?|USD|EUR|euros?|GBP|pounds?|CNY|RMB|yuan|HKD|元|cents?)`, func(m match) (string, bool) {
			return enMoney(m.g[1], "", m.g[2]), true
		}),

		// Percentages and ranges of them.
		when(`(`+number+`)%?\s?[-~]\s?(`+number+`)\s?%`, func(m match) (string, bool) {
			return enNumber(m.g[1]) + " to " + enNumber(m.g[2]) + " percent", true
		}),
		{regexp.MustCompile(`([-+])?(` + number + `)\s?%`), func(m match) (string, bool) {
			if latin(m.prev()) {
				return "", false
			}
			return signed(m, m.g[1], "plus ", "minus ") + enNumber(m.g[2]) + " percent", true
		}},

		// Numbers that are names: telephones, orders, codes.
		{phonePattern, func(m match) (string, bool) { return phone(m, enPhone) }},
		{regexp.MustCompile(`(?i)\b((?:phone|tel(?:ephone)?|call|dial|hotline|fax|mobile)(?: number| us| me)?(?: at| on| is)?[:.]? )\+?([0-9]{3,15})`), func(m match) (string, bool) {
			return m.g[1] + enDigits(m.g[2]), !latin(m.next())
		}},
		{regexp.MustCompile(`(?i)\b((?:order|ticket|account|acct|reference|ref|tracking|confirmation|booking|invoice|case|card|member(?:ship)?|customer|extension|ext|code|pin|id|flight|serial|policy|room|gate)(?:\.| number| no\.?| code| id)?(?: is|:)?\s?(?:ending in )?#?\s?)([A-Z]{0,4}-?[0-9][A-Z0-9-]*)`), func(m match) (string, bool) {
			if len(m.g[2]) < 2 || latin(m.next()) || amountFollows(m.after) {
				return "", false
			}
			lead := strings.NewReplacer("#", "", "no.", "number", "No.", "number", "ext.", "extension", "Ext.", "Extension", "ref.", "reference").Replace(m.g[1])
			return enAbbreviate(strings.TrimRight(lead, " ")) + " " + enSpell(m.g[2]), true
		}},
		when(`(?:#|No\.\s?|№\s?|Nos\.\s?)([0-9]+)`, func(m match) (string, bool) {
			if len(m.g[1]) > 3 {
				return "number " + enDigits(m.g[1]), true
			}
			return "number " + enInt(m.g[1]), true
		}),
		when(`[A-Z]{1,4}-?[0-9]{3,}[A-Z0-9-]*|[0-9]+[A-Z]{1,3}[0-9][A-Z0-9]*`, func(m match) (string, bool) { return enSpell(m.g[0]), true }),

		// Quantities.
		when(`([0-9]+)(st|nd|rd|th)`, func(m match) (string, bool) { return enOrdinal(m.g[1]), true }),
		when(`([12][0-9]{2}0)s`, func(m match) (string, bool) {
			y := enYear(m.g[1])
			return strings.TrimSuffix(y, "y") + map[bool]string{true: "ies", false: "s"}[strings.HasSuffix(y, "y")], true
		}),
		{regexp.MustCompile(`(?i)\b((?:in|since|from|by|until|till|year|of|during|before|after|©)\s)((?:1[1-9]|20)[0-9]{2})\b`), func(m match) (string, bool) {
			if !startsWithSpaceOrEnd(m.after) || unitFollows(m.after) {
				return "", false
			}
			return m.g[1] + enYear(m.g[2]), true
		}},
		when(`([0-9]+)\s?°\s?([CF])`, func(m match) (string, bool) {
			return plural(enInt(m.g[1]), "degree", "degrees") + map[string]string{"C": " Celsius", "F": " Fahrenheit"}[m.g[2]], true
		}),
		when(`(`+number+`)\s?[-~]\s?(`+number+`)\s?`+enUnitPattern, func(m match) (string, bool) {
			u := enUnits[m.g[3]]
			return enNumber(m.g[1]) + " to " + plural(enNumber(m.g[2]), u[0], u[1]), true
		}),
		when(`(`+number+`)\s?`+enUnitPattern, func(m match) (string, bool) {
			u := enUnits[m.g[2]]
			return plural(enNumber(m.g[1]), u[0], u[1]), true
		}),
		when(`([1-9])/([1-9][0-9]?)`, func(m match) (string, bool) { return enFraction(m.g[1], m.g[2]) }),
		when(`(`+number+`)\s?[-~]\s?(`+number+`)`, func(m match) (string, bool) {
			return enQuantity(m.g[1], m.after) + " to " + enQuantity(m.g[2], m.after), true
		}),
		when(`[0-9]+(?:\.[0-9]+){2,}`, func(m match) (string, bool) { // a version
			p := strings.Split(m.g[0], ".")
			for i := range p {
				p[i] = enInt(p[i])
			}
			return strings.Join(p, " point "), true
		}),
		{regexp.MustCompile(`([-+])?(` + number + `)`), func(m match) (string, bool) {
			return signed(m, m.g[1], "plus ", "minus ") + enQuantity(m.g[2], m.after), true
		}},

		// Words.
		{abbreviationPattern, func(m match) (string, bool) {
			w, ok := enAbbreviations[strings.ToLower(m.g[1])]
			return w, ok && !latin(m.prev())
		}},
		{regexp.MustCompile(`\bSt\.\s`), func(m match) (string, bool) { return "Saint ", unicode.IsUpper(m.next()) }},
		{regexp.MustCompile(`\bSt\.`), func(m match) (string, bool) { return "Street", true }},
		when(`[A-Z][A-Z0-9]{1,4}s?`, func(m match) (string, bool) { return acronym(m.g[0]) }),
		{regexp.MustCompile(`\s?&\s?`), func(match) (string, bool) { return " and ", true }},
		{regexp.MustCompile(`\s?@\s?`), func(match) (string, bool) { return " at ", true }},
		{regexp.MustCompile(`\s?=\s?`), func(match) (string, bool) { return " equals ", true }},
		{regexp.MustCompile(`[_|<>#{}\[\]\\^~]+`), func(match) (string, bool) { return " ", true }},
	}
}

func enMarkup(m match) (string, bool) {
	switch s := m.g[2]; m.g[1] {
	case "digits", "spell":
		return enSpell(s), true
	case "phone":
		return enPhone(s), true
	case "number":
		return enNumber(s), true
	default:
		return m.g[2], true
	}
}

func sign(s, word string) string {
	if s == "" {
		return ""
	}
	return word
}

// signed reads a sign, if it is one: after a letter or a digit it is a hyphen.
func signed(m match, s, plus, minus string) string {
	switch p := m.prev(); {
	case s == "":
		return ""
	case latin(p) || kept(p):
		return " "
	case s == "+":
		return plus
	}
	return minus
}

// enQuantity is a number that says how many, unless its length says that it is
// a name.
func enQuantity(s, after string) string {
	digits := strings.TrimLeft(s, "0123456789") == ""
	switch n, _ := strconv.Atoi(s); {
	case digits && len(s) > 1 && s[0] == '0':
		return enDigits(s)
	case digits && len(s) >= 5 && !nounFollows(after):
		return enDigits(s)
	case digits && len(s) == 4 && n >= 1900 && n < 2000 && !nounFollows(after):
		return enYear(s)
	}
	return enNumber(s)
}

var (
	nounAhead   = regexp.MustCompile(`^\s(?:people|customers|calls|orders|items|units|times|words|points|miles|users|pieces|copies|seats|members|more|or more|of|thousand|million|billion)\b`)
	unitAhead   = regexp.MustCompile(`^\s(?:people|customers|calls|orders|items|units|times|words|points|` + `miles|users|dollars|yuan|days|hours|minutes)\b`)
	amountAhead = regexp.MustCompile(`^(?:\s?(?:%|dollars|yuan|元|items|units|days|hours|minutes))`)
)

func nounFollows(after string) bool   { return nounAhead.MatchString(after) }
func unitFollows(after string) bool   { return unitAhead.MatchString(after) }
func amountFollows(after string) bool { return amountAhead.MatchString(after) }
func startsWithSpaceOrEnd(after string) bool {
	return after == "" || !strings.ContainsRune(":-/%", rune(after[0]))
}
