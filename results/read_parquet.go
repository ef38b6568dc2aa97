package results

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"
)

// openParquet reads what [NewParquet] wrote. The file is one whose checksum its run folder holds; columns of other names or
// types than the description's are an error all the same.
func openParquet(in *os.File, s Schema) (*Table, error) {
	if err := s.usable(); err != nil {
		return nil, err
	}
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(in, info.Size())
	if err != nil {
		return nil, err
	}
	if err := s.sameAs(f.Schema()); err != nil {
		return nil, err
	}
	t := NewTable(s)
	for _, g := range f.RowGroups() {
		rows := g.Rows()
		err := t.takeRows(rows)
		if err := errors.Join(err, rows.Close()); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// sameAs compares the columns of a file with the description.
func (s *Schema) sameAs(file *parquet.Schema) error {
	fields := file.Fields()
	if len(fields) != len(s.Columns) {
		return fmt.Errorf("has %d columns, %s says %d", len(fields), packageFile, len(s.Columns))
	}
	for i, c := range s.Columns {
		f := fields[i]
		switch {
		case f.Name() != c.Name:
			return fmt.Errorf("column %d is %q, %s says %q", i+1, f.Name(), packageFile, c.Name)
		case !f.Leaf() || f.Repeated() || f.Type().Kind() != parquetNode(c.Type).Type().Kind():
			return fmt.Errorf("column %q holds other values than %s, which %s says", c.Name, c.Type, packageFile)
		}
	}
	return nil
}

// takeRows appends the rows of one row group.
func (t *Table) takeRows(in parquet.Rows) error {
	batch := make([]parquet.Row, rowsPerBatch)
	for {
		n, err := in.ReadRows(batch)
		for _, row := range batch[:n] {
			cells := make([]Cell, len(t.Columns))
			for _, v := range row {
				c := t.Columns[v.Column()]
				if v.IsNull() && c.Required {
					return fmt.Errorf("row %d, %s: is empty", len(t.rows)+1, c.Name)
				}
				cells[v.Column()] = cellFrom(c.Type, v)
			}
			t.rows = append(t.rows, cells)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", len(t.rows)+1, err)
		}
	}
}

// cellFrom returns the cell that a value of a column of type t is.
func cellFrom(t Type, v parquet.Value) Cell {
	if v.IsNull() {
		return None
	}
	switch t {
	case String:
		return Str(unguarded(string(v.ByteArray())))
	case Integer:
		return Int(v.Int64())
	case Number:
		return Num(v.Double())
	case Boolean:
		return Bool(v.Boolean())
	}
	return Day(int64(v.Int32()))
}
