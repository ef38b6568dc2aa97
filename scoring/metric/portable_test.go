package metric

import (
	"math"
	"testing"

	"overshare/sim/rng"
)

// ulps returns how many representable numbers lie between a and b, which have the same sign.
func ulps(a, b float64) int64 {
	d := int64(math.Float64bits(a)) - int64(math.Float64bits(b))
	return max(d, -d)
}

func TestPortableLogarithm(t *testing.T) {
	s := rng.Open(51, rng.PurposeModel, 0)
	for i := range uint64(200_000) {
		x := math.Ldexp(1+s.Uniform(2*i), int(s.At(2*i+1)%200)-100)
		if i%2 == 0 {
			x = s.Uniform(2 * i)
		}
		if ulps(ln(x), math.Log(x)) > 1 {
			t.Fatalf("ln(%g) = %.17g, library %.17g", x, ln(x), math.Log(x))
		}
	}
	if ln(1) != 0 {
		t.Errorf("ln(1) = %g", ln(1))
	}
}

func TestPortableExponential(t *testing.T) {
	s := rng.Open(52, rng.PurposeModel, 0)
	for i := range uint64(200_000) {
		x := 1400*s.Uniform(i) - 700
		if i%2 == 0 {
			x = 4*s.Uniform(i) - 2
		}
		if ulps(exp(x), math.Exp(x)) > 2 {
			t.Fatalf("exp(%g) = %.17g, library %.17g", x, exp(x), math.Exp(x))
		}
	}
	if exp(0) != 1 || exp(-1e9) != 0 || exp(1e9) != math.MaxFloat64 || logistic(-1e9) != 0 || logistic(1e9) != 1 {
		t.Error("exp or logistic is wrong at 0 or far out")
	}
}

// Tails against the library's erfc, and t against closed forms (1, 2 degrees) and the normal limit.
func TestTails(t *testing.T) {
	for z := 0.0; z < 37; z += 0.037 {
		if want := math.Erfc(z/math.Sqrt2) / 2; math.Abs(normalTail(z)-want) > 1e-12*want {
			t.Errorf("normal tail of %g: %.17g, want %.17g", z, normalTail(z), want)
		}
	}
	for x := -40.0; x < 40; x += 0.11 {
		if want := 0.5 - math.Atan(x)/math.Pi; math.Abs(tTail(x, 1)-want) > 1e-14 {
			t.Errorf("t tail of %g, 1 degree: %.17g, want %.17g", x, tTail(x, 1), want)
		}
		if want := 0.5 - x/(2*math.Sqrt(2+x*x)); math.Abs(tTail(x, 2)-want) > 1e-14 {
			t.Errorf("t tail of %g, 2 degrees: %.17g, want %.17g", x, tTail(x, 2), want)
		}
	}
	if math.Abs(tTail(2, 1_000_000)-normalTail(2)) > 1e-6 {
		t.Errorf("t tail of 2 at 1e6 degrees: %g", tTail(2, 1_000_000))
	}
}

func TestQuantiles(t *testing.T) {
	for _, tail := range []float64{1e-12, 0.005, 0.025, 0.2, 0.5, 0.8, 0.999} {
		for _, df := range []int{0, 1, 2, 3, 30, 100} {
			if back := tail0(tQuantile(tail, df), df); math.Abs(back-tail) > 1e-11*tail {
				t.Errorf("tail of the %g quantile, %d degrees: %.17g", tail, df, back)
			}
		}
	}
	if math.Abs(normalQuantile(0.025)-1.959963984540054) > 1e-14 {
		t.Errorf("normal quantile %.17g", normalQuantile(0.025))
	}
}
