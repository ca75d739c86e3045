// Package vad tells speech from other sound.
//
// Two detectors implement media.Detector. Energy is a gate with an adaptive
// noise floor: a microsecond a frame, good in a quiet room, and no judge of what
// a sound is. Silero is a small neural network behind such a gate: it runs only
// while the gate is open, so a silent call costs next to nothing, and it can
// tell a voice from a door. A key (DTMF) is never speech to either.
//
// Verdicts are raw: they follow the sound within about 50 ms both ways and carry
// no hang-over. Edges turns them into the start and stop of speech; how long a
// pause ends a turn, or how long a burst interrupts the bot, is for the rules of
// the call to say.
//
// A Detector belongs to one stream and one goroutine. Nothing here starts a
// goroutine, and Detect does not allocate.
package vad

import (
	"time"

	"hotline/media"
)

// Defaults of Edges, in speech and in silence before an edge is believed.
const (
	DefaultStart = 60 * time.Millisecond
	DefaultStop  = 80 * time.Millisecond
)

// Edges finds where speech starts and stops in judged frames: short dropouts and
// clicks are neither.
type Edges struct {
	Start time.Duration // of voice before a start is believed; 0 is DefaultStart
	Stop  time.Duration // of no voice before a stop is; 0 is DefaultStop

	speaking bool
	run      time.Duration // of frames that say otherwise
	since    time.Duration // where that run began
}

// An Edge is a start or a stop of speech. At is where the speech really started
// or stopped, earlier than the frame that made it certain.
type Edge struct {
	Speaking bool
	At       time.Duration
}

// Next takes the next frame and reports the edge it makes certain, if any. A
// frame that nobody judged counts as silence.
func (e *Edges) Next(f *media.Frame) (Edge, bool) {
	if (f.Voice == media.Voiced) == e.speaking {
		e.run = 0
		return Edge{}, false
	}
	if e.run == 0 {
		e.since = f.At
	}
	e.run += media.FrameDur
	need := orDefault(e.Start, DefaultStart)
	if e.speaking {
		need = orDefault(e.Stop, DefaultStop)
	}
	if e.run < need {
		return Edge{}, false
	}
	e.speaking, e.run = !e.speaking, 0
	return Edge{e.speaking, e.since}, true
}

// Speaking tells whether the last edge was a start.
func (e *Edges) Speaking() bool { return e.speaking }

func orDefault(d, def time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return def
}
