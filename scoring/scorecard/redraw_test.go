package scorecard

import (
	"math"
	"testing"

	"overshare/scoring"
)

// A redraw ends where a retraining from nothing ends, on the card's own rows and on a part of them; log-odds agree to 0.005, where those of
// part and whole lie 0.05 apart or more.
func TestRedrawIsRetrain(t *testing.T) {
	tab := made(3, 40000, 8)
	o := Defaults()
	card, err := Train(tab, o)
	if err != nil {
		t.Fatal(err)
	}
	again := NewRedrawer(tab, card, o)
	n := 8000 * len(tab.Features)
	part := &scoring.Table{Features: tab.Features, Code: tab.Code[:n], Bad: tab.Bad[:8000]}
	for name, rows := range map[string]*scoring.Table{"whole": tab, "part": part} {
		got, err := again.Redraw(rows)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Retrain(rows, card, o)
		if err != nil {
			t.Fatal(err)
		}
		worst, moved := 0.0, 0.0
		for i := range 2000 {
			row := tab.Row(i)
			worst = max(worst, math.Abs(got.LogOdds(row)-want.LogOdds(row)))
			moved = max(moved, math.Abs(got.LogOdds(row)-card.LogOdds(row)))
		}
		if worst > 5e-3 || !got.Fit.Converged || got.Fit.Passes > 8 || (moved > 0.05) != (name == "part") {
			t.Errorf("%s: log-odds %g away from a retraining, %g from the card, %d passes", name, worst, moved, got.Fit.Passes)
		}
	}
	if _, err := again.Redraw(made(3, 100, 7)); err == nil {
		t.Error("a table of other features is no error")
	}
	good := &scoring.Table{Features: tab.Features, Code: part.Code, Bad: make([]bool, 8000)}
	if _, err := again.Redraw(good); err != ErrOneClass {
		t.Errorf("rows of one class: %v", err)
	}
}
