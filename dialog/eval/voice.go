package eval

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hotline/dialog/emotion/voice"
	"hotline/media"
	"hotline/media/resample"
	"hotline/media/wav"
)

// VoiceOptions of RunVoice. The zero value is the default.
type VoiceOptions struct {
	Angry string // the label that is to be found; "" is angry
	Calm  string // the label of a speaker's beginning; "" is neutral, and if none has it, any
	Begin int    // recordings that make a speaker's beginning and are not counted; 0 is 2
}

// Alarm is how one label is found by a score.
type Alarm struct {
	F1          float64 `json:"f1"`
	Found       int     `json:"found"`
	Of          int     `json:"of"`
	FalseAlarms float64 `json:"false_alarms"` // share of the others
	At          float64 `json:"at"`           // the score from which it is an alarm
}

// Other is how RunVoice names every other label.
const Other = "other"

// A clip is a recording of one utterance.
type clip struct{ path, label, speaker string }

// RunVoice measures anger from the voice alone, on recordings of which each is an
// utterance, cut to the band of a telephone. The manifest has rows of path, label and speaker;
// the path is relative to it. With a header line the columns may stand
// anywhere. Every utterance is compared with the same beginning of its
// speaker: nobody's later anger is in it.
func RunVoice(manifest string, o VoiceOptions) (Report, error) {
	o.Angry, o.Calm, o.Begin = cmp.Or(o.Angry, "angry"), cmp.Or(o.Calm, "neutral"), cmp.Or(o.Begin, 2)
	clips, err := readClips(manifest)
	if err != nil {
		return Report{}, err
	}
	if !slices.ContainsFunc(clips, func(c clip) bool { return c.label == o.Calm }) {
		o.Calm = ""
	}
	bases, rest, begun := map[string]*voice.Meter{}, []clip(nil), map[string]int{}
	for _, c := range clips {
		if begun[c.speaker] >= o.Begin || o.Calm != "" && c.label != o.Calm {
			rest = append(rest, c)
			continue
		}
		if bases[c.speaker] == nil {
			bases[c.speaker] = voice.NewMeter()
		}
		begun[c.speaker]++
		if _, err := listen(bases[c.speaker], c.path); err != nil {
			return Report{}, err
		}
	}
	t := &tally{}
	type scored struct {
		anger float64
		angry bool
	}
	var scores []scored
	for _, c := range rest {
		base := bases[c.speaker]
		if base == nil {
			return Report{}, fmt.Errorf("%s: speaker %q has no recording labelled %s to begin with", manifest, c.speaker, o.Calm)
		}
		start := time.Now()
		tone, err := listen(base.Again(), c.path)
		if err != nil {
			return Report{}, err
		}
		t.took += time.Since(start)
		a := answer{want: Other, got: Other, p: 1 - tone.Anger}
		if c.label == o.Angry {
			a.want = o.Angry
		}
		if tone.Anger >= .5 {
			a.got, a.p = o.Angry, tone.Anger
		}
		t.answers = append(t.answers, a)
		scores = append(scores, scored{tone.Anger, c.label == o.Angry})
	}
	r := t.report()
	slices.SortStableFunc(scores, func(a, b scored) int { return cmp.Compare(b.anger, a.anger) })
	tp, fp := 0, 0
	of := r.PerClass[o.Angry].N
	others := max(len(scores)-of, 1)
	for i, s := range scores {
		if s.angry {
			tp++
		} else {
			fp++
		}
		if i+1 < len(scores) && scores[i+1].anger == s.anger {
			continue
		}
		a := Alarm{2 * float64(tp) / float64(tp+fp+of), tp, of, float64(fp) / float64(others), s.anger}
		if s.anger >= .5 {
			shipped := a
			shipped.At = .5
			r.Alarm = &shipped
		}
		if a.FalseAlarms < .05 && (r.Best == nil || a.F1 > r.Best.F1) {
			r.Best = &a
		}
	}
	if r.Alarm == nil {
		r.Alarm = &Alarm{Of: of, At: .5}
	}
	return r, nil
}

// listen writes a recording to m, cut to what a telephone carries, and measures
// it as one utterance.
func listen(m *voice.Meter, path string) (voice.Tone, error) {
	pcm, rate, err := wav.ReadFile(path, time.Minute)
	if err != nil {
		return voice.Tone{}, err
	}
	pcm = resample.All(resample.All(pcm, rate, 8000), 8000, media.SampleRate)
	start := m.Heard()
	at := start
	for len(pcm) > 0 {
		f := media.Frame{At: at}
		pcm = pcm[copy(f.PCM[:], pcm):]
		m.WriteFrame(f)
		at += media.FrameDur
	}
	return m.Utterance(start, at), nil
}

func readClips(manifest string) (out []clip, err error) {
	b, err := os.ReadFile(manifest)
	if err != nil {
		return nil, err
	}
	path, label, speaker, line := 0, 1, 2, 0
	for row := range strings.Lines(string(b)) {
		line++
		c := strings.Split(strings.TrimRight(row, "\r\n"), "\t")
		if line == 1 && slices.Contains(c, "path") {
			path, label, speaker = slices.Index(c, "path"), slices.Index(c, "label"), slices.Index(c, "speaker")
			if label < 0 || speaker < 0 {
				return nil, fmt.Errorf("%s: the header has no column label or speaker", manifest)
			}
			continue
		}
		if len(c) == 1 && c[0] == "" {
			continue
		}
		if max(path, label, speaker) >= len(c) {
			return nil, fmt.Errorf("%s:%d: want path, label, speaker", manifest, line)
		}
		p := c[path]
		if !filepath.IsAbs(p) {
			p = filepath.Join(filepath.Dir(manifest), p)
		}
		out = append(out, clip{p, c[label], c[speaker]})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no rows", manifest)
	}
	return out, nil
}
