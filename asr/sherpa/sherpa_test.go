package sherpa_test

import (
	"testing"

	"hotline/asr"
	"hotline/asr/asrtest"
	"hotline/asr/models"
	"hotline/asr/sherpa"
	"hotline/media"
	"hotline/media/vad"
)

// open loads the default models.
func open(t testing.TB, c sherpa.Config) *sherpa.Engine {
	t.Helper()
	dir := asrtest.Models(t)
	v, err := vad.Load(models.Path(dir, models.Runtime), models.Path(dir, "silero-vad")+"/silero_vad.onnx")
	if err != nil {
		t.Fatal(err)
	}
	c.Runtime, c.Model = models.Path(dir, models.Runtime), models.Path(dir, "moonshine-tiny-en")
	c.Segment.Detector = func() media.Detector { return v.NewDetector() }
	e, err := sherpa.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		e.Close()
		v.Close()
	})
	return e
}

func TestMoonshine(t *testing.T) {
	asrtest.Run(t, open(t, sherpa.Config{}), asrtest.Alike)
}

func TestMoonshineBehindFallback(t *testing.T) {
	asrtest.Run(t, asr.Fallback(nil, asr.Named{Name: "moonshine", Engine: open(t, sherpa.Config{})}), asrtest.Alike)
}
