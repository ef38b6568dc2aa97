package replicates

import (
	"math"
	"testing"
	"unsafe"

	"overshare/scoring/metric"
	"overshare/sim/rng"
)

// The recurrence against two passes over all values, and undefined numbers left out.
func TestSpreadAgainstTwoPasses(t *testing.T) {
	var s spread
	var values, errors []float64
	for i := range uint64(50) {
		d := rng.Open(19, rng.PurposeBootstrap, i)
		e := metric.Interval(1e6+d.Uniform(0), d.Uniform(1), 0, 0.05, "test")
		if i%7 == 0 {
			e = metric.Estimate{}
		}
		if s.add(e); e.OK {
			values, errors = append(values, e.Value), append(errors, e.SE)
		}
	}
	mean, square, within := 0.0, 0.0, 0.0
	for _, x := range values {
		mean += x / float64(len(values))
	}
	for i, x := range values {
		square += (x - mean) * (x - mean)
		within += errors[i] * errors[i]
	}
	n := float64(len(values))
	sd, _ := s.sd()
	se, _ := s.se()
	if s.n != len(values) || math.Abs(s.mean-mean) > 1e-8 || math.Abs(sd-math.Sqrt(square/(n-1))) > 1e-8 || math.Abs(se-math.Sqrt(within/n)) > 1e-12 {
		t.Errorf("%d values, mean %g, deviation %g, error %g; want %d, %g, %g, %g", s.n, s.mean, sd, se, len(values), mean, math.Sqrt(square/(n-1)), math.Sqrt(within/n))
	}
	if size := unsafe.Sizeof(s); size > 64 {
		t.Errorf("a spread takes %d bytes: it must not hold values", size)
	}
}

// Three values by hand: 1, 2, 6; mean 3, standard deviation √7, t(0.975; 2) = 4.302653.
func TestSpreadByHand(t *testing.T) {
	var s spread
	for _, x := range []float64{1, 2, 6} {
		s.add(metric.Estimate{Value: x, OK: true})
	}
	e := s.estimate(0.05)
	if half := 4.302652729749464 * math.Sqrt(7.0/3); math.Abs(e.Low-(3-half)) > 1e-9 || math.Abs(e.High-(3+half)) > 1e-9 {
		t.Errorf("interval %g to %g, want 3 ± %g", e.Low, e.High, half)
	}
	if _, ok := s.se(); ok {
		t.Error("a standard error from estimates that have none")
	}
	var one spread
	if e := one.estimate(0.05); e.OK {
		t.Error("a mean of nothing")
	}
	one.add(metric.Estimate{Value: 4, OK: true})
	if e := one.estimate(0.05); !e.OK || e.Value != 4 || e.HasInterval {
		t.Errorf("one country gives %+v, want 4 without an interval", e)
	}
}

// Many tiny replicates: the t interval covers at its level. 4,000 samples of 5 values that are sums of 12
// uniforms; standard error of the share 0.0034, limit 4.9 of them (false-alarm rate 1e-6) and 0.003 for the
// sums not being quite normal. A normal quantile in the place of t covers 0.88.
func TestSpreadCoverage(t *testing.T) {
	covered := 0
	for k := range uint64(4000) {
		var s spread
		for i := range uint64(5) {
			d, x := rng.Open(23, rng.PurposeBootstrap, k<<8|i), 0.0
			for j := range uint64(12) {
				x += d.Uniform(j)
			}
			s.add(metric.Estimate{Value: x, OK: true})
		}
		if e := s.estimate(0.05); e.Low <= 6 && 6 <= e.High {
			covered++
		}
	}
	if share := float64(covered) / 4000; math.Abs(share-0.95) > 0.02 {
		t.Errorf("covered %.4f, want 0.95 ± 0.02 (seed 23)", share)
	}
}
