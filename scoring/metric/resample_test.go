package metric

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// remaining holds the metrics whose replicates are checked by measuring the rows that remain.
var remaining = map[Metric]func([]float32, Outcomes) (float64, bool){
	PRAUC: AveragePrecision, BrierScore: Brier, LogLossScore: LogLoss,
}

// A replicate without a group is the metric of the rows that remain; of the ECE, with the bins held.
func TestReplicatesAreTheRemainingRows(t *testing.T) {
	for _, steps := range []float64{0, 30} {
		a, _, o := world{seed: 61, people: 400, each: 2, base: -1, taste: 1, signal: 1, steps: steps}.rows()
		o.Weight = weights(len(a), 3)
		p := grouped(o, 5)
		c := measure(a, p, 0.05)
		for g := range p.groups {
			s, so := pick(a, o, func(i int) bool { return int(p.tag[i]>>1) != g })
			for m, f := range remaining {
				if want, _ := f(s, so); !close9(c.replicate[m].value[g], want) {
					t.Errorf("%s without group %d: %g, want %g", m, g, c.replicate[m].value[g], want)
				}
			}
			if want := heldECE(c.bins, s, so); !close9(c.replicate[CalibrationError].value[g], want) {
				t.Errorf("ECE without group %d: %g, want %g", g, c.replicate[CalibrationError].value[g], want)
			}
		}
		// scale (G−1)/G of the jackknife, spelled out
		v, sum := c.replicate[BrierScore].value, 0.0
		for _, x := range v {
			sum += (x - mean(v)) * (x - mean(v)) * float64(len(v)-1) / float64(len(v))
		}
		if e := c.estimate(BrierScore, p, 0.05); !close9(e.SE, math.Sqrt(sum)) || e.DF != p.groups-1 || e.Method != MethodJackknife {
			t.Errorf("Brier %+v, want standard error %g", e, math.Sqrt(sum))
		}
	}
}

// heldECE measures the calibration error of rows in given bins.
func heldECE(bins []Bin, s []float32, o Outcomes) float64 {
	gap, weight := make([]float64, len(bins)), 0.0
	for i, x := range s {
		b := slices.IndexFunc(bins, func(b Bin) bool { return x >= b.Low && x <= b.High })
		gap[b] += o.Weight[i] * float64(x)
		if o.Bad[i] {
			gap[b] -= o.Weight[i]
		}
		weight += o.Weight[i]
	}
	sum := 0.0
	for _, g := range gap {
		sum += math.Abs(g)
	}
	return sum / weight
}

// Groups differ by at most one cluster; the deal follows the caller's numbers, not their rank; a resample
// draws as many groups as there are, and no two are alike.
func TestGroups(t *testing.T) {
	_, _, o := world{seed: 62, people: 1000, each: 2, base: -1, taste: 1, signal: 1}.rows()
	p := grouped(o, 5)
	size, seen := make([]int, p.groups), map[uint32]bool{}
	for i, tag := range p.tag {
		if o.Bad[i] != (tag&1 != 0) {
			t.Fatalf("row %d: bad %v, tag %d", i, o.Bad[i], tag)
		}
		if c := o.Cluster[i]; !seen[c] {
			seen[c] = true
			size[tag>>1]++
		}
	}
	if p.groups != 101 || slices.Max(size)-slices.Min(size) > 1 {
		t.Errorf("%d groups of %d to %d clusters", p.groups, slices.Min(size), slices.Max(size))
	}
	other := Outcomes{Bad: o.Bad, Cluster: slices.Clone(o.Cluster)}
	for i := range other.Cluster {
		other.Cluster[i] *= 3
	}
	if slices.Equal(grouped(other, 5).tag, p.tag) {
		t.Error("other cluster numbers in the same order get the same deal")
	}
	for i, d := range p.draws {
		if mean(d) != 1 || i > 0 && slices.Equal(d, p.draws[i-1]) {
			t.Errorf("resample %d: %v", i, d)
		}
	}
	if bootstrap := bootstrapped([]float64{1, 2, 4}, 11); math.Abs(covariance(bootstrap, bootstrap)-7.0/3*1.1) > 1e-12 {
		t.Errorf("bootstrap variance of 1, 2, 4 over 11 groups: %g", covariance(bootstrap, bootstrap))
	}
}

// A walk never enters a long block, and a stretch of several blocks stays short: the cost of a resample.
func TestMarks(t *testing.T) {
	for _, steps := range []float64{0, 300, 3, 1} {
		a, _, o := world{seed: 63, people: 10_000, each: 2, base: -1, taste: 1, signal: 1, steps: steps}.rows()
		p := whole(o)
		r := rank(a, p)
		c := r.curve(p)
		for s := range len(c.mark) - 1 {
			i, j := c.mark[s], c.mark[s+1]
			if r.value(i) != r.value(j-1) && j-i > 2*markEvery {
				t.Errorf("steps %g: ranks %d to %d are one stretch of several blocks", steps, i, j)
			}
		}
	}
}

// The standard error of every metric against the spread of its values over 200 small worlds: the standard
// error of a variance over 200 is 10 % of it (heavier tails: allow 12 %), so 4.892 of these are 59 %;
// false-alarm rate 1e-6 a metric. It sees a standard error that is off by a factor of 1.4. Seeds
// 5,000 and up. The ECE, a sum of absolute values near 0 here, is held to the lower limit alone: the
// jackknife overstates its variance about twofold, which its comment says.
func TestStandardErrorsMatchSpread(t *testing.T) {
	const worlds = 200
	var value, variance [2][metricCount][]float64
	for i := range worlds {
		a, b, o := world{seed: uint64(5000 + i), people: 400, each: 2, base: -2, taste: 1, signal: 1}.rows()
		rep := evaluate(t, [][]float32{a, b}, o, Options{Seed: uint64(i)})
		for m := range metricCount {
			for k, e := range []Estimate{rep.Columns[0].Metric[m], rep.Columns[1].Difference[m]} {
				value[k][m], variance[k][m] = append(value[k][m], e.Value), append(variance[k][m], e.SE*e.SE)
			}
		}
	}
	for m := range metricCount {
		for k, kind := range []string{"value", "difference"} {
			spread := replicates{value[k][m], 1.0 / (worlds - 1), ""}
			ratio := mean(variance[k][m]) / covariance(spread, spread)
			t.Logf("%s, %s: mean variance over spread %.2f", m, kind, ratio)
			if ratio > 1.59 && m != CalibrationError || ratio < 1/1.59 {
				t.Errorf("%s, %s: mean variance over spread %.2f", m, kind, ratio)
			}
		}
	}
}

// What a report says of one thing in two places agrees.
func TestReportAgreesWithItself(t *testing.T) {
	a, b, o := world{seed: 64, people: 600, each: 3, base: -1, taste: 2, signal: 1}.rows()
	a[0], a[1] = 0, 1
	rep := evaluate(t, [][]float32{a, b}, o, Options{Alpha: 0.1})
	c := rep.Columns[0]
	auc, gini := c.Metric[AUCROC], c.Metric[Gini]
	if !close9(gini.Value, 2*auc.Value-1) || gini.SE != 2*auc.SE || !close9(gini.Low, 2*auc.Low-1) || !close9(gini.High, 2*auc.High-1) {
		t.Errorf("AUC %+v, Gini %+v", auc, gini)
	}
	if alone := AUCInterval(a, o, 0.1); alone != auc || auc.Method != MethodClustered {
		t.Errorf("AUC %+v, alone %+v", auc, alone)
	}
	if alone := AUCInterval(a, Outcomes{Bad: o.Bad}, 0.1); !close9(alone.SE, c.IndependentAUC.SE) || !close9(c.DesignEffect, math.Pow(auc.SE/alone.SE, 2)) || c.DesignEffect < 1.05 {
		t.Errorf("independent AUC %+v, in the report %+v, design effect %g", alone, c.IndependentAUC, c.DesignEffect)
	}
	if d := PairedAUC(b, a, o, 0.1); d != rep.Columns[1].Difference[AUCROC] {
		t.Errorf("difference %+v, alone %+v", rep.Columns[1].Difference[AUCROC], d)
	}
	if w := c.Metric[LogLossScore].Warning; !strings.Contains(w, "2 predictions of 0 or 1") || rep.Columns[1].Metric[LogLossScore].Warning != "" {
		t.Errorf("warning %q", w)
	}
	for _, m := range []Metric{PRAUC, RecallFPR5, CalibrationSlope} {
		if d := rep.Columns[1].Difference[m]; d.DF != rep.Groups-1 || !close9(d.High-d.Value, tQuantile(0.05, 100)*d.SE) {
			t.Errorf("difference of %s: %+v", m, d)
		}
	}
	if rep.Columns[0].Difference != [metricCount]Estimate{} {
		t.Error("the reference differs from itself")
	}
}

// A false-positive rate that is exactly the limit is allowed; 5 of 100 good rows lie above 8 of 10 bad.
func TestRateAtTheLimit(t *testing.T) {
	var s []float32
	var o Outcomes
	add := func(n int, score float32, bad bool) {
		for range n {
			s, o.Bad = append(s, score), append(o.Bad, bad)
		}
	}
	add(3, 0.9, true)
	add(5, 0.8, false)
	add(5, 0.8, true)
	add(95, 0.3, false)
	add(2, 0.2, true)
	for _, c := range []struct{ fpr, recall, threshold float64 }{{0.05, 0.8, 0.8}, {0.04, 0.7, 0.9}, {0, 0.3, 0.9}, {1, 1, 0.2}} {
		r, _ := RecallAtFPR(s, o, c.fpr)
		at, _ := ThresholdAtFPR(s, o, c.fpr)
		if math.Abs(r-c.recall) > 1e-12 || at != float32(c.threshold) {
			t.Errorf("at %g: recall %g, threshold %g", c.fpr, r, at)
		}
	}
	// top 10 of 110: 3 bad rows, then 7 of the 10 at 0.8, half of them bad.
	if p, _ := PrecisionAtTop(s, o, 10.0/110); math.Abs(p-0.65) > 1e-12 {
		t.Errorf("precision %g, want 0.65", p)
	}
	if _, ok := PrecisionAtTop(s, o, 0.005); ok {
		t.Error("precision in less than one row is defined")
	}
	// bins of two: the block of 95 at 0.3 has its middle at 49.5 of 110, so it lies in the lower half.
	table, _ := CalibrationTable(s, o, 2, 1, 0.05)
	if len(table) != 2 || table[0].Rows != 97 || table[1].Low != 0.8 {
		t.Errorf("%+v", table)
	}
}

// The interval of a bin is Wilson's with the jackknife's design effect, measured on the remaining rows.
func TestBinIntervals(t *testing.T) {
	a, _, o := world{seed: 65, people: 3000, each: 3, base: -1, taste: 2, signal: 0.3}.rows()
	table, _ := CalibrationTable(a, o, 10, 5, 0.05)
	p, above := grouped(o, 5), 0
	for _, b := range table {
		var rate []float64
		for g := range p.groups {
			_, so := pick(a, o, func(i int) bool { return int(p.tag[i]>>1) != g && a[i] >= b.Low && a[i] <= b.High })
			bad := 0.0
			for _, x := range so.Bad {
				if x {
					bad++
				}
			}
			rate = append(rate, bad/float64(len(so.Bad)))
		}
		q, j := b.Observed.Value, jackknifed(rate)
		deff := max(1, covariance(j, j)/(q*(1-q)/b.Weight))
		if want := Proportion(q*b.Weight, b.Weight, deff, 0.05); !close9(b.Observed.Low, want.Low) || !close9(b.Observed.High, want.High) {
			t.Errorf("bin %+v, want %+v", b.Observed, want)
		}
		if deff > 1 {
			above++
		}
	}
	if above == 0 {
		t.Error("no bin has a design effect above 1: the test sees nothing")
	}
}
