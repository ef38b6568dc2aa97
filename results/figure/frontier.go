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

// A Line is drawn across the picture at an ordinate, such as a ceiling.
type Line struct {
	AUC  float64
	Text string
}

// coin is what a score that knows nothing comes to.
var coin = Line{0.5, "a coin: 0.5"}

// Frontier returns an SVG of detection against exposure for one scorer of a frontier table: a dot with its
// interval and its name per regime, records sent on a square-root scale, so that the regimes that send few
// stay apart; and a line at what a coin would do, and at every other that is given.
//
// Errors: ErrNothing when no AUC is defined.
func Frontier(t *results.Table, scorer, title string, lines ...Line) ([]byte, error) {
	c, points, texts := compose(t, scorer, title, append([]Line{coin}, lines...))
	if len(points) == 0 {
		return nil, ErrNothing
	}
	c.draw(points, texts)
	var out bytes.Buffer
	if _, err := c.WriteTo(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// compose draws axes and lines, and finds the places of the labels.
func compose(t *results.Table, scorer, title string, lines []Line) (c *chart, labels []label, texts []string) {
	points := read(t, scorer)
	if len(points) == 0 {
		return nil, nil, nil
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
	c = &chart{Canvas: vgsvg.New(17*vg.Centimeter, 14*vg.Centimeter), left: 56, bottom: 42, right: 470, top: 368}
	c.low, c.high = ordinates(points, lines)
	c.place = func(x float64) float64 { return math.Sqrt(x / float64(largest*1.1)) }
	c.axes(title, "Exposure: records sent in the whole period, "+name+" (square-root scale)",
		"Detection: area under the ROC curve, with interval", marks(largest), even(c.low, c.high))
	l := layout{area: box{c.left + 2, c.bottom + 2, c.right, c.top}}
	for _, x := range lines {
		l.taken = append(l.taken, c.across(x))
	}
	for _, q := range points {
		texts = append(texts, fmt.Sprintf("%s  %.4f", q.name, q.auc))
		x, y := c.at(q.x, q.auc)
		_, low := c.at(q.x, q.low)
		_, high := c.at(q.x, q.high)
		labels = append(labels, label{x: x, y: y, low: low, high: high, width: widthOf(texts[len(texts)-1], labelSize)})
	}
	l.place(labels)
	return c, labels, texts
}

const labelSize = 9

// across draws a line and returns where its text stands.
func (c *chart) across(x Line) box {
	_, y := c.at(0, x.AUC)
	c.line(lineRed, .7, c.left, y, c.right, y)
	c.write(x.Text, labelSize, c.right, y+3, 1, 0, 0)
	return box{c.right - widthOf(x.Text, labelSize), y - 1, c.right, y + rowHeight}
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

// ordinates chooses the range of the ordinate: all intervals and lines, with some room.
func ordinates(points []regime, lines []Line) (from, to float64) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, q := range points {
		low, high = math.Min(low, q.low), math.Max(high, q.high)
	}
	for _, x := range lines {
		low, high = math.Min(low, x.AUC), math.Max(high, x.AUC)
	}
	room := math.Max(float64((high-low)*0.08), 0.005)
	return math.Max(low-room, 0), math.Min(high+room, 1)
}

// draw draws every regime: its interval, its dot and its name, with a line that leads to it.
func (c *chart) draw(labels []label, texts []string) {
	for _, q := range labels {
		c.line(leaderGray, .5, q.leader.x0, q.leader.y0, q.leader.x1, q.leader.y1)
	}
	for _, q := range labels {
		c.line(dotBlue, .5, q.x, q.low, q.x, q.high)
		c.line(dotBlue, .5, q.x-2.5, q.low, q.x+2.5, q.low)
		c.line(dotBlue, .5, q.x-2.5, q.high, q.x+2.5, q.high)
		c.dot(dotBlue, dotRadius, q.x, q.y)
	}
	for k, q := range labels {
		c.write(texts[k], labelSize, q.at.x0, q.at.y0+3, 0, 0, 0)
	}
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
