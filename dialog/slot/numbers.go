package slot

import "strconv"

// ones are the English words for 0 to 19.
var ones = map[string]string{
	"zero": "0", "oh": "0", "o": "0", "nil": "0", "nought": "0", "naught": "0",
	"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
	"niner": "9", "fife": "5",
	"ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
	"seventeen": "17", "eighteen": "18", "nineteen": "19",
}

var tens = map[string]int{"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

// slips are what recognisers write for a digit that was said alone. They count
// only while digits are expected.
var slips = map[string]string{
	"hero": "0", "owe": "0", "ow": "0", "won": "1", "wan": "1", "want": "1", "juan": "1", "to": "2", "too": "2", "tu": "2", "tree": "3", "free": "3",
	"for": "4", "fore": "4", "fall": "4", "hive": "5", "fire": "5", "sex": "6", "sicks": "6", "sick": "6", "sax": "6",
	"heaven": "7", "eleven's": "11", "ate": "8", "eat": "8", "hate": "8", "aid": "8", "nein": "9", "nigh": "9", "mine": "9", "line": "9",
	"foe": "4", "faux": "4", "sven": "7", "savin": "7", "ace": "8",
}

// english reads an English number at the start of ws as digits: "forty five"
// is 45, "four thousand five hundred and seventy one" is 4571.
func english(ws []word) (string, int) {
	v, n := below100(ws)
	if n == 0 {
		return "", 0
	}
	first := ones[ws[0].text]
	total, used := 0, 0
	for _, unit := range []struct {
		name string
		size int
	}{{"thousand", 1000}, {"hundred", 100}} {
		if n > 0 && used+n < len(ws) && ws[used+n].text == unit.name {
			total += v * unit.size
			used += n + 1
			at := used
			if at+1 < len(ws) && ws[at].text == "and" {
				at++
			}
			if v, n = below100(ws[min(at, len(ws)):]); n > 0 {
				n += at - used
			}
		}
	}
	switch {
	case used == 0 && len(first) == 1: // a digit alone; "oh" stays 0
		return first, 1
	case used == 0:
		return strconv.Itoa(v), n
	case n > 0 && !(total%100 == 0 && total%1000 != 0 && n == 1 && v < 10 && used+n < len(ws) && isDigit(ws[used+n])):
		// "eight hundred five six": after hundreds a digit that others follow is a digit
		return strconv.Itoa(total + v), used + n
	}
	return strconv.Itoa(total), used
}

func isDigit(w word) bool { _, ok := digit(w.text, false); return ok }

func below100(ws []word) (v, used int) {
	if len(ws) == 0 {
		return 0, 0
	}
	if d, ok := ones[ws[0].text]; ok {
		v, _ = strconv.Atoi(d)
		return v, 1
	}
	t, ok := tens[ws[0].text]
	if !ok {
		return 0, 0
	}
	if len(ws) > 1 && !ws[1].pause { // "one twenty, nine": 1209
		if d, ok := ones[ws[1].text]; ok && len(d) == 1 && d != "0" {
			v, _ = strconv.Atoi(d)
			return t + v, 2
		}
	}
	return t, 1
}

// hanDigits are single Chinese digits, the ones of radio and telephone included.
var hanDigits = map[string]string{
	"零": "0", "〇": "0", "洞": "0", "一": "1", "幺": "1", "壹": "1", "二": "2", "两": "2", "俩": "2", "贰": "2", "三": "3", "叁": "3",
	"四": "4", "肆": "4", "五": "5", "伍": "5", "六": "6", "陆": "6", "七": "7", "拐": "7", "柒": "7", "八": "8", "捌": "8", "九": "9", "勾": "9", "玖": "9",
}

var hanUnits = map[string]int{"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10000}

// hanGroup reads a Chinese number at the start of ws: digits one by one, a
// number with units (四千五百七十一), or a repetition (三个八).
func hanGroup(ws []word) (string, int, bool) {
	d, ok := hanDigits[ws[0].text]
	if ok && len(ws) > 2 && ws[1].text == "个" {
		if r, ok := digit(ws[2].text, false); ok && (len(ws) == 3 || hanUnits[ws[3].text] == 0) {
			n, _ := strconv.Atoi(d)
			if n >= 2 && n <= 6 {
				out := ""
				for range n {
					out += r
				}
				return out, 3, false
			}
		}
	}
	if !ok && ws[0].text != "十" {
		return "", 0, false
	}
	total, unit, used := 0, 10000, 0
	for used < len(ws) {
		w := ws[used].text
		if w == "十" && used == 0 { // 十二
			total, unit, used = 10, 10, 1
			continue
		}
		d, ok := hanDigits[w]
		if !ok {
			break
		}
		if d == "0" && used > 0 && used+1 < len(ws) { // 四千零七十一
			if _, ok := hanDigits[ws[used+1].text]; ok || ws[used+1].text == "十" {
				used++
				unit = min(unit, 100)
				continue
			}
			break
		}
		v, _ := strconv.Atoi(d)
		if used+1 < len(ws) {
			if u, ok := hanUnits[ws[used+1].text]; ok && (u < unit || used == 0) {
				total, unit, used = total+v*u, u, used+2
				continue
			}
		}
		if used == 0 {
			return d, 1, false // digit by digit
		}
		if unit == 10 || ws[used-1].text == "零" { // the ones
			total, used = total+v, used+1
		} else if used+1 == len(ws) || !isDigit(ws[used+1]) { // 四千五 is 4500
			total, used = total+v*unit/10, used+1
		}
		break
	}
	return strconv.Itoa(total), used, false
}
