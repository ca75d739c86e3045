// Package process runs the programs that speak: text in on stdin, sound out.
//
// A program is read as fast as it writes, into memory, so it lives for the
// milliseconds that its work takes and not as long as its speech plays. It gets
// no more than a time, an amount of output and a share of the machine: only so
// many run at once in all of hotline, the others wait. Whoever starts an Output
// closes it; then the program, its process group and the goroutines are gone.
package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Program is what to run. What is said goes to Stdin and never to Args: other
// users of the machine can read a command line, and an argument may begin with
// a dash.
type Program struct {
	Name    string
	Args    []string
	Stdin   string
	Timeout time.Duration // for the whole run; 0 is 10 s
	Max     int           // bytes of output, beyond which it is stopped with ErrTooMuch; 0 is 16 MB
	// Seeks says that the program must be able to seek in what it writes to
	// stdout. It then gets a nameless file, which is read when it has ended.
	Seeks bool
}

// ErrTooMuch ends the output of a program that wrote more than Max.
var ErrTooMuch = errors.New("too much output")

var errTimeout = errors.New("took too long")

// slots bounds the programs that run at one time. They are short and use one
// core each; more of them than this only make one another late.
var slots = make(chan struct{}, 2*runtime.GOMAXPROCS(0))

type background struct{}

// Background marks work that nobody waits for: its programs run with low
// priority and leave half of the slots free.
func Background(ctx context.Context) context.Context {
	return context.WithValue(ctx, background{}, true)
}

var backgroundSlots = make(chan struct{}, runtime.GOMAXPROCS(0))

func acquire(ctx context.Context, low bool) (release func(), err error) {
	take := func(c chan struct{}) error {
		select {
		case c <- struct{}{}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if low {
		if err := take(backgroundSlots); err != nil {
			return nil, err
		}
	}
	if err := take(slots); err != nil {
		if low {
			<-backgroundSlots
		}
		return nil, err
	}
	return func() {
		<-slots
		if low {
			<-backgroundSlots
		}
	}, nil
}

// An Output is what a program writes. It is read by one goroutine.
type Output struct {
	cancel context.CancelFunc
	ended  chan struct{} // the program and the goroutines are gone

	mu   sync.Mutex
	grew sync.Cond
	buf  bytes.Buffer
	max  int
	done bool
	err  error // after the last byte; io.EOF if all went well
}

// Start waits for its turn and runs p.
func Start(ctx context.Context, p Program) (*Output, error) {
	low := ctx.Value(background{}) != nil
	release, err := acquire(ctx, low)
	if err != nil {
		return nil, err
	}
	if p.Timeout <= 0 {
		p.Timeout = 10 * time.Second
	}
	o := &Output{ended: make(chan struct{}), max: p.Max}
	if o.max <= 0 {
		o.max = 16 << 20
	}
	o.grew.L = &o.mu
	ctx, o.cancel = context.WithTimeoutCause(ctx, p.Timeout, errTimeout)
	cmd := exec.CommandContext(ctx, p.Name, p.Args...)
	cmd.Stdin = strings.NewReader(p.Stdin)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	var complaint tail
	cmd.Stderr = &complaint
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	var file *os.File
	if p.Seeks {
		if file, err = nameless(); err == nil {
			cmd.Stdout = file
		}
	} else {
		cmd.Stdout = (*writer)(o)
	}
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		o.cancel()
		release()
		if file != nil {
			file.Close()
		}
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	if low {
		syscall.Setpriority(syscall.PRIO_PGRP, cmd.Process.Pid, 15) //nolint:errcheck // a wish
	}
	go func() {
		defer close(o.ended)
		defer release()
		err := cmd.Wait()
		if file != nil {
			defer file.Close()
			if err == nil {
				err = o.load(file)
			}
		}
		switch {
		case err == nil:
			err = io.EOF
		case errors.Is(err, ErrTooMuch):
		case ctx.Err() != nil:
			err = fmt.Errorf("%s: %w", p.Name, context.Cause(ctx))
		default:
			err = fmt.Errorf("%s: %w%s", p.Name, err, complaint.String())
		}
		o.finish(err)
	}()
	return o, nil
}

// Read blocks until there is output, the program has ended, or its context has.
func (o *Output) Read(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.buf.Len() == 0 && !o.done {
		o.grew.Wait()
	}
	if o.buf.Len() == 0 {
		return 0, o.err
	}
	return o.buf.Read(b)
}

// Close stops the program if it still runs, and waits for its end.
func (o *Output) Close() error {
	o.cancel()
	<-o.ended
	return nil
}

func (o *Output) finish(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.done = true
	if o.err == nil {
		o.err = err
	}
	o.grew.Broadcast()
}

func (o *Output) load(file *os.File) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy((*writer)(o), file)
	return err
}

// writer is the side of an Output that the program writes to.
type writer Output

func (w *writer) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if room := w.max - w.buf.Len(); len(b) > room {
		w.buf.Write(b[:max(0, room)])
		w.err = ErrTooMuch
		w.cancel()
		w.grew.Broadcast()
		return max(0, room), ErrTooMuch
	}
	w.buf.Write(b)
	w.grew.Broadcast()
	return len(b), nil
}

// nameless is a file that nobody else can open and that goes with its last
// descriptor.
func nameless() (*os.File, error) {
	f, err := os.CreateTemp("", "hotline-speech-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// tail keeps the beginning of what a program complains about.
type tail struct{ b []byte }

func (t *tail) Write(b []byte) (int, error) {
	t.b = append(t.b, b[:min(len(b), 400-len(t.b))]...)
	return len(b), nil
}

func (t *tail) String() string {
	if s := strings.TrimSpace(string(t.b)); s != "" {
		return ": " + strings.Join(strings.Fields(s), " ")
	}
	return ""
}
