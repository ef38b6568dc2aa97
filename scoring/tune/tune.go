// Package tune chooses the settings of the learners by cross-validation in time (package timefold), within what one
// processor holds: a small grid, in a fixed order, without chance.
package tune

import (
	"errors"
	"fmt"

	"overshare/scoring"
	"overshare/scoring/gbdt"
	"overshare/scoring/scorecard"
	"overshare/scoring/timefold"
)

// A Trial is one setting and its mean log loss over the folds, in nats per unit of weight.
type Trial struct {
	Setting string
	Loss    float64
}

// Untrainable reports whether err says that there was nothing to learn from.
func Untrainable(err error) bool {
	return errors.Is(err, scorecard.ErrOneClass) || errors.Is(err, gbdt.ErrNoRows) || errors.Is(err, gbdt.ErrOneClass)
}

// GBDTGrid returns the settings tried, base's own first: leaves and their least weight, which decide how finely the
// rows are cut, at a learning rate that lets early stopping choose the number of trees.
//
// Sources: the ranges are those of LightGBM's tuning guide around its defaults (num_leaves 31,
// min_sum_hessian, learning_rate), cut to what moved the loss on exported tables (peers/README.md).
func GBDTGrid(base gbdt.Options) []gbdt.Options {
	grid := []gbdt.Options{base}
	for _, x := range []struct {
		leaves  int
		hessian float64
		l2      float64
	}{{8, 5, 1}, {16, 5, 1}, {16, 20, 10}, {31, 5, 10}, {63, 20, 10}} {
		o := base
		o.Trees, o.LearningRate, o.Patience = max(base.Trees, 400), 0.05, 20
		o.MaxLeaves, o.MinLeafHessian, o.L2 = x.leaves, x.hessian, x.l2
		grid = append(grid, o)
	}
	return grid
}

// GBDT returns the setting of [GBDTGrid] with the least loss, and all of them. Rows need days (Table.When).
//
// Errors: as timefold.Forward; timefold.ErrNothing; those of a training other than that there is nothing to learn from.
func GBDT(t *scoring.Table, base gbdt.Options, folds int, gap int32) (gbdt.Options, []Trial, error) {
	grid := GBDTGrid(base)
	best, trials, err := search(t, folds, gap, len(grid), func(s int) timefold.Learner {
		return func(t *scoring.Table) (scoring.Model, error) { return known(gbdt.Train(t, grid[s])) }
	}, func(s int) string {
		o := grid[s]
		return fmt.Sprintf("rate %g, leaves %d, least hessian %g, l2 %g", o.LearningRate, o.MaxLeaves, o.MinLeafHessian, o.L2)
	})
	if err != nil {
		return base, trials, err
	}
	return grid[best], trials, nil
}

// ScorecardGrid returns the settings tried, base's own first: what a further bin must bring, and how far the
// coefficients are held back.
func ScorecardGrid(base scorecard.Options) []scorecard.Options {
	grid := []scorecard.Options{base}
	for _, evidence := range []float64{2, 6, 16} {
		for _, ridge := range []float64{1, 30} {
			o := base
			o.Evidence, o.Ridge = evidence, ridge
			if o != base {
				grid = append(grid, o)
			}
		}
	}
	return grid
}

// Scorecard returns the setting of [ScorecardGrid] with the least loss, and all of them.
// Errors: as [GBDT].
func Scorecard(t *scoring.Table, base scorecard.Options, folds int, gap int32) (scorecard.Options, []Trial, error) {
	grid := ScorecardGrid(base)
	best, trials, err := search(t, folds, gap, len(grid), func(s int) timefold.Learner {
		return func(t *scoring.Table) (scoring.Model, error) { return known(scorecard.Train(t, grid[s])) }
	}, func(s int) string { return fmt.Sprintf("evidence %g, ridge %g", grid[s].Evidence, grid[s].Ridge) })
	if err != nil {
		return base, trials, err
	}
	return grid[best], trials, nil
}

// known keeps a nil model from becoming an interface that is not nil.
func known[M scoring.Model](m M, err error) (scoring.Model, error) {
	if err != nil {
		return nil, err
	}
	return m, nil
}

func search(t *scoring.Table, folds int, gap int32, n int, learn func(int) timefold.Learner, name func(int) string) (int, []Trial, error) {
	list, err := timefold.Forward(t.When, folds, gap)
	if err != nil {
		return 0, nil, err
	}
	best, loss, err := timefold.Search(t, list, n, learn, Untrainable)
	trials := make([]Trial, len(loss))
	for s, l := range loss {
		trials[s] = Trial{name(s), l}
	}
	return best, trials, err
}
