package eval

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, rows ...string) string {
	path := filepath.Join(t.TempDir(), "rows.tsv")
	if err := os.WriteFile(path, []byte(strings.Join(rows, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReport(t *testing.T) {
	var y tally
	y.answers = []answer{{"a", "a", .95}, {"a", "b", .55}, {"b", "b", .95}, {"b", "b", .95}}
	r := y.report()
	near := func(name string, got, want float64) {
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	near("accuracy", r.Accuracy, .75)
	near("F1 of a", r.PerClass["a"].F1, 2.0/3)
	near("F1 of b", r.PerClass["b"].F1, .8)
	near("macro-F1", r.MacroF1, (2.0/3+.8)/2)
	near("ECE", r.ECE, (3*.05+.55)/4)
	if r.Confusion["a"]["b"] != 1 || len(r.Confusion) != 1 {
		t.Errorf("confusion %v", r.Confusion)
	}
	var out bytes.Buffer
	r.Print(&out)
	if !strings.Contains(out.String(), "1  a taken for b") {
		t.Errorf("printed %s", &out)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{`"n":4`, `"accuracy":0.75`, `"macro_f1"`, `"per_class":{"a":{"n":2,"precision":1,"recall":0.5`, `"ece"`, `"ms_per_item"`} {
		if !strings.Contains(string(b), key) {
			t.Errorf("no %s in %s", key, b)
		}
	}
}

// TestSamples holds the accuracy on small samples of open corpora: eight to
// twelve utterances an intent to learn, the others to measure.
func TestSamples(t *testing.T) {
	for _, c := range []struct {
		name string
		out  bool
		min  float64
	}{{"callers_en", false, .95}, {"tourists_zh", false, .84}, {"scope_en", true, .93}} {
		r, err := Run(Intent, "testdata/"+c.name+"_train.tsv", "testdata/"+c.name+"_test.tsv", Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d rows, accuracy %.3f, calibration error %.3f, out of scope %+v", c.name, r.N, r.Accuracy, r.ECE, r.OutOfScope)
		if r.Accuracy < c.min {
			t.Errorf("%s: accuracy %.3f is under %.2f", c.name, r.Accuracy, c.min)
		}
		if c.out && (r.OutOfScope == nil || r.OutOfScope.Recall < .5) {
			t.Errorf("%s: out of scope %+v", c.name, r.OutOfScope)
		}
	}
}

func TestTurnAndEmotion(t *testing.T) {
	r, err := Run(Turn, "", write(t, "finished\twhere is my order", "unfinished\tI would like to", "wait\thold on a second"), Options{})
	if err != nil || r.Accuracy != 1 || r.N != 3 {
		t.Errorf("turn: %+v, %v", r, err)
	}
	r, err = Run(Emotion, "", write(t, "angry\tthis is outrageous, I am furious", "neutral\twhere is my order"), Options{})
	if err != nil || r.N != 2 || r.Accuracy == 0 {
		t.Errorf("emotion: %+v, %v", r, err)
	}
}

// TestSlots holds what is read out of utterances that were written without looking
// at the readers. What is wrong with them is not mended.
func TestSlots(t *testing.T) {
	r, err := Run(Slot, "", "testdata/slots.tsv", Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows, accuracy %.3f, %v", r.N, r.Accuracy, r.Confusion)
	if r.Accuracy < .9 {
		t.Errorf("accuracy %.3f", r.Accuracy)
	}
	for _, row := range []string{"date\ttomorrow", "digits=4571\t4571", "colour=red\tred"} {
		if _, err := Run(Slot, "", write(t, row), Options{}); err == nil {
			t.Errorf("%q: no error", row)
		}
	}
}

// The labels choose what of dialog/emotion is measured.
func TestLabelsOfEmotion(t *testing.T) {
	for name, path := range map[string]string{
		"satisfaction": write(t, "satisfied\tthank you, that is great", "dissatisfied\tthis is a disgrace, you are liars", "neutral\twhere is my order"),
		"abuse":        write(t, "offensive\tyou stupid bot, fuck off", "safe\twhere is my order"),
		"feelings":     write(t, "joy\tI love this, it makes me so happy", "sadness\tI am so sad that my dog died", "anger\tI hate this stupid idiot"),
	} {
		if r, err := Run(Emotion, "", path, Options{}); err != nil || r.Accuracy != 1 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	r, err := Run(Emotion, write(t, "joy\tso happy", "joy\tvery happy today", "joy\thappy to hear it", "sadness\tso sad", "sadness\tvery sad today", "sadness\tsad to hear it"), write(t, "joy\tI am happy", "sadness\tI am sad"), Options{})
	if err != nil || r.Accuracy != 1 || r.TrainMs == 0 {
		t.Errorf("trained: %+v, %v", r, err)
	}
}

func TestWrongUse(t *testing.T) {
	good := write(t, "a\tb")
	for _, c := range []struct {
		task        Task
		train, test string
		want        string
	}{
		{"dance", good, "", "no such task"}, {Intent, "", good, "wants --train"}, {Turn, "", "", "wants --train"},
		{Intent, filepath.Join(t.TempDir(), "none"), "", "no such file"}, {Intent, write(t, "a\tb", "no tab"), "", "rows.tsv:2"}, {Intent, write(t, ""), "", "no rows"},
	} {
		if _, err := Run(c.task, c.train, c.test, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
