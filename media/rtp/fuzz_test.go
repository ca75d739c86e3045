package rtp

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pion/rtp"

	"hotline/media"
	"hotline/media/codec"
	"hotline/media/mediatest"
)

// FuzzPackets: whatever comes to either port, from the peer or from a stranger,
// nothing panics, every packet is accounted for, and there is always a frame. The seeds
// in testdata/rtcp are from pion/rtcp (see NOTICE there).
func FuzzPackets(f *testing.F) {
	files, err := filepath.Glob("testdata/rtcp/*.bin")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds: ", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, b, uint8(1))
	}
	packet := func(pt uint8, payload ...byte) []byte {
		b, err := (&rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: pt, SequenceNumber: 1, Timestamp: 160, SSRC: 1}, Payload: payload}).Marshal()
		if err != nil {
			f.Fatal(err)
		}
		return b
	}
	f.Add(packet(0, make([]byte, 160)...), packet(96, 5, 0x8a, 3, 0x20), uint8(0))
	f.Add(packet(13, 60), packet(9), uint8(0))
	f.Add([]byte{0xbf, 0, 0, 1}, append([]byte{0xb1, 0, 0, 1}, make([]byte, 30)...), uint8(2))
	peer, stranger := netip.MustParseAddrPort(bob), netip.MustParseAddrPort("10.0.0.9:99")
	f.Fuzz(func(t *testing.T, a, b []byte, who uint8) {
		from := peer
		if who%2 == 1 {
			from = stranger
		}
		s := newSession(Config{}, netip.MustParseAddrPort(alice), null{}, null{}, func() {})
		s.Update(params(bob, codec.PCMU))
		s.start = time.Now()
		for i := range 4 {
			s.receive(from, a)
			s.receive(peer, b)
			s.receiveRTCP(from, b)
			s.tick(time.Duration(i)*5*media.FrameDur, media.SinkFunc(func(media.Frame) {}), new(mediatest.Clip))
		}
		st := s.Stats()
		if st.Received+st.Discarded > 3*4 || st.RTTMs < 0 || st.RemoteLost < 0 || st.RemoteLost > 1 {
			t.Errorf("%+v", st)
		}
	})
}
