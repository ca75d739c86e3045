package hotline

import (
	"reflect"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// factsOf applies bodies, each a second after the one before.
func factsOf(bodies ...Body) *Facts {
	f := &Facts{}
	for i, b := range bodies {
		f.Apply(Event{Seq: uint64(i + 1), N: uint64(i + 1), Call: "c", At: noon.Add(time.Duration(i) * time.Second), Kind: b.Kind(), Body: b})
	}
	return f
}

func caller(text, intent, emotion string) Heard {
	return Heard{Who: "caller", Text: text, Intent: intent, Emotion: Emotion{Name: emotion}}
}

func TestFacts(t *testing.T) {
	done := CallEnded{Outcome: Outcome{Result: Completed}}
	f := factsOf(CallStarted{Bot: "shop"}, CallAnswered{}, caller("a", "order_status", "angry"), Turn{Total: 300}, Said{Text: "b", To: "caller"},
		caller("c", "agent", "neutral"), Queued{Skill: "care"}, // at 6 s
		Offered{Agent: "x"}, AgentLeft{Agent: "x", Reason: "no-answer"}, Offered{Agent: "y"}, AgentJoined{Agent: "y"}, // at 10 s
		Said{Text: "a whisper", To: "agent"}, AgentJoined{Agent: "z", As: AsConsulted}, AgentLeft{Agent: "z", Still: "y"},
		ReturnedToBot{Flow: "pay", By: "y", Then: ThenAgent},                     // at 14 s
		AgentJoined{Agent: "y", As: AsBack},                                      // at 15 s
		Heard{Who: "agent", Text: "d", Intent: "x"}, AgentLeft{Agent: "y"}, done) // at 17 s
	if f.WaitMs != 4000 || f.TalkMs != 7000 || !f.Joined || f.Agent != "y" || f.Skill != "care" || f.Contained() {
		t.Errorf("waited %d, talked %d, with %s for %s: %+v", f.WaitMs, f.TalkMs, f.Agent, f.Skill, f)
	}
	if f.Intent != "order_status" || f.Emotion != "angry" || !reflect.DeepEqual(f.Intents, []string{"order_status", "agent"}) {
		t.Errorf("intent %s of %v, emotion %s", f.Intent, f.Intents, f.Emotion)
	}
	if got := f.Text(); got != "a\nb\nc\nd" {
		t.Errorf("said %q", got)
	}
	if f := factsOf(CallStarted{}, CallAnswered{}, caller("", "agent", ""), done); f.Intent != "agent" || !f.Contained() {
		t.Errorf("nothing but asking for a person: %+v", f)
	}
	if f := factsOf(CallStarted{}, CallAnswered{}, caller("", "hours", ""), done, Corrected{N: 3, Intent: "returns"}); f.Intent != "returns" || !f.Ended {
		t.Errorf("corrected: %+v", f)
	}
	if f := factsOf(CallStarted{}, CallAnswered{}, Queued{}, CallEnded{Outcome: Outcome{Result: Abandoned}}); f.WaitMs != 1000 || f.Joined || f.TalkMs != 0 {
		t.Errorf("left while waiting: %+v", f)
	}
}

// The figures are worked out by hand.
func TestTally(t *testing.T) {
	zone := time.FixedZone("+8", 8*3600)
	q := StatsQuery{From: noon.Add(-48 * time.Hour), To: noon.Add(time.Hour), Bucket: BucketDay, Zone: zone, Within: 20 * time.Second}
	if err := q.Check(); err != nil {
		t.Fatal(err)
	}
	tally := NewTally(q)
	ended := func(after time.Duration, result Result, f Facts) {
		f.Started, f.Result, f.Ended, f.Answered, f.Bot = noon.Add(after), result, true, true, "shop"
		tally.Add(&f)
	}
	ended(0, Completed, Facts{Channel: ByChat, Intent: "hours", Emotion: "neutral", Answers: []Ms{100, 200, 300}})
	ended(0, Completed, Facts{Channel: ByPhone, Intent: "hours", Queued: true, Joined: true, Agent: "x", WaitMs: 10_000, TalkMs: 60_000, Answers: []Ms{400}})
	ended(0, Completed, Facts{Intent: "refund", Emotion: "angry", Queued: true, Joined: true, Agent: "x", WaitMs: 30_000, TalkMs: 120_000})
	ended(-24*time.Hour, Abandoned, Facts{Queued: true, WaitMs: 5000})
	ended(-24*time.Hour, Abandoned, Facts{Queued: true, WaitMs: 55_000})
	ended(-21*time.Hour, Failed, Facts{}) // 17:00 the day before, in +8
	ended(-19*time.Hour, Interrupted, Facts{})
	ended(0, Refused, Facts{})
	ended(time.Hour, Completed, Facts{}) // too late
	ended(-50*time.Hour, Completed, Facts{})
	tally.Add(&Facts{Started: noon}) // goes on
	s := tally.Stats()
	want := Totals{Counts: Counts{Calls: 7, Contained: 1, Transferred: 2, Abandoned: 2, Failed: 2, WaitMean: 25_000},
		AnswerP50: 200, AnswerP95: 400, WaitP95: 55_000, Handle: 90_000, Queued: 4, ServiceLevel: 1.0 / 3}
	if s.Totals != want {
		t.Errorf("totals\n got %+v\nwant %+v", s.Totals, want)
	}
	days := []string{}
	for _, b := range s.Series {
		days = append(days, b.At.Format("02 15:04"), string(rune('0'+b.Calls)))
	}
	if want := []string{"20 00:00", "0", "21 00:00", "3", "22 00:00", "4"}; !reflect.DeepEqual(days, want) {
		t.Errorf("series %v, want %v", days, want)
	}
	if want := []IntentStats{{"hours", 2, 1}, {"refund", 1, 0}}; !reflect.DeepEqual(s.Intents, want) {
		t.Errorf("intents %v", s.Intents)
	}
	if want := []EmotionStats{{"neutral", 1}, {"angry", 1}}; !reflect.DeepEqual(s.Emotions, want) {
		t.Errorf("emotions %v", s.Emotions)
	}
	if want := []AgentStats{{"x", 2, 90_000}}; !reflect.DeepEqual(s.Agents, want) {
		t.Errorf("agents %v", s.Agents)
	}
	if want := []ChannelStats{{ByPhone, 1, 0}, {ByChat, 1, 1}}; !reflect.DeepEqual(s.Channels, want) {
		t.Errorf("channels %v", s.Channels)
	}
	if e := NewTally(q).Stats(); len(e.Series) != 3 || e.Totals.ServiceLevel != 1 || e.Intents == nil {
		t.Errorf("nothing: %+v", e)
	}
	for _, bad := range []StatsQuery{{}, {Bucket: BucketDay}, {Bucket: "year", From: noon, To: noon.Add(1)}, {Bucket: BucketHour, From: noon, To: noon.AddDate(2, 0, 0)}} {
		if ErrorCode(bad.Check()) != EInvalid {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// A day has 23 or 25 hours where clocks change; no bucket is left out or twice there.
func TestBucketsWhereClocksChange(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	for _, from := range []time.Time{time.Date(2026, 3, 28, 0, 0, 0, 0, zone), time.Date(2026, 10, 24, 0, 0, 0, 0, zone)} {
		for bucket, want := range map[string][]int{BucketDay: {3}, BucketHour: {71, 73}} {
			q := StatsQuery{From: from, To: from.AddDate(0, 0, 3), Bucket: bucket, Zone: zone}
			s := NewTally(q).Stats().Series
			ok := false
			for _, n := range want {
				ok = ok || len(s) == n
			}
			for i := 1; i < len(s); i++ {
				ok = ok && s[i].At.After(s[i-1].At)
			}
			if !ok || !s[0].At.Equal(from) {
				t.Errorf("%s from %v: %d buckets", bucket, from, len(s))
			}
		}
	}
}

// The time with people is that of the caller's, whoever has them, once.
func TestTalkTime(t *testing.T) {
	var f Facts
	at := time.Unix(1_700_000_000, 0)
	for _, step := range []struct {
		after time.Duration
		body  Body
	}{
		{0, CallStarted{}},
		{10 * time.Second, Queued{Skill: "x"}},
		{5 * time.Second, AgentJoined{Agent: "ann"}},
		{10 * time.Second, ReturnedToBot{By: "ann"}},
		{10 * time.Second, AgentJoined{Agent: "ann", As: AsBack}},
		{10 * time.Second, AgentJoined{Agent: "ben", As: AsConsulted}},
		{10 * time.Second, AgentLeft{Agent: "ann", Still: "ben"}},
		{10 * time.Second, AgentLeft{Agent: "ben"}},
		{10 * time.Second, CallEnded{Outcome: Outcome{Result: Completed}}},
	} {
		at = at.Add(step.after)
		f.Apply(Event{At: at, Body: step.body})
	}
	if f.TalkMs != 50_000 || f.WaitMs != 5_000 || len(f.Agents) != 2 || f.Agent != "ben" {
		t.Errorf("talked %d ms, waited %d ms, %v, %s", f.TalkMs, f.WaitMs, f.Agents, f.Agent)
	}
}
