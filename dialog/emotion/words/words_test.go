package words

import (
	"bytes"
	"slices"
	"testing"
)

var small = []Example{
	{Class: "bad", Text: "you are a rotten machine"}, {Class: "bad", Text: "what a rotten service"}, {Class: "bad", Text: "你们服务太烂了"},
	{Class: "good", Text: "what a lovely service"}, {Class: "good", Text: "you are lovely"}, {Class: "good", Text: "你们服务太棒了"},
}

func best(m *Model, text string) string {
	p := m.Classify(text, nil)
	sum := 0.0
	for _, v := range p {
		sum += v
	}
	if sum < .999 || sum > 1.001 {
		return "probabilities that sum to something else"
	}
	return m.Classes[slices.Index(p, slices.Max(p))]
}

func TestTrain(t *testing.T) {
	m := Train(small, Options{Bits: 14})
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	again := Train(small, Options{Bits: 14})
	var c bytes.Buffer
	if _, err := again.WriteTo(&c); err != nil || !bytes.Equal(b.Bytes(), c.Bytes()) {
		t.Errorf("trained twice, two models: %v", err)
	}
	read, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"this is rotten": "bad", "so lovely!": "good", "rottn": "bad", "太烂": "bad", "真棒": "good"} {
		if got := best(read, text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	if why := read.Why("that rotten thing", "bad", 1); !slices.Equal(why, []string{"rotten"}) {
		t.Errorf("it is bad for %q", why)
	}
	if why := read.Why("x", "no such class", 1); why != nil {
		t.Errorf("no class has the words %q", why)
	}
}

func TestTokens(t *testing.T) {
	for text, want := range map[string][]string{
		"I’m FINE!!! call 4571": {"i'm", "fine", "!!", "call", "0"},
		"太烂了！":                  {"太", "烂", "了", "!"},
		"'":                     nil, "": nil,
	} {
		if got := tokens(text); !slices.Equal(got, want) {
			t.Errorf("%q is cut to %q, want %q", text, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	Train(small, Options{Bits: 8}).WriteTo(&b)
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:b.Len()/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := Read(bytes.NewReader(b)); err == nil {
			m.Why("good service", "good", 3)
			m.Classify("good service", nil)
		}
	})
}
