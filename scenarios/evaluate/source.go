package evaluate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// A kind says what a cell holds.
type kind uint8

const (
	missing kind = iota
	raw          // text of a CSV file, not looked at yet
	number
	integer // exact, in whole
	text
	instant // seconds since 1970 in num
)

// A cell is one value of the file. Its text is valid until the next row is read.
type cell struct {
	kind  kind
	num   float64
	whole int64
	text  []byte
	comma bool // numbers have a decimal comma
}

// A source reads the chosen columns of a file, as often as asked.
type source interface {
	// columns are the names of all columns, in the order of the file.
	columns() []string
	// rows is about how many there are in a file of size bytes.
	rows(size int64) int64
	// unit says what place means: line or row.
	unit() string
	// read calls row for every row, with the cells of the wanted columns in the order asked. An error of
	// row ends the reading.
	read(ctx context.Context, want []int, row func(place int64, cells []cell) error) error
	io.Closer
}

// A fault is something wrong at one place of the file.
type fault struct {
	file, unit string
	place      int64
	column     string // empty: the row as a whole
	text       string
}

func (f *fault) Error() string {
	where := fmt.Sprintf("%s: %s %d", f.file, f.unit, f.place)
	if f.column != "" {
		where += fmt.Sprintf(", column %q", f.column)
	}
	return where + ": " + f.text
}

// open looks at a file and returns its reader and its fingerprint.
func open(path string, o *Options) (source, *os.File, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, mistake("name a CSV or Parquet file", "there is no file %s", path)
	case err != nil:
		return nil, nil, fmt.Errorf("cannot look at %s: %w; check the path and its permissions", path, reason(err))
	case info.IsDir():
		return nil, nil, mistake("name a CSV or Parquet file in it", "%s is a folder", path)
	case !info.Mode().IsRegular():
		return nil, nil, mistake("save it as a file first: it is read three times", "%s is not a file on a disk", path)
	case info.Size() == 0:
		return nil, nil, fmt.Errorf("%s is empty; a table needs a header line and rows", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read %s: %w; check its permissions", path, reason(err))
	}
	s, err := recognise(file, info.Size(), o)
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return s, file, nil
}

// reason strips the path, which the message names already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// recognise tells the kind of a file from its first bytes; the ending of its name says nothing.
func recognise(file *os.File, size int64, o *Options) (source, error) {
	name := filepath.Base(file.Name())
	var head [4096]byte
	n, err := file.ReadAt(head[:], 0)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("cannot read %s: %w; check the disk", name, reason(err))
	}
	b := head[:n]
	for _, other := range []struct{ magic, what string }{
		{"PK\x03\x04", "a ZIP file or an Excel workbook; unpack it, or save the sheet as CSV"},
		{"\xd0\xcf\x11\xe0", "an old Excel workbook; save the sheet as CSV"},
		{"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it"},
		{"BZh", "compressed with bzip2; unpack it"}, {"\xfd7zXZ", "compressed with xz; unpack it"},
		{"\xff\xfe", "UTF-16 text; save it as UTF-8"}, {"\xfe\xff", "UTF-16 text; save it as UTF-8"},
	} {
		if bytes.HasPrefix(b, []byte(other.magic)) {
			return nil, fmt.Errorf("%s is %s", name, other.what)
		}
	}
	if bytes.HasPrefix(b, []byte("PAR1")) {
		return openParquet(file, name, size)
	}
	if bytes.HasPrefix(b, []byte("\x1f\x8b")) {
		return openGzip(file, name, size, o)
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return nil, fmt.Errorf("%s is neither text nor Parquet; save the table as CSV in UTF-8, or as Parquet", name)
	}
	return openCSV(plainText(file), file, name, o)
}

// fingerprint returns the SHA-256 of a file.
func fingerprint(file *os.File, size int64) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(file, 0, size)); err != nil {
		return "", fmt.Errorf("cannot read %s: %w; check the disk", filepath.Base(file.Name()), reason(err))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// isMissing reports whether text stands for a missing value: empty, -, NA, N/A, NaN or null in any case.
func isMissing(b []byte) bool {
	switch len(b) {
	case 0:
		return true
	case 1:
		return b[0] == '-'
	case 2:
		return bytes.EqualFold(b, []byte("na"))
	case 3:
		return bytes.EqualFold(b, []byte("n/a")) || bytes.EqualFold(b, []byte("nan"))
	case 4:
		return bytes.EqualFold(b, []byte("null"))
	}
	return false
}

// missing reports whether the cell holds nothing.
func (c cell) missing() bool {
	switch c.kind {
	case missing:
		return true
	case raw, text:
		return isMissing(c.text)
	case number:
		return math.IsNaN(c.num)
	}
	return false
}

// number returns the number in a cell. Hexadecimal is no number; beyond the largest float64 it is infinite.
func (c cell) number() (float64, bool) {
	switch c.kind {
	case number:
		return c.num, !math.IsNaN(c.num)
	case integer:
		return float64(c.whole), true
	case raw, text:
		if c.comma {
			b, ok := pointed(c.text)
			if !ok {
				return 0, false
			}
			return parseNumber(b)
		}
		return parseNumber(c.text)
	}
	return 0, false
}

func parseNumber(b []byte) (float64, bool) {
	if len(b) == 0 || len(b) > 400 || bytes.ContainsAny(b, "xXpP_") {
		return 0, false
	}
	x, err := strconv.ParseFloat(string(b), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return x, x == x
}

// instant returns the time in a cell in seconds since 1970; a date is its midnight in UTC.
func (c cell) instant() (float64, bool) {
	switch c.kind {
	case instant:
		return c.num, true
	case raw, text:
		return parseInstant(string(c.text))
	}
	return 0, false
}

var layouts = []string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateTime,
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04", "2006/01/02", "20060102T150405Z", "02.01.2006", "02.01.2006 15:04", "02.01.2006 15:04:05"}

func parseInstant(s string) (float64, bool) {
	if len(s) < 10 || len(s) > 40 || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return float64(t.Unix()) + float64(t.Nanosecond())/1e9, true
		}
	}
	return 0, false
}

// truth returns the yes or no in a cell: 0, 1, true, false, yes or no.
func (c cell) truth() (yes, ok bool) {
	if x, isNumber := c.number(); isNumber {
		return x == 1, x == 0 || x == 1
	}
	for i, word := range []string{"false", "true", "no", "yes"} {
		if bytes.EqualFold(c.text, []byte(word)) {
			return i%2 == 1, true
		}
	}
	return false, false
}

// appendText appends the cell as CSV would show it, so that a person is the same in either kind of file.
func (c cell) appendText(b []byte) []byte {
	switch c.kind {
	case number:
		return strconv.AppendFloat(b, c.num, 'f', -1, 64)
	case integer:
		return strconv.AppendInt(b, c.whole, 10)
	case instant:
		return append(b, showInstant(c.num)...)
	}
	return append(b, c.text...)
}

// showInstant writes a time as a date where it is one.
func showInstant(x float64) string {
	whole := math.Floor(x)
	t := time.Unix(int64(whole), int64((x-whole)*1e9)).UTC()
	if x == whole && t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339Nano)
}

// quoted shows a value in a message, cut short.
func (c cell) quoted() string {
	b := c.appendText(nil)
	if len(b) > 60 {
		return strconv.Quote(string(b[:60])) + " ..."
	}
	return strconv.Quote(string(b))
}
