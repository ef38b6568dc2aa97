package portable

import "math"

// NormalTail returns P(Z > z) of the standard normal distribution.
//
// For z below 3 the series φ(z)·Σ z^(2k+1)/(1·3·…·(2k+1)); above, Mills' ratio as a continued fraction.
// Accuracy: relative error below 1e-12 for z ≤ 37 (TestNormalTail). Source: Abramowitz & Stegun 26.2.11,
// 26.2.14.
func NormalTail(z float64) float64 {
	if z < 0 {
		return 1 - NormalTail(-z)
	}
	density := Exp(float64(-0.5*float64(z*z))) / math.Sqrt(2*math.Pi)
	if z < 3 {
		term, sum := z, z
		for k := 1; term > float64(sum*0x1p-54); k++ {
			term = float64(term * (float64(z*z) / float64(2*k+1)))
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

// NormalQuantile returns z with P(Z > z) = tail, for tail in (0, 1).
func NormalQuantile(tail float64) float64 { return Quantile(tail, NormalTail) }

// Quantile inverts a falling tail, symmetric about 0, by bisection to the last bit: tail in (0, 1).
func Quantile(tail float64, upper func(float64) float64) float64 {
	if tail > 0.5 {
		return -Quantile(1-tail, upper)
	}
	low, high := 0.0, 1.0
	for upper(high) > tail && high < 1e18 {
		high *= 2
	}
	for range 200 {
		mid := low + float64((high-low)/2)
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
