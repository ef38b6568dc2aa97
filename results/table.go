package results

import (
	"bytes"
	"encoding/json"
	"math"
)

// A Table is a schema with its rows, for tables that fit in memory. Large exports use a Writer.
type Table struct {
	Schema
	rows [][]Cell
}

// NewTable returns an empty table. It panics on a schema that no reader could use.
func NewTable(s Schema) *Table {
	s.check()
	return &Table{Schema: s}
}

// Append adds a row, one cell per column. It panics on a cell of the wrong type, a missing or
// surplus cell, or an empty cell in a required column. Where a number was not finite the cell stays
// empty, and the table's warnings column, if it has one, names the column.
func (t *Table) Append(cells ...Cell) {
	row := append([]Cell(nil), cells...)
	t.expectEnd(len(row))
	doubts := t.checkRow(row)
	if w := t.Index(WarningsColumn); w >= 0 && doubts != "" {
		if !row[w].Empty() {
			doubts = row[w].text + "; " + doubts
		}
		row[w] = Str(doubts)
	}
	t.rows = append(t.rows, row)
}

// With returns t with further columns at the end, whose cells are the same in every row.
func (t *Table) With(columns []Column, cells ...Cell) *Table {
	s := t.Schema
	s.Columns = append(s.Columns[:len(s.Columns):len(s.Columns)], columns...)
	out := NewTable(s)
	for _, row := range t.rows {
		row = append(row[:len(row):len(row)], cells...)
		out.expectEnd(len(row))
		out.checkRow(row)
		out.rows = append(out.rows, row)
	}
	return out
}

func (t *Table) checkRow(row []Cell) (doubts string) {
	for i, c := range row {
		if c.odd && t.Columns[i].Type != Number {
			t.fault("column %q holds %s, not %s", t.Columns[i].Name, t.Columns[i].Type, Number)
		}
		if c.odd {
			if doubts != "" {
				doubts += "; "
			}
			doubts += t.Columns[i].Name + " is undefined"
		}
		if c.Empty() {
			t.expectEmpty(i)
		} else {
			t.expect(i, c.kind)
		}
	}
	return doubts
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// At returns the cell in a row and column, both counted from 0.
func (t *Table) At(row, col int) Cell { return t.rows[row][col] }

// Get returns the cell of a row in the named column. It panics if there is no such column.
func (t *Table) Get(row int, column string) Cell {
	i := t.Index(column)
	if i < 0 {
		t.fault("no column %q", column)
	}
	return t.rows[row][i]
}

// WriteRows sends all rows to w, which it does not close.
func (t *Table) WriteRows(w Writer) error {
	for _, row := range t.rows {
		for _, c := range row {
			c.writeTo(w)
		}
		if err := w.EndRow(); err != nil {
			return err
		}
	}
	return nil
}

func (c Cell) writeTo(w Writer) {
	switch c.kind {
	case String:
		w.Text(c.text)
	case Integer:
		w.Int(int64(c.bits))
	case Number:
		w.Num(math.Float64frombits(c.bits))
	case Boolean:
		w.Bool(c.bits != 0)
	case Date:
		w.Date(int32(c.bits))
	default:
		w.Empty()
	}
}

// MarshalJSON writes the table as an array of objects, one per row, members in column order, null
// where a value is undefined.
func (t *Table) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for r, row := range t.rows {
		if r > 0 {
			b.WriteByte(',')
		}
		for i, c := range row {
			b.WriteByte("{,"[min(i, 1)])
			b.WriteString(`"` + t.Columns[i].Name + `":`)
			b.Write(c.json())
		}
		b.WriteByte('}')
	}
	b.WriteByte(']')
	return b.Bytes(), nil
}

func (c Cell) json() []byte {
	switch c.kind {
	case String, Date:
		quoted, err := json.Marshal(c.String())
		if err != nil {
			panic("results: internal error: " + err.Error())
		}
		return quoted
	case "":
		return []byte("null")
	}
	return []byte(c.String())
}
