package metric

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"overshare/scoring/internal/ref"
	"overshare/sim/rng"
)

// twinWorlds covers no ties, many ties, weights and clusters.
func twinWorlds(visit func(name string, a, b []float32, o Outcomes)) {
	for _, steps := range []float64{0, 64, 5} {
		a, b, o := world{seed: 11, people: 120, each: 2, base: -1.5, taste: 1, signal: 1, steps: steps}.rows()
		for _, weighted := range []bool{false, true} {
			for _, cluster := range []bool{false, true} {
				sub := Outcomes{Bad: o.Bad}
				if weighted {
					sub.Weight = weights(len(a), 5)
				}
				if cluster {
					sub.Cluster = o.Cluster
				}
				visit(fmt.Sprintf("steps=%g weighted=%v clustered=%v", steps, weighted, cluster), a, b, sub)
			}
		}
	}
}

func TestMetricsAgainstReference(t *testing.T) {
	twinWorlds(func(name string, a, _ []float32, o Outcomes) {
		r := slow(a, o)
		for what, f := range map[string]struct {
			fast func() (float64, bool)
			slow float64
		}{
			"auc":       {func() (float64, bool) { return AUC(a, o) }, ref.AUC(r)},
			"pr_auc":    {func() (float64, bool) { return AveragePrecision(a, o) }, ref.AveragePrecision(r)},
			"ks":        {func() (float64, bool) { return KS(a, o) }, ref.KS(r)},
			"recall":    {func() (float64, bool) { return RecallAtFPR(a, o, 0.05) }, ref.RecallAtFPR(r, 0.05)},
			"recall1":   {func() (float64, bool) { return RecallAtFPR(a, o, 1) }, 1},
			"precision": {func() (float64, bool) { return PrecisionAtTop(a, o, 0.03) }, ref.PrecisionAtTop(r, 0.03)},
			"brier":     {func() (float64, bool) { return Brier(a, o) }, ref.Brier(r)},
			"log_loss":  {func() (float64, bool) { return LogLoss(a, o) }, ref.LogLoss(r)},
		} {
			if got, ok := f.fast(); !ok || !(math.Abs(got-f.slow) <= 1e-12) {
				t.Errorf("%s: %s = %.17g, %v; reference %.17g", name, what, got, ok, f.slow)
			}
		}
	})
}

func TestDeLongAgainstReference(t *testing.T) {
	twinWorlds(func(name string, a, b []float32, o Outcomes) {
		_, cov, ok := DeLong([][]float32{a, b}, o)
		ra, rb := slow(a, o), slow(b, o)
		want := [][]float64{{ref.AUCCovariance(ra, ra), ref.AUCCovariance(ra, rb)}, {ref.AUCCovariance(rb, ra), ref.AUCCovariance(rb, rb)}}
		for i := range want {
			for j := range want[i] {
				if !ok || !(math.Abs(cov[i][j]-want[i][j]) <= 1e-12) {
					t.Errorf("%s: cov[%d][%d] = %.17g, %v; reference %.17g", name, i, j, cov[i][j], ok, want[i][j])
				}
			}
		}
		d := PairedAUC(a, b, o, 0.05)
		if v := want[0][0] + want[1][1] - 2*want[0][1]; !(math.Abs(d.SE*d.SE-v) <= 1e-12) {
			t.Errorf("%s: paired variance %.17g, reference %.17g", name, d.SE*d.SE, v)
		}
	})
}

// The curve at any multiples of the groups equals the slow metrics on rows whose weights were
// multiplied, and average precision without a group equals it on the rows that remain. 9,000 rows make
// several marks; coarse scores make blocks that span them.
func TestResamplesAgainstReference(t *testing.T) {
	for _, steps := range []float64{0, 50, 2} {
		a, _, o := world{seed: 12, people: 3000, each: 2, base: -1.5, taste: 1, signal: 1, steps: steps}.rows()
		o.Weight = weights(len(a), 6)
		p := grouped(o, 3)
		r := rank(a, p)
		c := r.curve(p)
		for _, m := range p.draws[:5] {
			got := c.at(m)
			w := make([]float64, len(a))
			for i := range w {
				w[i] = o.Weight[i] * m[p.tag[i]>>1]
			}
			so := Outcomes{Bad: o.Bad, Weight: w}
			want := thresholdsOf(a, so)
			if !close9(got.ks, want.ks) || !close9(got.recall1.value, want.recall1.value) || !close9(got.recall5.value, want.recall5.value) || !close9(got.top1.value, want.top1.value) {
				t.Errorf("steps %g: got %+v, want %+v", steps, got, want)
			}
		}
		_, without := r.averagePrecision(p, true)
		for _, g := range []int{0, 50, 100} {
			s, so := pick(a, o, func(i int) bool { return int(p.tag[i]>>1) != g })
			if want, _ := AveragePrecision(s, so); !close9(without[g], want) {
				t.Errorf("steps %g: average precision without group %d = %g, want %g", steps, g, without[g], want)
			}
		}
	}
}

// thresholdsOf computes the four threshold metrics from the full ROC curve, in O(n).
func thresholdsOf(s []float32, o Outcomes) (out shape) {
	curve, _ := ROC(s, o)
	pos, neg := 0.0, 0.0
	for i, b := range o.Bad {
		if b {
			pos += o.Weight[i]
		} else {
			neg += o.Weight[i]
		}
	}
	k := 0.01 * (pos + neg)
	out.recall1.value, out.recall5.value = onCurve(curve, 0.01), onCurve(curve, 0.05)
	for i, pt := range curve {
		out.ks = max(out.ks, math.Abs(pt.TPR-pt.FPR))
		if i == 0 {
			continue
		}
		q := curve[i-1]
		above, size := q.TPR*pos+q.FPR*neg, (pt.TPR-q.TPR)*pos+(pt.FPR-q.FPR)*neg
		if size > 0 {
			out.top1.value += (pt.TPR - q.TPR) * pos * min(1, max(0, (k-above)/size)) / k
		}
	}
	return out
}

// onCurve reads the interpolated curve at a false-positive rate.
func onCurve(curve []Point, fpr float64) float64 {
	last := len(curve) - 1
	for last > 0 && curve[last].FPR > fpr {
		last--
	}
	if last == len(curve)-1 {
		return 1
	}
	a, b := curve[last], curve[last+1]
	return a.TPR + (b.TPR-a.TPR)*(fpr-a.FPR)/(b.FPR-a.FPR)
}

// The one-step recalibration without a group is close to the full fit on the rows that remain: it is off
// by a second-order term, below 0.5 % of the replicates' standard deviation here.
func TestRecalibrationWithoutGroup(t *testing.T) {
	a, _, o := world{seed: 13, people: 3000, each: 2, base: -1.5, taste: 1, signal: 1}.rows()
	p := grouped(o, 3)
	r := rank(a, p)
	l, ok := r.recalibrate(p, r.odds())
	j := jackknifed(l.slopeW)
	sd := math.Sqrt(covariance(j, j) / j.scale / float64(p.groups))
	for _, g := range []int{0, 50, 100} {
		s, so := pick(a, o, func(i int) bool { return int(p.tag[i]>>1) != g })
		_, want := Recalibration(s, so, 1, 0.05)
		if !ok || math.Abs(l.slopeW[g]-want.Value) > 0.005*sd {
			t.Errorf("slope without group %d: one step %g, full fit %g, sd %g", g, l.slopeW[g], want.Value, sd)
		}
	}
}

func TestSortAgainstLibrary(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000, 5000} {
		keys := make([]uint64, n)
		for i := range keys {
			keys[i] = rng.Open(1, rng.PurposeModel, uint64(i)).At(0)&0xff0ff007_00000000 | uint64(i)
		}
		want := slices.Clone(keys)
		slices.SortStableFunc(want, func(a, b uint64) int { return int(a>>32) - int(b>>32) })
		if got := sortHigh(keys); !slices.Equal(got, want) {
			t.Errorf("n = %d: not sorted as by the library", n)
		}
	}
}

func TestOrderOfScores(t *testing.T) {
	inf := float32(math.Inf(1))
	up := []float32{-inf, -3, -1e-40, 0, 1e-45, 0.5, 1, inf}
	for i, x := range up {
		if got := score(descending(x)); got != x {
			t.Errorf("score(descending(%g)) = %g", x, got)
		}
		if i > 0 && descending(x) >= descending(up[i-1]) {
			t.Errorf("%g does not come before %g", x, up[i-1])
		}
	}
	if descending(float32(math.Copysign(0, -1))) != descending(0) {
		t.Error("−0 and +0 are not tied")
	}
}
