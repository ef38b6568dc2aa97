package evaluate

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"overshare/results"
)

// The AUC, the paired difference, its interval and p-value equal pROC's, and AUC, average precision and Brier
// score scikit-learn's, to 1e-9, on the scores that evaluate exports. How the figures were made:
// testdata/README.md.
func TestAgainstOtherPrograms(t *testing.T) {
	o := Defaults()
	o.File, o.Label, o.Time, o.Person = filepath.Join("testdata", "bills.csv"), "failed", "night", None
	o.Scorers = []string{"scorecard", "gbdt"}
	found := must(t, o)
	var scores bytes.Buffer
	if err := found.WriteScores(func(s results.Schema) (results.Writer, error) { return results.NewCSV(&scores, s), nil }); err != nil {
		t.Fatal(err)
	}
	if want, err := os.ReadFile(filepath.Join("testdata", "scores.csv")); err != nil || !bytes.Equal(want, scores.Bytes()) {
		t.Fatalf("the scores are not those that the other programs measured (%v): write testdata again as its README says", err)
	}
	checked := 0
	same := func(table string, where map[string]string, column, want string) {
		t.Helper()
		x, err := strconv.ParseFloat(want, 64)
		got, ok := cellOf(t, found, table, where, column)
		if err != nil || !ok || math.Abs(got-x) > 1e-9 {
			t.Errorf("%s %v %s: %v, the other program says %s", table, where, column, got, want)
		}
		checked++
	}
	for _, r := range peerRows(t, "proc.csv") {
		where := map[string]string{"scorer": r["scorer"], "metric": "auc"}
		for column, name := range map[string]string{"difference": "difference", "ci_low": "diff_low", "ci_high": "diff_high", "p_value": "p"} {
			same("comparison", where, column, r[name])
		}
	}
	for _, r := range peerRows(t, "sklearn.csv") {
		for _, m := range []string{"auc", "pr_auc", "brier"} {
			same("detection", map[string]string{"regime": r["regime"], "scorer": r["scorer"], "metric": m}, "value", r[m])
		}
	}
	if checked != 2*4+4*3 {
		t.Errorf("%d figures were compared", checked)
	}
}

func peerRows(t *testing.T, name string) (rows []map[string]string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			m[h] = r[i]
		}
		rows = append(rows, m)
	}
	return rows
}
