package evaluate

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A memoryDisk is a file in memory.
type memoryDisk struct{ *bytes.Reader }

func (memoryDisk) Close() error { return nil }

// No Parquet file makes the program panic or take more memory than it may, whether it opens or not.
func FuzzParquet(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "parquet", "*.parquet"))
	if err != nil || len(files) == 0 {
		f.Fatal(len(files), err)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("PAR1\xff\xff\xff\x7fPAR1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		src, err := openParquet(memoryDisk{bytes.NewReader(b)}, "f", int64(len(b)))
		if err != nil {
			return
		}
		want := []int{}
		for i, name := range src.columns() {
			if !strings.HasSuffix(name, "[]") && len(want) < 16 {
				want = append(want, i)
			}
		}
		rows, enough := 0, errors.New("enough")
		err = src.read(t.Context(), want, func(int64, []cell) error {
			if rows++; rows > 10_000 {
				return enough
			}
			return nil
		})
		if err != nil && err.Error() == "" {
			t.Fatal("an error without a word")
		}
	})
}

// The splitter ends with an error or with every byte of the fields inside the text, and rows of one width split again
// to the same fields once quoted.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\"\"b\",c\r\n\n1,", "\xef\xbb\xbfa;b", "\"open", "a\"b,\"c\nd\",\n", ",,,\n\"\"\n"} {
		f.Add(s, byte(','))
	}
	f.Fuzz(func(t *testing.T, s string, comma byte) {
		if comma == '"' || comma == '\n' || comma == '\r' || len(s) > 1<<16 {
			return
		}
		p := (&csvSource{open: plainText(strings.NewReader(s)), comma: comma}).parser()
		for {
			fields, err := p.next()
			if err != nil {
				if !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "line ") {
					t.Fatalf("an error without a place: %v", err)
				}
				return
			}
			var quoted []string
			for _, x := range fields {
				if bytes.HasSuffix(x, []byte("\r")) || bytes.Contains(x, []byte("\r\n")) {
					return
				}
				quoted = append(quoted, `"`+strings.ReplaceAll(string(x), `"`, `""`)+`"`)
			}
			again := (&csvSource{open: plainText(strings.NewReader("x\n" + strings.Join(quoted, string([]byte{comma})) + "\n")), comma: comma}).parser()
			_, _ = again.next()
			got, err := again.next()
			if err != nil || len(got) != len(fields) {
				t.Fatalf("%q splits into %d fields, quoted into %d, %v", s, len(fields), len(got), err)
			}
			for i := range got {
				if !bytes.Equal(got[i], fields[i]) {
					t.Fatalf("field %d: %q, quoted %q", i, fields[i], got[i])
				}
			}
		}
	})
}

// A time is a finite number of seconds and is written as a date that reads back; a slash date lies on the day that it
// names; a number with a decimal comma is one with a point.
func FuzzCell(f *testing.F) {
	for _, s := range []string{"2024-02-29", "2024-02-29T12:30:00.5Z", "31.12.2024 23:59", "12/31/2024 1:02", "1.234,5", "-", "1e400", "20240101T000000Z", "0000-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := cell{kind: raw, text: []byte(s)}
		if x, ok := c.instant(); ok {
			if back, again := parseInstant(showInstant(x)); math.IsInf(x, 0) || x != x || !again && x > -62e9 && x < 253e9 || again && math.Abs(back-x) > 1e-3 {
				t.Fatalf("%q is %v, shown as %s", s, x, showInstant(x))
			}
		}
		if d, ok := parseSlash(c.text); ok && unpackDate(d.packed()) != d {
			t.Fatalf("%q: %v comes back as %v", s, d, unpackDate(d.packed()))
		}
		for _, comma := range []bool{false, true} {
			c.comma = comma
			if x, ok := c.number(); ok && x != x {
				t.Fatalf("%q is a number that is none", s)
			}
			_, _ = c.truth()
			_ = c.quoted()
		}
	})
}
