package study

import (
	"context"
	"slices"

	"overshare/scoring"
	"overshare/scoring/calibrate"
	"overshare/scoring/calibrate/logit"
	"overshare/scoring/features"
	"overshare/scoring/scorecard"
	"overshare/scoring/stack"
	"overshare/scoring/timefold"
	"overshare/sim/rng"
)

// A processor does not choose between models: it learns every one that it could have built from what it holds, the
// candidates, and combines them on bills that none of them has seen (package stack).
//
//	proxy in scope           that a top-up or debit fails within a week, of people in scope, as if nobody else's records were held
//	proxy all held           the same of everybody, with all that is held
//	bills                    that a bill bounces, with all that is held but without a proxy model
//	bills + proxy all held   the same with the score of that proxy model as one more column
//	bills + proxy in scope   as if only records of people in scope on the night of the record were held, with that proxy model
//	none                     the prior: what is left when all others have weight 0
//
// Where nobody out of scope is held, the first and the last are the others once more and are left out. So a processor that is
// sent more has all the candidates of one that is sent less, and one more of each kind: more records do not take away what could be
// done with fewer.

// A Weighed candidate is one of them and its weight in the score.
type Weighed struct {
	Name   string
	Weight float64
}

// The kinds of proxy models, and of models of bills by the proxy model that they read.
const (
	inScope = iota
	allHeld
	numProxies
	noProxy  = numProxies
	numBills = numProxies + 1
)

var candidateNames = [...]string{"proxy in scope", "proxy all held", "bills + proxy in scope", "bills + proxy all held", "bills"}

// A pupil is what was learnt: models, and how they are combined. A model that is not there, or could not be learnt, is nil.
type pupil struct {
	proxies [numProxies]taught
	bills   [numBills]taught
	stack   *stack.Stack
	refine  *calibrate.Map
}

// A taught model, and what it takes to learn it again on a part of its rows.
type taught struct {
	Model
	again Redraw
	card  *scorecard.Card // nil unless it is one
}

// A Redraw learns a model again on some of the rows that it was learnt from. A model that is nil without an error
// says that there was nothing to learn from.
type Redraw func(ctx context.Context, t *scoring.Table, workers int) (Model, error)

// names returns what the candidates of x are called, in the order of [pupil.odds].
func (x *pupil) names() (list []string) {
	for k, m := range append(x.proxies[:], x.bills[:]...) {
		if m.Model != nil {
			list = append(list, candidateNames[k])
		}
	}
	return list
}

// A lesson is a table of bills, or of proxy rows, the people whose they are, and whether each was in scope on the night of the
// record.
type lesson struct {
	*scoring.Table
	who    []uint32
	inside []bool
}

// pick returns some rows of l.
func (l lesson) pick(rows []int32) lesson {
	out := lesson{timefold.Pick(l.Table, rows), make([]uint32, len(rows)), make([]bool, len(rows))}
	for k, i := range rows {
		out.who[k], out.inside[k] = l.who[i], l.inside[i]
	}
	return out
}

// between returns rows from up to, not including, to.
func (l lesson) between(from, to int) lesson {
	width := len(l.Features)
	return lesson{&scoring.Table{Features: l.Features, Code: l.Code[from*width : to*width]}, l.who[from:to], l.inside[from:to]}
}

// A sheet is bills to be scored, with the columns that proxy models read beside them.
type sheet struct {
	lesson
	base *scoring.Table
}

// newSheet copies the base columns of l.
func newSheet(l lesson) *sheet {
	s := &sheet{l, &scoring.Table{Features: l.Features[:features.NumBase], Code: make([]uint8, l.Rows()*features.NumBase)}}
	s.copyBase(s.base, s.Table)
	return s
}

func (s *sheet) copyBase(to, from *scoring.Table) {
	for i := range s.who {
		copy(to.Row(i)[:features.NumBase], from.Row(i))
	}
}

// write puts the score of a proxy model into its column; nil leaves it missing.
func (s *sheet) write(odds []float32) {
	for i := range s.who {
		code := scoring.Missing
		if odds != nil {
			code = features.Odds(odds[i])
		}
		s.Code[i*features.NumAll+features.Proxy] = code
	}
}

// narrow blanks in base what a processor would not hold that is sent nothing of people out of scope: the records of who was not in
// scope on their night, and what other people's records tell. changed says whether a record is lost.
func narrow(base *scoring.Table, inside []bool) (changed bool) {
	for i, in := range inside {
		row := base.Row(i)
		if !in {
			changed = changed || slices.ContainsFunc(row[:features.NumOwn], func(c uint8) bool { return c != scoring.Missing })
			clear(row[:features.NumOwn])
		}
		clear(row[features.NumOwn:features.NumBase])
	}
	return changed
}

// narrowed calls f with s as a processor would hold it that is sent nothing of people out of scope.
func (s *sheet) narrowed(f func(changed bool) error) error {
	whole := slices.Clone(s.base.Code)
	changed := narrow(s.base, s.inside)
	s.copyBase(s.Table, s.base)
	err := f(changed)
	copy(s.base.Code, whole)
	s.copyBase(s.Table, s.base)
	return err
}

// run returns what a model says of a table; nil if there is no model.
func (m taught) run(t *scoring.Table, workers int) ([]float32, error) {
	if m.Model == nil {
		return nil, nil
	}
	out := make([]float32, t.Rows())
	return out, m.Model(t, out, workers)
}

// odds returns what every candidate says of the rows of a sheet, in log-odds.
func (x *pupil) odds(s *sheet, workers int) (all [][]float32, err error) {
	var say [numProxies + numBills][]float32
	ask := func(k int, proxy []float32) {
		if err == nil && x.bills[k].Model != nil {
			s.write(proxy)
			say[numProxies+k], err = x.bills[k].run(s.Table, workers)
		}
	}
	if say[allHeld], err = x.proxies[allHeld].run(s.base, workers); err != nil {
		return nil, err
	}
	ask(noProxy, nil)
	ask(allHeld, say[allHeld])
	if err == nil && (x.proxies[inScope].Model != nil || x.bills[inScope].Model != nil) {
		err = s.narrowed(func(bool) (e error) {
			say[inScope], err = x.proxies[inScope].run(s.base, workers)
			ask(inScope, say[inScope])
			return err
		})
	}
	for _, p := range say {
		if p != nil {
			all = append(all, p)
		}
	}
	return all, err
}

// learnBills learns the models of bills from fit, in the way that teach has, beside the proxy models of x.
func (x *pupil) learnBills(fit *sheet, workers int, teach func(k int, t *scoring.Table) (taught, error)) (err error) {
	learn := func(k int, proxy []float32) {
		if err == nil {
			fit.write(proxy)
			x.bills[k], err = teach(k, fit.Table)
		}
	}
	proxy, err := x.proxies[allHeld].run(fit.base, workers)
	learn(noProxy, nil)
	if proxy != nil {
		learn(allHeld, proxy)
	}
	if err != nil {
		return err
	}
	return fit.narrowed(func(changed bool) error {
		if proxy, err = x.proxies[inScope].run(fit.base, workers); changed {
			learn(inScope, proxy)
		}
		return err
	})
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

// probabilities returns P(bounce) of the rows of l.
func (x *pupil) probabilities(l lesson, workers int) ([]float32, error) {
	out := make([]float32, l.Rows())
	for from := 0; from < len(out); from += scoredAtOnce {
		to := min(from+scoredAtOnce, len(out))
		if err := x.score(newSheet(l.between(from, to)), out[from:to], workers); err != nil {
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
func (x *pupil) weights() (list []Weighed) {
	for k, name := range x.names() {
		list = append(list, Weighed{name, x.stack.Weight[k]})
	}
	return list
}

// card returns the card with the most weight among the models of bills and the name of that candidate; nil if none is a card.
func (x *pupil) card() (card *scorecard.Card, name string) {
	at, most := 0, -1.0
	for k, m := range append(x.proxies[:], x.bills[:]...) {
		if m.Model == nil {
			continue
		}
		if w := x.stack.Weight[at]; k >= numProxies && m.card != nil && w > most {
			card, name, most = m.card, candidateNames[k], w
		}
		at++
	}
	return card, name
}

func fillWith(p []float32, rate float64) {
	for i := range p {
		p[i] = float32(rate)
	}
}

// learnt reports whether there is any candidate.
func (x *pupil) learnt() bool {
	return len(x.names()) > 0
}
