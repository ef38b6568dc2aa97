package metric

import (
	"math"
	"testing"

	"overshare/sim/portable"
)

func TestLogisticFarOut(t *testing.T) {
	if logistic(-1e9) != 0 || logistic(1e9) != 1 || logistic(0) != 0.5 {
		t.Error("logistic is wrong at 0 or far out")
	}
}

// Tails of t against closed forms (1, 2 degrees) and the normal limit.
func TestTails(t *testing.T) {
	for x := -40.0; x < 40; x += 0.11 {
		if want := 0.5 - math.Atan(x)/math.Pi; math.Abs(tTail(x, 1)-want) > 1e-14 {
			t.Errorf("t tail of %g, 1 degree: %.17g, want %.17g", x, tTail(x, 1), want)
		}
		if want := 0.5 - x/(2*math.Sqrt(2+x*x)); math.Abs(tTail(x, 2)-want) > 1e-14 {
			t.Errorf("t tail of %g, 2 degrees: %.17g, want %.17g", x, tTail(x, 2), want)
		}
	}
	if math.Abs(tTail(2, 1_000_000)-portable.NormalTail(2)) > 1e-6 {
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
}
