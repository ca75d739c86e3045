package opus

import (
	"github.com/thesyncim/gopus"

	"hotline/media"
)

const (
	bitrate    = 32000
	complexity = 3
	startLoss  = 5 // percent, before the peer has reported
	leastLoss  = 5 // percent, for which redundancy is made when there is some loss
)

// An Encoder makes packets of one stream.
type Encoder struct {
	enc *gopus.Encoder
	buf [MaxPacket]byte
}

// NewEncoder returns an Encoder for a new stream.
func NewEncoder() *Encoder {
	enc, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: media.SampleRate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err == nil {
		err = set(enc)
	}
	if err != nil {
		panic(err) // constants that the library does not take
	}
	return &Encoder{enc: enc}
}

func set(enc *gopus.Encoder) error {
	enc.SetFEC(true)
	for _, err := range []error{
		enc.SetFrameSize(media.FrameSize), enc.SetBitrate(bitrate), enc.SetComplexity(complexity),
		enc.SetSignal(gopus.SignalVoice), enc.SetPacketLoss(startLoss),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// Expect tells the encoder what share of packets, 0 to 1, is being lost: the
// more, the better the redundant copies. Under 1 % it makes none, which saves a
// sixth of the bits.
func (e *Encoder) Expect(loss float64) {
	percent := int(min(loss*100, 30))
	if percent > 0 {
		percent = max(percent, leastLoss)
	}
	_ = e.enc.SetPacketLoss(percent) // in range
}

// Encode appends the packet for one frame of 20 ms to dst. If the library fails,
// which no input is known to cause, the packet is one of silence.
func (e *Encoder) Encode(dst []byte, pcm *[media.FrameSize]int16) []byte {
	n, err := e.enc.EncodeInt16(pcm[:], e.buf[:])
	if err != nil || n == 0 {
		return append(dst, silence)
	}
	return append(dst, e.buf[:n]...)
}

// silence is a whole packet: SILK, wideband, 20 ms, mono, a frame of no bytes.
const silence = 9 << 3
