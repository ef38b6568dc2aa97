package gbdt

import (
	"math"
	"testing"
)

func TestRefitGivesTheModelBack(t *testing.T) {
	for _, weighted := range []bool{false, true} {
		table := synth(8000, 9)
		if weighted {
			table.Weight = make([]float32, table.Rows())
			for i := range table.Weight {
				table.Weight[i] = float32(i%3) / 2
			}
		}
		o := Defaults()
		o.Trees, o.ValidShare, o.Workers = 20, 0, 2
		m, err := Train(table, o)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Refit(table, m, o)
		if err != nil {
			t.Fatal(err)
		}
		worst := 0.0
		for i := range table.Rows() {
			worst = max(worst, math.Abs(again.LogOdds(table.Row(i))-m.LogOdds(table.Row(i))))
		}
		if worst > 1e-4 {
			t.Errorf("weighted %v: log-odds differ by up to %g", weighted, worst)
		}
		one := o
		one.Workers = 1
		single, _ := Refit(table, m, one)
		for i := range 100 {
			if single.LogOdds(table.Row(i)) != again.LogOdds(table.Row(i)) {
				t.Fatal("the model depends on the number of workers")
			}
		}
		// other outcomes move the leaves
		for i := range table.Bad {
			table.Bad[i] = i%2 == 0
		}
		moved, err := Refit(table, m, o)
		if err != nil || math.Abs(moved.LogOdds(table.Row(0))-m.LogOdds(table.Row(0))) < 1e-3 {
			t.Errorf("other outcomes moved nothing: %v", err)
		}
	}
}
