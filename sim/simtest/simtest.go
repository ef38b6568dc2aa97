// Package simtest helps tests of random things to fail when something is wrong and only then. It stands
// to the simulation as net/http/httptest stands to net/http.
//
// Every check has a false-alarm rate of [Alpha], one in a million: a program with 200 such checks, run
// every night with fresh seeds, raises one false alarm in about 13 years. In the ordinary tests the seed
// is fixed, so that they never flicker. Each check can see what [Rows] says: a shift of 0.01, 0.02 or 0.05
// standard deviations 999 times in 1,000 with 637,000, 159,000 or 25,500 observations.
//
// The rules: the seed is chosen before looking. No retry, no wider tolerance, no other seed when a check
// fails. Heavy-tailed amounts are compared by counts below a quantile ([Acceptance.Share]), not by means,
// because the normal tail at one in a million is not to be trusted there.
package simtest

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Alpha is the false-alarm rate of one check.
const Alpha = 1e-6

// A TB is the part of testing.TB that checks need.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// An Acceptance makes checks on what was drawn with a seed, which it prints when one fails.
type Acceptance struct {
	t    TB
	seed uint64
}

// Accept returns checks that report to t.
func Accept(t TB, seed uint64) Acceptance { return Acceptance{t, seed} }

// Share checks that k of n independent observations are of a kind whose probability is p.
func (a Acceptance) Share(what string, k, n int64, p float64) {
	a.t.Helper()
	if tail := ShareP(k, n, p); tail < Alpha {
		se := math.Sqrt(p * (1 - p) / float64(n))
		got := float64(k) / float64(n)
		a.t.Errorf("%s: share %.6g, want %.6g; se %.2g, z %.1f, p %.2g, alpha %g, n %d, seed %d",
			what, got, p, se, (got-p)/se, tail, Alpha, n, a.seed)
	}
}

// Within checks that k of n independent observations are of a kind whose probability lies between low and
// high: it fails only when the count is too far outside.
func (a Acceptance) Within(what string, k, n int64, low, high float64) {
	a.t.Helper()
	switch got := float64(k) / float64(n); {
	case got < low:
		a.Share(what, k, n, low)
	case got > high:
		a.Share(what, k, n, high)
	}
}

// Mean checks a mean of n independent observations with standard deviation sd, known or estimated from
// the same data, for data whose tails allow it.
func (a Acceptance) Mean(what string, mean, sd float64, n int64, want float64) {
	a.t.Helper()
	if tail := MeanP(mean, sd, n, want); tail < Alpha {
		se := sd / math.Sqrt(float64(n))
		a.t.Errorf("%s: mean %.6g, want %.6g; se %.2g, z %.1f, p %.2g, alpha %g, n %d, seed %d",
			what, mean, want, se, (mean-want)/se, tail, Alpha, n, a.seed)
	}
}

// Cells checks counts in exclusive cells against their probabilities, which are scaled to add up to 1.
func (a Acceptance) Cells(what string, observed []int64, share []float64) {
	a.t.Helper()
	if tail := CellsP(observed, share); tail < Alpha {
		a.t.Errorf("%s: counts %v do not fit the shares %.4g; chi-square with %d degrees of freedom, p %.2g, alpha %g, seed %d",
			what, observed, share, len(share)-1, tail, Alpha, a.seed)
	}
}

// Same checks that two independent groups have a kind at the same unknown rate.
func (a Acceptance) Same(what string, k1, n1, k2, n2 int64) {
	a.t.Helper()
	if tail := SameP(k1, n1, k2, n2); tail < Alpha {
		a.t.Errorf("%s: share %.6g of %d and %.6g of %d; p %.2g, alpha %g, seed %d",
			what, float64(k1)/float64(n1), n1, float64(k2)/float64(n2), n2, tail, Alpha, a.seed)
	}
}

// ShareP returns the two-sided p-value of k successes in n trials of probability p: twice the smaller tail
// of the exact binomial distribution, at most 1. Undefined probabilities give 0: such a check fails.
//
//	P(X ≥ k) = I_p(k, n−k+1),   I = regularised incomplete beta function
func ShareP(k, n int64, p float64) float64 {
	switch {
	case !(p >= 0 && p <= 1) || k < 0 || k > n || n == 0:
		return 0
	case p == 0 || p == 1:
		if float64(k) == p*float64(n) {
			return 1
		}
		return 0
	}
	upper, lower := 1.0, 1.0
	if k > 0 {
		upper = mathext.RegIncBeta(float64(k), float64(n-k+1), p)
	}
	if k < n {
		lower = mathext.RegIncBeta(float64(n-k), float64(k+1), 1-p)
	}
	return min(1, 2*min(upper, lower))
}

// MeanP returns the two-sided p-value of a mean under the normal distribution.
func MeanP(mean, sd float64, n int64, want float64) float64 {
	if n == 0 || mean != mean || sd != sd {
		return 0
	}
	if sd == 0 {
		if mean == want {
			return 1
		}
		return 0
	}
	z := math.Abs(mean-want) / sd * math.Sqrt(float64(n))
	return math.Erfc(z / math.Sqrt2)
}

// CellsP returns the p-value of Pearson's chi-square. It panics when a cell expects fewer than ten, where
// the distribution is not to be trusted at one in a million: join cells.
func CellsP(observed []int64, share []float64) float64 {
	n, total := 0.0, 0.0
	for i, k := range observed {
		n += float64(k)
		total += share[i]
	}
	chi := 0.0
	for i, k := range observed {
		want := n * share[i] / total
		if want < 10 {
			panic("simtest: a cell expects fewer than ten; join cells or observe more")
		}
		chi += (float64(k) - want) * (float64(k) - want) / want
	}
	return distuv.ChiSquared{K: float64(len(share) - 1)}.Survival(chi)
}

// SameP returns the two-sided p-value of the pooled two-sample test of shares, for counts of at least ten.
func SameP(k1, n1, k2, n2 int64) float64 {
	if n1 == 0 || n2 == 0 {
		return 0
	}
	p := float64(k1+k2) / float64(n1+n2)
	if p == 0 || p == 1 {
		return 1
	}
	sd := math.Sqrt(p * (1 - p) * (1/float64(n1) + 1/float64(n2)))
	z := math.Abs(float64(k1)/float64(n1)-float64(k2)/float64(n2)) / sd
	return math.Erfc(z / math.Sqrt2)
}

// Rows returns how many observations a check needs to see a shift of delta standard deviations with the
// given power, two-sided at [Alpha], variance known:
//
//	n = ((z(1−α/2) + z(power)) / delta)²,   4.892 and 3.090 for α = 1e-6 and power 0.999
func Rows(delta, power float64) int64 {
	z := distuv.UnitNormal.Quantile(1-Alpha/2) + distuv.UnitNormal.Quantile(power)
	return int64(math.Ceil(z * z / (delta * delta)))
}
