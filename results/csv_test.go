package results

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func oneColumn(t Type) Schema {
	return Schema{Name: "t", Columns: []Column{
		{Name: "a", Type: t, Meaning: "Cell."}, {Name: "b", Type: t, Meaning: "Cell."}}}
}

// written returns the CSV that fill writes as one row.
func written(s Schema, fill func(w Writer)) string {
	var b bytes.Buffer
	w := newCSV(&b, s)
	fill(w)
	if err := errors.Join(w.EndRow(), w.Close()); err != nil {
		panic(err)
	}
	return b.String()
}

func TestCSVText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain", "plain"},
		{"a,b", `"a,b"`},
		{`say "no"`, `"say ""no"""`},
		{"two\nlines", "\"two\nlines\""},
		{"a\rb", "\"a\rb\""},
		{" leading", `" leading"`},
		{"서울", "서울"},
		{"=1+1", "'=1+1"},
		{"+82", "'+82"},
		{"-1", "'-1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"},
		{"\r=1", "\"'\r=1\""},
		{"\n=1", "\"'\n=1\""},
		{"  =1", "'  =1"},
		{"＝1", "'＝1"},
		{"=HYPERLINK(\"http://x\",\"y\")", `"'=HYPERLINK(""http://x"",""y"")"`},
		{"a=1", "a=1"},
		{"bad\xff", "bad\uFFFD"},
		{"nul\x00", "nul\uFFFD"},
	} {
		got := written(oneColumn(String), func(w Writer) { w.Text(c.in); w.Empty() })
		if got != c.want+",\n" {
			t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestCSVNumbers(t *testing.T) {
	for _, c := range []struct {
		in   float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "0"}, {0.1, "0.1"}, {-2.5, "-2.5"}, {1e6, "1000000"},
		{1e-6, "0.000001"}, {1e-7, "1e-07"}, {1e21, "1e+21"}, {1.0 / 3, "0.3333333333333333"},
		{math.MaxFloat64, "1.7976931348623157e+308"}, {math.SmallestNonzeroFloat64, "5e-324"},
		{math.NaN(), ""}, {math.Inf(1), ""}, {math.Inf(-1), ""},
	} {
		got := written(oneColumn(Number), func(w Writer) { w.Num(c.in); w.Empty() })
		if got != c.want+",\n" {
			t.Errorf("Num(%v) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestDatesAgreeWithTime(t *testing.T) {
	for _, day := range []int32{-719528, -719163, -1, 0, 59, 10957, 11016, 19866, 2932896} {
		want := time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly)
		if got := string(appendDate(nil, day)); got != want {
			t.Errorf("day %d = %s, want %s", day, got, want)
		}
	}
	for day := int32(-1000); day < 40000; day++ {
		want := time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly)
		if got := string(appendDate(nil, day)); got != want {
			t.Fatalf("day %d = %s, want %s", day, got, want)
		}
	}
}

func TestCSVSingleEmptyColumnIsStillARow(t *testing.T) {
	s := Schema{Name: "t", Columns: []Column{{Name: "a", Type: String, Meaning: "Cell."}}}
	got := written(s, func(w Writer) { w.Empty() })
	rows, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil || len(rows) != 1 {
		t.Errorf("%q reads as %d rows, %v", got, len(rows), err)
	}
}

func TestWriterPanicsOnOurMistakes(t *testing.T) {
	s := sample().Schema
	for name, use := range map[string]func(w Writer){
		"wrong type":         func(w Writer) { w.Int(1) },
		"short row":          func(w Writer) { w.Text("a"); w.EndRow() },
		"empty but required": func(w Writer) { w.Empty() },
		"text but required":  func(w Writer) { w.Text("") },
		"unfinished row":     func(w Writer) { w.Text("a"); w.Close() },
	} {
		for format, open := range map[string]func(io.Writer, Schema) Writer{"csv": NewCSV, "parquet": NewParquet} {
			t.Run(name+"/"+format, func(t *testing.T) {
				defer func() {
					if msg := fmt.Sprint(recover()); !strings.HasPrefix(msg, "results: internal error: ") {
						t.Errorf("panic = %v", msg)
					}
				}()
				use(open(io.Discard, s))
			})
		}
	}
}

func TestAppendExplainsUndefinedNumbers(t *testing.T) {
	table := sample()
	table.Append(Str("none"), Str("auc"), Num(math.NaN()), Int(0), None, None, Str("few bills"))
	if got, want := table.Get(2, WarningsColumn).String(), "few bills; value is undefined"; got != want {
		t.Errorf("warnings = %q, want %q", got, want)
	}
	if !table.Get(2, "value").Empty() {
		t.Error("NaN is not empty")
	}
}

func TestSchemaFaults(t *testing.T) {
	good := Column{Name: "a", Type: String, Meaning: "Cell."}
	for name, s := range map[string]Schema{
		"name":    {Name: "../x", Columns: []Column{good}},
		"none":    {Name: "t"},
		"twice":   {Name: "t", Columns: []Column{good, good}},
		"type":    {Name: "t", Columns: []Column{{Name: "a", Type: "float", Meaning: "Cell."}}},
		"meaning": {Name: "t", Columns: []Column{{Name: "a", Type: String}}},
		"header":  {Name: "t", Columns: []Column{{Name: "=a", Type: String, Meaning: "Cell."}}},
		"key":     {Name: "t", Columns: []Column{good}, Key: []string{"b"}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("accepted")
				}
			}()
			NewTable(s)
		})
	}
}

// parse is a strict reader of what NewCSV promises, kept apart from the writer: RFC 4180 with LF.
func parse(t *testing.T, s string) [][]string {
	var rows [][]string
	for s != "" {
		var row []string
		for {
			var cell string
			cell, s = parseCell(t, s)
			row = append(row, cell)
			if s == "" {
				t.Fatal("no line feed at the end of a row")
			}
			sep := s[0]
			s = s[1:]
			if sep == '\n' {
				break
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func parseCell(t *testing.T, s string) (cell, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ",\n")
		if end < 0 || strings.ContainsAny(s[:end], "\"\r") {
			t.Fatalf("bad bare field in %q", s)
		}
		return s[:end], s[end:]
	}
	for s = s[1:]; ; {
		end := strings.IndexByte(s, '"')
		if end < 0 {
			t.Fatal("quote without end")
		}
		cell, s = cell+s[:end], s[end+1:]
		if !strings.HasPrefix(s, `"`) {
			return cell, s
		}
		cell, s = cell+`"`, s[1:]
	}
}

func FuzzCSVRoundTrip(f *testing.F) {
	for _, s := range []string{"", "a", "=1", "a\r\nb", "\"", ",", "\x00", "\xff", " +1", "'", "\ufeff=1"} {
		f.Add(s, 1.5, int64(-3), int32(19866))
	}
	s := Schema{Name: "t", Columns: []Column{
		{Name: "s", Type: String, Meaning: "Text."}, {Name: "x", Type: Number, Meaning: "Number."},
		{Name: "n", Type: Integer, Meaning: "Count."}, {Name: "d", Type: Date, Meaning: "Day."}}}
	f.Fuzz(func(t *testing.T, text string, x float64, n int64, day int32) {
		out := written(s, func(w Writer) { w.Text(text); w.Num(x); w.Int(n); w.Date(day) })
		rows := parse(t, out)
		if len(rows) != 1 || len(rows[0]) != 4 {
			t.Fatalf("%q reads as %q", out, rows)
		}
		checkText(t, text, rows[0][0])
		if got, err := strconv.ParseFloat(rows[0][1], 64); finite(x) && (err != nil || got != x) {
			t.Errorf("%v reads as %q", x, rows[0][1])
		}
		if rows[0][2] != strconv.FormatInt(n, 10) {
			t.Errorf("%d reads as %q", n, rows[0][2])
		}
		std, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil || len(std) != 1 || strings.ReplaceAll(rows[0][0], "\r\n", "\n") != std[0][0] {
			t.Errorf("encoding/csv reads %q as %q, %v", out, std, err)
		}
	})
}

// checkText wants the text back, but for an apostrophe before formulas and marks for broken bytes.
func checkText(t *testing.T, in, got string) {
	if !utf8.ValidString(got) || strings.Contains(got, "\x00") {
		t.Errorf("%q became %q", in, got)
	}
	if bare := strings.TrimLeft(got, " "); bare != "" && strings.IndexByte("=+-@\t\r\n", bare[0]) >= 0 {
		t.Errorf("%q became %q, which a spreadsheet may run", in, got)
	}
	clean := strings.ReplaceAll(strings.ToValidUTF8(in, "\uFFFD"), "\x00", "\uFFFD")
	if got != clean && got != "'"+clean {
		t.Errorf("%q became %q", in, got)
	}
}

func TestWritersDoNotAllocate(t *testing.T) {
	s := sample().Schema
	for name, open := range map[string]func(io.Writer, Schema) Writer{"csv": NewCSV} {
		w := open(io.Discard, s)
		row := func() {
			w.Text("everyone")
			w.Text("a, b")
			w.Num(0.25)
			w.Int(12345)
			w.Bool(true)
			w.Date(19866)
			w.Empty()
			w.EndRow()
		}
		if n := testing.AllocsPerRun(10000, row); n != 0 {
			t.Errorf("%s: %v allocations per row", name, n)
		}
	}
}
