package ort

import (
	"errors"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Indices into OrtApi for values that the library allocates.
const (
	createTensorAsValue    = 48
	getTensorMutableData   = 51
	getDimensionsCount     = 61
	getDimensions          = 62
	getTensorTypeAndShape  = 65
	getAllocatorDefault    = 78
	releaseTensorTypeShape = 99
	elementBool            = 9
)

// A Value is a tensor in the library's own memory: what a run of unknown length
// yields, which may go into the next run as it is. It must be closed.
type Value struct {
	lib *Lib
	ptr uintptr
}

// Close frees the tensor; a closed or nil Value may be closed again.
func (v *Value) Close() {
	if v != nil && v.ptr != 0 {
		purego.SyscallN(v.lib.api[releaseValue], v.ptr)
		v.ptr = 0
	}
}

func (l *Lib) newValue(shape []int64, kind uintptr) (*Value, unsafe.Pointer, error) {
	var alloc uintptr
	if err := l.call(getAllocatorDefault, uintptr(unsafe.Pointer(&alloc))); err != nil {
		return nil, nil, err
	}
	v := &Value{lib: l}
	if err := l.call(createTensorAsValue, alloc, uintptr(unsafe.Pointer(unsafe.SliceData(shape))), uintptr(len(shape)), kind, uintptr(unsafe.Pointer(&v.ptr))); err != nil {
		return nil, nil, err
	}
	p, err := v.data()
	if err != nil {
		v.Close()
		return nil, nil, err
	}
	return v, p, nil
}

func (v *Value) data() (unsafe.Pointer, error) {
	var p uintptr
	if err := v.lib.call(getTensorMutableData, v.ptr, uintptr(unsafe.Pointer(&p))); err != nil {
		return nil, err
	}
	return ptr(p), nil
}

// NewFloats makes a tensor of numbers of that shape and returns its memory, to
// be filled in. The memory is the library's and gone with Close.
func (l *Lib) NewFloats(shape ...int64) (*Value, []float32, error) {
	v, p, err := l.newValue(shape, elementFloat)
	if err != nil {
		return nil, nil, err
	}
	return v, unsafe.Slice((*float32)(p), product(shape)), nil
}

// NewInts makes a tensor of whole numbers.
func (l *Lib) NewInts(data []int64, shape ...int64) (*Value, error) {
	v, p, err := l.newValue(shape, elementInt64)
	if err != nil {
		return nil, err
	}
	copy(unsafe.Slice((*int64)(p), product(shape)), data)
	return v, nil
}

// NewBool makes a tensor of one truth value.
func (l *Lib) NewBool(b bool) (*Value, error) {
	v, p, err := l.newValue([]int64{1}, elementBool)
	if err != nil {
		return nil, err
	}
	*(*bool)(p) = b
	return v, nil
}

func product(shape []int64) int {
	n := 1
	for _, d := range shape {
		n *= int(d)
	}
	return n
}

// Floats is the tensor's content, the library's memory, and its shape.
func (v *Value) Floats() ([]float32, []int64, error) {
	var info uintptr
	if err := v.lib.call(getTensorTypeAndShape, v.ptr, uintptr(unsafe.Pointer(&info))); err != nil {
		return nil, nil, err
	}
	defer purego.SyscallN(v.lib.api[releaseTensorTypeShape], info)
	var n uintptr
	if err := v.lib.call(getDimensionsCount, info, uintptr(unsafe.Pointer(&n))); err != nil {
		return nil, nil, err
	}
	if n == 0 || n > 8 {
		return nil, nil, errors.New("ort: a tensor of an odd shape")
	}
	shape := make([]int64, n)
	if err := v.lib.call(getDimensions, info, uintptr(unsafe.Pointer(unsafe.SliceData(shape))), n); err != nil {
		return nil, nil, err
	}
	p, err := v.data()
	if err != nil {
		return nil, nil, err
	}
	return unsafe.Slice((*float32)(p), product(shape)), shape, nil
}

// Names are names of inputs or outputs as the library wants them.
type Names struct{ list []*byte }

// NewNames makes Names.
func NewNames(names ...string) Names {
	var n Names
	for _, s := range names {
		n.list = append(n.list, cString(s))
	}
	return n
}

// Call runs the model on values; the library allocates what comes out, which the
// caller closes. It may be called by several goroutines at once.
func (s *Session) Call(names Names, in []*Value, outNames Names) ([]*Value, error) {
	if len(in) != len(names.list) {
		return nil, errors.New("ort: names and values differ in number")
	}
	ins, outs := make([]uintptr, len(in)), make([]uintptr, len(outNames.list))
	for i, v := range in {
		ins[i] = v.ptr
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	for _, list := range [][]*byte{names.list, outNames.list} {
		for _, p := range list {
			pin.Pin(p)
		}
	}
	pin.Pin(unsafe.SliceData(ins))
	pin.Pin(unsafe.SliceData(outs))
	pin.Pin(unsafe.SliceData(names.list))
	pin.Pin(unsafe.SliceData(outNames.list))
	err := s.lib.call(run, s.ptr, 0,
		uintptr(unsafe.Pointer(unsafe.SliceData(names.list))), uintptr(unsafe.Pointer(unsafe.SliceData(ins))), uintptr(len(ins)),
		uintptr(unsafe.Pointer(unsafe.SliceData(outNames.list))), uintptr(len(outs)), uintptr(unsafe.Pointer(unsafe.SliceData(outs))))
	if err != nil {
		return nil, err
	}
	res := make([]*Value, len(outs))
	for i, p := range outs {
		res[i] = &Value{s.lib, p}
	}
	return res, nil
}

// Lib is the library that the session runs in.
func (s *Session) Lib() *Lib { return s.lib }
