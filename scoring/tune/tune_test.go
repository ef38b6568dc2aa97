package tune

import (
	"errors"
	"math"
	"testing"

	"overshare/scoring"
	"overshare/scoring/calibrate/logit"
	"overshare/scoring/gbdt"
	"overshare/scoring/scorecard"
	"overshare/scoring/timefold"
	"overshare/sim/rng"
)

// made has six columns, of which two matter and one by its square.
func made(seed uint64, rows int) *scoring.Table {
	t := &scoring.Table{}
	for j := range 6 {
		t.Features = append(t.Features, scoring.Feature{Name: string(rune('a' + j)), Levels: 50})
	}
	for i := range rows {
		s, row := rng.Open(seed, rng.PurposeModel, uint64(i)), make([]uint8, 6)
		for j := range row {
			row[j] = uint8(1 + 50*s.Uniform(uint64(j)))
		}
		eta := -2.5 + 1.5*float64(row[0])/50 + 2*math.Pow(float64(row[1])/25-1, 2)
		t.Code, t.Bad, t.When = append(t.Code, row...), append(t.Bad, s.Uniform(99) < logit.P(eta)), append(t.When, int32(i%30))
	}
	return t
}

// The choice is one of the grid, has the least loss, depends on no worker, and on few rows is coarser than the default.
func TestChoice(t *testing.T) {
	tab := made(1, 1500)
	o := gbdt.Defaults()
	o.Trees = 60
	best, trials, err := GBDT(tab, o, 3, 0)
	if err != nil || len(trials) != len(GBDTGrid(o)) {
		t.Fatal(trials, err)
	}
	o.Workers = 1
	again, same, _ := GBDT(tab, o, 3, 0)
	again.Workers = best.Workers
	for i := range trials {
		if trials[i] != same[i] {
			t.Errorf("%+v with one worker, %+v", same[i], trials[i])
		}
	}
	if best.MaxLeaves >= o.MaxLeaves || best.MaxLeaves != again.MaxLeaves {
		t.Errorf("leaves %d and %d: %v", best.MaxLeaves, again.MaxLeaves, trials)
	}
	_, cards, err := Scorecard(tab, scorecard.Defaults(), 3, 0)
	if err != nil || len(cards) != len(ScorecardGrid(scorecard.Defaults())) || cards[0].Loss <= 0 {
		t.Errorf("%v, %v", cards, err)
	}
	for i := range tab.Bad {
		tab.Bad[i] = false
	}
	if _, _, err := GBDT(tab, o, 3, 0); !errors.Is(err, timefold.ErrNothing) {
		t.Errorf("no bad row: %v", err)
	}
}

// Thin keeps about as many rows as asked for, the same whatever their order and outcome, and all of a small table.
func TestThin(t *testing.T) {
	tab := made(3, 30_000)
	thin := Thin(tab, 5000)
	if n := thin.Rows(); n < 4600 || n > 5400 {
		t.Errorf("%d of 30,000 rows, about 5,000 asked for", n)
	}
	if Thin(tab, 15_001) != tab {
		t.Error("a table of fewer than twice the rows is thinned")
	}
	back := &scoring.Table{Features: tab.Features}
	for i := tab.Rows() - 1; i >= 0; i-- {
		back.Code, back.Bad, back.When = append(back.Code, tab.Row(i)...), append(back.Bad, !tab.Bad[i]), append(back.When, tab.When[i])
	}
	again := Thin(back, 5000)
	n := thin.Rows()
	if again.Rows() != n {
		t.Fatalf("%d rows, %d in reverse", n, again.Rows())
	}
	for i := range n {
		if string(thin.Row(i)) != string(again.Row(n-1-i)) || thin.When[i] != again.When[n-1-i] || thin.Bad[i] == again.Bad[n-1-i] {
			t.Fatalf("row %d differs in reverse", i)
		}
	}
}
