package gbdt

import (
	"math"

	"overshare/scoring"
)

// A validation follows the loss on the rows held out.
type validation struct {
	t      *scoring.Table
	rows   []int32
	score  []float64
	weight []float64 // in units near their mean; nil = all 1
	sumW   float64
	c      crew
	tol    float64
	loss   []float64 // after 0, 1, 2 … trees: mean log loss
	best   int       // the number of trees with the least loss
}

func newValidation(t *scoring.Table, rows []int32, m *Model, o *Options) *validation {
	v := &validation{t: t, rows: rows, c: o.crew(), tol: o.MinImprovement, score: make([]float64, len(rows))}
	for i := range v.score {
		v.score[i] = m.base
	}
	v.sumW = float64(len(rows))
	if t.Weight != nil && len(rows) > 0 {
		v.weigh()
	}
	if len(rows) > 0 {
		v.loss = []float64{v.measure()}
	}
	return v
}

func (v *validation) weigh() {
	all := make([]float32, len(v.rows))
	for i, r := range v.rows {
		all[i] = v.t.Weight[r]
	}
	unit, sum := weightUnit(all)
	v.weight, v.sumW = make([]float64, len(all)), sum/unit
	for i, w := range all {
		v.weight[i] = float64(w) / unit
	}
}

// add takes the newest tree into account.
func (v *validation) add(t *tree) {
	if len(v.rows) == 0 {
		return
	}
	v.c.chunks(len(v.rows), 1<<13, func(_, from, to int) {
		for i := from; i < to; i++ {
			v.score[i] += t.valueOf(v.t.Row(int(v.rows[i])))
		}
	})
	v.loss = append(v.loss, v.measure())
	if v.last() < v.loss[v.best]-v.tol {
		v.best = len(v.loss) - 1
	}
}

// lossStep is the resolution of one row's loss: whole steps, so that their sum is exact in any order.
// With 2³⁰ rows of weight 16 the sum stays below 2⁶³ up to a mean loss of 128; no row's is above 41.
const lossStep = 0x1p-22

// measure returns the mean log loss per unit of weight.
func (v *validation) measure() float64 {
	sums := make([]int64, v.c)
	v.c.chunks(len(v.rows), 1<<13, func(w, from, to int) {
		sum := int64(0)
		for i := from; i < to; i++ {
			loss := logLoss(v.score[i], v.t.Bad[v.rows[i]])
			if v.weight != nil {
				loss *= v.weight[i]
			}
			sum += int64(math.RoundToEven(loss / lossStep))
		}
		sums[w] += sum
	})
	total := int64(0)
	for _, s := range sums {
		total += s
	}
	return float64(total) * lossStep / v.sumW
}

// last returns the loss as of now, NaN without held-out rows.
func (v *validation) last() float64 {
	if len(v.loss) == 0 {
		return math.NaN()
	}
	return v.loss[len(v.loss)-1]
}

// stale returns the number of trees since the best loss.
func (v *validation) stale() int {
	if len(v.loss) == 0 {
		return 0
	}
	return len(v.loss) - 1 - v.best
}

// firstDay returns the first day held out.
func (v *validation) firstDay() int32 {
	day := v.t.When[v.rows[0]]
	for _, r := range v.rows {
		day = min(day, v.t.When[r])
	}
	return day
}
