package oracle

import (
	"math"
	"testing"

	"overshare/scoring/metric"
	"overshare/sim/rng"
)

// The share of the ceiling of the ceiling itself is 1 without any doubt, that of a coin 0, and the delta
// method's standard error agrees with the jackknife over people.
func TestShareOfCeiling(t *testing.T) {
	const n = 4000
	var o metric.Outcomes
	top, own := make([]float32, n), make([]float32, n)
	for i := range n {
		s := rng.Open(1, rng.PurposeBootstrap, uint64(i))
		x := float32(s.Uniform(0))
		top[i], own[i] = x, x+float32(s.Uniform(1))
		o.Bad = append(o.Bad, float32(s.Uniform(2)) < x*x*.3)
		o.Cluster = append(o.Cluster, uint32(i/2))
	}
	if e := shareOfCeiling([][]float32{top, top}, o, .05); !e.OK || e.Value != 1 || e.SE > 1e-9 {
		t.Errorf("of itself: %+v", e)
	}
	coin := make([]float32, n)
	if e := shareOfCeiling([][]float32{coin, top}, o, .05); !e.OK || e.Value != 0 || e.SE != 0 {
		t.Errorf("of a constant: %+v", e)
	}
	if e := shareOfCeiling([][]float32{top, coin}, o, .05); e.OK {
		t.Errorf("with a coin as ceiling: %+v", e)
	}
	e := shareOfCeiling([][]float32{own, top}, o, .05)
	if !e.OK || e.Value <= 0 || e.Value >= 1 {
		t.Fatalf("%+v", e)
	}
	if se := jackknifeShare(own, top, o); math.Abs(se/e.SE-1) > .2 {
		t.Errorf("standard error %.5f, jackknife %.5f", e.SE, se)
	}
}

// jackknifeShare leaves out one of 100 groups of people at a time. Its own relative error is about
// 1/sqrt(2·99) = 7 %; 20 % is close to three of its standard errors, at a table fixed by its seed.
func jackknifeShare(own, top []float32, o metric.Outcomes) float64 {
	const groups = 100
	var reps []float64
	for g := range groups {
		var a, b []float32
		var rest metric.Outcomes
		for i := range own {
			if int(o.Cluster[i])%groups != g {
				a, b = append(a, own[i]), append(b, top[i])
				rest.Bad, rest.Cluster = append(rest.Bad, o.Bad[i]), append(rest.Cluster, o.Cluster[i])
			}
		}
		x, _ := metric.AUC(a, rest)
		y, _ := metric.AUC(b, rest)
		reps = append(reps, (x-.5)/(y-.5))
	}
	mean, ss := 0.0, 0.0
	for _, r := range reps {
		mean += r / groups
	}
	for _, r := range reps {
		ss += (r - mean) * (r - mean)
	}
	return math.Sqrt(ss * (groups - 1) / groups)
}
