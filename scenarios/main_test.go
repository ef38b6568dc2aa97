package scenarios

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files, schema.json and PARAMETERS.md")

// TestMain removes the variables of whoever runs the tests: they would count as settings.
func TestMain(m *testing.M) {
	flag.Parse()
	for _, line := range os.Environ() {
		if name, _, _ := strings.Cut(line, "="); strings.HasPrefix(name, envPrefix) {
			os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// golden compares got with a committed file, or rewrites it under -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test ./scenarios -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not current; go test ./scenarios -update rewrites it (-file +now):\n%s", file, diff)
	}
}

// write puts text into a scenario file of a temporary folder and returns its name.
func write(t testing.TB, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// mustLoad loads what has to be right.
func mustLoad(t testing.TB, name string, overrides ...Override) *Scenario {
	t.Helper()
	return mustLoadFrom(t, Standard(), name, overrides...)
}

func mustLoadFrom(t testing.TB, r *Registry, name string, overrides ...Override) *Scenario {
	t.Helper()
	s, err := r.Load(name, overrides...)
	if err != nil {
		t.Fatalf("load %q: %v", name, err)
	}
	return s
}

// frozen returns a copy of the registry that does not change with the program's parameters, so that
// tests of wording stay what they are.
func frozen(t testing.TB) *Registry {
	t.Helper()
	r, err := NewRegistry(os.DirFS("testdata/frozen"), "parameters", os.DirFS("testdata/frozen"), "builtin")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// toyArea has one parameter of every kind, groups in groups, and lists with every rule.
const toyArea = `
area: toy
title: Toy
about: One of everything.
order: 1
parameters:
  - {path: toy.count, type: int, default: 3, min: -5, max: 9, unit: cats, title: c, meaning: m, source: s, mark: assumed, try: [1, 5]}
  - {path: toy.ratio, type: float, default: 0.5, above: 0, title: c, meaning: m, source: s, mark: derived}
  - {path: toy.part, type: share, default: 0.25, title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.price, type: won, default: 1000, title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.wait, type: days, default: 7, title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.begin, type: date, default: 2020-02-29, min: 2019-01-01, title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.on, type: bool, default: true, title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.label, type: text, default: "", title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.colour, type: choice, default: red, choices: [red, green, dark-blue], title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.deep.er.value, type: int, default: 1, title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.deep.mix, type: list of share, default: [0.5, 0.3, 0.2], sum: 1, title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.prices, type: list of won, default: [100, 900], min_items: 1, max_items: 4, title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.weights, type: list of share, default: [0.5, 0.3], sum_max: 1, pairs_with: toy.prices, title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.holidays, type: list of date, default: [], title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.words, type: list of text, default: [a b, c], title: c, meaning: m, source: s, mark: sourced}
  - {path: toy.counts, type: list of int, default: [1, 2], unique: true, title: c, meaning: m, source: s, mark: sourced}
`

// toys returns a registry of toyArea with one built-in scenario of the default's name and one on top.
func toys(t testing.TB) *Registry {
	t.Helper()
	files := fstest.MapFS{"p/toy.yaml": {Data: []byte(toyArea)}}
	builtin := fstest.MapFS{
		"b/" + DefaultName + ".yaml": {Data: []byte("title: Toys\nset:\n  toy.count: 4\n")},
		"b/on-top.yaml":              {Data: []byte("base: " + DefaultName + "\nset:\n  toy.wait: 8\n")},
	}
	r, err := NewRegistry(files, "p", builtin, "b")
	if err != nil {
		t.Fatal(err)
	}
	return r
}
