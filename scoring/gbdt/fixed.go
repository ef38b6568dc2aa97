package gbdt

import (
	"math"
	"math/bits"
)

// Gradients and hessians are kept as integers, so that their sums are exact and the same in any
// order: with any number of workers, and for any order of the rows.
//
// A row carries one packed number, its gradient in the upper and its hessian in the lower half:
//
//	v = qg·2³² + qh,   qg = round(w·round(g·sg)),  qh = round(w·round(h·sh))
//
// with g = p − y, h = p(1−p), w the weight in units of [weightUnit], and powers of two sg, sh chosen
// for each tree. Sums of v stay exact while
//
//	Σ|qg| ≤ 2³¹ − 1  and  Σ qh ≤ 2³² − 1   over all rows of the tree,
//
// because then neither half of any subset's sum can reach the other. The pass that makes the numbers
// adds up both sums; if either is above its limit the scale is halved and the pass runs again
// (booster.gradients), so the bound is checked for every tree and not only argued for.
//
// Resolution: 8 M rows with 3 % bad have Σ|g| ≈ 4.7e5, hence sg = 2¹² and a row of p = 0.03 is worth
// 123 steps; with 50 % bad sg = 2⁹ and a typical row is worth 250. Rounding is a function of the value
// and the weight alone: half to even, the same on every processor. LightGBM's quantised training makes
// do with 4 steps by default, rounded at random, at little loss (Shi et al. 2022, arXiv:2207.09682).
const (
	maxG     = math.MaxInt32  // limit of Σ|qg|
	maxH     = math.MaxUint32 // limit of Σ qh
	maxScale = 1 << 24        // finer steps than 2⁻²⁴ are of no use, and keep every sum inside int64
	maxRows  = 1 << 30
)

// pack joins a quantised gradient and hessian.
func pack(g, h int64) int64 { return g<<32 + h }

// gradOf and hessOf take a sum of packed numbers apart.
func gradOf(v int64) int64 { return v >> 32 }
func hessOf(v int64) int64 { return int64(uint32(v)) }

// scaleFor returns the largest power of two, at most maxScale, with which a sum expected to be total
// stays one eighth below limit. rounding is the most that rounding can add to the scaled sum.
func scaleFor(total, rounding, limit float64) float64 {
	s := float64(maxScale)
	for s > 0x1p-40 && float64(s*total*1.125)+rounding > limit {
		s /= 2
	}
	return s
}

// roundShift rounds a float64 below 2⁵¹ in size to an integer when added and taken away again.
const roundShift = 0x1.8p52

// round returns x rounded to the nearest integer, half to even. |x| must be below 2⁵¹.
func round(x float64) int64 {
	return int64(math.Float64bits(float64(x)+roundShift)) - int64(math.Float64bits(roundShift))
}

// roundWeighted returns w·q rounded half to even, for products of any size below 2⁶³.
func roundWeighted(q int64, w float64) int64 {
	return int64(math.RoundToEven(w * float64(q)))
}

// weightUnit returns the power of two that weights are counted in, and their sum in units of it.
//
// If all weights are multiples of some power of two no smaller than 1/16 of their mean (whole numbers
// with a mean up to 16, for example), the largest such power is the unit: then a row of weight 2 counts exactly like
// two rows of weight 1. Otherwise it is the power of two next below the mean.
// All of it is exact integer arithmetic, so the order of the weights has no effect.
func weightUnit(weight []float32) (unit, sum float64) {
	if weight == nil {
		return 1, 0
	}
	top, low := 0, math.MaxInt // exponents: of the largest weight, of the lowest bit in use
	for i, w := range weight {
		frac, exp := math.Frexp(float64(w))
		if i == 0 || exp > top {
			top = exp
		}
		low = min(low, exp-24+bits.TrailingZeros32(uint32(frac*(1<<24))))
	}
	total := int64(0) // in units of 2^(top−30)
	for _, w := range weight {
		total += int64(math.RoundToEven(math.Ldexp(float64(w), 30-top)))
	}
	sum = math.Ldexp(float64(total), top-30)
	mean := sum / float64(len(weight))
	unit = math.Ldexp(1, low)
	if unit*16 < mean {
		_, exp := math.Frexp(mean)
		unit = math.Ldexp(1, exp-1)
	}
	return unit, sum
}

// The functions below are written out because the standard library's differ in the last bit between
// processors; the conversions to float64 keep the compiler from fusing a product with a sum.

// powers has 2^(i/64). Square roots and products are the same on every processor.
var powers = func() (p [64]float64) {
	for i := range p {
		p[i] = 1
		for bit, root := 32, math.Sqrt2; bit > 0; bit, root = bit/2, math.Sqrt(root) {
			if i&bit != 0 {
				p[i] *= root
			}
		}
	}
	return p
}()

// exp returns e^x for |x| ≤ 700 with a relative error below 1e-13.
//
//	e^x = 2^(k/64)·e^r,  k = round(64x/ln 2),  |r| ≤ ln 2/128, the second factor by its series to r⁴
func exp(x float64) float64 {
	const (
		steps = 64 * 1.44269504088896338700
		stepA = 6.93147180369123816490e-01 / 64 // ln 2/64, upper bits
		stepB = 1.90821492927058770002e-10 / 64 // and the rest
	)
	shifted := float64(x*steps) + roundShift
	k := shifted - roundShift
	r := x - float64(k*stepA)
	r -= float64(k * stepB)
	p := 1.0 / 24
	p = float64(p*r) + 1.0/6
	p = float64(p*r) + 0.5
	p = float64(p*r) + 1
	p = float64(p*r) + 1
	n := int64(math.Float64bits(shifted)) // k, up to a multiple of 2⁵¹
	return p * math.Float64frombits(math.Float64bits(powers[n&63])+uint64(n>>6<<52))
}

// log returns the natural logarithm of a finite x > 0 with an absolute error below 1e-13.
func log(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	s := (m - 1) / (m + 1) // |s| ≤ 0.1716; log m = 2 atanh s
	s2, sum := s*s, 0.0
	for k := 21; k >= 1; k -= 2 {
		sum = float64(sum*s2) + 1/float64(k)
	}
	return float64(2*float64(s*sum)) + float64(float64(e)*math.Ln2)
}

// farOut is where the logistic function is taken to end: beyond, it stays at its value there, 4e-18
// from 0 or 1.
const farOut = 40

// sigmoid returns 1/(1+e^−x).
func sigmoid(x float64) float64 {
	if x > farOut {
		x = farOut
	}
	if x < -farOut {
		x = -farOut
	}
	return 1 / (1 + exp(-x))
}

// logLoss returns −log P(outcome) of a row with log-odds x.
func logLoss(x float64, bad bool) float64 {
	if bad {
		x = -x
	}
	x = max(-farOut, min(farOut, x)) // now the loss is log(1+e^x)
	if x > 0 {
		return x + log(1+exp(-x))
	}
	return log(1 + exp(x))
}
