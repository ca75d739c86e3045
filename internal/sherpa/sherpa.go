// Package sherpa drives the sherpa-onnx speech runtime, version 1.13, through
// its C API and from pure Go: the library is loaded when the program runs
// (purego, no cgo). Linux on amd64 and arm64.
//
// Recognisers may be used by several goroutines at once; a stream by one at a
// time. A call into the library occupies its OS thread until it returns and
// cannot be interrupted.
//
// The library ends the whole process on some broken models, so before a path
// goes in, every file is looked at and each ONNX file is loaded once by the
// more polite ONNX Runtime (package ort). What is left is a model of the wrong
// family: it loads, lacks the family's metadata, and the library exits with a
// message on standard error.
package sherpa

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"hotline/internal/ort"
)

// series is the series of versions whose structs this package mirrors.
const series = "1.13."

// Names of the two libraries in a runtime folder.
const (
	soONNX   = "libonnxruntime.so"
	soSherpa = "libsherpa-onnx-c-api.so"
)

// ErrNoRuntime is wrapped by Open's error for a folder without the libraries.
var ErrNoRuntime = errors.New("the speech runtime is not installed")

// Lib is the loaded library. It is for the whole process and is never unloaded.
type Lib struct {
	ort     *ort.Lib
	version string

	createOffline  func(*offlineConfig) uintptr
	destroyOffline func(uintptr)
	offlineStream  func(uintptr) uintptr
	destroyOffStrm func(uintptr)
	acceptOffline  func(stream uintptr, rate int32, pcm *float32, n int32)
	decodeOffline  func(rec, stream uintptr)
	offlineResult  func(stream uintptr) *offlineResult
	destroyOffRes  func(*offlineResult)
	createOnline   func(*onlineConfig) uintptr
	destroyOnline  func(uintptr)
	onlineStream   func(uintptr) uintptr
	destroyOnStrm  func(uintptr)
	acceptOnline   func(stream uintptr, rate int32, pcm *float32, n int32)
	onlineReady    func(rec, stream uintptr) int32
	decodeOnline   func(rec, stream uintptr)
	onlineResult   func(rec, stream uintptr) *onlineResult
	destroyOnRes   func(*onlineResult)
	onlineEndpoint func(rec, stream uintptr) int32
	resetOnline    func(rec, stream uintptr)
	onlineFinished func(stream uintptr)
	getVersion     func() string
}

var (
	mu   sync.Mutex
	libs = map[string]*Lib{}
)

// Open loads the library from the folder, once.
func Open(dir string) (*Lib, error) {
	mu.Lock()
	defer mu.Unlock()
	if l := libs[dir]; l != nil {
		return l, nil
	}
	for _, name := range []string{soONNX, soSherpa} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("sherpa: %w: %w", ErrNoRuntime, err)
		}
	}
	onnx, err := ort.Open(filepath.Join(dir, soONNX))
	if err != nil {
		return nil, err
	}
	so, err := purego.Dlopen(filepath.Join(dir, soSherpa), purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("sherpa: %w", err)
	}
	l := &Lib{ort: onnx}
	if err := register(so, "SherpaOnnxGetVersionStr", &l.getVersion); err != nil {
		return nil, err
	}
	if l.version = l.getVersion(); !strings.HasPrefix(l.version, series) {
		return nil, fmt.Errorf("sherpa: %s is version %s, and hotline speaks to %sx only", soSherpa, l.version, series)
	}
	for name, f := range map[string]any{
		"CreateOfflineRecognizer":        &l.createOffline,
		"DestroyOfflineRecognizer":       &l.destroyOffline,
		"CreateOfflineStream":            &l.offlineStream,
		"DestroyOfflineStream":           &l.destroyOffStrm,
		"AcceptWaveformOffline":          &l.acceptOffline,
		"DecodeOfflineStream":            &l.decodeOffline,
		"GetOfflineStreamResult":         &l.offlineResult,
		"DestroyOfflineRecognizerResult": &l.destroyOffRes,
		"CreateOnlineRecognizer":         &l.createOnline,
		"DestroyOnlineRecognizer":        &l.destroyOnline,
		"CreateOnlineStream":             &l.onlineStream,
		"DestroyOnlineStream":            &l.destroyOnStrm,
		"OnlineStreamAcceptWaveform":     &l.acceptOnline,
		"IsOnlineStreamReady":            &l.onlineReady,
		"DecodeOnlineStream":             &l.decodeOnline,
		"GetOnlineStreamResult":          &l.onlineResult,
		"DestroyOnlineRecognizerResult":  &l.destroyOnRes,
		"OnlineStreamIsEndpoint":         &l.onlineEndpoint,
		"OnlineStreamReset":              &l.resetOnline,
		"OnlineStreamInputFinished":      &l.onlineFinished,
	} {
		if err := register(so, "SherpaOnnx"+name, f); err != nil {
			return nil, err
		}
	}
	libs[dir] = l
	return l, nil
}

func register(so uintptr, name string, f any) error {
	sym, err := purego.Dlsym(so, name)
	if err != nil {
		return fmt.Errorf("sherpa: %s: %w", soSherpa, err)
	}
	purego.RegisterFunc(f, sym)
	return nil
}

// Version is the library's own, "1.13.8".
func (l *Lib) Version() string { return l.version }

// ONNX is the ONNX Runtime that the library stands on.
func (l *Lib) ONNX() *ort.Lib { return l.ort }

// A cstr is a C string in Go memory; nil for the empty one.
type cstr = *byte

func c(s string) cstr {
	if s == "" {
		return nil
	}
	return unsafe.SliceData(append([]byte(s), 0))
}

func goString(p cstr) string {
	if p == nil {
		return ""
	}
	n := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(p), n)) != 0 {
		n++
	}
	return string(unsafe.Slice(p, n))
}
