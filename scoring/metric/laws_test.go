package metric

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"overshare/sim/rng"
)

// evaluate fails the test on an error.
func evaluate(t *testing.T, s [][]float32, o Outcomes, opt Options) Report {
	t.Helper()
	rep, err := Evaluate(s, o, opt)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// shuffled returns rows in a keyed order.
func shuffled(a, b []float32, o Outcomes) (x, y []float32, q Outcomes) {
	order := make([]int, len(a))
	for i := range order {
		order[i] = i
	}
	key := func(i int) uint64 { return rng.Open(9, rng.PurposeModel, uint64(i)).At(0) }
	slices.SortFunc(order, func(i, j int) int {
		if key(i) < key(j) {
			return -1
		}
		return 1
	})
	for _, i := range order {
		x, y = append(x, a[i]), append(y, b[i])
		q.Bad, q.Cluster = append(q.Bad, o.Bad[i]), append(q.Cluster, o.Cluster[i])
	}
	return x, y, q
}

// The order of rows and the number of workers change no bit of a report.
func TestSameBits(t *testing.T) {
	for _, steps := range []float64{0, 40} {
		a, b, o := world{seed: 21, people: 2000, each: 2, base: -2, taste: 1, signal: 1, steps: steps}.rows()
		x, y, q := shuffled(a, b, o)
		want := evaluate(t, [][]float32{a, b, a}, o, Options{Seed: 4, Workers: 1})
		for _, workers := range []int{1, 2, 7} {
			if got := evaluate(t, [][]float32{x, y, x}, q, Options{Seed: 4, Workers: workers}); !reflect.DeepEqual(got, want) {
				t.Errorf("steps %g, %d workers, shuffled rows: another report", steps, workers)
			}
		}
		if other := evaluate(t, [][]float32{a, b, a}, o, Options{Seed: 5}); reflect.DeepEqual(other, want) {
			t.Error("the seed of the groups changes nothing")
		}
	}
}

// A column compared with itself: every difference is exactly 0 ± 0, and equivalent by identity, without a test. The
// column is measured apart, so this is also all-in-scope. One row that differs is enough for there to be no identity.
func TestEqualColumnsAreIdentical(t *testing.T) {
	a, _, o := world{seed: 22, people: 800, each: 2, base: -2, taste: 1, signal: 1}.rows()
	rep := evaluate(t, [][]float32{a, slices.Clone(a)}, o, Options{})
	for _, m := range Metrics() {
		d := rep.Columns[1].Difference[m]
		if d.Value != 0 || d.SE != 0 || !d.HasInterval || d.Low != 0 || d.High != 0 {
			t.Errorf("%s: %+v", m, d)
		}
		all := JudgeFamily([]Comparison{rep.Comparison(1, m, 1, 1e6), {Difference: difference(2, 1), Margin: 0.1, Direction: 1}}, 0.05)
		if v := all[0]; v.Word != Equivalent || !v.Identical || !v.OK || all[1].Family != 1 {
			t.Errorf("%s: %+v, family of the other %d", m, v, all[1].Family)
		}
	}
	b := slices.Clone(a)
	b[7] = math.Nextafter32(b[7], 1)
	other := evaluate(t, [][]float32{a, b}, o, Options{})
	if v := JudgeFamily([]Comparison{other.Comparison(1, AUCROC, 1, 2)}, 0.05)[0]; v.Identical {
		t.Errorf("one bit differs: %+v", v)
	}
}

// A score that says nothing has an AUC of exactly one half, and is sure of it.
func TestConstantScore(t *testing.T) {
	_, _, o := world{seed: 23, people: 500, each: 2, base: -1, taste: 1, signal: 1}.rows()
	s := make([]float32, len(o.Bad))
	for i := range s {
		s[i] = 0.25
	}
	rep := evaluate(t, [][]float32{s}, o, Options{})
	c := rep.Columns[0]
	if e := c.Metric[AUCROC]; e.Value != 0.5 || e.Low != 0.5 || e.High != 0.5 {
		t.Errorf("AUC %+v", e)
	}
	if e := c.Metric[Gini]; e.Value != 0 || e.SE != 0 {
		t.Errorf("Gini %+v", e)
	}
	if e := c.Metric[CalibrationSlope]; e.OK {
		t.Errorf("slope of a constant: %+v", e)
	}
	share := float64(rep.Bad) / float64(rep.Rows)
	if e := c.Metric[PrecisionTop1]; math.Abs(e.Value-share) > 1e-12 {
		t.Errorf("precision %+v, share of bad rows %g", e, share)
	}
	if e := c.Metric[RecallFPR5]; e.Value != 0.05 || e.SE != 0 || !strings.Contains(e.Warning, "ties decide") {
		t.Errorf("recall %+v", e)
	}
	if e := c.Metric[KolmogorovSmirnov]; e.Value != 0 || !strings.Contains(e.Warning, "chance alone") {
		t.Errorf("KS %+v", e)
	}
	if len(c.ROC) != 2 || c.ROC[1].FPR != 1 || c.ROC[1].TPR != 1 {
		t.Errorf("ROC %+v", c.ROC)
	}
}

// The truth as score: AUC 1 with the bound of disjoint pairs.
func TestTruthAsScore(t *testing.T) {
	o := Outcomes{Bad: make([]bool, 100)}
	s := make([]float32, 100)
	for i := range 10 {
		o.Bad[i], s[i] = true, 1
	}
	e := evaluate(t, [][]float32{s}, o, Options{}).Columns[0].Metric[AUCROC]
	if want := math.Pow(0.025, 0.1); e.Value != 1 || e.High != 1 || math.Abs(e.Low-want) > 1e-12 || e.Method != MethodPairs || e.Warning == "" {
		t.Errorf("%+v, want low %g", e, want)
	}
	if e.Test(1).OK {
		t.Error("perfect separation was tested as if it had a standard error")
	}
}

// Weight w and w copies in the same cluster are the same data.
func TestWeightIsCopies(t *testing.T) {
	a, b, o := world{seed: 24, people: 300, each: 2, base: -1, taste: 1, signal: 1, steps: 100}.rows()
	o.Weight = make([]float64, len(a))
	var x, y []float32
	var q Outcomes
	for i := range a {
		w := int(rng.Below(rng.Open(2, rng.PurposeModel, uint64(i)).At(0), 4))
		o.Weight[i] = float64(w)
		for range w {
			x, y = append(x, a[i]), append(y, b[i])
			q.Bad, q.Cluster = append(q.Bad, o.Bad[i]), append(q.Cluster, o.Cluster[i])
		}
	}
	keep := map[uint32]bool{} // a cluster without weight would still be dealt to a group
	for _, c := range q.Cluster {
		keep[c] = true
	}
	hold := func(i int) bool { return keep[o.Cluster[i]] && o.Weight[i] > 0 }
	a, so := pick(a, o, hold)
	b, o = pick(b, o, hold)
	_ = so
	got, want := evaluate(t, [][]float32{a, b}, o, Options{}), evaluate(t, [][]float32{x, y}, q, Options{})
	for _, m := range Metrics() {
		for _, e := range [][2]Estimate{{got.Columns[0].Metric[m], want.Columns[0].Metric[m]}, {got.Columns[1].Difference[m], want.Columns[1].Difference[m]}} {
			if !close9(e[0].Value, e[1].Value) || !close9(e[0].SE, e[1].SE) || !close9(e[0].High, e[1].High) {
				t.Errorf("%s: weighted %+v, copied %+v", m, e[0], e[1])
			}
		}
	}
}

// Order is all that counts for rank metrics; turning the score over turns the AUC over.
func TestMonotoneScores(t *testing.T) {
	a, _, o := world{seed: 25, people: 500, each: 2, base: -1, taste: 1, signal: 1, steps: 64}.rows()
	up, down := make([]float32, len(a)), make([]float32, len(a))
	for i, x := range a {
		up[i], down[i] = x*x*x, -x
	}
	r := evaluate(t, [][]float32{a, up, down}, o, Options{})
	for m := AUCROC; m <= PrecisionTop1; m++ {
		if r.Columns[0].Metric[m] != r.Columns[1].Metric[m] {
			t.Errorf("%s: %+v, cubed %+v", m, r.Columns[0].Metric[m], r.Columns[1].Metric[m])
		}
	}
	if sum := r.Columns[0].Metric[AUCROC].Value + r.Columns[2].Metric[AUCROC].Value; math.Abs(sum-1) > 1e-14 {
		t.Errorf("AUC and AUC upside down add up to %.17g", sum)
	}
	if r.Columns[2].Metric[BrierScore].OK {
		t.Error("Brier score of a score below 0")
	}
}

// Class sizes whose product passes 2³¹ and whose cubes pass 2⁵³, against the closed form of a yes-no
// score with TPR T and FPR F: A = ½(1 + T − F), v = ¼[T(1−T)/(n₊−1) + F(1−F)/(n₋−1)].
func TestNoOverflow(t *testing.T) {
	const n = 400_000
	s, o := make([]float32, n), Outcomes{Bad: make([]bool, n)}
	for i := range n {
		o.Bad[i] = i%2 == 0
		if i%2 == 0 && i%8 != 0 || i%10 == 1 {
			s[i] = 1
		}
	}
	const tpr, fpr, each = 0.75, 0.2, n / 2
	e := AUCInterval(s, o, 0.05)
	se := math.Sqrt((tpr*(1-tpr) + fpr*(1-fpr)) / 4 / (each - 1))
	if !close9(e.Value, (1+tpr-fpr)/2) || math.Abs(e.SE-se) > 1e-12 {
		t.Errorf("AUC %.17g ± %.17g, want %g ± %.17g", e.Value, e.SE, (1+tpr-fpr)/2, se)
	}
	low, high, _ := NullAUC(s, o.Bad, 0.05)
	q := 0.475 // share flagged; v = q(1−q)·n/(n−1)·(1/n₊ + 1/n₋)/4
	want := 1.959963984540054 * math.Sqrt(q*(1-q)*n/(n-1)*2/each/4)
	if math.Abs(high-0.5-want) > 1e-12 || math.Abs(0.5-low-want) > 1e-12 {
		t.Errorf("null interval [%.17g, %.17g], want ½ ± %.17g", low, high, want)
	}
}

// Thinned ROC: points of the true curve, both ends, the recall at the kept rates, few points.
func TestThinROC(t *testing.T) {
	a, _, o := world{seed: 26, people: 5000, each: 2, base: -2, taste: 1, signal: 1}.rows()
	full, _ := ROC(a, o)
	thin, ok := ThinROC(a, o, 200, 0.01, 0.05)
	on := map[Point]bool{}
	for _, p := range full {
		on[p] = true
	}
	for _, p := range thin {
		if !on[p] {
			t.Errorf("%+v is not on the curve", p)
		}
	}
	if !ok || len(thin) > 202 || len(thin) < 150 || thin[0] != full[0] || thin[len(thin)-1] != full[len(full)-1] {
		t.Errorf("%d points from %+v to %+v", len(thin), thin[0], thin[len(thin)-1])
	}
	for _, f := range []float64{0.01, 0.05} {
		best := 0.0
		for _, p := range thin {
			if p.FPR <= f {
				best = p.TPR
			}
		}
		r, _ := RecallAtFPR(a, o, f)
		at, _ := ThresholdAtFPR(a, o, f)
		if best != r || !slices.ContainsFunc(thin, func(p Point) bool { return p.Threshold == at && p.TPR == r }) {
			t.Errorf("recall at %g: %g on the thinned curve, %g", f, best, r)
		}
	}
}

func TestMistakesAreErrors(t *testing.T) {
	nan := float32(math.NaN())
	good := Outcomes{Bad: []bool{true, false}}
	for name, f := range map[string]func() error{
		"length": func() error { _, err := Evaluate([][]float32{{1}}, good, Options{}); return err },
		"nan":    func() error { _, err := Evaluate([][]float32{{1, nan}}, good, Options{}); return err },
		"weight": func() error {
			_, err := Evaluate([][]float32{{1, 0}}, Outcomes{Bad: good.Bad, Weight: []float64{1, -1}}, Options{})
			return err
		},
		"weights": func() error {
			_, err := Evaluate([][]float32{{1, 0}}, Outcomes{Bad: good.Bad, Weight: []float64{1}}, Options{})
			return err
		},
		"cluster": func() error {
			_, err := Evaluate([][]float32{{1, 0}}, Outcomes{Bad: good.Bad, Cluster: []uint32{1}}, Options{})
			return err
		},
		"reference": func() error { _, err := Evaluate([][]float32{{1, 0}}, good, Options{Reference: 1}); return err },
		"none":      func() error { _, err := Evaluate(nil, good, Options{}); return err },
		"alpha":     func() error { _, err := Evaluate([][]float32{{1, 0}}, good, Options{Alpha: 2}); return err },
		"threshold": func() error {
			_, err := DecisionCurve([]float32{1, 0}, []float32{1, 0}, good, []float64{1}, 1, 0.05)
			return err
		},
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, ok := AUC([]float32{1, nan}, good); ok {
		t.Error("AUC with a score that is not a number is defined")
	}
}

// Tables of no row, one row, two rows, one cluster: defined where they can be, no panic, no NaN.
func TestTinyTables(t *testing.T) {
	for _, o := range []Outcomes{
		{Bad: []bool{}}, {Bad: []bool{true}}, {Bad: []bool{true, false}}, {Bad: []bool{true, false, true, false}, Cluster: []uint32{5, 5, 5, 5}},
		{Bad: []bool{true, false, true}, Weight: []float64{0, 0, 0}}, {Bad: []bool{true, false, true}, Weight: []float64{0, 1, 1}},
	} {
		s := []float32{0.5, 0, 1, 1}[:len(o.Bad)]
		rep := evaluate(t, [][]float32{s, s}, o, Options{})
		for _, m := range Metrics() {
			for _, e := range []Estimate{rep.Columns[0].Metric[m], rep.Columns[1].Difference[m]} {
				for _, x := range []float64{e.Value, e.SE, e.Low, e.High} {
					if math.IsNaN(x) || math.IsInf(x, 0) || !e.HasInterval && (e.SE != 0 || e.Low != 0 || e.High != 0) || !e.OK && x != 0 {
						t.Errorf("%+v: %s: %+v", o, m, e)
					}
				}
			}
		}
	}
}
