package slot

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// most is the largest quantity that is read: more is no answer of a caller.
const most = 1e12

var (
	groups   = regexp.MustCompile(`(\d),(\d{3})`)
	decimals = regexp.MustCompile(`(\d)\.(\d)`)
)

// plain writes the numerals of text so that cutting it into words keeps them
// whole: no separators of thousands, "point" for the decimal point.
func plain(text string) string {
	text = groups.ReplaceAllString(groups.ReplaceAllString(text, "$1$2"), "$1$2")
	return decimals.ReplaceAllString(text, "$1 point $2")
}

// Quantity reads the first number of text that is a value, not a row of digits:
// "two hundred and fifty", "3.5", "two and a half", 一百二十三, 三万五, 两个半.
func Quantity(text string) (v float64, ok bool) {
	ws := words(plain(text))
	for i := range ws {
		if v, n := quantity(ws[i:]); n > 0 {
			if n += i; n+1 < len(ws) && ws[n+1].text == "半" && strings.Contains("个块斤米年倍", ws[n].text) {
				v += .5
			}
			return v, true
		}
	}
	return 0, false
}

// quantity reads a value at the start of ws; used is 0 if there is none.
func quantity(ws []word) (v float64, used int) {
	if len(ws) == 0 {
		return 0, 0
	}
	if ws[0].han {
		v, used = hanQuantity(ws)
	} else {
		v, used = latinQuantity(ws)
	}
	if v > most {
		return 0, 0
	}
	return v, used
}

var scales = map[string]float64{"hundred": 100, "thousand": 1e3, "k": 1e3, "million": 1e6, "千": 1e3, "百": 100, "万": 1e4, "亿": 1e8}

func latinQuantity(ws []word) (v float64, used int) {
	total, part := 0.0, 0.0
	at := 0
	seen := false
	for at < len(ws) {
		w := ws[at].text
		if s, ok := scales[w]; ok && (seen || at > 0 && ws[at-1].text == "a") {
			if !seen {
				part, seen = 1, true
			}
			if s == 100 {
				part *= 100
			} else {
				total, part = total+part*s, 0
			}
			at++
			continue
		}
		if w == "a" && !seen && at+1 < len(ws) && scales[ws[at+1].text] > 0 {
			at++
			continue
		}
		if w == "and" && seen && at+1 < len(ws) {
			if at+2 < len(ws) && ws[at+1].text == "a" && ws[at+2].text == "half" {
				return total + part + .5, at + 3
			}
			if _, n := below100(ws[at+1:]); n > 0 && (part >= 100 || total > 0) {
				at++
				continue
			}
			break
		}
		if w[0] >= '0' && w[0] <= '9' && !seen {
			x, err := strconv.ParseFloat(w, 64)
			if err != nil || len(w) > 12 {
				return 0, 0
			}
			part, seen, at = x, true, at+1
			continue
		}
		if w == "point" && seen {
			frac := ""
			for at+1+len(frac) < len(ws) && len(frac) < 6 {
				d, ok := digit(ws[at+1+len(frac)].text, false)
				if !ok {
					break
				}
				frac += d
			}
			if next := at + 1; frac == "" && next < len(ws) && len(ws[next].text) <= 6 && ws[next].text[0] >= '0' && ws[next].text[0] <= '9' {
				frac = ws[next].text
				at -= len(frac) - 1
			}
			if frac == "" {
				break
			}
			x, _ := strconv.ParseFloat("0."+frac, 64)
			part, at = part+x, at+1+len(frac)
			if at < len(ws) && scales[ws[at].text] > 0 {
				continue
			}
			break
		}
		x, n := below100(ws[at:])
		if n == 0 || seen && math.Mod(part, 100) != 0 || seen && part == 0 && total == 0 {
			break
		}
		part, seen, at = part+float64(x), true, at+n
	}
	if !seen {
		if ws[0].text == "half" {
			return .5, 1
		}
		return 0, 0
	}
	return total + part, at
}

// hanQuantity reads 一百二十三, 三万五, 两亿, 三点五, 半.
func hanQuantity(ws []word) (v float64, used int) {
	total, section, one := 0.0, 0.0, -1.0
	last := 1.0 // the unit before, for 三万五
	at := 0
	for ; at < len(ws); at++ {
		w := ws[at].text
		if d, ok := hanDigits[w]; ok {
			if one > 0 { // 四五: digits, not a value
				break
			}
			one, _ = strconv.ParseFloat(d, 64)
			if one == 0 {
				last = 10 // 三千零五 is 3005
			}
			continue
		}
		u := float64(hanUnits[w])
		if w == "亿" {
			u = 1e8
		}
		switch {
		case u == 0 && w == "点" && one >= 0 && at+1 < len(ws) && hanDigits[ws[at+1].text] != "":
			frac := ""
			for at++; at < len(ws) && len(frac) < 6 && hanDigits[ws[at].text] != ""; at++ {
				frac += hanDigits[ws[at].text]
			}
			x, _ := strconv.ParseFloat("0."+frac, 64)
			v, used = total+section+one+x, at
			if at < len(ws) && (ws[at].text == "万" || ws[at].text == "亿") {
				return v * scales[ws[at].text], at + 1
			}
			return v, used
		case u == 0 && w == "半" && at == 0:
			return .5, 1
		case u == 0:
			goto done
		case u >= 1e4:
			if at == 0 {
				return 0, 0
			}
			total, section, one, last = total+(section+max(one, 0))*u, 0, -1, u
		default:
			if one <= 0 {
				if u != 10 || one == 0 && at > 1 && section == 0 {
					goto done
				}
				one = 1 // 十二
			}
			section, one, last = section+one*u, -1, u
		}
	}
done:
	if at == 0 {
		return 0, 0
	}
	if one > 0 && last > 10 && strings.Contains("千百万", ws[max(at-2, 0)].text) {
		one *= last / 10 // 三万五
	}
	return total + section + max(one, 0), at
}
