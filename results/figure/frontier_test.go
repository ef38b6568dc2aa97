package figure

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"overshare/results"
)

func table(rows ...[]results.Cell) *results.Table {
	t := results.NewTable(results.Schema{Name: "frontier", Columns: []results.Column{
		{Name: "regime", Type: results.String, Meaning: "r"}, {Name: "scorer", Type: results.String, Meaning: "s"},
		{Name: "auc", Type: results.Number, Meaning: "a"}, {Name: "ci_low", Type: results.Number, Meaning: "l"},
		{Name: "ci_high", Type: results.Number, Meaning: "h"}, {Name: "records", Type: results.Integer, Meaning: "o"}}})
	for _, r := range rows {
		t.Append(r...)
	}
	return t
}

func row(name string, auc, low, high float64, people int64) []results.Cell {
	return []results.Cell{results.Str(name), results.Str("scorecard"), results.Num(auc), results.Num(low), results.Num(high), results.Int(people)}
}

// The picture is well-formed, names every regime with its value, and has the same bytes every time.
func TestFrontierShowsEveryRegime(t *testing.T) {
	tab := table(row("everyone", .8237, .8228, .8246, 34e6), row("in-scope", .8231, .8221, .8240, 0), row("none", .5, .5, .5, 0))
	svg, err := Frontier(tab, "scorecard", "Detection against exposure")
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"everyone  0.8237", "in-scope  0.8231", "none  0.5000", "Detection against exposure"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the picture does not say %q", want)
		}
	}
	again, _ := Frontier(tab, "scorecard", "Detection against exposure")
	if !bytes.Equal(svg, again) {
		t.Error("two drawings of one table differ")
	}
}

// crowd is nineteen regimes as they lie in a run: ten of them send the same records and detect nearly the same.
func crowd() *results.Table {
	tab := table(row("everyone", .7819, .7807, .7831, 54.2e9), row("sample-25", .7812, .7800, .7824, 18.5e9),
		row("opt-in", .7471, .7455, .7488, 18.9e9), row("weekly", .7789, .7777, .7801, 94e7), row("on-request", .7740, .7728, .7752, 28e6),
		row("on-request-28", .7805, .7793, .7817, 28e6), row("score-only", .7806, .7795, .7818, 28e6), row("none", .6420, .6400, .6440, 0),
		row("consenting-in-scope", .7102, .7086, .7118, 23e8), row("in-scope-sample-25", .7, .698, .702, 16e8))
	for k, name := range []string{"in-scope", "in-scope-no-backfill", "banded", "pseudonymous", "minimised-3", "minimised-6", "only:balance_won",
		"local-dp-4", "retain-30"} {
		auc := .7806 - .0004*float64(k*k)
		tab.Append(row(name, auc, auc-.0012, auc+.0012, 6_596e6+int64(k))...)
	}
	return tab
}

// No label covers another, a point, an interval, a line's text or the frame, and no leader runs through one.
func TestLabelsCoverNothing(t *testing.T) {
	for _, ceiling := range [][]Line{nil, {{.845, "ceiling: 0.8450"}}} {
		for _, tab := range []*results.Table{crowd(), sameForAll(19), sameForAll(24)} {
			c, labels, texts := compose(tab, "scorecard", "", append([]Line{coin}, ceiling...))
			if len(labels) != tab.Len() {
				t.Fatalf("%d labels of %d regimes", len(labels), tab.Len())
			}
			for i, a := range labels {
				if !a.at.within(box{c.left, c.bottom, c.right, c.top}) || a.at == (box{}) {
					t.Errorf("%s stands outside, at %v", texts[i], a.at)
				}
				for k, b := range labels {
					if i != k && a.at.overlaps(b.at) {
						t.Errorf("%s covers %s", texts[i], texts[k])
					}
					if (box{b.x, b.y, b.x, b.y}).grow(dotRadius).overlaps(a.at) {
						t.Errorf("%s covers the point of %s", texts[i], texts[k])
					}
					if (stroke{b.x, b.low, b.x, b.high}).crosses(a.at) || i != k && b.leader.crosses(a.at) {
						t.Errorf("%s covers the interval or the leader of %s", texts[i], texts[k])
					}
				}
				for _, l := range append(ceiling, coin) {
					if c.across(l).overlaps(a.at) {
						t.Errorf("%s covers %q", texts[i], l.Text)
					}
				}
			}
		}
	}
}

// sameForAll is n regimes in one point.
func sameForAll(n int) *results.Table {
	tab := table()
	for k := range n {
		tab.Append(row("minimised-with-a-long-name-"+strconv.Itoa(k), .78, .779, .781, 1e9)...)
	}
	return tab
}

// Two strokes that cross, a stroke through a box, and those that miss.
func TestStrokes(t *testing.T) {
	b := box{0, 0, 10, 10}
	for s, want := range map[stroke]bool{{-5, 5, 15, 5}: true, {2, 2, 3, 3}: true, {-5, 12, 15, 12}: false, {-5, 5, -1, 5}: false, {-3, 8, 1, 12}: false, {5, -5, 5, 15}: true} {
		if s.crosses(b) != want {
			t.Errorf("%v crosses the box: %v", s, !want)
		}
	}
	if s := (stroke{0, 0, 10, 10}); !s.meets(stroke{0, 10, 10, 0}) || s.meets(stroke{0, 1, 10, 11}) || s.meets(stroke{20, 0, 20, 9}) {
		t.Error("strokes that cross and that do not are mixed up")
	}
}

func TestFrontierOfNothing(t *testing.T) {
	undefined := []results.Cell{results.Str("none"), results.Str("scorecard"), results.None, results.None, results.None, results.Int(0)}
	if _, err := Frontier(table(undefined), "scorecard", ""); !errors.Is(err, ErrNothing) {
		t.Errorf("err = %v", err)
	}
	if _, err := Frontier(table(row("everyone", .8, .7, .9, 1)), "gbdt", ""); !errors.Is(err, ErrNothing) {
		t.Errorf("another scorer: err = %v", err)
	}
}

// Marks are round, inside the range, written without a digit too many or too few, and neither none nor many.
func TestEvenMarks(t *testing.T) {
	for low := 0.0; low < 0.99; low += 0.0173 {
		for _, width := range []float64{0.001, 0.0101, 0.02, 0.05, 0.13, 0.5, 1} {
			all := even(low, low+width)
			if len(all) < 2 || len(all) > 8 {
				t.Fatalf("%d marks from %g to %g", len(all), low, low+width)
			}
			for _, m := range all {
				if x, err := strconv.ParseFloat(m.text, 64); err != nil || x != m.value || x < low-1e-9 || x > low+width+1e-9 {
					t.Fatalf("mark %q at %v from %g to %g", m.text, m.value, low, low+width)
				}
			}
		}
	}
}
