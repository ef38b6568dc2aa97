package study

import (
	"context"

	"overshare/results"
	"overshare/scoring/metric"
	"overshare/sim/rng"
)

// parts is the number of random groups of people behind the intervals of [metric.Ratio]; their standard
// errors are known to 7 %.
const parts = 101

// A panel is the test bills made ready for what counts money and people: every person belongs to one of
// parts random groups, whole.
type panel struct {
	*Truth
	part []uint8 // by bill
}

// newPanel deals the people to groups, keyed by seed and person.
func newPanel(t *Truth, seed uint64) *panel {
	p := &panel{t, make([]uint8, len(t.Cluster))}
	for i, u := range t.Cluster {
		p.part[i] = uint8(rng.Below(rng.Open(seed, rng.PurposeBootstrap, 1<<62|uint64(u)).At(0), parts))
	}
	return p
}

// A sums holds one whole number for every random group.
type sums [parts]int64

func (s *sums) total() (n int64) {
	for _, x := range s {
		n += x
	}
	return n
}

// over returns Σ s / Σ d with its interval.
func (s *sums) over(d *sums, alpha float64) metric.Estimate { return metric.Ratio(s[:], d[:], alpha) }

// bills counts the bills by group.
func (p *panel) bills() *sums {
	n := &sums{}
	for _, g := range p.part {
		n[g]++
	}
	return n
}

// share returns k of n as a share between 0 and 1: Wilson's interval, widened by how much more alike bills
// of one person are. Undefined: n is 0.
func share(k, n *sums, alpha float64) metric.Estimate {
	e := k.over(n, alpha)
	if !e.OK {
		return e
	}
	effect, rows := 1.0, float64(n.total())
	if v := float64(e.Value*(1-e.Value)) / rows; v > 0 && e.HasInterval {
		effect = max(1, float64(e.SE*e.SE)/v)
	}
	return metric.Proportion(float64(k.total()), rows, effect, alpha)
}

// scaled multiplies an estimate by a positive constant.
func scaled(e metric.Estimate, by float64) metric.Estimate {
	e.Value, e.SE, e.Low, e.High = float64(e.Value*by), float64(e.SE*by), float64(e.Low*by), float64(e.High*by)
	return e
}

// moneyAndPeople makes the tables about what the score is worth and for whom it works.
func (p *Plan) moneyAndPeople(ctx context.Context, all []*measured, s *Sample, t *Truth, o Options) (*money, []*results.Table, error) {
	const phase, steps = "groups and money", 3
	o.Progress(phase, 0, steps)
	b := newPanel(t, p.Run.Seed)
	m := p.economics(all, s, b)
	tables := []*results.Table{scorecardTable(all), bandTable(all, b, p.Evaluation.Alpha), m.table()}
	o.Progress(phase, 1, steps)
	groups, err := p.groupTable(ctx, all, b, o.Workers)
	if err != nil {
		return nil, nil, err
	}
	o.Progress(phase, 2, steps)
	curve, err := p.decisionCurve(ctx, all, b, o.Workers)
	o.Progress(phase, steps, steps)
	return m, append(tables, groups, curve), err
}
