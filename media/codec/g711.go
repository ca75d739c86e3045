package codec

import (
	"github.com/zaf/g711"

	"hotline/media/resample"
)

// The companding itself is the library's, sample by sample; its functions for
// whole buffers allocate. Looking up one of 16 Ki values beats computing it, for
// G.711 keeps no more than 14 bits of a sample.
var (
	ulawCodes, alawCodes   [1 << 14]byte
	ulawLinear, alawLinear [256]int16
)

func init() {
	for i := range ulawCodes {
		v := int16(i << 2)
		ulawCodes[i], alawCodes[i] = g711.EncodeUlawFrame(v), g711.EncodeAlawFrame(v)
	}
	for i := range ulawLinear {
		ulawLinear[i], alawLinear[i] = g711.DecodeUlawFrame(uint8(i)), g711.DecodeAlawFrame(uint8(i))
	}
}

func linear(c Codec) *[256]int16 {
	if c == PCMA {
		return &alawLinear
	}
	return &ulawLinear
}

type g711Encoder struct {
	codes *[1 << 14]byte
	down  *resample.Resampler
	pcm   []int16 // at 8 kHz
}

func newG711Encoder(c Codec) *g711Encoder {
	e := &g711Encoder{codes: &ulawCodes, down: resample.New(16000, 8000), pcm: make([]int16, 0, 480)}
	if c == PCMA {
		e.codes = &alawCodes
	}
	return e
}

func (e *g711Encoder) Encode(dst []byte, pcm []int16) []byte {
	e.pcm = e.down.Process(e.pcm[:0], pcm)
	for _, v := range e.pcm {
		dst = append(dst, e.codes[uint16(v)>>2])
	}
	return dst
}

type g711Decoder struct {
	linear *[256]int16
	up     *resample.Resampler
	pcm    []int16 // at 8 kHz
}

func newG711Decoder(c Codec) *g711Decoder {
	return &g711Decoder{linear(c), resample.New(8000, 16000), make([]int16, 0, 480)}
}

func (d *g711Decoder) Decode(dst []int16, payload []byte) []int16 {
	d.pcm = d.pcm[:0]
	for _, b := range payload {
		d.pcm = append(d.pcm, d.linear[b])
	}
	return d.up.Process(dst, d.pcm)
}
