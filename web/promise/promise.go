// Package promise finds what a customer was promised: "we will call you back by
// Friday", "三天之内会退款到您的账户". It goes by a small set of rules for English and
// Chinese, which would rather miss a promise than see one where there is none: a
// sentence must say who will do something, what, and be about the customer or
// about a time; questions, conditions, offers and refusals are no promises.
package promise

import (
	"regexp"
	"strings"
	"unicode"
)

// Find gives the sentences of text, in English or Chinese, that promise
// something.
func Find(text string) (found []string) {
	for _, s := range Sentences(text) {
		if is(s) {
			found = append(found, s)
		}
	}
	return found
}

// Sentences cuts a text after its full stops, exclamation and question marks.
func Sentences(text string) (all []string) {
	start := 0
	runes := []rune(text)
	cut := func(end int) {
		if s := strings.TrimSpace(string(runes[start:end])); s != "" {
			all = append(all, s)
		}
		start = end
	}
	for i, r := range runes {
		switch {
		case strings.ContainsRune("。！？；\n", r):
			cut(i + 1)
		case strings.ContainsRune(".!?;", r) && (i+1 == len(runes) || unicode.IsSpace(runes[i+1])):
			cut(i + 1)
		}
	}
	cut(len(runes))
	return all
}

func is(s string) bool {
	if strings.ContainsRune(s, '？') || strings.HasSuffix(s, "?") {
		return false
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return zhWho.MatchString(s) && zhDeed.MatchString(s) && !zhNot.MatchString(s)
	}
	return en.MatchString(s) && !enNot.MatchString(s)
}

// English: who will, and a deed that reaches the customer.
var (
	en = regexp.MustCompile(`(?i)\b(?:` +
		// we will ..., I'll have somebody ..., our team is going to ...
		`(?:(?:we|i|they|(?:our|the|my) (?:\w+ )?(?:team|colleagues?|manager|supervisor|technicians?|courier|driver|warehouse|department)|(?:a|an|another|some) (?:\w+ )?(?:colleague|agent|technician|manager|supervisor|courier|driver)|someone|somebody)` +
		`(?:'ll|’ll| will| shall| are going to| is going to| am going to|'re going to|'m going to| promise to| guarantee)` +
		`(?: \w+){0,3}? (?:call|ring|phone|text|e-?mail|mail|write|contact|send|refund|return|repay|pay|credit|replace|repair|fix|deliver|ship|dispatch|collect|pick|look into|check|investigate|find out|get back|be in touch|let you know|inform|update|tell you|escalate|arrange|cancel|change|waive|reimburse|compensate|come)\b)` +
		// you will get ..., your refund will arrive ...
		`|you(?:'ll|’ll| will| are going to)(?: \w+){0,2}? (?:get|receive|have|hear|be (?:called|refunded|contacted|credited|paid|reimbursed))\b` +
		`|(?:your|the|a) (?:\w+ ){0,2}(?:refund|money|replacement|order|parcel|package|delivery|item|invoice|credit|confirmation|technician|courier|label|link)(?:'ll|’ll| will) (?:be|arrive|come|reach|show|go)\b` +
		`)`)
	enNot = regexp.MustCompile(`(?i)\b(?:if|unless|once you|when you|would you|could|might|may|maybe|perhaps|will not|won't|won’t|cannot|can't|never|try to|` +
		`connect you|put you through|transfer you|you through|hold the line|in a moment|one moment|a moment)\b`)
)

// Chinese: a future or a time, and a deed.
var (
	zhWho = regexp.MustCompile(`会|将|保证|承诺|一定|负责|马上|立刻|立即|尽快|之内|以内|内给|天内|小时内|分钟内|前给|之前`)
	// the deed is done to the customer, or by us
	zhDeed = regexp.MustCompile(`(?:我们?|我司|客服|同事|专员|技术员|师傅|工程师|快递员|经理|主管|部门|有人|这边).{0,14}?(?:回电|回复|联系|打电话|致电|通知|告诉|告知|发送|发给|发到|寄|退款|退还|退给|退到|打款|赔|补偿|补发|换货|更换|维修|上门|派|送|处理|跟进|核实|查明|查清|解决|安排|取消|修改|减免|反馈|登记)` +
		`|(?:给|向|为|跟|和|与)(?:您|你).{0,8}?(?:回电|回复|联系|打电话|打过去|发|寄|退|打款|赔|补|换|修|送|处理|安排|通知|反馈|答复)` +
		`|(?:联系|回复|通知|答复)(?:您|你)` +
		`|(?:退款|款项|钱|货款|包裹|快递|货|发票|短信|邮件|链接|新的|补发的|换货).{0,10}?(?:会|将|内|前).{0,10}?(?:到账|到|退|发|寄|送达|收到)` +
		`|(?:您|你).{0,4}?(?:会|将|就能|就可以).{0,6}?(?:收到|接到)`)
	zhNot = regexp.MustCompile(`如果|要是|假如|若|除非|可能|也许|或许|不会|不能|无法|没法|不一定|是否|要不要|需要我|可以为您|能为您|吗|稍等|请稍候|转接|转人工|为您转|帮您转|接通|稍后为您接`)
)
