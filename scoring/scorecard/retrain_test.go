package scorecard

import (
	"math"
	"reflect"
	"testing"
)

func TestRetrainGivesTheCardBack(t *testing.T) {
	tab := made(3, 20000, 8)
	o := Defaults()
	card, err := Train(tab, o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Retrain(tab, card, o)
	if err != nil || !reflect.DeepEqual(again, card) {
		t.Errorf("not the same card: %v", err)
	}
	other := made(4, 20000, 8)
	moved, err := Retrain(other, card, o)
	if err != nil {
		t.Fatal(err)
	}
	fresh, _ := Train(other, o)
	for j := range card.Features {
		a, b := card.Features[j], moved.Features[j]
		for k := range a.Bins {
			if a.Bins[k].Low != b.Bins[k].Low || a.Bins[k].High != b.Bins[k].High {
				t.Errorf("feature %d: bins moved", j)
			}
		}
	}
	// other rows of the same world: the retrained card is a fit to those rows, near the fresh one
	if d := math.Abs(moved.Intercept - fresh.Intercept); moved.All != fresh.All || !moved.Fit.Converged || d > 0.1 {
		t.Errorf("intercept %g away, counts %+v and %+v", d, moved.All, fresh.All)
	}
	if _, err := Retrain(made(3, 100, 7), card, o); err == nil {
		t.Error("a table of other features is no error")
	}
}
