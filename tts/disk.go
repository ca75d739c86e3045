package tts

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"hotline/media"
)

// disk is a folder of speech, one file each: a header of 16 bytes (magic, number
// of samples, CRC-32C of what follows, all little-endian) and samples of 16 bits
// at media.SampleRate. A file is whole or not there: it is written beside its
// place and renamed. Its time of change is when it was last of use.
type disk struct {
	dir   string
	mu    sync.Mutex
	files *lru[string, struct{}]
}

const (
	diskMagic  = "hotlspk1"
	diskHeader = 16
	diskExt    = ".speech"
)

var (
	errNotKept = errors.New("not kept")
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

func openDisk(dir string, max int64) (*disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var infos []fs.FileInfo
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil || !e.Type().IsRegular():
		case strings.HasPrefix(e.Name(), "new-"): // a writer that died
			os.Remove(filepath.Join(dir, e.Name()))
		case strings.HasSuffix(e.Name(), diskExt):
			infos = append(infos, info)
		}
	}
	slices.SortFunc(infos, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	d := &disk{dir: dir, files: newLRU[string, struct{}](max)}
	for _, i := range infos {
		d.enter(i.Name(), i.Size())
	}
	return d, nil
}

// enter counts a file, and deletes the ones it leaves no room for.
func (d *disk) enter(name string, size int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, gone := range d.files.put(name, struct{}{}, size) {
		os.Remove(filepath.Join(d.dir, gone))
	}
}

// fileName hides the text: who can list the folder cannot read what is said.
func fileName(s speech) string {
	h := sha256.New()
	for _, part := range []string{s.engine, s.voice.Name, s.voice.Language, s.text} {
		binary.Write(h, binary.LittleEndian, uint64(len(part)))
		h.Write([]byte(part))
	}
	binary.Write(h, binary.LittleEndian, math.Float64bits(s.voice.Rate))
	return hex.EncodeToString(h.Sum(nil)) + diskExt
}

// load returns errNotKept if there is no such speech. A damaged file is deleted
// and said so.
func (d *disk) load(s speech) ([]int16, error) {
	name := fileName(s)
	d.mu.Lock()
	_, ok := d.files.get(name)
	d.mu.Unlock()
	if !ok {
		return nil, errNotKept
	}
	path := filepath.Join(d.dir, name)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) { // deleted for room, or by somebody
		return nil, errNotKept
	}
	if err == nil {
		var pcm []int16
		if pcm, err = decodeSpeech(b); err == nil {
			now := time.Now()
			os.Chtimes(path, now, now) //nolint:errcheck // only its order depends on it
			return pcm, nil
		}
	}
	d.mu.Lock()
	d.files.remove(name)
	d.mu.Unlock()
	os.Remove(path)
	return nil, fmt.Errorf("%s: %w", name, err)
}

func (d *disk) store(s speech, pcm []int16) error {
	f, err := os.CreateTemp(d.dir, "new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // when it was renamed, nothing
	b := encodeSpeech(pcm)
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	name := fileName(s)
	if err := os.Rename(f.Name(), filepath.Join(d.dir, name)); err != nil {
		return err
	}
	d.enter(name, int64(len(b)))
	return nil
}

func encodeSpeech(pcm []int16) []byte {
	b := make([]byte, diskHeader+2*len(pcm))
	copy(b, diskMagic)
	binary.LittleEndian.PutUint32(b[8:], uint32(len(pcm)))
	for i, v := range pcm {
		binary.LittleEndian.PutUint16(b[diskHeader+2*i:], uint16(v))
	}
	binary.LittleEndian.PutUint32(b[12:], crc32.Checksum(b[diskHeader:], castagnoli))
	return b
}

func decodeSpeech(b []byte) ([]int16, error) {
	if len(b) < diskHeader || string(b[:8]) != diskMagic {
		return nil, errors.New("not a file of speech")
	}
	n := int64(binary.LittleEndian.Uint32(b[8:]))
	if n == 0 || n%media.FrameSize != 0 || int64(len(b)-diskHeader) != 2*n {
		return nil, errors.New("cut off")
	}
	if crc32.Checksum(b[diskHeader:], castagnoli) != binary.LittleEndian.Uint32(b[12:]) {
		return nil, errors.New("checksum is wrong")
	}
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[diskHeader+2*i:]))
	}
	return pcm, nil
}
