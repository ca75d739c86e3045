// Package ort drives ONNX Runtime from pure Go: just enough to run a small model
// many times over fixed buffers, and to find out that a model file is broken
// without the process dying of it.
//
// The library is loaded when the program runs (purego, no cgo). Its C API is a
// table of functions that only ever grows at the end, so the indices below hold
// for every version from minAPI on. Every call returns its failure as a status:
// nothing here can end the process, except a library that is not ONNX Runtime.
package ort

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// minAPI is the version of the API asked for; any later library has it too.
const minAPI = 17

// Indices into OrtApi (onnxruntime_c_api.h).
const (
	getErrorMessage              = 2
	createEnv                    = 3
	createSession                = 7
	run                          = 9
	createSessionOptions         = 10
	setGraphOptimizationLevel    = 23
	setIntraOpNumThreads         = 24
	setInterOpNumThreads         = 25
	createTensorWithDataAsValue  = 49
	createCPUMemoryInfo          = 69
	releaseStatus                = 93
	releaseSession               = 95
	releaseValue                 = 96
	releaseSessionOptions        = 100
	apiLength                    = 101
	logError                     = 3 // ORT_LOGGING_LEVEL_ERROR
	elementFloat                 = 1
	elementInt64                 = 7
	optimizeNothing, optimizeAll = 0, 99
)

// Lib is the loaded library. It is for the whole process and is never unloaded.
type Lib struct {
	api     *[apiLength]uintptr
	env     uintptr
	cpu     uintptr // OrtMemoryInfo
	version string
}

var (
	mu   sync.Mutex
	libs = map[string]*Lib{}
)

// Open loads the library from path (libonnxruntime.so), once.
func Open(path string) (*Lib, error) {
	mu.Lock()
	defer mu.Unlock()
	if l := libs[path]; l != nil {
		return l, nil
	}
	so, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("ort: %w", err)
	}
	sym, err := purego.Dlsym(so, "OrtGetApiBase")
	if err != nil {
		return nil, fmt.Errorf("ort: %s is not ONNX Runtime: %w", path, err)
	}
	r, _, _ := purego.SyscallN(sym)
	base := (*[2]uintptr)(ptr(r)) // GetApi, GetVersionString
	l := &Lib{}
	r, _, _ = purego.SyscallN(base[1])
	l.version = goString(r)
	if r, _, _ = purego.SyscallN(base[0], minAPI); r == 0 {
		return nil, fmt.Errorf("ort: ONNX Runtime %s is too old: it lacks version %d of the API", l.version, minAPI)
	}
	l.api = (*[apiLength]uintptr)(ptr(r))
	name := cString("hotline")
	if err := l.call(createEnv, logError, uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&l.env))); err != nil {
		return nil, err
	}
	const deviceAllocator, memDefault = 0, 0
	if err := l.call(createCPUMemoryInfo, deviceAllocator, memDefault, uintptr(unsafe.Pointer(&l.cpu))); err != nil {
		return nil, err
	}
	libs[path] = l
	return l, nil
}

// Version is the library's own, "1.20.1".
func (l *Lib) Version() string { return l.version }

// call calls function i, which returns a status. Pointers among args stay alive
// and in place while it runs.
//
//go:uintptrescapes
func (l *Lib) call(i int, args ...uintptr) error {
	status, _, _ := purego.SyscallN(l.api[i], args...)
	if status == 0 {
		return nil
	}
	msg, _, _ := purego.SyscallN(l.api[getErrorMessage], status)
	err := errors.New("ort: " + goString(msg))
	purego.SyscallN(l.api[releaseStatus], status)
	return err
}

// A Session is a loaded model. It may be run by several goroutines at once.
type Session struct {
	lib *Lib
	ptr uintptr
}

// NewSession loads a model to be run on the calling thread alone.
func (l *Lib) NewSession(model string) (*Session, error) { return l.session(model, optimizeAll) }

// Check tells whether the file is a model that the library can load. It loads
// it, unoptimised, and lets it go.
func (l *Lib) Check(model string) error {
	s, err := l.session(model, optimizeNothing)
	if err != nil {
		return err
	}
	s.Close()
	return nil
}

func (l *Lib) session(model string, optimize uintptr) (*Session, error) {
	var opts uintptr
	if err := l.call(createSessionOptions, uintptr(unsafe.Pointer(&opts))); err != nil {
		return nil, err
	}
	defer purego.SyscallN(l.api[releaseSessionOptions], opts)
	for _, set := range [][2]uintptr{{setIntraOpNumThreads, 1}, {setInterOpNumThreads, 1}, {setGraphOptimizationLevel, optimize}} {
		if err := l.call(int(set[0]), opts, set[1]); err != nil {
			return nil, err
		}
	}
	path := cString(model)
	s := &Session{lib: l}
	err := l.call(createSession, l.env, uintptr(unsafe.Pointer(path)), opts, uintptr(unsafe.Pointer(&s.ptr)))
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Close frees the model. Nothing may be running.
func (s *Session) Close() {
	if s.ptr != 0 {
		purego.SyscallN(s.lib.api[releaseSession], s.ptr)
		s.ptr = 0
	}
}

// A Tensor is a named input or output over the caller's own buffer, either kind.
type Tensor struct {
	Name   string
	Shape  []int64
	Floats []float32
	Ints   []int64
}

// A Binding runs a session over fixed buffers: write the inputs' slices, Run,
// read the outputs' slices. One goroutine at a time.
type Binding struct {
	s       *Session
	pin     runtime.Pinner
	names   [2][]*byte
	values  [2][]uintptr
	tensors [2][]Tensor
	args    []uintptr // of run
}

// Bind makes a Binding. Its buffers stay where they are until Close.
func (s *Session) Bind(in, out []Tensor) (*Binding, error) {
	b := &Binding{s: s, tensors: [2][]Tensor{in, out}}
	for side, tensors := range b.tensors {
		for _, t := range tensors {
			name := cString(t.Name)
			kind, data, size := uintptr(elementFloat), unsafe.Pointer(unsafe.SliceData(t.Floats)), 4*len(t.Floats)
			if t.Floats == nil {
				kind, data, size = elementInt64, unsafe.Pointer(unsafe.SliceData(t.Ints)), 8*len(t.Ints)
			}
			b.pin.Pin(name)
			b.pin.Pin(data)
			var v uintptr
			err := s.lib.call(createTensorWithDataAsValue, s.lib.cpu, uintptr(data), uintptr(size),
				uintptr(unsafe.Pointer(unsafe.SliceData(t.Shape))), uintptr(len(t.Shape)), kind, uintptr(unsafe.Pointer(&v)))
			if err != nil {
				b.Close()
				return nil, err
			}
			b.names[side] = append(b.names[side], name)
			b.values[side] = append(b.values[side], v)
		}
	}
	b.args = []uintptr{s.ptr, 0,
		uintptr(unsafe.Pointer(unsafe.SliceData(b.names[0]))), uintptr(unsafe.Pointer(unsafe.SliceData(b.values[0]))), uintptr(len(in)),
		uintptr(unsafe.Pointer(unsafe.SliceData(b.names[1]))), uintptr(len(out)), uintptr(unsafe.Pointer(unsafe.SliceData(b.values[1])))}
	return b, nil
}

// Run runs the model once. It does not allocate.
func (b *Binding) Run() error {
	return b.s.lib.call(run, b.args...)
}

// Close frees the Binding; the session stays.
func (b *Binding) Close() {
	for side := range b.values {
		for _, v := range b.values[side] {
			purego.SyscallN(b.s.lib.api[releaseValue], v)
		}
		b.values[side] = nil
	}
	b.pin.Unpin()
}

func cString(s string) *byte { return unsafe.SliceData(append([]byte(s), 0)) }

// ptr makes a pointer of an address that came from C, where the garbage
// collector has no say.
func ptr(a uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&a)) }

func goString(a uintptr) string {
	if a == 0 {
		return ""
	}
	p, n := ptr(a), 0
	for *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}
