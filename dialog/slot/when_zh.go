package slot

import (
	"regexp"
	"strings"
	"time"
)

const zhNumber = `[零〇一二两三四五六七八九十\d]{1,4}`

var (
	zhWeekday = regexp.MustCompile(`(下下|下|上|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天末])`)
	zhWeek    = regexp.MustCompile(`(下下|下|上|这|本)个?(周|星期|礼拜|月)`)
	zhDate    = regexp.MustCompile(`(?:(\d{4}|[零〇一二三四五六七八九]{4})年|(明年|今年|去年))?(` + zhNumber + `)月(` + zhNumber + `)[号日]?`)
	zhOfMonth = regexp.MustCompile(`(下个月|这个月|本月|上个月)?(` + zhNumber + `)[号日]`)
	zhAfter   = regexp.MustCompile(`(` + zhNumber + `|半)(天|周|个星期|个礼拜|星期|个月|年)(以?后|之后|以?前|之前)`)
	zhClock   = regexp.MustCompile(`(` + zhNumber + `)[点點时](?:钟|整)?(?:(半)|([一三])刻|(` + zhNumber + `)分?)?`)
	zhParts   = regexp.MustCompile(`(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|今晚|明晚|半夜|夜里|后晚)`)
)

var zhDays = []struct {
	name string
	days int
}{{"大后天", 3}, {"后天", 2}, {"后晚", 2}, {"明天", 1}, {"明日", 1}, {"明早", 1}, {"明晚", 1}, {"今天", 0}, {"今日", 0}, {"今晚", 0}, {"今早", 0}, {"大前天", -3}, {"前天", -2}, {"昨天", -1}, {"昨晚", -1}}

var zhPart = map[string]string{"凌晨": "night", "半夜": "night", "夜里": "night", "清晨": "morning", "早上": "morning", "早晨": "morning", "上午": "morning", "中午": "noon", "下午": "afternoon", "傍晚": "evening", "晚上": "evening", "今晚": "evening", "明晚": "evening", "后晚": "evening"}

func hanInt(s string) int {
	if s == "半" {
		return 0
	}
	if n := Digits(s, Expect{}); len([]rune(s)) > 2 && !strings.ContainsAny(s, "十") && n.Digits != "" { // 二〇二六
		return atoi(n.Digits)
	}
	v, ok := Quantity(s)
	if !ok {
		return -1
	}
	return int(v)
}

// chineseWhen reads the day and the clock of a Chinese utterance.
func chineseWhen(w *When, text string, today time.Time) (day time.Time, hour, minute int) {
	day = chineseDay(w, text, today)
	if m := zhParts.FindString(text); m != "" {
		w.Part = zhPart[m]
	} else if strings.Contains(text, "明早") || strings.Contains(text, "今早") {
		w.Part = "morning"
	} else if strings.Contains(text, "昨晚") {
		w.Part = "evening"
	}
	if m := clock.FindStringSubmatch(text); m != nil {
		w.Clock = true
		return day, half(atoi(m[1]), w.Part), atoi(m[2])
	}
	if m := zhClock.FindStringSubmatch(text); m != nil {
		hour, w.Clock = hanInt(m[1]), true
		switch {
		case m[2] != "":
			minute = 30
		case m[3] != "":
			minute = 15 * hanInt(m[3])
		case m[4] != "":
			minute = hanInt(m[4])
		}
		if hour < 0 || minute < 0 {
			w.Clock, hour, minute = false, 0, 0
		}
		if strings.Contains(text, "差一刻") {
			hour, minute = (hour+23)%24, 45
		}
		return day, half(hour, w.Part), minute
	}
	if w.Part == "noon" {
		w.Clock = true
		return day, 12, 0
	}
	return day, 0, 0
}

var zhWeeks = map[string]int{"下下": 2, "下": 1, "上": -1, "这": 0, "本": 0}

func chineseDay(w *When, s string, today time.Time) time.Time {
	w.Day = true
	for _, d := range zhDays {
		if strings.Contains(s, d.name) {
			return today.AddDate(0, 0, d.days)
		}
	}
	if m := isoDay.FindStringSubmatch(s); m != nil {
		if d, ok := dayOf(today, atoi(m[1]), atoi(m[2]), atoi(m[3])); ok {
			return d
		}
	}
	if m := zhDate.FindStringSubmatch(s); m != nil {
		y, month, d := 0, hanInt(m[3]), hanInt(m[4])
		switch {
		case m[1] != "":
			y = hanInt(m[1])
		case m[2] == "明年":
			y = today.Year() + 1
		case m[2] == "去年":
			y = today.Year() - 1
		case m[2] == "今年":
			y = today.Year()
		}
		if y > 0 {
			if t, ok := dayOf(today, y, month, d); ok {
				return t
			}
		} else if month >= 1 && month <= 12 {
			if t, ok := coming(today, time.Month(month), d); ok {
				return t
			}
		}
		w.Day = false
		return today
	}
	if m := zhWeekday.FindStringSubmatch(s); m != nil {
		d := time.Weekday(strings.Index("日一二三四五六", m[2]) / len("一"))
		if m[2] == "天" {
			d = time.Sunday
		}
		if m[2] == "末" {
			d = time.Saturday
		}
		if m[1] != "" {
			return inWeek(today, d, zhWeeks[m[1]])
		}
		if t := inWeek(today, d, 0); t.After(today) {
			return t
		}
		return inWeek(today, d, 1)
	}
	if m := zhAfter.FindStringSubmatch(s); m != nil {
		n := hanInt(m[1])
		if strings.HasSuffix(m[3], "前") {
			n = -n
		}
		switch m[2] {
		case "天":
			return today.AddDate(0, 0, n)
		case "个月":
			return today.AddDate(0, n, 0)
		case "年":
			return today.AddDate(n, 0, 0)
		}
		return today.AddDate(0, 0, 7*n)
	}
	if m := zhOfMonth.FindStringSubmatch(s); m != nil {
		d := hanInt(m[2])
		if m[1] == "下个月" || m[1] == "上个月" {
			first := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, today.Location()).AddDate(0, map[string]int{"下个月": 1, "上个月": -1}[m[1]], 0)
			if t, ok := dayOf(today, first.Year(), int(first.Month()), d); ok {
				return t
			}
		} else if t, ok := ofMonth(today, d); ok {
			return t
		}
	}
	if m := zhWeek.FindStringSubmatch(s); m != nil {
		if m[2] == "月" {
			return time.Date(today.Year(), today.Month()+time.Month(zhWeeks[m[1]]), 1, 0, 0, 0, 0, today.Location())
		}
		return inWeek(today, time.Monday, zhWeeks[m[1]])
	}
	w.Day = false
	return today
}
