// Package codec turns PCM into RTP payloads and back: G.711 and G.722.
//
// Outside of a payload there is one format, mono 16-bit PCM at 16 kHz; G.711 is
// resampled inside. An Encoder or Decoder keeps the state of one stream
// in one direction and is used by one goroutine at a time. It takes payloads of
// any length, never blocks, never fails (every byte string is valid G.711 and
// G.722), and does not allocate as long as dst has room.
package codec

import "strings"

// A Codec is an audio format as SDP names it (RFC 3551). Codecs may be compared.
type Codec struct {
	Name       string // "PCMU", "PCMA", "G722": the rtpmap encoding name
	PT         uint8  // static payload type
	ClockRate  int    // of RTP timestamps; 8000 for G722 too (RFC 3551 4.5.2)
	SampleRate int    // of the audio: 8000, or 16000 for G722
}

var (
	PCMU = Codec{"PCMU", 0, 8000, 8000}
	PCMA = Codec{"PCMA", 8, 8000, 8000}
	G722 = Codec{"G722", 9, 8000, 16000}
)

// All lists the codecs there are, the better sounding first.
var All = []Codec{G722, PCMU, PCMA}

// ByName finds a codec by its rtpmap encoding name, in any case, and clock rate.
func ByName(name string, clockRate int) (Codec, bool) {
	for _, c := range All {
		if strings.EqualFold(c.Name, name) && c.ClockRate == clockRate {
			return c, true
		}
	}
	return Codec{}, false
}

// ByPT finds a codec by its static payload type (RFC 3551 section 6).
func ByPT(pt uint8) (Codec, bool) {
	for _, c := range All {
		if c.PT == pt {
			return c, true
		}
	}
	return Codec{}, false
}

// Ticks is how long n bytes of payload last, in units of ClockRate. All codecs
// here have 64 kbit/s.
func (c Codec) Ticks(n int) int { return n * c.ClockRate / 8000 }

// An Encoder makes payloads.
type Encoder interface {
	// Encode appends the payload for pcm, an even number of samples at 16 kHz,
	// to dst: one byte for two samples.
	Encode(dst []byte, pcm []int16) []byte
}

// A Decoder reads payloads.
type Decoder interface {
	// Decode appends the PCM of payload, at 16 kHz, to dst: two samples for one
	// byte.
	Decode(dst []int16, payload []byte) []int16
}

// NewEncoder returns an Encoder for a new stream. It panics if c is none of All.
func (c Codec) NewEncoder() Encoder {
	switch c {
	case PCMU, PCMA:
		return newG711Encoder(c)
	case G722:
		return newG722Encoder()
	}
	panic("codec: no encoder for " + c.Name)
}

// NewDecoder returns a Decoder for a new stream. It panics if c is none of All.
func (c Codec) NewDecoder() Decoder {
	switch c {
	case PCMU, PCMA:
		return newG711Decoder(c)
	case G722:
		return newG722Decoder()
	}
	panic("codec: no decoder for " + c.Name)
}

// NewMeter returns a function that measures the payloads of one stream: the
// mean absolute amplitude of each, as media.Level does for frames. For G.711 it is
// a table look-up for each byte; G.722 must be decoded.
func (c Codec) NewMeter() func(payload []byte) int {
	if c == G722 {
		d, pcm := newG722Decoder(), []int16(nil)
		return func(payload []byte) int {
			pcm = d.Decode(pcm[:0], payload)
			var sum int
			for _, v := range pcm {
				sum += max(int(v), -int(v))
			}
			return sum / max(1, len(pcm))
		}
	}
	table := linear(c)
	return func(payload []byte) int {
		var sum int
		for _, b := range payload {
			v := int(table[b])
			sum += max(v, -v)
		}
		return sum / max(1, len(payload))
	}
}
