package metric

import (
	"math"
	"testing"

	"overshare/sim/rng"
)

// By hand: X = 6, N = 12, R = 0.5; residuals 1 − 2, 2 − 2, 3 − 2 = −1, 0, 1; variance 3/2 · 2/144.
func TestRatioByHand(t *testing.T) {
	e := Ratio([]int64{1, 2, 3}, []int64{4, 4, 4}, 0.05)
	if e.Value != 0.5 || math.Abs(e.SE-math.Sqrt(3.0/144)) > 1e-15 || e.DF != 2 {
		t.Errorf("got %+v, want 0.5 with standard error %g and 2 degrees of freedom", e, math.Sqrt(3.0/144))
	}
	if half := 4.302652729749464 * e.SE; math.Abs(e.High-e.Value-half) > 1e-9 { // R: qt(0.975, 2)
		t.Errorf("half width %g, want %g", e.High-e.Value, half)
	}
	// An empty group is no group.
	if f := Ratio([]int64{1, 0, 2, 3}, []int64{4, 0, 4, 4}, 0.05); f != e {
		t.Errorf("with an empty group %+v, without %+v", f, e)
	}
}

// By hand: ratios 0.5 and 0.25; residuals over N: (−1, 0, 1)/12 and (0, −1, 1)/12; their differences
// (−1, 1, 0)/12; variance 3/2 · 2/144.
func TestRatioDifferenceByHand(t *testing.T) {
	d := RatioDifference([]int64{1, 2, 3}, []int64{4, 4, 4}, []int64{1, 0, 2}, []int64{4, 4, 4}, 0.05)
	if d.Value != 0.25 || math.Abs(d.SE-math.Sqrt(3.0/144)) > 1e-15 {
		t.Errorf("got %+v", d)
	}
	// groups that neither sum uses are no groups; one that either uses is
	some := RatioDifference([]int64{1, 2, 3, 0, 0, 0}, []int64{4, 4, 4, 0, 0, 0}, []int64{1, 0, 2, 0, 0, 0}, []int64{4, 4, 4, 0, 0, 0}, 0.05)
	if some.SE != d.SE || some.DF != 2 {
		t.Errorf("three empty groups more give %+v, want %+v", some, d)
	}
	if e := RatioDifference([]int64{1, 2, 0, 0}, []int64{4, 4, 0, 0}, []int64{1, 0, 2, 0}, []int64{4, 4, 4, 0}, 0.05); e.DF != 2 {
		t.Errorf("a group of the reference alone: %+v, want 2 degrees of freedom", e)
	}
	same := RatioDifference([]int64{1, 2, 3}, []int64{4, 4, 5}, []int64{1, 2, 3}, []int64{4, 4, 5}, 0.05)
	if same.Value != 0 || same.SE != 0 || !same.HasInterval {
		t.Errorf("equal sums give %+v, want 0 ± 0", same)
	}
}

func TestRatioUndefined(t *testing.T) {
	if e := Ratio([]int64{0, 0}, []int64{0, 0}, 0.05); e.OK {
		t.Errorf("nothing over nothing is %+v", e)
	}
	if e := Ratio([]int64{1, 0}, []int64{2, 0}, 0.05); !e.OK || e.HasInterval {
		t.Errorf("one group gives %+v, want a value without interval", e)
	}
	if e := RatioDifference([]int64{1, 1}, []int64{2, 2}, []int64{0, 0}, []int64{0, 0}, 0.05); e.OK {
		t.Errorf("a difference to nothing is %+v", e)
	}
}

// The 95 % interval of a ratio of clustered rows covers the truth at its level. 2,000 samples of 400
// clusters, dealt to 51 groups; each cluster has 1 to 5 rows that share a rate of 0 to 0.6, mean 0.3. The
// standard error of the share covered is 0.0049; the limits are 5.3 of them (false-alarm rate 1e-7) plus
// 0.01 for the linearisation.
func TestRatioCoverage(t *testing.T) {
	covered := 0
	for k := range uint64(2000) {
		num, den := make([]int64, 51), make([]int64, 51)
		for c := range uint64(400) {
			s := rng.Open(5, rng.PurposeBootstrap, k<<32|c)
			g, rows, rate := int(rng.Below(s.At(0), 51)), 1+int64(rng.Below(s.At(1), 5)), 0.6*s.Uniform(2)
			den[g] += rows
			for i := range uint64(rows) {
				if s.Uniform(3+i) < rate {
					num[g]++
				}
			}
		}
		if e := Ratio(num, den, 0.05); e.Low <= 0.3 && 0.3 <= e.High {
			covered++
		}
	}
	if share := float64(covered) / 2000; math.Abs(share-0.95) > 0.036 {
		t.Errorf("covered %.4f, want 0.95 ± 0.036 (seed 5)", share)
	}
}

// One pass over all columns equals the columns one by one.
func TestAUCsEqualsSingleColumns(t *testing.T) {
	const n = 3000
	o := Outcomes{Bad: make([]bool, n), Cluster: make([]uint32, n)}
	scores := [][]float32{make([]float32, n), make([]float32, n), make([]float32, n)}
	for i := range n {
		s := rng.Open(9, rng.PurposeBootstrap, uint64(i))
		o.Cluster[i] = uint32(rng.Below(s.At(0), n/3))
		o.Bad[i] = s.Uniform(1) < 0.1
		for k := range scores {
			scores[k][i] = float32(math.Round(8 * s.Uniform(2+uint64(k))))
			if o.Bad[i] {
				scores[k][i] += float32(k)
			}
		}
	}
	auc, diff := AUCs(scores, o, 0.05)
	for k, s := range scores {
		if want := AUCInterval(s, o, 0.05); auc[k] != want {
			t.Errorf("column %d: %+v, want %+v", k, auc[k], want)
		}
		if want := PairedAUC(s, scores[0], o, 0.05); diff[k] != want {
			t.Errorf("difference %d: %+v, want %+v", k, diff[k], want)
		}
	}
	if auc, diff := AUCs(scores, Outcomes{Bad: make([]bool, n)}, 0.05); auc[0].OK || diff[1].OK {
		t.Error("one class has an AUC")
	}
}
