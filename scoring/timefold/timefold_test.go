package timefold

import (
	"errors"
	"math"
	"slices"
	"testing"

	"overshare/scoring"
	"overshare/sim/rng"
)

var errNone = errors.New("nothing to learn from")

func untrainable(err error) bool { return errors.Is(err, errNone) }

// table has one feature, rows on days 0 to days-1 in a mixed order; the code says the outcome's odds.
func table(rows, days int) *scoring.Table {
	t := &scoring.Table{Features: []scoring.Feature{{Name: "x", Levels: 4}}}
	for i := range rows {
		code := uint8(1 + i%4)
		t.Code = append(t.Code, code)
		t.Bad = append(t.Bad, rng.Open(1, rng.PurposeModel, uint64(i)).Uniform(0) < 0.2*float64(code))
		t.When = append(t.When, int32(i*31%days))
	}
	return t
}

// Every fold learns from days before its own only, the gap left out, and no day is cut.
func TestForwardNeverLooksAhead(t *testing.T) {
	tab := table(1000, 40)
	for _, gap := range []int32{0, 3} {
		folds, err := Forward(tab.When, 4, gap)
		if err != nil || len(folds) != 4 {
			t.Fatalf("%d folds, %v", len(folds), err)
		}
		tested := map[int32]int{}
		for b, f := range folds {
			first, last := int32(math.MaxInt32), int32(-1)
			for _, i := range f.Test {
				first = min(first, tab.When[i])
				tested[tab.When[i]] |= 1 << b
			}
			for _, i := range f.Train {
				last = max(last, tab.When[i])
			}
			if last != first-gap-1 || len(f.Test) < 150 || len(f.Train) < 100*(b+1) {
				t.Errorf("gap %d, fold %d: learns until day %d, tests from %d; %d and %d rows", gap, b, last, first, len(f.Train), len(f.Test))
			}
		}
		for day, in := range tested {
			if in&(in-1) != 0 {
				t.Errorf("day %d is in folds %b", day, in)
			}
		}
	}
	for _, k := range []int{0, 40} {
		if _, err := Forward(tab.When, k, 0); err == nil {
			t.Errorf("%d folds of 40 days: no error", k)
		}
	}
}

// constant is a model.
type constant float64

func (c constant) LogOdds([]uint8) float64 { return float64(c) }

// rateOf learns the bad rate of each code, times a factor in log-odds.
type rateOf [5]float64

func (r *rateOf) LogOdds(row []uint8) float64 { return r[row[0]] }

func learnRates(factor float64) Learner {
	return func(t *scoring.Table) (scoring.Model, error) {
		if t.Rows() == 0 {
			return nil, errNone
		}
		var bad, all [5]float64
		for i := range t.Rows() {
			all[t.Row(i)[0]]++
			if t.Bad[i] {
				bad[t.Row(i)[0]]++
			}
		}
		r := &rateOf{}
		for c := range r {
			r[c] = factor * math.Log((bad[c]+1)/(all[c]-bad[c]+1))
		}
		return r, nil
	}
}

// A row is scored by what was learnt from other rows; the first block and folds without anything to learn from are not.
func TestCrossFit(t *testing.T) {
	tab := table(400, 20)
	folds, _ := Forward(tab.When, 3, 0)
	n := 0
	x, err := CrossFit(tab, folds, func(part *scoring.Table) (scoring.Model, error) {
		n++
		if n == 1 {
			return nil, errNone
		}
		return constant(part.Rows()), nil
	}, untrainable)
	if err != nil {
		t.Fatal(err)
	}
	for b, f := range folds {
		for _, i := range f.Test {
			if b == 0 && x[i] == x[i] || b > 0 && x[i] != float64(len(f.Train)) {
				t.Fatalf("fold %d, row %d: %g", b, i, x[i])
			}
		}
	}
	for i := range x {
		tested := slices.ContainsFunc(folds, func(f Fold) bool { return slices.Contains(f.Test, int32(i)) })
		if !tested && x[i] == x[i] {
			t.Fatalf("row %d was in no test and has %g", i, x[i])
		}
	}
	fault := errors.New("disk full")
	if _, err := CrossFit(tab, folds, func(*scoring.Table) (scoring.Model, error) { return nil, fault }, untrainable); !errors.Is(err, fault) {
		t.Errorf("a fault is swallowed: %v", err)
	}
}

// The right setting is found: log-odds as they are beat those halved, doubled or turned round.
func TestSearch(t *testing.T) {
	tab := table(2000, 30)
	folds, _ := Forward(tab.When, 4, 0)
	factors := []float64{0.5, 2, 1, -1}
	best, loss, err := Search(tab, folds, len(factors), func(s int) Learner { return learnRates(factors[s]) }, untrainable)
	if err != nil || best != 2 || !(loss[2] < loss[0] && loss[0] < loss[3]) {
		t.Errorf("best %d of %v, %v", best, loss, err)
	}
	none := func(int) Learner {
		return func(*scoring.Table) (scoring.Model, error) { return nil, errNone }
	}
	if _, _, err := Search(tab, folds, 2, none, untrainable); !errors.Is(err, ErrNothing) {
		t.Errorf("nothing to learn from: %v", err)
	}
}
