package opus

import (
	"math"

	"github.com/thesyncim/gopus"

	"hotline/media"
)

// A Decoder reads packets of one stream, in their order.
type Decoder struct {
	dec *gopus.Decoder
	pcm [maxSamples]float32
}

// NewDecoder returns a Decoder for a new stream.
func NewDecoder() *Decoder {
	dec, err := gopus.NewDecoder(gopus.DecoderConfig{SampleRate: media.SampleRate, Channels: 1, MaxPacketSamples: maxSamples, MaxPacketBytes: MaxPacket})
	if err != nil {
		panic(err) // constants that the library does not take
	}
	return &Decoder{dec: dec}
}

// Decode appends the audio of packet to dst: Samples(packet) samples, which are
// concealment if the packet is damaged inside.
func (d *Decoder) Decode(dst []int16, packet []byte) []int16 {
	return d.decode(dst, packet, Samples(packet), false)
}

// Recover appends n samples, which were lost right before packet, a multiple of
// 2.5 ms up to 120: the copy in packet if it has one, else concealment. Decode the packet
// itself next.
func (d *Decoder) Recover(dst []int16, packet []byte, n int) []int16 {
	return d.decode(dst, packet, min(n, maxSamples), true)
}

// Conceal appends n samples made of what was before, a multiple of 2.5 ms up to 120.
func (d *Decoder) Conceal(dst []int16, n int) []int16 {
	return d.decode(dst, nil, min(n, maxSamples), false)
}

func (d *Decoder) decode(dst []int16, packet []byte, n int, fec bool) []int16 {
	if n <= 0 {
		return dst
	}
	got := d.try(packet, n, fec)
	if got != n && packet != nil {
		got = d.try(nil, n, false)
	}
	if got != n {
		clear(d.pcm[:n])
	}
	for _, v := range d.pcm[:n] {
		dst = append(dst, int16(max(math.MinInt16, min(math.RoundToEven(float64(v)*32768), math.MaxInt16))))
	}
	return dst
}

// try decodes into pcm and returns how much; 0 is a failure. A packet from the
// network must not end the program, not even through a fault of the library: the
// stream then begins anew.
func (d *Decoder) try(packet []byte, n int, fec bool) (got int) {
	defer func() {
		if recover() != nil {
			d.dec.Reset()
			got = 0
		}
	}()
	got, err := d.dec.DecodeWithFEC(packet, d.pcm[:n], fec)
	if err != nil {
		return 0
	}
	return got
}
