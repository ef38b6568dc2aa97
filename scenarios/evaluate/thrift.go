package evaluate

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A thriftWalk goes over a structure in Thrift's compact protocol, in which Parquet writes its footer and page
// headers, before the library decodes it: the library trusts the lengths that it reads, makes room for them and
// calls itself for every level.
//
// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
type thriftWalk struct {
	b      []byte
	budget int64 // bytes that the decoded structure may take
}

const (
	maxThriftDepth = 16  // Parquet's own structures are at most nine deep
	structBytes    = 640 // what the library's largest structure takes, a column chunk with its metadata
)

var errThrift = errors.New("it ends in the middle of a structure")

// length returns how many bytes the structure takes.
func (w *thriftWalk) length() (int, error) {
	all := len(w.b)
	err := w.structure(0)
	return all - len(w.b), err
}

func (w *thriftWalk) uvarint() (uint64, error) {
	x, n := binary.Uvarint(w.b)
	if n <= 0 {
		return 0, errThrift
	}
	w.b = w.b[n:]
	return x, nil
}

func (w *thriftWalk) skip(n uint64) error {
	if n > uint64(len(w.b)) {
		return errThrift
	}
	w.b = w.b[n:]
	return nil
}

func (w *thriftWalk) byte() (byte, error) {
	if len(w.b) == 0 {
		return 0, errThrift
	}
	x := w.b[0]
	w.b = w.b[1:]
	return x, nil
}

func (w *thriftWalk) structure(depth int) error {
	if depth > maxThriftDepth {
		return fmt.Errorf("its structures lie more than %d deep in each other", maxThriftDepth)
	}
	for {
		head, err := w.byte()
		if err != nil || head == 0 {
			return err
		}
		if head>>4 == 0 { // the field's number follows
			if _, err := w.uvarint(); err != nil {
				return err
			}
		}
		if kind := head & 15; kind > 2 { // 1 and 2 are true and false
			if err := w.value(kind, depth); err != nil {
				return err
			}
		}
	}
}

func (w *thriftWalk) value(kind byte, depth int) error {
	switch kind {
	case 1, 2, 3: // truth values in lists, a byte
		return w.skip(1)
	case 4, 5, 6:
		_, err := w.uvarint()
		return err
	case 7:
		return w.skip(8)
	case 8:
		n, err := w.uvarint()
		if err != nil {
			return err
		}
		return w.skip(n)
	case 9, 10:
		head, err := w.byte()
		if err != nil {
			return err
		}
		n := uint64(head >> 4)
		if n == 15 {
			if n, err = w.uvarint(); err != nil {
				return err
			}
		}
		return w.elements(n, depth, head&15)
	case 11:
		n, err := w.uvarint()
		if err != nil || n == 0 {
			return err
		}
		kinds, err := w.byte()
		if err != nil {
			return err
		}
		return w.elements(n, depth, kinds>>4, kinds&15)
	case 12:
		return w.structure(depth + 1)
	}
	return fmt.Errorf("it has a field of the unknown type %d", kind)
}

// elements goes over n elements of a list, or pairs of a map. Each takes a byte at least.
func (w *thriftWalk) elements(n uint64, depth int, kinds ...byte) error {
	if depth > maxThriftDepth {
		return fmt.Errorf("its lists lie more than %d deep in each other", maxThriftDepth)
	}
	if n > uint64(len(w.b)) {
		return fmt.Errorf("it announces a list of %d elements in %d bytes", n, len(w.b))
	}
	w.budget -= int64(n) * 24
	for _, k := range kinds {
		if k == 12 {
			w.budget -= int64(n) * structBytes
		}
	}
	if w.budget < 0 {
		return errors.New("it announces more structures than a table needs")
	}
	for range n {
		for _, k := range kinds {
			if err := w.value(k, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
