package metric

import (
	"math"
	"testing"

	"overshare/sim/rng"
)

// Rows by themselves are Wilson's; rows doubled within a person are as many people; where nobody or everybody is flagged, people
// count; weights that are all alike change nothing.
func TestMeanFlagOfClusters(t *testing.T) {
	flag := []float64{1, 0, 0, 1, 0, 0, 0, 1, 0, 0}
	same := func(what string, got, want Estimate) {
		t.Helper()
		if math.Abs(got.Value-want.Value) > 1e-12 || math.Abs(got.Low-want.Low) > 1e-12 || math.Abs(got.High-want.High) > 1e-12 {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	same("rows", MeanFlag(flag, nil, nil, 0.05), Proportion(3, 10, 1, 0.05))
	var twice []float64
	var person []uint32
	for i, f := range flag {
		twice, person = append(twice, f, f), append(person, uint32(i), uint32(i))
	}
	same("pairs", MeanFlag(twice, person, nil, 0.05), Proportion(6, 20, 20.0/9, 0.05)) // C/(C-1) of ten people
	same("none", MeanFlag(make([]float64, 20), person, nil, 0.05), Proportion(0, 20, 2, 0.05))
	three := []float64{3, 3, 3, 3, 3, 3, 3, 3, 3, 3}
	if a, b := MeanFlag(flag, nil, three, 0.05), MeanFlag(flag, nil, nil, 0.05); a.Value != b.Value || a.High < b.High || a.High > b.High+0.02 {
		t.Errorf("weights of 3: %+v, want about %+v", a, b)
	}
	if e := MeanFlag(nil, nil, nil, 0.05); e.OK {
		t.Errorf("no rows: %+v", e)
	}
}

// The interval holds the truth where rows of a person stick together, and without people it does not. 2,000 samples of 150
// people with 1 to 6 rows, flagged with a probability of their own, 0.3 on average: binomial standard error of the coverage 0.5 %.
func TestMeanFlagCovers(t *testing.T) {
	const samples = 2000
	holds, blind := 0, 0
	for n := range samples {
		var flag []float64
		var person []uint32
		for u := range uint32(150) {
			s := rng.Open(uint64(n), rng.PurposeModel, uint64(u))
			p := 0.05
			if s.Uniform(0) < 0.25/0.7 { // 0.25/0.7·0.75 + 0.45/0.7·0.05 = 0.3
				p = 0.75
			}
			for k := range 1 + rng.Below(s.At(1), 6) {
				f := 0.0
				if s.Uniform(2+k) < p {
					f = 1
				}
				flag, person = append(flag, f), append(person, u)
			}
		}
		if e := MeanFlag(flag, person, nil, 0.05); e.Low <= 0.3 && 0.3 <= e.High {
			holds++
		}
		if e := MeanFlag(flag, nil, nil, 0.05); e.Low <= 0.3 && 0.3 <= e.High {
			blind++
		}
	}
	if c := float64(holds) / samples; c < 0.92 || c > 0.98 || float64(blind)/samples > 0.85 {
		t.Errorf("coverage %.3f, taking rows as independent %.3f", c, float64(blind)/samples)
	}
}

// A doubt where a tied block decides, none where it is small or whole.
func TestCutDoubts(t *testing.T) {
	score := []float32{5, 5, 5, 5, 1, 1, 1, 1}
	if d := (Cut{5, 0.3}).Doubt(score); d == "" {
		t.Error("half of the rows tied at the limit, and no doubt")
	}
	for _, c := range []Cut{{5, 1}, {5, 0}, {4, 0.3}} {
		if d := c.Doubt(score); d != "" {
			t.Errorf("%+v: %q", c, d)
		}
	}
}
