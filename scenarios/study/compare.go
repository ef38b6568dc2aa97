package study

import (
	"context"
	"errors"

	"overshare/scoring"
	"overshare/scoring/calibrate/logit"
	"overshare/scoring/metric"
	"overshare/scoring/scorecard"
	"overshare/scoring/stack"
)

// Tried are the rows of a table of somebody's own that candidates are tried on: Held, fold after fold, on which they
// are combined and calibrated, and Test, whose outcomes are not looked at.
type Tried struct {
	Held []*scoring.Table
	Test *scoring.Table
}

// WholeTable as a fold asks for all rows that may be learnt from.
const WholeTable = -1

// A Candidate is a score that was learnt from the rows of a table in one way.
type Candidate struct {
	Name       string
	Rows, Bad  int64           // it learns from, rows held back included
	Card       *scorecard.Card // of all rows; nil unless the model is a scorecard
	held, test []float32       // log-odds; nil: there was nothing to learn from
}

// settings are what is tried of a scorer on a table of somebody's own; of others it is what a run takes.
var settings = map[string][]Scorer{
	"scorecard": {cardScorer(scorecard.Defaults()), cardScorer(scorecard.Tables())},
}

// cardScorer is a scorecard trained with the options given.
func cardScorer(o scorecard.Options) Scorer {
	return Scorer{Name: "scorecard", Train: func(_ context.Context, t *scoring.Table, workers int) (Model, *scorecard.Card, error) {
		o.Workers = workers
		card, err := scorecard.Train(t, o)
		if err != nil {
			return nil, nil, err
		}
		return func(t *scoring.Table, out []float32, workers int) error {
			card.ScoreTable(t, out, workers)
			return nil
		}, card, nil
	}, Untrainable: func(err error) bool { return errors.Is(err, scorecard.ErrOneClass) }}
}

// A Learning says which rows a candidate learns from and which it scores: what fold k leaves, and what it holds back; all
// training rows and the test rows for [WholeTable]. Both tables have the same features.
type Learning func(fold int) (from, on *scoring.Table)

// LearnCandidate trains the named scorer once for every fold, on rows that are strangers to those held back there, and once on
// all rows for the test rows. Where it has several settings, the one that ranks the rows held back best (AUC; ties to the
// first) scores the test rows. A fold that leaves nothing to learn from is given the prior of its rows.
//
// Cost: that of the scorer, folds × settings + 1 times.
func LearnCandidate(ctx context.Context, scorer, name string, folds int, learn Learning, workers int) (*Candidate, error) {
	tried := settings[scorer]
	if tried == nil {
		one, err := scorerOf(scorer)
		if err != nil {
			return nil, err
		}
		tried = []Scorer{*one}
	}
	best, most := tried[0], -1.0
	c := &Candidate{Name: name}
	for _, s := range tried {
		held, auc, err := s.scoreHeld(ctx, folds, learn, workers)
		if err != nil {
			return nil, err
		}
		if auc > most {
			best, most, c.held = s, auc, held
		}
	}
	all, on := learn(WholeTable)
	c.Rows, c.Bad = int64(all.Rows()), bads(all)
	model, card, err := best.learn(ctx, all, workers)
	if err != nil || model == nil {
		return c, err
	}
	c.Card, c.test = card, make([]float32, on.Rows())
	return c, model(on, c.test, workers)
}

// learn trains the scorer; a model that is nil without an error says that there was nothing to learn from.
func (s *Scorer) learn(ctx context.Context, t *scoring.Table, workers int) (Model, *scorecard.Card, error) {
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	m, card, err := s.Train(ctx, t, workers)
	if err != nil && s.Untrainable(err) {
		return nil, nil, nil
	}
	return m, card, err
}

// scoreHeld returns the log-odds of the rows held back, fold after fold, and how well they are ranked; ½ where that is undefined.
func (s *Scorer) scoreHeld(ctx context.Context, folds int, learn Learning, workers int) (all []float32, auc float64, err error) {
	var o metric.Outcomes
	for k := range folds {
		from, held := learn(k)
		out := make([]float32, held.Rows())
		model, _, err := s.learn(ctx, from, workers)
		if err == nil && model == nil {
			fillWith(out, logit.Of(Prior(from)))
		}
		if err == nil && model != nil {
			err = model(held, out, workers)
		}
		if err != nil {
			return nil, 0, err
		}
		all, o.Bad = append(all, out...), append(o.Bad, held.Bad...)
		for _, w := range held.Weight {
			o.Weight = append(o.Weight, float64(w))
		}
	}
	auc, ok := metric.AUC(all, o)
	if !ok {
		auc = 0.5
	}
	return all, auc, nil
}

// Combine makes one score of candidates, the first of them learnt from rows in scope alone: their stack on the rows held
// back, with weights that are not negative and held towards equal ones (package stack), then calibrated on
// the same rows. So more candidates cost at most what choosing among them costs. One candidate is calibrated alone.
// weights are those of the candidates, 0 for one that had nothing to learn from. Without any every row has the
// probability prior.
//
// Source: see package stack. Equal weights before any row: assumed.
func Combine(scorer string, all []*Candidate, on Tried, prior float64) (s Score, weights []float64, err error) {
	check := joined(on.Held)
	k := &Knowledge{Scorer: scorer, CalibrationRows: int64(check.Rows())}
	weights = make([]float64, len(all))
	var use []int
	for i, c := range all {
		k.TrainRows, k.TrainBad = max(k.TrainRows, c.Rows), max(k.TrainBad, c.Bad)
		if c.test != nil {
			use = append(use, i)
		}
	}
	out := make([]float32, on.Test.Rows())
	if len(use) == 0 {
		k.warn("no earlier rows of both outcomes to learn from: the score is the same for all")
		fillWith(out, prior)
		return Score{out, k}, weights, nil
	}
	k.ModelUsed = true
	odds, known := all[use[0]].test, all[use[0]].held
	weights[use[0]] = 1
	if len(use) > 1 {
		if odds, known, err = stacked(all, use, check, prior, weights); err != nil {
			return Score{}, nil, err
		}
	}
	return Score{out, k}, weights, toProbabilities(out, odds, known, check, k)
}

// stackShrink holds the weights to equal ones: a prior standard deviation of 1/√10 in a weight, so that a handful of bad rows held
// back does not decide, and a hundred do (assumed, try 1 to 30).
const stackShrink = 10

// stacked returns the log-odds of test rows and rows held back as the stack has them, and fills in its weights.
func stacked(all []*Candidate, use []int, check *scoring.Table, prior float64, weights []float64) (odds, known []float32, err error) {
	x := make([][]float64, len(use))
	o := stack.Defaults(prior)
	o.Shrink = stackShrink
	for k, i := range use {
		o.Weights = append(o.Weights, 1/float64(len(use)))
		for _, v := range all[i].held {
			x[k] = append(x[k], float64(v))
		}
	}
	var weight []float64
	for _, w := range check.Weight {
		weight = append(weight, float64(w))
	}
	s, err := stack.Fit(x, check.Bad, weight, o)
	if err != nil {
		return nil, nil, err
	}
	row := make([]float64, len(use))
	say := func(of func(c *Candidate) []float32) []float32 {
		out := make([]float32, len(of(all[use[0]])))
		for r := range out {
			for k, i := range use {
				row[k] = float64(of(all[i])[r])
			}
			out[r] = float32(s.LogOdds(row))
		}
		return out
	}
	for k, i := range use {
		weights[i] = s.Weight[k]
	}
	return say(func(c *Candidate) []float32 { return c.test }), say(func(c *Candidate) []float32 { return c.held }), nil
}

// joined puts the outcomes and weights of tables together.
func joined(list []*scoring.Table) *scoring.Table {
	out := &scoring.Table{}
	for _, t := range list {
		out.Bad, out.Weight = append(out.Bad, t.Bad...), append(out.Weight, t.Weight...)
	}
	return out
}

// Prior returns the share of bad rows of a table with one row of either outcome added: what to assume of
// everybody when there is no model.
func Prior(t *scoring.Table) float64 {
	return logit.P(logit.Log((float64(bads(t)) + 1) / (float64(int64(t.Rows())-bads(t)) + 1)))
}

// A Contest is the scores of one scorer under every regime, on the same rows; the first is the reference.
type Contest struct {
	Scorer string
	Scores []Score
}

// A Judging says how a comparison is judged.
type Judging struct {
	MarginAUC                 float64 // differences in AUC inside plus or minus this are equivalent; 0 = no verdict, as for the others
	MarginPRAUC, MarginRecall float64
	BadPeople                 int // fewer people (rows) of either outcome carry no verdict
	Alpha                     float64
	Seed                      uint64 // of the groups and resamples behind intervals
	Workers                   int
}

// Compare measures scores on the same rows and judges them, as [Plan.Fit] does for a simulated world. The
// result has no plan, exposure or money.
//
// Shapes: every contest has one score a regime, in the same order; every score one value a row of o. There is
// at least one contest.
func Compare(all []Contest, o metric.Outcomes, j Judging) (*Result, error) {
	out := &Result{Truth: &Truth{Outcomes: o}}
	for _, c := range all {
		m, err := measure(c.Scorer, c.Scores, out.Truth, metric.Options{Seed: j.Seed, Alpha: j.Alpha, Workers: j.Workers})
		if err != nil {
			return nil, err
		}
		out.Scorers = append(out.Scorers, m)
	}
	out.Verdicts = judge(out.Scorers, &Evaluation{MarginAUC: j.MarginAUC, MarginPRAUC: j.MarginPRAUC, MarginRecall: j.MarginRecall,
		VerdictBadPeople: j.BadPeople, Alpha: j.Alpha}, nil)
	return out, nil
}
