package record

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"hotline/media"
	"hotline/media/wav"
)

// numbered is a frame whose samples all say its number.
func numbered(n int) (f media.Frame) {
	for i := range f.PCM {
		f.PCM[i] = int16(n)
	}
	return f
}

// counter is a Source of frames numbered from 1 whose multiples of 3 are
// missing.
type counter struct{ n int }

func (c *counter) ReadFrame() (media.Frame, bool) {
	c.n++
	return numbered(c.n), c.n%3 != 0
}

// ticks reads a recording back as one number for each channel of each tick.
func ticks(t *testing.T, path string) (left, right []int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(bufio.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	if r.Rate() != media.SampleRate || r.Channels() != 2 {
		t.Fatalf("%d channels at %d Hz", r.Channels(), r.Rate())
	}
	pcm := make([]int16, tickSize)
	for {
		n, err := r.Read(pcm)
		if n == tickSize {
			for i := 0; i < n; i += 2 {
				if pcm[i] != pcm[0] || pcm[i+1] != pcm[1] {
					t.Fatalf("tick %d: a sample of another frame at %d", len(left), i)
				}
			}
			left, right = append(left, int(pcm[0])), append(right, int(pcm[1]))
		}
		if err == io.EOF {
			return left, right
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestSideBySide(t *testing.T) {
	for _, readFirst := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "a.wav")
		r, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		passed := 0
		in, out := r.Tap(media.SinkFunc(func(f media.Frame) { passed += int(f.PCM[7]) }), &counter{})
		const n = 60 // two blocks and a part
		for i := 1; i <= n; i++ {
			if !readFirst {
				in.WriteFrame(numbered(i))
			}
			if f, ok := out.ReadFrame(); ok != (i%3 != 0) || f.PCM[0] != int16(i) {
				t.Fatalf("read %v %v at %d", f.PCM[0], ok, i)
			}
			if readFirst {
				in.WriteFrame(numbered(i))
			}
		}
		if passed != n*(n+1)/2 {
			t.Errorf("%d came through", passed)
		}
		if got := r.Position(); got != n*media.FrameDur {
			t.Errorf("position %v", got)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		in.WriteFrame(numbered(99))
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		left, right := ticks(t, path)
		if len(left) != n {
			t.Fatalf("%d ticks", len(left))
		}
		for i := range left {
			want := i + 1
			if left[i] != want || right[i] != want && !(want%3 == 0 && right[i] == 0) {
				t.Errorf("tick %d: %d and %d", i, left[i], right[i])
			}
		}
	}
}

// TestOneWay has only one direction running for a while; the other is silence
// meanwhile and not late afterwards.
func TestOneWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	r, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	src := &counter{}
	in, out := r.Tap(media.SinkFunc(func(media.Frame) {}), src)
	for i := 1; i <= 30; i++ {
		in.WriteFrame(numbered(i))
		if src.n = i - 1; i <= 10 || i > 20 {
			out.ReadFrame()
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	left, right := ticks(t, path)
	if len(left) != 30 {
		t.Fatalf("%d ticks", len(left))
	}
	for i := range left {
		want := i + 1
		if want > 10 && want <= 20 || want%3 == 0 {
			want = 0
		}
		if left[i] != i+1 || right[i] != want {
			t.Errorf("tick %d: %d and %d", i, left[i], right[i])
		}
	}
}

// stuck is a disk that does nothing until it is let go.
type stuck struct {
	*os.File
	entered, release chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	if len(p) > 44 { // the header goes through
		select {
		case s.entered <- struct{}{}:
		default:
		}
		<-s.release
	}
	return s.File.Write(p)
}

// TestSlowDisk fills all blocks while the disk is stuck. The pacer's side must
// not notice, what was dropped is silence, and what came after is at its place.
func TestSlowDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	disk := &stuck{f, make(chan struct{}, 1), make(chan struct{})}
	w, err := wav.NewWriter(disk, media.SampleRate, 2)
	if err != nil {
		t.Fatal(err)
	}
	r := start(w)
	r.file = f
	in, out := r.Tap(media.SinkFunc(func(media.Frame) {}), &counter{})
	tick := func(i int) { in.WriteFrame(numbered(i)); out.ReadFrame() }
	const room, lost = blocks * blockTicks, 37
	for i := 1; i <= room+lost; i++ {
		tick(i)
	}
	<-disk.entered
	if got := r.Dropped(); got != lost*media.FrameDur {
		t.Errorf("dropped %v", got)
	}
	close(disk.release)
	b := <-r.free // the writer is done with a block
	r.free <- b
	for i := room + lost + 1; i <= room+lost+5; i++ {
		tick(i)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	left, _ := ticks(t, path)
	if len(left) != room+lost+5 {
		t.Fatalf("%d ticks, want %d", len(left), room+lost+5)
	}
	for i, v := range left {
		want := i + 1
		if want > room && want <= room+lost {
			want = 0
		}
		if v != want {
			t.Errorf("tick %d is %d, want %d", i, v, want)
		}
	}
}

// TestLostAtTheEnd closes while frames are still being dropped: the file has
// their length.
func TestLostAtTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	disk := &stuck{f, make(chan struct{}, 1), make(chan struct{})}
	w, _ := wav.NewWriter(disk, media.SampleRate, 2)
	r := start(w)
	r.file = f
	in, _ := r.Tap(media.SinkFunc(func(media.Frame) {}), nil)
	for i := range blocks*blockTicks + 10 {
		in.WriteFrame(numbered(i))
	}
	<-disk.entered
	close(disk.release)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := ticks(t, path); len(left) != blocks*blockTicks+10 {
		t.Errorf("%d ticks", len(left))
	}
}

var errDisk = errors.New("no space left")

type broken struct{ n int }

func (b *broken) Write(p []byte) (int, error) {
	if b.n++; b.n > 1 {
		return 0, errDisk
	}
	return len(p), nil
}
func (b *broken) WriteAt(p []byte, _ int64) (int, error) { return len(p), nil }

// TestFullDisk goes on passing frames, and says at the end what happened.
func TestFullDisk(t *testing.T) {
	w, err := wav.NewWriter(&broken{}, media.SampleRate, 2)
	if err != nil {
		t.Fatal(err)
	}
	r := start(w)
	n := 0
	in, out := r.Tap(media.SinkFunc(func(media.Frame) { n++ }), &counter{})
	for i := range 500 {
		in.WriteFrame(numbered(i))
		out.ReadFrame()
	}
	if err := r.Close(); !errors.Is(err, errDisk) || n != 500 {
		t.Errorf("%v after %d frames", err, n)
	}
}

func TestCreateRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	if err := os.WriteFile(path, []byte("another call"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a file that is there: %v", err)
	}
}

// TestKilled kills a process in mid-call, without warning, and plays what it
// left.
func TestKilled(t *testing.T) {
	if path := os.Getenv("HOTLINE_RECORD_VICTIM"); path != "" {
		r, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		in, out := r.Tap(media.SinkFunc(func(media.Frame) {}), &counter{})
		for i := 1; ; i++ {
			in.WriteFrame(numbered(i % 1000))
			out.ReadFrame()
			if i%100 == 0 {
				os.Stdout.Write([]byte{'.'})
			}
			time.Sleep(time.Millisecond) // faster than life, slower than the disk
		}
	}
	path := filepath.Join(t.TempDir(), "a.wav")
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "HOTLINE_RECORD_VICTIM="+path)
	dots, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 3)
	_, err = io.ReadFull(dots, said) // 300 ticks went by
	cmd.Process.Kill()
	cmd.Wait()
	if err != nil {
		t.Fatal(err)
	}
	left, right := ticks(t, path)
	if len(left) < 300-2*blockTicks-50 {
		t.Fatalf("only %d ticks of 300", len(left))
	}
	for i, v := range left {
		if v != (i+1)%1000 || right[i] != v && (i+1)%3 != 0 {
			t.Fatalf("tick %d: %d and %d", i, v, right[i])
		}
	}
	if soxi, err := exec.LookPath("soxi"); err == nil {
		if out, err := exec.Command(soxi, "-D", path).CombinedOutput(); err != nil {
			t.Errorf("soxi: %s", out)
		}
	}
}

func TestAllocs(t *testing.T) {
	r, err := Create(filepath.Join(t.TempDir(), "a.wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	in, out := r.Tap(media.SinkFunc(func(media.Frame) {}), &counter{})
	f := numbered(1)
	if n := testing.AllocsPerRun(200, func() { in.WriteFrame(f); out.ReadFrame() }); n != 0 {
		t.Errorf("%v allocations a tick", n)
	}
}

func BenchmarkTick(b *testing.B) {
	r, err := Create(filepath.Join(b.TempDir(), "a.wav"))
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	in, out := r.Tap(media.SinkFunc(func(media.Frame) {}), &counter{})
	f := numbered(1)
	b.ReportAllocs()
	for b.Loop() {
		in.WriteFrame(f)
		out.ReadFrame()
	}
}

// A pacer that was starved passes over frames (Frame.At jumps). The recording
// must stay in step with media time, or every link from a word to its second of
// audio is off from then on.
func TestSkippedFramesStaySilentInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	rec, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	in, out := rec.Tap(media.SinkFunc(func(media.Frame) {}), &counter{})
	for _, n := range []int{0, 1, 60, 61} {
		f := numbered(n + 100)
		f.At = time.Duration(n) * media.FrameDur
		in.WriteFrame(f)
		out.ReadFrame()
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	left, right := ticks(t, path)
	if len(left) != 62 || left[1] != 101 || left[2] != 0 || left[59] != 0 || left[60] != 160 || left[61] != 161 {
		t.Errorf("left: %v", left)
	}
	if right[1] != 2 || right[59] != 0 || right[61] != 4 {
		t.Errorf("right: %v", right)
	}
}
