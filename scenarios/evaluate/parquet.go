package evaluate

import (
	"context"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// A parquetSource reads the column chunks of the wanted columns side by side.
type parquetSource struct {
	disk   parquetDisk
	name   string
	size   int64
	header []string
	leaves []*parquet.Column
	footer *footer

	pageBytes map[[2]int]int64 // by row group and column: largest page and dictionary, once looked at
}

// A parquetDisk is an open file.
type parquetDisk interface {
	io.ReaderAt
	io.Closer
}

func openParquet(disk parquetDisk, name string, size int64) (s source, err error) {
	defer unreadable(name, &err)
	foot, err := readFooter(disk, size)
	if err != nil {
		return nil, fmt.Errorf("%s is not a readable Parquet file: %w; write it again", name, err)
	}
	file, err := parquet.OpenFile(disk, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
	if err != nil {
		return nil, fmt.Errorf("%s is not a readable Parquet file: %w; write it again", name, err)
	}
	p := &parquetSource{disk: disk, name: name, size: size, footer: foot, pageBytes: map[[2]int]int64{}}
	p.collect(file.Root(), false)
	if len(p.leaves) != len(foot.leaves) || len(p.leaves) == 0 {
		return nil, fmt.Errorf("%s is not a readable Parquet file: it has %d columns where its schema lists %d; write it again", name, len(p.leaves), len(foot.leaves))
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
	if err := p.checkPages(ctx, want); err != nil {
		return err
	}
	place := int64(0)
	for g := range p.footer.meta.RowGroups {
		if err := p.readGroup(ctx, &p.footer.meta.RowGroups[g], want, &place, row); err != nil {
			return err
		}
	}
	return nil
}

// parquetBatch is the most values of a column read at once, openCells that of all columns together.
const (
	parquetBatch = 1024
	openCells    = 1 << 17
)

func (p *parquetSource) readGroup(ctx context.Context, group *format.RowGroup, want []int, place *int64, row func(int64, []cell) error) error {
	readers := make([]*chunkReader, len(want))
	for i, c := range want {
		leaf := p.leaves[c]
		readers[i] = &chunkReader{pages: p.walk(group, c), convert: converter(leaf.Type(), p.footer.leaves[leaf.Index()])}
		if err := readers[i].pages.begin(); err != nil {
			return fmt.Errorf("%s: column %q cannot be read: %w; write the file again", p.name, p.header[c], err)
		}
	}
	most := max(16, min(parquetBatch, openCells/max(1, len(want))))
	cells, batch := make([]cell, len(want)), make([][]cell, len(want))
	for i := range batch {
		batch[i] = make([]cell, most)
		readers[i].buf = make([]parquet.Value, most)
	}
	for left := group.NumRows; left > 0; {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n := int(min(left, int64(most)))
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

// converter returns what turns a column's values into cells.
func converter(t parquet.Type, e *format.SchemaElement) func(parquet.Value) cell {
	convert := plainConverter(t)
	logical := e.LogicalType.Value
	legacy := e.ConvertedType.V
	if !e.ConvertedType.Valid {
		legacy = -1
	}
	switch l := logical.(type) {
	case *format.DateType:
		legacy = deprecated.Date
	case *format.TimestampType:
		convert, legacy = instants(perSecond(l.Unit)), -1
	case *format.DecimalType:
		convert, legacy = decimals(t, l.Scale), -1
	}
	switch legacy {
	case deprecated.Date:
		convert = func(v parquet.Value) cell { return cell{kind: instant, num: float64(v.Int32()) * 86400} }
	case deprecated.TimestampMillis:
		convert = instants(1e3)
	case deprecated.TimestampMicros:
		convert = instants(1e6)
	case deprecated.Decimal:
		convert = decimals(t, e.Scale.V)
	}
	return func(v parquet.Value) cell {
		if v.IsNull() {
			return cell{}
		}
		return convert(v)
	}
}

func instants(per float64) func(parquet.Value) cell {
	return func(v parquet.Value) cell { return cell{kind: instant, num: float64(v.Int64()) / per} }
}

// decimals reads numbers kept as a whole number of 10^-scale, in 32 or 64 bits or as bytes, the highest first, in
// two's complement.
func decimals(t parquet.Type, scale int32) func(parquet.Value) cell {
	whole := func(v parquet.Value) *big.Int { return big.NewInt(v.Int64()) }
	switch t.Kind() {
	case parquet.Int32:
		whole = func(v parquet.Value) *big.Int { return big.NewInt(int64(v.Int32())) }
	case parquet.ByteArray, parquet.FixedLenByteArray:
		whole = func(v parquet.Value) *big.Int { return twosComplement(v.ByteArray()) }
	}
	return func(v parquet.Value) cell { return cell{kind: number, num: decimal(whole(v), int(scale))} }
}

func twosComplement(b []byte) *big.Int {
	x := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return x
}

// decimal returns the number nearest to x / 10^scale, as reading its digits would. Both are exact below 2^53 and
// 10^22, and their quotient is rounded once.
func decimal(x *big.Int, scale int) float64 {
	if x.IsInt64() && scale >= 0 && scale < len(tens) {
		if n := x.Int64(); n > -1<<53 && n < 1<<53 {
			return float64(n) / tens[scale]
		}
	}
	f, _ := strconv.ParseFloat(x.String()+"e"+strconv.Itoa(-scale), 64)
	return f
}

var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

func perSecond(u format.TimeUnit) float64 {
	switch u.Value.(type) {
	case *format.MilliSeconds:
		return 1e3
	case *format.MicroSeconds:
		return 1e6
	}
	return 1e9
}

func plainConverter(t parquet.Type) func(parquet.Value) cell {
	switch t.Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) cell {
			if v.Boolean() {
				return cell{kind: text, text: []byte("true")}
			}
			return cell{kind: text, text: []byte("false")}
		}
	case parquet.Int32:
		return func(v parquet.Value) cell { return cell{kind: integer, whole: int64(v.Int32())} }
	case parquet.Int64:
		return func(v parquet.Value) cell { return cell{kind: integer, whole: v.Int64()} }
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
