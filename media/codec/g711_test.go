package codec

import (
	"math"
	"testing"

	"github.com/zaf/g711"
)

// TestG711Tables: looking up 14 bits of a sample gives what computing with all
// 16 does.
func TestG711Tables(t *testing.T) {
	for v := math.MinInt16; v <= math.MaxInt16; v++ {
		i := uint16(v) >> 2
		if ulawCodes[i] != g711.EncodeUlawFrame(int16(v)) || alawCodes[i] != g711.EncodeAlawFrame(int16(v)) {
			t.Fatalf("sample %d", v)
		}
	}
}
