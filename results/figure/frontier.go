// Package figure draws results as pictures for pages and papers. A picture is made from a results table
// alone, so that whoever has the CSV can draw it again, and its bytes depend on the table alone.
package figure

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgsvg"

	"overshare/results"
)

// ErrNothing is returned when a table has no point that can be drawn.
var ErrNothing = errors.New("figure: no regime has a defined AUC")

// A regime is drawn as a point: what it detects against what it exposes.
type regime struct {
	name           string
	x              float64 // records sent
	auc, low, high float64
}

// Frontier returns an SVG of detection against exposure for one scorer of a frontier table: a dot with its
// interval per regime, records sent on a square-root scale, so that the regimes that send few stay apart.
//
// Errors: ErrNothing when no AUC is defined.
func Frontier(t *results.Table, scorer, title string) ([]byte, error) {
	points := read(t, scorer)
	if len(points) == 0 {
		return nil, ErrNothing
	}
	largest := 0.0
	for _, q := range points {
		largest = math.Max(largest, q.x)
	}
	unit, name := unitOf(largest)
	for i := range points {
		points[i].x /= unit
	}
	largest = math.Max(largest/unit, 1e-9)
	c := &chart{Canvas: vgsvg.New(17*vg.Centimeter, 11*vg.Centimeter), left: 56, bottom: 42, right: 428, top: 276}
	c.low, c.high = ordinates(points)
	c.place = func(x float64) float64 { return math.Sqrt(x / float64(largest*1.1)) }
	c.axes(title, "Exposure: records sent in the whole period, "+name+" (square-root scale)",
		"Detection: area under the ROC curve, with interval", marks(largest), even(c.low, c.high))
	c.draw(points, float64(largest*1.1))
	var out bytes.Buffer
	if _, err := c.WriteTo(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func read(t *results.Table, scorer string) (points []regime) {
	for r := range t.Len() {
		q := regime{name: t.Get(r, "regime").String()}
		auc, ok := t.Get(r, "auc").Float()
		if !ok || t.Get(r, "scorer").String() != scorer {
			continue
		}
		records, _ := t.Get(r, "records").Int()
		q.x, q.auc, q.low, q.high = float64(records), auc, auc, auc
		if low, ok := t.Get(r, "ci_low").Float(); ok {
			q.low = low
		}
		if high, ok := t.Get(r, "ci_high").Float(); ok {
			q.high = high
		}
		points = append(points, q)
	}
	return points
}

// ordinates chooses the range of the ordinate: all intervals, and at least a hundredth, so that differences
// that mean nothing do not fill the picture.
func ordinates(points []regime) (from, to float64) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, q := range points {
		low, high = math.Min(low, q.low), math.Max(high, q.high)
	}
	half := math.Max(float64((high-low)/2*1.25), 0.01)
	mid := float64((low + high) / 2)
	return math.Max(mid-half, 0), math.Min(mid+half, 1)
}

// draw draws every regime: its interval, its dot and its name, which stands above the dot or, where another
// name is there, below it.
func (c *chart) draw(points []regime, right float64) {
	for _, q := range points {
		x, low := c.at(q.x, q.low)
		_, high := c.at(q.x, q.high)
		c.line(dotBlue, .5, x, low, x, high)
		c.line(dotBlue, .5, x-2.5, low, x+2.5, low)
		c.line(dotBlue, .5, x-2.5, high, x+2.5, high)
	}
	for i, q := range points {
		x, y := c.at(q.x, q.auc)
		c.dot(dotBlue, 3.5, x, y)
		name, angle, rise := fmt.Sprintf("%s  %.4f", q.name, q.auc), math.Pi/7, 3.0
		if crowded(points, i, right) {
			angle, rise = -angle, -rise
		}
		c.write(name, 9, x+6, y+rise, 0, -3, angle)
	}
}

// crowded reports whether the name of point i would run into that of a point close by on its left, which
// is itself not crowded out.
func crowded(points []regime, i int, right float64) bool {
	at := func(k int) float64 { return math.Sqrt(points[k].x / right) }
	for k := range points {
		near := at(i)-at(k) < 0.04 && math.Abs(points[i].auc-points[k].auc) < 0.03
		if left := at(k) < at(i) || at(k) == at(i) && k < i; k != i && left && near {
			return !crowded(points, k, right)
		}
	}
	return false
}

// marks are round numbers that are apart on a square-root scale.
func marks(largest float64) []tick {
	t := []tick{{0, "0"}}
	for _, x := range []float64{.1, .5, 1, 2, 5, 10, 20, 30, 40, 60, 80, 100, 150, 200, 300, 400, 600, 800, 1000} {
		if x <= float64(largest*1.1) && x >= largest/300 {
			t = append(t, tick{x, fmt.Sprint(x)})
		}
	}
	return t
}

// unitOf returns the unit in which a count is read best.
func unitOf(n float64) (unit float64, name string) {
	switch {
	case n >= 1e9:
		return 1e9, "bn"
	case n >= 1e6:
		return 1e6, "M"
	case n >= 1e3:
		return 1e3, "k"
	}
	return 1, "single"
}
