// Package jitter turns packets that come when they like into a frame every 20
// ms.
//
// A Buffer holds back audio for as long as the network has lately been late,
// and no longer. Packets go in with Put as they arrive; Get takes one frame out
// for each tick of the pacer, whatever came. What is missing is concealed by
// repeating the last pitch period, fading to silence within 60 ms. When
// the network gets worse the buffer deepens at once, by repeating a pitch period;
// when it gets better it becomes shallow again slowly, by leaving one out.
// Silence that the sender did not send (discontinuous transmission) keeps its
// length, and lets the depth change unheard.
//
// A Buffer is pure: it starts no goroutine, reads no clock, never blocks and
// does not allocate. Its memory is bounded: a flood pushes out the oldest
// packets. It is used by one goroutine at a time.
package jitter

import (
	"math"
	"time"

	"hotline/media"
)

// A Decoder turns a payload into PCM at media.SampleRate, appended to dst: two
// samples for each tick of the RTP clock. codec.Decoder is one.
type Decoder interface {
	Decode(dst []int16, payload []byte) []int16
}

const (
	// ClockRate is that of the RTP timestamps.
	ClockRate = 8000
	// MaxPayload is the longest payload that is kept: 120 ms at 64 kbit/s.
	MaxPayload = 960

	perTick = media.SampleRate / ClockRate // samples in a tick
	ms      = media.SampleRate / 1000      // samples in a millisecond
)

// A Packet is one RTP packet of audio, or of comfort noise (RFC 3389).
type Packet struct {
	Seq       uint16
	Timestamp uint32
	Payload   []byte  // copied by Put
	Decoder   Decoder // that of the packet's stream; nil for comfort noise
}

// Kind says what a frame is made of.
type Kind uint8

const (
	Silent    Kind = iota // nothing came, nothing was expected
	Noise                 // comfort noise
	Concealed             // in part or whole made up
	Audio                 // as it came
)

// Stats counts what happened to packets since New.
type Stats struct {
	Received  uint64 // Put, duplicates included
	Lost      uint64 // sequence numbers that never came
	Late      uint64 // came after their time, or when it had to be skipped
	Reordered uint64 // came out of order, but in time
	Duplicate uint64
	Concealed uint64        // made-up audio, in frames
	Inserted  uint64        // samples added to deepen the buffer
	Removed   uint64        // samples left out to make it shallow
	Restarts  uint64        // jumps of sequence numbers or timestamps
	Jitter    time.Duration // interarrival jitter (RFC 3550 section 6.4.1)
	Depth     time.Duration // what the buffer adds to the fastest packet's delay, now
	Target    time.Duration // what it should add
}

// A Buffer is the playout of one received stream. Positions in the stream are
// samples: unwrapped timestamps times perTick.
type Buffer struct {
	seq   sequence
	delay delay
	queue queue
	pcm   pcm

	started bool   // a packet came
	lastTS  uint32 // the newest timestamp, wrapped and not
	lastPos int64
	prev    int64   // transit time of the last packet, for the RFC's jitter
	jitter  float64 // in samples

	playing bool   // else: waiting for a packet whose time has come
	end     int64  // position behind the last sample in pcm
	endSeq  int64  // sequence number of the packet it came from
	credit  int    // samples made up while waiting for a late packet, without moving on
	noise   int    // amplitude of comfort noise, 0 for none
	over    int    // frames in a row that the buffer was too deep
	rest    int    // frames until the next change of depth
	depth   int64  // at the last Get
	quiet   int    // frames to come in which a gap is the keypad's doing
	rnd     uint32 // of the noise

	late, concealed, inserted, removed, restarts uint64
}

// New returns an empty Buffer.
func New() *Buffer {
	b := &Buffer{rnd: 1}
	b.queue.init()
	b.pcm.init()
	b.delay.init()
	return b
}

// samples converts a time of arrival or of a tick; both count from the same
// moment.
func samples(at time.Duration) int64 { return int64(at) * media.SampleRate / int64(time.Second) }

// Put takes a packet that arrived at the given time.
func (b *Buffer) Put(at time.Duration, p Packet) {
	fate := b.seq.next(p.Seq)
	switch fate {
	case duplicate, stray:
		return
	case restart:
		b.restart()
	}
	if len(p.Payload) > MaxPayload || p.Decoder != nil && len(p.Payload) == 0 {
		return
	}
	if !b.started {
		b.started = true
		b.lastTS, b.lastPos = p.Timestamp, 0
		b.prev = samples(at)
		b.delay.rebase(samples(at))
	}
	pos := b.lastPos + perTick*int64(int32(p.Timestamp-b.lastTS))
	transit := samples(at) - pos
	if away := transit - b.delay.base; away > 2000*ms || away < -2000*ms {
		// The sender's clock jumped. What is queued belongs to the old time.
		b.restart()
		b.started = true
		b.prev = transit
		b.delay.rebase(transit)
	}
	if fate != reordered {
		b.lastTS, b.lastPos = p.Timestamp, pos
	}
	b.jitter += (math.Abs(float64(transit-b.prev)) - b.jitter) / 16
	b.prev = transit

	late := pos+int64(len(p.Payload)*perTick) <= b.end && p.Decoder != nil
	b.delay.observe(transit, late)
	if late {
		b.late++
		return
	}
	if fate == reordered {
		b.seq.reordered++
	}
	if !b.queue.put(b.seq.extend(p.Seq), pos, p) {
		b.late++
	}
}

// Note tells of a packet that took a sequence number of the stream but has no
// audio (RFC 4733): it is not lost, and while such packets come, there is nothing to
// conceal.
func (b *Buffer) Note(seq uint16) {
	if b.seq.next(seq) == restart {
		b.restart()
	}
	b.quiet = 4
}

// Reset forgets the stream, as for a new SSRC, but not what it has counted nor
// what it has learnt about the network.
func (b *Buffer) Reset() {
	b.seq.reset()
	b.restart()
}

func (b *Buffer) restart() {
	if b.started {
		b.restarts++
	}
	b.queue.clear()
	b.started, b.playing, b.credit, b.noise = false, false, 0, 0
	b.end = math.MinInt64
}

// Stats may be called between other calls.
func (b *Buffer) Stats() Stats {
	d := func(n int64) time.Duration { return time.Duration(n) * time.Second / media.SampleRate }
	return Stats{
		Received: b.seq.received, Lost: b.seq.lost(), Late: b.late, Reordered: b.seq.reordered, Duplicate: b.seq.duplicates,
		Concealed: (b.concealed + media.FrameSize/2) / media.FrameSize, Inserted: b.inserted, Removed: b.removed, Restarts: b.restarts,
		Jitter: d(int64(b.jitter)), Depth: d(b.depth), Target: d(b.delay.target),
	}
}

// Highest is the extended highest sequence number received (RFC 3550 section 6.4.1).
func (b *Buffer) Highest() uint32 { return uint32(b.seq.high) }
