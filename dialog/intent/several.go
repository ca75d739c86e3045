package intent

import "strings"

// sure is the confidence from which a part of an utterance has an intent of its
// own.
const sure = .6

// Several names the intents of an utterance that may want more than one thing, in
// the order said: "cancel my order and tell me when you open". There is always
// one at least; None is the only one if nothing is known.
//
// An utterance is cut at its punctuation and at words that join sentences. A
// part counts if it alone is sure; of an utterance without two such parts, the
// answer is that of Classify. Of one that rambles only the clauses count that ask for
// something: what is told is no wish beside another.
func (m *Model) Several(text string) []Result {
	var found []Result
	for _, part := range m.wishes(text) {
		r := m.Classify(part)
		if r.Intent == None || r.Confidence < sure || has(found, r.Intent) {
			continue
		}
		found = append(found, r)
	}
	if len(found) >= 2 {
		return found
	}
	return []Result{m.Classify(text)}
}

// wishes are the parts of text that may each want something.
func (m *Model) wishes(text string) (parts []string) {
	var t tokens
	t.cut(text)
	if m.rambles(&t) >= .5 {
		for _, c := range t.clauses(nil) {
			if c.asks {
				parts = append(parts, text[c.from:c.to])
			}
		}
		return parts
	}
	for part := range strings.SplitSeq(joints.Replace(" "+strings.ToLower(text)+" "), cut) {
		if strings.TrimSpace(part) != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func has(rs []Result, intent string) bool {
	for _, r := range rs {
		if r.Intent == intent {
			return true
		}
	}
	return false
}

const cut = "\x00"

var joints = func() *strings.Replacer {
	pairs := []string{"要另外", "要另外"} // "does it cost extra" is one question
	for _, s := range []string{".", "?", "!", ";", ",", "。", "？", "！", "；", "，",
		" and ", " also ", " but ", " then ", " plus ", " as well as ", " by the way ",
		"另外", "还有", "顺便", "然后", "同时", "以及", "并且", "再帮我", "再给我", "对了"} {
		pairs = append(pairs, s, cut)
	}
	return strings.NewReplacer(pairs...)
}()

// PointsBack reports whether an utterance means what was wanted before, of
// another thing or once more: "and the other one?", "还是没收到". What it says of
// its own must be little; a caller who names a new wish does not point back.
func PointsBack(text string) bool {
	s := normal(text)
	n := len(strings.Fields(s))
	if n == 0 {
		return false
	}
	for _, p := range []string{" the other one ", " the other ones ", " another one ", " the second one ", " the first one ", " the last one ", " that one ", " this one ", " the same ", " what about ", " how about ", " and for ", " still not ", " still nothing ", " still hasnt ", " still havent ", " not yet "} {
		if n <= 8 && strings.Contains(s, p) {
			return true
		}
	}
	for _, p := range []string{"另 一 个", "另 外 一", "那 个 呢", "这 个 呢", "别 的 呢", "还 是 没", "还 是 不", "还 没 有", "还 没 到", "一 样 的", "第 二 个", "上 一 个", "下 一 个"} {
		if n <= 10 && strings.Contains(s, p) {
			return true
		}
	}
	return n <= 7 && strings.HasPrefix(s, " 那 ") && strings.HasSuffix(s, " 呢 ")
}
