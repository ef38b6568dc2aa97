package scorecard

import (
	"math"
	"testing"

	"overshare/scoring"
)

// Bins that share bytes are found again: for every row with a weight, every byte says the WoE of each feature
// in it, and the gradient is that of the rows taken one by one.
func TestPackedRows(t *testing.T) {
	for _, weighted := range []bool{false, true} {
		table := made(16, 20_000, 11)
		if weighted {
			weigh(table)
		}
		o := Defaults()
		n, err := count(table, 1)
		if err != nil {
			t.Fatal(err)
		}
		c := &Card{Features: bestBins(table, n, o)}
		f := &fitter{layOut(c.Features), o, &c.Fit}
		if f.width >= len(f.place) {
			t.Fatalf("%d features in %d bytes: nothing is packed", len(f.place), f.width)
		}
		packed := f.pack(table, 3)
		beta := make([]float64, len(f.place)+1)
		for k := range beta {
			beta[k] = 0.3*float64(k%4) - 3*math.Max(0, float64(1-k))
		}
		want, row := make([]float64, len(beta)), 0
		for i := range table.Bad {
			if weight(table, i) == 0 {
				continue
			}
			addRow(t, want, table, i, packed.Row(row), f, c, beta)
			row++
		}
		if row != packed.Rows() || weighted == (packed.Weight == nil) {
			t.Fatalf("weighted %v: %d rows packed, want %d; weights: %v", weighted, packed.Rows(), row, packed.Weight != nil)
		}
		for k, g := range f.gradient(packed, beta) {
			if k > 0 {
				want[k] += o.Ridge * beta[k]
			}
			if math.Abs(g-want[k]) > 1e-3 { // weights are multiples of 2⁻²⁰ there
				t.Errorf("weighted %v: component %d is %v, want %v", weighted, k, g, want[k])
			}
		}
	}
}

// addRow adds row i to a gradient, by its codes, and holds its packed bytes against them.
func addRow(t *testing.T, g []float64, table *scoring.Table, i int, packed []uint8, f *fitter, c *Card, beta []float64) {
	t.Helper()
	x, eta := make([]float64, len(g)), 0.0
	x[0] = 1
	for k := range f.place {
		p := &f.place[k]
		x[k+1] = woeOf(c.Features[p.feature], table.Row(i)[p.feature])
		if got := p.woe[p.of(int(packed[p.at]))]; got != x[k+1] {
			t.Fatalf("row %d, %s: WoE %v in the byte, %v by code", i, c.Features[p.feature].Name, got, x[k+1])
		}
	}
	for k := range g {
		eta += beta[k] * x[k]
	}
	r, w := 1/(1+math.Exp(-eta)), 1.0
	if table.Bad[i] {
		r--
	}
	if table.Weight != nil {
		w = float64(table.Weight[i])
	}
	for k := range g {
		g[k] += w * r * x[k]
	}
}
