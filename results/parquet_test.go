package results

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

// readParquet returns the columns' names and the rows as text, null for a null.
func readParquet(t *testing.T, content []byte) (columns []string, rows [][]string) {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Schema().Columns() {
		columns = append(columns, c[0])
	}
	r := parquet.NewReader(f)
	defer r.Close()
	batch := make([]parquet.Row, 100)
	for {
		n, err := r.ReadRows(batch)
		for _, row := range batch[:n] {
			var cells []string
			for _, v := range row {
				cells = append(cells, v.String())
			}
			rows = append(rows, cells)
		}
		if errors.Is(err, io.EOF) {
			return columns, rows
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestParquetReadsBack(t *testing.T) {
	var b bytes.Buffer
	table := sample()
	w := NewParquet(&b, table.Schema)
	must(t, table.WriteRows(w))
	must(t, w.Close())
	columns, rows := readParquet(t, b.Bytes())
	if diff := cmp.Diff([]string{"regime", "metric", "value", "bills", "on_front", "day", "warnings"}, columns); diff != "" {
		t.Error(diff)
	}
	want := [][]string{
		{"everyone", "auc", "0.1", "3", "true", "19866", "<null>"},
		{"in-scope", "auc", "<null>", "-3", "<null>", "<null>", "no bad bills; small"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

// fillMany writes n rows whose cells change from row to row, across batches and row groups.
func fillMany(t testing.TB, w Writer, n int) {
	for i := range n {
		w.Int(int64(i))
		w.Num(math.Sqrt(float64(i)))
		if i%3 == 0 {
			w.Empty()
		} else {
			w.Text(fmt.Sprint("p", i%1000))
		}
		if err := w.EndRow(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

var manySchema = Schema{Name: "many", Columns: []Column{
	{Name: "n", Type: Integer, Meaning: "Row.", Required: true},
	{Name: "x", Type: Number, Meaning: "Root of n.", Required: true},
	{Name: "a_text", Type: String, Meaning: "Text."}}}

func TestParquetManyRows(t *testing.T) {
	const n = 40*rowsPerBatch + 7
	var a, b bytes.Buffer
	fillMany(t, NewParquet(&a, manySchema), n)
	w := NewParquet(&b, manySchema)
	fillMany(t, w, n)
	if held := cap(w.(*parquetWriter).text); held > 64*rowsPerBatch {
		t.Errorf("holds %d bytes of text after %d rows; a batch has less", held, n)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("bytes differ between two writings of the same rows")
	}
	_, rows := readParquet(t, a.Bytes())
	if len(rows) != n {
		t.Fatalf("%d rows, want %d", len(rows), n)
	}
	for i, row := range rows {
		text := fmt.Sprint("p", i%1000)
		if i%3 == 0 {
			text = "<null>"
		}
		if row[0] != fmt.Sprint(i) || row[1] != parquet.DoubleValue(math.Sqrt(float64(i))).String() || row[2] != text {
			t.Fatalf("row %d = %q", i, row)
		}
	}
}

// TestParquetBytesAreTheSameEverywhere guards the promise that files do not depend on the processor:
// run it on amd64, on arm64, and with -tags purego. Another version of parquet-go or of the program
// may change the value.
func TestParquetBytesAreTheSameEverywhere(t *testing.T) {
	var b bytes.Buffer
	fillMany(t, NewParquet(&b, manySchema), 5000)
	sum := sha256.Sum256(b.Bytes())
	const want = "ab9eef0bfe8086aaa995855b4b99a70174b7a76f59a6ec350b45fa11a0b8436f"
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("sha256 %s, want %s", got, want)
	}
}

func TestParquetEmptyTable(t *testing.T) {
	var b bytes.Buffer
	must(t, NewParquet(&b, manySchema).Close())
	columns, rows := readParquet(t, b.Bytes())
	if len(columns) != 3 || len(rows) != 0 {
		t.Errorf("columns %q, rows %q", columns, rows)
	}
}

func TestParquetProtectsText(t *testing.T) {
	var b bytes.Buffer
	s := oneColumn(String)
	w := NewParquet(&b, s)
	w.Text("=1+1")
	w.Text("bad\xff")
	must(t, w.EndRow())
	must(t, w.Close())
	_, rows := readParquet(t, b.Bytes())
	if diff := cmp.Diff([][]string{{"'=1+1", "bad\uFFFD"}}, rows); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkWriters writes rows like those of the transactions export.
// Run: go test ./results -bench Writers -benchtime 2000000x
func BenchmarkWriters(b *testing.B) {
	s := Schema{Name: "transactions", Columns: []Column{
		{Name: "person", Type: Integer, Meaning: "Person.", Required: true},
		{Name: "day", Type: Date, Meaning: "Day.", Required: true},
		{Name: "kind", Type: String, Meaning: "Kind.", Required: true},
		{Name: "amount_won", Type: Integer, Unit: "won", Meaning: "Amount.", Required: true},
		{Name: "counterparty", Type: Integer, Meaning: "Person at the other end."},
		{Name: "score", Type: Number, Meaning: "Score."}}}
	kinds := []string{"salary", "topup", "shop", "online", "remit_in", "remit_out", "debit"}
	for name, open := range map[string]func(io.Writer, Schema) Writer{"csv": NewCSV, "parquet": NewParquet} {
		b.Run("format="+name, func(b *testing.B) {
			b.ReportAllocs()
			var size counter
			w := open(&size, s)
			state := uint64(1)
			for i := range b.N {
				state = state*6364136223846793005 + 1442695040888963407
				w.Int(int64(i / 40))
				w.Date(int32(19700 + i%120))
				w.Text(kinds[state>>60%7])
				w.Int(int64(state>>48) * 10)
				if state>>47&1 == 0 {
					w.Empty()
				} else {
					w.Int(int64(state >> 39))
				}
				w.Num(float64(state>>40) / 1e6)
				if err := w.EndRow(); err != nil {
					b.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(size)/float64(b.N), "B/row")
		})
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// A Parquet file says by itself what its columns mean and in which units they are, in the words of datapackage.json.
func TestParquetDescribesItsColumns(t *testing.T) {
	s := Schema{Name: "fees", Title: "Fees, as paid", Columns: []Column{
		{Name: "fee_won", Type: Integer, Unit: "won", Meaning: `What was "paid".`, Required: true}, {Name: "who", Type: String, Meaning: "Payer."}}}
	var b bytes.Buffer
	w := NewParquet(&b, s)
	w.Int(5)
	w.Empty()
	if err := errors.Join(w.EndRow(), w.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	text, _ := f.Lookup("tableschema")
	var got tableSchema
	if err := json.Unmarshal([]byte(text), &got); err != nil || !reflect.DeepEqual(got, s.frictionless()) {
		t.Errorf("%v: the file says %s", err, text)
	}
	if title, _ := f.Lookup("title"); title != s.Title || got.Fields[0].Unit != "won" {
		t.Errorf("title %q, fields %v", title, got.Fields)
	}
}
