package run_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overshare/scenarios"
)

var update = flag.Bool("update", false, "rewrite the golden files of the built-in scenarios")

// kept are the tables whose golden files are kept; the curves are too long to be read.
var kept = []string{"detection", "comparison", "exposure", "frontier", "sentence"}

// Every built-in scenario gives, at 20,000 people, the tables in testdata/golden, to the byte. A change that
// moves a number moves these files with it: go test ./scenarios/run -run Golden -update rewrites them, and
// CHANGELOG.md says **Results change**.
func TestGoldenTables(t *testing.T) {
	for _, info := range scenarios.List() {
		t.Run(info.Name, func(t *testing.T) {
			got := files(t, execute(t, load(t, info.Name, 20_000), 2))
			dir := filepath.Join("testdata", "golden", info.Name)
			for _, name := range kept {
				compare(t, filepath.Join(dir, name+".csv"), got[name])
			}
		})
	}
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test ./scenarios/run -run Golden -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s has changed (-file +now):\n%s", file, diff)
	}
}
