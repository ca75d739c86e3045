package wording

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func learn(t testing.TB, lines ...string) *Model {
	t.Helper()
	var examples []Example
	for _, l := range lines {
		e, err := Parse(l)
		if err != nil {
			t.Fatal(err)
		}
		examples = append(examples, e)
	}
	return Learn(examples, []Value{{"drink", "tea", "tea"}, {"drink", "tea", "cup of tea"}})
}

func drinks(t testing.TB) *Model {
	return learn(t, "can I have a [large](size) [mocha](drink) with [soy milk](extra)", "I'd like a [small](size) [espresso](drink)",
		"make me a [big](size:large) [cappuccino](drink) with [brown sugar](extra)", "can I have a [latte](drink)", "get me a [mocha](drink) with [cream](extra)",
		"I'd like a [medium](size) [americano](drink) with [sugar](extra)")
}

func TestParse(t *testing.T) {
	e, err := Parse(`a [big]{"entity": "size", "value": "large"} [mocha](drink) or [hot one](drink:tea)`)
	want := Example{{Text: "a "}, {"big", "size", "large"}, {Text: " "}, {"mocha", "drink", ""}, {Text: " or "}, {"hot one", "drink", "tea"}}
	if err != nil || !slices.Equal(e, want) || e.Text() != "a big mocha or hot one" {
		t.Errorf("%q, %v, %q", e, err, e.Text())
	}
	for _, bad := range []string{"a [b", "a [b] c", "a [b](c", "a [b [c](d)", "a [b](", "[b]()", `[b]{"entity"}`, "[b]{"} {
		if _, err := Parse(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

// TestRead puts right what a recogniser may make of an order.
func TestRead(t *testing.T) {
	m := drinks(t)
	for text, want := range map[string]map[string]string{
		"can I have a large mocha with soy milk":    {"size": "large", "drink": "mocha", "extra": "soy milk"},
		"Can I have a larch moco with sawmilk?":     {"size": "large", "drink": "mocha", "extra": "soy milk"},
		"make me a big capachino with round sugar":  {"size": "large", "drink": "cappuccino", "extra": "brown sugar"},
		"I'd like a smell expresso.":                {"size": "small", "drink": "espresso"},
		"I'd like a medium Americana with shoulder": {"size": "medium", "drink": "americano", "extra": "sugar"},
		"can I have a small cup of tea with cream":  {"size": "small", "drink": "tea", "extra": "cream"}, // said so in no example
		"get me a mug of hers with creme":           {"drink": "mocha", "extra": "cream"},
	} {
		rs := m.Read(text)
		if len(rs) == 0 || !maps.Equal(rs[0].Slots, want) {
			t.Errorf("%q: %+v", text, rs)
			continue
		}
		again, ok := m.Exact(rs[0].Words)
		if !ok || !maps.Equal(again.Slots, want) {
			t.Errorf("%q: read as %q, which is not the model's", text, rs[0].Words)
		}
	}
	if rs := m.Read("what is the capital of France"); len(rs) > 0 && rs[0].Confidence() > .45 {
		t.Errorf("something else altogether: %+v", rs[0])
	}
	if rs := m.Read("can I have a"); len(rs) > 0 && rs[0].Sure("drink") {
		t.Errorf("a drink that nobody named: %+v", rs[0])
	}
	for _, text := range []string{"", "привет", "...", strings.Repeat("mocha ", 300)} {
		if rs := m.Read(text); len(rs) > 0 {
			t.Errorf("%.20q: %+v", text, rs)
		}
	}
}

// TestCandidates finds what no text alone tells.
func TestCandidates(t *testing.T) {
	m := drinks(t)
	got, _, strange := m.Candidates([]string{"can I have a large motor with sown meal", "can have a larger mocha with soya milk", "come have a mug with some milk"}, 5)
	if len(got) != 5 || got[0] != "can i have a large mocha with soy milk" || strange > .5 {
		t.Errorf("%q %.2f", got, strange)
	}
	if _, _, strange := m.Candidates([]string{"my telephone is out of order since yesterday"}, 5); strange < .5 {
		t.Errorf("something else: %.2f", strange)
	}
	if got, _, _ := m.Candidates(nil, 5); got != nil {
		t.Errorf("of nothing: %q", got)
	}
	set, _, _ := Set{m, learn(t, "close the [door](what)")}.Candidates([]string{"clothes the door"}, 2)
	if len(set) == 0 || set[0] != "close the door" {
		t.Errorf("of two models: %q", set)
	}
}

func FuzzRead(f *testing.F) {
	m := drinks(f)
	f.Add("can I have a large mocha")
	f.Add("16 oz. [x](")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range m.Read(text) {
			if _, ok := m.Exact(r.Words); !ok {
				t.Errorf("%q read as %q, which is not the model's", text, r.Words)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	m := drinks(b)
	for b.Loop() {
		m.Read("Can I have a larch moco with sawmilk?")
	}
}
