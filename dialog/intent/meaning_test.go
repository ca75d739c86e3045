package intent

import (
	"slices"
	"testing"
)

var cards = []Example{
	{"the machine kept my card", "swallowed"}, {"my card was swallowed", "swallowed"}, {"the atm did not give the card back", "swallowed"}, {"it ate my card", "swallowed"}, {"card retained by the atm", "swallowed"},
	{"what is the exchange rate", "rate"}, {"how many euros do I get for a dollar", "rate"}, {"which rate do you use", "rate"}, {"do you exchange dollars", "rate"}, {"currency rates please", "rate"},
	{"I forgot my pin", "pin"}, {"how do I change my pin", "pin"}, {"reset the pin please", "pin"}, {"I do not remember the code of my card", "pin"}, {"unblock the pin", "pin"},
}

// Words that no example has are known by what they mean.
func TestMeaning(t *testing.T) {
	m := Train(cards, Options{})
	for text, want := range map[string]string{
		"the cashpoint gobbled my plastic": "swallowed", "how much is a pound worth in yen": "rate", "my password slipped my mind": "pin",
	} {
		if got := m.Classify(text); got.Top[0].Intent != want {
			t.Errorf("%q wants %+v, not %s", text, got, want)
		}
	}
	if why := m.Explain("oh dear the cashpoint gobbled it", "swallowed", 3); !slices.Contains(why, "gobbled") {
		t.Errorf("because of %q", why)
	}
}

var cardsChinese = []Example{
	{"机器把我的卡吞了", "swallowed"}, {"取款机不退卡", "swallowed"}, {"卡被收走了", "swallowed"}, {"卡在机器里出不来", "swallowed"},
	{"今天汇率多少", "rate"}, {"一美元换多少人民币", "rate"}, {"你们按什么汇率算", "rate"}, {"能换外币吗", "rate"},
	{"我忘了密码", "pin"}, {"密码怎么改", "pin"}, {"重设密码", "pin"}, {"卡的密码锁了", "pin"},
}

// So are Chinese ones, by the examples in English too.
func TestMeaningChinese(t *testing.T) {
	m := Train(append(cardsChinese, cards...), Options{})
	for text, want := range map[string]string{"自动柜员机没有把卡还给我": "swallowed", "日元兑欧元是怎么个比价": "rate", "口令记不起来了": "pin"} {
		if got := m.Classify(text); got.Top[0].Intent != want {
			t.Errorf("%q wants %+v, not %s", text, got, want)
		}
	}
	if why := m.Explain("口令记不起来了", "pin", 3); len(why) == 0 {
		t.Error("for no reason")
	}
}

// A bot that speaks one language only is judged in it alone.
func TestNoMeaning(t *testing.T) {
	var chinese []Example
	for _, e := range small {
		if isHan([]rune(e.Text)[0]) {
			chinese = append(chinese, e)
		}
	}
	m := Train(chinese, Options{})
	if r := m.Classify("我的订单到哪里了"); r.Intent != "order" {
		t.Errorf("%+v", r)
	}
	if r := m.Classify("where is my order"); r.Confidence < 0 || r.Confidence > 1 {
		t.Errorf("%+v", r)
	}
}
