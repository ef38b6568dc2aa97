// Package calibrate turns a model's log-odds into a probability, and a probability into the score
// from 0 to 100 that means the same under every regime.
//
//	map.go    log-odds of any scorer -> P(bounce), learnt on rows that the scorer did not learn from
//	score.go  P -> score: one published formula, no table, nothing learnt
//	bands.go  eight bands of stated incidence, and the check whether later bills keep them
//
// What is learnt is a function of the multiset of rows: rows are counted in cells of log-odds 2⁻¹⁰
// wide in integers, and everything else is computed from the cells in order.
package calibrate

import (
	"errors"
	"fmt"
	"math"

	"overshare/scoring/calibrate/logit"
)

// ErrOneClass is returned when the rows (of positive weight) are not of both classes.
var ErrOneClass = errors.New("calibrate: rows must hold both good and bad outcomes: take a longer calibration period")

// A Method says what shape the map from log-odds to probability may have.
type Method string

// The methods. All rise, or stay level, with the log-odds.
const (
	// Smooth, the default, is a continuous, strictly rising line: it corrects what a straight line
	// cannot, keeps the ranking (so AUC does not change), and is Platt's line where data are thin.
	Smooth Method = "smooth"
	// Platt is a straight line in log-odds: P = logistic(a + b·x), b ≥ 0.
	Platt Method = "platt"
	// Isotonic is the step function that fits best. It makes ties, which move the AUC.
	Isotonic Method = "isotonic"
)

// Fit learns the default map, [Smooth]. See [FitMethod].
func Fit(logOdds []float32, bad []bool, weight []float32) (*Map, error) {
	return FitMethod(Smooth, logOdds, bad, weight)
}

// FitMethod learns a map from rows that the model did not train on, later in time than its training
// rows; on training rows every model looks better than it is.
//
// Shapes: logOdds, bad and weight have one value a row; weight nil means 1 for all. Log-odds beyond
// ±32 count as ±32; weights are rounded to multiples of 2⁻²⁰.
//
// Errors: [ErrOneClass]; columns of different lengths, a log-odds that is NaN, a weight that is not
// in 0 to 1024, a total weight above 2³¹, an unknown method.
//
// Accuracy: the width of a cell, 2⁻¹⁰ in log-odds, moves a probability by less than 0.05 % of itself.
// Cost: one pass over the rows (5 ns each), then 65,537 cells.
func FitMethod(m Method, logOdds []float32, bad []bool, weight []float32) (*Map, error) {
	c, err := fillCells(logOdds, bad, weight)
	if err != nil {
		return nil, err
	}
	if c.bad == 0 || c.bad == c.all {
		return nil, ErrOneClass
	}
	line := plattLine(c)
	switch m {
	case Platt:
		return line.asMap(Platt), nil
	case Isotonic:
		return steps(c), nil
	case Smooth:
		return smooth(c, line), nil
	}
	return nil, fmt.Errorf("calibrate: method %q is unknown: use smooth, platt or isotonic", m)
}

// Refine learns where log-odds that are meant to be calibrated miss: the smooth map, its knots drawn to the diagonal instead of to
// a fitted line, so that with few rows, or rows of one class, nothing changes. part is the share of the rows
// of a larger table that these are, 1 for a table of its own: knots stand on as many fewer rows.
//
// Shapes, errors, cost: as [FitMethod], but one class is no error.
func Refine(logOdds []float32, bad []bool, part float64) (*Map, error) {
	c, err := fillCells(logOdds, bad, nil)
	if err != nil {
		return nil, err
	}
	if c.bad == 0 || c.bad == c.all {
		return line{b: 1}.asMap(Smooth), nil
	}
	return smoothed(c, line{b: 1}, part), nil
}

// A line is Platt's map: log-odds a + b·x.
type line struct{ a, b float64 }

func (l line) at(x float64) float64 { return l.a + float64(l.b*x) }

func (l line) asMap(m Method) *Map {
	return &Map{Method: m, Below: l.b, Above: l.b, Knots: []Knot{{X: 0, LogOdds: l.a}}}
}

// plattLine fits P = logistic(a + b·x) by Newton's method on the cells.
//
// The targets are not 0 and 1 but (bads + 1)/(bads + 2) for bads and 1/(goods + 2) for goods, so that
// a perfect model keeps a finite slope. A model that ranks the wrong way round gets b = 0: everyone
// has the average.
//
// Source: Platt 1999, Probabilistic outputs for support vector machines; Lin, Lin & Weng 2007,
// doi:10.1007/s10994-007-5018-6.
func plattLine(c *cells) line {
	bads, goods := float64(float64(c.bad)/unit), float64(float64(c.all-c.bad)/unit)
	high, low := (bads+1)/(bads+2), 1/(goods+2)
	level := logit.Log((float64(bads*high) + float64(goods*low)) / (float64(bads*(1-high)) + float64(goods*(1-low))))
	l := line{a: level}
	loss := c.loss(l, high, low)
	for range 100 {
		da, db, slope := c.newton(l, high, low)
		next, part := l, 1.0
		for ; part > 1e-9; part /= 2 {
			next = line{l.a + float64(part*da), l.b + float64(part*db)}
			if now := c.loss(next, high, low); now <= loss+float64(1e-4*part*slope) {
				loss = now
				break
			}
		}
		if part <= 1e-9 {
			break
		}
		l = next
		if math.Abs(da)+math.Abs(db) < 1e-10 {
			break
		}
	}
	if l.b <= 0 {
		return line{a: level}
	}
	return l
}

// newton returns the Newton step of the line and the slope of the loss along it.
func (c *cells) newton(l line, high, low float64) (da, db, slope float64) {
	var ga, gb, haa, hab, hbb float64
	for _, k := range c.used {
		p := logit.P(l.at(k.x))
		g := float64(k.all*p) - float64(k.bad*high) - float64((k.all-k.bad)*low)
		h := float64(float64(k.all*p) * (1 - p))
		ga, gb = ga+g, gb+float64(g*k.x)
		haa, hab = haa+h, hab+float64(h*k.x)
		hbb += float64(float64(h*k.x) * k.x)
	}
	haa, hbb = haa+1e-9, hbb+1e-9
	det := float64(haa*hbb) - float64(hab*hab)
	da = -(float64(hbb*ga) - float64(hab*gb)) / det
	db = -(float64(haa*gb) - float64(hab*ga)) / det
	return da, db, float64(ga*da) + float64(gb*db)
}

// loss returns the negative log-likelihood of the line.
func (c *cells) loss(l line, high, low float64) (sum float64) {
	for _, k := range c.used {
		eta := l.at(k.x)
		target := float64(k.bad*high) + float64((k.all-k.bad)*low)
		soft := math.Max(eta, 0) + logit.Log(1+logit.Exp(-math.Abs(eta)))
		sum += float64(k.all*soft) - float64(target*eta)
	}
	return sum
}
