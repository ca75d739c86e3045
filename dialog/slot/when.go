package slot

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// When is a day, a time of day, or both. What the caller did not say is filled
// in from the reference time: a day alone begins at midnight.
type When struct {
	Time  time.Time
	Day   bool   // a day was said
	Clock bool   // a time of day was said
	Part  string // morning, noon, afternoon, evening or night, if it was said
}

// String is what was said in the form of ISO 8601: 2026-05-06, 15:30,
// 2026-05-06T15:30, or 2026-05-06 afternoon.
func (w When) String() string {
	switch {
	case w.Day && w.Clock:
		return w.Time.Format("2006-01-02T15:04")
	case w.Clock:
		return w.Time.Format("15:04")
	case w.Part != "" && !w.Day:
		return w.Part
	case w.Part != "":
		return w.Time.Format("2006-01-02") + " " + w.Part
	}
	return w.Time.Format("2006-01-02")
}

// ParseWhen reads what String writes, in UTC.
func ParseWhen(s string) (When, bool) {
	if day, part, ok := strings.Cut(s, " "); ok {
		w, ok := ParseWhen(day)
		w.Part = part
		return w, ok
	}
	if t, err := time.Parse("2006-01-02T15:04", s); err == nil {
		return When{Time: t, Day: true, Clock: true}, true
	}
	if t, err := time.Parse("2006-01-02", s); err == nil {
		return When{Time: t, Day: true}, true
	}
	if t, err := time.Parse("15:04", s); err == nil {
		return When{Time: t, Clock: true}, true
	}
	return When{}, false
}

// ReadWhen reads a day and a time as they are said at ref, in the location of
// ref: "a week on Friday", "tomorrow at half past three", "May 3rd", 下周三下午,
// 后天上午十点半, 五月三号. Days without a year are the next ones; "last" and 上
// go back.
func ReadWhen(text string, ref time.Time) (When, bool) {
	if w, ok, heard := notThat(text, ref); heard {
		return w, ok
	}
	var w When
	day := time.Date(ref.Year(), ref.Month(), ref.Day(), 0, 0, 0, 0, ref.Location())
	read := englishWhen
	if strings.IndexFunc(text, func(r rune) bool { return r >= 0x2e80 }) >= 0 {
		read = chineseWhen
	}
	d, hour, minute := read(&w, text, day)
	if !w.Day && !w.Clock && w.Part == "" {
		return When{}, false
	}
	if hour > 23 || minute > 59 {
		return When{}, false
	}
	w.Time = time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, ref.Location())
	return w, true
}

// half puts an hour of twelve into its half of the day.
func half(hour int, part string) int {
	switch {
	case (part == "afternoon" || part == "evening") && hour < 12, part == "noon" && hour < 6, part == "night" && hour >= 6 && hour < 12:
		return hour + 12
	case (part == "night" || part == "morning") && hour == 12:
		return 0
	}
	return hour
}

// onWeekday is the day of the week that is so many weeks away: 0 the coming
// one, -1 the last one.
func onWeekday(today time.Time, d time.Weekday, weeks int) time.Time {
	ahead := (int(d) - int(today.Weekday()) + 7) % 7
	if weeks < 0 {
		if ahead == 0 {
			ahead = 7
		}
		return today.AddDate(0, 0, ahead-7)
	}
	if ahead == 0 {
		ahead = 7
	}
	return today.AddDate(0, 0, ahead+7*weeks)
}

// inWeek is the day of the calendar week, which begins on Monday, so many weeks away.
func inWeek(today time.Time, d time.Weekday, weeks int) time.Time {
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	return monday.AddDate(0, 0, 7*weeks+(int(d)+6)%7)
}

// coming is the next such day of the year, today included; ok is false if there
// is none.
func coming(today time.Time, m time.Month, d int) (time.Time, bool) {
	for y := today.Year(); y < today.Year()+5; y++ {
		if t := time.Date(y, m, d, 0, 0, 0, 0, today.Location()); t.Day() == d && t.Month() == m && !t.Before(today) {
			return t, true
		}
	}
	return today, false
}

// dayOf is a day of a year, if there is such a day.
func dayOf(today time.Time, y, m, d int) (time.Time, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, today.Location())
	return t, t.Day() == d && int(t.Month()) == m && y >= 1900 && y < 2200
}

// ofMonth is the next day of a month with that number.
func ofMonth(today time.Time, d int) (time.Time, bool) {
	for i := range 12 {
		t := time.Date(today.Year(), today.Month()+time.Month(i), d, 0, 0, 0, 0, today.Location())
		if t.Day() == d && !t.Before(today) {
			return t, true
		}
	}
	return today, false
}

var (
	isoDay = regexp.MustCompile(`\b(\d{4})-(\d{1,2})-(\d{1,2})\b`)
	clock  = regexp.MustCompile(`\b(\d{1,2}):(\d{2})\b`)
)

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }
