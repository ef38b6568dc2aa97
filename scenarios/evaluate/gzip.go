package evaluate

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
)

// A table compressed with gzip may unpack to at most unpackAtLeast + unpackTimes its bytes. Tables unpack to ten times
// their size, simple ones to fifty; gzip itself can reach a thousand.
const (
	unpackAtLeast = 64 << 20
	unpackTimes   = 200
)

func openGzip(file *os.File, name string, size int64, o *Options) (source, error) {
	text := func() io.Reader {
		return &gunzip{in: io.NewSectionReader(file, 0, size), name: name, left: unpackAtLeast + unpackTimes*size}
	}
	head, err := bufio.NewReaderSize(text(), 4096).Peek(4096)
	switch {
	case err != nil && err != io.EOF:
		return nil, err
	case len(head) == 0:
		return nil, fmt.Errorf("%s is empty; a table needs a header line and rows", name)
	case bytes.HasPrefix(head, []byte("PAR1")):
		return nil, fmt.Errorf("%s is a Parquet file compressed with gzip; unpack it, Parquet is compressed already", name)
	case bytes.IndexByte(head, 0) >= 0:
		return nil, fmt.Errorf("%s holds no text; only CSV is read through gzip: unpack it", name)
	}
	return openCSV(text, file, name, o)
}

// A gzipError says what is wrong with a compressed file, as against the table in it.
type gzipError struct{ error }

func (e *gzipError) Unwrap() error { return e.error }

// gunzip unpacks up to left bytes.
type gunzip struct {
	in   io.Reader
	name string
	z    *gzip.Reader
	left int64
}

func (g *gunzip) Read(b []byte) (n int, err error) {
	if g.z == nil {
		if g.z, err = gzip.NewReader(g.in); err != nil {
			return 0, g.broken(err)
		}
	}
	n, err = g.z.Read(b)
	if g.left -= int64(n); g.left < 0 {
		return 0, &gzipError{fmt.Errorf("%s unpacks to more than %d times its size, which no table does; if it is one, unpack it with gunzip first", g.name, unpackTimes)}
	}
	if err != nil && err != io.EOF {
		err = g.broken(err)
	}
	return n, err
}

func (g *gunzip) broken(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return &gzipError{fmt.Errorf("%s cannot be unpacked with gzip: %w; compress it again", g.name, err)}
}
