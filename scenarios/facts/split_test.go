package facts

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overshare/scenarios/study"
)

// The figures held out are these, whatever is later found out about them. Dealing them anew, by a changed
// name or a new figure, needs a line in the changelog that says so.
func TestDivision(t *testing.T) {
	var held []string
	for _, f := range prepared(t, 100).list() {
		if f.group == heldOut {
			held = append(held, f.name)
		}
	}
	want := []string{
		"mean transaction, April 2024",
		"volume of a year at the level of April 2024",
		"weeks without any use",
		"volume of the first nine months of 2021",
	}
	if diff := cmp.Diff(want, held); diff != "" {
		t.Errorf("held out (-want +got):\n%s", diff)
	}
}

// Only what was dealt to the figures held out is opened, and then every figure of the family.
func TestOpened(t *testing.T) {
	found := map[string]int{}
	for _, f := range prepared(t, 100).validated() {
		if slices.Contains(opened, f.family) {
			found[f.family]++
			if f.group != informed {
				t.Errorf("figure %q of an opened family is %s", f.name, f.group)
			}
		}
	}
	was := opened
	defer func() { opened = was }()
	opened = nil
	for _, f := range prepared(t, 100).validated() {
		if slices.Contains(was, f.family) && f.group != heldOut {
			t.Errorf("figure %q was opened and never held out", f.name)
		}
	}
	if len(found) != len(was) {
		t.Errorf("of %d opened families %d exist", len(was), len(found))
	}
}

// Families stay whole, and the groups differ by no more than the largest family.
func TestDivisionKeepsFamilies(t *testing.T) {
	was := opened
	defer func() { opened = was }()
	opened = nil // as dealt
	group, n, largest := map[string]string{}, map[string]int{}, map[string]int{}
	for _, f := range prepared(t, 100).validated() {
		if f.family == "" || group[f.family] != "" && group[f.family] != f.group {
			t.Errorf("figure %q of family %q is %s", f.name, f.family, f.group)
		}
		group[f.family] = f.group
		if !math.IsNaN(f.published) {
			n[f.group]++
			largest[f.family]++
		}
	}
	most := 0
	for _, k := range largest {
		most = max(most, k)
	}
	if d := n[informed] - n[heldOut]; d > most || -d > most || n[informed] == 0 || n[heldOut] == 0 {
		t.Errorf("%v of the groups, families of up to %d", n, most)
	}
}

// Nothing of a figure held out is written unless it is asked for.
func TestHeldOutStaysUnseen(t *testing.T) {
	for _, asked := range []bool{false, true} {
		found, err := Execute(t.Context(), loaded(t, 40_000), Options{Options: study.Options{Workers: 2}, HeldOut: asked})
		if err != nil {
			t.Fatal(err)
		}
		rows := found.Tables[0]
		seen, held := 0, 0
		for r := range rows.Len() {
			if rows.Get(r, "group").String() != heldOut {
				continue
			}
			held++
			if slices.ContainsFunc([]string{"simulated", "standard_error", "deviation", "deviation_percent"},
				func(column string) bool { return !rows.Get(r, column).Empty() }) {
				seen++
			}
		}
		if want := map[bool]int{true: held}[asked]; seen != want || held == 0 {
			t.Errorf("asked %v: %d of %d figures held out are told", asked, seen, held)
		}
	}
}
