package metric

import (
	"math"

	"overshare/sim/portable"
)

// The functions of this file give the same bits on every processor, as those of package portable do.

// logit returns the log-odds of p in (0, 1).
func logit(p float64) float64 { return portable.Log(p) - portable.Log(1-p) }

// logistic inverts [logit].
func logistic(x float64) float64 {
	if x < 0 {
		e := portable.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + portable.Exp(-x))
}

// tTail returns P(T > t) for Student's t with df ≥ 1 degrees of freedom.
//
//	½ I_x(df/2, ½), x = df/(df + t²), t ≥ 0, by the continued fraction of the incomplete beta function
//
// Accuracy: relative error below 1e-11 (TestTails). Source: DLMF 8.17.22.
func tTail(t float64, df int) float64 {
	if t < 0 {
		return 1 - tTail(-t, df)
	}
	v := float64(df)
	tt := float64(t * t)
	x := v / (v + tt)
	// x^(df/2)·(1−x)^½ / B(df/2, ½), built up from B(½, ½) = π and B(1, ½) = 2.
	front, start := math.Sqrt(x)/math.Pi, 1
	if df%2 == 0 {
		front, start = float64(x/2), 2
	}
	for k := start; k < df; k += 2 {
		front *= float64(x * float64(k+1) / float64(k))
	}
	y := tt / (v + tt)
	front *= math.Sqrt(y)
	a := float64(v / 2)
	if x <= (a+1)/(a+2.5) {
		return float64(0.5 * front * betaFraction(x, a, 0.5) / a)
	}
	return 0.5 * (1 - float64(front*betaFraction(y, 0.5, a))/0.5)
}

// betaFraction evaluates the continued fraction of the incomplete beta function (Lentz's method).
func betaFraction(x, a, b float64) float64 {
	c, d := 1.0, 1/(1-float64((a+b)*x)/(a+1))
	f := d
	for i := 1; i <= 10000; i++ {
		m := float64(i)
		even := float64(m*(b-m)*x) / float64((a+float64(2*m)-1)*(a+float64(2*m)))
		d = 1 / (1 + float64(even*d))
		c = 1 + even/c
		f *= float64(c * d)
		odd := -float64((a+m)*(a+b+m)*x) / float64((a+float64(2*m))*(a+float64(2*m)+1))
		d = 1 / (1 + float64(odd*d))
		c = 1 + odd/c
		step := float64(c * d)
		f *= step
		if math.Abs(step-1) < 0x1p-52 {
			break
		}
	}
	return f
}

// tQuantile returns t with P(T > t) = tail; df 0 is the normal distribution.
func tQuantile(tail float64, df int) float64 {
	return portable.Quantile(tail, func(t float64) float64 { return tail0(t, df) })
}

// tail0 is [tTail], or [portable.NormalTail] for df 0.
func tail0(t float64, df int) float64 {
	if df == 0 {
		return portable.NormalTail(t)
	}
	return tTail(t, df)
}
