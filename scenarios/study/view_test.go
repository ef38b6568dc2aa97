package study

import (
	"context"
	"slices"
	"testing"

	"overshare/scenarios"
	"overshare/scoring"
	"overshare/scoring/features"
	"overshare/sim/sharing"
)

// collected returns the plan of a small country and what was collected in it.
func collected(t *testing.T, scenario string, set ...string) (*Plan, *Sample) {
	t.Helper()
	var over []scenarios.Override
	for _, s := range set {
		over = append(over, scenarios.Set(s))
	}
	s, err := scenarios.Load(scenario, over...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPlan(s)
	if err != nil {
		t.Fatal(err)
	}
	sample, err := p.Collect(context.Background(), 2, Options{}.Ready().Progress)
	if err != nil {
		t.Fatal(err)
	}
	return p, sample
}

// place returns the place of a regime in the border's list.
func place(t *testing.T, p *Plan, name string) int {
	t.Helper()
	k := slices.IndexFunc(p.Border.Regimes, func(r sharing.Regime) bool { return r.Name == name })
	if k < 0 {
		t.Fatalf("no regime %s", name)
	}
	return k
}

// Rows that others lend come with their own records, also without the channel of history; without the channel
// of rows nobody out of scope lends any.
func TestLentRowsAreNotBlank(t *testing.T) {
	p, s := collected(t, "kakaopay-2024", "run.users=10000")
	more, less := place(t, p, "everyone"), place(t, p, "in-scope")
	for _, on := range []bool{true, false} {
		v, rows, outside := Whole(less), 0, 0
		if on {
			v.Rows = more
		}
		w, row := p.view(v), make([]uint8, features.NumAll)
		for _, r := range s.Probes {
			for i := range r.State {
				if !w.lends(r, i) {
					continue
				}
				rows++
				if held(w.sight(r, i), p.parts(less))&1 == 0 {
					outside++
				}
				clear(row)
				w.probe(r, i, row)
				if slices.Contains(row[:features.NumNow], scoring.Missing) {
					t.Fatal("a row without its own record")
				}
			}
		}
		if rows == 0 || (outside > 0) != on {
			t.Errorf("rows switched %v: %d rows, %d of people out of scope", on, rows, outside)
		}
	}
}
