package slot

import (
	"fmt"
	"math"
	"time"
)

// A Span of time as people say it. Months and days are not hours: they depend
// on the calendar.
type Span struct {
	Months, Days int
	Clock        time.Duration
}

// After is the time so long after t.
func (s Span) After(t time.Time) time.Time { return t.AddDate(0, s.Months, s.Days).Add(s.Clock) }

// String is the span in the form of ISO 8601, such as P14D or PT1H30M.
func (s Span) String() string {
	out := "P"
	if s.Months > 0 {
		out += fmt.Sprintf("%dM", s.Months)
	}
	if s.Days > 0 {
		out += fmt.Sprintf("%dD", s.Days)
	}
	if s.Clock > 0 || out == "P" {
		out += "T"
		h, m, sec := int(s.Clock.Hours()), int(s.Clock.Minutes())%60, int(s.Clock.Seconds())%60
		if h > 0 {
			out += fmt.Sprintf("%dH", h)
		}
		if m > 0 {
			out += fmt.Sprintf("%dM", m)
		}
		if sec > 0 || h == 0 && m == 0 {
			out += fmt.Sprintf("%dS", sec)
		}
	}
	return out
}

// longest span that is read: a hundred years.
const longest = 1200

// unit is a span of time by its name, as months, days and seconds.
type unit struct{ months, days, seconds float64 }

var units = map[string]unit{
	"second": {seconds: 1}, "minute": {seconds: 60}, "hour": {seconds: 3600}, "day": {days: 1}, "week": {days: 7}, "fortnight": {days: 14}, "month": {months: 1}, "year": {months: 12},
	"秒": {seconds: 1}, "秒钟": {seconds: 1}, "分钟": {seconds: 60}, "小时": {seconds: 3600}, "钟头": {seconds: 3600}, "天": {days: 1}, "周": {days: 7}, "星期": {days: 7}, "礼拜": {days: 7}, "月": {months: 1}, "年": {months: 12},
}

func unitAt(ws []word) (u unit, n int) {
	if len(ws) == 0 {
		return unit{}, 0
	}
	if ws[0].han {
		if len(ws) > 1 {
			if u, ok := units[ws[0].text+ws[1].text]; ok {
				return u, 2
			}
		}
	}
	t := ws[0].text
	if u, ok := units[t]; ok {
		return u, 1
	}
	if len(t) > 1 && t[len(t)-1] == 's' {
		if u, ok := units[t[:len(t)-1]]; ok {
			return u, 1
		}
	}
	return unit{}, 0
}

// add adds v units; parts of days and months become smaller units.
func (s *Span) add(v float64, u unit) bool {
	if v < 0 || v*u.months > longest || v*u.days > longest*31 || v*u.seconds > longest*31*86400 {
		return false
	}
	m, d := v*u.months, v*u.days
	whole, frac := math.Modf(m)
	s.Months += int(whole)
	d += math.Round(frac * 30)
	whole, frac = math.Modf(d)
	s.Days += int(whole)
	s.Clock += time.Duration(math.Round(v*u.seconds+frac*86400)) * time.Second
	return true
}

// Duration reads how long: "an hour and a half", "two weeks", "ninety minutes",
// 半个小时, 一个半月, 两天三小时.
func Duration(text string) (s Span, ok bool) {
	ws := words(plain(text))
	for i := 0; i < len(ws); {
		if part, n := spanAt(ws[i:]); n > 0 {
			s.Months, s.Days, s.Clock, ok = s.Months+part.Months, s.Days+part.Days, s.Clock+part.Clock, true
			if i += n; i < len(ws) && ws[i].text == "and" {
				i++
			}
			continue
		}
		if ok {
			break
		}
		i++
	}
	return s, ok
}

// spanAt reads one number and its unit at the start of ws.
func spanAt(ws []word) (s Span, used int) {
	v, n := 0.0, 0
	switch t := ws[0].text; {
	case t == "half" && len(ws) > 2 && (ws[1].text == "an" || ws[1].text == "a"):
		v, n = .5, 2
	case (t == "a" || t == "an") && len(ws) > 1 && ws[1].text == "half":
		v, n = .5, 2
	case (t == "a" || t == "an") && len(ws) > 3 && ws[1].text == "quarter" && ws[2].text == "of":
		v, n = .25, 4
	case (t == "three") && len(ws) > 4 && ws[1].text == "quarters" && ws[2].text == "of":
		v, n = .75, 4
	case t == "a" && len(ws) > 2 && ws[1].text == "couple" && ws[2].text == "of":
		v, n = 2, 3
	case t == "a" || t == "an" || t == "one" && len(ws) > 1 && ws[1].text != "point":
		if v, n = quantity(ws); n == 0 || t != "one" {
			v, n = 1, 1
		}
	default:
		if v, n = quantity(ws); n == 0 {
			return s, 0
		}
	}
	if n < len(ws) && ws[n].text == "个" {
		n++
		if n < len(ws) && ws[n].text == "半" {
			v, n = v+.5, n+1
		}
	}
	u, k := unitAt(ws[min(n, len(ws)):])
	if k == 0 || !s.add(v, u) {
		return Span{}, 0
	}
	n += k
	switch {
	case n+2 < len(ws) && ws[n].text == "and" && ws[n+1].text == "a" && ws[n+2].text == "half":
		s.add(.5, u)
		n += 3
	case n < len(ws) && ws[n].text == "半":
		s.add(.5, u)
		n++
	}
	return s, n
}
