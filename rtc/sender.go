package rtc

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"hotline"
	"hotline/media"
	"hotline/media/codec"
	"hotline/media/keys"
	"hotline/media/opus"
)

const (
	mimeKeys = "audio/telephone-event"
	maxRTP   = 1500 // bytes of a packet that is read
)

// binding is what a sender has agreed on with the browser.
type binding struct {
	name        string // encoding name as SDP writes it
	pt, keyPT   uint8  // keyPT is 0 if there is none
	ticksAFrame uint32 // of the RTP clock
	ssrc        uint32
	w           webrtc.TrackLocalWriter
}

// sender is the sending end. Its fields but bound, sent and typed belong to the
// pacer.
type sender struct {
	bound atomic.Pointer[binding]
	sent  atomic.Uint64

	mu    sync.Mutex
	typed keys.Sender

	header  rtp.Header
	ts      uint32 // of this tick, in units of the clock
	mark    bool   // the next packet begins a talkspurt
	quiet   int    // frames in a row without anything to say
	opus    *opus.Encoder
	loss    float64 // the encoder knows of
	other   codec.Encoder
	payload []byte
}

// A pause of so many frames ends a talkspurt, for the marker bit (RFC 3551
// section 4.1).
const spurtPause = 10

func (s *sender) init() {
	s.header = rtp.Header{Version: 2, SequenceNumber: uint16(rand.Uint32())}
	s.ts, s.mark = rand.Uint32(), true
	s.payload = make([]byte, 0, opus.MaxPacket)
}

// pass lets n ticks go by unsent.
func (s *sender) pass(n int) {
	if b := s.bound.Load(); b != nil {
		s.ts += uint32(n) * b.ticksAFrame
	}
	s.mark = true
}

// tick sends one frame, or the next packet of a key in its place, if sends.
func (s *sender) tick(pcm *[media.FrameSize]int16, speaks, sends bool, loss float64) {
	b := s.bound.Load()
	switch {
	case b == nil:
		return
	case !sends:
		s.pass(1)
		return
	}
	s.mu.Lock()
	event, ts, first, typing := s.typed.Next(s.ts, b.ticksAFrame)
	s.mu.Unlock()
	if typing {
		s.write(b, b.keyPT, ts, first, event[:])
		s.mark = true // the audio behind it
	} else {
		if !speaks {
			s.quiet++
		} else {
			s.mark = s.mark || s.quiet >= spurtPause
			s.quiet = 0
		}
		s.encode(b, pcm, loss)
		s.write(b, b.pt, s.ts, s.mark, s.payload)
		s.mark = false
	}
	s.ts += b.ticksAFrame
}

func (s *sender) encode(b *binding, pcm *[media.FrameSize]int16, loss float64) {
	if b.name == nameOpus {
		if s.opus == nil {
			s.opus, s.loss = opus.NewEncoder(), -1
		}
		if loss != s.loss && loss >= 0 {
			s.loss = loss
			s.opus.Expect(loss)
		}
		s.payload = s.opus.Encode(s.payload[:0], pcm)
		return
	}
	if s.other == nil {
		c, _ := codec.ByName(b.name, 8000) // Bind has looked
		s.other = c.NewEncoder()
	}
	s.payload = s.other.Encode(s.payload[:0], pcm[:])
}

// write sends a packet. One that cannot be sent is lost like any other.
func (s *sender) write(b *binding, pt uint8, ts uint32, mark bool, payload []byte) {
	h := &s.header
	h.PayloadType, h.Timestamp, h.Marker, h.SSRC = pt, ts, mark, b.ssrc
	if _, err := b.w.WriteRTP(h, payload); err == nil {
		s.sent.Add(1)
	}
	h.SequenceNumber++
}

// track is a sender as pion's TrackLocal.
type track struct {
	*sender
	id string
}

// Bind takes the first codec, by the browser's preference, that is audio, and
// the telephone-event with its clock rate.
func (t track) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	for _, p := range c.CodecParameters() {
		b := &binding{name: nameOf(p.MimeType), pt: uint8(p.PayloadType), ticksAFrame: p.ClockRate / 50,
			ssrc: uint32(c.SSRC()), w: c.WriteStream()}
		if b.name != nameOpus {
			known, ok := codec.ByName(b.name, int(p.ClockRate))
			if !ok {
				continue
			}
			b.name = known.Name
		}
		for _, k := range c.CodecParameters() {
			if k.MimeType == mimeKeys && k.ClockRate == p.ClockRate {
				b.keyPT = uint8(k.PayloadType)
			}
		}
		t.bound.Store(b)
		return p, nil
	}
	return webrtc.RTPCodecParameters{}, &hotline.Error{Op: "rtc.Bind", Code: hotline.EInvalid, Message: "no common codec"}
}

func (t track) Unbind(webrtc.TrackLocalContext) error {
	t.bound.Store(nil)
	return nil
}

func (t track) ID() string                { return t.id }
func (t track) RID() string               { return "" }
func (t track) StreamID() string          { return "hotline" }
func (t track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }
