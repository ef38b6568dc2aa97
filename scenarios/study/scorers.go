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
	{"gbdt", trainTrees, func(err error) bool { return errors.Is(err, gbdt.ErrNoRows) || errors.Is(err, gbdt.ErrOneClass) }},
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
func train(ctx context.Context, name string, t *scoring.Table, workers int) (taught, *scorecard.Card, error) {
	s, err := scorerOf(name)
	if err != nil {
		return taught{}, nil, err
	}
	if ctx.Err() != nil {
		return taught{}, nil, context.Cause(ctx)
	}
	m, card, err := s.Train(ctx, t, workers)
	switch {
	case err != nil && s.Untrainable(err):
		return taught{}, nil, nil
	case err != nil:
		return taught{}, nil, err
	}
	return taught{m, s.redraw(t, card, workers), card}, card, nil
}

// redraw returns how a model that was learnt from t is learnt again from some of its rows: a card with its bins kept, any
// other model afresh (see package resample).
func (s *Scorer) redraw(t *scoring.Table, card *scorecard.Card, workers int) Redraw {
	if card == nil {
		return func(ctx context.Context, t *scoring.Table, workers int) (Model, error) {
			m, _, err := s.Train(ctx, t, workers)
			if err != nil && s.Untrainable(err) {
				return nil, nil
			}
			return m, err
		}
	}
	o := scorecard.Defaults()
	o.Workers = workers
	again := scorecard.NewRedrawer(t, card, o)
	return func(ctx context.Context, part *scoring.Table, _ int) (Model, error) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		c, err := again.Redraw(part)
		if errors.Is(err, scorecard.ErrOneClass) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return modelOf(c), nil
	}
}

func modelOf(card *scorecard.Card) Model {
	return func(t *scoring.Table, out []float32, workers int) error {
		card.ScoreTable(t, out, workers)
		return nil
	}
}

func trainCard(_ context.Context, t *scoring.Table, workers int) (Model, *scorecard.Card, error) {
	o := scorecard.Defaults()
	o.Workers = workers
	card, err := scorecard.Train(t, o)
	if err != nil {
		return nil, nil, err
	}
	return modelOf(card), card, nil
}

func trainTrees(ctx context.Context, t *scoring.Table, workers int) (Model, *scorecard.Card, error) {
	o := gbdt.Defaults()
	o.Workers, o.Context = workers, ctx
	m, err := gbdt.Train(t, o)
	if err != nil {
		return nil, nil, err
	}
	return m.ScoreTable, nil, nil
}
