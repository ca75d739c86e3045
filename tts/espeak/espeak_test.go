package espeak

import (
	"os/exec"
	"strings"
	"testing"

	"hotline/tts"
	"hotline/tts/ttstest"
)

func engine(t testing.TB) *Engine {
	if _, err := exec.LookPath(espeak.Name); err != nil {
		t.Skip("espeak-ng is not installed: apt-get install espeak-ng")
	}
	e, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestConformance(t *testing.T) { ttstest.Run(t, engine(t), "en", "zh") }

// The tones of Chinese must not be read as English numbers: a syllable then has
// twice the length.
func TestTonesAreNotRead(t *testing.T) {
	frames := ttstest.Speak(t, engine(t), "您的订单已经发货了", tts.Voice{Language: "zh"})
	if n := len(frames) / 9; n > 20 {
		t.Errorf("%d ms a syllable", n*20)
	}
}

func TestNew(t *testing.T) {
	for _, bad := range []string{"", "-w/tmp/x", "a b", "en;ls", "../x"} {
		if _, err := New(map[string]string{"en": bad}); err == nil {
			t.Errorf("voice %q is taken", bad)
		}
	}
	e, err := New(map[string]string{"en": "en-gb+f3"})
	if err != nil || e.String() != "espeak en-gb+f3" {
		t.Errorf("%v, %v", e, err)
	}
}

func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	e, _ := New(nil)
	if err := e.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "apt-get install espeak-ng") {
		t.Errorf("error %v does not say how to get it", err)
	}
}

func TestMarkup(t *testing.T) {
	voices := map[string]string{"en": "en-us", "zh": "zh"}
	for _, c := range []struct{ text, voice, want string }{
		{"Hi, you.", "en-us", `<voice name="en-us">Hi, you.</voice>`},
		{"打开 APP 查看", "zh", `<voice name="zh">打开 </voice><voice name="en-us">APP </voice><voice name="zh">查看</voice>`},
		{"Mr 王!", "en-us", `<voice name="en-us">Mr </voice><voice name="zh">王!</voice>`},
		{`a<b>&"c`, "en-us", `<voice name="en-us">a&lt;b>&amp;"c</voice>`},
		{"</voice>", "en-us", `<voice name="en-us">&lt;/voice></voice>`},
		{"a\x00\nb", "en-us", `<voice name="en-us">a b</voice>`},
		{"请重新说", "zh", `<voice name="zh">请 chong2 xin1 说</voice>`},
	} {
		if got := markup(c.text, c.voice, voices); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}
