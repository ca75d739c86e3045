package call

import (
	"sync/atomic"
	"time"
)

// A clock tells the media time of the call: the caller's frames, and between
// them the time that has passed since. It stands still at 0 until the first.
type clock struct {
	epoch  time.Time
	offset atomic.Int64 // of media time 0 after epoch; 0 before the first frame
}

// stamp is called as the frame of media time at arrives.
func (c *clock) stamp(at time.Duration) {
	c.offset.Store(max(1, int64(time.Since(c.epoch)-at)))
}

func (c *clock) now() time.Duration {
	if off := c.offset.Load(); off != 0 {
		return time.Since(c.epoch) - time.Duration(off)
	}
	return 0
}
