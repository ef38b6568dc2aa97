package gbdt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"overshare/scoring"
	"overshare/sim/rng"
	"pgregory.net/rapid"
)

func modelBytes(t testing.TB, m *Model) []byte {
	t.Helper()
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// weights gives a table uneven weights with no common unit, some of them 0.
func weights(t *scoring.Table, seed uint64) {
	t.Weight = make([]float32, t.Rows())
	for i := range t.Weight {
		if u := rng.Open(seed, rng.PurposeModel, uint64(i)).Uniform(500); u > 0.05 {
			t.Weight[i] = float32(-log(u))
		}
	}
}

// permuted returns the rows in another order.
func permuted(t *scoring.Table, seed uint64) *scoring.Table {
	order := make([]int, t.Rows())
	for i := range order {
		order[i] = i
	}
	s := rng.Open(seed, rng.PurposeModel, 0)
	for i := len(order) - 1; i > 0; i-- {
		k := rng.Below(s.At(uint64(i)), uint64(i+1))
		order[i], order[k] = order[k], order[i]
	}
	return picked(t, order)
}

// picked returns the rows named, in that order.
func picked(t *scoring.Table, rows []int) *scoring.Table {
	p := &scoring.Table{Features: t.Features}
	for _, i := range rows {
		p.Code = append(p.Code, t.Row(i)...)
		p.Bad = append(p.Bad, t.Bad[i])
		if t.Weight != nil {
			p.Weight = append(p.Weight, t.Weight[i])
		}
		if t.When != nil {
			p.When = append(p.When, t.When[i])
		}
	}
	return p
}

// Workers and row order change nothing, to the byte, with and without weights. 40,000 rows are cut into
// pieces for the workers at the root and the levels below it.
func TestSameBytesForAnyWorkersAndOrder(t *testing.T) {
	for _, weighted := range []bool{false, true} {
		table := synth(40_000, 2)
		if weighted {
			weights(table, 3)
		}
		o := Defaults()
		o.Trees, o.Workers = 8, 1
		want := modelBytes(t, mustTrain(t, table, o))
		for _, workers := range []int{2, 7} {
			o.Workers = workers
			if got := modelBytes(t, mustTrain(t, table, o)); !bytes.Equal(got, want) {
				t.Errorf("weighted %v: %d workers give another model than 1", weighted, workers)
			}
		}
		if got := modelBytes(t, mustTrain(t, permuted(table, 4), o)); !bytes.Equal(got, want) {
			t.Errorf("weighted %v: another order of the rows gives another model", weighted)
		}
	}
}

// A row of weight k counts exactly like k rows, a row of weight 0 like none.
func TestWeightIsRepetition(t *testing.T) {
	once := synth(3000, 5)
	var repeated []int
	once.Weight = make([]float32, once.Rows())
	for i := range once.Weight {
		once.Weight[i] = float32(i % 4)
		for range i % 4 {
			repeated = append(repeated, i)
		}
	}
	often := picked(once, repeated)
	often.Weight = nil
	o := Defaults()
	o.Trees = 20
	o.ValidShare = 0
	a, b := mustTrain(t, once, o), mustTrain(t, often, o)
	a.log, b.log = Log{}, Log{}
	if !bytes.Equal(modelBytes(t, a), modelBytes(t, b)) {
		t.Error("weights and repeated rows give different models")
	}
}

// Multiplying all weights by a constant, with penalty and floor in the same unit, changes no score.
func TestWeightsHaveNoScale(t *testing.T) {
	table := synth(5000, 6)
	weights(table, 7)
	o := Defaults()
	o.Trees, o.ValidShare = 10, 0
	a := mustTrain(t, table, o)
	for i := range table.Weight {
		table.Weight[i] *= 1 << 20
	}
	o.L2, o.MinLeafHessian = o.L2*(1<<20), o.MinLeafHessian*(1<<20)
	b := mustTrain(t, table, o)
	for i := range table.Rows() {
		if x, y := a.LogOdds(table.Row(i)), b.LogOdds(table.Row(i)); x != y {
			t.Fatalf("row %d: %g and %g", i, x, y)
		}
	}
}

// missingTable has one informative feature: bad rises with the code, and rows without it are bad with
// the given probability.
func missingTable(pMissing float64) *scoring.Table {
	const n = 4000
	t := &scoring.Table{Features: []scoring.Feature{{Name: "x", Levels: 10}}, Bad: make([]bool, n)}
	for i := range n {
		s := rng.Open(8, rng.PurposeModel, uint64(i))
		code, p := uint8(i%11), 0.05
		if code > 5 {
			p = 0.6
		}
		if code == scoring.Missing {
			p = pMissing
		}
		t.Code = append(t.Code, code)
		t.Bad[i] = s.Uniform(0) < p
	}
	return t
}

// Missing rows go to the side that they resemble, or stay apart when they resemble neither.
func TestMissingFindsItsSide(t *testing.T) {
	o := Defaults()
	o.Trees, o.MaxLeaves, o.ValidShare, o.LearningRate = 1, 2, 0, 1
	for _, c := range []struct {
		p        float64
		at       uint8
		missLeft bool
	}{{0.05, 5, true}, {0.6, 5, false}, {1, 5, false}} {
		m := mustTrain(t, missingTable(c.p), o)
		at, missLeft := m.trees[0].nodes[0].cutOf()
		if at != c.at || missLeft != c.missLeft {
			t.Errorf("bad share %g of missing: cut at %d, missing left %v; want %d, %v", c.p, at, missLeft, c.at, c.missLeft)
		}
	}
	noise := missingTable(1)
	for i := range noise.Bad {
		noise.Bad[i] = noise.Code[i] == scoring.Missing || i%7 == 0
	}
	m := mustTrain(t, noise, o)
	if at, missLeft := m.trees[0].nodes[0].cutOf(); at != aloneAt || missLeft {
		t.Errorf("only missing matters: cut at %d, missing left %v; want it apart", at, missLeft)
	}
	low, high := m.LogOdds([]uint8{255}), m.LogOdds([]uint8{scoring.Missing})
	if low != m.LogOdds([]uint8{1}) || high <= low {
		t.Errorf("log-odds %g with a value, %g without", low, high)
	}
}

// A node without missing rows sends later ones to its larger side.
func TestMissingUnseenGoesWithTheMany(t *testing.T) {
	o := Defaults()
	o.Trees, o.MaxLeaves, o.ValidShare = 1, 2, 0
	for _, from := range []int{3, 9} { // bad from this code on
		table := &scoring.Table{Features: []scoring.Feature{{Name: "x", Levels: 10}}}
		for i := range 1000 {
			code := 1 + i%10
			table.Code = append(table.Code, uint8(code))
			table.Bad = append(table.Bad, code >= from && i%3 != 0)
		}
		m := mustTrain(t, table, o)
		want := m.LogOdds([]uint8{10})
		if from == 9 {
			want = m.LogOdds([]uint8{1})
		}
		if got := m.LogOdds([]uint8{scoring.Missing}); got != want {
			t.Errorf("bad from %d: missing has %g, the larger side %g", from, got, want)
		}
	}
}

// Whatever the data, the score never moves against a monotone feature: along all its codes, at random
// places in the others, for missing others too.
func TestMonotoneHolds(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64().Draw(r, "seed")
		table := small(rapid.IntRange(30, 400).Draw(r, "rows"), rapid.Uint64Range(2, 40).Draw(r, "levels"), seed%2 == 0, seed)
		for f := range table.Features {
			table.Features[f].Monotone = int8(rapid.IntRange(-1, 1).Draw(r, "monotone"))
		}
		o := Defaults()
		o.Trees, o.ValidShare, o.MinLeafHessian = 12, 0, 0.05
		o.L2 = rapid.Float64Range(0, 2).Draw(r, "l2")
		o.LearningRate = rapid.Float64Range(0.05, 1).Draw(r, "rate")
		m, err := Train(table, o)
		if errors.Is(err, ErrOneClass) {
			return
		}
		if err != nil {
			r.Fatal(err)
		}
		for i := range 20 {
			checkMonotone(r, m, slices.Clone(table.Row(i)))
		}
	})
}

func checkMonotone(r *rapid.T, m *Model, row []uint8) {
	for f, feature := range m.features {
		own := row[f]
		for code := 2; code <= feature.Levels && feature.Monotone != 0; code++ {
			row[f] = uint8(code - 1)
			before := m.LogOdds(row)
			row[f] = uint8(code)
			if d := (m.LogOdds(row) - before) * float64(feature.Monotone); d < 0 {
				r.Fatalf("feature %d (%+d): from code %d to %d the score moves by %g the wrong way", f, feature.Monotone, code-1, code, d)
			}
		}
		row[f] = own
	}
}

// A feature that only works the forbidden way is not used at all.
func TestMonotoneFeatureAgainstTheDataIsUnused(t *testing.T) {
	table := missingTable(0.3)
	o := Defaults()
	o.Trees, o.ValidShare, o.MaxLeaves = 3, 0, 2
	for _, c := range []struct {
		sign int8
		used bool
	}{{1, true}, {-1, false}} {
		table.Features[0].Monotone = c.sign
		m := mustTrain(t, table, o)
		if used := m.LogOdds([]uint8{1}) != m.LogOdds([]uint8{10}); used != c.used {
			t.Errorf("monotone %+d: codes 1 and 10 differ: %v, want %v", c.sign, used, c.used)
		}
		if at, _ := firstCut(m); (at != aloneAt && at != 0) != c.used {
			t.Errorf("monotone %+d: first cut at %d", c.sign, at)
		}
	}
}

// firstCut returns the root's cut of the first tree, 0 if there is none.
func firstCut(m *Model) (at uint8, missLeft bool) {
	if len(m.trees) == 0 {
		return 0, false
	}
	return m.trees[0].nodes[0].cutOf()
}

// Without the constraint the same data do break the order, so the test above can fail.
func TestMonotoneIsNeeded(t *testing.T) {
	table := small(400, 20, false, 9)
	o := Defaults()
	o.ValidShare = 0
	free := mustTrain(t, table, o)
	falls := false
	for code := uint8(2); code <= 20; code++ {
		falls = falls || free.LogOdds([]uint8{code, 5, 5}) < free.LogOdds([]uint8{code - 1, 5, 5})
	}
	if !falls {
		t.Error("the free model happens to be monotone")
	}
}

// The slice held out is the last days, whole; training stops Patience trees after the best loss and
// keeps the trees up to it.
func TestEarlyStopping(t *testing.T) {
	table := synth(6000, 10)
	o := Defaults()
	o.Trees, o.LearningRate, o.Patience = 500, 0.3, 7
	m := mustTrain(t, table, o)
	l := m.Log()
	if l.HeldOutDay != 90 || l.HeldOut != 600 || l.Rows != 5400 {
		t.Errorf("held out %d rows from day %d, learned from %d", l.HeldOut, l.HeldOutDay, l.Rows)
	}
	if l.Stopped != "validation loss" || l.Grown != l.Trees+o.Patience || len(m.trees) != l.Trees {
		t.Errorf("stopped by %q with %d trees grown, %d kept, %d in the model", l.Stopped, l.Grown, l.Trees, len(m.trees))
	}
	if len(l.ValidLoss) != l.Grown+1 || slices.Min(l.ValidLoss) < l.BestLoss-o.MinImprovement || l.BestLoss != l.ValidLoss[l.Trees] {
		t.Errorf("best loss %g of %v", l.BestLoss, l.ValidLoss)
	}
	sum, n := 0.0, 0
	for i := range table.Rows() {
		if table.When[i] >= 90 {
			sum, n = sum+logLoss(m.LogOdds(table.Row(i)), table.Bad[i]), n+1
		}
	}
	if math.Abs(sum/float64(n)-l.BestLoss) > 1e-6 {
		t.Errorf("logged loss %g, loss of the model %g", l.BestLoss, sum/float64(n))
	}
}

// Outcomes of the held-out slice must not reach the trees.
func TestHeldOutRowsAreNotLearnedFrom(t *testing.T) {
	o := Defaults()
	o.Trees, o.Patience = 5, 100
	a := mustTrain(t, synth(3000, 11), o)
	table := synth(3000, 11)
	for i := range table.Bad {
		table.Bad[i] = table.Bad[i] != (table.When[i] >= 90)
	}
	o.MinImprovement = 0
	b := mustTrain(t, table, o)
	n := min(len(a.trees), len(b.trees))
	a.trees, b.trees, a.log, b.log = a.trees[:n], b.trees[:n], Log{}, Log{}
	if !bytes.Equal(modelBytes(t, a), modelBytes(t, b)) {
		t.Error("the outcome of held-out rows changes the trees")
	}
}

func TestConstantFeaturesAreLeftOut(t *testing.T) {
	table := synth(3000, 12)
	for i := range table.Rows() {
		table.Row(i)[0], table.Row(i)[23] = 7, scoring.Missing
	}
	m := mustTrain(t, table, Defaults())
	if got := strings.Join(m.Log().Constant, " "); got != "x00 x23" {
		t.Errorf("constant features: %q", got)
	}
	for f, gain := range m.Importance() {
		if (f == 0 || f == 23) != (gain == 0) && f < 4 {
			t.Errorf("feature %d has gain %g", f, gain)
		}
	}
}

// A table in which nothing varies gives the share of bad rows as its only answer.
func TestNothingToSplit(t *testing.T) {
	table := &scoring.Table{Features: []scoring.Feature{{Name: "x", Levels: 1}}, Code: []uint8{1, 1, 1, 1}, Bad: []bool{true, false, false, false}}
	o := Defaults()
	o.ValidShare = 0
	m := mustTrain(t, table, o)
	if got, want := m.LogOdds([]uint8{1}), math.Log(1.0/3); math.Abs(got-want) > 1e-12 || m.Log().Stopped != "no split left" {
		t.Errorf("log-odds %g, want %g; stopped by %q", got, want, m.Log().Stopped)
	}
}

func TestErrors(t *testing.T) {
	change := func(f func(t *scoring.Table, o *Options)) error {
		table, o := small(50, 5, true, 1), Defaults()
		f(table, &o)
		_, err := Train(table, o)
		return err
	}
	for want, f := range map[string]func(t *scoring.Table, o *Options){
		"no rows":                 func(t *scoring.Table, o *Options) { *t = scoring.Table{Features: t.Features} },
		"same outcome":            func(t *scoring.Table, o *Options) { clear(t.Bad) },
		"held out":                func(t *scoring.Table, o *Options) { clear(t.Weight) },
		"weight of row 3 is -1":   func(t *scoring.Table, o *Options) { t.Weight[3] = -1 },
		"weight of row 4 is NaN":  func(t *scoring.Table, o *Options) { t.Weight[4] = float32(math.NaN()) },
		"weight of row 5 is +Inf": func(t *scoring.Table, o *Options) { t.Weight[5] = float32(math.Inf(1)) },
		"49 weights for 50 rows":  func(t *scoring.Table, o *Options) { t.Weight = t.Weight[1:] },
		"0 outcomes for 50 rows":  func(t *scoring.Table, o *Options) { t.Bad = nil },
		"rows have no day":        func(t *scoring.Table, o *Options) { t.When = nil },
		"1 days for 50 rows":      func(t *scoring.Table, o *Options) { t.When = t.When[:1] },
		"149 codes":               func(t *scoring.Table, o *Options) { t.Code, t.Bad = t.Code[1:], t.Bad[1:] },
		"Monotone":                func(t *scoring.Table, o *Options) { t.Features[1].Monotone = 2 },
		"MaxLeaves is 257":        func(t *scoring.Table, o *Options) { o.MaxLeaves = 257 },
		"LearningRate is NaN":     func(t *scoring.Table, o *Options) { o.LearningRate = math.NaN() },
		"Trees is 0, must be at least 1 (start from gbdt.Defaults)": func(t *scoring.Table, o *Options) { *o = Options{} },
	} {
		if err := change(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
	if err := change(func(t *scoring.Table, o *Options) { clear(t.Bad) }); !errors.Is(err, ErrOneClass) {
		t.Errorf("%v is not ErrOneClass", err)
	}
	if err := change(func(t *scoring.Table, o *Options) { clear(t.Weight) }); !errors.Is(err, ErrNoRows) {
		t.Errorf("%v is not ErrNoRows", err)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	o := Defaults()
	o.Context = ctx
	trees := 0
	o.Progress = func(n int, _ float64) {
		if trees = n; n == 3 {
			cancel()
		}
	}
	if m, err := Train(synth(3000, 13), o); !errors.Is(err, context.Canceled) || m != nil || trees != 3 {
		t.Errorf("model %v, error %v after %d trees", m, err, trees)
	}
}

// AllRows gives the model that a training on all rows with as many trees gives, and says how the number was found.
func TestAllRows(t *testing.T) {
	table := synth(20_000, 5)
	o := Defaults()
	o.Trees, o.Patience = 60, 3
	stopped := mustTrain(t, table, o)
	o.AllRows = true
	whole := mustTrain(t, table, o)
	plain := o
	plain.AllRows, plain.ValidShare, plain.Trees = false, 0, stopped.Log().Trees
	want := mustTrain(t, table, plain)
	differ := false
	for i := range table.Rows() {
		got := whole.LogOdds(table.Row(i))
		if got != want.LogOdds(table.Row(i)) {
			t.Fatalf("row %d: %v, from all rows %v", i, got, want.LogOdds(table.Row(i)))
		}
		differ = differ || got != stopped.LogOdds(table.Row(i))
	}
	a, b := whole.Log(), stopped.Log()
	if !differ || a.Rows != table.Rows() || a.HeldOut != b.HeldOut || a.Grown != b.Grown || a.BestLoss != b.BestLoss || a.Trees != b.Trees {
		t.Errorf("differs from the model that stopped: %v; %d rows, log %+v, want that of %+v", differ, table.Rows(), a, b)
	}
}
