package study

import (
	"context"
	"slices"

	"overshare/scoring"
	"overshare/scoring/calibrate"
	"overshare/scoring/calibrate/logit"
	"overshare/scoring/features"
	"overshare/scoring/stack"
	"overshare/sim/rng"
)

// A processor does not choose between models: it learns every one that it could have built from what it holds, the
// candidates, and combines them on bills that none of them has seen (package stack).
//
//	proxy models   that a top-up or debit fails within a week: of people in scope alone, and of everybody it holds
//	bills alone    that a bill bounces, without a proxy model
//	bills + proxy  the same with the score of either proxy model as one more column
//	none           the prior: what is left when all others have weight 0
//
// With more records a processor has the same candidates and more, so that more records do not take away what could be
// done with fewer.

// A Candidate is one of them and its weight in the score.
type Candidate struct {
	Name   string
	Weight float64
}

// scopes name whose proxy outcomes a proxy model was learnt from.
var scopes = [...]string{"in scope", "all held"}

// A pupil is what was learnt: models, and how they are combined. A model that could not be learnt is nil.
type pupil struct {
	proxies [len(scopes)]taught // both nil, or the last alone if it would be the same
	bills   [1 + len(scopes)]taught
	stack   *stack.Stack
	refine  *calibrate.Map
}

// A taught model, and what it takes to learn it again on a part of its rows.
type taught struct {
	Model
	again Redraw
}

// A Redraw learns a model again on some of the rows that it was learnt from. A model that is nil without an error
// says that there was nothing to learn from.
type Redraw func(ctx context.Context, t *scoring.Table, workers int) (Model, error)

// names returns what the candidates of x are called, in the order of [pupil.odds].
func (x *pupil) names() (list []string) {
	for k, m := range x.proxies {
		if m.Model != nil {
			list = append(list, "proxy "+scopes[k])
		}
	}
	for k, m := range x.bills {
		switch {
		case m.Model != nil && k == 0:
			list = append(list, "bills")
		case m.Model != nil:
			list = append(list, "bills + proxy "+scopes[k-1])
		}
	}
	return list
}

// A sheet is a table of bills to be scored, with the columns that proxy models know beside it.
type sheet struct{ bills, base *scoring.Table }

// newSheet copies the base columns of t.
func newSheet(t *scoring.Table) *sheet {
	base := &scoring.Table{Features: t.Features[:features.NumBase], Code: make([]uint8, t.Rows()*features.NumBase)}
	for i := range t.Rows() {
		copy(base.Row(i), t.Row(i))
	}
	return &sheet{t, base}
}

// write puts the score of a proxy model into its column; nil leaves it missing.
func (s *sheet) write(odds []float32) {
	for i := range s.bills.Rows() {
		code := scoring.Missing
		if odds != nil {
			code = features.Odds(odds[i])
		}
		s.bills.Code[i*features.NumAll+features.Proxy] = code
	}
}

// proxyOdds runs the proxy models on a sheet.
func (x *pupil) proxyOdds(s *sheet, workers int) (out [len(scopes)][]float32, err error) {
	for k, m := range x.proxies {
		if m.Model == nil {
			continue
		}
		out[k] = make([]float32, s.base.Rows())
		if err = m.Model(s.base, out[k], workers); err != nil {
			return out, err
		}
	}
	return out, nil
}

// odds returns what every candidate says of the rows of a sheet, in log-odds.
func (x *pupil) odds(s *sheet, workers int) (all [][]float32, err error) {
	proxies, err := x.proxyOdds(s, workers)
	if err != nil {
		return nil, err
	}
	for _, p := range proxies {
		if p != nil {
			all = append(all, p)
		}
	}
	for k, m := range x.bills {
		if m.Model == nil {
			continue
		}
		if k == 0 {
			s.write(nil)
		} else {
			s.write(proxies[k-1])
		}
		out := make([]float32, s.bills.Rows())
		if err = m.Model(s.bills, out, workers); err != nil {
			return nil, err
		}
		all = append(all, out)
	}
	return all, nil
}

// learnBills learns the models of bills from fit, in the way that teach has.
func (x *pupil) learnBills(fit *sheet, workers int, teach func(k int, t *scoring.Table) (taught, error)) error {
	proxies, err := x.proxyOdds(fit, workers)
	if err != nil {
		return err
	}
	for k := range x.bills {
		switch {
		case k == 0:
			fit.write(nil)
		case proxies[k-1] != nil:
			fit.write(proxies[k-1])
		default:
			continue
		}
		if x.bills[k], err = teach(k, fit.bills); err != nil {
			return err
		}
	}
	return nil
}

// redraw returns a way to teach that learns the models of x again from other rows.
func (x *pupil) redraw(ctx context.Context, workers int) func(k int, t *scoring.Table) (taught, error) {
	return func(k int, t *scoring.Table) (taught, error) {
		if x.bills[k].Model == nil {
			return taught{}, nil
		}
		m, err := x.bills[k].again(ctx, t, workers)
		return taught{Model: m}, err
	}
}

// stackRows bounds the bills that weights are learnt from: with 3 % bad, a weight is then known to some 0.02. More are
// thinned by person. The search begins where that on firstRows of them ends.
const stackRows, firstRows = 1 << 18, 1 << 14

// combine learns the weights of the candidates from bills that they have not seen, and where their sum misses. Each has
// the same weight before any bill. part is the share of the people that were drawn, 1 for all: a
// part of the bills is asked to say as much as all of them, so that what holds weights back is as much weaker. start is
// where to begin the search, nil for nowhere.
func (x *pupil) combine(all [][]float32, bad []bool, who []uint32, prior, part float64, start *stack.Stack) (err error) {
	o := stack.Defaults(prior)
	o.Shrink *= part
	for range all {
		o.Weights = append(o.Weights, 1/float64(len(all)))
	}
	if start != nil && len(start.Weight) == len(all) {
		o.Start = start
	}
	for _, most := range []int{firstRows, stackRows} {
		if most == firstRows && (o.Start != nil || len(bad) < 4*firstRows) {
			continue
		}
		list, kept := thinned(all, bad, who, most)
		if x.stack, err = stack.Fit(list, kept, nil, o); err != nil {
			return err
		}
		o.Start = x.stack
	}
	if len(all) > 0 {
		x.refine, err = calibrate.Refine(x.sum(all), bad, part)
	}
	return err
}

// thinned returns the bills of some people, about most of them, or all while they are fewer than twice as many.
func thinned(all [][]float32, bad []bool, who []uint32, most int) (list [][]float64, kept []bool) {
	one := uint64(max(1, len(bad)/most))
	var at []int
	for i, u := range who {
		if one == 1 || rng.Below(rng.Open(0, rng.PurposeTraining, 3<<61|uint64(u)).At(0), one) == 0 {
			at = append(at, i)
		}
	}
	kept, list = make([]bool, len(at)), make([][]float64, len(all))
	for j, i := range at {
		kept[j] = bad[i]
	}
	for k := range all {
		list[k] = make([]float64, len(at))
		for j, i := range at {
			list[k][j] = float64(all[k][i])
		}
	}
	return list, kept
}

// sum returns the weighted log-odds of rows.
func (x *pupil) sum(all [][]float32) []float32 {
	n := 0
	if len(all) > 0 {
		n = len(all[0])
	}
	out, row := make([]float32, n), make([]float64, len(all))
	for i := range out {
		for k := range all {
			row[k] = float64(all[k][i])
		}
		out[i] = float32(x.stack.LogOdds(row))
	}
	return out
}

// scoredAtOnce is how many rows are scored together: what candidates say of them is held until it is summed.
const scoredAtOnce = 1 << 18

// probabilities returns P(bounce) of the rows of t.
func (x *pupil) probabilities(t *scoring.Table, workers int) ([]float32, error) {
	out, width := make([]float32, t.Rows()), len(t.Features)
	for from := 0; from < len(out); from += scoredAtOnce {
		to := min(from+scoredAtOnce, len(out))
		if err := x.score(newSheet(&scoring.Table{Features: t.Features, Code: t.Code[from*width : to*width]}), out[from:to], workers); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// score writes P(bounce) of the rows of a sheet.
func (x *pupil) score(s *sheet, out []float32, workers int) error {
	all, err := x.odds(s, workers)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fillWith(out, logit.P(x.stack.Intercept))
		return nil
	}
	x.refine.Apply(out, x.sum(all), workers)
	return nil
}

// weights returns the candidates with their weights.
func (x *pupil) weights() (list []Candidate) {
	for k, name := range x.names() {
		list = append(list, Candidate{name, x.stack.Weight[k]})
	}
	return list
}

func fillWith(p []float32, rate float64) {
	for i := range p {
		p[i] = float32(rate)
	}
}

// learnt reports whether there is any candidate.
func (x *pupil) learnt() bool {
	return slices.ContainsFunc(x.proxies[:], func(m taught) bool { return m.Model != nil }) || x.bills[0].Model != nil
}
