package prompt

import (
	"math"

	"hotline/media"
)

// Level is what recordings are brought to: the RMS of the frames that have
// sound in them, 20 dB below full scale.
const Level = 3277

const (
	ahead   = 50      // frames that are read before the first is played: a second
	quiet   = 65.0    // RMS of a frame with no sound in it: 54 dB below full scale
	maxGain = 8.0     // 18 dB, so that a noise floor stays one
	maxPeak = 30000.0 // what no sample exceeds
	slew    = 1.005   // the gain moves by no more than this in a frame: 2 dB a second
)

// A leveler brings frames to Level. It chooses its gain from the frames ahead of
// the one it plays, follows slowly, and lowers it at once for a frame whose peak
// would clip. The gain moves in a line through each frame, so it is never heard
// to step.
type leveler struct {
	queue        []media.Frame
	power        float64 // sum of the mean squares of the frames with sound in them
	sounds       int
	slow, played float64 // gain, as chosen, and at the end of the last frame
}

// write takes a frame and emits one when it has enough of them. It reports
// whether emit wants more.
func (l *leveler) write(f media.Frame, emit func(media.Frame) bool) bool {
	if p := meanSquare(&f); p > quiet*quiet {
		l.power += p
		l.sounds++
	}
	l.queue = append(l.queue, f)
	return len(l.queue) <= ahead || l.next(emit)
}

// drain emits what is left.
func (l *leveler) drain(emit func(media.Frame) bool) bool {
	for len(l.queue) > 0 {
		if !l.next(emit) {
			return false
		}
	}
	return true
}

func (l *leveler) next(emit func(media.Frame) bool) bool {
	want := 1.0
	if l.sounds > 0 {
		want = max(1/maxGain, min(maxGain, Level/math.Sqrt(l.power/float64(l.sounds))))
	}
	if l.slow == 0 {
		l.slow = want
		l.played = min(want, allowed(&l.queue[0]))
	}
	l.slow = max(l.slow/slew, min(l.slow*slew, want))

	f := l.queue[0]
	end := min(l.slow, allowed(&f))
	if len(l.queue) > 1 {
		end = min(end, allowed(&l.queue[1]))
	}
	step := (end - l.played) / media.FrameSize
	for i, v := range f.PCM {
		l.played += step
		f.PCM[i] = int16(math.Round(float64(v) * l.played))
	}
	l.played = end
	l.queue = l.queue[:copy(l.queue, l.queue[1:])]
	return emit(f)
}

// allowed is the most gain that does not clip f.
func allowed(f *media.Frame) float64 {
	peak := 1
	for _, v := range f.PCM {
		peak = max(peak, int(v), -int(v))
	}
	return maxPeak / float64(peak)
}

func meanSquare(f *media.Frame) float64 {
	var sum float64
	for _, v := range f.PCM {
		sum += float64(v) * float64(v)
	}
	return sum / media.FrameSize
}
