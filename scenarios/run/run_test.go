package run_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/run"
	"overshare/scenarios/study"
	"overshare/scenarios/tables"
)

// TestMain removes the variables of whoever runs the tests: they would count as settings.
func TestMain(m *testing.M) {
	for _, line := range os.Environ() {
		if name, _, _ := strings.Cut(line, "="); strings.HasPrefix(name, "OVERSHARE_") {
			os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// load returns a built-in scenario at a size, with some parameters set as path=value.
func load(t testing.TB, scenario string, users int, sets ...string) *scenarios.Scenario {
	t.Helper()
	over := []scenarios.Override{scenarios.Set(fmt.Sprintf("run.users=%d", users))}
	for _, s := range sets {
		over = append(over, scenarios.Set(s))
	}
	s, err := scenarios.Load(scenario, over...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func plan(t testing.TB, scenario string, users int, sets ...string) *study.Plan {
	t.Helper()
	p, err := study.NewPlan(load(t, scenario, users, sets...))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// execute runs a scenario with the given number of workers.
func execute(t testing.TB, s *scenarios.Scenario, workers int) *tables.Outcome {
	t.Helper()
	out, err := run.Execute(context.Background(), s, study.Options{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// files returns the tables of an outcome as they are written, by name.
func files(t testing.TB, out *tables.Outcome) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range append(out.Tables, out.Summary) {
		var b bytes.Buffer
		w := results.NewCSV(&b, table.Schema)
		if err := table.WriteRows(w); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		all[table.Name] = b.String()
	}
	all["sentence"] = out.Sentence + "\n" + strings.Join(out.Warnings, "\n") + "\n"
	return all
}

// table returns a table by name.
func table(t testing.TB, out *tables.Outcome, name string) *results.Table {
	t.Helper()
	for _, x := range out.Tables {
		if x.Name == name {
			return x
		}
	}
	t.Fatalf("no table %q", name)
	return nil
}

// cell returns the value of a column in the first row whose cells have the given values.
func cell(t testing.TB, table *results.Table, column string, where map[string]string) results.Cell {
	t.Helper()
	for r := range table.Len() {
		fits := true
		for c, v := range where {
			fits = fits && table.Get(r, c).String() == v
		}
		if fits {
			return table.Get(r, column)
		}
	}
	t.Fatalf("table %s has no row with %v", table.Name, where)
	return results.Cell{}
}

func number(t testing.TB, c results.Cell) float64 {
	t.Helper()
	x, ok := c.Float()
	if !ok {
		n, isInt := c.Int()
		if !isInt {
			t.Fatalf("cell %q is not a number", c.String())
		}
		return float64(n)
	}
	return x
}

// differ reports the first line in which two texts differ.
func differ(t testing.TB, what, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Errorf("%s, line %d:\n got %s\nwant %s", what, i+1, g[i], w[i])
			return
		}
	}
	t.Errorf("%s: %d lines, want %d", what, len(g), len(w))
}
