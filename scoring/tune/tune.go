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
// min_sum_hessian, learning_rate), cut to what moved the loss on exported tables (README.md).
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
		o := grid[s]
		o.AllRows = false // settings are compared at half the cost
		return func(t *scoring.Table) (scoring.Model, error) { return known(gbdt.Train(t, o)) }
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

// Thin returns a table of about most rows of t, or t while it has fewer than twice as many. Which rows it has hangs on
// their codes and days alone, not on their order or their outcome: rows that look alike stay together.
func Thin(t *scoring.Table, most int) *scoring.Table {
	one := uint64(max(1, t.Rows()/most))
	if one == 1 {
		return t
	}
	var rows []int32
	for i := range t.Rows() {
		if digest(t, i)%one == 0 {
			rows = append(rows, int32(i))
		}
	}
	return timefold.Pick(t, rows)
}

// digest is the FNV-1a hash of the codes and the day of row i, its bits mixed once more.
func digest(t *scoring.Table, i int) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for _, c := range t.Row(i) {
		h = (h ^ uint64(c)) * prime
	}
	if t.When != nil {
		h = (h ^ uint64(uint32(t.When[i]))) * prime
	}
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15 // 2⁶⁴ over the golden ratio
	return h >> 32
}
