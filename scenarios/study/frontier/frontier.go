// Package frontier sets detection against exposure: which regimes are not beaten by another that sends no
// more, what each step to more exposure costs, how far those whose records are not held are scored, and what
// becomes of the identifiers.
package frontier

import (
	"cmp"
	"context"
	"math"
	"slices"

	"overshare/scenarios/study"
	"overshare/scoring/metric"
)

// A Result is the frontier of every scorer.
type Result struct {
	Scorers []Scorer
	Doubts  []string
}

// A Scorer is the frontier of one scorer.
type Scorer struct {
	Name   string
	Points []Point // by regime
	Steps  []Step  // along the front, from the least exposure on
	Find   *Find   // nil unless a target is set
}

// A Point is one regime.
type Point struct {
	Regime          string
	AUC             metric.Estimate
	People, Records int64
	OutPeople       int64
	Values          int64 // of items
	Derived         bool  // some records are scaled from those of the window
	OnFront         bool
	BeatenBy        string // a regime that sends no more and is shown to detect better; empty on the front
	Coverage
	Privacy
	Warnings []string
}

// A Step leads from one regime of the front to the next with more exposure.
type Step struct {
	From, To        string
	OutPeople       int64           // more
	Records, Values int64           // more
	AUC             metric.Estimate // paired difference
	Caught          float64         // more bounced test bills found at a false-positive rate of 5 %
}

// A frontier at work.
type inquiry struct{ *study.Inquiry }

// Study finds the frontier.
//
// Whether one regime detects better than another is judged on the same bills, by the covariance of all AUCs
// (DeLong with people as clusters, and the luck of training); a regime is off the front only when that is shown at the run's error rate.
// Cost: one ranking a regime and scorer; the experiments on identifiers see at most [sampled] people.
func Study(ctx context.Context, inner *study.Inquiry) (*Result, error) {
	q := inquiry{inner}
	out := &Result{}
	privacy, err := q.privacy(ctx, out)
	if err != nil {
		return nil, err
	}
	for _, m := range q.Scorers {
		s := Scorer{Name: m.Scorer, Points: q.points(m, privacy)}
		gap := q.gaps(m)
		s.front(gap, q.Evaluation.Alpha)
		s.Steps = q.steps(m, s.Points, gap)
		if q.Evaluation.FindAUCLoss > 0 {
			s.Find = q.find(m, s.Points, gap)
		}
		out.Scorers = append(out.Scorers, s)
	}
	return out, nil
}

// points returns what every regime sends and how well it detects.
func (q inquiry) points(m *study.Measured, privacy []Privacy) (list []Point) {
	covered := q.coverage(m)
	for r := range m.Scores {
		e := q.Border.Whole(&q.Exposure, r)
		values, _ := q.Border.Values(&q.Exposure, r)
		list = append(list, Point{Regime: m.Scores[r].Regime, AUC: m.Report.Columns[r].Metric[metric.AUCROC],
			People: e.All.People, Records: e.All.Records, OutPeople: e.Out.People, Values: values,
			Derived: q.Border.Derived(&q.Exposure, r), Coverage: covered[r], Privacy: privacy[r], Warnings: m.Scores[r].Warnings})
	}
	return list
}

// gaps returns the paired difference in AUC of regime a less regime b, with the luck of test bills and of training.
func (q inquiry) gaps(m *study.Measured) func(a, b int) metric.Estimate {
	var columns [][]float32
	for _, s := range m.Scores {
		columns = append(columns, s.P)
	}
	auc, cov, ok := metric.DeLong(columns, q.Truth.Outcomes)
	return func(a, b int) metric.Estimate {
		if !ok {
			return metric.Estimate{}
		}
		v := cov[a][a] + cov[b][b] - 2*cov[a][b]
		e := metric.Interval(auc[a]-auc[b], math.Sqrt(max(v, 0)), 0, q.Evaluation.Alpha, "delong")
		if values, ok := m.Scores[a].Again.Less(m.Scores[b].Again, metric.AUCROC); ok {
			e = study.Widen(e, m.Scores[a].Again.Plan, values, q.Evaluation.Alpha)
		}
		return e
	}
}

// nomore reports whether a sends no more than b, in every way.
func (a *Point) nomore(b *Point) bool {
	return a.OutPeople <= b.OutPeople && a.Records <= b.Records && a.Values <= b.Values && a.People <= b.People
}

// front finds the regimes that no other beats: one that sends no more, and whose AUC is shown to be higher.
// Of regimes that send the same and are not told apart, all are on the front.
func (s *Scorer) front(gap func(a, b int) metric.Estimate, alpha float64) {
	for b := range s.Points {
		best := 0.0
		for a := range s.Points {
			if a == b || !s.Points[a].nomore(&s.Points[b]) {
				continue
			}
			if d := gap(a, b); d.OK && d.HasInterval && d.Low > 0 && d.Value > best {
				best, s.Points[b].BeatenBy = d.Value, s.Points[a].Regime
			}
		}
		s.Points[b].OnFront = s.Points[b].AUC.OK && s.Points[b].BeatenBy == ""
	}
}

// exposure orders points by exposure: people out of scope, then values, then records.
func exposure(a, b *Point) int {
	return cmp.Or(cmp.Compare(a.OutPeople, b.OutPeople), cmp.Compare(a.Values, b.Values), cmp.Compare(a.Records, b.Records))
}

// order returns the places of points from the least exposure to the most.
func order(points []Point) (at []int) {
	for r := range points {
		at = append(at, r)
	}
	slices.SortStableFunc(at, func(i, j int) int { return exposure(&points[i], &points[j]) })
	return at
}

// steps walks the front, from each regime to the next that detects better, as estimated.
func (q inquiry) steps(m *study.Measured, points []Point, gap func(a, b int) metric.Estimate) (list []Step) {
	last := -1
	for _, r := range order(points) {
		if !points[r].OnFront || last >= 0 && points[r].AUC.Value <= points[last].AUC.Value {
			continue
		}
		if last >= 0 {
			a, b := &points[last], &points[r]
			caught := func(k int) float64 {
				return float64(m.Report.Columns[k].Metric[metric.RecallFPR5].Value * float64(m.Report.Bad))
			}
			list = append(list, Step{a.Regime, b.Regime, b.OutPeople - a.OutPeople, b.Records - a.Records, b.Values - a.Values, gap(r, last), caught(r) - caught(last)})
		}
		last = r
	}
	return list
}
