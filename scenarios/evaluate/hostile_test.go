package evaluate

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// good is a small table that evaluates; the hostile files are changes of it.
func good() string {
	var b strings.Builder
	b.WriteString("label,scope,time,weight,x,kind\n")
	for _, r := range (demo{rows: 400, seed: 6}).records() {
		b.WriteString(strings.Join([]string{r[0], r[1], r[2], "1", r[5], r[7]}, ",") + "\n")
	}
	return b.String()
}

// change replaces field number col of the second data row, on line 3.
func change(col int, value string) string {
	lines := strings.SplitAfter(good(), "\n")
	f := strings.Split(strings.TrimSuffix(lines[2], "\n"), ",")
	f[col] = value
	lines[2] = strings.Join(f, ",") + "\n"
	return strings.Join(lines, "")
}

// Every hostile file is a clear error that names the place, or a clean result.
func TestHostileFiles(t *testing.T) {
	all := func(col int, value string) string {
		lines := strings.Split(strings.TrimSpace(good()), "\n")
		for i, l := range lines[1:] {
			f := strings.Split(l, ",")
			f[col] = value
			lines[i+1] = strings.Join(f, ",")
		}
		return strings.Join(lines, "\n")
	}
	for name, c := range map[string]struct{ file, want string }{
		"good":              {good(), ""},
		"byte order mark":   {"\xef\xbb\xbf" + good(), ""},
		"crlf":              {strings.ReplaceAll(good(), "\n", "\r\n"), ""},
		"no last newline":   {strings.TrimSuffix(good(), "\n"), ""},
		"blank lines":       {strings.ReplaceAll(good(), "\n", "\n\n"), ""},
		"semicolons":        {strings.ReplaceAll(good(), ",", ";"), ""},
		"tabs":              {strings.ReplaceAll(good(), ",", "\t"), ""},
		"quoted":            {strings.ReplaceAll(good(), "old", `"o""l,d"`), ""},
		"1e308":             {change(4, "1e308"), ""},
		"1e999":             {change(4, "-1e999"), ""},
		"nan feature":       {change(4, "NaN"), ""},
		"no label":          {change(0, "NA"), ""},
		"header only":       {"label,scope,x\n", "has a header but no rows"},
		"blank":             {"\n\n", "no header line"},
		"empty":             {"", "is empty"},
		"three labels":      {change(0, "2"), `table.csv: line 3, column "label": "2" is no label; expected 1, true or yes`},
		"scope maybe":       {change(1, "maybe"), `line 3, column "scope": "maybe" is no scope`},
		"scope missing":     {change(1, ""), `line 3, column "scope": empty is no scope`},
		"time text":         {change(2, "soon"), `line 3, column "time": "soon" is no time; expected a date like`},
		"negative weight":   {change(3, "-1"), `line 3, column "weight": "-1" is no weight; expected a number from 0`},
		"nan weight":        {change(3, "nan"), `line 3, column "weight": empty is no weight`},
		"huge weight":       {change(3, "1e30"), `the largest weight`},
		"zero weights":      {all(3, "0"), "all weights are 0"},
		"one odd number":    {change(4, "12a"), `column "x": "12a" on line 3 is no number`},
		"ragged":            {good() + "1,1\n", "line 402: has 2 fields, expected 6"},
		"twice":             {strings.Replace(good(), "kind", "x", 1), `columns 5 and 6 are both named "x"`},
		"unnamed":           {strings.Replace(good(), "kind", "", 1), "column 6 has no name"},
		"open quote":        {change(4, `"1`), "has a quote in column 5 that is not closed"},
		"text after quote":  {change(4, `"1"2`), "has text after the closing quote in column 5"},
		"huge field":        {change(5, strings.Repeat("y", maxField+1)), "has a field longer than 1 MiB in column 6"},
		"huge quoted field": {change(5, `"`+strings.Repeat("y\n", maxField)), "line 3: has a quote in column 6 that is not closed"},
		"latin-1":           {strings.ReplaceAll(good(), "old", "\xe4lt"), "text that is not UTF-8"},
		"latin-1 header":    {strings.Replace(good(), "kind", "k\xefnd", 1), "is not UTF-8"},
		"utf-16":            {"\xff\xfel\x00", "UTF-16"},
		"excel":             {"PK\x03\x04whatever", "Excel"},
		"gzip":              {"\x1f\x8b\x08", "gzip"},
		"dash is missing":   {change(4, "-"), ""},
		"binary":            {"a,b\x00c\n", "neither text nor Parquet"},
		"old mac":           {strings.ReplaceAll(good(), "\n", "\r"), "carriage return"},
		"broken parquet":    {"PAR1 but not really PAR1", "not a readable Parquet file"},
		"one class":         {all(0, "0"), "have the same outcome"},
		"nobody in scope":   {all(1, "0"), "no row is in scope"},
		"no labels":         {all(0, ""), "no row in scope has a label"},
		"all in scope":      {all(1, "yes"), ""},
		"one time":          {all(2, "2024-02-01"), "have the same time"},
		"nothing to learn":  {all(4, "null"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := Defaults()
			o.File = save(t, []byte(c.file))
			found, err := Execute(context.Background(), o)
			switch {
			case c.want == "" && err != nil:
				t.Fatal(err)
			case c.want == "" && len(found.Tables) < 4:
				t.Fatal("no tables")
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Fatalf("error %v, want %q", err, c.want)
			}
		})
	}
}

// Different line ends, separators, a mark at the beginning and blank lines are the same table.
func TestFormsOfCSVAreTheSame(t *testing.T) {
	run := func(s string) string {
		o := Defaults()
		o.File = save(t, []byte(s))
		return dump(t, must(t, o))
	}
	want := run(good())
	for _, s := range []string{"\xef\xbb\xbf" + good(), strings.ReplaceAll(good(), "\n", "\r\n"), strings.ReplaceAll(good(), ",", ";"),
		strings.ReplaceAll(good(), "\n", "\n\n"), strings.ReplaceAll(good(), "old", `"old"`), strings.ReplaceAll(good(), ",", " , ")} {
		if run(s) != want {
			t.Errorf("other tables for %q", s[:60])
		}
	}
}

// Wrong choices are mistakes with a next step, and name what exists.
func TestMistakes(t *testing.T) {
	path := save(t, []byte(good()))
	for _, c := range []struct {
		change     func(o *Options)
		want, hint string
	}{
		{func(o *Options) { o.Label = "lable" }, `--label: the file has no column "lable"`, "the columns are label, scope"},
		{func(o *Options) { o.Features = []string{"x", "x"} }, "named twice", "once"},
		{func(o *Options) { o.Features = []string{"label"} }, "is the label itself", ""},
		{func(o *Options) { o.Ignore = []string{"y"} }, "--ignore: the file has no column", ""},
		{func(o *Options) { o.Scope = "label" }, `column "label" is named as both label and scope`, ""},
		{func(o *Options) { o.Scope = None }, "a scope column is needed", "--scope"},
		{func(o *Options) { o.Scorers = []string{"oracle"} }, `"oracle" is not a scorer`, "scorecard and gbdt"},
		{func(o *Options) { o.TestShare = 1 }, "test share is 1", ""},
		{func(o *Options) { o.Margin = 0 }, "margin is 0", ""},
		{func(o *Options) { o.TestFrom = "2025-01-01" }, "no row in scope lies at or after 2025-01-01", "earlier"},
		{func(o *Options) { o.TestFrom = "12" }, `"12" is not a date`, "date like"},
		{func(o *Options) { o.TestFrom, o.Time = "2024-02-20", None }, "the file has no time column", "--time"},
		{func(o *Options) { o.File = filepath.Dir(path) }, "is a folder", "CSV or Parquet"},
		{func(o *Options) { o.File = path + "x" }, "there is no file", ""},
		{func(o *Options) { o.File = os.DevNull }, "is not a file on a disk", "save it"},
	} {
		o := Defaults()
		o.File = path
		c.change(&o)
		_, err := Execute(context.Background(), o)
		var m *Mistake
		if !errors.As(err, &m) || !strings.Contains(m.Text, c.want) || !strings.Contains(m.Hint, c.hint) {
			t.Errorf("got %v, want a mistake with %q and hint %q", err, c.want, c.hint)
		}
	}
}

// Up to ten bad cells are told at once.
func TestManyFaultsAtOnce(t *testing.T) {
	o := Defaults()
	o.File = save(t, []byte(strings.ReplaceAll(good(), ",1,old", ",-1,old")))
	lines := strings.SplitAfter(good(), "\n")
	for i := range lines[1:20] {
		lines[i+1] = "7" + lines[i+1][1:]
	}
	o.File = save(t, []byte(strings.Join(lines, "")))
	_, err := Execute(context.Background(), o)
	if err == nil || strings.Count(err.Error(), "is no label") != maxFaults || !strings.Contains(err.Error(), "and perhaps more") {
		t.Errorf("error %v", err)
	}
}

// A column of dates, one of many texts and one without values are left out with a warning, and refused when named.
func TestColumnsThatAreNoFeatures(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(good()), "\n")
	lines[0] += ",joined,name,nothing"
	for i := range lines[1:] {
		lines[i+1] += ",2024-01-0" + string(rune('1'+i%9)) + ",n" + strings.Repeat("i", i) + ","
	}
	o := Defaults()
	o.File = save(t, []byte(strings.Join(lines, "\n")))
	found := must(t, o)
	for _, want := range []string{`"joined" is left out: it holds dates`, `"name" is left out: it holds more than 100 different texts, such as "n" on line 2`, `"nothing" is left out: it has no values`} {
		if !strings.Contains(strings.Join(found.Warnings, "\n"), want) {
			t.Errorf("no warning %q in %q", want, found.Warnings)
		}
	}
	if slices.ContainsFunc(found.Roles, func(r Role) bool { return r.Column == "joined" || r.Column == "name" }) {
		t.Error("a column left out is listed as a feature")
	}
	o.Features = []string{"x", "name"}
	if _, err := Execute(context.Background(), o); err == nil || !strings.Contains(err.Error(), "leave it away from --features") {
		t.Errorf("named: %v", err)
	}
}

// A Parquet file that is cut off or has any of its bytes changed is an error or a result, never a panic.
func TestBrokenParquet(t *testing.T) {
	whole, err := os.ReadFile(writeParquet(t, demo{rows: 300, seed: 14}.records()))
	if err != nil {
		t.Fatal(err)
	}
	failed := 0
	for k := 0; k < len(whole); k += max(1, len(whole)/250) {
		b := slices.Clone(whole)
		b[k] ^= 0x5a
		for _, file := range [][]byte{b, whole[:k]} {
			o := Defaults()
			o.File = save(t, file)
			if _, err := Execute(context.Background(), o); err != nil {
				failed++
			}
		}
	}
	if failed < 250 {
		t.Errorf("only %d of about 500 broken files were refused", failed)
	}
}

// Cancelled work returns the cause.
func TestCancelled(t *testing.T) {
	ctx, stop := context.WithCancelCause(context.Background())
	why := errors.New("enough")
	stop(why)
	o := Defaults()
	o.File = save(t, []byte(good()))
	if _, err := Execute(ctx, o); !errors.Is(err, why) {
		t.Errorf("error %v", err)
	}
}

// No file makes the program panic, whatever its bytes. This is the whole command and no parser: a file that is a table is
// written to disk, read several times, fitted and tested, which no thousand a second can be. Its parsers have targets of
// their own: FuzzParquet, FuzzSplit, FuzzCell.
func FuzzExecute(f *testing.F) {
	for _, s := range []string{good()[:2000], "label,scope\n1,1\n0,1\n", "label,scope,time\n1,1,1\n0,0,2\n\"1\",1,3\n0,1,4\n", "PAR1xxxxPAR1", "\xef\xbb\xbflabel;scope\r\n1;1\r\n0;1",
		"label,scope,weight\n1,1,1e308\n0,1,1e308\n", "label,scope,x\n1,1,inf\n0,1,-inf\n0,0,1e-320\n1,0,0x1p-2\n"} {
		f.Add([]byte(s))
	}
	table, err := os.ReadFile(writeParquet(f, demo{rows: 60, seed: 13}.records()))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(table)
	f.Fuzz(func(t *testing.T, b []byte) {
		o := Defaults()
		o.File = save(t, b)
		found, err := Execute(context.Background(), o)
		if err == nil && (found == nil || len(found.Tables) < 4) {
			t.Fatal("neither an error nor tables")
		}
		if err != nil && err.Error() == "" {
			t.Fatal("an error without a word")
		}
	})
}
