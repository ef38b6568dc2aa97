package scorecard

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"overshare/scoring"
	"overshare/sim/rng"
)

// saved trains and returns the card as bytes.
func saved(t *testing.T, table *scoring.Table, workers int) string {
	t.Helper()
	o := Defaults()
	o.Workers = workers
	c, err := Train(table, o)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Fit.Converged {
		t.Errorf("not converged: %+v", c.Fit)
	}
	text, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// weigh gives every row a weight between 0 and 4 that depends on its place, some 0.
func weigh(t *scoring.Table) {
	s := rng.Open(5, rng.PurposeModel, 5)
	for i := range t.Bad {
		t.Weight = append(t.Weight, max(0, float32(4.2*s.Uniform(uint64(i))-0.2)))
	}
}

// The same bytes for 1, 2 and 7 workers and for rows in another order; the table is larger than the
// sample, so that every step of the fit takes part. The order of the rows is seen by a float sum.
func TestSameBytes(t *testing.T) {
	for _, weighted := range []bool{false, true} {
		table := made(7, 300_000, 9)
		if weighted {
			weigh(table)
		}
		want := saved(t, table, 1)
		if strings.Contains(want, `"Sample": 0`) {
			t.Fatal("no sample was taken")
		}
		for _, workers := range []int{2, 7} {
			if saved(t, table, workers) != want {
				t.Errorf("weighted %v: other bytes with %d workers", weighted, workers)
			}
		}
		if saved(t, shuffled(table, 1), 2) != want {
			t.Errorf("weighted %v: other bytes for shuffled rows", weighted)
		}
		table.Bad[12345] = !table.Bad[12345]
		if saved(t, table, 2) == want {
			t.Errorf("weighted %v: one outcome turned and nothing changed", weighted)
		}
	}
}

// A weight of 2 is the row twice; a weight of 0 is no row. (Rows and bads count rows, so only the
// numbers that follow from weights are compared.)
func TestWeightsCountRows(t *testing.T) {
	once := made(8, 20_000, 4)
	twice := &scoring.Table{Features: once.Features}
	for i, bad := range once.Bad {
		w := float32(i % 3)
		once.Weight = append(once.Weight, w)
		for range i % 3 {
			twice.Code = append(twice.Code, once.Row(i)...)
			twice.Bad = append(twice.Bad, bad)
		}
	}
	o := Defaults()
	o.Evidence, o.MinBads = 0, 0
	a, errA := Train(once, o)
	b, errB := Train(twice, o)
	if err := errors.Join(errA, errB); err != nil {
		t.Fatal(err)
	}
	for i := range 500 {
		if x, y := a.LogOdds(once.Row(i)), b.LogOdds(once.Row(i)); math.Abs(x-y) > 1e-5 {
			t.Fatalf("row %d: %v with weights, %v with copies", i, x, y)
		}
	}
}

func TestScoreTable(t *testing.T) {
	table := made(9, 30_000, 7)
	table.Features[1].Label = func(c uint8) string { return strings.Repeat("<&>", int(c)) }
	c, err := Train(table, Defaults())
	if err != nil {
		t.Fatal(err)
	}
	one, seven := make([]float32, table.Rows()), make([]float32, table.Rows())
	c.ScoreTable(table, one, 1)
	c.ScoreTable(table, seven, 7)
	for i := range one {
		if want := c.slowLogOdds(table.Row(i)); c.LogOdds(table.Row(i)) != want || float64(one[i]) != want || one[i] != seven[i] {
			t.Fatalf("row %d: %v, %v, %v, want %v", i, c.LogOdds(table.Row(i)), one[i], seven[i], want)
		}
	}
}

// slowLogOdds adds up the printed lines.
func (c *Card) slowLogOdds(row []uint8) float64 {
	sum := c.Intercept
	for j, f := range c.Features {
		for _, b := range f.Bins {
			if b.Low <= row[j] && row[j] <= b.High {
				sum += b.LogOdds
			}
		}
	}
	return sum
}

// Points: half the odds of a bad outcome are Double points more; the base line stands for its odds.
func TestPoints(t *testing.T) {
	c := &Card{Intercept: 0, Scale: Scale{Base: 600, Odds: 30, Double: 20}, Features: []Feature{{Coefficient: 1,
		Bins: []Bin{{WoE: grid(math.Ln2)}, {Low: 1, High: 255, WoE: grid(-3 * math.Ln2)}}}}}
	c.finish([]float64{-math.Log(60), 1})
	if got := c.BasePoints(); got != 620 {
		t.Errorf("base points %d, want 620 at odds 60", got)
	}
	if a, b := c.Points([]uint8{0}), c.Points([]uint8{9}); a != 600 || b != 680 {
		t.Errorf("points %d and %d, want 600 and 680", a, b)
	}
}

func TestTableIsComplete(t *testing.T) {
	table := made(9, 30_000, 5)
	c, err := Train(table, Defaults())
	if err != nil {
		t.Fatal(err)
	}
	lines := c.Table()
	rows, bads := map[string]int64{}, map[string]int64{}
	for _, l := range lines {
		rows[l.Feature] += l.Rows
		bads[l.Feature] += l.Bads
		if l.HasRate != (l.Rows > 0) || l.HasRate && math.Abs(l.BadRate*float64(l.Rows)-float64(l.Bads)) > 1e-6 {
			t.Errorf("rate of line %+v", l)
		}
	}
	if len(rows) != 6 {
		t.Errorf("%d features in the lines, want 5 and the base", len(rows))
	}
	for f := range rows {
		if rows[f] != 30_000 || bads[f] != bads[""] {
			t.Errorf("%s: %d rows, %d bads, want 30000, %d", f, rows[f], bads[f], bads[""])
		}
	}
	var b strings.Builder
	if err := c.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(b.String(), "\n"); got != len(lines)+1 || !strings.Contains(b.String(), "missing") {
		t.Errorf("%d printed lines, want %d:\n%s", got, len(lines)+1, b.String())
	}
}

func TestOneClass(t *testing.T) {
	table := made(1, 1000, 3)
	clear(table.Bad)
	none := &scoring.Table{Features: table.Features}
	zero := &scoring.Table{Features: table.Features, Code: table.Code, Bad: made(1, 1000, 3).Bad, Weight: make([]float32, 1000)}
	for name, x := range map[string]*scoring.Table{"no bads": table, "no rows": none, "no weight": zero, "one row": small([]int{0, 1}, []int{0, 1})} {
		if _, err := Train(x, Defaults()); !errors.Is(err, ErrOneClass) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for i := range table.Bad {
		table.Bad[i] = true
	}
	if _, err := Train(table, Defaults()); !errors.Is(err, ErrOneClass) {
		t.Errorf("no goods: error %v", err)
	}
}

func TestFaultyInput(t *testing.T) {
	for want, spoil := range map[string]func(*scoring.Table, *Options){
		"whole number of rows":  func(x *scoring.Table, o *Options) { x.Code = x.Code[1:] },
		"outcomes for 100 rows": func(x *scoring.Table, o *Options) { x.Bad = x.Bad[1:] },
		"weights for 100 rows":  func(x *scoring.Table, o *Options) { x.Weight = make([]float32, 7) },
		"weight of row 3":       func(x *scoring.Table, o *Options) { x.Weight = make([]float32, 100); x.Weight[3] = -1 },
		"weight of row 99": func(x *scoring.Table, o *Options) {
			x.Weight = make([]float32, 100)
			x.Weight[99] = float32(math.NaN())
		},
		"says that its highest": func(x *scoring.Table, o *Options) { x.Features[1].Levels = 2 },
		"MaxBins is 0":          func(x *scoring.Table, o *Options) { o.MaxBins = 0 },
		"Ridge is NaN":          func(x *scoring.Table, o *Options) { o.Ridge = math.NaN() },
		"Trend is up":           func(x *scoring.Table, o *Options) { o.Trend = "up" },
		"start from Defaults":   func(x *scoring.Table, o *Options) { *o = Options{} },
	} {
		table, o := made(1, 100, 3), Defaults()
		table.Bad[5], table.Bad[6] = true, false
		spoil(table, &o)
		o.Workers = 3
		if _, err := Train(table, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
