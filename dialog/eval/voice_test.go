package eval

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"hotline/media/wav"
)

// record writes 1.5 s of a voice of 140 Hz in syllables of 200 ms.
func record(t *testing.T, dir, name string, level float64) {
	pcm := make([]int16, 24000)
	for i := range pcm {
		at := float64(i) / 16000
		v := 0.0
		for h := 3.0; h < 24; h++ {
			v += math.Sin(2*math.Pi*140*h*at) / h
		}
		pcm[i] = int16(32767 * math.Pow(10, level/20) * v * (.05 + .95*math.Pow(math.Sin(math.Pi*at/.2), 2)))
	}
	if err := wav.WriteFile(filepath.Join(dir, name), 16000, 1, pcm); err != nil {
		t.Fatal(err)
	}
}

func TestVoice(t *testing.T) {
	path := write(t, "path\ttranscript\tlabel\tspeaker",
		"a.wav\t\tneutral\tann", "b.wav\t\tneutral\tann", "c.wav\t\tangry\tann", "d.wav\t\thappy\tann", "e.wav\t\tangry\tann", "f.wav\t\tneutral\tann")
	for name, level := range map[string]float64{"a.wav": -26, "b.wav": -26, "c.wav": -8, "d.wav": -25, "e.wav": -27, "f.wav": -26} {
		record(t, filepath.Dir(path), name, level)
	}
	r, err := RunVoice(path, VoiceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if r.N != 4 || r.Accuracy != .75 || r.PerClass["angry"].Recall != .5 || r.PerClass[Other].Recall != 1 || r.Confusion["angry"][Other] != 1 {
		t.Errorf("of two angry ones, one aloud: %+v", r)
	}
	if r.Alarm == nil || r.Alarm.Found != 1 || r.Alarm.FalseAlarms != 0 || r.Best == nil || r.Best.F1 < r.Alarm.F1 {
		t.Errorf("alarm %+v, at its best %+v", r.Alarm, r.Best)
	}
	var out strings.Builder
	r.Print(&out)
	if !strings.Contains(out.String(), "found 1 of 2") {
		t.Errorf("printed %s", &out)
	}
	for want, rows := range map[string]string{"want path, label": "a.wav\tneutral", "no column": "path\tlabel\nx.wav\tangry", "no recording labelled": "a.wav\tneutral\tann\nc.wav\tangry\tbob", "no rows": ""} {
		bad := write(t, strings.Split(rows, "\n")...)
		record(t, filepath.Dir(bad), "a.wav", -20)
		record(t, filepath.Dir(bad), "c.wav", -20)
		if _, err := RunVoice(bad, VoiceOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", rows, err)
		}
	}
}
