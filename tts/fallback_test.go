package tts

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestFallback(t *testing.T) {
	for name, c := range map[string]struct {
		first  *fake
		frames int
		err    error
		report string
	}{
		"well":            {&fake{name: "a"}, 10, nil, ""},
		"at once":         {&fake{name: "a", err: errBroken}, 10, nil, "a: broken, now b"},
		"while it speaks": {&fake{name: "a", err: errBroken, after: 4}, 4, errBroken, ""},
		"too slow":        {&fake{name: "a", first: time.Minute}, 10, nil, "a: no speech after 3s, now b"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var report string
				e := Fallback(func(engine string, err error, now string) {
					report = fmt.Sprintf("%s: %v, now %s", engine, err, now)
				}, c.first, &fake{name: "b"})
				frames, err := speak(t.Context(), e, "Hi", Voice{})
				if len(frames) != c.frames || err != c.err || report != c.report {
					t.Errorf("%d frames, error %v, report %q", len(frames), err, report)
				}
			})
		})
	}
}

// Which call an engine failed in is known to who asked, through any decorator.
func TestFallbackReportsToTheCall(t *testing.T) {
	var report string
	all := func(string, error, string) { t.Error("the report of all calls was told") }
	e := Sentences(Fallback(all, &fake{name: "a", err: errBroken}, &fake{name: "b"}))
	ctx := Reporting(t.Context(), func(engine string, err error, now string) {
		report += fmt.Sprintf("%s: %v, now %s", engine, err, now)
	})
	if _, err := speak(ctx, e, "Hi. Hi.", Voice{}); err != nil || report != "a: broken, now b" {
		t.Errorf("error %v, report %q", err, report)
	}
}

func TestFallbackRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := &fake{err: errBroken}, &fake{}
		e := Fallback(nil, a, b)
		for range 3 {
			if _, err := speak(t.Context(), e, "Hi", Voice{}); err != nil {
				t.Fatal(err)
			}
		}
		if len(a.texts) != 1 || len(b.texts) != 3 {
			t.Errorf("asked %d and %d times", len(a.texts), len(b.texts))
		}
		time.Sleep(restAfter)
		a.err = nil
		frames, err := speak(t.Context(), e, "Hi", Voice{})
		if err != nil || len(a.texts) != 2 || len(b.texts) != 3 {
			t.Errorf("error %v, asked %d and %d times", err, len(a.texts), len(b.texts))
		}
		right(t, frames, "Hi")
	})
}

func TestFallbackAllFail(t *testing.T) {
	_, err := speak(t.Context(), Fallback(nil, &fake{err: errBroken}, &fake{err: ErrTooLong}), "Hi", Voice{})
	if err != ErrTooLong {
		t.Errorf("error %v, want the last engine's", err)
	}
}

func TestByLanguage(t *testing.T) {
	en, zh, other := &fake{name: "en"}, &fake{name: "zh"}, &fake{name: "other"}
	e := ByLanguage(map[string]Engine{"en": en, "zh": zh}, other)
	for text, lang := range map[string]string{"a": "en", "b": "", "c": "en-GB", "好": "zh", "Hi 王": "en", "x": "zh-CN", "ja": "ja"} {
		if _, err := speak(t.Context(), e, text, Voice{Language: lang}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		e    *fake
		want []string
	}{{en, []string{"a", "b", "c"}}, {zh, []string{"Hi 王", "x", "好"}}, {other, []string{"ja"}}} {
		got := c.e.said()
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s was given %q, want %q", c.e.name, got, c.want)
		}
	}
	if Name(e) != "en+zh+other" {
		t.Errorf("name %q", Name(e))
	}
}
