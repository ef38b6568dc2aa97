package evaluate

import (
	"encoding/binary"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

// Files of pyarrow, DuckDB and Spark hold what testdata/parquet/make_parquet.py put into them, in every cell:
// decimals as the numbers that they are whatever type they are kept in, times, truth values, missing cells.
func TestFilesOfOtherPrograms(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "parquet", "*.parquet"))
	if err != nil || len(files) < 15 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src, _, err := open(path, &Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			if got := strings.Join(src.columns(), " "); got != "label scope time d9 d18 d38 text number" {
				t.Fatalf("columns %s", got)
			}
			i := 0
			err = src.read(t.Context(), []int{0, 1, 2, 3, 4, 5, 6, 7}, func(_ int64, c []cell) error {
				checkMade(t, i, c)
				i++
				return nil
			})
			if err != nil || i != 40 {
				t.Errorf("%d rows, %v", i, err)
			}
		})
	}
}

// Files of many rows hold what make_parquet.py put into them, too: truth values in runs of no round length, numbers that
// hardly pack, in every compression and version of pages, around a row group of nothing.
func TestLongFilesOfOtherPrograms(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "parquet", "long", "*.parquet"))
	if err != nil || len(files) < 12 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src, _, err := open(path, &Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			i := 0
			err = src.read(t.Context(), []int{0, 1, 2}, func(_ int64, c []cell) error {
				yes, ok := c[0].truth()
				x, _ := c[1].number()
				if ok != (i%30 != 0) || ok && yes != (i*i/50%2 == 1) || x != float64(i*7919%1009)/1009 || string(c[2].text) != fmt.Sprintf("text %d", i*7919%1009) {
					t.Errorf("row %d: %v %v, %v, %s", i, yes, ok, x, c[2].text)
				}
				i++
				return nil
			})
			if err != nil || i != 420 {
				t.Errorf("%d rows, %v", i, err)
			}
		})
	}
}

// checkMade compares row i with the formulas of make_parquet.py.
func checkMade(t *testing.T, i int, c []cell) {
	t.Helper()
	yes, _ := c[0].truth()
	in, _ := c[1].truth()
	at, _ := c[2].instant()
	want := time.Date(2024, 2, 1+i%28, 13, 30, 0, 0, time.UTC)
	if yes != (i%3 == 0) || in != (i%2 == 1) || at != float64(want.Unix()) {
		t.Errorf("row %d: label %v, scope %v, time %v", i, yes, in, showInstant(at))
	}
	for k, want := range []float64{float64(i-7) / 100, float64(1_000_000_000_000+i) / 10_000, -1e15} {
		if got, ok := c[3+k].number(); !ok || c[3+k].kind != number || got != want {
			t.Errorf("row %d: decimal %d is %v, want %v", i, k, c[3+k].quoted(), want)
		}
	}
	if text := string(c[6].text); c[6].missing() != (i == 5) || i != 5 && text != fmt.Sprintf("kind %d", i%4) {
		t.Errorf("row %d: text %q", i, text)
	}
	if x, ok := c[7].number(); ok != (i != 6) || i != 6 && x != float64(i)/8 {
		t.Errorf("row %d: number %v", i, x)
	}
}

// Decimals of every width are rounded once, as reading their digits would.
func TestDecimals(t *testing.T) {
	for _, c := range []struct {
		b     []byte
		scale int
		want  float64
	}{
		{[]byte{0x7f}, 2, 1.27}, {[]byte{0xff}, 2, -0.01}, {[]byte{0x80, 0}, 1, -3276.8}, {nil, 3, 0},
		{[]byte{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 0, 9223372036854775807},
		{[]byte{0x80, 0, 0, 0, 0, 0, 0, 0}, 18, -9.223372036854775808},
		{[]byte{1, 0, 0, 0, 0, 0, 0, 0, 1}, 9, 18446744073.709551617}, {[]byte{5}, 30, 5e-30}, {[]byte{5}, -3, 5000},
	} {
		if got := decimal(twosComplement(c.b), c.scale); got != c.want {
			t.Errorf("%x at scale %d is %v, want %v", c.b, c.scale, got, c.want)
		}
	}
}

// hostile returns files that ask for memory or stack out of proportion to their size.
func hostile(t testing.TB) map[string][]byte {
	t.Helper()
	tail := func(b []byte) []byte {
		b = append([]byte("PAR1"), b...)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(b)-4))
		return append(b, "PAR1"...)
	}
	repeat := func(b string, n int) []byte { return []byte(strings.Repeat(b, n)) }
	return map[string][]byte{
		"12 bytes, footer of 2 GiB":  []byte("PAR1\xff\xff\xff\x7fPAR1"),
		"8 bytes":                    []byte("PAR1PAR1"),
		"structures in structures":   tail(repeat("\x1c", 5<<20)),
		"lists in lists":             tail(append([]byte{0x19}, repeat("\x19", 5<<20)...)),
		"empty structures":           tail(append([]byte{0x15, 2, 0x19, 0xfc, 0x80, 0x80, 0x80, 0x02}, make([]byte, 5<<20)...)),
		"text of 2 GiB":              tail([]byte{0x68, 0xff, 0xff, 0xff, 0xff, 0x07, 'x'}),
		"list of 2 thousand million": tail([]byte{0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07}),
		"columns in columns":         tail(deepSchema(500_000)),
		"12,000 columns":             tail(wideSchema(12_000)),
		"a page of zeros":            zeros(t, &parquet.Zstd),
	}
}

// deepSchema is a footer whose every column is the only child of the one before.
func deepSchema(n int) []byte {
	b := []byte{0x15, 2, 0x19, 0xfc}
	b = binary.AppendUvarint(b, uint64(n))
	for range n {
		b = append(b, 0x48, 1, 'x', 0x15, 2, 0) // name x, one child
	}
	return append(b, 0x16, 0, 0x19, 0x0c, 0)
}

// wideSchema is a footer of n columns side by side.
func wideSchema(n int) []byte {
	b := []byte{0x15, 2, 0x19, 0xfc}
	b = binary.AppendUvarint(b, uint64(n+1))
	b = append(b, 0x48, 1, 'r', 0x15) // name r, n children
	b = append(binary.AppendUvarint(b, uint64(2*n)), 0)
	for range n {
		b = append(b, 0x15, 2, 0x38, 1, 'x', 0) // a whole number of 32 bits named x
	}
	return append(b, 0x16, 0, 0x19, 0x0c, 0)
}

// zeros is a file of twelve columns of one million zeros each, in one page, which is nothing much when packed.
func zeros(t testing.TB, codec parquetCodec) []byte {
	t.Helper()
	root, row := parquet.Group{}, parquet.Row{}
	for i := range 12 {
		root[fmt.Sprintf("c%02d", i)] = parquet.Leaf(parquet.Int64Type)
		row = append(row, parquet.Int64Value(0).Level(0, 0, i))
	}
	root["label"], root["scope"] = parquet.Leaf(parquet.Int64Type), parquet.Leaf(parquet.Int64Type)
	row = append(row, parquet.Int64Value(0).Level(0, 0, 12), parquet.Int64Value(0).Level(0, 0, 13))
	return written(t, root, codec, slices.Repeat([]parquet.Row{row}, 1_000_000))
}

// Every hostile file is refused in the stack and memory that an ordinary one takes: the library alone took 8 GB for
// 33 KB and overflowed the stack.
func TestHostileParquet(t *testing.T) {
	for name, b := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			o := Defaults()
			o.File = save(t, b)
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Execute(t.Context(), o)
			runtime.ReadMemStats(&after)
			if err == nil || strings.Contains(err.Error(), "runtime error") {
				t.Errorf("error %v", err)
			}
			if took := int64(after.TotalAlloc - before.TotalAlloc); took > 512<<20 {
				t.Errorf("it took %d MiB in all to refuse %d bytes: %v", took>>20, len(b), err)
			}
			t.Logf("%d bytes, %d MiB: %.150v", len(b), (after.TotalAlloc-before.TotalAlloc)>>20, err)
		})
	}
}

// A run of a few bytes may stand for two thousand million values; a page must not hold more than it claims.
func TestRunsThatClaimMore(t *testing.T) {
	bomb := binary.AppendUvarint(nil, 1<<31-2)
	for name, err := range map[string]error{
		"runs":            checkRuns(append(bomb, 1), 1, 100),
		"many runs":       checkRuns([]byte(strings.Repeat("\xfe\x01\x01", 100)), 1, 1000),
		"packed":          checkRuns(append(binary.AppendUvarint(nil, 1<<20|1), 1), 0, 100),
		"delta":           checkDelta(append([]byte{0x80, 1, 4}, bomb...), 100),
		"cut off":         checkRuns([]byte{0x80}, 1, 100),
		"zstd bomb":       unpackOnly(t, &parquet.Zstd, 1<<20, 100),
		"gzip bomb":       unpackOnly(t, &parquet.Gzip, 1<<20, 100),
		"snappy bomb":     unpackOnly(t, &parquet.Snappy, 1<<20, 100),
		"brotli bomb":     unpackOnly(t, &parquet.Brotli, 1<<20, 100),
		"lz4 bomb":        unpackOnly(t, &parquet.Lz4Raw, 1<<20, 100),
		"zstd too little": unpackOnly(t, &parquet.Zstd, 99, 100),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := checkRuns([]byte{200, 1, 7, 3, 0xaa}, 3, 100); err != nil { // 100 sevens, and eight packed that fill up
		t.Error(err)
	}
	for _, codec := range []parquetCodec{&parquet.Zstd, &parquet.Gzip, &parquet.Snappy, &parquet.Brotli, &parquet.Lz4Raw} {
		if err := unpackOnly(t, codec, 5000, 5000); err != nil {
			t.Errorf("%v: %v", codec, err)
		}
	}
}

func unpackOnly(t *testing.T, codec parquetCodec, size, claimed int) error {
	t.Helper()
	packed, err := codec.Encode(nil, make([]byte, size))
	if err != nil {
		t.Fatal(err)
	}
	_, err = unpack(codec.CompressionCodec(), packed, claimed)
	return err
}

// A row may go over many lines, and its length is that of all of them.
func TestRowOfManyLines(t *testing.T) {
	var b strings.Builder
	b.WriteString("label,scope")
	for i := range 60 {
		fmt.Fprintf(&b, ",c%d", i)
	}
	b.WriteString("\n1,1")
	field := strings.Repeat(strings.Repeat("y", 999)+"\n", 1000)
	for range 60 {
		b.WriteString(",\"" + field + `"`)
	}
	o := Defaults()
	o.File = save(t, []byte(b.String()))
	_, err := Execute(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "line 2: is a row longer than 16 MiB") {
		t.Errorf("error %v", err)
	}
}

// The grid of a sketch grows coarser where columns are many, so that all together keep a bounded number of keys.
func TestSketchesShareTheirMemory(t *testing.T) {
	for _, n := range []int{1, 256, 300, 1500, maxColumns} {
		if k := keysFor(n); k > maxKeys || k < minKeys || n <= 256 && k != maxKeys || k*n > max(allKeys, minKeys*n) {
			t.Errorf("%d columns: %d keys", n, k)
		}
	}
	s := sketch{limit: 1024}
	for i := range 100_000 {
		s.add(math.Sqrt(float64(i)))
	}
	s.settle()
	if len(s.key) > 1024 || len(s.key) < 400 {
		t.Errorf("%d keys", len(s.key))
	}
}
