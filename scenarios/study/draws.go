package study

import (
	"context"
	"slices"

	"overshare/scoring/features"
	"overshare/scoring/metric"
	"overshare/scoring/resample"
	"overshare/sim/rng"
)

// drawnBad is the least number of people with a bounced training bill that a draw keeps, where there are twice as many:
// with fewer a learner is another one and not the same with worse luck.
// Source: coverage of the intervals, docs/results/coverage.csv.
const drawnBad = 250

// examRows bounds the test bills on which draws are measured. Their own luck is in the interval already, and the luck of
// training is known to a tenth or so by as few draws.
const examRows = 1 << 16

// A drawing is the plan of draws of the training people: the same for every stage of a learner, regime and scorer.
type drawing struct{ resample.Plan }

// draws plans draws by the number of people with a bounced training bill.
func (p *Plan) draws(s *Sample) drawing {
	if p.drawing != nil {
		return *p.drawing
	}
	if p.Evaluation.TrainingDraws == 0 {
		return drawing{}
	}
	var bad []uint32
	for _, r := range s.Train {
		for i, state := range r.State {
			if state == StateBad {
				bad = append(bad, r.Person[i])
			}
		}
	}
	slices.Sort(bad)
	return drawing{resample.InParts(p.Evaluation.TrainingDraws, len(slices.Compact(bad)), drawnBad, p.Run.Seed)}
}

// each calls f with every draw and the numbers of its rows, whose people are who.
func (d drawing) each(who []uint32, f func(draw int, rows []int32) error) error {
	for deal := 0; deal*d.Of < d.N; deal++ {
		rows := make([][]int32, d.Of)
		for i, u := range who {
			g := d.Part(deal, u)
			rows[g] = append(rows[g], int32(i))
		}
		for g := range rows {
			if err := f(deal*d.Of+g, rows[g]); err != nil {
				return err
			}
		}
	}
	return nil
}

// An Again is what a learner did on the same test bills, or some of them, after it had learnt from each draw of the people.
type Again struct {
	Plan   resample.Plan
	Values []metric.Values // by draw
	Net    []float64       // won a bill by deciding with the score; nil where there is no threshold
}

// again learns everything once more from every draw and measures it.
func (p *Plan) again(ctx context.Context, s *Sample, w View, x *Proxy, whole *pupil, fit, check lesson, workers int) (*Again, error) {
	d := p.draws(s)
	if d.N == 0 {
		return nil, nil
	}
	drawn := slices.Clone(x.drawn)
	err := d.each(fit.who, func(k int, rows []int32) error {
		return drawn[k].learnBills(newSheet(fit.pick(rows)), workers, whole.redraw(ctx, workers))
	})
	if err != nil {
		return nil, err
	}
	err = d.each(check.who, func(k int, rows []int32) error {
		own := check.pick(rows)
		all, err := drawn[k].odds(newSheet(own), workers)
		if err != nil {
			return err
		}
		return drawn[k].combine(all, own.Bad, own.who, p.Processor.PriorRate, d.Share(), whole.stack)
	})
	if err != nil {
		return nil, err
	}
	return p.examine(s, w, d, drawn, workers)
}

// examine measures what was learnt from every draw.
func (p *Plan) examine(s *Sample, w View, d drawing, drawn []pupil, workers int) (out *Again, err error) {
	keep, v := p.examined(s), p.view(w)
	t := v.table(s.Test, features.NumAll, v.bill, keep)
	sheet, columns := newSheet(t), make([][]float32, d.N)
	for k := range drawn {
		columns[k] = make([]float32, t.Rows())
		if err := drawn[k].score(sheet, columns[k], workers); err != nil {
			return nil, err
		}
	}
	out = &Again{Plan: d.Plan}
	if out.Values, err = metric.Measure(columns, metric.Outcomes{Bad: t.Bad, Cluster: t.who}, workers); err != nil {
		return nil, err
	}
	limit, ok := p.Economics.Threshold(&s.Books)
	if !ok || t.Rows() == 0 {
		return out, nil
	}
	worth := p.worth(s, keep)
	for _, prob := range columns {
		sum := int64(0)
		for i, x := range prob {
			if bundles(x, limit) {
				sum += worth[i]
			}
		}
		out.Net = append(out.Net, float64(sum)/float64(len(prob)))
	}
	return out, nil
}

// examined says which test bills draws are measured on: those of some people, all while they are few.
func (p *Plan) examined(s *Sample) func(r *Rows, i int) bool {
	n := 0
	for _, r := range s.Test {
		n += r.Len()
	}
	one := uint64(max(1, n/examRows))
	return func(r *Rows, i int) bool {
		return closed(r, i) && (one == 1 || rng.Below(rng.Open(p.Run.Seed, rng.PurposeBootstrap, 3<<61|uint64(r.Person[i])).At(0), one) == 0)
	}
}

// worth returns what bundling each of some test bills brings, in whole won.
func (p *Plan) worth(s *Sample, keep func(r *Rows, i int) bool) (list []int64) {
	for _, r := range s.Test {
		for i := range r.State {
			if keep(r, i) {
				list = append(list, p.Economics.bundled(&r.Bills[i], r.State[i] == StateBad).net())
			}
		}
	}
	return list
}

// Less returns what a measure came to in every draw, less what it came to under y; ok is false where something is
// undefined, or either has learnt nothing again.
func (x *Again) Less(y *Again, m metric.Metric) (values []float64, ok bool) {
	if x == nil || y == nil {
		return nil, false
	}
	for b := range x.Values {
		v, w := &x.Values[b], &y.Values[b]
		if !v.OK[m] || !w.OK[m] {
			return nil, false
		}
		values = append(values, v.Value[m]-w.Value[m])
	}
	return values, true
}

// Widen adds the luck of training to an estimate: values are what it came to in each draw of a plan.
func Widen(e metric.Estimate, plan resample.Plan, values []float64, alpha float64) metric.Estimate {
	if v, df, ok := plan.Variance(values); ok && e.HasInterval && v > 0 {
		return metric.Combine(e, metric.Part{Variance: v, DF: df}, metric.Part{}, alpha)
	}
	return e
}

// addTraining widens the intervals of m by the luck of training, where every score was learnt again.
func (m *Measured) addTraining(alpha float64) error {
	var all metric.Retrained
	for _, s := range m.Scores {
		if s.Again == nil {
			return nil
		}
		all.Plan = s.Again.Plan
	}
	for b := range all.Plan.N {
		var row []metric.Values
		for _, s := range m.Scores {
			row = append(row, s.Again.Values[b])
		}
		all.Values = append(all.Values, row)
	}
	m.Training = true
	return m.Report.AddTraining(&all, alpha)
}
