package study

import (
	"context"
	"fmt"
	"slices"

	"overshare/scenarios"
	"overshare/scoring/metric"
	"overshare/sim/sharing"
)

// Options are what work may know besides its scenario. None of them changes a result.
type Options struct {
	Workers  int
	Progress Progress // may be nil
	Training bool     // keep the probabilities of training bills, too
}

// Ready returns o with a progress that can be called.
func (o Options) Ready() Options {
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	return o
}

// A Result is all that a study found. Lists by scorer are in the order of Processor.Scorers, lists by regime
// in that of the border.
type Result struct {
	*Plan     // nil for rows of somebody's own
	Truth     *Truth
	Scorers   []*Measured
	Verdicts  *Judgement
	Exposure  sharing.Count
	Money     *Money
	Bands     [][][]Incidence // by scorer, regime and band
	Groups    *Groups
	Curves    [][][]CurvePoint // by scorer, regime and threshold
	Staleness [][]Week         // by scorer; nil if all test bills are scored from last night's records
}

// An Inquiry is what a further study starts from: what a run has collected and found.
type Inquiry struct {
	*Result
	Sample *Sample
	Options
}

// Inquire runs a scenario from its plan to its result.
func Inquire(ctx context.Context, s *scenarios.Scenario, o Options) (*Inquiry, error) {
	p, err := NewPlan(s)
	if err != nil {
		return nil, err
	}
	o, p.Training = o.Ready(), o.Training
	sample, err := p.Collect(ctx, o.Workers, o.Progress)
	if err != nil {
		return nil, err
	}
	r, err := p.Fit(ctx, sample, o)
	if err != nil {
		return nil, err
	}
	return &Inquiry{r, sample, o}, nil
}

// FewBad returns a doubt about tests that rest on few people with a bounced bill, or nothing.
func (q *Inquiry) FewBad() string {
	if rep := &q.Scorers[0].Report; rep.BadClusters < 100 {
		return fmt.Sprintf("only %d people with a bounced bill", rep.BadClusters)
	}
	return ""
}

// Adjust returns the p-values of a family, adjusted by Holm; one below 0 is undefined. Estimates that are
// exactly 0 because nothing differed are tests of nothing: they do not count, and their p-value is 1.
func Adjust(family []metric.Estimate) []float64 {
	out := make([]float64, len(family))
	var p []float64
	var at []int
	for i, e := range family {
		out[i] = -1
		switch test := e.Test(0); {
		case test.OK && e.SE > 0:
			p, at = append(p, test.P), append(at, i)
		case test.OK:
			out[i] = 1
		}
	}
	for k, x := range metric.Holm(p) {
		out[at[k]] = x
	}
	return out
}

// Fit trains every scorer under every regime on what was collected, and measures all of them on the same test
// bills. The sample must hold all shards.
func (p *Plan) Fit(ctx context.Context, s *Sample, o Options) (*Result, error) {
	if err := p.complete(s); err != nil {
		return nil, err
	}
	o = o.Ready()
	whole, err := p.Merge(s) // the count is changed below: s keeps its own
	if err != nil {
		return nil, err
	}
	r := &Result{Plan: p, Truth: s.Truth(), Exposure: whole.Exposure}
	p.Border.Derive(&r.Exposure)
	if r.Scorers, err = p.Score(ctx, s, r.Truth, o); err != nil {
		return nil, err
	}
	if p.Stale() {
		of := p.weeksOf(s)
		for _, m := range r.Scorers {
			r.Staleness = append(r.Staleness, p.weeks(m, of, r.Truth))
		}
	}
	if err := r.moneyAndPeople(ctx, s, o); err != nil {
		return nil, err
	}
	r.Verdicts = judge(r.Scorers, &p.Evaluation, r.Money)
	return r, nil
}

// Price returns what the decision is worth under every regime.
func (p *Plan) Price(all []*Measured, s *Sample, t *Truth) *Money {
	return p.economics(all, s, NewPanel(t, p.Run.Seed))
}

// moneyAndPeople finds what the score is worth and for whom it works.
func (r *Result) moneyAndPeople(ctx context.Context, s *Sample, o Options) (err error) {
	const phase, steps = "groups and money", 3
	o.Progress(phase, 0, steps)
	b := NewPanel(r.Truth, r.Run.Seed)
	r.Money = r.economics(r.Scorers, s, b)
	for _, m := range r.Scorers {
		r.Bands = append(r.Bands, m.Incidences(b, r.Evaluation.Alpha))
	}
	o.Progress(phase, 1, steps)
	if r.Groups, err = r.groups(ctx, r.Scorers, b, o.Workers); err != nil {
		return err
	}
	o.Progress(phase, 2, steps)
	if len(b.Bad) > 0 {
		for _, m := range r.Scorers {
			curves, err := r.curves(ctx, m, b, o.Workers)
			if err != nil {
				return err
			}
			r.Curves = append(r.Curves, curves)
		}
	}
	o.Progress(phase, steps, steps)
	return nil
}

// twins returns, for every regime, the first one under which a processor sees the same and is told the same: what
// it learns is the same, too.
func (p *Plan) twins(s *Sample) []int {
	of := make([]int, len(p.Border.Regimes))
	for r := range of {
		of[r] = r
		for q := range r {
			if of[q] == q && p.view(Whole(q)).blind() == p.view(Whole(r)).blind() && p.Same(Whole(q), Whole(r), s) {
				of[r] = q
				break
			}
		}
	}
	return of
}

// again returns what a twin learnt as what is learnt under another regime.
func (s Score) again(regime string) Score {
	k := *s.Knowledge
	k.Regime, k.Warnings = regime, slices.Clone(k.Warnings)
	return Score{s.P, &k}
}

// shared returns the truth with the days on which bills were charged where the world has luck that bills of a day share, without
// where it has none.
func (p *Plan) shared(t *Truth) *Truth {
	w := p.World
	if w.Bills.BankOutages > 0 || w.Bank.RegionShocks > 0 || w.Bank.NationalShocks > 0 {
		return t
	}
	x := *t
	x.Day = nil
	return &x
}

// Score trains and measures every scorer under every regime; regimes under which a processor sees the same
// train once.
func (p *Plan) Score(ctx context.Context, s *Sample, t *Truth, o Options) (all []*Measured, err error) {
	o = o.Ready()
	steps := int64(len(p.Processor.Scorers) * (len(p.Border.Regimes) + 1))
	done := int64(0)
	step := func() { done++; o.Progress("learn and measure", done, steps) }
	o.Progress("learn and measure", 0, steps)
	twins := p.twins(s)
	for _, name := range p.Processor.Scorers {
		var scores []Score
		for r := range p.Border.Regimes {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			if q := twins[r]; q < r {
				scores = append(scores, scores[q].again(p.Border.Regimes[r].Name))
				step()
				continue
			}
			probs, k, err := p.learn(ctx, s, r, name, o.Workers)
			if err != nil {
				return nil, err
			}
			k.Regime = p.Border.Regimes[r].Name
			scores = append(scores, Score{probs, k})
			step()
		}
		m, err := measure(name, scores, p.shared(t), metric.Options{Seed: p.Run.Seed, Alpha: p.Evaluation.Alpha, Workers: o.Workers})
		if err != nil {
			return nil, err
		}
		all = append(all, m)
		step()
	}
	return all, nil
}
