package study

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"overshare/scoring"
	"overshare/scoring/gbdt"
	"overshare/scoring/scorecard"
	"overshare/scoring/timefold"
	"overshare/scoring/tune"
)

// A Scorer is a kind of model. Its name is what processor.scorers says; the choices there are those of
// [ScorerNames] (TestScorersAreTheChoices).
type Scorer struct {
	Name string
	// Train learns from t. It must give the same model for any number of workers and order of rows.
	// card is nil unless the model is a scorecard.
	Train func(ctx context.Context, t *scoring.Table, workers int) (m Model, card *scorecard.Card, err error)
	// Untrainable reports whether an error of Train says that there was nothing to learn from, which is a
	// finding and no fault.
	Untrainable func(err error) bool
}

// A Model writes the log-odds of every row of a table.
type Model func(t *scoring.Table, out []float32, workers int) error

// scorers are all kinds of model.
var scorers = []Scorer{
	{"scorecard", trainCard, func(err error) bool { return errors.Is(err, scorecard.ErrOneClass) }},
	{"gbdt", trainTrees, tune.Untrainable},
	{"scorecard-tuned", tuneCard, tune.Untrainable},
	{"gbdt-tuned", tuneTrees, tune.Untrainable},
}

// Register adds a kind of model. A program calls it before it makes plans; a name that is taken panics.
func Register(s Scorer) {
	if _, err := scorerOf(s.Name); err == nil {
		panic(fmt.Sprintf("study: scorer %q is registered twice", s.Name))
	}
	scorers = append(scorers, s)
}

// ScorerNames returns the names of all kinds of model.
func ScorerNames() (names []string) {
	for _, s := range scorers {
		names = append(names, s.Name)
	}
	return names
}

func scorerOf(name string) (*Scorer, error) {
	k := slices.IndexFunc(scorers, func(s Scorer) bool { return s.Name == name })
	if k < 0 {
		return nil, fmt.Errorf("processor.scorers: %q is not a scorer; valid are %s", name, strings.Join(ScorerNames(), ", "))
	}
	return &scorers[k], nil
}

// train learns with the named scorer. A model that is nil without an error says that there was nothing to learn
// from.
func train(ctx context.Context, name string, t *scoring.Table, workers int) (Model, *scorecard.Card, error) {
	s, err := scorerOf(name)
	if err != nil {
		return nil, nil, err
	}
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	m, card, err := s.Train(ctx, t, workers)
	if err != nil && s.Untrainable(err) {
		return nil, nil, nil
	}
	return m, card, err
}

func trainCard(_ context.Context, t *scoring.Table, workers int) (Model, *scorecard.Card, error) {
	return fitCard(t, cardOptions(workers))
}

func cardOptions(workers int) scorecard.Options {
	o := scorecard.Defaults()
	o.Workers = workers
	return o
}

func fitCard(t *scoring.Table, o scorecard.Options) (Model, *scorecard.Card, error) {
	card, err := scorecard.Train(t, o)
	if err != nil {
		return nil, nil, err
	}
	return func(t *scoring.Table, out []float32, workers int) error {
		card.ScoreTable(t, out, workers)
		return nil
	}, card, nil
}

func trainTrees(ctx context.Context, t *scoring.Table, workers int) (Model, *scorecard.Card, error) {
	return fitTrees(t, treeOptions(ctx, workers))
}

// treeOptions are gbdt's defaults, with what did better on tables of this program (scoring/tune/README.md): leaves
// held back a little more, and all rows learnt from once the number of trees is known.
func treeOptions(ctx context.Context, workers int) gbdt.Options {
	o := gbdt.Defaults()
	o.Workers, o.Context = workers, ctx
	o.MinLeafHessian, o.L2, o.AllRows = 5, 10, true
	return o
}

func fitTrees(t *scoring.Table, o gbdt.Options) (Model, *scorecard.Card, error) {
	m, err := gbdt.Train(t, o)
	if err != nil {
		return nil, nil, err
	}
	return m.ScoreTable, nil, nil
}

// Settings are chosen on at most tuneRows rows in tuneFolds folds forward in time; outcomes of the last tuneGap days
// before a fold were not known yet when it began: a bundle closes within a week.
const tuneRows, tuneFolds, tuneGap = 1 << 18, 3, 7

// tuneTrees is trainTrees with settings chosen by cross-validation in time within t; where the days of t are too few for
// that, with the settings of trainTrees.
func tuneTrees(ctx context.Context, t *scoring.Table, workers int) (Model, *scorecard.Card, error) {
	o, _, err := tune.GBDT(tune.Thin(t, tuneRows), treeOptions(ctx, workers), tuneFolds, tuneGap)
	if err != nil && !untunable(err) {
		return nil, nil, err
	}
	return fitTrees(t, o)
}

// tuneCard is trainCard with settings chosen in the same way.
func tuneCard(_ context.Context, t *scoring.Table, workers int) (Model, *scorecard.Card, error) {
	o, _, err := tune.Scorecard(tune.Thin(t, tuneRows), cardOptions(workers), tuneFolds, tuneGap)
	if err != nil && !untunable(err) {
		return nil, nil, err
	}
	return fitCard(t, o)
}

// untunable reports whether there is nothing to choose settings by.
func untunable(err error) bool {
	return errors.Is(err, timefold.ErrFewDays) || errors.Is(err, timefold.ErrNothing)
}
