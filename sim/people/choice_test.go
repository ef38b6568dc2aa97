package people

import (
	"slices"
	"testing"
)

// A choice picks the index in whose share of the weights the number falls.
func TestChoicePicksByShare(t *testing.T) {
	for _, weights := range [][]float64{{1}, {1, 1}, {0.2, 0.5, 0.3}, {0, 1, 0, 3}, {0.001, 0.002, 0.9, 0.05}, slices.Repeat([]float64{1.0 / 28}, 33)} {
		c, total := newChoice(weights), 0.0
		for _, w := range weights {
			total += w
		}
		for x := range 1 << 16 {
			want, sum := 0, weights[0]
			for want < len(weights)-1 && (float64(x)+0.5)*total >= sum*65536 {
				want++
				sum += weights[want]
			}
			if got := c.pick(uint16(x)); int(got) != want {
				t.Fatalf("weights %v: %d picks %d, not %d", weights, x, got, want)
			}
		}
	}
}
