package slot

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var weekdays = map[string]time.Weekday{"sunday": 0, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}

var months = map[string]int{"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12}

var ordinals = map[string]int{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
	"thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30}

const (
	dayNames   = `(sunday|monday|tuesday|wednesday|thursday|friday|saturday|sun|mon|tue|wed|thu|fri|sat)`
	monthNames = `(january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)`
)

var (
	enWeekOn  = regexp.MustCompile(`\b(?:(a|1|2|3|4) weeks? (?:on|from|after) (?:this |next )?` + dayNames + `|` + dayNames + ` (?:week|in a week))\b`)
	enWeekday = regexp.MustCompile(`\b(?:(this|next|last|past) )?` + dayNames + `s?\b`)
	enMonth   = regexp.MustCompile(`\b(?:(\d{1,2})(?:th)? (?:of )?` + monthNames + `|` + monthNames + ` (?:the )?(\d{1,2})(?:th)?)\b(?: (\d{4}|20 \d\d))?`)
	enOfMonth = regexp.MustCompile(`\bthe (\d{1,2})th\b`)
	enIn      = regexp.MustCompile(`\bin ((?:a|an|\d+) .*)`)
	enAgo     = regexp.MustCompile(`\b((?:a|an|\d+) (?:day|week|month)s?) ago\b`)
	enFrom    = regexp.MustCompile(`\b((?:a|an|\d+) (?:day|week|month|year)s?) from (now|today|tomorrow)\b`)
	enNextBig = regexp.MustCompile(`\b(next|last|this) (week|month|year)\b`)
	enHalf    = regexp.MustCompile(`\b(half past|quarter past|quarter to|(\d{1,2}) (?:minutes )?(?:past|to)) (\d{1,2})\b`)
	enToward  = regexp.MustCompile(`\b(\d{1,2}) (?:minutes )?(past|to) (\d{1,2})\b`)
	enClock   = regexp.MustCompile(`\b(at |around |about |by |before |after )?(\d{1,2})(?: (\d{2}|o 0?\d))?(?: (am|pm|a m|p m|o'?clock))?\b`)
)

// numerals writes the spoken numbers below a hundred as digits, ordinals with
// "th": "may third, three thirty" is "may 3th 3 30".
func numerals(text string) string {
	ws := words(plain(strings.NewReplacer("o'clock", "oclock", "a.m.", "am", "p.m.", "pm").Replace(strings.ToLower(text))))
	var out []string
	for i := 0; i < len(ws); {
		w := ws[i].text
		if n := ordinals[w]; n > 0 {
			out = append(out, strconv.Itoa(n)+"th")
			i++
			continue
		}
		if t := tens[w]; t > 0 && i+1 < len(ws) && ordinals[ws[i+1].text] > 0 && ordinals[ws[i+1].text] < 10 {
			out = append(out, strconv.Itoa(t+ordinals[ws[i+1].text])+"th")
			i += 2
			continue
		}
		if (w == "st" || w == "nd" || w == "rd" || w == "th") && len(out) > 0 && strings.Trim(out[len(out)-1], "0123456789") == "" {
			out[len(out)-1] += "th"
			i++
			continue
		}
		if w != "o" && w != "oh" {
			if v, n := below100(ws[i:]); n > 0 {
				out = append(out, strconv.Itoa(v))
				i += n
				continue
			}
		}
		if w == "oh" {
			w = "o"
		}
		out = append(out, w)
		i++
	}
	return strings.Join(out, " ")
}

// englishWhen reads the day and the clock of an English utterance.
func englishWhen(w *When, text string, today time.Time) (day time.Time, hour, minute int) {
	day = today
	if m := isoDay.FindStringSubmatch(text); m != nil {
		if d, ok := dayOf(today, atoi(m[1]), atoi(m[2]), atoi(m[3])); ok {
			day, w.Day = d, true
		}
		text = strings.Replace(text, m[0], " ", 1)
	}
	if m := clock.FindStringSubmatch(text); m != nil {
		hour, minute, w.Clock = atoi(m[1]), atoi(m[2]), true
		text = strings.Replace(text, m[0], " ", 1)
	}
	s := numerals(text)
	if !w.Day {
		day, s = englishDay(w, s, today)
	}
	w.Part = englishPart(s)
	w.Day = w.Day || strings.Contains(s, "tonight")
	if w.Clock {
		hour = half(hour, ampm(s, w.Part))
		return day, hour, minute
	}
	hour, minute = englishClock(w, s)
	return day, hour, minute
}

func englishPart(s string) string {
	for _, p := range [][2]string{{"midnight", "night"}, {"noon", "noon"}, {"midday", "noon"}, {"lunch", "noon"}, {"morning", "morning"}, {"afternoon", "afternoon"}, {"evening", "evening"}, {"tonight", "evening"}, {"night", "night"}} {
		if i := strings.Index(s, p[0]); i >= 0 && (p[0] != "noon" || !strings.Contains(s, "afternoon")) && (p[0] != "night" || !strings.Contains(s, "fortnight")) {
			return p[1]
		}
	}
	return ""
}

func ampm(s, part string) string {
	switch {
	case strings.Contains(" "+s+" ", " pm ") || strings.Contains(" "+s+" ", " p m "):
		return "afternoon"
	case strings.Contains(" "+s+" ", " am ") || strings.Contains(" "+s+" ", " a m "):
		return "morning"
	}
	return part
}

func englishDay(w *When, s string, today time.Time) (time.Time, string) {
	cut := func(m string) string { w.Day = true; return strings.Replace(s, m, " ", 1) }
	for _, d := range []struct {
		name string
		days int
	}{{"day after tomorrow", 2}, {"day before yesterday", -2}, {"tomorrow week", 8}, {"tomorrow", 1}, {"yesterday", -1}, {"today", 0}} {
		if strings.Contains(s, d.name) {
			if m := enFrom.FindString(s); m != "" { // a week from tomorrow
				continue
			}
			return today.AddDate(0, 0, d.days), cut(d.name)
		}
	}
	if m := enWeekOn.FindStringSubmatch(s); m != nil {
		n, name := atoi(m[1]), m[2]+m[3]
		return onWeekday(today, weekdays[name], max(n, 1)), cut(m[0])
	}
	if m := enMonth.FindStringSubmatch(s); m != nil {
		d, month := atoi(m[1]+m[4]), months[m[2]+m[3]]
		if y := atoi(strings.ReplaceAll(m[5], " ", "")); y > 0 {
			if t, ok := dayOf(today, y, month, d); ok {
				return t, cut(m[0])
			}
		} else if t, ok := coming(today, time.Month(month), d); ok {
			return t, cut(m[0])
		}
	}
	if m := enWeekday.FindStringSubmatch(s); m != nil {
		d := weekdays[m[2]]
		switch m[1] {
		case "next":
			return inWeek(today, d, 1), cut(m[0])
		case "last", "past":
			return onWeekday(today, d, -1), cut(m[0])
		}
		return onWeekday(today, d, 0), cut(m[0])
	}
	if m := enFrom.FindStringSubmatch(s); m != nil {
		if sp, ok := Duration(m[1]); ok {
			if m[2] == "tomorrow" {
				sp.Days++
			}
			return sp.After(today), cut(m[0])
		}
	}
	if m := enAgo.FindStringSubmatch(s); m != nil {
		if sp, ok := Duration(m[1]); ok {
			return today.AddDate(0, -sp.Months, -sp.Days), cut(m[0])
		}
	}
	if m := enIn.FindStringSubmatch(s); m != nil {
		if sp, ok := Duration(m[1]); ok && sp.Clock == 0 {
			return sp.After(today), cut(m[0])
		}
	}
	if m := enOfMonth.FindStringSubmatch(s); m != nil {
		if t, ok := ofMonth(today, atoi(m[1])); ok {
			return t, cut(m[0])
		}
	}
	if m := enNextBig.FindStringSubmatch(s); m != nil {
		n := map[string]int{"next": 1, "this": 0, "last": -1}[m[1]]
		switch m[2] {
		case "week":
			return inWeek(today, time.Monday, n), cut(m[0])
		case "month":
			return time.Date(today.Year(), today.Month()+time.Month(n), 1, 0, 0, 0, 0, today.Location()), cut(m[0])
		case "year":
			return time.Date(today.Year()+n, 1, 1, 0, 0, 0, 0, today.Location()), cut(m[0])
		}
	}
	return today, s
}

// englishClock reads "half past three", "three thirty pm", "at nine".
func englishClock(w *When, s string) (hour, minute int) {
	defer func() {
		if w.Clock {
			hour = half(hour, ampm(s, w.Part))
		}
	}()
	if m := enHalf.FindStringSubmatch(s); m != nil && m[2] == "" {
		hour, minute, w.Clock = atoi(m[3]), 30, true
		switch m[1] {
		case "quarter past":
			minute = 15
		case "quarter to":
			hour, minute = (hour+23)%24, 45
		}
		return hour, minute
	}
	if m := enToward.FindStringSubmatch(s); m != nil && atoi(m[1]) < 60 {
		hour, minute, w.Clock = atoi(m[3]), atoi(m[1]), true
		if m[2] == "to" && minute > 0 {
			hour, minute = (hour+23)%24, 60-minute
		}
		return hour, minute
	}
	for _, m := range enClock.FindAllStringSubmatch(s, -1) {
		if m[1] == "" && m[3] == "" && m[4] == "" && (w.Part == "" || w.Part == "noon") {
			continue // a number, not a time
		}
		if h := atoi(m[2]); h < 24 {
			w.Clock = true
			return h, atoi(strings.TrimLeft(strings.TrimPrefix(m[3], "o"), " "))
		}
	}
	if w.Part == "noon" {
		w.Clock = true
		return 12, 0
	}
	if strings.Contains(s, "midnight") {
		w.Clock = true
		return 0, 0
	}
	return 0, 0
}
