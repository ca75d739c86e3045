package voice

import (
	"math"
	"testing"
	"time"

	"hotline/media"
)

// speak writes d of a voice with the pitch hz in syllables of 200 ms at level
// dBFS, and returns when it began and ended.
func speak(m *Meter, at *time.Duration, d time.Duration, hz, level float64) (start, end time.Duration) {
	start = *at
	phase := 0.0
	for ; *at < start+d; *at += media.FrameDur {
		f := media.Frame{At: *at}
		for i := range f.PCM {
			t := (*at - start).Seconds() + float64(i)/media.SampleRate
			phase += hz / media.SampleRate
			v := 0.0
			for h := 1.0; h*hz < 3400; h++ {
				if h*hz > 300 { // a telephone has no fundamental
					v += math.Sin(2*math.Pi*h*phase) / h
				}
			}
			f.PCM[i] = int16(32767 * math.Pow(10, level/20) * v * (.05 + .95*math.Pow(math.Sin(math.Pi*t/.2), 2)))
		}
		m.WriteFrame(f)
	}
	return start, *at
}

func TestUtterance(t *testing.T) {
	m := NewMeter()
	var at time.Duration
	first := m.Utterance(speak(m, &at, 3*time.Second, 120, -20))
	if math.Abs(first.Sound.Pitch-120) > 3 || math.Abs(first.Sound.Speed*first.Sound.Speech.Seconds()-15) > 1.5 || first.Sound.Voiced < .9 {
		t.Errorf("15 syllables of 120 Hz are %+v", first.Sound)
	}
	if first.Anger != 0 || first.Louder != 0 || first.Known != 0 {
		t.Errorf("the first utterance has nothing to be compared with: %+v", first)
	}
	m.BotTalks(true)
	loud := m.Utterance(speak(m, &at, 2*time.Second, 120*math.Exp2(3./12), -6))
	if math.Abs(loud.Louder-14) > 1 || math.Abs(loud.Higher-3) > .3 {
		t.Errorf("14 dB louder and 3 semitones higher is %+v", loud)
	}
	if loud.Anger < .5 || loud.Sound.Over < time.Second {
		t.Errorf("14 dB louder, over the bot, is %+v", loud)
	}
	m.BotTalks(false)
	if same := m.Utterance(speak(m, &at, 2*time.Second, 120, -20)); same.Anger > .1 || math.Abs(same.Louder) > 6 {
		t.Errorf("the same voice again is %+v", same)
	}
}

func TestLittle(t *testing.T) {
	m := NewMeter()
	var at time.Duration
	for name, u := range map[string]Tone{
		"nothing":                  m.Utterance(0, time.Second),
		"silence":                  m.Utterance(speak(m, &at, time.Second, 120, -120)),
		"a click":                  m.Utterance(speak(m, &at, 100*time.Millisecond, 120, -10)),
		"the end before the start": m.Utterance(time.Second, 0),
	} {
		if u != (Tone{}) {
			t.Errorf("%s is %+v", name, u)
		}
	}
	if u := m.Utterance(speak(m, &at, 32*time.Second, 400, -20)); u.Sound.Speech > 30*time.Second || math.Abs(u.Sound.Pitch-400) > 8 {
		t.Errorf("of 32 s the last 30 are measured: %+v", u.Sound)
	}
}

func TestFrameAllocatesNothing(t *testing.T) {
	m := NewMeter()
	var at time.Duration
	speak(m, &at, time.Second, 120, -20)
	f := media.Frame{}
	for i := range f.PCM {
		f.PCM[i] = int16(i*331%4000 - 2000)
	}
	if n := testing.AllocsPerRun(100, func() { m.WriteFrame(f) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkWriteFrame(b *testing.B) {
	m := NewMeter()
	var f media.Frame
	for i := range f.PCM {
		t := float64(i) / media.SampleRate
		for h := 1.0; h < 25; h++ {
			f.PCM[i] += int16(3000 / h * math.Sin(2*math.Pi*150*h*t))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		m.WriteFrame(f)
	}
}
