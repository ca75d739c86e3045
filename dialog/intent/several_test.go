package intent

import (
	"slices"
	"testing"
)

func TestSeveral(t *testing.T) {
	m := Train(small, Options{})
	for text, want := range map[string][]string{
		"where is my order and when do you close": {"order", "hours"},
		"我的订单在哪里，另外你们几点关门":                        {"order", "hours"},
		"你们几点关门要另外查订单吗":                           {m.Classify("你们几点关门要另外查订单吗").Intent}, // one question
		"where is my order":                       {"order"},
		"where is my order, has my order arrived": {"order"},
		"how old is the queen of england and why": {None},
		"": {None},
		"refund please. what are your opening hours": {"refund", "hours"},
	} {
		var got []string
		for _, r := range m.Several(text) {
			got = append(got, r.Intent)
		}
		if !slices.Equal(got, want) {
			t.Errorf("Several(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestPointsBack(t *testing.T) {
	for text, want := range map[string]bool{
		"and the other one?": true, "what about my lamp": true, "it still hasn't come": true, "还是没收到": true, "那另一个呢": true, "那台灯呢": true,
		"where is my order": false, "我要退款": false, "": false,
		"I would like to know how to use the same card for a new order that I want to place now": false,
	} {
		if got := PointsBack(text); got != want {
			t.Errorf("PointsBack(%q) = %v", text, got)
		}
	}
}

func TestSound(t *testing.T) {
	of := func(s string) uint64 { return sound([]rune(s)) }
	for _, p := range [][2]string{{"where", "wear"}, {"phone", "fone"}, {"knight", "night"}, {"是", "四"}, {"林", "零"}, {"退", "腿"}} {
		if of(p[0]) != of(p[1]) || of(p[0]) == 0 {
			t.Errorf("%s and %s sound apart", p[0], p[1])
		}
	}
	if of("order") == of("refund") || of("退") == of("换") {
		t.Error("different words sound alike")
	}
}

func TestStem(t *testing.T) {
	of := func(s string) string {
		w := []rune(s)
		n, last := stem(w)
		w[n-1] = last
		return string(w[:n])
	}
	for a, b := range map[string]string{"card": "cards", "cancelled": "cancelling", "arrive": "arrived", "shipped": "shipping", "delivery": "deliveries"} {
		if of(a) != of(b) {
			t.Errorf("stems of %s and %s: %s, %s", a, b, of(a), of(b))
		}
	}
}

func TestShared(t *testing.T) {
	if got := words("billing.CheckOrderStatus"); !slices.Equal(got, []string{"billing", "check", "order", "status"}) {
		t.Errorf("words = %q", got)
	}
	got := shared([]string{"order_status", "refund_status", "refund", "hours"})
	if len(got) != 2 || !slices.Equal(got[0], []int{0, 1}) || !slices.Equal(got[1], []int{1, 2}) {
		t.Errorf("shared = %v", got)
	}
}
