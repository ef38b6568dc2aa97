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
