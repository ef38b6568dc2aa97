package metric

import (
	"fmt"
	"sync"

	"overshare/scoring/resample"
)

// Values are all metrics of one column without intervals.
type Values struct {
	Value [metricCount]float64
	OK    [metricCount]bool
}

// Measure returns the values of every column: what [Evaluate] gives, at the price of one ranking a column.
//
// Shapes: as [Evaluate]. Cost: about 0.4 s a column and core for 6 M rows. Workers changes no result.
func Measure(scores [][]float32, o Outcomes, workers int) ([]Values, error) {
	if err := check(scores, o); err != nil {
		return nil, err
	}
	out := make([]Values, len(scores))
	p := whole(o)
	slots := make(chan struct{}, max(1, workers))
	var wait sync.WaitGroup
	for k, s := range scores {
		slots <- struct{}{}
		wait.Go(func() {
			out[k] = p.values(s)
			<-slots
		})
	}
	wait.Wait()
	return out, nil
}

// values measures one column.
func (p *sample) values(s []float32) (v Values) {
	set := func(m Metric, x float64, ok bool) { v.Value[m], v.OK[m] = x, ok }
	if p.rows == 0 {
		return v
	}
	r := rank(s, p)
	if p.twoClasses() {
		auc := r.auc(p)
		set(AUCROC, auc, true)
		set(Gini, 2*auc-1, true)
		ap, _ := r.averagePrecision(p, false)
		set(PRAUC, ap, true)
		h := r.curve(p).at([]float64{1})
		set(KolmogorovSmirnov, h.ks, true)
		set(RecallFPR1, h.recall1.value, true)
		set(RecallFPR5, h.recall5.value, true)
		set(PrecisionTop1, h.top1.value, h.topOK)
	}
	if !(p.badWeight+p.goodWeight > 0) || !r.inside() {
		return v
	}
	all := r.odds()
	brier, log := r.losses(p, all)
	x, _ := p.average(brier)
	set(BrierScore, x, true)
	x, _ = p.average(log)
	set(LogLossScore, x, true)
	x, _ = expectedError(r.calibration(p, calibrationDecile, defaultAlpha), p)
	set(CalibrationError, x, true)
	if l, ok := r.recalibrate(p, all); ok {
		set(CalibrationSlope, l.slope, true)
		set(CalibrationIntercept, l.intercept, true)
	}
	return v
}

// A Retrained holds what scores learnt again from other draws of the training people did on the same test rows.
//
// Shapes: Values has Plan.N draws of one value a column, the columns in the order of the [Report].
type Retrained struct {
	Plan   resample.Plan
	Values [][]Values
}

// Part returns the variance that training adds to a metric of column k, or, if ref is not below 0, to its difference
// to column ref. ok is false when some draw has no value: a learner that is undefined on other draws has no
// luck that could be stated.
func (t *Retrained) Part(m Metric, k, ref int) (part Part, ok bool) {
	values := make([]float64, 0, len(t.Values))
	for _, draw := range t.Values {
		x := draw[k].Value[m]
		if !draw[k].OK[m] || ref >= 0 && !draw[ref].OK[m] {
			return Part{}, false
		}
		if ref >= 0 {
			x -= draw[ref].Value[m]
		}
		values = append(values, x)
	}
	v, df, ok := t.Plan.Variance(values)
	return Part{v, df}, ok
}

// AddTraining widens every interval of the report by the luck of training. An estimate whose luck of training is
// undefined keeps its interval and says so.
//
// Shapes: t has one value for every column of the report in every draw. Call it once.
func (rep *Report) AddTraining(t *Retrained, alpha float64) error {
	if err := t.Plan.Check(); err != nil {
		return err
	}
	if len(t.Values) != t.Plan.N {
		return fmt.Errorf("%d draws measured of %d planned", len(t.Values), t.Plan.N)
	}
	for b, draw := range t.Values {
		if len(draw) != len(rep.Columns) {
			return fmt.Errorf("draw %d has %d columns, the report %d", b, len(draw), len(rep.Columns))
		}
	}
	for k := range rep.Columns {
		c := &rep.Columns[k]
		for m := range metricCount {
			c.Metric[m] = t.widen(c.Metric[m], m, k, -1, alpha)
			if k != rep.Reference {
				c.Difference[m] = t.widen(c.Difference[m], m, k, rep.Reference, alpha)
			}
		}
	}
	return nil
}

func (t *Retrained) widen(e Estimate, m Metric, k, ref int, alpha float64) Estimate {
	if !e.HasInterval {
		return e
	}
	part, ok := t.Part(m, k, ref)
	if !ok {
		e.Warning = join(e.Warning, "undefined on some draws of the training people: their luck is not in the interval")
		return e
	}
	if part.Variance == 0 {
		return e
	}
	wide := Combine(e, part, Part{}, alpha)
	switch {
	case ref >= 0 || m == CalibrationSlope || m == CalibrationIntercept:
	case m == AUCROC:
		if wide.Low < 0 || wide.High > 1 {
			return wide.onLogit(alpha)
		}
	case m != Gini:
		return bounded(m, wide, alpha)
	}
	return wide
}
