package results

import (
	"io"
	"strconv"
	"strings"
)

// A Writer takes the rows of one table, cell by cell from left to right. It remembers the first
// error: later calls do nothing, and EndRow and Close return it. A cell of the wrong type, a row of
// the wrong length or an empty cell in a required column is our own mistake and panics.
//
// No call allocates memory in the long run, so that tables of many millions of rows are cheap. A
// Writer serves one goroutine.
type Writer interface {
	Text(s string) // empty text is an empty cell
	Int(n int64)
	Num(x float64) // NaN and infinities are empty cells
	Bool(b bool)
	Date(days int32) // since 1970-01-01
	Empty()
	EndRow() error
	Rows() int64  // complete rows so far
	Close() error // completes the file; does not close what lies below
}

// flushAt is how many bytes of CSV are gathered before they are written.
const flushAt = 64 << 10

// csvWriter writes RFC 4180 with LF instead of CRLF.
type csvWriter struct {
	schema Schema
	types  []Type
	out    io.Writer
	buf    []byte
	col    int
	rows   int64
	err    error
}

// NewCSV returns a Writer that writes one header row and then its rows to out: RFC 4180, UTF-8
// without a byte order mark, lines ending in LF, the shortest digits that read back as the same
// number, an empty field for an undefined value. Text that a spreadsheet would take for a formula
// gets an apostrophe in front.
func NewCSV(out io.Writer, s Schema) Writer {
	w := newCSV(out, s)
	for i, c := range s.Columns {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(w.buf, c.Name...)
	}
	w.buf = append(w.buf, '\n')
	return w
}

func newCSV(out io.Writer, s Schema) *csvWriter {
	s.check()
	return &csvWriter{schema: s, types: s.types(), out: out, buf: make([]byte, 0, flushAt+4096)}
}

// types returns the columns' types in order.
func (s *Schema) types() []Type {
	types := make([]Type, len(s.Columns))
	for i, c := range s.Columns {
		types[i] = c.Type
	}
	return types
}

// next begins the next cell, which holds a t.
func (w *csvWriter) next(t Type) {
	if w.col >= len(w.types) || w.types[w.col] != t {
		w.schema.expect(w.col, t)
	}
	if w.col > 0 {
		w.buf = append(w.buf, ',')
	}
	w.col++
}

func (w *csvWriter) Text(s string) {
	if s == "" {
		w.Empty()
		return
	}
	w.next(String)
	s = plain(s)
	if !strings.ContainsAny(s, ",\"\r\n") && s[0] != ' ' {
		w.buf = append(w.buf, s...)
		return
	}
	w.buf = append(w.buf, '"')
	for i := range len(s) {
		if s[i] == '"' {
			w.buf = append(w.buf, '"')
		}
		w.buf = append(w.buf, s[i])
	}
	w.buf = append(w.buf, '"')
}

func (w *csvWriter) Int(n int64) {
	w.next(Integer)
	w.buf = strconv.AppendInt(w.buf, n, 10)
}

func (w *csvWriter) Num(x float64) {
	if !finite(x) {
		w.Empty()
		return
	}
	w.next(Number)
	w.buf = appendNumber(w.buf, x)
}

func (w *csvWriter) Bool(b bool) {
	w.next(Boolean)
	w.buf = strconv.AppendBool(w.buf, b)
}

func (w *csvWriter) Date(days int32) {
	w.next(Date)
	w.buf = appendDate(w.buf, days)
}

func (w *csvWriter) Empty() {
	w.schema.expectEmpty(w.col)
	if w.col > 0 {
		w.buf = append(w.buf, ',')
	}
	if len(w.types) == 1 { // an empty line would be no row at all
		w.buf = append(w.buf, '"', '"')
	}
	w.col++
}

func (w *csvWriter) EndRow() error {
	w.schema.expectEnd(w.col)
	w.col = 0
	w.rows++
	w.buf = append(w.buf, '\n')
	if len(w.buf) >= flushAt {
		w.flush()
	}
	return w.err
}

func (w *csvWriter) flush() {
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.out.Write(w.buf)
	}
	w.buf = w.buf[:0]
}

func (w *csvWriter) Rows() int64 { return w.rows }

func (w *csvWriter) Close() error {
	if w.col != 0 {
		w.schema.expectEnd(w.col)
	}
	w.flush()
	return w.err
}
