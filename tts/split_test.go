package tts

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"Hello", []string{"Hello"}},
		{"One. Two! Three? Four", []string{"One.", "Two!", "Three?", "Four"}},
		{"It costs 3.50 now. Good.", []string{"It costs 3.50 now.", "Good."}},
		{"Mr. Smith and Dr. Wu. Yes.", []string{"Mr. Smith and Dr. Wu.", "Yes."}},
		{"See No. 5 first. Is it? No. Five.", []string{"See No. 5 first.", "Is it?", "No.", "Five."}},
		{"Write to a.b@example.com. Thanks.", []string{"Write to a.b@example.com.", "Thanks."}},
		{"See https://example.com/a.b?x=1.2! Ok.", []string{"See https://example.com/a.b?x=1.2!", "Ok."}},
		{"Open at 9 a.m. on Monday. Bye.", []string{"Open at 9 a.m. on Monday.", "Bye."}},
		{"We open at 9 a.m. Please wait.", []string{"We open at 9 a.m.", "Please wait."}},
		{"Use e.g. Chrome. Good.", []string{"Use e.g. Chrome.", "Good."}},
		{"On Nov. 22 it came. Ok.", []string{"On Nov. 22 it came.", "Ok."}},
		{"J. Smith called. So did I. Bye.", []string{"J. Smith called.", "So did I.", "Bye."}},
		{"Wait... What?!", []string{"Wait...", "What?!"}},
		{`He said "Stop." Then left.`, []string{`He said "Stop."`, "Then left."}},
		{"Acme Inc. is open. Acme Inc. Bye.", []string{"Acme Inc. is open.", "Acme Inc.", "Bye."}},
		{"您好。请问有什么可以帮您？谢谢！", []string{"您好。", "请问有什么可以帮您？", "谢谢！"}},
		{"他说：“好。”然后走了。", []string{"他说：“好。”", "然后走了。"}},
		{"价格3.5元。OK!好的", []string{"价格3.5元。", "OK!", "好的"}},
		{"first\nsecond\n\nthird", []string{"first", "second", "third"}},
		{"等等……好", []string{"等等……", "好"}},
	} {
		if got := Split(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%q\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

func TestSplitLong(t *testing.T) {
	en := strings.Repeat("the caller would like to know where it is, ", 12)
	zh := strings.Repeat("您好我们很高兴为您服务，", 20)
	for _, text := range []string{en, zh, strings.Repeat("word ", 200), strings.Repeat("好", 300), strings.Repeat("x", 1000)} {
		pieces := Split(text)
		if len(pieces) < 3 {
			t.Errorf("%.20q: %d pieces", text, len(pieces))
		}
		for i, p := range pieces {
			limit := nextPiece
			if i == 0 {
				limit = firstPiece
			}
			if n := breath([]rune(p), limit); n != len([]rune(p)) {
				t.Errorf("piece %d is too long: %q", i, p)
			}
		}
	}
	if p := Split(en)[0]; !strings.HasSuffix(p, ",") {
		t.Errorf("cut inside of a clause: %q", p)
	}
}

// Nothing of the text is lost but space.
func FuzzSplit(f *testing.F) {
	f.Add("Mr. A. said 3.50 \"ok.\" 好。Then? ")
	f.Fuzz(func(t *testing.T, s string) {
		strip := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, s)
		}
		if got, want := strip(strings.Join(Split(s), "")), strip(string([]rune(s))); got != want {
			t.Errorf("%q became %q", want, got)
		}
	})
}
