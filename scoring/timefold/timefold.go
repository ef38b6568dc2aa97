// Package timefold cuts training rows into folds along time, scores every fold with what was learnt before it, and
// chooses among settings by the loss on the folds: what a processor could have known at the time.
package timefold

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"overshare/scoring"
	"overshare/scoring/calibrate/logit"
)

// A Fold is rows to learn from and later rows to be scored, by number, in the order of the table.
type Fold struct{ Train, Test []int32 }

// ErrFewDays is returned when rows fall into fewer blocks of whole days than folds need.
var ErrFewDays = errors.New("timefold: too few days")

// Forward cuts rows into k+1 blocks of whole days and about equal size; fold i learns from blocks 0 … i and scores
// block i+1. Rows less than gap days before the first day of a block are left out of its training: their outcomes were not
// known yet.
//
// Errors: [ErrFewDays]; k below 1.
// Source: rolling-origin evaluation, Tashman 2000, doi:10.1016/S0169-2070(00)00065-0.
func Forward(when []int32, k int, gap int32) ([]Fold, error) {
	if k < 1 {
		return nil, fmt.Errorf("timefold: %d folds, must be at least 1", k)
	}
	starts := blockStarts(when, k+1)
	if len(starts) < k+1 {
		return nil, fmt.Errorf("%w: %d blocks of whole days, %d folds need %d; ask for fewer folds or give more days", ErrFewDays, len(starts), k, k+1)
	}
	folds := make([]Fold, k)
	for b := range folds {
		from, to := starts[b+1], int32(math.MaxInt32)
		if b+2 < len(starts) {
			to = starts[b+2] - 1
		}
		for i, d := range when {
			switch {
			case d >= from && d <= to:
				folds[b].Test = append(folds[b].Test, int32(i))
			case int64(d) < int64(from)-int64(gap):
				folds[b].Train = append(folds[b].Train, int32(i))
			}
		}
	}
	return folds, nil
}

// blockStarts returns the first day of each of at most n blocks of about equal size.
func blockStarts(when []int32, n int) (starts []int32) {
	sorted := slices.Sorted(slices.Values(when))
	for b := range n {
		if len(sorted) == 0 {
			break
		}
		if d := sorted[b*len(sorted)/n]; b == 0 || d > starts[len(starts)-1] {
			starts = append(starts, d)
		}
	}
	return starts
}

// Pick returns a copy of some rows of a table.
func Pick(t *scoring.Table, rows []int32) *scoring.Table {
	out := &scoring.Table{Features: t.Features, Code: make([]uint8, 0, len(rows)*len(t.Features)), Bad: make([]bool, len(rows))}
	for k, i := range rows {
		out.Code = append(out.Code, t.Row(int(i))...)
		out.Bad[k] = t.Bad[i]
		if t.Weight != nil {
			out.Weight = append(out.Weight, t.Weight[i])
		}
		if t.When != nil {
			out.When = append(out.When, t.When[i])
		}
	}
	return out
}

// A Learner learns from a table. An error that [Untrainable] knows means that there was nothing to learn from.
type Learner func(t *scoring.Table) (scoring.Model, error)

// CrossFit scores the test rows of every fold with what was learnt from its training rows. Log-odds of rows that no fold
// tests, and of folds that had nothing to learn from, are NaN. untrainable says which errors mean that.
func CrossFit(t *scoring.Table, folds []Fold, learn Learner, untrainable func(error) bool) ([]float64, error) {
	out := make([]float64, t.Rows())
	for i := range out {
		out[i] = math.NaN()
	}
	for _, f := range folds {
		m, err := learn(Pick(t, f.Train))
		switch {
		case err != nil && untrainable(err):
			continue
		case err != nil:
			return nil, err
		}
		for _, i := range f.Test {
			out[i] = m.LogOdds(t.Row(int(i)))
		}
	}
	return out, nil
}

// ErrNothing is returned when no setting could be trained on any fold.
var ErrNothing = errors.New("timefold: no fold has rows of both outcomes to learn from")

// Search trains every setting on every fold and returns the place of the one with the least mean log loss on the rows
// tested, and all losses, per unit of weight. Ties go to the first. A setting that cannot be trained on a fold
// is given that fold's bad rate before it as its score, so that settings are compared on the same rows.
//
// Cost: settings × folds trainings on (k+1)/2 blocks of k+1 on average.
func Search(t *scoring.Table, folds []Fold, settings int, learn func(setting int) Learner, untrainable func(error) bool) (best int, loss []float64, err error) {
	loss = make([]float64, settings)
	trained := false
	for s := range settings {
		x, err := CrossFit(t, folds, learn(s), untrainable)
		if err != nil {
			return 0, nil, err
		}
		sum, weight := 0.0, 0.0
		for _, f := range folds {
			base := rate(t, f.Train)
			for _, i := range f.Test {
				eta, w := x[i], 1.0
				if eta != eta {
					eta = base
				} else {
					trained = true
				}
				if t.Weight != nil {
					w = float64(t.Weight[i])
				}
				sum += float64(w * nats(eta, t.Bad[i]))
				weight += w
			}
		}
		loss[s] = sum / weight
		if loss[s] < loss[best] {
			best = s
		}
	}
	if !trained {
		return 0, loss, ErrNothing
	}
	return best, loss, nil
}

// rate returns the log-odds of the bad rate with one row of either outcome added.
func rate(t *scoring.Table, rows []int32) float64 {
	bad, good := 1.0, 1.0
	for _, i := range rows {
		w := 1.0
		if t.Weight != nil {
			w = float64(t.Weight[i])
		}
		if t.Bad[i] {
			bad += w
		} else {
			good += w
		}
	}
	return logit.Log(bad / good)
}

// nats returns −ln P(outcome).
func nats(x float64, bad bool) float64 {
	if bad {
		x = -x
	}
	if x > 0 {
		return x + logit.Log(1+logit.Exp(-x))
	}
	return logit.Log(1 + logit.Exp(x))
}
