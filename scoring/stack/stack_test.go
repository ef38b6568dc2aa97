package stack

import (
	"math"
	"slices"
	"testing"

	"overshare/scoring/calibrate/logit"
	"overshare/sim/rng"
)

func normal(s rng.Stream, i uint64) float64 {
	return math.Sqrt(-2*math.Log(s.Uniform(2*i))) * math.Cos(2*math.Pi*s.Uniform(2*i+1))
}

// world draws bills whose true log-odds a good candidate sees with noise and in another scale, a second
// sees worse, and the rest not at all.
func world(seed uint64, rows, useless int) (x [][]float64, bad []bool) {
	x = make([][]float64, 2+useless)
	for i := range rows {
		s := rng.Open(seed, rng.PurposeModel, uint64(i))
		signal := normal(s, 0)
		bad = append(bad, s.Uniform(1000) < logit.P(-2.5+1.2*signal))
		x[0] = append(x[0], -1+0.8*(signal+0.5*normal(s, 1)))
		x[1] = append(x[1], -3+signal+0.8*normal(s, 2))
		for k := range useless {
			x[2+k] = append(x[2+k], -2+normal(s, uint64(3+k)))
		}
	}
	return x, bad
}

func fit(t *testing.T, x [][]float64, bad []bool, o Options) *Stack {
	t.Helper()
	s, err := Fit(x, bad, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// loss is the mean log loss on other rows.
func loss(s *Stack, x [][]float64, bad []bool) float64 {
	sum, row := 0.0, make([]float64, len(x))
	for i, b := range bad {
		for k := range x {
			row[k] = x[k][i]
		}
		eta := s.LogOdds(row)
		if b {
			eta = -eta
		}
		sum += softplus(eta)
	}
	return sum / float64(len(bad))
}

// One more candidate costs at most the noise of one more weight: half a nat per fit, by the classical
// expansion 1/(2n) a parameter, and less because half of the useless weights are 0. A useful one gains.
// 40 worlds of 2,000 bills; standard error of the mean excess about 0.1 nats per fit.
func TestMoreCandidatesNeverCost(t *testing.T) {
	const worlds, rows, tests = 40, 2000, 20000
	excess := make([]float64, 7)
	gain := 0.0
	for w := range uint64(worlds) {
		x, bad := world(100+w, rows, 6)
		tx, tb := world(900+w, tests, 6)
		one := loss(fit(t, x[:1], bad, Defaults(0.1)), tx[:1], tb)
		base := loss(fit(t, x[:2], bad, Defaults(0.1)), tx[:2], tb)
		gain += (one - base) * rows / worlds
		for k := 1; k <= 6; k++ {
			excess[k] += (loss(fit(t, x[:2+k], bad, Defaults(0.1)), tx[:2+k], tb) - base) * rows / worlds
		}
	}
	t.Logf("second candidate gains %.2f nats per fit; useless ones cost %.2f", gain, excess[1:])
	if gain < 5 {
		t.Errorf("the second candidate gains %g nats per fit", gain)
	}
	for k := 1; k <= 6; k++ {
		if limit := 0.5*float64(k) + 0.5; excess[k] > limit {
			t.Errorf("%d useless candidates cost %.2f nats per fit, stated %.2f", k, excess[k], limit)
		}
	}
}

func TestUselessCandidateGetsNoWeight(t *testing.T) {
	x, bad := world(7, 50000, 2)
	for i := range x[3] { // one that points the wrong way
		x[3][i] = -4 - x[0][i]
	}
	s := fit(t, x, bad, Defaults(0.1))
	// standard error of a weight: 1/√(Σ p(1−p)) = 0.017 at 3,400 bad bills
	if s.Weight[2] > 0.06 || s.Weight[3] != 0 || s.Weight[0] < 0.5 || s.Weight[1] < 0.05 {
		t.Errorf("weights %.3f", s.Weight)
	}
	if s.Gradient > 1e-6 || s.Steps > 20 {
		t.Errorf("gradient %g after %d steps", s.Gradient, s.Steps)
	}
}

// No rows, or one class: the prior combination, to the bit.
func TestPriorWithoutEvidence(t *testing.T) {
	x, bad := world(8, 500, 0)
	good := make([]bool, len(bad))
	o := Defaults(0.03)
	o.Weights, o.Centre = []float64{0.5, 0.25}, []float64{-1, -3}
	for name, s := range map[string]*Stack{"no rows": fit(t, [][]float64{{}, {}}, nil, o), "one class": fit(t, x, good, o)} {
		if s.Shift != 0 || !slices.Equal(s.Weight, o.Weights) {
			t.Errorf("%s: %+v", name, s)
		}
		if got, want := s.LogOdds([]float64{1, -3}), logit.Of(0.03)+1; math.Abs(got-want) > 1e-15 {
			t.Errorf("%s: log-odds %g, want %g", name, got, want)
		}
		if got := s.LogOdds([]float64{math.NaN(), math.NaN()}); got != logit.Of(0.03) {
			t.Errorf("%s: log-odds without a score %g", name, got)
		}
	}
	if s := fit(t, x, good, Defaults(0.03)); s.LogOdds([]float64{5, 5}) != logit.Of(0.03) {
		t.Errorf("no prior weight: %+v", s)
	}
}

// From no bill to many the weights move in small steps: ten more bills move a weight by at most what they can weigh
// beside the n before them and the prior, about 120/(n + 100). A rule that changes models at some count would jump by 0.5.
func TestThereIsNoThreshold(t *testing.T) {
	x, bad := world(9, 4000, 0)
	o := Defaults(0.1)
	o.Weights, o.Centre = []float64{0.5, 0.5}, []float64{-1, -3}
	last := slices.Clone(o.Weights)
	for n := 10; n <= 4000; n += 10 { // 0 bills: TestPriorWithoutEvidence
		s := fit(t, [][]float64{x[0][:n], x[1][:n]}, bad[:n], o)
		for k, w := range s.Weight {
			if d := math.Abs(w - last[k]); d > 120/float64(n+100) {
				t.Errorf("from %d to %d bills weight %d goes from %g to %g", n-10, n, k, last[k], w)
			}
			last[k] = w
		}
	}
}

// Any order of the rows, the same bytes; a row of weight 2 is two rows.
func TestRowsAreASet(t *testing.T) {
	x, bad := world(10, 3000, 1)
	a := fit(t, x, bad, Defaults(0.1))
	rx, rb := make([][]float64, len(x)), slices.Clone(bad)
	slices.Reverse(rb)
	for k := range x {
		rx[k] = slices.Clone(x[k])
		slices.Reverse(rx[k])
	}
	b := fit(t, rx, rb, Defaults(0.1))
	if !slices.Equal(a.Weight, b.Weight) || a.Intercept != b.Intercept {
		t.Errorf("%+v, reversed %+v", a, b)
	}
	w, twice := make([]float64, len(bad)), [][]float64{{}, {}, {}}
	var tb []bool
	for i := range bad {
		w[i] = float64(1 + i%2)
		for range 1 + i%2 {
			tb = append(tb, bad[i])
			for k := range x {
				twice[k] = append(twice[k], x[k][i])
			}
		}
	}
	c, err := Fit(x, bad, w, Defaults(0.1))
	d := fit(t, twice, tb, Defaults(0.1))
	if err != nil || math.Abs(c.Weight[0]-d.Weight[0]) > 2e-7 || math.Abs(c.Intercept-d.Intercept) > 2e-7 {
		t.Errorf("%v: weights %v, twice the rows %v", err, c.Weight, d.Weight)
	}
}

func TestMistakes(t *testing.T) {
	for name, err := range map[string]error{
		"prior":   second(Fit(nil, nil, nil, Options{Prior: 1, Shrink: 1})),
		"shrink":  second(Fit(nil, nil, nil, Options{Prior: 0.5})),
		"shape":   second(Fit([][]float64{{1}}, nil, nil, Defaults(0.1))),
		"weights": second(Fit([][]float64{{1}}, []bool{true}, []float64{-1}, Defaults(0.1))),
		"centres": second(Fit([][]float64{{1}}, []bool{true}, nil, Options{Prior: 0.1, Shrink: 1, Centre: []float64{1, 2}})),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func second(_ *Stack, err error) error { return err }
