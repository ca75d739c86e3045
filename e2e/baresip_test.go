package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A baresip is a running SIP phone from Debian, driven over its control socket
// (netstrings of JSON, module ctrl_tcp). Its microphone is a WAV file; what it
// hears it writes to one.
type baresip struct {
	t       *testing.T
	dir     string
	conn    net.Conn
	events  chan event
	aor     string // "sip:name@127.0.0.1:port"
	replies chan event
	cmd     *exec.Cmd
}

// kill ends the phone as a power cut does.
func (b *baresip) kill() { _ = b.cmd.Process.Kill() }

// event is a message of the control socket.
type event struct {
	Event    bool   `json:"event"`
	Type     string `json:"type"` // CALL_ESTABLISHED, CALL_CLOSED, ...
	Param    string `json:"param"`
	Response bool   `json:"response"`
	OK       bool   `json:"ok"`
	Data     string `json:"data"`
}

const baresipConfig = `sip_listen 127.0.0.1:%d
net_interface 127.0.0.1
audio_source aufile,%s
audio_player aubridge,ear
audio_alert aubridge,bell
audio_srate 8000
audio_channels 1
rtp_ports %d-%d
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module uuid.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:%d
snd_path %s
`

// startBaresip starts a phone whose microphone is wav (8 kHz mono). answer is
// "auto" to pick up by itself, "manual" to ring.
func startBaresip(t *testing.T, name, wav, answer, params string) *baresip {
	t.Helper()
	requireTool(t, "baresip")
	dir := t.TempDir()
	sip, ctrl, rtp := freePort(t, "udp"), freePort(t, "tcp"), freePort(t, "udp")&^1
	for ctrl == sip+1 { // where baresip listens for TLS
		ctrl = freePort(t, "tcp")
	}
	write := func(file, text string) {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := &baresip{t: t, dir: dir, aor: fmt.Sprintf("sip:%s@127.0.0.1:%d", name, sip),
		events: make(chan event, 256), replies: make(chan event, 16)}
	write("config", fmt.Sprintf(baresipConfig, sip, wav, rtp, rtp+20, ctrl, dir))
	write("accounts", fmt.Sprintf("<%s>;regint=0;answermode=%s;audio_codecs=PCMU/8000/1,PCMA/8000/1%s\n", b.aor, answer, params))
	cmd := exec.Command("baresip", "-f", dir)
	log := &tail{}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	b.cmd = cmd
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }()
	t.Cleanup(func() {
		if b.conn != nil {
			b.conn.Close()
		}
		_ = cmd.Process.Kill()
		<-exited
		if t.Failed() {
			t.Logf("baresip %s:\n%s", name, log)
		}
	})
	deadline := time.Now().Add(10 * time.Second)
	for b.conn == nil {
		conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(ctrl))
		if err == nil {
			b.conn = conn
			break
		}
		select {
		case <-exited:
			t.Fatalf("baresip ended:\n%s", log)
		case <-time.After(20 * time.Millisecond): // until its control socket is there
		}
		if time.Now().After(deadline) {
			t.Fatalf("baresip opened no control socket:\n%s", log)
		}
	}
	go b.read()
	return b
}

// read takes netstrings ("12:{...},") from the control socket until it closes.
func (b *baresip) read() {
	defer close(b.events)
	r := bufio.NewReader(b.conn)
	for {
		size, err := r.ReadString(':')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSuffix(size, ":"))
		if err != nil || n > 1<<16 {
			return
		}
		buf := make([]byte, n+1) // and the comma
		if _, err := io.ReadFull(r, buf); err != nil {
			return
		}
		var e event
		if json.Unmarshal(buf[:n], &e) != nil {
			continue
		}
		if e.Response {
			b.replies <- e
		} else {
			select {
			case b.events <- e:
			default:
			}
		}
	}
}

// do runs a command of baresip's menu and waits for its reply.
func (b *baresip) do(command, params string) {
	b.t.Helper()
	msg, _ := json.Marshal(map[string]string{"command": command, "params": params})
	if _, err := fmt.Fprintf(b.conn, "%d:%s,", len(msg), msg); err != nil {
		b.t.Fatalf("baresip %s: %v", command, err)
	}
	select {
	case r := <-b.replies:
		if !r.OK {
			b.t.Fatalf("baresip %s: %s", command, r.Data)
		}
	case <-time.After(10 * time.Second):
		b.t.Fatalf("baresip %s: no reply", command)
	}
}

// wait waits for an event of that type and returns its parameter.
func (b *baresip) wait(ctx context.Context, kind string) string {
	b.t.Helper()
	var seen []string
	for {
		select {
		case e, ok := <-b.events:
			if !ok {
				b.t.Fatalf("baresip ended before %s; it said %v", kind, seen)
			}
			if e.Type == kind {
				return e.Param
			}
			seen = append(seen, e.Type)
		case <-ctx.Done():
			b.t.Fatalf("baresip: no %s; it said %v", kind, seen)
		}
	}
}

// heard returns the file of what the phone heard, complete once the call is closed.
func (b *baresip) heard() string {
	b.t.Helper()
	files, _ := filepath.Glob(filepath.Join(b.dir, "dump-*-dec.wav"))
	if len(files) == 0 {
		b.t.Fatal("baresip wrote nothing of what it heard")
	}
	return files[len(files)-1]
}
