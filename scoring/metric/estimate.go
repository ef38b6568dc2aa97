package metric

import (
	"fmt"
	"math"

	"overshare/sim/portable"
)

// symmetric adds the interval Value ± t·se.
func (e Estimate) symmetric(se float64, df int, alpha float64, method string) Estimate {
	half := 0.0
	if se > 0 {
		half = float64(tQuantile(alpha/2, df) * se)
	}
	e.SE, e.DF, e.Method, e.HasInterval = se, df, method, true
	if e.Luck == (Luck{}) {
		e.Luck.Test = se
	}
	e.Low, e.High = e.Value-half, e.Value+half
	return e
}

// At returns the estimate with the interval Value ± t·SE of level 1 − alpha. Undefined: e has no interval; e is then
// returned as it is.
func (e Estimate) At(alpha float64) Estimate {
	if !e.OK || !e.HasInterval || e.Method == MethodPairs {
		return e
	}
	return e.symmetric(e.SE, e.DF, alpha, e.Method)
}

// onLogit remakes the interval of a value in (0, 1) on the log-odds scale.
func (e Estimate) onLogit(alpha float64) Estimate {
	v := e.Value
	half := tQuantile(alpha/2, e.DF) * e.SE / float64(v*(1-v))
	x := logit(v)
	e.Low, e.High, e.Method = logistic(x-half), logistic(x+half), e.Method+MethodLogit
	return e
}

// warning returns the doubt that a sample casts on everything measured on it.
func (p *sample) warning() string {
	least, what := p.badClusters, "bad"
	if p.goodClusters < least {
		least, what = p.goodClusters, "good"
	}
	if least >= fewBad {
		return ""
	}
	if p.cluster == nil {
		return fmt.Sprintf("only %d %s rows", least, what)
	}
	return fmt.Sprintf("only %d clusters with a %s row", least, what)
}

// A Test is the outcome of comparing an estimate with a value.
type Test struct {
	Z    float64 // distance in standard errors
	P    float64 // two-sided
	Tail float64 // P(T > Z), one-sided: small when the value lies above null
	DF   int     // degrees of freedom; 0 = normal
	OK   bool
}

// Test tests whether the quantity behind e equals null.
//
// A standard error of 0 decides nothing unless the value is null exactly: then Z is 0 and P is 1 (the
// same scores were compared). Undefined: no standard error, or 0 with another value.
func (e Estimate) Test(null float64) Test {
	d := e.Value - null
	switch {
	case !e.OK || !e.HasInterval || e.Method == MethodPairs:
		return Test{}
	case e.SE == 0 && d == 0:
		return Test{P: 1, Tail: 0.5, DF: e.DF, OK: true}
	case e.SE == 0:
		return Test{}
	}
	z := d / e.SE
	return Test{Z: z, P: 2 * tail0(math.Abs(z), e.DF), Tail: tail0(z, e.DF), DF: e.DF, OK: true}
}

// Proportion returns k of n with Wilson's interval, n divided by the design effect (1 for independent
// rows, more when rows come in clusters).
// Undefined: n = 0. Source: Wilson 1927, doi:10.1080/01621459.1927.10502953; Korn & Graubard 1998.
func Proportion(k, n, designEffect, alpha float64) Estimate {
	if !(n > 0) || !(designEffect > 0) {
		return Estimate{}
	}
	p, m, z := k/n, n/designEffect, portable.NormalQuantile(alpha/2)
	zz := float64(z * z)
	mid := (p + zz/(2*m)) / (1 + zz/m)
	v := float64(p*(1-p))/m + zz/float64(4*m*m)
	half := float64(z*math.Sqrt(v)) / (1 + zz/m)
	low, high := max(0, mid-half), min(1, mid+half)
	if k == 0 {
		low = 0 // exactly, whatever the rounding above
	}
	if k == n {
		high = 1
	}
	return Estimate{Value: p, OK: true, SE: math.Sqrt(float64(p*(1-p)) / m), Low: low, High: high,
		HasInterval: true, Method: "wilson"}
}
