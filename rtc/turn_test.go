package rtc

import (
	"net"
	"strings"
	"testing"

	"github.com/pion/turn/v5"
	"github.com/pion/webrtc/v4"

	"hotline"
)

// relay is a TURN server on loopback.
func relay(t *testing.T) ICEServer {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := turn.NewServer(turn.ServerConfig{
		Realm:         "test",
		LoggerFactory: quiet,
		AuthHandler: func(a *turn.RequestAttributes) (string, []byte, bool) {
			return a.Username, turn.GenerateAuthKey(a.Username, a.Realm, "secret"), a.Username == "hotline"
		},
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: conn,
			RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{RelayAddress: net.IPv4(127, 0, 0, 1), Address: "127.0.0.1"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return ICEServer{URLs: []string{"turn:" + conn.LocalAddr().String() + "?transport=udp"}, Username: "hotline", Credential: "secret"}
}

// A server that has nothing but a relay is heard through it.
func TestRelay(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{Relays: []ICEServer{relay(t)}})
	s.rtc.ICETransportPolicy = webrtc.ICETransportPolicyRelay // no address of our own
	b := newBrowser(t, "PCMU")
	res, answer := whip(t, "POST", s.url, typeSDP, b.offer(nil))
	if res.StatusCode != 201 {
		t.Fatalf("%s: %s", res.Status, answer)
	}
	for line := range strings.Lines(answer) {
		if strings.HasPrefix(line, "a=candidate:") && !strings.Contains(line, "typ relay") {
			t.Errorf("told: %s", line)
		}
	}
	if !strings.Contains(answer, "typ relay") {
		t.Fatalf("no relayed candidate:\n%s", answer)
	}
	b.answer(answer)
	l := <-s.legs
	ours, theirs := talk(t, l, 440), talk(t, b.Leg, 1000)
	hears(t, ours, 1000)
	hears(t, theirs, 440)
	if err := l.Hangup(within(t), hotline.BotHangup); err != nil {
		t.Error(err)
	}
}
