package run_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/run"
	"overshare/scenarios/study"
	"overshare/scenarios/tables"
	"overshare/scoring"
	"overshare/scoring/scorecard"
)

// What ARCHITECTURE.md says of adding a scorer is enough: a line in the registry and a choice of
// processor.scorers, and the scorer has its rows in every table that has scorers, and its columns in scores.csv.
func TestAddingAScorer(t *testing.T) {
	// Step 1: register it. This one tells by the first column alone.
	study.Register(study.Scorer{Name: "first-column", Untrainable: func(error) bool { return false },
		Train: func(context.Context, *scoring.Table, int) (study.Model, *scorecard.Card, error) {
			return func(t *scoring.Table, out []float32, _ int) error {
				for i := range out {
					out[i] = -float32(t.Row(i)[0])
				}
				return nil
			}, nil, nil
		}})
	// Step 2: name it among the choices.
	files := fstest.MapFS{}
	list, err := filepath.Glob("../parameters/*.yaml")
	if err != nil || len(list) == 0 {
		t.Fatal(err)
	}
	for _, name := range list {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files["parameters/"+filepath.Base(name)] = &fstest.MapFile{Data: []byte(strings.Replace(string(text),
			"choices: [scorecard, gbdt, scorecard-tuned, gbdt-tuned]", "choices: [scorecard, gbdt, scorecard-tuned, gbdt-tuned, first-column]", 1))}
	}
	r, err := scenarios.NewRegistry(files, "parameters", os.DirFS(".."), "builtin")
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.Load("kakaopay-2024", scenarios.Set("run.users=20000"), scenarios.Set("processor.scorers=[scorecard, first-column]"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := run.Execute(context.Background(), s, study.Options{Workers: 2, Training: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range out.Tables {
		if x.Index("scorer") < 0 || x.Name == "scorecard" || x.Name == "steps" { // cards have lines, fronts have steps, if any
			continue
		}
		found := map[string]bool{}
		for row := range x.Len() {
			found[x.Get(row, "scorer").String()] = true
		}
		if found["scorecard"] && !found["first-column"] {
			t.Errorf("%s has no row of the new scorer", x.Name)
		}
	}
	if schema := out.Large[0].Schema; schema.Index("p_in_scope_first_column") < 0 {
		t.Errorf("scores.csv has no column of the new scorer: %v", schema.Columns)
	}
}

// What ARCHITECTURE.md says of adding a table is enough: added to an outcome, it is written with the columns of
// the run, and can be read back.
func TestAddingATable(t *testing.T) {
	x := results.NewTable(results.Schema{Name: "purses", Title: "What people have", Key: []string{"group"}, Columns: []results.Column{
		{Name: "group", Type: results.String, Meaning: "age band", Required: true},
		{Name: "people", Type: results.Integer, Unit: "people", Meaning: "of the group", Required: true}}})
	x.Append(results.Str("20s"), results.Int(17))
	out := &tables.Outcome{Sentence: "One."}
	out.Add(tables.Finding{Tables: []*results.Table{x}, Sentence: "Two."})
	dir := filepath.Join(t.TempDir(), "run")
	folder, err := results.Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	of := tables.Run{Seed: 7, Scenario: "mine", ID: "abc"}
	for _, y := range out.Tables {
		if err := folder.Table(of.Stamp(y), results.CSV); err != nil {
			t.Fatal(err)
		}
	}
	if err := folder.Commit(results.Manifest{Scenario: "mine", Seed: 7}); err != nil {
		t.Fatal(err)
	}
	opened, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := opened.Table("purses")
	if err != nil {
		t.Fatal(err)
	}
	if got.Get(0, "people").String() != "17" || got.Get(0, "seed").String() != "7" || got.Get(0, "scenario").String() != "mine" ||
		got.Get(0, "scenario_sha256").String() != "abc" || out.Sentence != "One. Two." {
		t.Errorf("%v, sentence %q", got, out.Sentence)
	}
}
