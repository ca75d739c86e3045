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
	if why := m.Explain("oh dear the cashpoint gobbled it", "swallowed", 2); !slices.Contains(why, "gobbled") {
		t.Errorf("because of %q", why)
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
