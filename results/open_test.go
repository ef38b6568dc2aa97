package results_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overshare/results"
)

var everyType = results.Schema{Name: "detection", Title: "All types", Key: []string{"name"}, Columns: []results.Column{
	{Name: "name", Type: results.String, Meaning: "a name", Required: true},
	{Name: "n", Type: results.Integer, Unit: "people", Meaning: "a number"},
	{Name: "x", Type: results.Number, Meaning: "a number"},
	{Name: "ok", Type: results.Boolean, Meaning: "a truth"},
	{Name: "day", Type: results.Date, Meaning: "a day"},
	results.Warnings(),
}}

// saved writes a run folder of the tables given, in both formats, and returns its place.
func saved(t *testing.T, all ...*results.Table) string {
	t.Helper()
	return savedIn(t, []results.Format{results.CSV, results.Parquet}, all...)
}

func savedIn(t *testing.T, formats []results.Format, all ...*results.Table) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	f, err := results.Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if err := f.Table(x, formats...); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Commit(results.Manifest{Command: "run", Scenario: "mine", ScenarioID: strings.Repeat("ab", 32), Seed: 1<<63 + 1,
		Parameters: []results.Parameter{{Path: "run.users", Value: 5.0, Mark: "assumed", Origin: "flag"}}}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func table() *results.Table {
	x := results.NewTable(everyType)
	x.Append(results.Str("=SUM(A1)"), results.Int(-7), results.Num(0.1), results.Bool(true), results.Day(-1), results.None)
	x.Append(results.Str(`a "b", c`), results.None, results.None, results.None, results.None, results.Strs("doubt", "more"))
	x.Append(results.Str("'quoted'"), results.Int(1<<62), results.Num(1e-300), results.Bool(false), results.Day(19000), results.None)
	return x
}

// A table of Parquet files alone reads back as that of CSV files, cell by cell; more rows than one batch.
func TestOpenReadsParquetBack(t *testing.T) {
	want := table()
	for k := range 3000 {
		want.Append(results.Str("'=name"), results.Int(int64(k)), results.Num(float64(k)/7), results.Bool(k%2 == 0), results.Day(int64(k)), results.None)
	}
	read := func(formats ...results.Format) (names []string, cells [][]string) {
		r, err := results.Open(savedIn(t, formats, want))
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Table("detection")
		if err != nil {
			t.Fatal(err)
		}
		for i := range got.Len() {
			var row []string
			for _, c := range got.Columns {
				x := got.Get(i, c.Name)
				row = append(row, fmt.Sprint(x.Empty(), x.String()))
			}
			cells = append(cells, row)
		}
		return r.Tables(), cells
	}
	names, csv := read(results.CSV)
	again, parquet := read(results.Parquet)
	if diff := cmp.Diff(csv, parquet); diff != "" || len(csv) != 3003 {
		t.Errorf("%d rows, CSV against Parquet: %s", len(csv), diff)
	}
	if diff := cmp.Diff(names, again); diff != "" {
		t.Errorf("names: %s", diff)
	}
}

// A run that was written comes back: what was run, and every cell of every type, empty ones as empty.
func TestOpenReadsBack(t *testing.T) {
	want := table()
	r, err := results.Open(saved(t, want))
	if err != nil {
		t.Fatal(err)
	}
	if r.Scenario != "mine" || r.Seed != 1<<63+1 || r.Command != "run" || r.Layout != results.Layout || len(r.Parameters) != 1 || len(r.Files) != 3 {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff([]string{"detection"}, r.Tables()); diff != "" {
		t.Error(diff)
	}
	got, err := r.Table("detection")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Schema, got.Schema); diff != "" {
		t.Error(diff)
	}
	for row := range want.Len() {
		for c := range want.Columns {
			if a, b := want.At(row, c), got.At(row, c); a != b {
				t.Errorf("row %d, %s: %v, want %v", row, want.Columns[c].Name, b, a)
			}
		}
	}
	if _, err := r.Table("roc"); err == nil || !strings.Contains(err.Error(), `no table "roc"`) {
		t.Errorf("a table that is not there: %v", err)
	}
}

// A folder in which anything is missing, changed or of another program is refused, naming the file.
func TestOpenFindsDamage(t *testing.T) {
	for name, c := range map[string]struct {
		harm func(dir string) error
		want string
	}{
		"no manifest":     {func(d string) error { return os.Remove(filepath.Join(d, "manifest.json")) }, "no run folder"},
		"file missing":    {func(d string) error { return os.Remove(filepath.Join(d, "detection.csv")) }, "detection.csv is missing"},
		"byte changed":    {func(d string) error { return flip(filepath.Join(d, "detection.csv")) }, "detection.csv has changed"},
		"description":     {func(d string) error { return flip(filepath.Join(d, "datapackage.json")) }, "datapackage.json"},
		"cut manifest":    {func(d string) error { return os.Truncate(filepath.Join(d, "manifest.json"), 40) }, "manifest.json cannot be read"},
		"another program": {func(d string) error { return reword(d, `"program": "overshare"`, `"program": "other"`) }, "no run folder of this program"},
		"newer":           {func(d string) error { return reword(d, `"layout": 2`, `"layout": 9`) }, "use a newer one"},
		"outside":         {func(d string) error { return reword(d, `"path": "detection.csv"`, `"path": "../detection.csv"`) }, "lies outside"},
	} {
		dir := saved(t, table())
		if err := c.harm(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := results.Open(dir); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

func flip(file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	b[len(b)/2] ^= 1
	return os.WriteFile(file, b, 0o666)
}

func reword(dir, old, now string) error {
	file := filepath.Join(dir, "manifest.json")
	b, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(b), old) {
		return errorOf(err, old)
	}
	return os.WriteFile(file, []byte(strings.Replace(string(b), old, now, 1)), 0o666)
}

func errorOf(err error, old string) error {
	if err != nil {
		return err
	}
	return &json.UnsupportedValueError{Str: "no " + old}
}

// A run of layout 1 comes back in today's words: columns of older names, and an exposure whose wholes stood
// beside their parts.
func TestOpenOlderLayout(t *testing.T) {
	text := func(name string) results.Column {
		return results.Column{Name: name, Type: results.String, Meaning: "text", Required: true}
	}
	records := results.Column{Name: "records", Type: results.Integer, Meaning: "records", Required: true}
	exposure := results.NewTable(results.Schema{Name: "exposure", Key: []string{"flow", "period", "scope"},
		Columns: []results.Column{text("flow"), text("period"), text("scope"), records}})
	for _, flow := range []string{"score", "score-model", "score-daily"} {
		for _, scope := range []string{"in", "out", "all"} {
			exposure.Append(results.Str(flow), results.Str("whole"), results.Str(scope), results.Int(1))
		}
	}
	exposure.Append(results.Str("score"), results.Str("window"), results.Str("in"), results.Int(1))
	burden := results.NewTable(results.Schema{Name: "burden", Key: []string{"by"}, Columns: []results.Column{text("by"), records,
		{Name: "p", Type: results.Number, Meaning: "p"}}})
	burden.Append(results.Str("age"), results.Int(4), results.Num(0.5))
	dir := saved(t, exposure, burden)
	if err := reword(dir, "  \"layout\": 2,\n", ""); err != nil {
		t.Fatal(err)
	}
	r, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.Layout != 1 {
		t.Errorf("layout %d", r.Layout)
	}
	e, err := r.Table("exposure")
	if err != nil {
		t.Fatal(err)
	}
	if e.Len() != 4 || e.Index("period") >= 0 || !cmp.Equal(e.Key, []string{"flow", "scope"}) {
		t.Errorf("%d rows, columns %v, key %v", e.Len(), e.Columns, e.Key)
	}
	b, err := r.Table("burden")
	if err != nil {
		t.Fatal(err)
	}
	if b.Get(0, "dimension").String() != "age" || b.Get(0, "p_value").Empty() || b.Key[0] != "dimension" {
		t.Errorf("columns %v", b.Columns)
	}
}
