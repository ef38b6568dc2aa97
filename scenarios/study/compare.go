package study

import (
	"context"

	"overshare/scoring"
	"overshare/scoring/calibrate/logit"
	"overshare/scoring/metric"
)

// LearnTables trains the named scorer on fit, calibrates it on check, which holds later rows, and returns
// P(bad) of every row of test: what Learn does where rows come from no simulated world. Without rows of both
// outcomes in fit every row has the probability prior.
//
// Shapes: the three tables have the same features. Undefined: nothing. Cost: that of the scorer.
func LearnTables(ctx context.Context, name string, fit, check, test *scoring.Table, prior float64, workers int) (Score, error) {
	k := &Knowledge{Scorer: name, TrainRows: int64(fit.Rows() + check.Rows()), TrainBad: bads(fit) + bads(check),
		CalibrationRows: int64(check.Rows())}
	out := make([]float32, test.Rows())
	model, card, err := train(ctx, name, fit, workers)
	switch {
	case err == nil && model.Model == nil:
		k.warn("no earlier rows of both outcomes to learn from: the score is the same for all")
		for i := range out {
			out[i] = float32(prior)
		}
		return Score{out, k}, nil
	case err != nil:
		return Score{}, err
	}
	k.Card, k.ModelUsed = card, true
	odds, known := make([]float32, test.Rows()), make([]float32, check.Rows())
	if err := model.Model(test, odds, workers); err != nil {
		return Score{}, err
	}
	if err := model.Model(check, known, workers); err != nil {
		return Score{}, err
	}
	return Score{out, k}, toProbabilities(out, odds, known, check, k)
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
