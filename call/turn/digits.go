package turn

import (
	"slices"
	"strings"
)

var (
	units = strings.Fields("zero one two three four five six seven eight nine 零 〇 一 二 三 四 五 六 七 八 九 幺 两")
	teens = strings.Fields("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	tens  = strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety")
)

// Digits counts the digits said in text: "double five" is two, "twenty one" too.
func Digits(text string) int {
	n := 0
	ws := words(text)
	for i, w := range ws {
		next := func(set []string) bool { return i+1 < len(ws) && slices.Contains(set, ws[i+1]) }
		switch {
		case slices.Contains(units, w):
			n++
		case slices.Contains(teens, w):
			n += 2
		case slices.Contains(tens, w) && next(units):
			n++
		case slices.Contains(tens, w):
			n += 2
		case w == "double" && next(units):
			n++
		case w == "triple" && next(units):
			n += 2
		case (w == "oh" || w == "o") && (next(units) || i > 0 && slices.Contains(units, ws[i-1])):
			n++
		default:
			for _, r := range w {
				if r >= '0' && r <= '9' {
					n++
				}
			}
		}
	}
	return n
}

// endsInDigit reports whether the last word of text is of a number.
func endsInDigit(text string) bool {
	ws := words(text)
	return len(ws) > 0 && Digits(ws[len(ws)-1]) > 0
}
