package asr

import (
	"context"
	"sync"
	"time"

	"hotline/media"
	"hotline/media/vad"
)

// A segment is a stretch of speech that becomes one final result.
type segment struct {
	pcm        []int16       // from PreRoll before the speech; only ever appended to
	from       time.Duration // media time of pcm[0]
	start, end time.Duration // of the speech; end is of the last speech so far
	asked      time.Duration // up to where a partial result has been asked for
	attempted  bool          // as a whole, since speech stopped
	whole      *Result       // that attempt, if it has succeeded
}

// speech is the segment's audio up to the end of the speech, and a tail.
func (g *segment) speech(tail time.Duration) []int16 {
	return g.pcm[:min(len(g.pcm), samples(g.end-g.from+tail))]
}

// A try is one recognition under way.
type try struct {
	seg    *segment
	final  bool // in earnest
	whole  bool // of all of the segment's speech
	end    time.Duration
	cancel context.CancelFunc
	res    Result
	err    error
}

// A segmenter is the state of one stream. Only Recognize's goroutine touches it;
// tries hand themselves back over done.
type segmenter struct {
	*segmented
	ctx      context.Context
	opt      Options
	detector media.Detector
	edges    vad.Edges
	wg       sync.WaitGroup

	before  []int16       // the last PreRoll of audio outside a segment
	at      time.Duration // media time of the end of the last frame
	voiced  bool          // the last frame is: no final of a pause now, it may be over
	barrier time.Duration // end of the last segment: no pre-roll from before it
	cur     *segment      // being spoken, or in its pause
	closed  []*segment    // over, their finals not yet out, oldest first
	lost    *segment      // the last one over, if it was short and gave no text
	now     *try          // under way
	done    chan *try     // holds one: there is only one under way that anybody waits for
}

const perMs = media.SampleRate / 1000

func samples(d time.Duration) int { return int(d/time.Millisecond) * perMs }

func (s *segmenter) frame(f *media.Frame) {
	if f.Voice == media.Unjudged {
		f.Voice = s.detector.Detect(f)
	}
	s.voiced = f.Voice == media.Voiced
	edge, turned := s.edges.Next(f)
	s.at = f.At + media.FrameDur
	if s.cur == nil {
		// Long enough to reach PreRoll before an edge that is believed later.
		keep := samples(s.cfg.PreRoll + vad.DefaultStart)
		s.before = append(s.before, f.PCM[:]...)
		if over := len(s.before) - keep; over > 0 {
			s.before = append(s.before[:0], s.before[over:]...)
		}
		if turned && edge.Speaking {
			s.open(edge.At)
		}
		return
	}
	s.cur.pcm = append(s.cur.pcm, f.PCM[:]...)
	switch {
	case turned && edge.Speaking:
		s.drop() // the pause was only a pause
		s.cur.attempted, s.cur.whole = false, nil
	case turned:
		s.cur.end = edge.At
		if s.now != nil && s.now.seg == s.cur && !s.now.whole {
			s.drop() // a partial result is of no use any more
		}
	case s.edges.Speaking():
		s.cur.end = s.at
		if s.at-s.cur.from >= s.cfg.Longest {
			s.cut()
		}
	case s.at-s.cur.end >= s.cfg.Endpoint:
		s.finish()
	}
}

// rejoin is how soon speech must follow a segment without text to be heard
// together with it, and brief how long such a segment may be.
const rejoin, brief = time.Second, 3 * time.Second

// open begins a segment with speech that started at start.
func (s *segmenter) open(start time.Duration) {
	from := max(start-s.cfg.PreRoll, s.barrier)
	n := min(samples(s.at-from), len(s.before))
	s.cur = &segment{from: s.at - time.Duration(n/perMs)*time.Millisecond, start: start, end: s.at, asked: start}
	pcm := s.before[len(s.before)-n:]
	s.cur.pcm = make([]int16, 0, samples(4*time.Second))
	if l := s.lost; l != nil && start-l.end < rejoin {
		s.cur.start = l.start
		s.cur.pcm = append(s.cur.pcm, l.speech(s.cfg.Tail)...)
		s.cur.from -= time.Duration(len(s.cur.pcm)/perMs) * time.Millisecond
	}
	s.lost = nil
	s.cur.pcm = append(s.cur.pcm, pcm...)
	s.before = s.before[:0]
}

// leave ends the current segment; what came after its speech may be the pre-roll
// of the next.
func (s *segmenter) leave() {
	seg := s.cur
	s.cur, s.barrier = nil, seg.end
	s.before = append(s.before[:0], seg.pcm[min(len(seg.pcm), samples(seg.end-seg.from)):]...)
}

// finish closes the current segment: its final will come.
func (s *segmenter) finish() {
	s.closed = append(s.closed, s.cur)
	s.leave()
}

// close is the end of the audio.
func (s *segmenter) close() {
	if s.cur == nil {
		return
	}
	if s.edges.Speaking() {
		s.cur.whole = nil
	}
	if s.now != nil && s.now.seg == s.cur && !s.now.whole {
		s.drop()
	}
	s.finish()
}

// cut ends a segment that has become too long, at a quiet spot, and goes on with
// the rest of it as the next.
func (s *segmenter) cut() {
	seg := s.cur
	if s.now != nil && s.now.seg == seg {
		s.drop()
	}
	n := quietest(seg.pcm, samples(5*time.Second))
	at := seg.from + time.Duration(n/perMs)*time.Millisecond
	s.closed = append(s.closed, &segment{pcm: seg.pcm[:n:n], from: seg.from, start: seg.start, end: at})
	s.cur = &segment{pcm: append(make([]int16, 0, samples(4*time.Second)), seg.pcm[n:]...), from: at, start: at, end: s.at, asked: at}
}

// quietest finds the middle of the quietest 100 ms of the last n samples.
func quietest(pcm []int16, n int) int {
	const step, width = media.FrameSize, 5 * media.FrameSize
	best, spot := int64(-1), len(pcm)
	for i := max(0, len(pcm)-n); i+width <= len(pcm); i += step {
		var sum int64
		for _, v := range pcm[i : i+width] {
			sum += int64(v) * int64(v)
		}
		if best < 0 || sum < best {
			best, spot = sum, i+width/2
		}
	}
	return spot
}

// drop forgets the try under way.
func (s *segmenter) drop() {
	if s.now != nil {
		s.now.cancel()
		s.now = nil
	}
}

// next starts what is most worth doing, if nothing is under way.
func (s *segmenter) next() {
	if s.now != nil {
		return
	}
	if len(s.closed) > 0 {
		s.try(s.closed[0], true, true)
		return
	}
	c := s.cur
	if c == nil || c.whole != nil {
		return
	}
	switch quiet := s.at - c.end; {
	case !s.edges.Speaking() && quiet >= s.cfg.Pause:
		s.try(c, true, true)
	case !s.edges.Speaking():
		if !c.attempted {
			c.attempted = true
			s.try(c, false, true)
		}
	case s.at-c.asked >= s.cfg.Every:
		c.asked = s.at
		s.try(c, false, false)
	}
}

// try starts a recognition of the segment's speech so far.
func (s *segmenter) try(seg *segment, final, whole bool) {
	ctx, cancel := context.WithCancel(s.ctx)
	t := &try{seg: seg, final: final, whole: whole, end: seg.end, cancel: cancel}
	pcm := seg.pcm
	if whole {
		pcm = seg.speech(s.cfg.Tail)
	}
	s.now = t
	recognise := s.batch.Transcribe
	if a, ok := s.batch.(Attempter); ok && !final {
		recognise = a.Attempt
	}
	s.wg.Go(func() {
		defer cancel()
		t.res, t.err = recognise(ctx, pcm, s.opt)
		select {
		case s.done <- t:
		case <-ctx.Done():
		}
	})
}

// result takes a try that has ended and returns a result to send, if it is one.
func (s *segmenter) result(t *try) (Result, bool, error) {
	if t != s.now {
		return Result{}, false, nil // dropped
	}
	s.now = nil
	if t.err != nil {
		if t.final {
			return Result{}, false, t.err
		}
		return Result{}, false, nil // a partial result that was not to be
	}
	res := t.res
	res.Start, res.End = t.seg.start, t.end
	if t.final && !(t.seg == s.cur && s.voiced) {
		s.over(t.seg, res)
		res.Final = true
		return res, true, nil
	}
	if t.whole {
		t.seg.whole = &res
	}
	return res, res.Text != "" && !t.final, nil
}

// ready returns the final of a segment that an attempt has covered, once the
// pause is long enough.
func (s *segmenter) ready() (Result, bool) {
	seg := s.cur
	if len(s.closed) > 0 {
		seg = s.closed[0]
	} else if seg == nil || s.voiced || s.at-seg.end < s.cfg.Pause {
		return Result{}, false
	}
	if seg.whole == nil || s.now != nil {
		return Result{}, false
	}
	res := *seg.whole
	res.Final = true
	s.over(seg, res)
	return res, true
}

// over removes a segment whose final is res.
func (s *segmenter) over(seg *segment, res Result) {
	s.lost = nil
	if res.Text == "" && seg.end-seg.start < brief {
		s.lost = seg
	}
	if seg == s.cur {
		s.leave()
		return
	}
	s.closed = s.closed[1:]
}
