package run_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"math"
	"strconv"
	"testing"

	"overshare/results"
	"overshare/scenarios/run"
	"overshare/scenarios/study"
)

// scores runs a scenario and returns scores.csv by column, with the outcome.
func scores(t *testing.T, sets ...string) (columns map[string][]string, detection, comparison *results.Table, found int64) {
	t.Helper()
	out, err := run.Execute(context.Background(), load(t, "kakaopay-2024", 60_000, sets...), study.Options{Workers: 2, Training: true})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	large := out.Large[0]
	w := results.NewCSV(&b, large.Schema)
	if err := large.Write(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns = map[string][]string{}
	for _, row := range rows[1:] {
		for i, name := range rows[0] {
			columns[name] = append(columns[name], row[i])
		}
	}
	return columns, table(t, out, "detection"), table(t, out, "comparison"), w.Rows()
}

// auc counts the pairs of a bounced and a paid bill one by one.
func auc(p []float64, bad []bool) float64 {
	wins, pairs := 0.0, 0.0
	for i := range p {
		for j := range p {
			if bad[i] && !bad[j] {
				pairs++
				switch {
				case p[i] > p[j]:
					wins++
				case p[i] == p[j]:
					wins += 0.5
				}
			}
		}
	}
	return wins / pairs
}

// From scores.csv alone the AUC of every regime and scorer and their paired differences come out, to the last
// digits; roles follow each other in time, and what is told of a bill fits its outcome.
func TestScoresTellDetectionAgain(t *testing.T) {
	all, detection, comparison, rows := scores(t, "processor.scorers=[scorecard, gbdt]", "sharing.regimes=[everyone, in-scope]")
	var bad []bool
	p := map[string][]float64{}
	last, first := map[string]string{}, map[string]string{}
	count := map[string]int{}
	for i, role := range all["role"] {
		count[role]++
		if day := all["day"][i]; first[role] == "" || day < first[role] {
			first[role] = day
		}
		last[role] = max(last[role], all["day"][i])
		if (all["cause"][i] != "") != (role == "test" && all["bounced"][i] == "true") {
			t.Fatalf("row %d: cause %q of a %s bill that bounced: %s", i, all["cause"][i], role, all["bounced"][i])
		}
		for name, cells := range all {
			if name[:2] != "p_" {
				continue
			}
			x, err := strconv.ParseFloat(cells[i], 64)
			if err != nil || !(x > 0 && x < 1) {
				t.Fatalf("row %d: %s is %q", i, name, cells[i])
			}
			if role == "test" {
				p[name] = append(p[name], x)
			}
		}
		if role == "test" {
			bad = append(bad, all["bounced"][i] == "true")
		}
	}
	if len(p) != 4 || count["train"] == 0 || count["calibrate"] == 0 || int64(count["train"]+count["calibrate"]+count["test"]) != rows {
		t.Fatalf("%d scores, rows %v of %d", len(p), count, rows)
	}
	if !(last["train"] < first["calibrate"] && last["calibrate"] < first["test"]) {
		t.Errorf("roles from %v to %v", first, last)
	}
	for _, scorer := range []string{"scorecard", "gbdt"} {
		wide, narrow := auc(p["p_everyone_"+scorer], bad), auc(p["p_in_scope_"+scorer], bad)
		row := map[string]string{"scorer": scorer, "metric": "auc", "regime": "everyone"}
		if want := number(t, cell(t, detection, "value", row)); math.Abs(wide-want) > 1e-12 {
			t.Errorf("%s: AUC %.15f from scores.csv, detection.csv has %.15f", scorer, wide, want)
		}
		if n := number(t, cell(t, detection, "bills", row)); int(n) != len(bad) {
			t.Errorf("%d test bills, detection.csv has %g", len(bad), n)
		}
		row["regime"] = "in-scope"
		if want := number(t, cell(t, comparison, "difference", row)); math.Abs(narrow-wide-want) > 1e-12 {
			t.Errorf("%s: difference %.15f from scores.csv, comparison.csv has %.15f", scorer, narrow-wide, want)
		}
	}
}

// Asking for scores changes no table.
func TestScoresChangeNothing(t *testing.T) {
	s := load(t, "kakaopay-2024", 20_000)
	with, err := run.Execute(context.Background(), s, study.Options{Workers: 2, Training: true})
	if err != nil {
		t.Fatal(err)
	}
	want := files(t, execute(t, s, 2))
	for name, text := range files(t, with) {
		differ(t, name, text, want[name])
	}
}
