package moonshine

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"hotline/internal/ort"
)

// model is the network: an encoder of sound and a decoder that writes text piece
// by piece.
type model struct {
	encoder, decoder *ort.Session
	vocabulary       *vocabulary
}

// Sizes of moonshine tiny.
const (
	layers  = 6
	heads   = 8
	headDim = 36
)

var (
	encoderIn, encoderOut = ort.NewNames("input_values"), ort.NewNames("last_hidden_state")
	decoderIn, decoderOut = decoderNames()
)

func decoderNames() (in, out ort.Names) {
	ins, outs := []string{"input_ids", "encoder_hidden_states", "use_cache_branch"}, []string{"logits"}
	for l := range layers {
		for _, side := range []string{"decoder", "encoder"} {
			for _, kv := range []string{"key", "value"} {
				ins = append(ins, fmt.Sprintf("past_key_values.%d.%s.%s", l, side, kv))
				outs = append(outs, fmt.Sprintf("present.%d.%s.%s", l, side, kv))
			}
		}
	}
	return ort.NewNames(ins...), ort.NewNames(outs...)
}

func open(lib *ort.Lib, dir string) (*model, error) {
	m := &model{}
	var err error
	if m.vocabulary, err = loadVocabulary(filepath.Join(dir, "tokens.txt")); err != nil {
		return nil, err
	}
	if m.encoder, err = lib.NewSession(filepath.Join(dir, "encoder_model.onnx")); err != nil {
		return nil, err
	}
	if m.decoder, err = lib.NewSession(filepath.Join(dir, "decoder_model_merged.onnx")); err != nil {
		m.encoder.Close()
		return nil, err
	}
	return m, nil
}

func (m *model) close() {
	m.encoder.Close()
	m.decoder.Close()
}

// encode makes of sound what the decoder reads.
func (m *model) encode(pcm []float32) (*ort.Value, error) {
	in, data, err := m.encoder.Lib().NewFloats(1, int64(len(pcm)))
	if err != nil {
		return nil, err
	}
	defer in.Close()
	copy(data, pcm)
	out, err := m.encoder.Call(encoderIn, []*ort.Value{in}, encoderOut)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// A memory is what the decoder keeps of a text in the making: four tensors a
// layer, two of the text and two of the sound.
type memory [4 * layers]*ort.Value

func (c *memory) close() {
	for _, v := range c {
		v.Close()
	}
}

// blank is the memory of no text.
func (m *model) blank() (*memory, error) {
	c := &memory{}
	for i := range c {
		var err error
		if c[i], _, err = m.decoder.Lib().NewFloats(0, heads, 1, headDim); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

// decode adds pieces, a row a text, and returns the logits of what may follow
// each piece. The caller closes them. going tells that c is not blank.
func (m *model) decode(c *memory, sound *ort.Value, ids []int64, rows int, going bool) (*ort.Value, error) {
	lib := m.decoder.Lib()
	in, err := lib.NewInts(ids, int64(rows), int64(len(ids)/rows))
	if err != nil {
		return nil, err
	}
	defer in.Close()
	cached, err := lib.NewBool(going)
	if err != nil {
		return nil, err
	}
	defer cached.Close()
	out, err := m.decoder.Call(decoderIn, append([]*ort.Value{in, sound, cached}, c[:]...), decoderOut)
	if err != nil {
		return nil, err
	}
	for i, v := range out[1:] {
		if going && i%4 >= 2 {
			v.Close() // the sound stays the same
			continue
		}
		c[i].Close()
		c[i] = v
	}
	return out[0], nil
}

// Bounds of what people say, in pieces; longer is a model caught in a loop.
const (
	perSecond = 7
	most      = 150
)

// hear writes down the likeliest text, piece by piece.
func (m *model) hear(sound *ort.Value, seconds float64) (string, error) {
	c, err := m.blank()
	if err != nil {
		return "", err
	}
	defer c.close()
	var text []int64
	last := int64(begin)
	for n := min(most, int(seconds*perSecond)+10); len(text) < n; {
		out, err := m.decode(c, sound, []int64{last}, 1, len(text) > 0)
		if err != nil {
			return "", err
		}
		row, _, err := out.Floats()
		if err != nil {
			out.Close()
			return "", err
		}
		last = int64(likeliest(row))
		out.Close()
		if last == end {
			break
		}
		text = append(text, last)
	}
	return m.vocabulary.text(text), nil
}

func likeliest(row []float32) int {
	best := 0
	for i, v := range row {
		if v > row[best] {
			best = i
		}
	}
	return best
}

// judge tells how likely the sound makes each text: its log probability. The texts
// are read at once.
func (m *model) judge(sound *ort.Value, texts []string) ([]float64, error) {
	rows := make([][]int64, len(texts))
	width := 0
	for i, t := range texts {
		rows[i] = slices.Concat([]int64{begin}, m.vocabulary.encode(" "+t), []int64{end})
		width = max(width, len(rows[i])-1)
	}
	flat := make([]int64, 0, len(rows)*width)
	for _, r := range rows {
		for i := range width {
			flat = append(flat, r[min(i, len(r)-1)])
		}
	}
	data, shape, err := sound.Floats()
	if err != nil {
		return nil, err
	}
	many, buf, err := m.decoder.Lib().NewFloats(int64(len(rows)), shape[1], shape[2])
	if err != nil {
		return nil, err
	}
	defer many.Close()
	for i := range rows {
		copy(buf[i*len(data):], data)
	}
	c, err := m.blank()
	if err != nil {
		return nil, err
	}
	defer c.close()
	out, err := m.decode(c, many, flat, len(rows), false)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	logits, shape, err := out.Floats()
	if err != nil {
		return nil, err
	}
	if len(shape) != 3 || int(shape[0]) != len(rows) || int(shape[1]) != width {
		return nil, errors.New("moonshine: logits of an odd shape")
	}
	vocab := int(shape[2])
	heard := make([]float64, len(rows))
	for i, r := range rows {
		for j, id := range r[1:] {
			row := logits[(i*width+j)*vocab : (i*width+j+1)*vocab]
			heard[i] += float64(row[id]) - logSum(row)
		}
	}
	return heard, nil
}

// logSum is log(sum(exp(x))).
func logSum(row []float32) float64 {
	top := slices.Max(row)
	sum := 0.0
	for _, v := range row {
		if d := v - top; d > -20 {
			sum += math.Exp(float64(d))
		}
	}
	return float64(top) + math.Log(sum)
}
