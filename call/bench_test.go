package call

import (
	"testing"
	"time"

	"hotline"
	"hotline/asr"
	"hotline/dialog"
	"hotline/dialog/emotion/voice"
	"hotline/media"
	"hotline/media/mix"
	"hotline/media/vad"
)

// BenchmarkStep is one turn of a conversation: nine inputs.
func BenchmarkStep(b *testing.B) {
	var m Machine
	m.Step(0, Start{Info: hotline.LegInfo{From: "+100"}})
	m.Step(0, Up{})
	m.Step(0, Answered{Turn: 1})
	at := time.Second
	b.ReportAllocs()
	for b.Loop() {
		m.Step(at, Speech{On: true, At: at})
		m.Step(at+s, Speech{At: at + s, Level: -20})
		m.Step(at+s, Text{Result: asr.Result{Text: "Where is my order?", Final: true, Start: at, End: at + s}})
		m.Step(at+2*s, Fired{EndOfTurn})
		turn := m.bot.turn
		m.Step(at+2*s, Act{turn, dialog.Understood{Intent: "order"}})
		say := dialog.Say{Text: "On its way.", Language: "en"}
		m.Step(at+2*s, Act{turn, say})
		m.Step(at+2*s, Answered{Turn: turn})
		m.Step(at+2*s, Sounding{Play{Turn: turn, Say: say}, at + 2*s})
		m.Step(at+3*s, Played{Play: Play{Turn: turn, Say: say}, Playback: media.Playback{Heard: s, Length: s, Complete: true}})
		at += 4 * s
	}
	if m.bot.floor != Nobody || m.bot.turn < 2 {
		b.Fatalf("floor %d in turn %d", m.bot.floor, m.bot.turn)
	}
}

const s = time.Second

// listening is the path of a frame from a leg's pacer to its recogniser, and
// back from what the party hears.
func listening() (*ears, *mouth, func()) {
	c := &clock{epoch: time.Now()}
	room := mix.New()
	e := newEars(TheCaller, c, room.Join("caller"))
	m := &mouth{others: e.seat}
	done := make(chan struct{})
	go func() {
		e.run(&vad.Energy{}, voice.NewMeter().WriteFrame, func(Speech) {})
		close(e.audio)
	}()
	go func() {
		defer close(done)
		for range e.audio {
		}
	}()
	return e, m, func() {
		close(e.frames)
		<-done
	}
}

func TestListeningDoesNotAllocate(t *testing.T) {
	e, m, stop := listening()
	defer stop()
	f := media.Frame{}
	if n := testing.AllocsPerRun(1000, func() {
		f.At += media.FrameDur
		e.WriteFrame(f)
		m.ReadFrame()
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkListening(b *testing.B) {
	e, m, stop := listening()
	defer stop()
	f := media.Frame{}
	b.ReportAllocs()
	for b.Loop() {
		f.At += media.FrameDur
		e.WriteFrame(f)
		m.ReadFrame()
	}
}
