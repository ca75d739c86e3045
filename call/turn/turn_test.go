package turn

import (
	"testing"
	"time"
)

func TestComplete(t *testing.T) {
	tests := map[Completeness][]string{
		Finished: {
			"Where is my order?", "I want to cancel my order.", "Yes.", "yes", "no", "Goodbye", "Thank you", "yes please", "yes it is",
			"That's where it is.", "my order has not arrived", "What are your opening hours", "It is one two three.", "I want a refund please",
			"What's my order number?", "Hold on, that's wrong.",
			"我的订单在哪里", "the washing machine that you delivered yesterday is broken", "我收到的那个台灯底座坏了", "我要查一下我的订单。", "是的", "好的", "不是", "对", "你们几点开门？", "那是我的",
		},
		Unfinished: {
			"I want to", "I want to.", "my order number is", "My order number is...", "um", "Um, uh", "I'd like a refund and", "because",
			"can you", "I was wondering", "So I ordered it, and", "it came with the", "I'm", "and then, um", "Hello, I need", "I would like a large,",
			"我想", "请问你们能不能把我的订单改成送到", "请问我昨天下的订单什么时候可以", "我想问一下", "我的订单号是", "嗯", "请问", "还有", "因为", "我要退货，但是", "我的",
		},
		Wait: {
			"wait a moment", "Hold on.", "Hang on a second", "Just a minute.", "Okay, let me check.", "one moment please", "give me a second",
			"bear with me while I find my card", "could you hold on while I look", "等我找一下订单号",
			"我去拿一下单子，你别挂", "等一下", "稍等。", "你等一下", "等等", "我找一下", "好的，我看一下",
		},
		Unsure: {"", "the washing machine that you delivered yesterday makes", "我上个星期在你们网店买的那台洗衣机今天突然", "my order", "billing", "the blue one", "  ", "Has my order been sent,", "And do very much,"},
	}
	for want, texts := range tests {
		for _, text := range texts {
			if got := Complete(text); got != want {
				t.Errorf("%q is %v, want %v", text, got, want)
			}
		}
	}
}

func TestSilence(t *testing.T) {
	r := Default
	tests := []struct {
		text   string
		digits int
		want   time.Duration
	}{
		{"Where is my order?", 0, r.Finished},
		{"billing", 0, r.Unsure},
		{"", 0, r.Unsure},
		{"I want to", 0, r.Unfinished},
		{"hold on", 0, r.Finished},
		{"one two", 6, r.Digits},
		{"It is 1 2 3", 6, r.Digits},
		{"one two three four five six", 6, r.Finished},
		{"It's 123456.", 6, r.Finished},
		{"double one two three four five", 6, r.Finished},
		{"I don't have it here", 6, r.Finished},
		{"um", 6, r.Unfinished},
		{"my number is one two three", 0, r.Number},
		{"I want two of them", 0, r.Finished},
		{"一二三", 6, r.Digits},
		{"幺二三四五六", 6, r.Finished},
		{"订单号是", 6, r.Unfinished},
	}
	for _, tt := range tests {
		if got := r.Silence(tt.text, tt.digits); got != tt.want {
			t.Errorf("after %q with %d digits expected: %v, want %v", tt.text, tt.digits, got, tt.want)
		}
	}
	if !(r.Finished < r.Unsure && r.Unsure < r.Unfinished && r.Unfinished < r.Digits && r.Digits < r.GiveUp) {
		t.Error("the less finished a text is, the longer the silence")
	}
}

func TestDigits(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "hello": 0, "one": 1, "One, two, three.": 3, "12 34": 4, "double five": 2, "triple zero": 3, "double": 0,
		"oh seven": 2, "one oh one": 3, "oh I see": 0, "twenty one": 2, "twenty": 2, "thirteen": 2, "forty two seven": 3,
		"一二三": 3, "幺零二": 3, "两个": 1, "１２": 0, "A-12": 2,
	} {
		if got := Digits(text); got != want {
			t.Errorf("%q has %d digits, want %d", text, got, want)
		}
	}
}

func TestBackchannel(t *testing.T) {
	tests := []struct {
		text               string
		telling, answering bool // while the bot tells something, and asks
	}{
		{"uh-huh", true, true}, {"Uh huh.", true, true}, {"Mm-hmm.", true, true}, {"um", true, true}, {"Oh.", true, true}, {"嗯", true, true}, {"嗯嗯。", true, true},
		{"yeah", true, false}, {"Okay.", true, false}, {"I see.", true, false}, {"好的", true, false}, {"对", true, false}, {"是的。", true, false},
		{"no", false, false}, {"stop", false, false}, {"agent", false, false}, {"okay stop", false, false}, {"yes but", false, false},
		{"不是", false, false}, {"好了别说了", false, false}, {"", false, false},
	}
	for _, tt := range tests {
		if got := Backchannel(tt.text, false); got != tt.telling {
			t.Errorf("%q while the bot tells: %v", tt.text, got)
		}
		if got := Backchannel(tt.text, true); got != tt.answering {
			t.Errorf("%q while the bot asks: %v", tt.text, got)
		}
	}
	for text, want := range map[string]bool{"Is that right?": true, "That is right.": false, "对吗": true, "是这个吗？": true, "": false, "Right? \"": true} {
		if Asks(text) != want {
			t.Errorf("%q asks: %v", text, !want)
		}
	}
}

func TestEcho(t *testing.T) {
	const en = "Welcome to Acme. Say agent to reach a person at any time. How can I help you today?"
	const zh = "您好，欢迎致电幸运商店，请问有什么可以帮您？"
	tests := []struct {
		text, saying string
		echo, quotes bool
	}{
		{"say agent to reach a person", en, true, false},
		{"to reach a parson at any time", en, true, false}, // a word misheard
		{"how can I help you today", en, true, false},
		{"agent", en, false, true},
		{"a person", en, false, true},
		{"can I get help", en, false, false},
		{"where is my order", en, false, false},
		{"I want to reach a person about my order", en, false, false},
		{"欢迎致电幸运商店", zh, true, false},
		{"请问有什么可以帮您", zh, true, false},
		{"我要查订单", zh, false, false},
		{"商店", zh, false, true},
		{"", en, false, false},
		{"anything at all here", "", false, false},
	}
	for _, tt := range tests {
		if got := Echo(tt.text, tt.saying); got != tt.echo {
			t.Errorf("%q is an echo: %v", tt.text, got)
		}
		if got := Quotes(tt.text, tt.saying); got != tt.quotes {
			t.Errorf("%q is quoted: %v", tt.text, got)
		}
	}
}

func TestJoin(t *testing.T) {
	tests := []struct{ a, b, want string }{
		{"", "", ""}, {"a", "", "a"}, {"", "b", "b"}, {"I want to", "go. ", "I want to go."},
		{"我想", "查订单", "我想查订单"}, {"我想。", "查", "我想。查"}, {"订单", "12", "订单12"},
	}
	for _, tt := range tests {
		if got := Join(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q make %q, want %q", tt.a, tt.b, got, tt.want)
		}
	}
}

// FuzzText: no text makes a rule panic, and a rule never waits for longer than
// the longest silence.
func FuzzText(f *testing.F) {
	f.Add("I want to", 6)
	f.Add("我的订单号是 double '-", 0)
	f.Fuzz(func(t *testing.T, text string, digits int) {
		if d := Default.Silence(text, digits); d < Default.Finished || d > Default.Digits {
			t.Errorf("%q: %v", text, d)
		}
		if Backchannel(text, true) && !Backchannel(text, false) {
			t.Errorf("%q is a sign of listening only while asked", text)
		}
		Quotes(text, text)
		if Echo(text, "") {
			t.Errorf("%q echoes nothing", text)
		}
	})
}

func BenchmarkSilence(b *testing.B) {
	for b.Loop() {
		Default.Silence("I would like to know where my order is, my number is one two three", 6)
	}
}
