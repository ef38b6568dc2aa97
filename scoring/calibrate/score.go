package calibrate

import (
	"math"

	"overshare/scoring/calibrate/logit"
)

// The published scale: [Level] points at even odds, and [Halving] points more for every halving of
// the odds of a bounce. So 50 points are 3 % (the assumed average of all bills), 100 points one in
// ten thousand, 0 points nine in ten. The same under every regime, and never learnt.
const (
	Level   = 20
	Halving = 6
)

// Score returns the score of probability p: 0 to 100, higher = safer.
//
//	score = clamp( round( 20 − 6·log₂(p/(1 − p)) ), 0, 100 )
//
// Halves are rounded up. A score of s, 0 < s < 100, means odds of a bounce between 2^((19.5−s)/6) and
// 2^((20.5−s)/6), that is ±6 % around their middle. ok is false (undefined) when p is no probability.
func Score(p float64) (score int, ok bool) {
	if !(p >= 0 && p <= 1) {
		return 0, false
	}
	s := Level - float64(Halving*logit.Of(p))/math.Ln2
	return int(math.Max(0, math.Min(100, math.Floor(s+0.5)))), true
}
