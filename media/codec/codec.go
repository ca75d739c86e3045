// Package codec turns frames into payloads and back: G.711 and G.722.
package codec

// A Codec is an audio format as SDP names it (RFC 3551).
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
