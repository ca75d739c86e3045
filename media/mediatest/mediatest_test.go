package mediatest

import (
	"context"
	"math"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"hotline/media"
)

func TestToneIsFoundAgain(t *testing.T) {
	for _, hz := range []float64{100, 440, 1004, 3333, 6500} {
		ear, tone := NewEar(), &Tone{Hz: hz, Level: -17}
		for range 30 {
			f, _ := tone.ReadFrame()
			ear.WriteFrame(f)
		}
		r := Hear(ear.Last(400 * time.Millisecond))
		if math.Abs(r.Hz-hz) > 0.5 || math.Abs(r.Level+17) > 0.1 || r.Purity < 0.99 {
			t.Errorf("%g Hz: heard %v", hz, r)
		}
	}
}

func TestNoiseIsNoTone(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	pcm := make([]int16, 6400)
	for i := range pcm {
		pcm[i] = int16(rnd.IntN(8000) - 4000)
	}
	if r := Hear(pcm); r.Purity > 0.1 {
		t.Errorf("heard %v in noise", r)
	}
	if r := Hear(make([]int16, 6400)); r.Purity != 0 || !math.IsInf(r.Level, -1) {
		t.Errorf("heard %v in silence", r)
	}
}

func TestWait(t *testing.T) {
	ear := NewEar()
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan error, 2)
	go func() { heard <- ear.Wait(ctx, 500, 200*time.Millisecond) }()
	for tone := (&Tone{Hz: 500}); ; {
		f, _ := tone.ReadFrame()
		ear.WriteFrame(f)
		select {
		case err := <-heard:
			if err != nil {
				t.Error(err)
			}
		default:
			continue
		}
		break
	}
	cancel()
	if err := ear.Wait(ctx, 700, 100*time.Millisecond); err == nil {
		t.Error("700 Hz found")
	} else {
		t.Log(err)
	}
}

func TestFrames(t *testing.T) {
	clip := Clip(Frames(make([]int16, 8000+10), 8000))
	n := 0
	for f, ok := clip.ReadFrame(); ok; f, ok = clip.ReadFrame() {
		if f.At != time.Duration(n)*media.FrameDur {
			t.Fatalf("frame %d at %v", n, f.At)
		}
		n++
	}
	if n != 51 {
		t.Errorf("%d frames, want 51", n)
	}
}

func TestFate(t *testing.T) {
	f := Net{Loss: 0.1, Duplicate: 0.05, Jitter: 40 * time.Millisecond, Seed: 7}.Fate()
	var lost, twice int
	for range 10000 {
		switch d := f.Next(nil); len(d) {
		case 0:
			lost++
		case 2:
			twice++
		}
	}
	if lost < 850 || lost > 1150 || twice < 350 || twice > 550 {
		t.Errorf("lost %d, doubled %d", lost, twice)
	}
}

func TestRelay(t *testing.T) {
	server, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	addr := server.LocalAddr().(*net.UDPAddr).AddrPort()
	client, err := net.Dial("udp4", Relay(t, addr, Net{Duplicate: 1, Jitter: time.Millisecond}).String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	client.Write([]byte("there"))
	buf := make([]byte, 100)
	server.SetReadDeadline(time.Now().Add(5 * time.Second))
	client.SetReadDeadline(time.Now().Add(5 * time.Second))
	for range 2 {
		n, from, err := server.ReadFrom(buf)
		if err != nil || string(buf[:n]) != "there" {
			t.Fatalf("%q, %v", buf[:n], err)
		}
		server.WriteTo([]byte("back"), from)
	}
	for range 4 {
		if n, err := client.Read(buf); err != nil || string(buf[:n]) != "back" {
			t.Fatalf("%q, %v", buf[:n], err)
		}
	}
}
