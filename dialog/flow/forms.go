package flow

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"hotline/dialog/slot"
)

// forms are the ways to say a value: {card|last} is its last four characters.
var forms = map[string]func(value, lang string) string{
	"digits": func(v, _ string) string { return spaced(v) },
	"last": func(v, _ string) string {
		r := []rune(v)
		return spaced(string(r[max(len(r)-min(4, len(r)/2), 0):]))
	},
	"spell": spell,
	"date":  sayWhen,
	"money": sayMoney,
}

// spell says an address as one says it: letters alone, signs by their names.
func spell(v, lang string) string {
	signs := map[rune]string{'@': "at", '.': "dot", '-': "dash", '_': "underscore", '+': "plus"}
	if lang == "zh" {
		signs = map[rune]string{'@': "艾特", '.': "点", '-': "杠", '_': "下划线", '+': "加"}
	}
	name, domain, address := strings.Cut(v, "@")
	var out []string
	for _, r := range name {
		if s := signs[r]; s != "" {
			out = append(out, s)
		} else {
			out = append(out, string(unicode.ToUpper(r)))
		}
	}
	if !address {
		return strings.Join(out, " ")
	}
	out = append(out, signs['@'])
	for i, part := range strings.Split(domain, ".") {
		if i > 0 {
			out = append(out, signs['.'])
		}
		out = append(out, part)
	}
	return strings.Join(out, " ")
}

var (
	enParts = map[string]string{"morning": "in the morning", "noon": "at noon", "afternoon": "in the afternoon", "evening": "in the evening", "night": "at night"}
	zhParts = map[string]string{"morning": "上午", "noon": "中午", "afternoon": "下午", "evening": "晚上", "night": "夜里"}
)

// sayWhen says a day and a time: "Wednesday, May 6 at 15:30", 五月六号星期三.
func sayWhen(v, lang string) string {
	w, ok := slot.ParseWhen(v)
	if !ok {
		if lang == "zh" {
			if p := zhParts[v]; p != "" {
				return p
			}
		}
		if p := enParts[v]; p != "" {
			return p
		}
		return v
	}
	var out string
	if lang == "zh" {
		if w.Day {
			out = fmt.Sprintf("%d月%d号，星期%s", w.Time.Month(), w.Time.Day(), []string{"天", "一", "二", "三", "四", "五", "六"}[w.Time.Weekday()])
		}
		out += zhParts[w.Part]
		if w.Clock {
			out += fmt.Sprintf("%d点", w.Time.Hour())
			if m := w.Time.Minute(); m > 0 {
				out += fmt.Sprintf("%02d分", m)
			}
		}
		return out
	}
	if w.Day {
		out = fmt.Sprintf("%s, %s %d", w.Time.Weekday(), w.Time.Month(), w.Time.Day())
	}
	if w.Part != "" {
		out += " " + enParts[w.Part]
	}
	if w.Clock {
		out += " at " + strings.TrimSuffix(w.Time.Format("3:04 PM"), ":00")
		out = strings.Replace(out, ":00 ", " ", 1)
	}
	return strings.TrimSpace(out)
}

var sayCurrency = map[string][2]string{"EUR": {"euros", "欧元"}, "USD": {"dollars", "美元"}, "GBP": {"pounds", "英镑"}, "CNY": {"yuan", "元"}, "": {"", ""}}

// sayMoney says an amount: "12 euros 50", 12.5元.
func sayMoney(v, lang string) string {
	number, code, _ := strings.Cut(v, " ")
	f, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return v
	}
	names, ok := sayCurrency[code]
	if !ok {
		return v
	}
	if lang == "zh" {
		return strconv.FormatFloat(f, 'f', -1, 64) + names[1]
	}
	whole, cents := int64(f), int64(f*100+.5)%100
	if names[0] == "" {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	if cents == 0 {
		return fmt.Sprintf("%d %s", whole, names[0])
	}
	return fmt.Sprintf("%d %s %02d", whole, names[0], cents)
}
