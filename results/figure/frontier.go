// Package figure draws results as pictures for pages and papers. A picture is made from a results table
// alone, so that whoever has the CSV can draw it again, and its bytes depend on the table alone.
package figure

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"overshare/results"
)

// ErrNothing is returned when a table has no point that can be drawn.
var ErrNothing = errors.New("figure: no regime has a defined AUC")

// A point is one regime: what it detects against what it exposes.
type point struct {
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
	p := plot.New()
	write(p, title, "Exposure: records sent in the whole period, "+name+" (square-root scale)",
		"Detection: area under the ROC curve, with interval")
	p.X.Scale, p.X.Tick.Marker = rootScale{}, ticks(largest)
	p.X.Min, p.X.Max = 0, largest*1.1
	frame(p, points)
	if err := add(p, points); err != nil {
		return nil, err
	}
	c := vgsvg.New(17*vg.Centimeter, 11*vg.Centimeter)
	p.Draw(draw.Crop(draw.New(c), 6, -48, 4, -6)) // room at the right for the names
	var out bytes.Buffer
	if _, err := c.WriteTo(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func read(t *results.Table, scorer string) (points []point) {
	for r := range t.Len() {
		q := point{name: t.Get(r, "regime").String()}
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

// frame chooses the range of the ordinate: all intervals, and at least a hundredth, so that differences
// that mean nothing do not fill the picture.
func frame(p *plot.Plot, points []point) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, q := range points {
		low, high = math.Min(low, q.low), math.Max(high, q.high)
	}
	half := math.Max((high-low)/2*1.25, 0.01)
	mid := (low + high) / 2
	p.Y.Min, p.Y.Max = math.Max(mid-half, 0), math.Min(mid+half, 1)
	p.Add(grid())
}

func grid() *plotter.Grid {
	g := plotter.NewGrid()
	g.Vertical.Color = nil
	g.Horizontal.Color = color.Gray{220}
	g.Horizontal.Width = vg.Points(.5)
	return g
}

func add(p *plot.Plot, points []point) error {
	dots := make(plotter.XYs, len(points))
	errs := make(plotter.YErrors, len(points))
	names := plotter.XYLabels{XYs: dots, Labels: make([]string, len(points))}
	for i, q := range points {
		dots[i].X, dots[i].Y = q.x, q.auc
		errs[i].Low, errs[i].High = q.auc-q.low, q.high-q.auc
		names.Labels[i] = fmt.Sprintf("%s  %.4f", q.name, q.auc)
	}
	s, err := plotter.NewScatter(dots)
	if err != nil {
		return err
	}
	s.GlyphStyle = draw.GlyphStyle{Color: color.RGBA{A: 255, R: 20, G: 60, B: 140}, Radius: vg.Points(3.5), Shape: draw.CircleGlyph{}}
	bars, err := plotter.NewYErrorBars(struct {
		plotter.XYs
		plotter.YErrors
	}{dots, errs})
	if err != nil {
		return err
	}
	bars.Color = s.GlyphStyle.Color
	labels, err := plotter.NewLabels(names)
	if err != nil {
		return err
	}
	for i := range points {
		style := &labels.TextStyle[i]
		style.Font, style.Rotation, style.YAlign = sans(9), math.Pi/7, draw.YBottom
		if crowded(points, i, p.X.Max) { // below the dot instead of above
			style.Rotation, style.YAlign = -math.Pi/7, draw.YTop
			labels.Labels[i] = "  " + labels.Labels[i]
		}
	}
	labels.Offset = vg.Point{X: 4, Y: 6}
	p.Add(bars, s, labels)
	return nil
}

// crowded reports whether the name of point i would run into that of a point close by on its left, which
// is itself not crowded out.
func crowded(points []point, i int, right float64) bool {
	at := func(k int) float64 { return math.Sqrt(points[k].x / right) }
	for k := range points {
		near := at(i)-at(k) < 0.04 && math.Abs(points[i].auc-points[k].auc) < 0.03
		if left := at(k) < at(i) || at(k) == at(i) && k < i; k != i && left && near {
			return !crowded(points, k, right)
		}
	}
	return false
}

// rootScale places x at the square root of its distance from the axis' start.
type rootScale struct{}

// Normalize implements plot.Normalizer.
func (rootScale) Normalize(low, high, x float64) float64 {
	return math.Sqrt(math.Max(x-low, 0) / (high - low))
}

// ticks marks round numbers that are apart on a square-root scale.
func ticks(largest float64) plot.ConstantTicks {
	t := plot.ConstantTicks{{Value: 0, Label: "0"}}
	for _, x := range []float64{.1, .5, 1, 2, 5, 10, 20, 30, 40, 60, 80, 100, 150, 200, 300, 400, 600, 800, 1000} {
		if x <= largest*1.1 && x >= largest/300 {
			t = append(t, plot.Tick{Value: x, Label: fmt.Sprint(x)})
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

func sans(points float64) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: font.Points(points)}
}

// write sets title and axis labels in one type.
func write(p *plot.Plot, title, x, y string) {
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.TextStyle.Font, p.Title.Padding = sans(12), vg.Points(10)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font, a.Label.Padding, a.Tick.Label.Font = sans(9), vg.Points(4), sans(9)
	}
}
