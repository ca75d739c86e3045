package normal

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// enDate says a date; year may be empty, month a number or a name. It declines
// what is no day of any year.
func enDate(year, month, day string) (string, bool) {
	m, err := strconv.Atoi(month)
	if err != nil {
		m = monthNumber(month)
	}
	d, _ := strconv.Atoi(day)
	if !validDate(m, d) {
		return "", false
	}
	s := time.Month(m).String() + " " + enOrdinal(strconv.Itoa(d))
	if year != "" {
		s += ", " + enYear(year)
	}
	return s, true
}

func validDate(m, d int) bool {
	return m >= 1 && m <= 12 && d >= 1 && d <= time.Date(2024, time.Month(m+1), 0, 0, 0, 0, 0, time.UTC).Day()
}

// monthNumber knows English names by their first three letters.
func monthNumber(name string) int {
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(name, m.String()[:3]) {
			return int(m)
		}
	}
	return 0
}

func enMonthName(s string) string {
	if m := monthNumber(s); m > 0 {
		return time.Month(m).String()
	}
	return s
}

func enWeekday(s string) string {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.HasPrefix(s, d.String()[:3]) {
			return d.String()
		}
	}
	return s
}

// enClock says a time of day; half is "a", "p" or nothing, which means a clock
// of 24 hours.
func enClock(hour, min, sec, half string) string {
	h, _ := strconv.Atoi(hour)
	mn, _ := strconv.Atoi(min)
	half = strings.ToLower(half)
	if half == "" && mn == 0 && sec == "" {
		switch h {
		case 0, 24:
			return "midnight"
		case 12:
			return "noon"
		}
	}
	if half == "" {
		half = "a"
		if h%24 >= 12 {
			half = "p"
		}
	}
	if h %= 12; h == 0 {
		h = 12
	}
	s := enSmall[h]
	switch {
	case mn == 0:
	case mn < 10:
		s += " oh " + enSmall[mn]
	default:
		s += " " + enBelow1000(mn)
	}
	if n, _ := strconv.Atoi(sec); n > 0 {
		s += " and " + plural(enInt(sec), "second", "seconds")
	}
	return s + " " + strings.ToUpper(half) + "M"
}

type enCurrency struct{ one, many, cent, cents string }

var enCurrencies = map[string]enCurrency{
	"$":  {"dollar", "dollars", "cent", "cents"},
	"€":  {"euro", "euros", "cent", "cents"},
	"£":  {"pound", "pounds", "penny", "pence"},
	"¥":  {"yuan", "yuan", "", ""},
	"A$": {"Australian dollar", "Australian dollars", "cent", "cents"},
	"C$": {"Canadian dollar", "Canadian dollars", "cent", "cents"},
	"HK": {"Hong Kong dollar", "Hong Kong dollars", "cent", "cents"},
	"c":  {"cent", "cents", "", ""},
}

var enCurrencyNames = map[string]string{"US$": "$", "USD": "$", "dollar": "$", "dollars": "$", "EUR": "€", "euro": "€", "euros": "€",
	"GBP": "£", "pound": "£", "pounds": "£", "CNY": "¥", "RMB": "¥", "yuan": "¥", "元": "¥", "HK$": "HK", "HKD": "HK", "cent": "c", "cents": "c"}

var enScales = map[string]string{"k": "thousand", "K": "thousand", "M": "million", "B": "billion"}

// enMoney says an amount: scale is "million" and the like, or empty.
func enMoney(amount, scale, currency string) string {
	if n, ok := enCurrencyNames[currency]; ok {
		currency = n
	}
	c := enCurrencies[currency]
	if scale != "" {
		if s, ok := enScales[scale]; ok {
			scale = s
		}
		return enNumber(amount) + " " + scale + " " + c.many
	}
	whole, frac, _ := strings.Cut(amount, ".")
	if len(frac) == 1 {
		frac += "0"
	}
	if len(frac) != 2 || c.cent == "" {
		return plural(strings.TrimSuffix(enNumber(amount), " point zero zero"), c.one, c.many)
	}
	w, f := plural(enInt(whole), c.one, c.many), plural(enInt(strings.TrimLeft(frac, "0")+zeroIfEmpty(strings.TrimLeft(frac, "0"))), c.cent, c.cents)
	switch {
	case frac == "00":
		return w
	case strings.Trim(whole, "0,") == "":
		return f
	}
	return w + " and " + f
}

func zeroIfEmpty(s string) string {
	if s == "" {
		return "0"
	}
	return ""
}

// enUnits are one and many of what stands behind a number. Letters that are
// words or could be other things ("in", "m" for million) are left out.
var enUnits = map[string][2]string{
	"km": {"kilometer", "kilometers"}, "m": {"meter", "meters"}, "cm": {"centimeter", "centimeters"}, "mm": {"millimeter", "millimeters"},
	"kg": {"kilogram", "kilograms"}, "g": {"gram", "grams"}, "mg": {"milligram", "milligrams"}, "lb": {"pound", "pounds"}, "lbs": {"pound", "pounds"}, "oz": {"ounce", "ounces"},
	"L": {"liter", "liters"}, "ml": {"milliliter", "milliliters"}, "mL": {"milliliter", "milliliters"}, "ft": {"foot", "feet"}, "mi": {"mile", "miles"},
	"m²": {"square meter", "square meters"}, "m2": {"square meter", "square meters"}, "km/h": {"kilometer per hour", "kilometers per hour"}, "mph": {"mile per hour", "miles per hour"},
	"GB": {"gigabyte", "gigabytes"}, "MB": {"megabyte", "megabytes"}, "KB": {"kilobyte", "kilobytes"}, "TB": {"terabyte", "terabytes"}, "Mbps": {"megabit per second", "megabits per second"},
	"Hz": {"hertz", "hertz"}, "kHz": {"kilohertz", "kilohertz"}, "W": {"watt", "watts"}, "kW": {"kilowatt", "kilowatts"}, "kWh": {"kilowatt hour", "kilowatt hours"}, "V": {"volt", "volts"}, "mAh": {"milliamp hour", "milliamp hours"},
	"h": {"hour", "hours"}, "hr": {"hour", "hours"}, "hrs": {"hour", "hours"}, "min": {"minute", "minutes"}, "mins": {"minute", "minutes"}, "sec": {"second", "seconds"}, "secs": {"second", "seconds"}, "s": {"second", "seconds"}, "ms": {"millisecond", "milliseconds"},
	"yr": {"year", "years"}, "yrs": {"year", "years"}, "pcs": {"piece", "pieces"},
}

// enUnitPattern matches the longest unit; `m` before a full stop and such are
// for match.alone to judge.
var enUnitPattern = unitPattern(slices.Collect(maps.Keys(enUnits)))

func unitPattern(units []string) string {
	slices.SortFunc(units, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	for i, u := range units {
		units[i] = regexp.QuoteMeta(u)
	}
	return "(" + strings.Join(units, "|") + ")"
}

// enFraction says the fractions that people say; others are dates, or odds.
func enFraction(n, d string) (string, bool) {
	over := map[string][2]string{"2": {"half", "halves"}, "3": {"third", "thirds"}, "4": {"quarter", "quarters"}, "5": {"fifth", "fifths"}, "8": {"eighth", "eighths"}, "10": {"tenth", "tenths"}}[d]
	if over[0] == "" || n >= d && len(n) == len(d) {
		return "", false
	}
	return plural(enInt(n), over[0], over[1]), true
}

var enAbbreviations = map[string]string{
	"mr": "Mister", "mrs": "Missus", "ms": "Miz", "dr": "Doctor", "prof": "Professor", "ave": "Avenue", "blvd": "Boulevard", "rd": "Road",
	"inc": "Incorporated", "ltd": "Limited", "corp": "Corporation", "dept": "Department", "approx": "approximately", "appt": "appointment",
	"acct": "account", "ext": "extension", "e.g": "for example", "i.e": "that is", "etc": "et cetera", "vs": "versus", "hrs": "hours", "mins": "minutes",
	"min": "minimum", "max": "maximum", "incl": "including", "qty": "quantity", "ref": "reference", "tel": "telephone", "info": "info", "st": "Street",
}

var abbreviationPattern = regexp.MustCompile(`(?i)\b(mr|mrs|ms|dr|prof|ave|blvd|rd|inc|ltd|corp|dept|approx|appt|acct|ext|e\.g|i\.e|etc|vs|hrs|mins|min|max|incl|qty|ref|tel)\.`)

// enAbbreviate opens the abbreviations in a few words that lead to a number.
func enAbbreviate(s string) string {
	return abbreviationPattern.ReplaceAllStringFunc(s, func(w string) string {
		return enAbbreviations[strings.ToLower(strings.TrimSuffix(w, "."))]
	})
}

// acronym spells capitals that are no word: the known ones, and those with no
// vowel in them.
func acronym(s string) (string, bool) {
	base, many := strings.TrimSuffix(s, "s"), strings.HasSuffix(s, "s")
	if !spelled[base] && strings.ContainsAny(base, "AEIOUY") || wordsInCapitals[base] {
		return "", false
	}
	w := enSpell(base)
	if many {
		w += "s"
	}
	return w, true
}

var spelled = setOf("ID IDS VIP SMS ATM PDF FAQ TV API URL USA US UK EU AI IT HR UPS DHL SUV CEO CFO APR DIY GPS USB IVR OTP QR PIN2")
var wordsInCapitals = setOf("AM PM MR MRS DR OK")

func setOf(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// enPhone reads a telephone number in its groups.
func enPhone(s string) string { return phoneGroups(s, enDigits, "plus ", ", ") }
