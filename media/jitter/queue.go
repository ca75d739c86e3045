package jitter

// queue holds packets in the order of their audio, in memory of its own.
type queue struct {
	slots [64]slot
	order [64]uint8 // slots in use, then free ones
	n     int
}

type slot struct {
	seq, pos int64
	dec      Decoder // nil: comfort noise
	size     int
	payload  [MaxPayload]byte
}

func (s *slot) length() int64 {
	if s.dec == nil {
		return 0
	}
	return int64(s.size) * perTick
}

func (q *queue) init() {
	for i := range q.order {
		q.order[i] = uint8(i)
	}
}

func (q *queue) clear() { q.n = 0 }

func (q *queue) head() *slot {
	if q.n == 0 {
		return nil
	}
	return &q.slots[q.order[0]]
}

func (q *queue) pop() {
	first := q.order[0]
	copy(q.order[:q.n-1], q.order[1:q.n])
	q.n--
	q.order[q.n] = first
}

// put keeps p; if the queue is full the oldest packet goes, and put reports
// false.
func (q *queue) put(seq, pos int64, p Packet) bool {
	room := q.n < len(q.slots)
	if !room {
		q.pop()
	}
	id := q.order[q.n]
	s := &q.slots[id]
	s.seq, s.pos, s.dec = seq, pos, p.Decoder
	s.size = copy(s.payload[:], p.Payload)
	i := q.n
	for ; i > 0; i-- {
		o := &q.slots[q.order[i-1]]
		if o.pos < pos || o.pos == pos && o.seq < seq {
			break
		}
		q.order[i] = q.order[i-1]
	}
	q.order[i] = id
	q.n++
	return room
}
