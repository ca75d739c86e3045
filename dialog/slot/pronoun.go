package slot

// beforeOne are words after which "one" is mostly no digit: "not that one".
var beforeOne = map[string]bool{"this": true, "that": true, "which": true, "other": true, "another": true, "the": true, "same": true, "wrong": true, "right": true, "last": true, "first": true, "next": true,
	"old": true, "new": true, "only": true, "every": true, "each": true, "any": true, "either": true}

// afterOne are words before which it is none: "one moment".
var afterOne = map[string]bool{"moment": true, "second": true, "sec": true, "minute": true, "more": true, "of": true, "thing": true, "time": true}

// afterHanOne are the same for 一: 那一个, 等一下.
var afterHanOne = map[string]bool{"个": true, "单": true, "笔": true, "张": true, "件": true, "下": true, "点": true, "些": true, "样": true, "直": true, "会": true, "次": true, "定": true, "份": true}

// withoutOnes is ws without each one that is probably no digit.
func withoutOnes(ws []word) []word {
	var out []word
	for i, w := range ws {
		switch next := i + 1; {
		case w.text == "one" && (i > 0 && beforeOne[ws[i-1].text] && !w.pause || next < len(ws) && afterOne[ws[next].text]),
			w.text == "一" && next < len(ws) && afterHanOne[ws[next].text]:
			continue
		}
		out = append(out, w)
	}
	return out
}
