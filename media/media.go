// Package media moves audio. Inside the program there is one format, the Frame;
// codecs, clock rates and packets exist only at the edges.
package media

import (
	"context"
	"time"
)

const (
	SampleRate = 16000
	FrameDur   = 20 * time.Millisecond
	FrameSize  = SampleRate / 50
)

// A Frame is 20 ms of mono 16-bit PCM at SampleRate. It is a value: passing it
// on copies it, so nobody shares or reuses a buffer.
type Frame struct {
	At    time.Duration // media time since the stream began
	Voice Voice         // what a Detector upstream made of it
	PCM   [FrameSize]int16
}

// Voice says whether a frame has speech in it.
type Voice uint8

const (
	Unjudged Voice = iota // no Detector has seen it
	NoVoice
	Voiced
)

// A Detector tells speech from other sound (a VAD). It keeps state between
// frames, one Detector a stream, and is used by one goroutine at a time.
type Detector interface{ Detect(f *Frame) Voice }

// A Sink takes frames. WriteFrame runs on the leg's 20 ms pacer and must not
// block.
type Sink interface{ WriteFrame(Frame) }

// A Source gives the next frame to send. ReadFrame runs on the leg's pacer and
// must not block; false means there is nothing to say and silence is sent.
type Source interface{ ReadFrame() (Frame, bool) }

// A Stream is the two-way audio of one leg.
type Stream interface {
	// Run moves audio until ctx ends or the peer is gone. Once every FrameDur,
	// on one goroutine, it writes a frame to in, concealed or silent if none
	// came, and sends a frame from out: time never stops, whatever the network
	// does. Run returns only after every goroutine it started has returned.
	Run(ctx context.Context, in Sink, out Source) error
}

// SinkFunc lets a function be a Sink.
type SinkFunc func(Frame)

func (f SinkFunc) WriteFrame(fr Frame) { f(fr) }

// Tee writes each frame to every sink in turn.
func Tee(sinks ...Sink) Sink {
	return SinkFunc(func(f Frame) {
		for _, s := range sinks {
			s.WriteFrame(f)
		}
	})
}

// Level reports the mean absolute amplitude of f.
func Level(f Frame) int {
	var n int
	for _, v := range f.PCM {
		if v < 0 {
			v = -v
		}
		n += int(v)
	}
	return n / FrameSize
}
