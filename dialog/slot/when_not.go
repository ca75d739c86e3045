package slot

import (
	"regexp"
	"strings"
	"time"
)

var (
	// deniedDay is a day that it is not: "not this Friday", 不是明天.
	deniedDay = regexp.MustCompile(`(?i)\b(?:not|isn't|rather than|instead of) (?:on )?(?:(?:this|next|last|coming) )?(?:` + dayNames + `|today|tomorrow)\b` +
		`|不(?:是|要)(?:(?:下下|下|上|这|本)?个?(?:周|星期|礼拜)[一二三四五六日天末]|大后天|后天|明天|今天)`)
	// weekAfter is the same day of the week after one that was named.
	weekAfter = regexp.MustCompile(`(?i)\b(?:the (?:one|week) (?:after|following)|the (?:next|following) (?:one|week)|(?:a|one) week later)\b|再?下一?个|再下一?周|后一?个|再过一周`)
	denying   = regexp.MustCompile(`(?i)^(?:not|isn't|rather than|instead of|不是|不要)\s*`)
)

// notThat reads a text that denies a day: "not this Friday, the one after", 不是周五，
// 是周六. heard is false if it denies none.
func notThat(text string, ref time.Time) (w When, ok, heard bool) {
	at := deniedDay.FindStringIndex(text)
	if at == nil || strings.HasSuffix(strings.ToLower(text[:at[0]]), "why ") {
		return When{}, false, false
	}
	day, rest := text[at[0]:at[1]], text[:at[0]]+" "+text[at[1]:]
	w, ok = ReadWhen(rest, ref)
	if ok && w.Day {
		return w, true, true
	}
	if weekAfter.MatchString(rest) {
		w, ok = ReadWhen(denying.ReplaceAllString(day, "")+" "+weekAfter.ReplaceAllString(rest, " "), ref)
		w.Time = w.Time.AddDate(0, 0, 7)
	}
	return w, ok, true
}
