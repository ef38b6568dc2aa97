package scorecard

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"overshare/scoring"
	"overshare/scoring/calibrate/logit"
)

// A Card is a trained scorer. Its exported fields say everything; treat them as read-only.
type Card struct {
	Intercept float64   // log-odds of a row whose every bin is average
	Scale     Scale     // of the points
	Features  []Feature // in the order of the table's features, also those left out
	All       Count     // the training rows
	Fit       Fit       // how the coefficients were found

	base  int64        // Intercept in units of 2⁻²⁰
	table [][256]int32 // log-odds of every code in units of 2⁻²⁰
}

// A Feature is one column of the card.
type Feature struct {
	Name        string
	Coefficient float64 // of the WoE; a multiple of 2⁻²⁰, 0 if left out, never negative
	IV          float64 // information value: the sum over the bins
	Left        string  // why the feature is left out: LeftNoInformation, LeftWrongSign; empty if it is in
	Bins        []Bin   // the missing bin, then the bins of levels in rising order
}

// Reasons for leaving a feature out.
const (
	LeftNoInformation = "no information" // one bin, or an IV below the limit
	LeftWrongSign     = "wrong sign"     // beside the other features its WoE would count the wrong way round
)

// A Bin is a range of codes of a feature.
type Bin struct {
	Low, High uint8  // first and last code; both 0 for missing
	Label     string // what the codes mean
	Count
	WoE     float64 // see [WoE]
	IV      float64 // see [IV]
	LogOdds float64 // Coefficient·WoE rounded to a multiple of 2⁻²⁰: what the bin adds to the score
	Points  int     // the same on the points scale, rounded; higher = safer
}

// A Count says how many training rows there were. The weights are exact: multiples of 2⁻²⁰.
type Count struct {
	Rows, Bads        int64   // rows of positive weight, and the bad ones of them
	Weight, BadWeight float64 // their weights
}

// Doubts says what a reader should know of a card before quoting its score: that half of the features or more came out
// as having no information, which on few rows says more of the rows than of the features.
func (c *Card) Doubts() []string {
	var none []string
	for _, f := range c.Features {
		if f.Left == LeftNoInformation {
			none = append(none, f.Name)
		}
	}
	if len(none) == 0 || 2*len(none) < len(c.Features) {
		return nil
	}
	names := strings.Join(none[:min(len(none), 5)], ", ")
	if len(none) > 5 {
		names += fmt.Sprintf(" and %d more", len(none)-5)
	}
	return []string{fmt.Sprintf("the scorecard found no information in %d of %d columns on %d rows, %d of them bad: %s",
		len(none), len(c.Features), c.All.Rows, c.All.Bads, names)}
}

// label names the codes low to high.
func label(f scoring.Feature, low, high uint8) string {
	if high == 0 {
		return "missing"
	}
	name := f.Label
	if name == nil {
		name = func(c uint8) string { return strconv.Itoa(int(c)) }
	}
	if last := uint8(min(int(high), f.Levels)); last > low {
		return name(low) + " to " + name(last)
	}
	return name(low)
}

// finish rounds the coefficients (the intercept first), gives every bin its log-odds and points and
// builds the lookup table.
func (c *Card) finish(beta []float64) {
	c.Intercept = score(beta[0])
	for j := range c.Features {
		f := &c.Features[j]
		f.Coefficient = grid(beta[j+1])
		if f.Coefficient == 0 && f.Left == "" {
			f.Left = LeftWrongSign
		}
		for k := range f.Bins {
			b := &f.Bins[k]
			b.LogOdds = score(float64(f.Coefficient * b.WoE))
			b.Points = c.Scale.points(-b.LogOdds)
		}
	}
	c.build()
}

// score rounds a part of a score to a multiple of 2⁻²⁰ between −1024 and 1024.
func score(x float64) float64 { return grid(math.Max(-1024, math.Min(1024, x))) }

// build makes the lookup table from the exported fields.
func (c *Card) build() {
	c.base = int64(c.Intercept * unit)
	c.table = make([][256]int32, len(c.Features))
	for j, f := range c.Features {
		for _, b := range f.Bins {
			for code := int(b.Low); code <= int(b.High); code++ {
				c.table[j][code] = int32(b.LogOdds * unit)
			}
		}
	}
}

// points turns a difference in log-odds of a good outcome into points.
func (s Scale) points(x float64) int {
	return int(math.Floor(float64(x*s.Double/math.Ln2) + 0.5))
}

// BasePoints are the points of a row whose every bin is average; the points of its bins are added.
//
//	BasePoints = Base + Double·(−Intercept − ln Odds)/ln 2
func (c *Card) BasePoints() int {
	over := -c.Intercept - logit.Log(c.Scale.Odds)
	return int(math.Floor(c.Scale.Base + float64(over*c.Scale.Double/math.Ln2) + 0.5))
}

// Points returns the score that a clerk gets from the printed table: base points plus the points of
// the row's bins. Every term is rounded, so it may be off by half a point per feature; the model is
// [Card.LogOdds].
func (c *Card) Points(row []uint8) int {
	sum := c.BasePoints()
	for j, code := range row {
		sum += c.Scale.points(-float64(c.table[j][code]) / unit)
	}
	return sum
}

// LogOdds returns the log-odds of a bad outcome: Intercept plus the LogOdds of the row's bins. The
// sum is exact.
func (c *Card) LogOdds(row []uint8) float64 {
	if len(row) != len(c.table) {
		panic("scorecard: internal error: row does not have the card's features")
	}
	sum := c.base
	for j, code := range row {
		sum += int64(c.table[j][code])
	}
	return float64(sum) / unit
}

// ScoreTable writes the log-odds of every row of t to out.
//
// Accuracy: equal to [Card.LogOdds], exactly below 16, beyond rounded to float32.
// Cost: one table lookup per value.
func (c *Card) ScoreTable(t *scoring.Table, out []float32, workers int) {
	if len(t.Features) != len(c.table) || len(out) != t.Rows() {
		panic("scorecard: internal error: table does not have the card's features or out its rows")
	}
	d := len(c.table)
	split(len(out), workers, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := t.Code[i*d : (i+1)*d : (i+1)*d]
			table, sum := c.table[:len(row)], c.base
			for j, code := range row {
				sum += int64(table[j][code])
			}
			out[i] = float32(float64(sum) / unit)
		}
	})
}

var _ scoring.Model = (*Card)(nil)
