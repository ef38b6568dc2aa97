package scenarios

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The figures that everything else in the program hangs on, as published or agreed.
func TestDefaults(t *testing.T) {
	want := `evaluation.alpha: 0.05
evaluation.epoch: 2024-04-01
evaluation.margin_auc: 0.005
evaluation.tail_days: 20
evaluation.test_days: 30
evaluation.train_days: 42
evaluation.warmup_days: 78
platform.adoption_halflife_days: 365
platform.launch: 2019-07-11
platform.share_end: 0.17
processor.scorers: [scorecard]
run.seed: 2024
run.users: 40450000
sharing.bulk_days: [2018-04-27, 2018-05-31, 2018-07-13]
sharing.daily_from: 2019-06-27
sharing.daily_to: 2024-05-21
sharing.regimes: [everyone, in-scope]
`
	have := mustLoad(t, "").Canonical()
	for line := range strings.Lines(want) {
		if !strings.Contains(have, line) {
			t.Errorf("the default scenario does not have %q", line)
		}
	}
}

func TestPrecedence(t *testing.T) {
	file := write(t, "base: steelman\nset: {run: {users: 100}, platform.share_end: 0.06, evaluation.test_days: 14}\n")
	t.Setenv("OVERSHARE_RUN_USERS", "200")
	t.Setenv("OVERSHARE_EVALUATION_TEST_DAYS", "15")
	t.Setenv("OVERSHARE_RUN_SEED", "") // empty counts as absent
	t.Setenv("OVERSHARE_SHARING_REGIMES", "in-scope, everyone")
	s := mustLoadFrom(t, frozen(t), file, Set("run.users=300"), Flag("--users", "run.users", "4e2"))
	for _, c := range []struct{ path, value, from string }{
		{"run.users", "400", "--users"},
		{"evaluation.test_days", "15", "OVERSHARE_EVALUATION_TEST_DAYS"},
		{"sharing.regimes", "[in-scope, everyone]", "OVERSHARE_SHARING_REGIMES"},
		{"platform.share_end", "0.06", file + ":2:46"},
		{"platform.adoption_halflife_days", "730", "steelman"},
		{"run.seed", "2024", "default"},
	} {
		p, ok := s.Param(c.path)
		if !ok || p.Text != c.value || p.From != c.from {
			t.Errorf("%s = %s set by %s, want %s by %s", c.path, p.Text, p.From, c.value, c.from)
		}
	}
}

func TestOrigins(t *testing.T) {
	file := write(t, "base: steelman\nset: {evaluation.test_days: 14}\n")
	t.Setenv("OVERSHARE_EVALUATION_TRAIN_DAYS", "30")
	s := mustLoadFrom(t, frozen(t), file, Set("run.users=300"))
	for path, want := range map[string]Origin{"run.users": FromFlag, "evaluation.train_days": FromEnvironment,
		"evaluation.test_days": FromFile, "platform.share_end": FromScenario, "run.seed": FromDefault} {
		if p, _ := s.Param(path); p.Origin != want {
			t.Errorf("%s comes from %s, want %s", path, p.Origin, want)
		}
	}
}

// Differences are counted from the base with neither flags nor environment.
func TestDifferences(t *testing.T) {
	file := write(t, "base: steelman\nset: {run.users: 40450000, evaluation.test_days: 14}\n")
	s := mustLoadFrom(t, frozen(t), file, Set("run.seed=7"))
	want := []Difference{
		{"run.seed", "2024", "7", "", "--set"},
		{"evaluation.test_days", "30", "14", "days", file + ":2:50"},
	}
	if diff := cmp.Diff(want, s.Differences()); diff != "" {
		t.Error(diff)
	}
	if d := mustLoad(t, "kakaopay-2024").Differences(); d != nil {
		t.Errorf("the default scenario differs from the defaults: %v", d)
	}
}

// The hash sees values and nothing else: not the order, form, comments, title or place of a file.
func TestHashIgnoresForm(t *testing.T) {
	first := mustLoad(t, write(t, "set:\n  run:\n    users: 1000000\n    seed: 5\n  sharing.bulk_days: []\n"))
	second := mustLoad(t, write(t, "# a comment\ntitle: other\nset:\n  sharing: {bulk_days: [ ]}\n  run.seed: +5\n  run.users: 1e6\n"))
	third := mustLoad(t, "", Set("run.seed=5"), Set("sharing.bulk_days="), Flag("--users", "run.users", "1000000"))
	if first.Hash() != second.Hash() || first.Hash() != third.Hash() {
		t.Errorf("one world has three hashes %s, %s, %s", first.Hash(), second.Hash(), third.Hash())
	}
	zero, negative := mustLoad(t, "", Set("platform.share_end=0")), mustLoad(t, "", Set("platform.share_end=-0.0"))
	if zero.Hash() != negative.Hash() {
		t.Error("zero with a minus sign is another world")
	}
	if other := mustLoad(t, "", Set("run.seed=6")); other.Hash() == first.Hash() {
		t.Error("another seed has the same hash")
	}
}

// A world that changes by accident shows here before it shows in results. Adding a parameter changes
// every hash: that is meant, because the program then means something else by the same file.
func TestBuiltinsGolden(t *testing.T) {
	var b strings.Builder
	for _, info := range List() {
		s := mustLoad(t, info.Name)
		b.WriteString(s.Name + ": " + s.Title + "\n")
		for _, d := range s.Differences() {
			b.WriteString("  " + d.Path + ": " + d.Base + " -> " + d.Value + "\n")
		}
		for _, w := range s.Warnings {
			b.WriteString("  warning: " + w + "\n")
		}
	}
	golden(t, "testdata/builtins.golden", b.String())
}

// A built-in scenario that changes nothing would answer its question with the default's figures.
func TestBuiltinsDiffer(t *testing.T) {
	hashes := map[string]string{}
	for _, info := range List() {
		s := mustLoad(t, info.Name)
		if other := hashes[s.Hash()]; other != "" {
			t.Errorf("%s and %s are the same world", info.Name, other)
		}
		hashes[s.Hash()] = info.Name
		if s.Question == "" || s.Title == s.Name {
			t.Errorf("%s needs a title and a question", s.Name)
		}
	}
	if List()[0].Name != DefaultName {
		t.Errorf("the first scenario listed is %s", List()[0].Name)
	}
}

func TestShowAndDifferences(t *testing.T) {
	var b bytes.Buffer
	r := toys(t)
	s, err := r.Load("on-top", Set("toy.price=2000"), Set("toy.label=a|b"))
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{s.Show(&b), s.WriteDifferences(&b)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	same, err := r.Load(DefaultName, Set("toy.count=3"))
	if err != nil {
		t.Fatal(err)
	}
	if err := same.WriteDifferences(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/show.golden", b.String())
}

// Warnings let a run go on.
func TestWarnings(t *testing.T) {
	s := mustLoadFrom(t, frozen(t), "", Set("evaluation.epoch=2019-05-01"))
	want := []string{
		"--set: evaluation.epoch = 2019-05-01: the test window ends before platform.launch = 2019-07-11: " +
			"there will be no bills and no detection figures",
		"--set: evaluation.epoch = 2019-05-01: the test window from 2019-05-01 to 2019-05-30 is not within the " +
			"daily sends from 2019-06-27 to 2024-05-21: scores are missing or stale",
	}
	if diff := cmp.Diff(want, s.Warnings); diff != "" {
		t.Error(diff)
	}
}

// A share of 0 and of 1 are worlds like any other.
func TestExtremeSharesAreClean(t *testing.T) {
	for _, share := range []string{"0", "1"} {
		if s := mustLoad(t, "", Set("platform.share_end="+share)); len(s.Warnings) > 0 {
			t.Errorf("share %s: %v", share, s.Warnings)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	Standard()
	for b.Loop() {
		if _, err := Load("steelman", Set("run.users=1e6")); err != nil {
			b.Fatal(err)
		}
	}
}
