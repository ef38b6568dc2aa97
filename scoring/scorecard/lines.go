package scorecard

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// A Line is one row of the printed card: the base, or one bin of one feature.
type Line struct {
	Feature     string
	Bin         string  // what the bin holds; "base" on the first line
	Rows        int64   // training rows in the bin
	Bads        int64   // bad ones of them
	BadRate     float64 // weight of the bads over weight of the rows; see HasRate
	HasRate     bool    // false if no row was in the bin: BadRate is undefined, an empty cell
	WoE         float64 // see [WoE]; 0 on the base line
	IV          float64 // the bin's part of the feature's information value
	Coefficient float64 // of the feature; 0 if it is left out
	LogOdds     float64 // what the bin adds to the log-odds of a bad outcome
	Points      int     // what the bin adds to the points; higher = safer
	Left        string  // why the feature is left out, or empty
}

// Table returns the card as lines: the base, then every bin of every feature, in the order of the
// features, the missing bin first.
func (c *Card) Table() []Line {
	out := []Line{{Bin: "base", LogOdds: c.Intercept, Points: c.BasePoints()}}
	out[0].count(c.All)
	for _, f := range c.Features {
		for _, b := range f.Bins {
			l := Line{Feature: f.Name, Bin: b.Label, WoE: b.WoE, IV: b.IV, Coefficient: f.Coefficient,
				LogOdds: b.LogOdds, Points: b.Points, Left: f.Left}
			l.count(b.Count)
			out = append(out, l)
		}
	}
	return out
}

// count fills in the rows of a line.
func (l *Line) count(n Count) {
	l.Rows, l.Bads = n.Rows, n.Bads
	if n.Weight > 0 {
		l.BadRate, l.HasRate = n.BadWeight/n.Weight, true
	}
}

// WriteText prints the card for people: aligned columns, rounded numbers, an empty cell where a
// number is undefined.
func (c *Card) WriteText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "feature\tbin\trows\tbads\tbad rate\tWoE\tIV\tcoefficient\tpoints\tnote\t")
	last := ""
	for _, l := range c.Table() {
		rate, woe, iv, coef, name := "", "", "", "", ""
		if l.HasRate {
			rate = fmt.Sprintf("%.2f %%", 100*l.BadRate)
		}
		if l.Feature != "" {
			woe, iv, coef = fmt.Sprintf("%+.3f", l.WoE), fmt.Sprintf("%.4f", l.IV), fmt.Sprintf("%.3f", l.Coefficient)
		}
		if l.Feature != last {
			name, last = l.Feature, l.Feature
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%s\t%s\t%s\t%s\t%+d\t%s\t\n",
			name, l.Bin, l.Rows, l.Bads, rate, woe, iv, coef, l.Points, l.Left)
	}
	return t.Flush()
}
