package scorecard

import (
	"math"

	"overshare/scoring/calibrate/logit"
)

// maxWoE bounds every weight of evidence: odds nine million times the average.
const maxWoE = 16

// WoE returns the weight of evidence of a bin that holds the weight bad of all bads and good of all
// goods: by how much being in the bin raises the log-odds of a bad outcome.
//
//	WoE = ln( (bad/bads + σ) / (good/goods + σ) ),   σ = smoothing / min(bads, goods)
//
// The smoothing adds the given number of rows of the rarer class to the bin, and rows of the other
// class in the proportion of the whole table: small bins move towards 0, an empty bin is exactly 0,
// a bin without bads stays finite. The result is a multiple of 2⁻²⁰ between −16 and 16.
//
// Undefined: bads or goods 0 (the caller returned [ErrOneClass] before).
// Source: Good 1950 (weight of evidence); Siddiqi 2017, ch. 10, with the opposite sign.
func WoE(bad, good, bads, goods, smoothing float64) float64 {
	s := smoothing / math.Min(bads, goods)
	x, y := bad/bads+s, good/goods+s
	switch {
	case x == y:
		return 0
	case x == 0:
		return -maxWoE
	case y == 0:
		return maxWoE
	}
	return grid(math.Max(-maxWoE, math.Min(maxWoE, logit.Log(x/y))))
}

// IV returns a bin's part of the information value of its feature, which is the sum over its bins
// (and the Jeffreys divergence of the two classes). It is never negative.
//
//	IV = (bad/bads − good/goods) · WoE
//
// Reading (Siddiqi 2017): a feature below 0.02 says nothing, from 0.1 it is of use, from 0.3 strong;
// above 0.5 look for a leak.
func IV(bad, good, bads, goods, woe float64) float64 {
	return float64((bad/bads - good/goods) * woe)
}

// grid rounds x to a multiple of 2⁻²⁰. Sums of such numbers below 2³² are exact in any order.
func grid(x float64) float64 { return math.Floor(float64(x*unit)+0.5) / unit }

// evidence is the WoE and the part of the IV of a cell of the table n.
func (n *counts) evidence(a tally, smoothing float64) (woe, iv float64) {
	bad, good := float64(a.bad)/unit, float64(a.all-a.bad)/unit
	bads, goods := float64(n.bad)/unit, float64(n.all-n.bad)/unit
	woe = WoE(bad, good, bads, goods, smoothing)
	return woe, IV(bad, good, bads, goods, woe)
}
