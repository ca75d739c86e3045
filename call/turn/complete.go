package turn

import (
	"slices"
	"strings"

	"hotline/dialog/turns"
)

// Completeness is how finished a text looks.
type Completeness uint8

const (
	Unsure Completeness = iota
	Finished
	Unfinished
	Wait // the caller asks for a moment
)

// Complete judges text by its last words. Recognisers put a full stop after
// anything, so the words count before the punctuation.
func Complete(text string) Completeness {
	p := plain(text)
	n := len(words(text))
	trimmed := strings.TrimRight(strings.TrimSpace(text), "\"”’ ")
	switch {
	case n == 0:
		return Unsure
	case Hesitation(text):
		return Unfinished
	case endsWith(p, waits) || n <= 8 && (endsWith(p, waitsPlease)):
		return Wait
	case slices.Contains(answers, p), endsWith(p, whole):
		return Finished
	case endsWith(p, open), strings.HasSuffix(trimmed, "..."), strings.HasSuffix(trimmed, "…"), strings.HasSuffix(trimmed, "-"):
		return Unfinished
	}
	comma := strings.HasSuffix(trimmed, ",") || strings.HasSuffix(trimmed, "，") // a recogniser hears one at whole turns too
	switch j := turns.Judge(text); {
	case j.State == turns.Wait && j.Confidence >= sure && turns.Judge(lastClause(text)).State != turns.Finished: // "hold on, that's wrong"
		return Wait
	case j.State == turns.Finished && j.Confidence >= sure && !comma:
		return Finished
	case (n >= long || comma) && j.State == turns.Unfinished && j.Confidence >= sure:
		return Unfinished
	case comma, n >= long && j.State == turns.Unfinished:
		return Unsure
	}
	switch {
	case strings.HasSuffix(trimmed, ".") || strings.HasSuffix(trimmed, "?") || strings.HasSuffix(trimmed, "!"),
		strings.HasSuffix(trimmed, "。") || strings.HasSuffix(trimmed, "？") || strings.HasSuffix(trimmed, "！"):
		return Finished
	case n >= 4: // a recogniser without punctuation
		return Finished
	}
	return Unsure
}

// lastClause is what follows the last comma that something follows.
func lastClause(text string) string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '，' })
	if len(parts) == 0 {
		return text
	}
	return parts[len(parts)-1]
}

// sure is how sure the learnt judgement must be. It does not call a short turn
// unfinished: one in eight of what callers say in few words ("cancel order",
// "改地址") looks cut short to it, and they would all be kept waiting.
const (
	sure = 0.9
	long = 6
)

// endsWith reports whether p ends with one of phrases, as whole words.
func endsWith(p string, phrases []string) bool {
	return slices.ContainsFunc(phrases, func(s string) bool {
		rest, ok := strings.CutSuffix(p, s)
		return ok && (rest == "" || strings.HasSuffix(rest, " ") || han([]rune(s)[0]))
	})
}

// Hesitation reports whether text has nothing but sounds of thinking in it.
func Hesitation(text string) bool {
	w := words(text)
	for _, s := range w {
		if !slices.Contains(hesitations, s) {
			return false
		}
	}
	return len(w) > 0
}

var hesitations = strings.Fields("um uh er erm uhm hm hmm mm mmm ah eh well 嗯 呃 额 啊 哦 唔")

// answers are whole turns.
var answers = list(`yes, no, yeah, yep, yup, nope, sure, okay, ok, right, correct, agent, operator, help, goodbye, bye, thanks,
	对, 是, 好, 不, 行, 有, 没有, 没, 不要, 不用, 人工, 再见, 谢谢`)

// whole are ends that look open and are not.
var whole = list(`yes it is, it is, that is, there is, this is, i am, we are, they are, yes i do, i do,
	yes please, thank you, 是的, 好的, 对的, 不是, 是我的, 可以的, 没有的, 不要了, 不用了`)

// open are ends that must go on.
var open = list(`a, an, the, my, your, his, her, our, their, to, of, for, with, from, at, by, than,
	and, or, but, because, if, so, then, also, like, um, uh, er, erm, hmm,
	is, are, was, were, am, i'm, it's, i'll, i've, be, i, we, they, who, which, whose,
	i want, i need, i have, i'd like, i would like, i was wondering, can you, could you, would you, do you, can i, could i,
	let me,
	和, 跟, 与, 或者, 还有, 然后, 因为, 所以, 但是, 可是, 不过, 如果, 就是, 那个, 这个, 是, 把, 给, 在, 从, 到, 对于, 关于,
	我, 我想, 我要, 我想要, 我的, 你们的, 我需要, 想问, 想问一下, 请问, 请问一下, 能不能, 可不可以, 号码是, 嗯, 呃, 额`)

// waits ask for a moment, if said last; waitsPlease do so in a short text.
var (
	waits = list(`wait, wait a moment, wait a minute, wait a second, wait a sec, hold on, hold on a second, hang on, hang on a second,
	just a moment, just a minute, just a second, one moment, one second, one sec, a moment please, one moment please,
	give me a second, give me a moment, give me a minute, hold on please, wait please,
	等一下, 等下, 等等, 稍等, 等一会, 等会儿, 等一会儿, 稍等一下, 请等一下, 等我一下, 别挂`)
	waitsPlease = list(`let me check, let me see, let me look, let me find it, let me get it, let me think, i'm looking for it,
	我看一下, 我看看, 我找一下, 我找找, 我想想, 我想一下, 让我看看, 我查一下`)
)

func list(s string) []string {
	var out []string
	for f := range strings.SplitSeq(s, ",") {
		if f = strings.TrimSpace(f); f != "" {
			out = append(out, f)
		}
	}
	return out
}
