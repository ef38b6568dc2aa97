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

	// teach is Train that also says how the model is learnt again; nil: as Train learns it, afresh.
	teach func(ctx context.Context, t *scoring.Table, workers int) (taught, error)
}

// A Model writes the log-odds of every row of a table.
type Model func(t *scoring.Table, out []float32, workers int) error

// scorers are all kinds of model.
var scorers = []Scorer{
	taughtBy("scorecard", teachCard, func(err error) bool { return errors.Is(err, scorecard.ErrOneClass) }),
	taughtBy("gbdt", teachTrees, tune.Untrainable),
	taughtBy("scorecard-tuned", tuneCard, tune.Untrainable),
	taughtBy("gbdt-tuned", tuneTrees, tune.Untrainable),
}

// taughtBy returns a scorer that knows how its models are learnt again.
func taughtBy(name string, teach func(context.Context, *scoring.Table, int) (taught, error), untrainable func(error) bool) Scorer {
	train := func(ctx context.Context, t *scoring.Table, workers int) (Model, *scorecard.Card, error) {
		m, err := teach(ctx, t, workers)
		return m.Model, m.card, err
	}
	return Scorer{Name: name, Train: train, Untrainable: untrainable, teach: teach}
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
func train(ctx context.Context, name string, t *scoring.Table, workers int) (taught, error) {
	s, err := scorerOf(name)
	if err != nil {
		return taught{}, err
	}
	teach := s.teach
	if teach == nil {
		teach = s.afresh
	}
	return s.found(ctx, func() (taught, error) { return teach(ctx, t, workers) })
}

// found returns what learn learns; nothing, without an error, where there was nothing to learn from.
func (s *Scorer) found(ctx context.Context, learn func() (taught, error)) (taught, error) {
	if ctx.Err() != nil {
		return taught{}, context.Cause(ctx)
	}
	m, err := learn()
	if err != nil && s.Untrainable(err) {
		return taught{}, nil
	}
	if again := m.again; again != nil {
		m.again = func(ctx context.Context, part *scoring.Table, workers int) (Model, error) {
			x, err := s.found(ctx, func() (taught, error) {
				m, err := again(ctx, part, workers)
				return taught{Model: m}, err
			})
			return x.Model, err
		}
	}
	return m, err
}

// afresh teaches a model that is learnt again by learning it anew.
func (s *Scorer) afresh(ctx context.Context, t *scoring.Table, workers int) (taught, error) {
	m, card, err := s.Train(ctx, t, workers)
	return taught{m, func(ctx context.Context, part *scoring.Table, workers int) (Model, error) {
		m, _, err := s.Train(ctx, part, workers)
		return m, err
	}, card}, err
}

func teachCard(_ context.Context, t *scoring.Table, workers int) (taught, error) {
	return fitCard(t, cardOptions(workers))
}

func cardOptions(workers int) scorecard.Options {
	o := scorecard.Defaults()
	o.Workers = workers
	return o
}

// fitCard trains a card; it is learnt again with its bins kept (package resample says why).
func fitCard(t *scoring.Table, o scorecard.Options) (taught, error) {
	card, err := scorecard.Train(t, o)
	if err != nil {
		return taught{}, err
	}
	again := scorecard.NewRedrawer(t, card, o)
	return taught{modelOf(card), func(_ context.Context, part *scoring.Table, _ int) (Model, error) {
		c, err := again.Redraw(part)
		if err != nil {
			return nil, err
		}
		return modelOf(c), nil
	}, card}, nil
}

func modelOf(card *scorecard.Card) Model {
	return func(t *scoring.Table, out []float32, workers int) error {
		card.ScoreTable(t, out, workers)
		return nil
	}
}

func teachTrees(ctx context.Context, t *scoring.Table, workers int) (taught, error) {
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

// fitTrees trains trees; they are learnt again afresh, as many of them, from all rows: on a part of the rows the last days are too few to say when
// to stop.
func fitTrees(t *scoring.Table, o gbdt.Options) (taught, error) {
	m, err := gbdt.Train(t, o)
	if err != nil {
		return taught{}, err
	}
	if n := m.Log().Trees; n > 0 {
		o.Trees, o.ValidShare, o.AllRows = n, 0, false
	}
	return taught{m.ScoreTable, func(ctx context.Context, part *scoring.Table, workers int) (Model, error) {
		own := o
		own.Context, own.Workers = ctx, workers
		m, err := gbdt.Train(part, own)
		if err != nil {
			return nil, err
		}
		return m.ScoreTable, nil
	}, nil}, nil
}

// Settings are chosen on at most tuneRows rows in tuneFolds folds forward in time; outcomes of the last tuneGap days
// before a fold were not known yet when it began: a bundle closes within a week.
const tuneRows, tuneFolds, tuneGap = 1 << 18, 3, 7

// tuneTrees is teachTrees with settings chosen by cross-validation in time within t; where the days of t are too few for
// that, with the settings of teachTrees.
func tuneTrees(ctx context.Context, t *scoring.Table, workers int) (taught, error) {
	o, _, err := tune.GBDT(tune.Thin(t, tuneRows), treeOptions(ctx, workers), tuneFolds, tuneGap)
	if err != nil && !untunable(err) {
		return taught{}, err
	}
	return fitTrees(t, o)
}

// tuneCard is teachCard with settings chosen in the same way.
func tuneCard(_ context.Context, t *scoring.Table, workers int) (taught, error) {
	o, _, err := tune.Scorecard(tune.Thin(t, tuneRows), cardOptions(workers), tuneFolds, tuneGap)
	if err != nil && !untunable(err) {
		return taught{}, err
	}
	return fitCard(t, o)
}

// untunable reports whether there is nothing to choose settings by.
func untunable(err error) bool {
	return errors.Is(err, timefold.ErrFewDays) || errors.Is(err, timefold.ErrNothing)
}
