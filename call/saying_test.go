package call_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"hotline"
	"hotline/call"
	"hotline/call/calltest"
)

// told keeps what is told of a call, and the turns that are heard, in order.
type told struct {
	*calltest.Journal
	mu    sync.Mutex
	lines []string
}

func (t *told) Tell(ev hotline.Event) {
	p := ev.Body.(hotline.Partial)
	t.line("%s %s: %s", ev.Leg, p.Who, p.Text)
}

func (t *told) Append(ev hotline.Event) hotline.Event {
	if h, ok := ev.Body.(hotline.Heard); ok {
		t.line("%s HEARD: %s", h.Who, h.Text)
	}
	return t.Journal.Append(ev)
}

func (t *told) line(format string, a ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, fmt.Sprintf(format, a...))
}

// What is being said is told as it grows, of both sides; the event takes its
// place, what came to nothing is taken back, and secrets are not told at all.
func TestWhatIsBeingSaidIsTold(t *testing.T) {
	for name, tt := range map[string]struct {
		caller []calltest.Utterance
		agent  []calltest.Utterance
		want   string
	}{
		"a turn with the bot": {caller: []calltest.Utterance{{At: 4000 * ms, For: s, Text: "where is my order"}},
			want: "caller caller: where; caller caller: where is; caller caller: where is my; caller caller: where is my order; caller HEARD: where is my order"},
		"a sign of listening is taken back, until it is more": {caller: []calltest.Utterance{{At: 4000 * ms, For: s, Text: "where is my order"}, {At: 6800 * ms, For: 700 * ms, Text: "uh-huh uh-huh"}},
			want: "caller caller: where; caller caller: where is; caller caller: where is my; caller caller: where is my order; caller HEARD: where is my order; " +
				"caller caller: uh-huh; caller caller: ; caller caller: uh-huh uh-huh; caller HEARD: uh-huh uh-huh"},
		"a secret": {caller: []calltest.Utterance{{At: 4000 * ms, For: 500 * ms, Text: "a secret"}, {At: 7600 * ms, For: s, Text: "four five seven one"}},
			want: "caller caller: a; caller caller: a secret; caller HEARD: a secret; caller HEARD: * * * *"},
		"with an agent": {caller: []calltest.Utterance{{At: 4000 * ms, For: s, Text: "a person please"}, {At: 13 * s, For: s, Text: "my bill is wrong"}},
			agent: []calltest.Utterance{{At: 4000 * ms, For: s, Text: "hello this is Ann"}},
			want: "caller caller: a; caller caller: a person; caller caller: a person please; caller HEARD: a person please; " +
				"agent-1 agent: hello; agent-1 agent: hello this; agent-1 agent: hello this is; agent HEARD: hello this is Ann; " +
				"caller caller: my; caller caller: my bill; caller caller: my bill is; caller HEARD: my bill is wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := &told{Journal: calltest.NewJournal()}
				caller := calltest.NewCaller(&calltest.Phone{Says: tt.caller, HangsUp: 16003 * ms})
				recogniser := calltest.ASR{Phones: []*calltest.Phone{caller}, Partials: 300 * ms}
				phones := map[hotline.AgentID]*calltest.Phone{}
				desk := &calltest.Desk{Journal: j.Journal}
				if tt.agent != nil {
					p := calltest.NewAgent(&calltest.Phone{Name: "agent-1", Says: tt.agent})
					recogniser.Phones, phones["agent-1"], desk.Agents = append(recogniser.Phones, p), p, []hotline.AgentID{"agent-1"}
				}
				(&call.Session{
					Machine: call.Machine{Call: "c1", Rules: calltest.Rules, Skill: "service"}, Caller: caller, ASR: recogniser, TTS: calltest.TTS{},
					Dialog: &calltest.Bot{Table: table}, Desk: desk, Dialer: &calltest.Dialer{Journal: j.Journal, Phones: phones},
					Events: j, Live: j, VAD: calltest.NewDetector,
				}).Run(t.Context())
				if got := strings.Join(j.lines, "; "); got != tt.want {
					t.Errorf("told\n%s\nwant\n%s", strings.ReplaceAll(got, "; ", "\n"), strings.ReplaceAll(tt.want, "; ", "\n"))
				}
			})
		})
	}
}
