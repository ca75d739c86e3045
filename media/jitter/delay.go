package jitter

import "hotline/media"

// delay learns how deep the buffer must be from the packets' transit times
// (arrival minus position, in samples; their zero has no meaning).
//
// The fastest of the last 200 to 400 packets is the base, which
// follows a drift of the two clocks. How much later the others come goes into a
// histogram that forgets with a time constant of 300 packets; the target is what
// 99 of 100 keep, plus a frame. A packet that was too late counts threefold: two of
// them in a short time deepen the buffer.
type delay struct {
	base      int64 // the least transit time
	now, past int64 // of this window and of the one before

	bins   [64]float32 // by 5 ms
	weight float32     // of the next packet; it grows in place of the others' shrinking
	count  int
	target int64
}

const (
	bin       = 5 * ms
	window    = 200 // packets
	memory    = 300
	maxTarget = 240 * ms
	newTarget = 40 * ms // while little is known
)

func (d *delay) init() { d.weight, d.target = 1, newTarget }

// rebase begins with a new stream on the same network.
func (d *delay) rebase(transit int64) {
	d.base, d.now, d.past = transit, transit, transit
	d.count = 0
}

func (d *delay) observe(transit int64, late bool) {
	d.count++
	d.now = min(d.now, transit)
	if d.count%window == 0 {
		d.past, d.now = d.now, transit
	}
	d.base = min(d.now, d.past)

	w := d.weight
	if late {
		w *= 3
	}
	d.bins[min(int((transit-d.base)/bin), len(d.bins)-1)] += w
	if d.weight *= 1 + 1.0/memory; d.weight > 1e6 {
		for i := range d.bins {
			d.bins[i] /= d.weight
		}
		d.weight = 1
	}
	total := float32(0)
	for _, b := range d.bins {
		total += b
	}
	rest, i := total/100, len(d.bins)-1
	for ; i > 0 && rest >= d.bins[i]; i-- {
		rest -= d.bins[i]
	}
	d.target = min(int64(i+1)*bin+media.FrameSize, maxTarget)
	if d.count < 10 {
		d.target = max(d.target, newTarget)
	}
}
