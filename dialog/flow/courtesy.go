package flow

import (
	"slices"
	"strings"
	"unicode"
)

// courtesies stand before what a caller wants, or after it, and are no wish of
// their own while there is one. Longer ones first.
var courtesies = []string{
	"good morning", "good afternoon", "good evening", "good day", "hello there", "hi there", "hey there", "thank you very much", "thank you so much",
	"thank you", "thanks a lot", "thanks for taking my call", "many thanks", "excuse me", "if you please", "you know", "all right", "how are you", "how are you doing",
	"hello", "hallo", "hi", "hey", "thanks", "please", "well", "so", "okay", "ok", "yes", "yeah", "yep", "right", "alright", "um", "uh", "er", "erm", "hmm", "mm", "ah", "oh", "and",
	"麻烦问一下", "我想问一下", "请问一下", "早上好", "上午好", "下午好", "晚上好", "不好意思", "麻烦您", "麻烦你", "打扰了", "谢谢您", "谢谢你", "问一下", "您好", "你好", "哈喽", "请问", "谢谢", "多谢", "那个", "好的", "是的", "嗯", "喂", "哦", "啊", "呃", "哎", "诶", "呀",
}

// polite are the intents of manners. They win only where nothing else is said.
var polite = []string{"greet", "thanks", Affirm}

// content is what is left of text without courtesies at its ends; empty if it
// is nothing else.
func content(text string) string {
	outside := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }
	text = strings.TrimFunc(text, outside)
	for again := true; again && text != ""; {
		again = false
		for _, c := range courtesies {
			if rest, ok := cutWord(text, c, true); ok {
				text, again = strings.TrimFunc(rest, outside), true
			}
			if rest, ok := cutWord(text, c, false); ok {
				text, again = strings.TrimFunc(rest, outside), true
			}
		}
	}
	return text
}

// cutWord cuts a whole word, or words, off the beginning or the end.
func cutWord(text, word string, front bool) (string, bool) {
	if len(text) < len(word) {
		return text, false
	}
	head, rest := text[:len(word)], text[len(word):]
	if !front {
		rest, head = text[:len(text)-len(word)], text[len(text)-len(word):]
	}
	if !strings.EqualFold(head, word) {
		return text, false
	}
	if word[0] >= 0x80 || rest == "" { // Han characters stand beside each other
		return rest, true
	}
	next := rest[0]
	if !front {
		next = rest[len(rest)-1]
	}
	return rest, next != '\'' && (next >= 0x80 || !unicode.IsLetter(rune(next)) && !unicode.IsDigit(rune(next)))
}

// clauses are the parts of an utterance between punctuation.
func clauses(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".,;:?!。，；：？！", r) })
}

// size counts the words of text, two Han characters one.
func size(text string) int {
	han, latin := 0, 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	for _, f := range strings.Fields(text) {
		if strings.IndexFunc(f, func(r rune) bool { return r < 0x80 && unicode.IsLetter(r) }) >= 0 {
			latin++
		}
	}
	return latin + (han+1)/2
}

// want is what an utterance wants, manners aside: "hello, where is my order"
// asks for an order.
func (c *Conversation) want(text string) guess {
	asked := c.now.phase() == asking
	whole := c.guess(text, asked)
	rest := content(text)
	if rest == "" || whole.intent == Agent {
		return whole
	}
	sure := func(g guess) bool {
		return g.intent != None && !slices.Contains(polite, g.intent) && g.p >= c.script.Policy.Confidence
	}
	if whole.rule && sure(whole) {
		return whole
	}
	inner := whole
	if rest != text {
		if inner = c.guess(rest, asked); sure(inner) && (inner.rule || inner.p > whole.p || !sure(whole)) {
			return inner
		}
	}
	if sure(whole) {
		return whole
	}
	best := guess{}
	if parts := clauses(rest); len(parts) > 1 && !c.script.Classes.Rambles(rest) { // the classifier has judged the clauses of that
		for _, p := range parts {
			if g := c.guess(p, asked); sure(g) && g.p > best.p && c.script.Starts[g.intent] != "" {
				best = g
			}
		}
	}
	switch {
	case best.p >= .6:
		return best
	case slices.Contains(polite, whole.intent) && whole.intent != inner.intent && size(rest) > 2:
		return guess{intent: None, p: inner.p}
	}
	return whole
}
