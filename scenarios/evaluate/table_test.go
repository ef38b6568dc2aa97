package evaluate

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"overshare/results"
	"overshare/scoring/calibrate/logit"
	"overshare/sim/rng"
)

// A demo is a made-up table with known risks: log-odds −2.5 + load, and +1 for the kind "new". Out of scope the
// sign of load is turned when foreign is set, so that such rows mislead.
type demo struct {
	rows           int
	seed           uint64
	allIn, foreign bool
}

var demoHeader = []string{"bounced", "in_scope", "day", "user", "age", "load", "noise", "kind"}

func (d demo) records() [][]string {
	out := make([][]string, d.rows)
	for i := range out {
		s := rng.Open(d.seed, rng.PurposeModel, uint64(i))
		user := rng.Below(s.At(0), uint64(d.rows/3+1))
		in := d.allIn || user%4 == 0
		load := 2*s.Uniform(1) - 1 + 2*s.Uniform(2) - 1
		kind := []string{"old", "old", "mid", "new"}[rng.Below(s.At(3), 4)]
		odds := -2.5 + 2*load
		if d.foreign && !in {
			odds = -2.5 - 2*load
		}
		if kind == "new" {
			odds++
		}
		bad := s.Uniform(4) < logit.P(odds)
		text := strconv.FormatFloat(load, 'f', 4, 64)
		if rng.Below(s.At(5), 20) == 0 {
			text = ""
		}
		day := 1 + rng.Below(s.At(6), 28)
		out[i] = []string{digit(bad), digit(in), fmt.Sprintf("2024-02-%02d", day), fmt.Sprintf("u%d", user),
			[]string{"young", "middle", "aged"}[user%3], text, strconv.Itoa(int(rng.Below(s.At(7), 1000))), kind}
	}
	return out
}

func digit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func write(t testing.TB, header []string, rows [][]string) string {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = false
	if err := w.WriteAll(append([][]string{header}, rows...)); err != nil {
		t.Fatal(err)
	}
	return save(t, b.Bytes())
}

func save(t testing.TB, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func demoOptions(path string) Options {
	o := Defaults()
	o.File, o.Group = path, "age"
	return o
}

func must(t testing.TB, o Options) *Outcome {
	t.Helper()
	found, err := Execute(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// dump is every table of an outcome, scores without row numbers included.
func dump(t testing.TB, o *Outcome) string {
	t.Helper()
	var b bytes.Buffer
	for _, table := range o.Tables {
		w := results.NewCSV(&b, table.Schema)
		if err := table.WriteRows(w); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String() + o.Sentence + strings.Join(o.Warnings, "\n")
}

// scoresOf returns the lines of the scores table, sorted by all but the row number.
func scoresOf(t testing.TB, o *Outcome) []string {
	t.Helper()
	var b bytes.Buffer
	if err := o.WriteScores(func(s results.Schema) (results.Writer, error) { return results.NewCSVRows(&b, s), nil }); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	for i, l := range lines {
		_, lines[i], _ = strings.Cut(l, ",")
	}
	slices.Sort(lines)
	return lines
}

func cellOf(t testing.TB, o *Outcome, table string, where map[string]string, column string) (float64, bool) {
	t.Helper()
	for _, x := range o.Tables {
		if x.Name != table {
			continue
		}
	rows:
		for r := range x.Len() {
			for k, v := range where {
				if x.Get(r, k).String() != v {
					continue rows
				}
			}
			return x.Get(r, column).Float()
		}
	}
	t.Fatalf("no row %v in %s", where, table)
	return 0, false
}

// shuffled is a permutation keyed by seed.
func shuffled(rows [][]string, seed uint64) [][]string {
	type keyed struct {
		k uint64
		r []string
	}
	all := make([]keyed, len(rows))
	for i, r := range rows {
		all[i] = keyed{rng.Open(seed, rng.PurposeModel, uint64(i)).At(99), r}
	}
	slices.SortFunc(all, func(a, b keyed) int { return strings.Compare(fmt.Sprintf("%020d", a.k), fmt.Sprintf("%020d", b.k)) })
	out := make([][]string, len(rows))
	for i := range all {
		out[i] = all[i].r
	}
	return out
}

// The order of the rows and the number of workers change nothing: neither the tables nor what any row is given,
// with a time column as well as with people drawn.
func TestOrderAndWorkersChangeNothing(t *testing.T) {
	rows := demo{rows: 9000, seed: 1}.records()
	for _, time := range []string{Auto, None} {
		o := demoOptions(write(t, demoHeader, rows))
		o.Scorers, o.Time = []string{"scorecard", "gbdt"}, time
		first := must(t, o)
		o.Workers = 3
		if got := must(t, o); dump(t, got) != dump(t, first) {
			t.Errorf("time %q: three workers give other tables than one", time)
		}
		o.File = write(t, demoHeader, shuffled(rows, 5))
		got := must(t, o)
		if sortedLines(dump(t, first)) != sortedLines(dump(t, got)) {
			t.Errorf("time %q: shuffled rows give other tables", time)
		}
		if !slices.Equal(scoresOf(t, got), scoresOf(t, first)) {
			t.Errorf("time %q: shuffled rows are given other probabilities", time)
		}
	}
}

// sortedLines forgets the order of groups, which is that of the file.
func sortedLines(s string) string {
	l := strings.Split(s, "\n")
	slices.Sort(l)
	return strings.Join(l, "\n")
}

// With everybody in scope both regimes learn from the same rows: equal to the last bit, and equivalent.
func TestAllInScopeIsTheSame(t *testing.T) {
	o := demoOptions(write(t, demoHeader, demo{rows: 6000, seed: 2, allIn: true}.records()))
	o.Scorers = []string{"scorecard", "gbdt"}
	found := must(t, o)
	for _, l := range scoresOf(t, found) {
		f := strings.Split(l, ",")
		if f[1] != f[2] || f[3] != f[4] {
			t.Fatalf("regimes differ: %s", l)
		}
	}
	if d, ok := cellOf(t, found, "comparison", map[string]string{"metric": "auc", "scorer": "gbdt"}, "difference"); !ok || d != 0 {
		t.Errorf("difference %v, want 0", d)
	}
	if !strings.Contains(strings.Join(found.Warnings, "\n"), "all rows are in scope") {
		t.Errorf("no warning that all rows are in scope: %q", found.Warnings)
	}
	if !strings.Contains(found.Sentence, "exposed") {
		t.Errorf("sentence %q", found.Sentence)
	}
}

// Rows out of scope that say the opposite of those in scope would mislead a card that pools them (it learns nothing: its AUC
// is a half); a stack costs everyone next to nothing: less than 0.005 in AUC, at a standard error of 0.0005. Where
// outsiders are alike, their rows count. The in-scope score must find the risk that was put in: AUC near the
// 0.83 of the true log-odds (standard error 0.012 at 4,500 test rows, 5 of them allowed).
func TestForeignRowsDoNotMislead(t *testing.T) {
	weights := func(foreign bool) (map[string]float64, *Outcome) {
		o := demoOptions(write(t, demoHeader, demo{rows: 60000, seed: 3, foreign: foreign}.records()))
		o.Ignore = []string{"noise"}
		found, w := must(t, o), map[string]float64{}
		for _, l := range found.run.learnt {
			w[l.Name] = l.weight
		}
		return w, found
	}
	w, found := weights(true)
	in, _ := cellOf(t, found, "detection", map[string]string{"regime": inScope, "metric": "auc"}, "value")
	d, _ := cellOf(t, found, "comparison", map[string]string{"metric": "auc"}, "difference")
	if in < 0.77 || in > 0.89 || math.Abs(d) > 0.005 {
		t.Errorf("in-scope AUC %.4f, difference %+.4f, weights %v", in, d, w)
	}
	if w[ofScope] < 0.5 {
		t.Errorf("foreign rows: weights %v", w)
	}
	if w, _ := weights(false); w[pooled]+w[withFlag] < 0.2 {
		t.Errorf("rows alike: weights %v", w)
	}
}

// A CSV file and a Parquet file of the same table give the same tables to the byte.
func TestParquetEqualsCSV(t *testing.T) {
	rows := demo{rows: 5000, seed: 4}.records()
	o := demoOptions(write(t, demoHeader, rows))
	want := must(t, o)
	o.File = writeParquet(t, rows)
	got := must(t, o)
	if dump(t, got) != dump(t, want) {
		t.Error("the tables differ")
	}
	if !slices.Equal(scoresOf(t, got), scoresOf(t, want)) {
		t.Error("the probabilities differ")
	}
}

// A demoRow is a row of the demo in Parquet, every column in another type.
type demoRow struct {
	Bounced bool     `parquet:"bounced"`
	InScope int32    `parquet:"in_scope"`
	Day     int32    `parquet:"day,date"`
	User    string   `parquet:"user,dict"`
	Age     string   `parquet:"age"`
	Load    *float64 `parquet:"load,optional"`
	Noise   int64    `parquet:"noise"`
	Kind    string   `parquet:"kind,dict"`
}

func writeParquet(t testing.TB, rows [][]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.csv") // the ending must not matter
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := parquet.NewGenericWriter[demoRow](f, parquet.MaxRowsPerRowGroup(1700), parquet.PageBufferSize(4000))
	for _, r := range rows {
		at, _ := parseInstant(r[2])
		noise, _ := strconv.ParseInt(r[6], 10, 64)
		row := demoRow{r[0] == "1", int32(r[1][0] - '0'), int32(at / 86400), r[3], r[4], nil, noise, r[7]}
		if x, err := strconv.ParseFloat(r[5], 64); err == nil {
			row.Load = &x
		}
		if _, err := w.Write([]demoRow{row}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
