package phone

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/media"
	"hotline/tts"
)

var zero = time.Unix(1000, 0)

// packets gives wire voiced packets every 20 ms in spans of milliseconds.
func packets(spans ...[2]int) (bs []burst) {
	for _, s := range spans {
		for t := s[0]; t <= s[1]; t += 20 {
			bs = extend(bs, zero.Add(time.Duration(t)*time.Millisecond))
		}
	}
	return bs
}

func TestBursts(t *testing.T) {
	bs := packets([2]int{0, 100}, [2]int{160, 200}, [2]int{300, 300})
	if len(bs) != 2 || bs[0].last.Sub(zero) != 200*time.Millisecond || bs[1].first.Sub(zero) != 300*time.Millisecond {
		t.Errorf("%v", bs)
	}
}

func TestResponse(t *testing.T) {
	for name, c := range map[string]struct {
		sent, received []burst
		want           int // ms; 0 is none
	}{
		"plain":                          {packets([2]int{1000, 2000}), packets([2]int{0, 500}, [2]int{2600, 4000}), 600},
		"after a pause in what we said":  {packets([2]int{1000, 1500}, [2]int{1800, 2000}), packets([2]int{2700, 3000}), 700},
		"nothing yet":                    {packets([2]int{1000, 2000}), packets([2]int{0, 500}), 0},
		"we said nothing":                {nil, packets([2]int{0, 500}), 0},
		"it spoke on over our end":       {packets([2]int{1000, 2000}), packets([2]int{1500, 2600}), 0},
		"it paused for breath":           {packets([2]int{1000, 2000}), packets([2]int{1500, 1960}, [2]int{2060, 2600}), 0},
		"it stopped for us and answered": {packets([2]int{1000, 2000}), packets([2]int{0, 1220}, [2]int{2480, 2600}), 480},
	} {
		got, ok := response(c.sent, c.received)
		if ok != (c.want > 0) || got != time.Duration(c.want)*time.Millisecond {
			t.Errorf("%s: %v %v, want %d ms", name, got, ok, c.want)
		}
	}
}

func TestBargeIn(t *testing.T) {
	for name, c := range map[string]struct {
		sent, received []burst
		from, now      int
		want           int // ms; -1 is none
	}{
		"it stops":                 {packets([2]int{1000, 2000}), packets([2]int{0, 1240}), 980, 2000, 240},
		"it stops and answers":     {packets([2]int{1000, 2000}), packets([2]int{0, 1240}, [2]int{1700, 2400}), 980, 2000, 240},
		"a breath is no stop":      {packets([2]int{1000, 2000}), packets([2]int{0, 1100}, [2]int{1300, 1500}), 980, 2000, 500},
		"it may only be breathing": {packets([2]int{1000, 2000}), packets([2]int{0, 1700}), 980, 2000, -1},
		"it goes on":               {packets([2]int{1000, 2000}), packets([2]int{0, 2000}), 980, 2000, -1},
		"it was silent":            {packets([2]int{1000, 2000}), packets([2]int{0, 500}), 980, 2000, -1},
		"we said nothing":          {packets([2]int{0, 500}), packets([2]int{0, 1240}), 980, 2000, -1},
		"not what we said before":  {packets([2]int{0, 200}, [2]int{1000, 1500}), packets([2]int{0, 1240}), 980, 2000, 240},
	} {
		at := func(n int) time.Time { return zero.Add(time.Duration(n) * time.Millisecond) }
		got, ok := bargeIn(c.sent, c.received, at(c.from), at(c.now))
		if ok != (c.want >= 0) || ok && got != time.Duration(c.want)*time.Millisecond {
			t.Errorf("%s: %v %v, want %d ms", name, got, ok, c.want)
		}
	}
}

// hear runs frames through an ear: 'x' is 100 ms of sound, '.' of silence, '?'
// the moment from which an answer is expected, '*' a click of one frame.
func hear(e *ear, line string) {
	write := func(n int, v int16) {
		for range n {
			var f media.Frame
			for i := range f.PCM {
				f.PCM[i] = v
			}
			e.WriteFrame(f)
		}
	}
	for _, c := range line {
		switch c {
		case 'x':
			write(5, 1000)
		case '.':
			write(5, 10)
		case '*':
			write(1, 1000)
		case '?':
			e.expect()
		}
	}
}

func TestEar(t *testing.T) {
	type span [3]int // start, end, response in ms
	for line, want := range map[string][]span{
		"..xxxx........":           {{200, 600, 0}},
		"..xx..xx.........":        {{200, 800, 0}}, // a pause is not an end
		"..*..*.........":          nil,             // clicks are not speech
		"xxx.........?...xx......": {{0, 300, 0}, {1500, 1700, 444}},
		// It is interrupted, falls silent and answers before it seemed to have ended.
		"xxxxx?....xx........": {{0, 500, 0}, {900, 1100, 444}},
		"..xxxx":               {{200, 600, 0}}, // cut off by the end of the call
	} {
		var got []span
		e := &ear{response: func() (time.Duration, bool) { return 444 * time.Millisecond, true }}
		e.spoke = func(s speech) {
			got = append(got, span{int(s.start.Milliseconds()), int(s.end.Milliseconds()), int(s.response.Milliseconds())})
		}
		hear(e, line)
		e.finish()
		if len(got) != len(want) {
			t.Errorf("%s: %v, want %v", line, got, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: %v, want %v", line, got, want)
			}
		}
	}
}

func TestEarAllocs(t *testing.T) {
	e := &ear{spoke: func(speech) {}}
	f := media.Frame{}
	if n := testing.AllocsPerRun(100, func() { e.WriteFrame(f) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func TestSpread(t *testing.T) {
	var v []Millis
	for i := range 200 {
		v = append(v, Millis(200-i))
	}
	if got, want := summarize(v), (Spread{N: 200, P50: 100, P95: 190, P99: 198, Max: 200}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := summarize([]Millis{7}); got != (Spread{1, 7, 7, 7, 7}) {
		t.Errorf("%+v", got)
	}
	if got := summarize(nil); got != (Spread{}) {
		t.Errorf("%+v", got)
	}
}

func TestJSON(t *testing.T) {
	b, err := json.Marshal(Observation{Kind: Heard, At: 1000, Start: 200, End: 900, Response: 581.2345})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"kind":"heard"`, `"at_ms":1000`, `"start_ms":200`, `"response_ms":581.2`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s lacks %s", b, want)
		}
	}
	if got, want := (Observation{Kind: Heard, At: 4210, Start: 3020, End: 4210, Response: 580}).String(), "   4.21  them  3.02 to 4.21, answered in 0.58 s"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestConversation(t *testing.T) {
	got := Conversation(Say{Text: "a"}, Interrupt{What: Say{Text: "b"}}, Pause{For: 1}, Keys{"1"})
	want := Script{Speech{}, Quiet{}, Say{Text: "a"}, Speech{}, Interrupt{What: Say{Text: "b"}}, Speech{}, Quiet{},
		Pause{For: 1}, Keys{"1"}, Speech{}, Quiet{}, Hangup{}}
	if !slices.Equal(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
}

func TestListenFor(t *testing.T) {
	for uri, want := range map[string]string{
		"sip:shop@127.0.0.1:5060":             "udp://127.0.0.1:0",
		"sip:127.0.0.1":                       "udp://127.0.0.1:0",
		"sip:shop@localhost;transport=TCP":    "tcp://127.0.0.1:0",
		"sip:shop@[::1]:5060":                 "udp://[::1]:0",
		"sip:shop@[2001:db8::1]:5060":         "udp://[::]:0",
		"sip:1@10.0.0.5:5070;transport=tcp":   "tcp://0.0.0.0:0",
		"sip:shop@pbx.example.com;user=phone": "udp://0.0.0.0:0",
		"tel:+861012345678":                   "udp://0.0.0.0:0",
	} {
		if got := ListenFor(uri); got != want {
			t.Errorf("%s: %s, want %s", uri, got, want)
		}
	}
}

// speaker says as many frames as its text has bytes, and notes who asked.
type speaker map[string]tts.Voice

func (s speaker) Synthesize(_ context.Context, text string, v tts.Voice) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		s[text] = v
		if text == "fail" {
			yield(media.Frame{}, errors.New("no such voice"))
			return
		}
		for range len(text) {
			if !yield(media.Frame{}, nil) {
				return
			}
		}
	}
}

func TestPrepare(t *testing.T) {
	s, en, zh := speaker{}, tts.Voice{Language: "en"}, tts.Voice{Language: "zh"}
	a, err := prepare(t.Context(), Script{Say{Text: "hello"}, Interrupt{What: Say{Text: "ni hao", Voice: zh}}, Say{Text: "bye"}}, s, en)
	if err != nil || len(a) != 3 || len(a[Say{Text: "hello"}]) != 5 || len(a[Say{Text: "ni hao", Voice: zh}]) != 6 {
		t.Errorf("%d things to say, %v", len(a), err)
	}
	if want := (speaker{"hello": en, "ni hao": zh, "bye": en}); !maps.Equal(s, want) {
		t.Errorf("asked for %v, want %v", s, want)
	}
	for text, want := range map[string]string{"fail": "no such voice", "": "no audio"} {
		if _, err := prepare(t.Context(), Script{Say{Text: text}}, s, en); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
