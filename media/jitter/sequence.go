package jitter

// sequence follows sequence numbers (RFC 3550 appendix A.1): it unwraps them,
// finds duplicates and counts losses.
type sequence struct {
	on    bool
	first int64  // of this run
	high  int64  // the highest, unwrapped
	seen  uint64 // bit n: high-n was received
	bad   int32  // the number that would confirm a jump; -1 for none

	received, duplicates, reordered uint64

	unique    uint64 // of this run
	lostSoFar uint64 // in earlier runs
}

type fate uint8

const (
	fresh     fate = iota // the highest so far
	reordered             // came behind a higher one
	duplicate
	stray   // far away; ignored until the next one confirms the jump
	restart // a new run begins
)

const (
	maxDropout  = 3000
	maxMisorder = 63 // as far as seen reaches
)

// extend unwraps a number near the highest.
func (s *sequence) extend(seq uint16) int64 {
	return s.high + int64(int16(seq-uint16(s.high)))
}

func (s *sequence) next(seq uint16) fate {
	s.received++
	if !s.on {
		s.begin(seq)
		return fresh
	}
	delta := int(int16(seq - uint16(s.high)))
	switch {
	case delta > 0 && delta <= maxDropout:
		s.seen = s.seen<<delta | 1
		s.high += int64(delta)
		s.unique++
		s.bad = -1
		return fresh
	case delta <= 0 && delta >= -maxMisorder:
		if s.seen>>-delta&1 != 0 {
			s.duplicates++
			return duplicate
		}
		s.seen |= 1 << -delta
		s.unique++
		s.first = min(s.first, s.high+int64(delta))
		return reordered
	case int32(seq) == s.bad:
		s.reset()
		s.begin(seq)
		return restart
	}
	s.bad = int32(seq + 1)
	return stray
}

func (s *sequence) begin(seq uint16) {
	s.on, s.first, s.high, s.seen, s.bad, s.unique = true, int64(seq), int64(seq), 1, -1, 1
}

// reset ends a run; its losses stay counted.
func (s *sequence) reset() {
	s.lostSoFar = s.lost()
	s.on, s.unique, s.seen, s.bad = false, 0, 0, -1
}

func (s *sequence) lost() uint64 {
	if !s.on {
		return s.lostSoFar
	}
	return s.lostSoFar + uint64(s.high-s.first+1) - s.unique
}

// missing reports whether a number between two received ones never came. Beyond
// what seen remembers, it says yes.
func (s *sequence) missing(after, before int64) bool {
	for n := after + 1; n < before; n++ {
		if back := s.high - n; back < 0 || back > 63 || s.seen>>back&1 == 0 {
			return true
		}
	}
	return false
}
