package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A text parsed with an environment is what a file of that text is under that environment, down to who set
// what; the environment of the process, the working directory and the disk are not looked at.
func TestParseReadsNothingOfTheProcess(t *testing.T) {
	text := "title: Mine\nbase: cold-start-2019\nset:\n  run.users: 300\n  evaluation.test_days: 20\n"
	variables := []string{"OVERSHARE_EVALUATION_TEST_DAYS=15", "HOME=/nowhere", "OVERSHARE_RUN_SEED="}
	override := Set("run.seed=7")
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile(filepath.Join(dir, "mine.yaml"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OVERSHARE_EVALUATION_TEST_DAYS", "15")
	loaded, err := Load("mine.yaml", override)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("OVERSHARE_EVALUATION_TEST_DAYS", "99")
	t.Setenv("OVERSHARE_RUN_USERS", "many") // would be a mistake
	if err := os.Remove(filepath.Join(dir, "mine.yaml")); err != nil {
		t.Fatal(err)
	}
	parsed, err := Parse("mine.yaml", []byte(text), variables, override)
	if err != nil {
		t.Fatal(err)
	}
	if parsed.Canonical() != loaded.Canonical() || parsed.Info != loaded.Info {
		t.Errorf("parsed:\n%s\nloaded:\n%s", parsed.Canonical(), loaded.Canonical())
	}
	for path, want := range map[string]Origin{"run.users": FromFile, "evaluation.test_days": FromEnvironment, "run.seed": FromFlag,
		"evaluation.epoch": FromScenario, "bank.shock_rate": FromDefault} {
		p, _ := parsed.Param(path)
		q, _ := loaded.Param(path)
		if p.Origin != want || p.Origin != q.Origin {
			t.Errorf("%s: set by %s, loaded by %s, want %s", path, p.Origin, q.Origin, want)
		}
	}
	if loaded.places["run.users"] != parsed.places["run.users"] {
		t.Errorf("places %v and %v", loaded.places["run.users"], parsed.places["run.users"])
	}
}

// Mistakes in the text and in the variables given are all told at once.
func TestParseTellsAllMistakes(t *testing.T) {
	_, err := Parse("mine.yaml", []byte("set:\n  run.user: 5\n"), []string{"OVERSHARE_RUN_SEED=-1"})
	if err == nil || !strings.Contains(err.Error(), "mine.yaml:2") || !strings.Contains(err.Error(), "OVERSHARE_RUN_SEED") {
		t.Errorf("error %v", err)
	}
	if _, err = Parse("large.yaml", make([]byte, maxBytes+1), nil); err == nil || !strings.Contains(err.Error(), "is larger than") {
		t.Errorf("error %v", err)
	}
}
