// Package gbdt learns the log-odds of a bad outcome as a sum of small decision trees: histogram
// gradient boosting with logistic loss, the strong learner among the program's scorers.
//
//	log-odds(x) = base + Σ_k tree_k(x)
//
// Features are codes from 1 to 255 in order, 0 is missing. Each split sends missing rows to the side
// where they do more good, or keeps them apart. Features can be monotone. Training can stop on a later slice of time.
// The model is the same to the last bit for any number of workers and any order of the rows: see
// fixed.go for why. peers/README.md has accuracy and speed beside scikit-learn and LightGBM.
//
// Sources: Friedman 2001, doi:10.1214/aos/1013203451 (boosting); Chen & Guestrin 2016, arXiv:1603.02754
// (second order, missing values); Ke et al. 2017, "LightGBM" (histograms, best leaf first, sibling by
// subtraction); Shi et al. 2022, arXiv:2207.09682 (quantised gradients).
package gbdt

import (
	"fmt"

	"overshare/scoring"
)

// A Model gives log-odds. It is safe for use by several goroutines at once.
type Model struct {
	features []scoring.Feature // Label is not kept
	base     float64
	trees    []*tree
	log      Log
}

var _ scoring.Model = (*Model)(nil)

// A Log tells how a training went.
type Log struct {
	Rows       int       `json:"rows"`         // learned from
	HeldOut    int       `json:"held_out"`     // used to tell when to stop
	Constant   []string  `json:"constant"`     // features that took one code only and were not looked at
	Trees      int       `json:"trees"`        // kept
	Grown      int       `json:"grown"`        // before the last ones were dropped as no better
	Stopped    string    `json:"stopped"`      // why: "all trees", "validation loss" or "no split left"
	ValidLoss  []float64 `json:"valid_loss"`   // mean log loss on held-out rows after 0, 1, … Grown trees
	BestLoss   float64   `json:"best_loss"`    // ValidLoss[Trees]; 0 when nothing was held out
	HeldOutDay int32     `json:"held_out_day"` // first day held out
}

func newModel(t *scoring.Table) *Model {
	m := &Model{}
	for _, f := range t.Features {
		f.Label = nil
		m.features = append(m.features, f)
	}
	return m
}

// Log returns how the training went.
func (m *Model) Log() Log { return m.log }

// LogOdds returns the log-odds of a bad outcome for one row, with one code for each feature of the
// table learned from, in its order. A code above those seen counts as the highest.
func (m *Model) LogOdds(row []uint8) float64 {
	x := m.base
	for _, t := range m.trees {
		x += t.valueOf(row)
	}
	return x
}

// scoreBlock is how many rows go through all trees before the next: their codes stay in the cache.
const scoreBlock = 512

// ScoreTable writes the log-odds of each row of t to out, with the given number of workers (0 = one a
// core). It equals LogOdds rounded to float32.
//
// Errors: out is not as long as t has rows; t has other features than the model.
//
// Cost: about 16 ns a row and tree of 31 leaves on one core.
func (m *Model) ScoreTable(t *scoring.Table, out []float32, workers int) error {
	if len(out) != t.Rows() {
		return fmt.Errorf("gbdt: room for %d scores but %d rows: make out as long as the table", len(out), t.Rows())
	}
	if err := m.fits(t.Features); err != nil {
		return err
	}
	width := len(m.features)
	o := Options{Workers: workers}
	o.crew().chunks(len(out), scoreBlock, func(_, from, to int) {
		var block [scoreBlock]float64
		score := block[:to-from]
		for i := range score {
			score[i] = m.base
		}
		for _, tree := range m.trees {
			tree.addTo(score, t.Code[from*width:to*width], width)
		}
		for i, x := range score {
			out[from+i] = float32(x)
		}
	})
	return nil
}

// fits tells whether the features are those of the model, by name and order.
func (m *Model) fits(features []scoring.Feature) error {
	if len(features) != len(m.features) {
		return fmt.Errorf("gbdt: table has %d features, model has %d: score with the features learned from", len(features), len(m.features))
	}
	for i, f := range features {
		if f.Name != m.features[i].Name {
			return fmt.Errorf("gbdt: feature %d is %q, model has %q: keep the order learned from", i, f.Name, m.features[i].Name)
		}
	}
	return nil
}

// add appends a finished tree.
func (m *Model) add(t *tree) {
	t.measure()
	m.trees = append(m.trees, t)
}

// finish drops the trees after the best validation loss and fills the log.
func (m *Model) finish(v *validation, d *data, stopped string) {
	m.log = Log{Rows: d.n, HeldOut: len(v.rows), Grown: len(m.trees), Stopped: stopped, ValidLoss: v.loss}
	if len(v.rows) > 0 {
		m.trees = m.trees[:v.best]
		m.log.BestLoss = v.loss[v.best]
		m.log.HeldOutDay = v.firstDay()
	}
	m.log.Trees = len(m.trees)
	active := make([]bool, len(m.features))
	for _, f := range d.active {
		active[f] = true
	}
	for f := range active {
		if !active[f] {
			m.log.Constant = append(m.log.Constant, m.features[f].Name)
		}
	}
}
