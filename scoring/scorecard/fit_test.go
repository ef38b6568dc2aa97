package scorecard

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"overshare/scoring"
	"overshare/scoring/internal/quad"
	"overshare/sim/rng"
)

// newtonTwin is the slow, obvious fit: float64 sums over all rows, full Newton steps with gonum's
// Cholesky, the same penalty, on the features that the card kept.
func newtonTwin(t *testing.T, table *scoring.Table, c *Card, ridge float64) []float64 {
	var cols []int
	for j, f := range c.Features {
		if f.Left == "" {
			cols = append(cols, j)
		}
	}
	n := len(cols) + 1
	beta := mat.NewVecDense(n, nil)
	for range 8 {
		g, h := mat.NewVecDense(n, nil), mat.NewSymDense(n, nil)
		for i, bad := range table.Bad {
			x := mat.NewVecDense(n, nil)
			x.SetVec(0, 1)
			for k, j := range cols {
				x.SetVec(k+1, woeOf(c.Features[j], table.Row(i)[j]))
			}
			p, w, y := 1/(1+math.Exp(-mat.Dot(beta, x))), 1.0, 0.0
			if table.Weight != nil {
				w = float64(table.Weight[i])
			}
			if bad {
				y = 1
			}
			g.AddScaledVec(g, w*(p-y), x)
			h.SymRankOne(h, w*p*(1-p), x)
		}
		for k := 1; k < n; k++ {
			g.SetVec(k, g.AtVec(k)+ridge*beta.AtVec(k))
			h.SetSym(k, k, h.At(k, k)+ridge)
		}
		var chol mat.Cholesky
		if !chol.Factorize(h) {
			t.Fatal("Hessian of the twin is singular")
		}
		var d mat.VecDense
		if err := chol.SolveVecTo(&d, g); err != nil {
			t.Fatal(err)
		}
		beta.SubVec(beta, &d)
	}
	out := make([]float64, len(c.Features)+1)
	out[0] = beta.AtVec(0)
	for k, j := range cols {
		out[j+1] = beta.AtVec(k + 1)
	}
	return out
}

func woeOf(f Feature, code uint8) float64 {
	for _, b := range f.Bins {
		if b.Low <= code && code <= b.High {
			return b.WoE
		}
	}
	return math.NaN()
}

// The fit with integer sums, a sample and learnt steps ends where the float64 twin ends. Tolerance:
// the grid of coefficients, 2⁻²¹ = 5e-7, and tolerance/curvature = 1e-9/1e-3.
func TestFitAgainstNewton(t *testing.T) {
	table := made(12, 270_000, 4)
	for _, weighted := range []bool{false, true} {
		if weighted {
			weigh(table)
		}
		c, err := Train(table, Defaults())
		if err != nil {
			t.Fatal(err)
		}
		if c.Fit.Sample == 0 || !c.Fit.Converged || c.Fit.Passes > 12 {
			t.Errorf("fit %+v: want a sample, convergence and at most 12 passes", c.Fit)
		}
		want := newtonTwin(t, table, c, 1)
		if math.Abs(c.Intercept-want[0]) > 2e-6 {
			t.Errorf("weighted %v: intercept %v, want %v", weighted, c.Intercept, want[0])
		}
		for j, f := range c.Features {
			if math.Abs(f.Coefficient-want[j+1]) > 2e-6 {
				t.Errorf("weighted %v: %s %v, want %v", weighted, f.Name, f.Coefficient, want[j+1])
			}
		}
	}
}

// A sample that misleads (equal rows are chosen together, so few distinct rows make a poor sample)
// costs passes and nothing else.
func TestPoorSample(t *testing.T) {
	table := made(13, 270_000, 3)
	for i, c := range table.Code {
		table.Code[i] = (c + 84) / 85 // at most four codes
	}
	c, err := Train(table, Defaults())
	if err != nil {
		t.Fatal(err)
	}
	want := newtonTwin(t, table, c, 1)
	for j, f := range c.Features {
		if c.Fit.Sample == 0 || !c.Fit.Converged || math.Abs(f.Coefficient-want[j+1]) > 2e-6 {
			t.Errorf("%s: %v, want %v, fit %+v", f.Name, f.Coefficient, want[j+1], c.Fit)
		}
	}
}

// Features that say the same share a coefficient; nearly the same ones stay finite. How the share is
// cut is decided by the ridge alone, whose curvature is 1 in 200,000 rows: a gradient of 1e-9 a row
// leaves 2e-4 open there.
func TestDuplicates(t *testing.T) {
	one := made(14, 200_000, 3)
	two := &scoring.Table{Features: append(one.Features, one.Features...), Bad: one.Bad}
	near := &scoring.Table{Features: two.Features, Bad: one.Bad}
	s := rng.Open(1, rng.PurposeModel, 77)
	for i := range one.Bad {
		row := one.Row(i)
		two.Code = append(append(two.Code, row...), row...)
		near.Code = append(append(near.Code, row...), row...)
		if at := len(near.Code) - 3; s.Uniform(uint64(i)) < 1e-4 {
			near.Code[at] = 1
		}
	}
	a, errA := Train(one, Defaults())
	b, errB := Train(two, Defaults())
	c, errC := Train(near, Defaults())
	if errA != nil || errB != nil || errC != nil {
		t.Fatal(errA, errB, errC)
	}
	for j, f := range a.Features {
		x, y := b.Features[j].Coefficient, b.Features[j+3].Coefficient
		if math.Abs(x-y) > 1e-3 || math.Abs(x+y-f.Coefficient) > 1e-3 {
			t.Errorf("%s: %v and %v, want half of %v each", f.Name, x, y, f.Coefficient)
		}
	}
	if !b.Fit.Converged || !c.Fit.Converged {
		t.Errorf("duplicates %+v, near duplicates %+v", b.Fit, c.Fit)
	}
	for i := range 1000 {
		if x, y := a.LogOdds(one.Row(i)), b.LogOdds(two.Row(i)); math.Abs(x-y) > 1e-3 {
			t.Fatalf("row %d: %v alone, %v doubled", i, x, y)
		}
	}
}

// A feature that helps only with the wrong sign is out, and says so.
func TestWrongSign(t *testing.T) {
	table := peerTable(t)
	table.Weight = nil
	c, err := Train(table, peerOptions())
	if err != nil {
		t.Fatal(err)
	}
	if f := c.Features[2]; f.Coefficient != 0 || f.Left != LeftWrongSign || f.IV < 0.1 {
		t.Errorf("suppressor: coefficient %v, left %q, IV %v", f.Coefficient, f.Left, f.IV)
	}
}

// Constant and all-missing features carry nothing; without features the card is the base rate.
func TestNothingToLearnFrom(t *testing.T) {
	table := &scoring.Table{Features: []scoring.Feature{{Name: "gone", Levels: 9}, {Name: "same", Levels: 9}}}
	for i := range 1000 {
		table.Code = append(table.Code, 0, 4)
		table.Bad = append(table.Bad, i%40 == 0)
	}
	empty := &scoring.Table{Bad: table.Bad}
	for _, x := range []*scoring.Table{table, empty} {
		c, err := Train(x, Defaults())
		if err != nil {
			t.Fatal(err)
		}
		row := []uint8{3, 9}[:len(x.Features)]
		if got, want := c.LogOdds(row), math.Log(1.0/39); math.Abs(got-want) > 1e-6 || !c.Fit.Converged {
			t.Errorf("%d features: log-odds %v, want %v, fit %+v", len(row), got, want, c.Fit)
		}
		for _, f := range c.Features {
			if f.Left != LeftNoInformation || f.Coefficient != 0 {
				t.Errorf("%s is in the card: %+v", f.Name, f)
			}
		}
	}
}

// A perfect feature has a finite, huge coefficient, and the fit ends.
func TestPerfectFeature(t *testing.T) {
	c, err := Train(small([]int{0, 5000, 5000}, []int{0, 0, 5000}), Defaults())
	if err != nil {
		t.Fatal(err)
	}
	if c.LogOdds([]uint8{1}) > -5 || c.LogOdds([]uint8{2}) < 5 || !c.Fit.Converged {
		t.Errorf("log-odds %v and %v, fit %+v", c.LogOdds([]uint8{1}), c.LogOdds([]uint8{2}), c.Fit)
	}
}

// A curvature that is far too small makes a step far too long: it must be cut back until the slope
// along it is no steeper than at the start.
func TestStepIsCutBack(t *testing.T) {
	table := made(15, 20_000, 3)
	o := Defaults()
	n, err := count(table, 1)
	if err != nil {
		t.Fatal(err)
	}
	c := &Card{Features: bestBins(table, n, o)}
	f := &fitter{layOut(c.Features), o, &c.Fit}
	packed := f.pack(table, 1)
	beta := make([]float64, len(f.place)+1)
	beta[0] = -3
	g := f.gradient(packed, beta)
	next, gNext, ok := f.step(packed, beta, g, f.hessian(packed, beta, 0.02))
	if d := minus(next, beta); !ok || len(beta) < 3 || quad.Dot(gNext, d) > -0.9*quad.Dot(g, d) {
		t.Errorf("ok %v, slope %v after %v", ok, quad.Dot(gNext, d), quad.Dot(g, d))
	}
}
