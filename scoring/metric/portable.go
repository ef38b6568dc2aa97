package metric

import "math"

// The functions of this file use only operations that IEEE 754 rounds exactly, and keep products apart
// from sums by a conversion, so that they give the same bits on every processor. The library's
// math.Log, math.Exp and math.Erfc do not: they have assembly twins and may be fused.

// ln returns the natural logarithm of a finite x > 0.
//
// Accuracy: within one unit in the last place of math.Log (TestPortableLogarithm).
// Source: FreeBSD msun e_log.c.
func ln(x float64) float64 {
	const (
		hi, lo = 6.93147180369123816490e-01, 1.90821492927058770002e-10
		l1, l2 = 6.666666666666735130e-01, 3.999999999940941908e-01
		l3, l4 = 2.857142874366239149e-01, 2.222219843214978396e-01
		l5, l6 = 1.818357216161805012e-01, 1.531383769920937332e-01
		l7     = 1.479819860511658591e-01
	)
	f, e := math.Frexp(x)
	if f < math.Sqrt2/2 {
		f *= 2
		e--
	}
	f--
	k, s := float64(e), f/(2+f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	t := float64(s4 * (l5 + float64(s4*l7)))
	odd := float64(s2 * (l1 + float64(s4*(l3+t))))
	even := float64(s4 * (l2 + float64(s4*(l4+float64(s4*l6)))))
	half := float64(0.5 * float64(f*f))
	return float64(k*hi) - ((half - (float64(s*(half+(odd+even))) + float64(k*lo))) - f)
}

// exp returns e^x for |x| ≤ 708, and 0 or the largest number beyond.
//
// Accuracy: within two units in the last place of math.Exp (TestPortableExponential), whose assembly twins
// are themselves off by more than one.
// Source: FreeBSD msun e_exp.c.
func exp(x float64) float64 {
	const (
		hi, lo = 6.93147180369123816490e-01, 1.90821492927058770002e-10
		p1, p2 = 1.66666666666666657415e-01, -2.77777777770155933842e-03
		p3, p4 = 6.61375632143793436117e-05, -1.65339022054652515390e-06
		p5     = 4.13813679705723846039e-08
	)
	if x < -708 {
		return 0
	}
	if x > 708 {
		return math.MaxFloat64
	}
	k := math.Floor(float64(x/math.Ln2) + 0.5)
	h, l := x-float64(k*hi), float64(k*lo)
	r := h - l
	t := float64(r * r)
	poly := p1 + float64(t*(p2+float64(t*(p3+float64(t*(p4+float64(t*p5)))))))
	c := r - float64(t*poly)
	y := 1 - ((l - float64(r*c)/(2-c)) - h)
	return float64(y * math.Float64frombits(uint64(1023+int64(k))<<52))
}

// logit returns the log-odds of p in (0, 1).
func logit(p float64) float64 { return ln(p) - ln(1-p) }

// logistic inverts [logit].
func logistic(x float64) float64 {
	if x < 0 {
		e := exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + exp(-x))
}

// normalTail returns P(Z > z) of the standard normal distribution.
//
// For z below 3 the series φ(z)·Σ z^(2k+1)/(1·3·…·(2k+1)); above, Mills' ratio as a continued fraction.
// Accuracy: relative error below 1e-12 for z ≤ 37 (TestTails). Source: Abramowitz & Stegun 26.2.11,
// 26.2.14.
func normalTail(z float64) float64 {
	if z < 0 {
		return 1 - normalTail(-z)
	}
	density := exp(-0.5*float64(z*z)) / math.Sqrt(2*math.Pi)
	if z < 3 {
		term, sum := z, z
		for k := 1; term > sum*0x1p-54; k++ {
			term *= float64(z*z) / float64(2*k+1)
			sum += term
		}
		return 0.5 - float64(density*sum)
	}
	f := z
	for k := 200.0; k >= 1; k-- {
		f = z + k/f
	}
	return density / f
}

// normalQuantile returns z with P(Z > z) = tail, for tail in (0, 1).
func normalQuantile(tail float64) float64 { return quantile(tail, normalTail) }

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
		front, start = x/2, 2
	}
	for k := start; k < df; k += 2 {
		front *= float64(x * float64(k+1) / float64(k))
	}
	y := tt / (v + tt)
	front *= math.Sqrt(y)
	a := v / 2
	if x <= (a+1)/(a+2.5) {
		return 0.5 * front * betaFraction(x, a, 0.5) / a
	}
	return 0.5 * (1 - front*betaFraction(y, 0.5, a)/0.5)
}

// betaFraction evaluates the continued fraction of the incomplete beta function (Lentz's method).
func betaFraction(x, a, b float64) float64 {
	c, d := 1.0, 1/(1-float64((a+b)*x)/(a+1))
	f := d
	for i := 1; i <= 10000; i++ {
		m := float64(i)
		even := float64(m*(b-m)*x) / float64((a+2*m-1)*(a+2*m))
		d = 1 / (1 + float64(even*d))
		c = 1 + even/c
		f *= float64(c * d)
		odd := -float64((a+m)*(a+b+m)*x) / float64((a+2*m)*(a+2*m+1))
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
	return quantile(tail, func(t float64) float64 { return tail0(t, df) })
}

// tail0 is [tTail], or [normalTail] for df 0.
func tail0(t float64, df int) float64 {
	if df == 0 {
		return normalTail(t)
	}
	return tTail(t, df)
}

// quantile inverts a falling, symmetric tail by bisection to the last bit.
func quantile(tail float64, upper func(float64) float64) float64 {
	if tail > 0.5 {
		return -quantile(1-tail, upper)
	}
	low, high := 0.0, 1.0
	for upper(high) > tail && high < 1e18 {
		high *= 2
	}
	for range 200 {
		mid := low + (high-low)/2
		if mid == low || mid == high {
			break
		}
		if upper(mid) > tail {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}
