package metric

import (
	"math"
	"math/bits"
)

// Shapley returns how much each player adds to the value of a cooperative game.
//
//	φᵢ = Σ_{S without i} |S|!(n − |S| − 1)!/n! · (v(S ∪ {i}) − v(S))
//
// Shapes: value has 2ⁿ entries, n from 1 to 6; entry s is the value of the coalition whose players are
// the set bits of s (entry 0: nobody). cov is the covariance matrix of these entries, or nil. df are the
// degrees of freedom behind cov, 0 for a normal interval.
// The result has n estimates that add up to value[2ⁿ−1] − value[0] exactly but for rounding. As φ is
// a linear combination c·v, its variance is c'·cov·c; shares of the same luck cancel.
// Undefined: ok is false for another number of entries, entries that are not finite, or a cov of the
// wrong shape. An estimate has no interval when cov is nil.
// Cost: O(n·4ⁿ). Source: Shapley 1953, doi:10.1515/9781400881970-018.
func Shapley(value []float64, cov [][]float64, df int, alpha float64) (phi []Estimate, ok bool) {
	n := bits.Len(uint(len(value))) - 1
	if n < 1 || n > 6 || len(value) != 1<<n || !finite(value) || !fits(cov, len(value)) {
		return nil, false
	}
	phi = make([]Estimate, n)
	for i := range phi {
		phi[i] = linear(shapleyWeights(i, n), value, cov, df, alpha)
	}
	return phi, true
}

// shapleyWeights returns the coefficients of player i's value.
func shapleyWeights(i, n int) []float64 {
	c := make([]float64, 1<<n)
	for s := range c {
		size := bits.OnesCount(uint(s))
		if s>>i&1 != 0 {
			c[s] = factorial(size-1) * factorial(n-size) / factorial(n)
		} else {
			c[s] = -factorial(size) * factorial(n-size-1) / factorial(n)
		}
	}
	return c
}

func factorial(n int) float64 {
	f := 1.0
	for k := 2; k <= n; k++ {
		f *= float64(k)
	}
	return f
}

// linear returns c·v with its interval.
func linear(c, v []float64, cov [][]float64, df int, alpha float64) Estimate {
	e := Estimate{OK: true}
	for s, x := range v {
		e.Value += float64(c[s] * x)
	}
	if cov == nil {
		return e
	}
	variance := 0.0
	for s, row := range cov {
		for t, x := range row {
			variance += float64(float64(c[s]*c[t]) * x)
		}
	}
	return e.symmetric(math.Sqrt(max(0, variance)), df, alpha, MethodLinear)
}

func finite(v []float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

// fits says whether a covariance matrix is absent or square of the right size and finite.
func fits(cov [][]float64, n int) bool {
	if cov != nil && len(cov) != n {
		return false
	}
	for _, row := range cov {
		if len(row) != n || !finite(row) {
			return false
		}
	}
	return true
}
