package evaluate

import (
	"bytes"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
)

type parquetCodec = compress.Codec

// written is a Parquet file of the rows, whose columns are in the order of their names.
func written(t testing.TB, root parquet.Node, codec parquetCodec, rows []parquet.Row) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[any](&b, parquet.NewSchema("table", root), parquet.Compression(codec), parquet.PageBufferSize(1<<30))
	if _, err := w.WriteRows(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
