package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
)

// Options steer [Evaluate]. The zero value is ready to use.
type Options struct {
	Seed      uint64  // of the keyed groups and resamples
	Alpha     float64 // intervals have level 1 − Alpha; 0 = 0.05
	Reference int     // the column that others are compared with
	Workers   int     // columns worked on at once; 0 = 1. Changes no result
}

// A Report holds every metric of every column, and the difference of every column to the reference.
type Report struct {
	Rows, Bad, Clusters int
	BadClusters         int // clusters with at least one bad row
	GoodClusters        int // clusters with at least one good row
	Clustered           bool
	Groups              int // keyed groups behind the jackknife and bootstrap intervals
	Reference           int
	Columns             []Column
}

// A Column is what one score did.
type Column struct {
	Metric         [metricCount]Estimate // index: [Metric]
	Difference     [metricCount]Estimate // this column minus the reference; zero for the reference itself
	IndependentAUC Estimate              // the AUC with DeLong's interval as if rows were independent
	Constant       bool                  // every row has the same score
	Identical      bool                  // every row has the score that the reference gives it
	DesignEffect   float64               // clustered over independent AUC variance; 0 = undefined
	Calibration    []Bin                 // deciles
	ROC            []Point               // thinned, with the points at FPR 1 % and 5 %
	replicate      [metricCount]replicates
}

// column is the work of one score.
type column struct {
	influence *influence
	value     [metricCount]float64
	ok        [metricCount]bool
	replicate [metricCount]replicates
	variance  float64 // of the AUC
	varOK     bool
	note      [metricCount]string    // what else speaks against a value
	days      [metricCount]*dayParts // nil without days
	constant  bool
	clipped   int // predictions at 0 or 1
	bins      []Bin
	roc       []Point
}

// Evaluate measures every column on the same rows and compares each with the reference column.
//
// Shapes: k columns of one score a row, all rows of o. Scores outside [0, 1] are ranked, but metrics of
// probabilities (Brier to calibration intercept) are undefined for their column.
// AUC and Gini: clustered DeLong (see [AUCInterval], [PairedAUC]). Average precision, Brier, log loss,
// ECE, calibration: delete-a-group jackknife over 101 keyed groups of clusters, t with groups − 1
// degrees of freedom. KS, recall, precision: 400 resamples of the same groups, the same t. Intervals of
// average precision, KS, recall and precision are symmetric in log-odds; a difference is symmetric.
// With o.Day all of them hold the luck of common days too (days.go), t with fewer degrees of freedom.
// Undefined: see the functions of the metrics. err lists mistakes in the input, all at once.
// Cost: about 2 s a column and core for 6 M rows with distinct scores, 3 % bad (BenchmarkEvaluate); less
// with ties. Memory: 21 bytes a row and worker, 32 more for each distinct score, 16 bytes a cluster for each
// worker and for the reference; 400 · 101 resampled group counts once.
func Evaluate(scores [][]float32, o Outcomes, opt Options) (Report, error) {
	if err := check(scores, o); err != nil {
		return Report{}, err
	}
	if len(scores) == 0 || opt.Reference < 0 || opt.Reference >= len(scores) {
		return Report{}, fmt.Errorf("reference column %d of %d; give 0 to %d", opt.Reference, len(scores), len(scores)-1)
	}
	if opt.Alpha == 0 {
		opt.Alpha = defaultAlpha
	}
	if !(opt.Alpha > 0 && opt.Alpha < 1) {
		return Report{}, fmt.Errorf("alpha is %g; give a number between 0 and 1", opt.Alpha)
	}
	p := grouped(o, opt.Seed)
	rep := Report{Rows: p.rows, Bad: p.bads, Clusters: p.clusters, BadClusters: p.badClusters,
		GoodClusters: p.goodClusters, Clustered: p.cluster != nil, Groups: p.groups, Reference: opt.Reference, Columns: make([]Column, len(scores))}
	p.setDays(o, opt.Seed)
	rep.fill(scores, p, opt)
	return rep, nil
}

// fill works through the columns, the reference first, a batch of workers at a time, and keeps the
// influences of no more columns than that.
func (rep *Report) fill(scores [][]float32, p *sample, opt Options) {
	order := []int{opt.Reference}
	for k := range scores {
		if k != opt.Reference {
			order = append(order, k)
		}
	}
	var ref *column
	for workers := max(1, opt.Workers); len(order) > 0; {
		batch := order[:min(workers, len(order))]
		order = order[len(batch):]
		done := make([]*column, len(batch))
		var wait sync.WaitGroup
		for i, k := range batch {
			wait.Go(func() { done[i] = measure(scores[k], p, opt.Alpha) })
		}
		wait.Wait()
		if ref == nil {
			ref = done[0]
		}
		for i, k := range batch {
			rep.Columns[k] = done[i].report(p, opt.Alpha)
			rep.Columns[k].Identical = slices.Equal(scores[k], scores[opt.Reference])
			if k != opt.Reference {
				rep.Columns[k].Difference = done[i].compare(ref, p, opt.Alpha)
			}
		}
	}
}

// measure computes one column.
func measure(s []float32, p *sample, alpha float64) *column {
	c := &column{}
	if p.rows == 0 {
		return c
	}
	r := rank(s, p)
	c.constant = len(r.start) <= 2
	if p.twoClasses() {
		c.ranks(r, p)
	}
	if p.badWeight+p.goodWeight > 0 && r.inside() {
		all := r.odds()
		c.probabilities(r, p, all, alpha)
		c.recalibration(r, p, all)
	}
	if p.day != nil {
		c.commonDays(r, p)
	}
	return c
}

// set stores a value and its replicates; replicates with a missing member are dropped.
func (c *column) set(m Metric, v float64, rep replicates) {
	c.value[m], c.ok[m] = v, true
	if len(rep.value) > 1 {
		c.replicate[m] = rep
	}
}

// ranks measures what depends on the order of the scores alone.
func (c *column) ranks(r *ranking, p *sample) {
	c.influence = r.influence(p)
	c.variance, c.varOK = c.influence.variance(nil, p)
	auc := make([]float64, p.groups)
	gini := make([]float64, p.groups)
	for g, d := range c.influence.group {
		auc[g] = c.influence.auc + d
		gini[g] = 2*auc[g] - 1
	}
	g := float64(p.groups)
	c.set(AUCROC, c.influence.auc, replicates{auc, g / (g - 1), MethodJackknife})
	c.set(Gini, 2*c.influence.auc-1, replicates{gini, g / (g - 1), MethodJackknife})
	ap, without := r.averagePrecision(p, true)
	c.set(PRAUC, ap, jackknifed(without))
	c.shapes(r.curve(p))
	c.roc = r.thin(p, rocPoints, []float64{0.01, 0.05})
}

// shapes measures KS, recall and precision, on the data and on resampled groups.
func (c *column) shapes(k *curve) {
	one := make([]float64, k.p.groups)
	for g := range one {
		one[g] = 1
	}
	full := k.at(one)
	draws := make([]shape, len(k.p.draws))
	for b, m := range k.p.draws {
		draws[b] = k.at(m)
	}
	c.note[RecallFPR1], c.note[RecallFPR5], c.note[PrecisionTop1] = full.recall1.doubt(), full.recall5.doubt(), full.top1.doubt()
	c.shape(KolmogorovSmirnov, full.ks, true, draws, k.p, func(s shape) (float64, bool) { return s.ks, s.ok })
	c.shape(RecallFPR1, full.recall1.value, true, draws, k.p, func(s shape) (float64, bool) { return s.recall1.value, s.ok })
	c.shape(RecallFPR5, full.recall5.value, true, draws, k.p, func(s shape) (float64, bool) { return s.recall5.value, s.ok })
	c.shape(PrecisionTop1, full.top1.value, full.topOK, draws, k.p, func(s shape) (float64, bool) { return s.top1.value, s.topOK })
}

func (c *column) shape(m Metric, v float64, ok bool, draws []shape, p *sample, pick func(shape) (float64, bool)) {
	if !ok {
		return
	}
	all := make([]float64, 0, len(draws))
	for _, d := range draws {
		x, ok := pick(d)
		if !ok {
			c.set(m, v, replicates{})
			return
		}
		all = append(all, x)
	}
	c.set(m, v, bootstrapped(all, p.groups))
}

// probabilities measures what needs a probability.
func (c *column) probabilities(r *ranking, p *sample, all []odds, alpha float64) {
	brier, log := r.losses(p, all)
	v, without := p.average(brier)
	c.set(BrierScore, v, jackknifed(without))
	v, without = p.average(log)
	c.set(LogLossScore, v, jackknifed(without))
	c.bins = r.calibration(p, calibrationDecile, alpha)
	v, without = expectedError(c.bins, p)
	c.set(CalibrationError, v, jackknifed(without))
	for i, n := 0, len(r.key); i < n; i++ {
		if x := r.value(i); x <= 0 || x >= 1 {
			c.clipped++
		}
	}
}

// recalibration measures calibration slope and intercept.
func (c *column) recalibration(r *ranking, p *sample, all []odds) {
	if l, ok := r.recalibrate(p, all); ok {
		c.set(CalibrationSlope, l.slope, jackknifed(l.slopeW))
		c.set(CalibrationIntercept, l.intercept, jackknifed(l.interceptW))
	}
}

// report turns a column into its public form.
func (c *column) report(p *sample, alpha float64) Column {
	out := Column{ROC: c.roc, Calibration: c.bins, Constant: c.constant, replicate: c.replicate}
	for m := range metricCount {
		out.Metric[m] = c.days[m].add(nil, c.estimate(m, p, alpha), m, p, alpha)
	}
	if f := c.influence; f != nil {
		out.IndependentAUC = p.aucInterval(f.auc, f.plain, f.plainOK, alpha, MethodDeLong)
		if c.varOK && f.plainOK && f.plain > 0 {
			out.DesignEffect = c.variance / f.plain
		}
	}
	return out
}

// estimate gives one metric its interval.
func (c *column) estimate(m Metric, p *sample, alpha float64) Estimate {
	if !c.ok[m] {
		return Estimate{}
	}
	if m == AUCROC || m == Gini {
		e := p.aucInterval(c.influence.auc, c.variance, c.varOK, alpha, p.delongName())
		if m == Gini {
			e.Value, e.SE, e.Low, e.High, e.Luck.Test = 2*e.Value-1, 2*e.SE, 2*e.Low-1, 2*e.High-1, 2*e.Luck.Test
			if !e.HasInterval {
				e.SE, e.Low, e.High = 0, 0, 0
			}
		}
		return e
	}
	e := Estimate{Value: c.value[m], OK: true, Warning: c.doubt(m, p)}
	se, ok := c.replicate[m].se()
	if !ok {
		return e
	}
	return bounded(m, e.symmetric(se, p.groups-1, alpha, c.replicate[m].method), alpha)
}

// bounded keeps an interval inside the range of its metric; at the border of the range a standard error
// of 0 says nothing, so there is no interval.
func bounded(m Metric, e Estimate, alpha float64) Estimate {
	switch m {
	case PRAUC, KolmogorovSmirnov, RecallFPR1, RecallFPR5, PrecisionTop1:
		if e.Value <= 0 || e.Value >= 1 {
			return Estimate{Value: e.Value, OK: true, Warning: join(e.Warning, "at the border of its range: no interval")}
		}
		if e.SE > 0 {
			return e.onLogit(alpha)
		}
	case BrierScore, LogLossScore, CalibrationError:
		e.Low = max(0, e.Low)
	}
	return e
}

// doubt returns what speaks against trusting a value.
func (c *column) doubt(m Metric, p *sample) string {
	w := join(p.warning(), c.note[m])
	if floor := c.floor(m, p); floor > 0 && c.value[m] < 2*floor {
		w = join(w, fmt.Sprintf("biased upwards: chance alone gives about %.2g", floor))
	}
	if (m == LogLossScore || m == CalibrationSlope || m == CalibrationIntercept) && c.clipped > 0 {
		w = join(w, fmt.Sprintf("%d predictions of 0 or 1 were kept 2^-23 away", c.clipped))
	}
	return w
}

// floor returns what chance alone gives a metric that cannot be 0: KS, √(π/2)·ln 2·√(1/n₊ + 1/n₋), and ECE.
func (c *column) floor(m Metric, p *sample) float64 {
	switch m {
	case KolmogorovSmirnov:
		return 0.8687 * math.Sqrt(1/float64(p.badClusters)+1/float64(p.goodClusters))
	case CalibrationError:
		return chanceError(c.bins)
	}
	return 0
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// compare gives every difference to the reference its interval.
func (c *column) compare(ref *column, p *sample, alpha float64) (d [metricCount]Estimate) {
	for m := range metricCount {
		if !c.ok[m] || !ref.ok[m] {
			continue
		}
		d[m] = Estimate{Value: c.value[m] - ref.value[m], OK: true, Warning: join(p.warning(), cmp.Or(c.note[m], ref.note[m]))}
		if m == AUCROC || m == Gini {
			d[m] = p.pairedAUC(c.influence, ref.influence, alpha)
			if m == Gini {
				d[m].Value, d[m].SE, d[m].Low, d[m].High, d[m].Luck.Test = 2*d[m].Value, 2*d[m].SE, 2*d[m].Low, 2*d[m].High, 2*d[m].Luck.Test
			}
		} else if r := c.replicate[m].less(ref.replicate[m]); r.value != nil {
			if se, ok := r.se(); ok {
				d[m] = d[m].symmetric(se, p.groups-1, alpha, r.method)
			}
		}
		d[m] = c.days[m].add(ref.days[m], d[m], -1, p, alpha)
	}
	return d
}

// Covariance returns the covariance matrix of one metric over the columns, from the keyed groups; it is
// what [Shapley] takes. Its rank is at most groups − 1; its diagonal equals the squared standard
// errors of the columns, except for AUC and Gini, where it is a coarser estimate of the same variance.
// Undefined: ok is false when some column has no replicates.
func (rep *Report) Covariance(m Metric) (cov [][]float64, ok bool) {
	cov = square(len(rep.Columns))
	for i := range rep.Columns {
		for j := range rep.Columns {
			a, b := rep.Columns[i].replicate[m], rep.Columns[j].replicate[m]
			if a.value == nil || b.value == nil {
				return nil, false
			}
			cov[i][j] = covariance(a, b)
		}
	}
	return cov, true
}
