package phone

import (
	"bytes"
	"context"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline"
	"hotline/media"
	"hotline/media/mediatest"
	"hotline/media/rtp"
	"hotline/media/wav"
	"hotline/sip"
)

func newPhone(t *testing.T, c Config) *Phone {
	t.Helper()
	p, err := New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// answering is a Phone that does s when it is called, and where its reports go.
func answering(t *testing.T, a Answer) (*Phone, <-chan *Report) {
	t.Helper()
	done := make(chan *Report, 4)
	a.Done = func(r *Report) { done <- r }
	return newPhone(t, Config{Name: "agent-1", Answer: &a}), done
}

// next is the report of the next call, which comes soon or never.
func next(t *testing.T, done <-chan *Report) *Report {
	t.Helper()
	select {
	case r := <-done:
		return r
	case <-ctx(t).Done():
		t.Fatal("the one who was called does not say how it went")
		return nil
	}
}

// sound is a WAV of a tone, or of silence for 0 Hz.
func sound(t *testing.T, hz float64, d time.Duration) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sound.wav")
	pcm := make([]int16, int(d.Seconds()*8000))
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*hz*float64(i)/8000))
	}
	if err := wav.WriteFile(path, 8000, 1, pcm); err != nil {
		t.Fatal(err)
	}
	return path
}

func ctx(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// TestTwoPhones lets two phones do everything to each other: a tone each way,
// keys, hold, and a recording on both sides.
func TestTwoPhones(t *testing.T) {
	t.Parallel()
	mine, theirs := filepath.Join(t.TempDir(), "mine.wav"), filepath.Join(t.TempDir(), "theirs.wav")
	agent, done := answering(t, Answer{After: 50 * time.Millisecond, Options: Options{Record: theirs},
		Script: Script{Tone{Hz: 1000}, ExpectTone{Hz: 440}, ExpectKeys{Keys: "12#"}, Listen{}}})
	caller := newPhone(t, Config{Name: "alice"})
	var live bytes.Buffer
	r, err := caller.Call(ctx(t), agent.URI(), Script{Tone{Hz: 440}, ExpectTone{Hz: 1000}, Keys{"12#"},
		Hold{}, Pause{100 * time.Millisecond}, Resume{}, ExpectTone{Hz: 1000}, Hangup{}}, Options{Record: mine, Observe: Live(&live)})
	if err != nil {
		t.Fatalf("%v\n%s", err, &live)
	}
	if r.Ended != HungUp || r.Answer < 50 || r.Answer > 2000 || r.Media.Received == 0 {
		t.Errorf("caller: %s, answered after %.0f ms, %+v", r.Ended, r.Answer, r.Media)
	}
	for _, kind := range []string{Ringing, Answered, ToneHeard, Pressed, Held, Resumed, Ended} {
		if !r.Saw(kind) || !strings.Contains(live.String(), kind) && kind != ToneHeard && kind != Pressed {
			t.Errorf("the caller did not see %q:\n%s", kind, &live)
		}
	}
	a := next(t, done)
	if a.Err != nil || a.Ended != FarEnd || a.From != "alice" || a.Keys != "12#" || !a.Saw(Held) || !a.Saw(Resumed) || !a.Saw(Left) {
		t.Errorf("agent: %+v", a)
	}
	for path, hz := range map[string][2]float64{mine: {440, 1000}, theirs: {1000, 440}} {
		left, right := channels(t, path)
		for i, pcm := range [][]int16{left, right} {
			if got := mediatest.Hear(pcm[4000:8000]); math.Abs(got.Hz-hz[i]) > 2 {
				t.Errorf("%s, channel %d: %v, want %g Hz", filepath.Base(path), i, got, hz[i])
			}
		}
	}
}

func channels(t *testing.T, path string) (left, right []int16) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := wav.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, 2*media.FrameSize)
	for {
		n, err := f.Read(pcm)
		for i := 0; i < n; i += 2 {
			left, right = append(left, pcm[i]), append(right, pcm[i+1])
		}
		if err != nil {
			break
		}
	}
	if len(left) < 8000 {
		t.Fatalf("%s: %d samples", path, len(left))
	}
	return left, right
}

// TestMeasures calls a phone that speaks until it hears something, waits for
// the end of that, and answers a known while later.
func TestMeasures(t *testing.T) {
	t.Parallel()
	const think = 600 * time.Millisecond
	bot, done := answering(t, Answer{Script: Script{Tone{Hz: 300}, Speech{}, Play{sound(t, 0, 20*time.Millisecond)},
		Quiet{For: think}, Play{sound(t, 500, time.Second)}, Listen{}}})
	caller := newPhone(t, Config{})
	r, err := caller.Call(ctx(t), bot.URI(), Script{
		Interrupt{After: 500 * time.Millisecond, What: Play{sound(t, 700, time.Second)}}, Speech{}, Quiet{}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if a := next(t, done); a.Err != nil {
		t.Error(a.Err)
	}
	// The far end notices after its jitter buffer and three frames; its silence
	// is as long as it says, give or take the same.
	if len(r.BargeIns) != 1 || r.BargeIns[0] < 40 || r.BargeIns[0] > 700 {
		t.Errorf("barge-in %v", r.BargeIns)
	}
	if len(r.Responses) != 1 || r.Responses[0] < ms(think) || r.Responses[0] > ms(think)+600 {
		t.Errorf("response %v", r.Responses)
	}
	var heard []Observation
	for _, o := range r.Observations {
		if o.Kind == Heard {
			heard = append(heard, o)
		}
	}
	if len(heard) != 2 || heard[0].Response != 0 || heard[1].End-heard[1].Start < 900 || heard[1].End-heard[1].Start > 1200 {
		t.Errorf("heard %v", heard)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for code, a := range map[string]Answer{
		hotline.EBusy:     {After: 20 * time.Millisecond, Refuse: hotline.EBusy},
		hotline.EDeclined: {After: 20 * time.Millisecond, Refuse: hotline.EDeclined},
		hotline.ENoAnswer: {Never: true},
	} {
		agent, done := answering(t, a)
		r, err := newPhone(t, Config{}).Call(ctx(t), agent.URI(), nil, Options{Ring: 300 * time.Millisecond})
		if hotline.ErrorCode(err) != code || r.Ended != Unanswered || r.Err != err || !r.Saw(Ringing) {
			t.Errorf("%s: %v, %s", code, err, r.Ended)
		}
		want := Refused
		if a.Never {
			want = Cancelled
		}
		if got := next(t, done); got.Ended != want || got.Err != nil {
			t.Errorf("%s: the agent's side %s, %v", code, got.Ended, got.Err)
		}
	}
	nobody := newPhone(t, Config{Name: "nobody"})
	if _, err := newPhone(t, Config{}).Call(ctx(t), nobody.URI(), nil, Options{}); hotline.ErrorCode(err) != hotline.EDeclined {
		t.Errorf("a phone that answers nobody: %v", err)
	}
}

// TestOneLine calls a phone that is in a call, and with one.
func TestOneLine(t *testing.T) {
	t.Parallel()
	agent, done := answering(t, Answer{Script: Script{Listen{}}})
	first, second := newPhone(t, Config{}), newPhone(t, Config{})
	ctx, cancel := context.WithCancel(ctx(t))
	var called, calling error
	_, err := first.Call(ctx, agent.URI(), Script{Listen{}}, Options{Observe: func(o Observation) {
		if o.Kind == Answered {
			_, called = second.Call(ctx, agent.URI(), nil, Options{})
			_, calling = first.Call(ctx, agent.URI(), nil, Options{})
			cancel()
		}
	}})
	if err != context.Canceled || hotline.ErrorCode(called) != hotline.EBusy || hotline.ErrorCode(calling) != hotline.EBusy {
		t.Errorf("%v; the one called: %v, the one calling: %v", err, called, calling)
	}
	if a := next(t, done); a.Ended != Refused || a.Err != nil { // the second, while the first is on
		t.Errorf("the second call: %s, %v", a.Ended, a.Err)
	}
}

func TestFarEndLeaves(t *testing.T) {
	t.Parallel()
	agent, _ := answering(t, Answer{Script: Script{Pause{100 * time.Millisecond}}})
	caller := newPhone(t, Config{})
	r, err := caller.Call(ctx(t), agent.URI(), Script{Speech{}, Quiet{}, Hangup{}}, Options{})
	if err != nil || r.Ended != FarEnd {
		t.Errorf("while we listened: %s, %v", r.Ended, err)
	}
	r, err = caller.Call(ctx(t), agent.URI(), Script{Speech{}, Keys{"1"}}, Options{})
	if err == nil || r.Ended != FarEnd || !strings.Contains(r.Error, "before phone.Speech") && !strings.Contains(r.Error, "before phone.Keys") {
		t.Errorf("with keys left to press: %s, %v", r.Ended, err)
	}
}

func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	agent, done := answering(t, Answer{Script: Script{Listen{}}})
	caller := newPhone(t, Config{})
	for _, st := range []Step{Speech{Within: 50 * time.Millisecond}, ExpectTone{Hz: 440, Within: 50 * time.Millisecond},
		ExpectKeys{Keys: "1", Within: 50 * time.Millisecond}, Listen{Within: 50 * time.Millisecond}} {
		r, err := caller.Call(ctx(t), agent.URI(), Script{st}, Options{})
		if hotline.ErrorCode(err) != hotline.ENoAnswer || r.Ended != Failed {
			t.Errorf("%T: %s, %v", st, r.Ended, err)
		}
		if a := next(t, done); a.Ended != FarEnd { // the call was hung up nevertheless
			t.Errorf("%T: the agent's side %s", st, a.Ended)
		}
	}
}

func TestVanish(t *testing.T) {
	t.Parallel()
	agent, done := answering(t, Answer{Script: Script{ExpectTone{Hz: 440}, Quiet{For: 300 * time.Millisecond}}})
	r, err := newPhone(t, Config{}).Call(ctx(t), agent.URI(), Script{Tone{Hz: 440, For: 600 * time.Millisecond}, Vanish{}}, Options{})
	if err != nil || r.Ended != GaveUpOn {
		t.Errorf("%s, %v", r.Ended, err)
	}
	if a := next(t, done); a.Err != nil || a.Ended != HungUp {
		t.Errorf("the agent's side %s, %v", a.Ended, a.Err)
	}
}

// TestContextEnds hangs up when nobody wants the call any more.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	agent, done := answering(t, Answer{Script: Script{Listen{}}})
	ctx, cancel := context.WithCancel(ctx(t))
	r, err := newPhone(t, Config{}).Call(ctx, agent.URI(), Script{Listen{}},
		Options{Observe: func(o Observation) {
			if o.Kind == Answered {
				cancel()
			}
		}})
	if err != context.Canceled || r.Ended != Closed {
		t.Errorf("%s, %v", r.Ended, err)
	}
	if a := next(t, done); a.Ended != FarEnd {
		t.Errorf("the agent's side %s", a.Ended)
	}
}

func TestNothingToSpeakWith(t *testing.T) {
	t.Parallel()
	p := newPhone(t, Config{})
	for _, s := range []Script{{Say{Text: "hello"}}, {Play{Path: "none.wav"}}, {Interrupt{}}} {
		if r, err := p.Call(ctx(t), "sip:x@127.0.0.1:1", s, Options{}); hotline.ErrorCode(err) != hotline.EInvalid || r.Ended != Failed {
			t.Errorf("%v: %v", s, err)
		}
	}
}

// echo is what some hear of themselves, half a second later, from a server of
// many lines.
func echo(t *testing.T, most int) (uri string) {
	t.Helper()
	s, err := sip.Listen(sip.Config{Listen: []string{"udp://127.0.0.1:0"}, Ports: rtp.NewPorts(29000, 29200, time.Second),
		Trunks: []sip.Trunk{{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}}, Max: most})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- s.Serve(ctx, func(ctx context.Context, l *sip.Leg) {
			stream, err := l.Answer(ctx)
			if err != nil {
				return
			}
			late := make(chan media.Frame, 25)
			for range cap(late) {
				late <- media.Frame{}
			}
			_ = stream.Run(ctx, media.SinkFunc(func(f media.Frame) {
				select {
				case late <- f:
				default:
				}
			}), source(func() (media.Frame, bool) { return <-late, true }))
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return strings.Replace(s.Addrs()[0], "udp://", "sip:echo@", 1)
}

type source func() (media.Frame, bool)

func (s source) ReadFrame() (media.Frame, bool) { return s() }

func TestLoad(t *testing.T) {
	t.Parallel()
	progress := 0
	r, err := Load(ctx(t), LoadConfig{URI: echo(t, 4), Count: 6, Rate: 20,
		Scripts:  []Script{{Play{sound(t, 500, 300*time.Millisecond)}, Speech{}, Quiet{}}},
		Progress: func(done, failed, active int) { progress = done }})
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if r.Calls != 6 || r.OK != 4 || r.Failed != 2 || progress != 6 || r.Most < 4 || len(r.Failures) != 1 {
		t.Errorf("%+v", r)
	}
	if r.Answer.N != 4 || r.Answer.Max > 2000 || r.Response.N != 4 || r.Response.P50 < 150 || r.Response.P50 > 700 {
		t.Errorf("answer %+v, response %+v", r.Answer, r.Response)
	}
	for _, want := range []string{"4 ok, 2 failed", "unavailable: 503", "answer", "response"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, &text)
		}
	}
}

// TestLoadOneWay counts calls in which no voice comes back as failed.
func TestLoadOneWay(t *testing.T) {
	t.Parallel()
	agent, _ := answering(t, Answer{Script: Script{Listen{}}})
	r, err := Load(ctx(t), LoadConfig{URI: agent.URI(), Count: 1, Scripts: []Script{{Play{sound(t, 500, 300*time.Millisecond)}}}})
	if err != nil || r.OK != 0 || r.Failures["no voice was received"] != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}
