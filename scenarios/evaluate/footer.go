package evaluate

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

const (
	maxFooter      = 256 << 20
	maxSchemaDepth = 64
	// A file has at most rowsAtLeast + rowsPerByte times its bytes rows: a table with a label in which one row
	// in a hundred is bad takes 0.08 bits a row, 100 rows a byte, before anything else is in it.
	rowsAtLeast = 1 << 20
	rowsPerByte = 256
)

// A footer is the description at the end of a Parquet file, looked through before the library sees it.
type footer struct {
	meta   format.FileMetaData
	leaves []*format.SchemaElement
}

func readFooter(in io.ReaderAt, size int64) (*footer, error) {
	if size < 12 {
		return nil, fmt.Errorf("it has only %d bytes", size)
	}
	var tail [8]byte
	if _, err := in.ReadAt(tail[:], size-8); err != nil {
		return nil, reason(err)
	}
	if magic := string(tail[4:]); magic != "PAR1" {
		if magic == "PARE" {
			return nil, fmt.Errorf("it is encrypted")
		}
		return nil, fmt.Errorf("it does not end in PAR1: it is cut off or is no Parquet file")
	}
	n := int64(binary.LittleEndian.Uint32(tail[:4]))
	if n > size-12 || n > maxFooter {
		return nil, fmt.Errorf("its footer claims %d bytes, the file has %d and at most %d MiB are read", n, size, maxFooter>>20)
	}
	b := make([]byte, n)
	if _, err := in.ReadAt(b, size-8-n); err != nil {
		return nil, reason(err)
	}
	f := &footer{}
	walk := thriftWalk{b, 64<<20 + 32*n} // a column chunk takes 40 bytes of the footer at least
	if _, err := walk.length(); err != nil {
		return nil, fmt.Errorf("its footer is broken: %w", err)
	}
	if err := decodeThrift(b, &f.meta); err != nil {
		return nil, fmt.Errorf("its footer is broken: %w", err)
	}
	return f, f.check(size)
}

func decodeThrift(b []byte, into any) error {
	var p thrift.CompactProtocol
	return thrift.NewDecoder(p.NewReader(bytes.NewReader(b))).Decode(into)
}

func (f *footer) check(size int64) error {
	if err := f.checkSchema(); err != nil {
		return err
	}
	rows, most := int64(0), rowsAtLeast+rowsPerByte*size
	for g := range f.meta.RowGroups {
		group := &f.meta.RowGroups[g]
		if len(group.Columns) != len(f.leaves) {
			return fmt.Errorf("row group %d has %d columns, the schema %d", g, len(group.Columns), len(f.leaves))
		}
		if group.NumRows < 0 || group.NumRows > most-rows {
			return fmt.Errorf("it claims more than %d rows in %d bytes, which no table has", most, size)
		}
		rows += group.NumRows
	}
	return nil
}

// checkSchema follows the tree of columns, which is written as a list with the number of children of each.
func (f *footer) checkSchema() error {
	if len(f.meta.Schema) == 0 {
		return fmt.Errorf("it has no schema")
	}
	var open []int32 // children still to come, from the root down
	for i := range f.meta.Schema {
		e := &f.meta.Schema[i]
		children := e.NumChildren.V
		if !e.NumChildren.Valid {
			children = 0
		}
		if children < 0 || i == 0 && children == 0 || i > 0 && len(open) == 0 {
			return fmt.Errorf("its schema is no tree at column %q", cut60(e.Name))
		}
		if len(open) > 0 {
			open[len(open)-1]--
		}
		if children > 0 {
			open = append(open, children)
		} else {
			f.leaves = append(f.leaves, e)
		}
		if len(open) > maxSchemaDepth {
			return fmt.Errorf("its columns lie more than %d deep in each other", maxSchemaDepth)
		}
		if len(f.leaves) > maxColumns {
			return fmt.Errorf("it has more than %d columns; leave columns out of the file", maxColumns)
		}
		for len(open) > 0 && open[len(open)-1] == 0 {
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("its schema lacks columns")
	}
	return nil
}

// cut60 keeps a text from a file short.
func cut60(s string) string { return s[:min(len(s), 60)] }
