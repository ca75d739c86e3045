package intent

import (
	"slices"
	"testing"
)

var small = []Example{
	{"where is my order", "order"}, {"track my order", "order"}, {"has my parcel been shipped", "order"}, {"order status please", "order"}, {"my package has not arrived", "order"}, {"when will my order arrive", "order"},
	{"我的订单在哪里", "order"}, {"我的快递到哪了", "order"}, {"查一下订单", "order"}, {"我的包裹还没到", "order"}, {"什么时候发货", "order"},
	{"what are your opening hours", "hours"}, {"when do you open", "hours"}, {"when do you close", "hours"}, {"are you open on sunday", "hours"}, {"what time do you open tomorrow", "hours"},
	{"你们几点开门", "hours"}, {"营业时间", "hours"}, {"几点关门", "hours"}, {"周末营业吗", "hours"}, {"你们什么时候下班", "hours"},
	{"I want my money back", "refund"}, {"where is my refund", "refund"}, {"refund please", "refund"}, {"how long does a refund take", "refund"}, {"you have not refunded me", "refund"},
	{"我要退款", "refund"}, {"退款什么时候到账", "refund"}, {"把钱退给我", "refund"}, {"申请退款", "refund"}, {"退款进度", "refund"},
}

func TestClassify(t *testing.T) {
	m := Train(small, Options{})
	for text, want := range map[string]string{
		"so where's my order then": "order", "has it been shipped": "order", "wear is my order": "order", "请问我的订单到哪里了": "order", "我的快递呢": "order",
		"what time do you close on saturday": "hours", "你们周日几点开门": "hours",
		"I'd like a refund": "refund", "我想退款": "refund",
		"how old is the queen of england": None, "给我唱首歌吧": None, "": None, "…": None,
	} {
		if got := m.Classify(text); got.Intent != want {
			t.Errorf("Classify(%q) = %v, want %s", text, got, want)
		}
	}
	if why := m.Explain("so when will you close", "hours", 2); !slices.Contains(why, "close") {
		t.Errorf("Explain = %q, want close among them", why)
	}
	if why := m.Explain("麻烦问下退款", "refund", 1); len(why) != 1 || why[0] != "退款" {
		t.Errorf("Explain = %q, want 退款", why)
	}
}

func TestDeterministic(t *testing.T) {
	a, b := Train(small, Options{}), Train(small, Options{})
	if a.scale != b.scale || a.out != b.out || !slices.Equal(a.weights, b.weights) {
		t.Error("the same examples gave two models")
	}
}

func TestNoIntents(t *testing.T) {
	if got := Train(nil, Options{}).Classify("hello"); got.Intent != None {
		t.Errorf("got %v", got)
	}
}

func TestClassifyDoesNotAllocate(t *testing.T) {
	m := Train(small, Options{})
	var s scratch                  // the pool keeps nothing under the race detector
	for _, text := range []string{ // Chinese: the encoder of English has a pool too, and a test like this
		"请问我的订单现在到哪里了 order",
		"喂你好，是这样的，我儿子上个月给我弄的，我也不太懂这些，就想问问退款什么时候到账",
	} {
		m.classify(&s, text)
		if n := testing.AllocsPerRun(100, func() { m.classify(&s, text) }); n > 0 {
			t.Errorf("%v allocations for %q", n, text)
		}
	}
}

func BenchmarkClassify(b *testing.B) {
	m := Train(small, Options{})
	b.ReportAllocs()
	for b.Loop() {
		m.Classify("hello I would like to know where my order is please")
	}
}

func BenchmarkTrain(b *testing.B) {
	for b.Loop() {
		Train(small, Options{})
	}
}

func FuzzClassify(f *testing.F) {
	m := Train(small, Options{})
	f.Add("where is my order 订单 4571 \xff")
	f.Fuzz(func(t *testing.T, s string) {
		r := m.Classify(s)
		if r.Confidence < 0 || r.Confidence > 1.000001 {
			t.Errorf("%q: confidence %v", s, r.Confidence)
		}
		m.Explain(s, "order", 3)
	})
}

func TestRules(t *testing.T) {
	r := NewRules([]Rule{{Intent: "agent", Phrases: []string{"speak to a person", "转人工"}, Words: []string{"agent", "人工", "=what"}}})
	for text, want := range map[string]string{
		"Agent!": "agent", "an agent please": "agent", "I really would like to speak to a person about this now": "agent",
		"转人工": "agent", "我不想听了给我转人工": "agent", "人工": "agent", "no, agent": "agent", "What?": "agent", "what agent is that": "", "are you an agent": "", "what now": "",
		"I don't want an agent": "", "不要转人工": "", "my estate agent said that I should ask you about this": "", "": "",
	} {
		if got, _, _ := r.Match(text); got != want {
			t.Errorf("Match(%q) = %q, want %q", text, got, want)
		}
	}
	who := NewRules([]Rule{{Intent: "agent", Phrases: []string{"real person", "human being", "speak to a person", "transfer me to", "真人", "人工客服"}}})
	for text, want := range map[string]string{
		"Am I speaking to a real person?": "", "am I talking to a machine or a real person": "", "am I actually talking with a human being here": "", "are you a real person": "", "are you really an actual human being": "", "is this a real person": "", "is that a real person I hear": "",
		"你到底是真人还是机器啊": "", "你是不是真人": "", "您是真人吗": "", "跟我说话的是真人吗": "", "我是在跟真人说话吗": "", "我在跟人工客服说话吗": "", "对面是个真人吗": "",
		"I want to speak to a real person": "agent", "can I talk to a real person": "agent", "is there a real person": "agent", "is it possible to speak to a person": "agent", "are you able to transfer me to someone": "agent", "when am I going to speak to a person": "agent",
		"am I speaking to a real person, I want a real person": "agent", "我想跟真人说话": "agent", "我要真人": "agent", "能不能找个真人": "agent", "你是机器人吧，我要真人": "agent",
	} {
		if got, _, _ := who.Match(text); got != want {
			t.Errorf("Match(%q) = %q, want %q", text, got, want)
		}
	}
	if !r.Denies("I don't want an agent", "agent") || r.Denies("agent", "agent") {
		t.Error("Denies is wrong")
	}
}
