package jitter

import (
	"math"

	"hotline/media"
)

const (
	history  = 40 * ms // played samples that are kept, for their pitch
	shortest = 5 * ms  // pitch period, or piece to insert or leave out
	longest  = 15 * ms //
	blend    = 5 * ms  // over which a cut is faded
	compare  = 15 * ms // that are compared to find the pitch
	steady   = 10 * ms // of repetition before it fades
	faded    = 60 * ms // of repetition, then silence
	soft     = 60      // mean amplitude under which a cut is not heard
	alike    = 0.7     // correlation over which a cut is not heard
)

// pcm is decoded audio: what was played lately, and what is to be played.
type pcm struct {
	buf  [history + media.FrameSize + longest + blend + 2*MaxPayload*perTick]int16
	r, w int // to be played: buf[r:w]

	made  int            // samples made up in a row
	cycle [longest]int16 // what is repeated
	size  int            // of cycle
	step  int32          // from the last sample to the cycle, evened out over its beginning
}

func (p *pcm) init() { p.r, p.w = history, history }

func (p *pcm) len() int { return p.w - p.r }

// drop forgets what is to be played; what is next will be blended in.
func (p *pcm) drop() {
	p.w = p.r
	p.conceal(blend)
	p.w = p.r
}

func (p *pcm) read(dst []int16) { p.r += copy(dst, p.buf[p.r:p.w]) }

// room moves everything down if n samples do not fit behind.
func (p *pcm) room(n int) {
	if p.w+n > len(p.buf) {
		copy(p.buf[:], p.buf[p.r-history:p.w])
		p.r, p.w = history, history+p.w-p.r
	}
}

// decode appends a payload without its first skip samples. Behind made-up audio
// it is blended in.
func (p *pcm) decode(dec Decoder, payload []byte, skip int) {
	p.room(len(payload) * perTick)
	out := dec.Decode(p.buf[p.w:p.w], payload)
	if len(out) != len(payload)*perTick {
		panic("jitter: a decoder must give two samples a tick")
	}
	out = out[:copy(out, out[skip:])]
	if p.made > 0 {
		n := min(blend, len(out))
		for i := range n {
			out[i] = mix(p.next(), out[i], i, n)
		}
		p.made = 0
	}
	p.w += len(out)
}

// conceal appends n samples made of what was before.
func (p *pcm) conceal(n int) {
	p.room(n)
	if p.made == 0 {
		p.findCycle()
	}
	for i := range n {
		p.buf[p.w+i] = p.next()
	}
	p.w += n
}

// next makes up one sample (after ITU-T G.711 appendix I).
func (p *pcm) next() int16 {
	n := p.made
	p.made = min(p.made+1, 1<<20)
	if n >= faded {
		return 0
	}
	v := int32(p.cycle[n%p.size])
	if n < blend {
		v += p.step * int32(blend-n) / blend
	}
	if n > steady {
		v = v * int32(faded-n) / (faded - steady)
	}
	return clip(v)
}

// findCycle takes the last pitch period, and rounds off its end to lead into its
// beginning.
func (p *pcm) findCycle() {
	past := p.buf[p.w-2*longest : p.w]
	now := past[len(past)-compare:]
	size, _ := match(func(lag int) []int16 { return past[len(past)-compare-lag:] }, now, compare)
	p.size = size
	copy(p.cycle[:], past[len(past)-size:])
	n := size / 4
	for i := range n {
		p.cycle[size-n+i] = mix(p.cycle[size-n+i], past[len(past)-size-n+i], i, n)
	}
	p.step = int32(past[len(past)-1]) - int32(past[len(past)-size-1])
}

// insert repeats a piece of what was played last, and returns its length.
func (p *pcm) insert() int {
	p.room(longest)
	ahead := p.buf[p.r:p.w]
	size, _ := match(func(lag int) []int16 { return p.buf[p.r-lag:] }, ahead, min(len(ahead), blend))
	var piece [longest]int16
	copy(piece[:size], p.buf[p.r-size:p.r])
	for n, i := min(blend, len(ahead)), 0; i < n; i++ {
		piece[i] = mix(ahead[i], piece[i], i, n)
	}
	copy(p.buf[p.r+size:], ahead)
	copy(p.buf[p.r:], piece[:size])
	p.w += size
	return size
}

// remove leaves out a piece that is like what follows it, and returns its length;
// 0 if there is none.
func (p *pcm) remove() int {
	ahead := p.buf[p.r:p.w]
	size, like := match(func(lag int) []int16 { return ahead[lag:] }, ahead, blend)
	if like < alike && level(ahead[:longest+blend]) > soft {
		return 0
	}
	for i := range blend {
		ahead[i] = mix(ahead[i], ahead[size+i], i, blend)
	}
	copy(ahead[blend:], ahead[size+blend:])
	p.w -= size
	return size
}

// match finds the lag, shortest to longest, at which at(lag) is most like the
// first n samples of x, and their correlation, at most 1. It looks at every other
// sample and lag first.
func match(at func(lag int) []int16, x []int16, n int) (lag int, like float64) {
	try := func(l, by int) float64 {
		y := at(l)[:n]
		var xy, yy, xx int64
		for i := 0; i < n; i += by {
			a, b := int64(x[i]), int64(y[i])
			xy += a * b
			yy += b * b
			xx += a * a
		}
		if xy <= 0 {
			return 0
		}
		return float64(xy) / math.Sqrt(float64(xx)*float64(yy))
	}
	lag = longest
	for l := shortest; l <= longest; l += 2 {
		if c := try(l, 2); c > like {
			lag, like = l, c
		}
	}
	like = try(lag, 1)
	for _, l := range [2]int{lag - 1, lag + 1} {
		if l < shortest || l > longest {
			continue
		}
		if c := try(l, 1); c > like {
			lag, like = l, c
		}
	}
	return lag, like
}

// mix goes from a to b in n steps; this is step i.
func mix(a, b int16, i, n int) int16 {
	return int16((int32(a)*int32(n-i) + int32(b)*int32(i)) / int32(n))
}

func level(x []int16) int {
	var sum int
	for _, v := range x {
		sum += max(int(v), -int(v))
	}
	return sum / len(x)
}

func clip(v int32) int16 { return int16(min(max(v, math.MinInt16), math.MaxInt16)) }

// amplitudes of even noise for a level in dB under overload.
var amplitudes = func() (t [128]int) {
	for i := range t {
		t[i] = int(math.Round(32767 * math.Sqrt(3) * math.Pow(10, -float64(i)/20)))
		t[i] = min(t[i], 3000) // nobody's comfort is louder
	}
	return t
}()
