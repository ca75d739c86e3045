package prompt

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/hajimehoshi/go-mp3"
)

// isMP3 reports whether b begins with the header of an MPEG audio frame of
// layer III (ISO 11172-3 2.4.1.3): eleven bits of sync, a version, a layer.
func isMP3(b []byte) bool {
	return len(b) >= 4 && b[0] == 0xFF && b[1]&0xE0 == 0xE0 && b[1]&0x18 != 0x08 && b[1]&0x06 == 0x02
}

// An MP3 decodes a stream while it comes. Whatever comes, it neither panics nor
// takes more memory or bytes than a file may: the decoder below does both.
type MP3 struct {
	d   *mp3.Decoder
	raw []byte
}

// NewMP3 reads as much of r as tells the sample rate.
func NewMP3(r io.Reader) (*MP3, error) {
	return newMP3(&limited{bufio.NewReaderSize(r, 16<<10), MaxBytes})
}

// newMP3 decodes as it reads: it hides that a file can seek, for which the
// decoder would first read all of it to know its length. A tag at the head,
// which may be a picture of megabytes, is skipped here, since the decoder would
// take its word for how much memory it needs.
func newMP3(r *limited) (_ *MP3, err error) {
	defer recovered(&err)
	for {
		head, err := r.Peek(10)
		if err != nil || string(head[:3]) != "ID3" {
			break
		}
		size := 10 // ID3v2 3.1: seven bits of size to a byte
		for i, b := range head[6:] {
			size += int(b&0x7F) << (21 - 7*i)
		}
		if _, err := io.CopyN(io.Discard, r, int64(size)); err != nil {
			return nil, fmt.Errorf("MP3: cut off in its tag: %w", err)
		}
	}
	d, err := mp3.NewDecoder(struct{ io.Reader }{r})
	if err == io.EOF {
		err = errors.New("no audio in it")
	}
	if err != nil {
		return nil, fmt.Errorf("MP3: %w", err)
	}
	return &MP3{d: d}, nil
}

// Rate is the sample rate in Hz.
func (m *MP3) Rate() int { return m.d.SampleRate() }

// ReadMono fills pcm with the mean of the two channels, which the decoder makes
// of everything, and returns how many samples there were; io.EOF comes with or
// after the last.
func (m *MP3) ReadMono(pcm []int16) (n int, err error) {
	defer recovered(&err)
	if len(m.raw) < 4*len(pcm) {
		m.raw = make([]byte, 4*len(pcm))
	}
	got, err := io.ReadFull(m.d, m.raw[:4*len(pcm)])
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	for n = range got / 4 {
		l := int16(binary.LittleEndian.Uint16(m.raw[4*n:]))
		r := int16(binary.LittleEndian.Uint16(m.raw[4*n+2:]))
		pcm[n] = int16((int(l) + int(r)) / 2)
	}
	return got / 4, err
}

// recovered makes an error of a panic of the decoder, which indexes its tables
// with what the file says.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("MP3: damaged: %v", r)
	}
}
