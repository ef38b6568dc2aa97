package gbdt

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"overshare/scoring"
)

func TestScoreTableEqualsLogOdds(t *testing.T) {
	table := synth(5003, 20) // not a multiple of the block
	o := Defaults()
	o.Trees = 30
	m := mustTrain(t, table, o)
	for _, workers := range []int{1, 3} {
		out := make([]float32, table.Rows())
		if err := m.ScoreTable(table, out, workers); err != nil {
			t.Fatal(err)
		}
		for i, got := range out {
			if want := float32(m.LogOdds(table.Row(i))); got != want {
				t.Fatalf("row %d: %g, want %g", i, got, want)
			}
		}
	}
}

func TestScoreTableErrors(t *testing.T) {
	table := synth(2000, 21)
	m := mustTrain(t, table, Defaults())
	if err := m.ScoreTable(table, make([]float32, 3), 1); err == nil || !strings.Contains(err.Error(), "room for 3 scores but 2000 rows") {
		t.Errorf("wrong length: %v", err)
	}
	other := *table
	other.Features = append([]scoring.Feature{{Name: "other"}}, table.Features[1:]...)
	if err := m.ScoreTable(&other, make([]float32, 2000), 1); err == nil || !strings.Contains(err.Error(), `feature 0 is "other", model has "x00"`) {
		t.Errorf("wrong features: %v", err)
	}
}

// The features that make the outcome have the largest gains.
func TestImportanceFindsTheCauses(t *testing.T) {
	m := mustTrain(t, synth(30_000, 23), Defaults())
	gain := m.Importance()
	for _, cause := range []int{0, 2, 6} {
		for _, noise := range []int{1, 7, 9, 10, 11} {
			if gain[cause] <= gain[noise] {
				t.Errorf("feature %d has gain %g, feature %d, which does nothing, %g", cause, gain[cause], noise, gain[noise])
			}
		}
	}
}

// The model must be the same on every processor: this sum was made on amd64 and holds with and without
// fused multiply-add (GOAMD64=v3).
func TestModelIsTheSameEverywhere(t *testing.T) {
	table := synth(3000, 24)
	weights(table, 25)
	o := Defaults()
	o.Trees = 10
	got := fmt.Sprintf("%x", sha256.Sum256(modelBytes(t, mustTrain(t, table, o))))
	if want := "b9e8664f468451b6066c71571a2b0b3b9bf04dcfdfa6374a4c5965ef4e5c95bb"; got != want {
		t.Errorf("model has sum %s, want %s", got, want)
	}
}
