package action_test

import (
	"testing"
	"testing/synctest"
	"time"

	"hotline/dialog"
	"hotline/dialog/action"
)

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := action.Breaker{Failures: 2, Reset: time.Minute}
		for range 2 {
			if b.Allow() != nil {
				t.Fatal("it is open before it failed twice")
			}
			b.Done(false)
		}
		if b.Allow() == nil {
			t.Fatal("it is not open after two failures")
		}
		time.Sleep(time.Minute)
		if b.Allow() != nil {
			t.Fatal("nobody may try after the pause")
		}
		if b.Allow() == nil {
			t.Fatal("two may try at once")
		}
		b.Done(true)
		if b.Allow() != nil || b.Allow() != nil {
			t.Fatal("it is not closed after a success")
		}
	})
}

func TestText(t *testing.T) {
	v := action.Values{Request: dialog.Request{Call: "c", Args: map[string]string{"order": "4571"}}, Env: func(string) string { return "E" }}
	for s, want := range map[string]string{"plain": "plain", "{order} of {call}": "4571 of c", "a{env.X}b": "aEb", "{{order}": "{order}", "{none}": ""} {
		x, err := action.Parse(s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if got, err := x.Fill(v, nil); got != want || err != nil {
			t.Errorf("%q is %q, %v; want %q", s, got, err, want)
		}
	}
	for _, s := range []string{"{", "{}", "{a b}", "{order"} {
		if _, err := action.Parse(s); err == nil {
			t.Errorf("%q is a text", s)
		}
	}
}
