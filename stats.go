package hotline

import (
	"cmp"
	"slices"
	"time"
)

// A StatsQuery says which calls are counted: those that began at or after From,
// before To, and have ended.
type StatsQuery struct {
	From, To time.Time
	Bucket   string         // BucketHour or BucketDay
	Zone     *time.Location // in which days begin
	Within   time.Duration  // the service level's: 20 s is usual
	Bot      string         // empty is all
}

// Buckets of a series.
const (
	BucketHour = "hour"
	BucketDay  = "day"
)

// Stats is what ended calls add up to. Refused calls are not counted. Times
// nobody has are 0.
type Stats struct {
	Totals   Totals         `json:"totals"`
	Series   []BucketStats  `json:"series"` // without a gap, in order
	Intents  []IntentStats  `json:"intents"`
	Emotions []EmotionStats `json:"emotions"`
	Agents   []AgentStats   `json:"agents"`
	Channels []ChannelStats `json:"channels"`
}

// Totals are those of all calls.
type Totals struct {
	Counts
	AnswerP50 Ms  `json:"answer_p50_ms"` // end of the caller's speech to the first sound of the answer
	AnswerP95 Ms  `json:"answer_p95_ms"`
	WaitP95   Ms  `json:"wait_p95_ms"`
	Handle    Ms  `json:"handle_mean_ms"` // talk with people, of the calls that had any
	Queued    int `json:"queued"`         // callers who asked for a person
	// ServiceLevel is the share of callers who asked for a person and had one
	// within the time; who left before that time does not count. 1 if nobody asked.
	ServiceLevel float64 `json:"service_level"`
}

// Counts are numbers of calls, and the mean wait for a person of those who asked
// for one.
type Counts struct {
	Calls       int `json:"calls"`
	Contained   int `json:"contained"`   // the bot did it all
	Transferred int `json:"transferred"` // a person took over
	Abandoned   int `json:"abandoned"`   // left while waiting for a person
	Failed      int `json:"failed"`      // our doing
	WaitMean    Ms  `json:"wait_mean_ms"`
}

// BucketStats are those of an hour or a day.
type BucketStats struct {
	At time.Time `json:"at"`
	Counts
}

type (
	IntentStats struct {
		Intent    string `json:"intent"`
		Calls     int    `json:"calls"`
		Contained int    `json:"contained"`
	}
	ChannelStats struct { // how they came: in the order of Channels
		Channel   string `json:"channel"`
		Calls     int    `json:"calls"`
		Contained int    `json:"contained"`
	}
	EmotionStats struct { // of each call, the worst
		Emotion string `json:"emotion"`
		Calls   int    `json:"calls"`
	}
	AgentStats struct { // of each call, who joined last
		Agent    AgentID `json:"agent"`
		Calls    int     `json:"calls"`
		TalkMean Ms      `json:"talk_mean_ms"`
	}
)

// maxBuckets bounds a series: a year of hours.
const maxBuckets = 366 * 24

// Check says what is wrong with q, with hotline.EInvalid.
func (q *StatsQuery) Check() error {
	bad := func(m string) error { return &Error{Op: "stats", Code: EInvalid, Message: m} }
	step := time.Hour
	switch {
	case q.Bucket != BucketHour && q.Bucket != BucketDay:
		return bad("bucket must be hour or day")
	case !q.From.Before(q.To):
		return bad("from must be before to")
	case q.Bucket == BucketDay:
		step = 24 * time.Hour
	}
	if q.To.Sub(q.From)/step > maxBuckets {
		return bad("too long for buckets so small")
	}
	return nil
}

// Tally adds facts up.
type Tally struct {
	q        StatsQuery
	all      tally
	series   []tally
	starts   []time.Time
	intents  map[string]*IntentStats
	emotions map[string]int
	agents   map[AgentID]*tally
	channels map[string]*ChannelStats
	answers  []Ms
	waits    []Ms
}

type tally struct {
	Counts
	queued, joined, inTime, counted int
	wait, talk                      Ms
}

// NewTally counts what q asks for, which must be right by Check.
func NewTally(q StatsQuery) *Tally {
	t := &Tally{q: q, intents: map[string]*IntentStats{}, emotions: map[string]int{}, agents: map[AgentID]*tally{}, channels: map[string]*ChannelStats{}}
	from := q.From.In(q.Zone)
	for at := bucketOf(from, q.Bucket); at.Before(q.To); at = nextBucket(at, q.Bucket) {
		t.starts = append(t.starts, at)
	}
	t.series = make([]tally, len(t.starts))
	return t
}

func bucketOf(t time.Time, bucket string) time.Time {
	y, m, d := t.Date()
	if bucket == BucketDay {
		return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
	}
	return t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
}

func nextBucket(t time.Time, bucket string) time.Time {
	if bucket == BucketDay { // not 24 hours where clocks change
		y, m, d := t.Date()
		return time.Date(y, m, d+1, 0, 0, 0, 0, t.Location())
	}
	return t.Add(time.Hour)
}

// Add counts a call, if q asks for it.
func (t *Tally) Add(f *Facts) {
	if !f.Ended || f.Result == Refused || f.Started.Before(t.q.From) || !f.Started.Before(t.q.To) || t.q.Bot != "" && f.Bot != t.q.Bot {
		return
	}
	contained := f.Contained()
	t.all.add(f, contained, t.q.Within)
	i, at := slices.BinarySearchFunc(t.starts, f.Started, time.Time.Compare)
	if !at {
		i--
	}
	t.series[i].add(f, contained, t.q.Within)
	if f.Intent != "" {
		in := t.intents[f.Intent]
		if in == nil {
			in = &IntentStats{Intent: f.Intent}
			t.intents[f.Intent] = in
		}
		in.Calls++
		if contained {
			in.Contained++
		}
	}
	ch := t.channels[f.Channel]
	if ch == nil {
		ch = &ChannelStats{Channel: f.Channel}
		t.channels[f.Channel] = ch
	}
	ch.Calls++
	if contained {
		ch.Contained++
	}
	if f.Emotion != "" {
		t.emotions[f.Emotion]++
	}
	if f.Joined {
		a := t.agents[f.Agent]
		if a == nil {
			a = &tally{}
			t.agents[f.Agent] = a
		}
		a.Calls++
		a.talk += f.TalkMs
	}
	t.answers = append(t.answers, f.Answers...)
	if f.Queued {
		t.waits = append(t.waits, f.WaitMs)
	}
}

func (t *tally) add(f *Facts, contained bool, within time.Duration) {
	t.Calls++
	switch {
	case contained:
		t.Contained++
	case f.Joined:
		t.Transferred++
	case f.Result == Abandoned:
		t.Abandoned++
	}
	if f.Result == Failed || f.Result == Interrupted {
		t.Failed++
	}
	if f.Queued {
		t.queued++
		t.wait += f.WaitMs
		switch soon := f.WaitMs.Duration() <= within; {
		case f.Joined && soon:
			t.inTime++
			t.counted++
		case f.Joined, !soon:
			t.counted++
		}
	}
	if f.Joined {
		t.joined++
		t.talk += f.TalkMs
	}
}

func (t *tally) counts() Counts {
	c := t.Counts
	c.WaitMean = mean(t.wait, t.queued)
	return c
}

func mean(sum Ms, n int) Ms {
	if n == 0 {
		return 0
	}
	return sum / Ms(n)
}

// Stats is what was added.
func (t *Tally) Stats() Stats {
	slices.Sort(t.answers)
	slices.Sort(t.waits)
	s := Stats{
		Totals: Totals{Counts: t.all.counts(), AnswerP50: percentile(t.answers, 50), AnswerP95: percentile(t.answers, 95),
			WaitP95: percentile(t.waits, 95), Handle: mean(t.all.talk, t.all.joined), Queued: t.all.queued, ServiceLevel: 1},
		Series: make([]BucketStats, len(t.series)), Intents: []IntentStats{}, Emotions: []EmotionStats{}, Agents: []AgentStats{}, Channels: []ChannelStats{},
	}
	if t.all.counted > 0 {
		s.Totals.ServiceLevel = float64(t.all.inTime) / float64(t.all.counted)
	}
	for i := range t.series {
		s.Series[i] = BucketStats{At: t.starts[i], Counts: t.series[i].counts()}
	}
	for _, in := range t.intents {
		s.Intents = append(s.Intents, *in)
	}
	slices.SortFunc(s.Intents, func(a, b IntentStats) int { return cmp.Or(b.Calls-a.Calls, cmp.Compare(a.Intent, b.Intent)) })
	for name, n := range t.emotions {
		s.Emotions = append(s.Emotions, EmotionStats{name, n})
	}
	slices.SortFunc(s.Emotions, func(a, b EmotionStats) int {
		return cmp.Or(slices.Index(Feelings, a.Emotion)-slices.Index(Feelings, b.Emotion), cmp.Compare(a.Emotion, b.Emotion))
	})
	for _, name := range Channels {
		if ch := t.channels[name]; ch != nil {
			s.Channels = append(s.Channels, *ch)
		}
	}
	for id, a := range t.agents {
		s.Agents = append(s.Agents, AgentStats{id, a.Calls, mean(a.talk, a.Calls)})
	}
	slices.SortFunc(s.Agents, func(a, b AgentStats) int { return cmp.Or(b.Calls-a.Calls, cmp.Compare(a.Agent, b.Agent)) })
	return s
}

// percentile is the smallest of sorted that p percent are no greater than.
func percentile(sorted []Ms, p int) Ms {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*p+99)/100-1]
}

// SkillStats counts the callers who asked for a person with a skill.
type SkillStats struct {
	Skill     string `json:"skill"`
	Offered   int    `json:"offered"`   // who are through: joined by a person, or gone
	Answered  int    `json:"answered"`  // by a person
	Abandoned int    `json:"abandoned"` // left while waiting
	// ServiceLevel is the share of Offered whom a person joined in time; who left
	// before that time does not count. 1 if nobody asked.
	ServiceLevel float64 `json:"service_level"`
}
