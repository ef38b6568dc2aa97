package figure

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
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
