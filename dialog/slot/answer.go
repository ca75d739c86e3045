package slot

import "strings"

// Answer is a yes or a no.
type Answer int8

const (
	No      Answer = -1
	Unclear Answer = 0
	Yes     Answer = 1
)

var yesPhrases = []string{
	"yes", "yeah", "yep", "yup", "ya", "yea", "yah", "yess", "yet's", "aye", "correct", "right", "that's right", "that is right", "exactly", "sure", "ok", "okay", "of course",
	"absolutely", "certainly", "definitely", "indeed", "please do", "go ahead", "fine", "perfect", "true", "uh huh", "uhuh", "mhm", "mm hmm", "that's it", "that's the one", "i do", "i am", "it is", "sounds good",
	"是", "对", "是的", "对的", "没错", "好", "好的", "行", "可以", "嗯", "正确", "当然", "没问题", "不错", "就是", "要", "需要", "好呀", "是呀", "有",
}

var noPhrases = []string{
	"no", "nope", "nah", "not", "wrong", "incorrect", "never", "negative", "isn't", "don't", "doesn't", "not really", "nothing", "know", // "no" as some recognisers write it
	"不", "不是", "不对", "错", "错了", "没有", "不用", "不要", "不需要", "不行", "别", "没", "否", "不了", "不必",
}

// notNo hold a word of noPhrases without being a no; notYes the other way round.
var (
	notNo  = []string{"nothing works", "no problem", "don't know", "do not know", "not sure", "没错", "没问题", "不错", "不知道", "不清楚", "no idea", "i know", "you know", "不好意思", "对不对", "是不是", "no worries", "why not", "not bad"}
	notYes = []string{"not right", "not correct", "isn't right", "right now", "不对", "不是", "不好", "不行", "不可以", "不要", "不需要", "不正确", "没有", "对不起", "不好意思", "要不", "对不对", "是不是", "还有", "只是", "但是", "可是", "还是", "不太对"}
)

// unsure are neither a yes nor a no, nor is what is said besides, unless it comes
// first: "yes, but I don't know when".
var unsure = []string{
	"not sure", "not really sure", "not so sure", "not quite sure", "not too sure", "not very sure", "not entirely sure", "not totally sure", "not completely sure", "not certain", "not really certain", "unsure",
	"don't know", "don't really know", "do not know", "dunno", "no idea", "can't say", "can't tell", "hard to say", "can't remember", "don't remember", "not that i know",
	"不确定", "不太确定", "不是很确定", "不能确定", "不敢确定", "没法确定", "不知道", "不太知道", "不清楚", "不太清楚", "不是很清楚", "不大清楚", "不好说", "说不好", "说不准", "拿不准", "没想好", "不记得", "记不清", "不晓得",
}

// YesNo reads a yes or a no. A long utterance is unclear unless it begins with
// one: what follows is more than an answer.
func YesNo(text string) Answer {
	ws := words(text)
	for _, p := range unsure {
		i, n := find(ws, p, 0)
		for i > 0 && (ws[i-1].text == "i" || ws[i-1].text == "i'm" || ws[i-1].text == "am" || ws[i-1].text == "我") {
			i--
		}
		if n > 0 && i >= 0 {
			ws = ws[:i]
			if len(ws) == 0 {
				return Unclear
			}
			yes, first := match(ws, yesPhrases, notYes)
			no, firstNo := match(ws, noPhrases, notNo)
			switch {
			case no && firstNo == 0 && (!yes || first > 0):
				return No
			case yes && first == 0 && !strings.Contains("嗯要", ws[0].text): // "um"; 要不要，我不知道
				return Yes
			}
			return Unclear
		}
	}
	if len(ws) == 0 {
		return Unclear
	}
	yes, first := match(ws, yesPhrases, notYes)
	no, firstNo := match(ws, noPhrases, notNo)
	if ws[0].text == "know" && len(ws) > 1 {
		no = no && firstNo > 0
	}
	limit := 6
	if ws[0].han {
		limit = 9
	}
	switch {
	case no && (firstNo == 0 || !yes || firstNo <= first):
		if firstNo == 0 || len(ws) <= limit {
			return No
		}
	case no: // "yes, I don't mind"; "right, no": the first word has it
		if first == 0 {
			return Yes
		}
	case yes:
		if first == 0 || len(ws) <= limit {
			return Yes
		}
	}
	return Unclear
}

// match finds the first of phrases in ws that is not inside one of except.
func match(ws []word, phrases, except []string) (found bool, at int) {
	masked := make([]bool, len(ws))
	for _, p := range except {
		for i, n := find(ws, p, 0); i >= 0; i, n = find(ws, p, i+1) {
			for j := i; j < i+n; j++ {
				masked[j] = true
			}
		}
	}
	at = len(ws)
	for _, p := range phrases {
		for i, n := find(ws, p, 0); i >= 0 && i < at; i, n = find(ws, p, i+1) {
			free := true
			for j := i; j < i+n; j++ {
				free = free && !masked[j]
			}
			if free {
				found, at = true, i
				break
			}
		}
	}
	return found, at
}

// find returns where the words of phrase begin in ws, from, and how many they are.
func find(ws []word, phrase string, from int) (at, n int) {
	p := words(phrase)
next:
	for i := from; i+len(p) <= len(ws); i++ {
		for j := range p {
			if ws[i+j].text != p[j].text {
				continue next
			}
		}
		return i, len(p)
	}
	return -1, 0
}

// Option is one of a list to choose from: its value and the words for it.
type Option struct {
	Value string
	Words []string
	Key   string // that chooses it
}

// Choice finds the option that text names; the option whose matching words are
// longest wins, and a tie is no choice.
func Choice(text string, options []Option) (Option, bool) {
	ws := words(text)
	var best Option
	score, tie := 0, false
	for _, o := range options {
		s := 0
		for _, p := range o.Words {
			if contains(ws, p) {
				s = max(s, len([]rune(strings.ReplaceAll(p, " ", ""))))
			}
		}
		switch {
		case s > score:
			best, score, tie = o, s, false
		case s == score && s > 0:
			tie = true
		}
	}
	return best, score > 0 && !tie
}

// Correction is what the caller says instead of what was said before: "Friday"
// of "no, I mean Friday".
func Correction(text string) (string, bool) {
	parts, cut := cutCorrections(words(text))
	last := parts[len(parts)-1]
	if !cut || len(last) == 0 {
		return "", false
	}
	var b strings.Builder
	for _, w := range last {
		if !w.han && b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String(), true
}

// Corrected reports whether text takes back what was said before.
func Corrected(text string) bool {
	parts, cut := cutCorrections(words(text))
	return cut && len(parts[len(parts)-1]) > 0
}
