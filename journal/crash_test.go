package journal_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"hotline"
	"hotline/journal"
)

// dieIn names the folder for the process that TestKilled kills.
const dieIn = "HOTLINE_TEST_DIE_IN"

// TestKilled kills a process in mid-call with SIGKILL and opens its journal
// again: at most the last second is gone, nothing before it, and the calls that
// were open are closed as interrupted.
func TestKilled(t *testing.T) {
	if dir := os.Getenv(dieIn); dir != "" {
		talkUntilKilled(t, dir)
		return
	}
	dir := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
	child.Env = append(os.Environ(), dieIn+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	appended := map[uint64]int64{} // seq: Unix ms
	var first, last uint64
	for lines := bufio.NewScanner(out); lines.Scan(); {
		seq, at, ok := strings.Cut(lines.Text(), " ")
		if !ok {
			continue
		}
		last, _ = strconv.ParseUint(seq, 10, 64)
		if first == 0 {
			first = last
		}
		appended[last], _ = strconv.ParseInt(at, 10, 64)
		if appended[last]-appended[first] > 1500 {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	_ = child.Wait() // says that it was killed
	if last < 100 {
		t.Fatalf("the process only came to event %d", last)
	}

	db := openStore(t, dir)
	head, err := db.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if head == 0 || appended[last]-appended[min(head, last)] > 1000 {
		t.Errorf("kept up to %d of %d: more than a second is gone", head, last)
	}
	t.Logf("appended %d, kept %d: lost %d ms", last, head, appended[last]-appended[min(head, last)])
	openJournal(t, db, journal.Config{})

	evs, err := db.Events(t.Context(), "", 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	wantRow(t, evs, 1)
	if len(evs) != int(head)+3 {
		t.Errorf("%d events follow the last one kept, want 3", len(evs)-int(head))
	}
	for _, ev := range evs[head:] {
		b, ok := ev.Body.(hotline.CallEnded)
		if !ok || b.Result != hotline.Interrupted || b.Reason == "" || b.LengthMs == 0 || ev.Media != b.LengthMs {
			t.Errorf("closed with %+v", ev)
		}
	}
	for id, want := range map[hotline.CallID]hotline.Result{"a": hotline.Interrupted, "b": hotline.Interrupted, "c": hotline.Interrupted, "done": hotline.Completed} {
		if c, err := db.Call(t.Context(), id); err != nil || c.Result != want || c.Phase != hotline.PhaseEnded {
			t.Errorf("call %s: %+v, %v", id, c, err)
		}
	}
}

// talkUntilKilled has three calls open and one done, and says each event it
// appended.
func talkUntilKilled(t *testing.T, dir string) {
	j := openJournal(t, openStore(t, dir), journal.Config{})
	calls := []hotline.CallID{"a", "b", "c"}
	for _, id := range append(calls, "done") {
		j.Append(event(id, hotline.CallStarted{From: "alice"}))
	}
	j.Append(event("done", ended))
	tick := time.NewTicker(5 * time.Millisecond)
	for began := time.Now(); time.Since(began) < 30*time.Second; <-tick.C {
		for _, id := range calls {
			ev := j.Append(hotline.Event{Call: id, Media: hotline.MsOf(time.Since(began)) + 1, Body: hotline.Heard{Who: "caller", Text: "still here"}})
			fmt.Println(ev.Seq, ev.At.UnixMilli())
		}
	}
}
