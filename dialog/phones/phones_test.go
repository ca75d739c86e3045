package phones

import "testing"

func TestOf(t *testing.T) {
	for word, want := range map[string]string{
		"coffee": "K AA F IY", "roast": "R OW S T", "mocha": "M OW K AH", "i'd": "AY D",
		"capachino": "K AE P AE CH IH N OW", "moka": "M OW K AH", "mochas": "M OW K AH Z", "": "", "漢字": "", "é": "",
		"大": "D AA", "中": "JH UH NG", "杯": "B EY", "月": "Y EH", "铁": "T Y EH", "绿": "L Y UW", "水": "SH W EY",
	} {
		if got := String(Of(word)); got != want {
			t.Errorf("%s: %s, not %s", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	d := func(a, b string) float64 { return Distance(Of(a), Of(b)) }
	if d("roast", "roast") != 0 {
		t.Error("a word is not itself")
	}
	for _, c := range [][3]string{ // the second is nearer to the first than the third
		{"roast", "rose", "milk"}, {"mocha", "motor", "latte"}, {"ounce", "outs", "shot"}, {"skim", "skin", "soy"}, {"sweetener", "sweeter", "sugar"},
	} {
		if near, far := d(c[0], c[1]), d(c[0], c[2]); near >= far {
			t.Errorf("%s: %s %.1f, %s %.1f", c[0], c[1], near, c[2], far)
		}
	}
}

// TestHan reads every common character.
func TestHan(t *testing.T) {
	n, silent := 0, ""
	for r := rune(0x4E00); r < 0x9FA6; r++ {
		if len(Of(string(r))) == 0 {
			n++
			silent += string(r)
		}
	}
	if n > 300 {
		t.Errorf("%d characters have no sound, such as %.60s", n, silent)
	}
}

func BenchmarkDistance(b *testing.B) {
	x, y := Of("cappuccino"), Of("espresso")
	for b.Loop() {
		Distance(x, y)
	}
}
