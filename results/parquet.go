package results

import (
	"encoding/json"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

const (
	rowsPerGroup = 1 << 20 // a row group is kept compressed in memory until it is complete
	rowsPerBatch = 1 << 10 // rows handed to the encoder at once
)

// parquetWriter gathers a batch of rows and hands it to the encoder, which copies it.
type parquetWriter struct {
	schema Schema
	types  []Type
	levels []int // of a value that is there: 1 in columns that may be empty
	//lint:ignore SA1019 rows come cell by cell; the generic writer would need a struct per table
	out   *parquet.Writer
	cells []parquet.Value // the batch, row after row
	batch []parquet.Row   // slices of cells
	text  []byte          // the batch's text, which cells point into
	col   int
	rows  int64
	err   error
}

// NewParquet returns a Writer of one Parquet file: zstd, a row group per 1,048,576 rows, columns in
// the schema's order, undefined values as nulls. It holds the same values as the CSV, text with the
// same protection against formulas. Units and meanings of the columns are in the file's key-value metadata:
// "title", and "tableschema", the same table schema as in datapackage.json. The bytes depend on the rows alone: the file carries no time and
// no machine. Memory: about one compressed row group.
func NewParquet(out io.Writer, s Schema) Writer {
	s.check()
	w := &parquetWriter{schema: s, types: s.types()}
	w.out = parquet.NewWriter(out, parquetSchema(&s),
		parquet.CreatedBy("overshare", Version, "parquet-go"),
		parquet.KeyValueMetadata("title", s.Title),
		parquet.KeyValueMetadata("tableschema", s.described()),
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault}),
		parquet.MaxRowsPerRowGroup(rowsPerGroup))
	n := len(s.Columns)
	for _, c := range s.Columns {
		w.levels = append(w.levels, 1)
		if c.Required {
			w.levels[len(w.levels)-1] = 0
		}
	}
	w.cells = make([]parquet.Value, rowsPerBatch*n)
	w.batch = make([]parquet.Row, rowsPerBatch)
	for r := range w.batch {
		w.batch[r] = w.cells[r*n : (r+1)*n : (r+1)*n]
	}
	return w
}

// described is the table schema as text, on one line.
func (s *Schema) described() string {
	b, err := json.Marshal(s.frictionless())
	if err != nil {
		panic("results: internal error: " + err.Error())
	}
	return string(b)
}

// next returns the place of the next cell, which holds a t.
func (w *parquetWriter) next(t Type) *parquet.Value {
	if w.col >= len(w.types) || w.types[w.col] != t {
		w.schema.expect(w.col, t)
	}
	return w.place()
}

func (w *parquetWriter) place() *parquet.Value {
	row := int(w.rows % rowsPerBatch)
	v := &w.batch[row][w.col]
	w.col++
	return v
}

// set stores v as the cell of the column before w.col.
func (w *parquetWriter) set(place *parquet.Value, v parquet.Value) {
	*place = v.Level(0, w.levels[w.col-1], w.col-1)
}

func (w *parquetWriter) Text(s string) {
	if s == "" {
		w.Empty()
		return
	}
	place := w.next(String)
	start := len(w.text)
	w.text = append(w.text, plain(s)...)
	w.set(place, parquet.ByteArrayValue(w.text[start:]))
}

func (w *parquetWriter) Int(n int64) { w.set(w.next(Integer), parquet.Int64Value(n)) }

func (w *parquetWriter) Num(x float64) {
	if !finite(x) {
		w.Empty()
		return
	}
	w.set(w.next(Number), parquet.DoubleValue(x+0))
}

func (w *parquetWriter) Bool(b bool) { w.set(w.next(Boolean), parquet.BooleanValue(b)) }

func (w *parquetWriter) Date(days int32) { w.set(w.next(Date), parquet.Int32Value(days)) }

func (w *parquetWriter) Empty() {
	w.schema.expectEmpty(w.col)
	place := w.place()
	*place = parquet.NullValue().Level(0, 0, w.col-1)
}

func (w *parquetWriter) EndRow() error {
	w.schema.expectEnd(w.col)
	w.col = 0
	w.rows++
	if w.rows%rowsPerBatch == 0 {
		w.flush(rowsPerBatch)
	}
	return w.err
}

func (w *parquetWriter) flush(rows int) {
	if w.err == nil && rows > 0 {
		_, w.err = w.out.WriteRows(w.batch[:rows])
	}
	w.text = w.text[:0]
}

func (w *parquetWriter) Rows() int64 { return w.rows }

func (w *parquetWriter) Close() error {
	if w.col != 0 {
		w.schema.expectEnd(w.col)
	}
	w.flush(int(w.rows % rowsPerBatch))
	if w.err != nil {
		return w.err
	}
	w.err = w.out.Close()
	return w.err
}

// parquetSchema keeps the order of the columns, which parquet.Group alone would sort by name.
func parquetSchema(s *Schema) *parquet.Schema {
	root := ordered{Group: parquet.Group{}}
	for i := range s.Columns {
		c := &s.Columns[i]
		node := parquetNode(c.Type)
		if !c.Required {
			node = parquet.Optional(node)
		}
		root.Group[c.Name] = node
		root.names = append(root.names, c.Name)
	}
	return parquet.NewSchema(s.Name, root)
}

func parquetNode(t Type) parquet.Node {
	switch t {
	case Integer:
		return parquet.Encoded(parquet.Int(64), &parquet.DeltaBinaryPacked)
	case Number:
		return parquet.Leaf(parquet.DoubleType)
	case Boolean:
		return parquet.Leaf(parquet.BooleanType)
	case Date:
		return parquet.Encoded(parquet.Date(), &parquet.DeltaBinaryPacked)
	}
	return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
}

// ordered is a group whose fields keep the order of names.
type ordered struct {
	parquet.Group
	names []string
}

func (g ordered) Fields() []parquet.Field {
	byName := make(map[string]parquet.Field, len(g.names))
	for _, f := range g.Group.Fields() {
		byName[f.Name()] = f
	}
	fields := make([]parquet.Field, len(g.names))
	for i, name := range g.names {
		fields[i] = byName[name]
	}
	return fields
}
