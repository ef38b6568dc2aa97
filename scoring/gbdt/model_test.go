package gbdt

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
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

func TestSavedModelIsTheSame(t *testing.T) {
	table := synth(5000, 22)
	table.Features[2].Monotone = 1
	m := mustTrain(t, table, Defaults())
	text := modelBytes(t, m)
	var back Model
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(modelBytes(t, &back), text) {
		t.Error("writing the model that was read gives other bytes")
	}
	for i := range table.Rows() {
		if a, b := m.LogOdds(table.Row(i)), back.LogOdds(table.Row(i)); a != b {
			t.Fatalf("row %d: %g before, %g after", i, a, b)
		}
	}
	out, again := make([]float32, table.Rows()), make([]float32, table.Rows())
	if err := m.ScoreTable(table, out, 1); err != nil {
		t.Fatal(err)
	}
	if err := back.ScoreTable(table, again, 1); err != nil {
		t.Fatal(err)
	}
	for i := range out {
		if out[i] != again[i] {
			t.Fatalf("row %d: %g before, %g after", i, out[i], again[i])
		}
	}
}

func TestDamagedModels(t *testing.T) {
	const good = `{"format":"overshare-gbdt-1","features":[{"name":"a"}],"trees":[[{"up_to":3,"left":1,"right":2},{"value":1},{"value":-1}]]}`
	var m Model
	if err := json.Unmarshal([]byte(good), &m); err != nil {
		t.Fatal(err)
	}
	if a, b := m.LogOdds([]uint8{3}), m.LogOdds([]uint8{4}); a != 1 || b != -1 {
		t.Fatalf("log-odds %g and %g", a, b)
	}
	for _, c := range []struct{ old, new, want string }{
		{"gbdt-1", "gbdt-9", "format"},
		{`[{"name":"a"}]`, `[]`, "0 features"},
		{`"left":1`, `"left":0`, "children 0 and 2"},
		{`"left":1`, `"left":3`, "children 3 and 2"},
		{`"left":1`, `"left":-1`, "children -1 and 2"},
		{`"left":1`, `"left":2`, "children 2 and 2"},
		{`"up_to":3`, `"up_to":256`, "splits at 256"},
		{`"up_to":3`, `"up_to":3,"feature":1`, "feature 1 of 1"},
		{`[[`, `[[],[`, "0 nodes"},
		{`"value":1`, `"value":1e999`, "cannot read model"},
	} {
		if err := json.Unmarshal([]byte(strings.Replace(good, c.old, c.new, 1)), &m); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: want an error with %q, got %v", c.new, c.old, c.want, err)
		}
	}
	if m.LogOdds([]uint8{3}) != 1 {
		t.Error("a refused model changed the one read before")
	}
}

// Any text is refused or read as a model that scores without panic.
func FuzzModel(f *testing.F) {
	f.Add([]byte(`{"format":"overshare-gbdt-1","features":[{"name":"a"}],"trees":[[{"up_to":3,"left":1,"right":2},{"value":1},{"value":-1}]]}`), uint8(3))
	f.Add([]byte(`{"format":"overshare-gbdt-1","features":[{},{}],"trees":[[{"feature":1,"up_to":255,"left":2,"right":1},{"up_to":1,"left":2,"right":3},{},{}]]}`), uint8(0))
	f.Fuzz(func(t *testing.T, text []byte, code uint8) {
		var m Model
		if json.Unmarshal(text, &m) != nil {
			return
		}
		table := &scoring.Table{Features: m.features, Code: bytes.Repeat([]byte{code}, 9*len(m.features))}
		out := make([]float32, 9)
		if err := m.ScoreTable(table, out, 1); err != nil {
			t.Fatal(err)
		}
		want := float32(m.LogOdds(table.Row(0)))
		for _, got := range out {
			if got != want && got == got {
				t.Fatalf("score %g, log-odds %g", got, want)
			}
		}
	})
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
