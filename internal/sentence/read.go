package sentence

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
)

//go:embed weights.bin
var weights []byte

// Magic begins a file of weights; convert says what follows.
const Magic = "hotline sentence encoder 1\n"

// reader takes numbers off the front of a file; the first failure stays.
type reader struct {
	b   []byte
	err error
}

func (r *reader) take(n int) []byte {
	if r.err == nil && n > len(r.b) {
		r.err = errors.New("too short")
	}
	if r.err != nil {
		return make([]byte, n)
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) floats(n int) []float32 {
	b := r.take(4 * n)
	out := make([]float32, n)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return out
}

func (r *reader) bytes(n int) []int8 {
	out := make([]int8, n)
	for i, v := range r.take(n) {
		out[i] = int8(v)
	}
	return out
}

// linear reads scales, bias, and weights by output.
func (r *reader) linear(in, out int) linear {
	l := linear{in: in, out: out, scale: r.floats(out), bias: r.floats(out), w: make([]uint8, in*out)}
	w := r.take(in * out)
	for o := range out {
		block := l.w[o/lanes*lanes*in:]
		for i, v := range w[o*in:][:in] {
			block[i/4*4*lanes+o%lanes*4+i%4] = v ^ 0x80
		}
	}
	return l
}

func (r *reader) norm(n int) norm { return norm{r.floats(n), r.floats(n)} }

// read makes the encoder of a file of weights.
func read(file []byte) (*encoder, error) {
	rest, ok := bytes.CutPrefix(file, []byte(Magic))
	if !ok {
		return nil, errors.New("not a file of weights")
	}
	r := &reader{b: rest}
	e := &encoder{pool: sync.Pool{New: newScratch}}
	n := int(binary.LittleEndian.Uint32(r.take(4)))
	names := string(r.take(int(binary.LittleEndian.Uint32(r.take(4)))))
	e.pieces = pieces{ids: make(map[string]int32, n), score: r.floats(n)}
	for id, name := range strings.Split(names, "\n") {
		if id < reserved {
			continue
		}
		e.pieces.ids[name] = int32(id)
		e.pieces.most = max(e.pieces.most, len(name))
	}
	e.pieces.begin = e.pieces.ids[word]
	e.size, e.embed, e.tempo = r.floats(n), r.bytes(n*narrow), r.floats(narrow/2)
	e.widen = r.linear(narrow, wide)
	for i, w := range []int{narrow, wide} {
		e.layers[i] = layer{width: w, norm1: r.norm(w), qkv: r.linear(w, 3*w), out: r.linear(w, wide), norm2: r.norm(wide), ffn: r.linear(wide, inner), back: r.linear(inner, wide)}
	}
	e.last = r.linear(wide, wide)
	if r.err == nil && len(r.b) > 0 {
		r.err = fmt.Errorf("%d bytes too many", len(r.b))
	}
	return e, r.err
}

// reserved ids stand for no text.
const reserved = 6
