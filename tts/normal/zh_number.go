package normal

import (
	"strconv"
	"strings"
)

var zhDigit = []rune("零一二三四五六七八九")

// zhDigits reads each digit; other characters are left out.
func zhDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' {
			b.WriteRune(zhDigit[r-'0'])
		}
	}
	return b.String()
}

// zhPhoneDigits says 幺 for 1, which on a bad line cannot be taken for 七.
func zhPhoneDigits(s string) string { return strings.ReplaceAll(zhDigits(s), "一", "幺") }

// zhInt writes a whole number, which may have commas. Numbers beyond 万亿 are
// written digit by digit.
func zhInt(s string) string {
	s = strings.ReplaceAll(s, ",", "")
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n >= 1e16 {
		return zhDigits(s)
	}
	if n == 0 {
		return "零"
	}
	var b strings.Builder
	gap := false // a zero to say before the next digit
	for i, unit := range []string{"万亿", "亿", "万", ""} {
		scale := int64([]float64{1e12, 1e8, 1e4, 1}[i])
		g := int(n / scale % 10000)
		if g == 0 {
			gap = b.Len() > 0
			continue
		}
		if b.Len() > 0 && (gap || g < 1000) {
			b.WriteString("零")
		}
		gap = false
		if g == 2 && unit != "" {
			b.WriteString("两" + unit)
			continue
		}
		b.WriteString(zhGroup(g, b.Len() == 0) + unit)
	}
	return b.String()
}

// zhGroup writes 1 to 9999. At the head of a number ten is 十 and not 一十.
func zhGroup(g int, head bool) string {
	var b strings.Builder
	zero := false
	for i, unit := range []string{"千", "百", "十", ""} {
		d := g / []int{1000, 100, 10, 1}[i] % 10
		if d == 0 {
			zero = b.Len() > 0
			continue
		}
		if zero {
			b.WriteString("零")
			zero = false
		}
		switch {
		case d == 1 && unit == "十" && b.Len() == 0 && head:
		case d == 2 && (unit == "千" || unit == "百" && b.Len() == 0):
			b.WriteString("两")
		default:
			b.WriteRune(zhDigit[d])
		}
		b.WriteString(unit)
	}
	return b.String()
}

// zhNumber writes a number with or without a fraction.
func zhNumber(s string) string {
	whole, frac, ok := strings.Cut(s, ".")
	if !ok || frac == "" {
		return zhInt(whole)
	}
	if whole == "" {
		whole = "0"
	}
	return zhInt(whole) + "点" + zhDigits(frac)
}

// zhCount is a number before a measure word: two is 两.
func zhCount(s string) string {
	if s == "2" {
		return "两"
	}
	return zhNumber(s)
}
