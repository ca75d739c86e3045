package vad

import (
	"math"

	"hotline/media"
)

// Levels in dB re full scale (a square wave of the largest sample is 0 dB).
const (
	quietest   = -62.0 // nothing below it is speech, in whatever quiet
	lowFloor   = -75.0 // where the floor starts and how low it goes
	highFloor  = -30.0 // how high it goes: louder than this is not background
	fallRate   = 0.25  // of the distance, a frame: noise that stops is noticed at once
	riseSilent = 0.03  // of the distance, a frame, while the gate is closed
	riseOpen   = 0.02  // dB a frame (1 dB/s) while it is open: steady noise closes it in the end
)

// Energy is a gate: voice is what is louder than the background. The zero value
// is ready.
type Energy struct {
	Margin float64 // dB above the floor that opens the gate; 0 is 9. It closes 3 dB lower.
	Keys   bool    // let keys through: they are speech

	floor float64
	begun bool
	open  bool
}

// Detect judges f and does not set f.Voice.
func (e *Energy) Detect(f *media.Frame) media.Voice {
	level := decibels(f)
	if !e.begun {
		e.begun, e.floor = true, clamp(level, lowFloor, quietest)
	}
	margin := e.Margin
	if margin == 0 {
		margin = 9
	}
	threshold := max(e.floor+margin, quietest)
	if e.open {
		threshold -= 3
	}
	e.open = level > threshold && (e.Keys || !isKey(f))
	switch {
	case level < e.floor:
		e.floor += (level - e.floor) * fallRate
	case e.open:
		e.floor += riseOpen
	default:
		e.floor += (level - e.floor) * riseSilent
	}
	e.floor = clamp(e.floor, lowFloor, highFloor)
	if e.open {
		return media.Voiced
	}
	return media.NoVoice
}

// decibels is the root mean square level of f.
func decibels(f *media.Frame) float64 {
	var sum int64
	for _, v := range f.PCM {
		sum += int64(v) * int64(v)
	}
	if sum == 0 {
		return lowFloor
	}
	return 10 * math.Log10(float64(sum)/(media.FrameSize*32768*32768))
}

func clamp(v, lo, hi float64) float64 { return min(max(v, lo), hi) }
