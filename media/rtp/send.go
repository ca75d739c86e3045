package rtp

import (
	"math/rand/v2"

	"github.com/pion/rtp"

	"hotline/media"
	"hotline/media/codec"
)

// sender makes the packets of one outgoing stream.
type sender struct {
	header  rtp.Header
	ts      uint32 // of this tick
	codec   codec.Codec
	encoder codec.Encoder
	quiet   int                    // frames in a row without anything to say
	mark    bool                   // the next packet begins a talkspurt
	pcm     [media.FrameSize]int16 // of this tick
	buf     [12 + media.FrameSize/2 + 8]byte
}

// ticksAFrame is 20 ms of the RTP clock.
const ticksAFrame = 160

// A pause of so many frames ends a talkspurt, for the marker bit (RFC 3551
// section 4.1).
const spurtPause = 10

func (s *sender) init() {
	s.header = rtp.Header{Version: 2, SequenceNumber: uint16(rand.Uint32()), SSRC: rand.Uint32()}
	s.ts, s.mark = rand.Uint32(), true
}

// pass lets n ticks go by.
func (s *sender) pass(n int) { s.ts += uint32(n) * ticksAFrame }

// audio is the packet for pcm, which is silence if the Source has nothing to
// say.
func (s *sender) audio(p *Params, speaks bool) []byte {
	if s.encoder == nil || s.codec != p.Codec {
		s.codec, s.encoder = p.Codec, p.Codec.NewEncoder()
	}
	if !speaks {
		s.quiet++
	} else {
		s.mark = s.mark || s.quiet >= spurtPause
		s.quiet = 0
	}
	b := s.begin(p.PT, s.ts, s.mark)
	s.mark = false
	return s.encoder.Encode(b, s.pcm[:])
}

// key is a packet of a telephone-event.
func (s *sender) key(pt uint8, ts uint32, mark bool, payload [4]byte) []byte {
	s.mark = true // the audio behind it
	return append(s.begin(pt, ts, mark), payload[:]...)
}

func (s *sender) begin(pt uint8, ts uint32, mark bool) []byte {
	h := &s.header
	h.PayloadType, h.Timestamp, h.Marker = pt, ts, mark
	n, err := h.MarshalTo(s.buf[:])
	if err != nil {
		panic(err) // the buffer is too small for a header
	}
	h.SequenceNumber++
	return s.buf[:n]
}
