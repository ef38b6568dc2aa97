package evaluate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// A parquetSource reads the column chunks of the wanted columns side by side.
type parquetSource struct {
	disk   *os.File
	file   *parquet.File
	name   string
	header []string
	leaves []*parquet.Column
}

func openParquet(disk *os.File, name string, size int64) (s source, err error) {
	defer unreadable(name, &err)
	file, err := parquet.OpenFile(disk, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
	if err != nil {
		return nil, fmt.Errorf("%s is not a readable Parquet file: %w; write it again", name, err)
	}
	p := &parquetSource{disk: disk, file: file, name: name}
	p.collect(file.Root(), false)
	if len(p.leaves) == 0 {
		return nil, fmt.Errorf("%s has no columns", name)
	}
	return p, nil
}

// unreadable turns a panic of the Parquet library, which broken files provoke, into an error. The program's own
// panics go on.
func unreadable(name string, err *error) {
	if r := recover(); r != nil {
		if text, ok := r.(string); ok && strings.Contains(text, "internal error") {
			panic(r)
		}
		*err = fmt.Errorf("%s is not a readable Parquet file: %v; write it again", name, r)
	}
}

// collect lists the leaf columns. Those of lists and maps hold several values a row and get no name that a
// role could take.
func (p *parquetSource) collect(c *parquet.Column, repeated bool) {
	if c.Leaf() {
		name := strings.Join(c.Path(), ".")
		if repeated || c.Repeated() {
			p.header = append(p.header, name+"[]")
		} else {
			p.header = append(p.header, name)
		}
		p.leaves = append(p.leaves, c)
		return
	}
	for _, child := range c.Columns() {
		p.collect(child, repeated || child.Repeated())
	}
}

func (p *parquetSource) columns() []string { return p.header }
func (p *parquetSource) unit() string      { return "row" }
func (p *parquetSource) Close() error      { return p.disk.Close() }

func (p *parquetSource) read(ctx context.Context, want []int, row func(int64, []cell) error) (err error) {
	defer unreadable(p.name, &err)
	place := int64(0)
	for _, group := range p.file.RowGroups() {
		if err := p.readGroup(ctx, group, want, &place, row); err != nil {
			return err
		}
	}
	return nil
}

const parquetBatch = 1024

func (p *parquetSource) readGroup(ctx context.Context, group parquet.RowGroup, want []int, place *int64, row func(int64, []cell) error) error {
	chunks := group.ColumnChunks()
	readers := make([]*chunkReader, len(want))
	for i, c := range want {
		leaf := p.leaves[c]
		readers[i] = &chunkReader{pages: chunks[leaf.Index()].Pages(), convert: converter(leaf.Type())}
		defer readers[i].close()
	}
	cells, batch := make([]cell, len(want)), make([][]cell, len(want))
	for i := range batch {
		batch[i] = make([]cell, parquetBatch)
	}
	for left := group.NumRows(); left > 0; {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n := int(min(left, parquetBatch))
		for i, r := range readers {
			if err := r.fill(batch[i][:n]); err != nil {
				return fmt.Errorf("%s: column %q cannot be read after row %d: %w; write the file again", p.name, p.header[want[i]], *place, err)
			}
		}
		for k := range n {
			for i := range cells {
				cells[i] = batch[i][k]
			}
			*place++
			if err := row(*place, cells); err != nil {
				return err
			}
		}
		left -= int64(n)
	}
	return nil
}

// A chunkReader reads the values of one column chunk in order.
type chunkReader struct {
	pages   parquet.Pages
	page    parquet.Page
	values  parquet.ValueReader
	buf     [parquetBatch]parquet.Value
	text    []byte
	convert func(parquet.Value) cell
}

func (r *chunkReader) close() {
	if r.page != nil {
		parquet.Release(r.page)
	}
	_ = r.pages.Close()
}

// fill reads the next len(out) values. The text of a cell is copied: pages come and go in between.
func (r *chunkReader) fill(out []cell) error {
	r.text = r.text[:0]
	for at := 0; at < len(out); {
		n, err := 0, io.EOF
		if r.values != nil {
			n, err = r.values.ReadValues(r.buf[:len(out)-at])
		}
		for i, v := range r.buf[:n] {
			c := r.convert(v)
			from := len(r.text)
			r.text = append(r.text, c.text...)
			c.text = r.text[from:len(r.text):len(r.text)]
			out[at+i] = c
		}
		at += n
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			return err
		case errors.Is(err, io.EOF) && at < len(out):
			if err := r.turn(); err != nil {
				return err
			}
		case n == 0 && at < len(out):
			return io.ErrNoProgress
		}
	}
	return nil
}

// turn goes to the next page.
func (r *chunkReader) turn() error {
	if r.page != nil {
		parquet.Release(r.page)
		r.page = nil
	}
	page, err := r.pages.ReadPage()
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	if err != nil {
		return err
	}
	r.page, r.values = page, page.Values()
	return nil
}

// converter returns what turns a column's values into cells.
func converter(t parquet.Type) func(parquet.Value) cell {
	whole := func(v parquet.Value) cell { return cell{kind: integer, whole: v.Int64()} }
	if t.Kind() == parquet.Int32 {
		whole = func(v parquet.Value) cell { return cell{kind: integer, whole: int64(v.Int32())} }
	}
	convert := plainConverter(t, whole)
	if l := t.LogicalType(); l != nil {
		switch l := l.Value.(type) {
		case *format.DateType:
			convert = func(v parquet.Value) cell { return cell{kind: instant, num: float64(v.Int32()) * 86400} }
		case *format.TimestampType:
			per := perSecond(l.Unit)
			convert = func(v parquet.Value) cell { return cell{kind: instant, num: float64(v.Int64()) / per} }
		case *format.DecimalType:
			if t.Kind() == parquet.Int32 || t.Kind() == parquet.Int64 {
				per := math.Pow(10, float64(l.Scale))
				convert = func(v parquet.Value) cell { return cell{kind: number, num: float64(whole(v).whole) / per} }
			}
		}
	}
	return func(v parquet.Value) cell {
		if v.IsNull() {
			return cell{}
		}
		return convert(v)
	}
}

func perSecond(u format.TimeUnit) float64 {
	switch u.Value.(type) {
	case *format.MilliSeconds:
		return 1e3
	case *format.MicroSeconds:
		return 1e6
	}
	return 1e9
}

func plainConverter(t parquet.Type, whole func(parquet.Value) cell) func(parquet.Value) cell {
	switch t.Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) cell {
			if v.Boolean() {
				return cell{kind: text, text: []byte("true")}
			}
			return cell{kind: text, text: []byte("false")}
		}
	case parquet.Int32, parquet.Int64:
		return whole
	case parquet.Float:
		return func(v parquet.Value) cell { return cell{kind: number, num: float64(v.Float())} }
	case parquet.Double:
		return func(v parquet.Value) cell { return cell{kind: number, num: v.Double()} }
	case parquet.Int96:
		return func(v parquet.Value) cell { // nanoseconds of a Julian day
			x := v.Int96()
			nanos := float64(uint64(x[0]) | uint64(x[1])<<32)
			return cell{kind: instant, num: float64((float64(x[2])-2440588)*86400) + nanos/1e9}
		}
	}
	return func(v parquet.Value) cell { return cell{kind: text, text: v.ByteArray()} }
}
