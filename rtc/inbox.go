package rtc

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/pion/rtp"
	"github.com/thesyncim/gopus"

	"hotline/media"
	"hotline/media/codec"
	"hotline/media/jitter"
	"hotline/media/opus"
)

// inbox is the receiving end: packets in as they come, a frame out for each tick.
//
// The jitter buffer counts in payload bytes of 64 kbit/s codecs. An Opus packet
// is kept here, in a ring by its sequence number, and stands in the
// buffer as a ticket that is as long as such a payload would be. Tickets come back, in order,
// when their audio is due.
type inbox struct {
	buffer    *jitter.Buffer
	ssrc      uint32
	on        bool // ssrc is valid
	discarded uint64
	g711      map[uint8]codec.Decoder // G.722 too; by static payload type
	keys      keysIn

	decoder   *opus.Decoder
	ring      [128]kept               // longer than the buffer's queue
	lastTS    uint32                  // of the newest Opus packet, for unwrapping
	ticks     int64                   // lastTS in 48 kHz, unwrapped
	played    bool                    // an Opus packet was decoded
	last      uint16                  // the newest decoded one
	recovered uint64                  // lost packets played from the copy in the next
	blank     [jitter.MaxPayload]byte // a ticket
}

// kept is an Opus packet.
type kept struct {
	on    bool
	seq   uint16
	at    time.Duration // of arrival
	ticks int64         // unwrapped timestamp, 48 kHz
	size  int
	data  [opus.MaxPacket]byte
}

// copied, in a ticket, is that the audio is the copy in the packet behind it.
const copied = 1

func (b *inbox) init() {
	b.buffer = jitter.New()
	b.g711 = map[uint8]codec.Decoder{}
}

// put takes a packet of the codec name.
func (b *inbox) put(at time.Duration, name string, p *rtp.Packet) {
	if !b.on || p.SSRC != b.ssrc {
		if b.on {
			b.buffer.Reset()
		}
		b.on, b.ssrc, b.played, b.keys = true, p.SSRC, false, keysIn{}
		b.lastTS, b.ticks = p.Timestamp, 1<<32
		for i := range b.ring {
			b.ring[i].on = false
		}
	}
	switch {
	case len(p.Payload) == 0: // padding
		b.buffer.Note(p.SequenceNumber)
	case name == nameOpus:
		b.putOpus(at, p)
	default:
		c, ok := codec.ByName(name, 8000)
		if !ok {
			b.discarded++
			return
		}
		if b.g711[c.PT] == nil {
			b.g711[c.PT] = c.NewDecoder()
		}
		b.buffer.Put(at, jitter.Packet{Seq: p.SequenceNumber, Timestamp: p.Timestamp, Payload: p.Payload, Decoder: b.g711[c.PT]})
	}
}

// note takes a telephone-event packet and reports the key that it begins.
func (b *inbox) note(p *rtp.Packet) (key rune, ok bool) {
	b.buffer.Note(p.SequenceNumber)
	b.took(p.SequenceNumber)
	return b.keys.packet(p.Timestamp, p.Payload)
}

func (b *inbox) putOpus(at time.Duration, p *rtp.Packet) {
	n := opus.Samples(p.Payload)
	if n == 0 {
		b.discarded++
		return
	}
	if b.decoder == nil {
		b.decoder = opus.NewDecoder()
	}
	ticks := b.ticks + int64(int32(p.Timestamp-b.lastTS))
	if ticks > b.ticks {
		b.lastTS, b.ticks = p.Timestamp, ticks
	}
	if b.ringed(p.SequenceNumber) == nil { // else a duplicate, or the original of what was recovered: the buffer counts it
		k := &b.ring[p.SequenceNumber%uint16(len(b.ring))]
		k.on, k.seq, k.at, k.ticks = true, p.SequenceNumber, at, ticks
		k.size = copy(k.data[:], p.Payload)
	}
	b.ticket(at, p.SequenceNumber, ticks, n, 0)
}

// ticket puts a stand-in for n samples into the buffer.
func (b *inbox) ticket(at time.Duration, seq uint16, ticks int64, n int, flag byte) {
	t := &b.blank
	t[0] = flag
	binary.BigEndian.PutUint16(t[1:], seq)
	const perTick = opus.ClockRate / jitter.ClockRate
	b.buffer.Put(at, jitter.Packet{Seq: seq, Timestamp: uint32(ticks / perTick), Decoder: b,
		Payload: t[:n*jitter.ClockRate/media.SampleRate]})
}

// Decode implements jitter.Decoder: it plays a ticket.
func (b *inbox) Decode(dst []int16, t []byte) []int16 {
	seq, n := binary.BigEndian.Uint16(t[1:]), len(t)*media.SampleRate/jitter.ClockRate
	b.played, b.last = true, seq
	from := seq
	if t[0]&copied != 0 {
		from++
	}
	k := &b.ring[from%uint16(len(b.ring))]
	packet := k.data[:k.size]
	switch {
	case !k.on || k.seq != from: // a flood has pushed it out
		return b.decoder.Conceal(dst, n)
	case t[0]&copied != 0:
		return b.decoder.Recover(dst, packet, n)
	case opus.Samples(packet) != n: // two packets with one number
		return b.decoder.Conceal(dst, n)
	}
	return b.decoder.Decode(dst, packet)
}

// get fills pcm with the frame for the tick at the given time.
func (b *inbox) get(at time.Duration, pcm *[media.FrameSize]int16) {
	b.redeem()
	b.buffer.Get(at, pcm)
}

// redeem puts a ticket in for a packet that is due, has not come, and has a copy in
// one that has. Should it come yet, it is too late by a tick at most.
func (b *inbox) redeem() {
	if !b.played || b.ringed(b.last+1) != nil {
		return
	}
	for next := b.last + 2; next != b.last+6; next++ {
		k := b.ringed(next)
		if k == nil {
			continue
		}
		lost := next - 1
		packet := k.data[:k.size]
		n := opus.Samples(packet) // frames keep their length
		if !gopus.PacketHasLBRR(packet) || n > 3*media.FrameSize {
			return
		}
		back := time.Duration(n) * time.Second / media.SampleRate
		b.took(lost)
		b.recovered++
		b.ticket(k.at-back, lost, k.ticks-int64(n*opus.ClockRate/media.SampleRate), n, copied)
		return
	}
}

// took marks a number in the ring as one of which there is no packet to play.
func (b *inbox) took(seq uint16) {
	k := &b.ring[seq%uint16(len(b.ring))]
	k.on, k.seq, k.size = true, seq, 0
}

// ringed finds a packet by its number.
func (b *inbox) ringed(seq uint16) *kept {
	if k := &b.ring[seq%uint16(len(b.ring))]; k.on && k.seq == seq {
		return k
	}
	return nil
}

// stats counts a recovered packet as what it is, a lost one.
func (b *inbox) stats() jitter.Stats {
	s := b.buffer.Stats()
	s.Received -= min(b.recovered, s.Received)
	s.Reordered -= min(b.recovered, s.Reordered)
	s.Lost += b.recovered
	return s
}

const nameOpus = "opus"

// nameOf is the encoding name in a MIME type, "opus" of "audio/opus".
func nameOf(mime string) string {
	_, name, _ := strings.Cut(strings.ToLower(mime), "/")
	return name
}
