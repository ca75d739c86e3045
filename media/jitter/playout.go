package jitter

import (
	"time"

	"hotline/media"
)

const (
	patience = faded    // made up while playing; then wait for a new beginning
	tooDeep  = 400 * ms // over the target: skip
	slack    = 15 * ms  // over the target: leave it
	short    = 8 * ms   // under the target: leave it
)

// Get fills pcm with the frame for the tick at the given time, and says what is
// in it. Ticks must not go back in time.
func (b *Buffer) Get(at time.Duration, pcm *[media.FrameSize]int16) Kind {
	now := samples(at)
	b.quiet = max(0, b.quiet-1)
	b.takeNoise()
	if !b.playing {
		b.begin(now)
	}
	kind := Audio
	if b.playing {
		b.adjust(now)
		if n := b.fill(media.FrameSize); n > 0 {
			b.concealed += uint64(n)
			kind = Concealed
		}
	}
	if n := media.FrameSize - b.pcm.len(); n > 0 { // nothing to play
		kind = Silent
		if b.noise > 0 {
			kind = Noise
		}
		b.pcm.conceal(n)
		b.addNoise(n)
	}
	b.pcm.read(pcm[:])
	return kind
}

// begin starts to play once the first packet in the queue is due.
func (b *Buffer) begin(now int64) {
	s := b.queue.head()
	if s == nil || now-s.pos-b.delay.base < b.delay.target {
		return
	}
	b.playing, b.end, b.endSeq, b.credit, b.noise = true, s.pos, s.seq-1, 0, 0
	b.over, b.rest = 0, 0
}

// takeNoise consumes comfort noise at the head of the queue, unless audio is
// still playing.
func (b *Buffer) takeNoise() {
	for s := b.queue.head(); s != nil && s.dec == nil && !b.playing; s = b.queue.head() {
		b.setNoise(s)
		b.queue.pop()
	}
}

// fill decodes until there are n samples, makes up what is missing, and returns
// how much. When there is no more to expect it stops playing.
func (b *Buffer) fill(n int) (madeUp int) {
	for b.pcm.len() < n {
		if b.decode() {
			continue
		}
		s := b.queue.head()
		if s != nil && s.dec == nil && s.pos <= b.end {
			b.setNoise(s)
			b.queue.pop()
			b.playing = false
			return madeUp
		}
		want := n - b.pcm.len()
		if s != nil {
			gap := int(min(s.pos-b.end, 1<<30))
			if skip := min(gap, b.credit); skip > 0 {
				b.credit -= skip
				b.end += int64(skip)
				continue
			}
			if !b.seq.missing(b.endSeq, s.seq) { // the sender made a pause
				b.playing = false
				return madeUp
			}
			want = min(want, gap)
			b.end += int64(want)
		} else {
			// Late or lost? Wait without moving on, so that it can still be played.
			b.credit += want
		}
		if b.pcm.made+want > patience || b.quiet > 0 {
			b.playing = false
			return madeUp
		}
		b.pcm.conceal(want)
		madeUp += want
	}
	return madeUp
}

// decode appends the next packet to pcm, if it is there and follows on.
func (b *Buffer) decode() bool {
	for s := b.queue.head(); s != nil && s.dec != nil && s.pos <= b.end; s = b.queue.head() {
		if s.pos+s.length() <= b.end { // skipped over
			b.late++
			b.queue.pop()
			continue
		}
		b.pcm.decode(s.dec, s.payload[:s.size], int(b.end-s.pos))
		b.end, b.endSeq, b.credit = s.pos+s.length(), s.seq, 0
		b.queue.pop()
		return true
	}
	return false
}

// adjust brings the depth nearer to its target.
func (b *Buffer) adjust(now int64) {
	b.depth = now - (b.end - int64(b.pcm.len())) - b.delay.base
	b.rest--
	err := b.depth - b.delay.target
	if err > tooDeep {
		b.pcm.drop()
		b.end, b.over = now-b.delay.base-b.delay.target, 0
		b.depth = b.delay.target
		return
	}
	if err <= slack {
		b.over = 0
	} else if b.over++; err > 4*slack {
		b.over += 50 // a stall is over: do not wait
	}
	switch {
	case b.rest > 0:
	case err < -short && b.ahead(shortest):
		n := b.pcm.insert()
		b.inserted += uint64(n)
		b.rest = 2
	case b.over >= 50 && b.ahead(media.FrameSize+longest+blend):
		n := b.pcm.remove()
		b.removed += uint64(n)
		if b.rest = 5; n == 0 || err > 4*slack {
			b.rest = 2
		}
	}
}

// ahead decodes until there are n samples, making up none, and reports whether
// there are.
func (b *Buffer) ahead(n int) bool {
	for b.pcm.len() < n {
		if !b.decode() {
			return false
		}
	}
	return true
}

// setNoise reads the level of comfort noise: dB under overload (RFC 3389 section
// 3); the spectrum is taken to be flat.
func (b *Buffer) setNoise(s *slot) {
	b.noise, b.endSeq = 0, s.seq
	if s.size > 0 {
		b.noise = amplitudes[s.payload[0]&0x7f]
	}
}

// addNoise puts noise over the last n samples.
func (b *Buffer) addNoise(n int) {
	if b.noise == 0 {
		return
	}
	for i := b.pcm.w - n; i < b.pcm.w; i++ {
		b.rnd = b.rnd*1664525 + 1013904223
		v := int32(b.rnd>>16)%int32(2*b.noise+1) - int32(b.noise)
		b.pcm.buf[i] = clip(int32(b.pcm.buf[i]) + v)
	}
}
