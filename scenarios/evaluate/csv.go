package evaluate

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits that keep a hostile file from filling the memory: without them one quote that is never closed
// makes the rest of the file one field.
const (
	maxField   = 1 << 20
	maxRow     = 16 << 20 // of all its lines together
	maxColumns = 10_000
)

// A csvSource reads RFC 4180: fields may be quoted, a quote in them is doubled, lines end in LF or CRLF. The
// separator is a comma, or a semicolon or tab when the header has no comma. A quote inside a field that does
// not begin with one is taken as it stands. Empty lines are passed over.
type csvSource struct {
	open   func() io.Reader // the text from its beginning
	disk   io.Closer
	name   string
	comma  byte
	commas bool // numbers have a decimal comma
	header []string
}

// plainText reads a file that is text itself.
func plainText(file io.ReaderAt) func() io.Reader {
	return func() io.Reader { return io.NewSectionReader(file, 0, 1<<62) }
}

func openCSV(text func() io.Reader, disk io.Closer, name string, o *Options) (source, error) {
	s := &csvSource{open: text, disk: disk, name: name, comma: ','}
	p := s.parser()
	line, err := p.in.Peek(64 << 10)
	if packed := (*gzipError)(nil); errors.As(err, &packed) {
		return nil, packed
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("cannot read %s: %w; check the disk", name, reason(err))
	}
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	for _, other := range []byte{';', '\t'} {
		if bytes.IndexByte(line, ',') < 0 && bytes.IndexByte(line, other) >= 0 {
			s.comma = other
		}
	}
	p.comma = s.comma
	fields, err := p.next()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s has no header line; the first line must name the columns", name)
	}
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		s.header = append(s.header, strings.TrimSpace(string(f)))
	}
	s.commas = o.Decimal == decimalComma || o.Decimal == "" && s.comma != ',' && commaDecimals(p.some(100))
	return s, s.checkHeader()
}

// some returns up to n rows, as far as they can be read.
func (p *parser) some(n int) (rows [][][]byte) {
	for range n {
		fields, err := p.next()
		if err != nil {
			break
		}
		row := make([][]byte, len(fields))
		for i, f := range fields {
			row[i] = bytes.Clone(f)
		}
		rows = append(rows, row)
	}
	return rows
}

func (s *csvSource) checkHeader() error {
	seen := map[string]int{}
	for i, h := range s.header {
		switch first, twice := seen[h]; {
		case !utf8.ValidString(h):
			return fmt.Errorf("%s: line 1: the name of column %d is not UTF-8 text; save the file as UTF-8", s.name, i+1)
		case strings.Contains(h, "\r"):
			return fmt.Errorf("%s: lines end in a carriage return alone; save the file with LF or CRLF", s.name)
		case h == "" && i > 0:
			return fmt.Errorf("%s: line 1: column %d has no name; name every column", s.name, i+1)
		case twice:
			return fmt.Errorf("%s: line 1: columns %d and %d are both named %q; rename one", s.name, first+1, i+1, h)
		}
		if h == "" {
			s.header[i], h = "unnamed", "unnamed" // the row numbers that pandas writes
		}
		seen[h] = i
	}
	return nil
}

func (s *csvSource) columns() []string { return s.header }
func (s *csvSource) unit() string      { return "line" }
func (s *csvSource) Close() error      { return s.disk.Close() }

func (s *csvSource) read(ctx context.Context, want []int, row func(int64, []cell) error) error {
	p := s.parser()
	if _, err := p.next(); err != nil {
		return err
	}
	cells := make([]cell, len(want))
	for n := 0; ; n++ {
		if n&0xfff == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		fields, err := p.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(fields) != len(s.header) {
			return p.fault("has %d fields, expected %d as in the header; check for a separator or a quote too many or too few", len(fields), len(s.header))
		}
		for i, c := range want {
			cells[i] = cell{kind: raw, text: bytes.TrimSpace(fields[c]), comma: s.commas}
		}
		if err := row(p.start, cells); err != nil {
			return err
		}
	}
}

// A parser splits a file into rows and fields.
type parser struct {
	in          *bufio.Reader
	name        string
	comma       byte
	line, start int64 // of the last byte read; of the row
	row         []byte
	ends        []int
	fields      [][]byte
}

func (s *csvSource) parser() *parser {
	p := &parser{in: bufio.NewReaderSize(s.open(), 1<<18), name: s.name, comma: s.comma}
	if b, _ := p.in.Peek(3); bytes.Equal(b, []byte("\xef\xbb\xbf")) {
		_, _ = p.in.Discard(3)
	}
	return p
}

func (p *parser) fault(format string, args ...any) error {
	return &fault{p.name, "line", p.start, "", fmt.Sprintf(format, args...)}
}

// next returns the fields of the next row that is not empty, valid until the next call, or io.EOF.
func (p *parser) next() ([][]byte, error) {
	for {
		p.row, p.ends, p.start = p.row[:0], p.ends[:0], p.line+1
		err := p.split()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if len(p.row) == 0 && len(p.ends) <= 1 { // an empty line
			if err != nil {
				return nil, io.EOF
			}
			continue
		}
		p.fields = p.fields[:0]
		from := 0
		for _, to := range p.ends {
			p.fields = append(p.fields, p.row[from:to])
			from = to
		}
		return p.fields, nil
	}
}

// split reads one row into p.row; ends are where its fields end. io.EOF comes with the last row.
func (p *parser) split() error {
	b, end := p.piece()
	if end != nil && !errors.Is(end, io.EOF) {
		return end
	}
	if err := p.take(b, end != nil); err != nil {
		return err
	}
	return end
}

// piece returns the next line with its end.
func (p *parser) piece() ([]byte, error) {
	b, err := p.in.ReadSlice('\n')
	for errors.Is(err, bufio.ErrBufferFull) {
		long := append([]byte{}, b...)
		for errors.Is(err, bufio.ErrBufferFull) {
			if len(long) > maxRow {
				return nil, p.fault("is longer than %d MiB; is this a table with one row a line?", maxRow>>20)
			}
			b, err = p.in.ReadSlice('\n')
			long = append(long, b...)
		}
		b = long
	}
	p.line++
	if packed := (*gzipError)(nil); errors.As(err, &packed) {
		return nil, packed
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("cannot read %s after line %d: %w; check the disk", p.name, p.line-1, reason(err))
	}
	return b, err
}

// take splits one line that begins a row; a quoted field that goes on reads further lines.
func (p *parser) take(b []byte, last bool) (err error) {
	b = bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
	for {
		if len(b) > 0 && b[0] == '"' {
			if b, err = p.quoted(b[1:], &last); err != nil {
				return err
			}
		} else {
			i := bytes.IndexByte(b, p.comma)
			if i < 0 {
				i = len(b)
			}
			p.row, b = append(p.row, b[:i]...), b[i:]
		}
		if err := p.endField(); err != nil {
			return err
		}
		if len(b) == 0 {
			return nil
		}
		b = b[1:]
	}
}

func (p *parser) endField() error {
	from := 0
	if n := len(p.ends); n > 0 {
		from = p.ends[n-1]
	}
	p.ends = append(p.ends, len(p.row))
	switch {
	case len(p.row)-from > maxField:
		return p.fault("has a field longer than %d MiB in column %d; is a quote missing?", maxField>>20, len(p.ends))
	case len(p.row) > maxRow:
		return p.fault("is a row longer than %d MiB; is a quote missing?", maxRow>>20)
	case len(p.ends) > maxColumns:
		return p.fault("has more than %d fields; leave columns out of the file", maxColumns)
	}
	return nil
}

// quoted appends a quoted field, whose opening quote is gone, and returns what follows it on its last line.
func (p *parser) quoted(b []byte, last *bool) ([]byte, error) {
	from := len(p.row)
	for {
		i := bytes.IndexByte(b, '"')
		switch {
		case len(p.row) > maxRow:
			return nil, p.fault("is a row longer than %d MiB; is a quote missing?", maxRow>>20)
		case i < 0 && *last || len(p.row)-from > maxField:
			return nil, p.fault("has a quote in column %d that is not closed; double a quote that belongs to the value", len(p.ends)+1)
		case i < 0:
			p.row = append(append(p.row, b...), '\n')
			line, err := p.piece()
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, err
			}
			*last = err != nil
			b = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		case i+1 < len(b) && b[i+1] == '"':
			p.row, b = append(p.row, b[:i+1]...), b[i+2:]
		case i+1 == len(b) || b[i+1] == p.comma:
			p.row = append(p.row, b[:i]...)
			return b[i+1:], nil
		default:
			return nil, p.fault("has text after the closing quote in column %d; double a quote that belongs to the value", len(p.ends)+1)
		}
	}
}
