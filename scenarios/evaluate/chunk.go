package evaluate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/format"
)

// A chunkReader reads the values of one column chunk in order. Pages are unpacked here and their values decoded by the
// library's encodings: the library's own reader of pages (0.32) takes what was left in a buffer for the content of
// LZ4 pages that pack to more than a third, and reads truth values in runs whose length is no multiple of eight wrongly.
type chunkReader struct {
	pages      pageWalk
	dictionary parquet.Dictionary
	missing    []bool // of the page; nil where every value is there
	at, n      int    // rows of the page: read, all
	values     parquet.ValueReader
	buf        []parquet.Value
	text       []byte
	convert    func(parquet.Value) cell
}

// fill reads the next len(out) values. The text of a cell is copied: pages come and go in between.
func (r *chunkReader) fill(out []cell) error {
	r.text = r.text[:0]
	for done := 0; done < len(out); {
		if r.at == r.n {
			if err := r.turn(); err != nil {
				return err
			}
			continue
		}
		k := min(len(out)-done, r.n-r.at, len(r.buf))
		if err := r.some(out[done : done+k]); err != nil {
			return err
		}
		done += k
	}
	return nil
}

// some reads values that lie in one page.
func (r *chunkReader) some(out []cell) error {
	there := len(out)
	if r.missing != nil {
		there = 0
		for _, not := range r.missing[r.at : r.at+len(out)] {
			if !not {
				there++
			}
		}
	}
	values := r.buf[:there]
	for got := 0; got < there; {
		k, err := r.values.ReadValues(values[got:])
		if got += k; got < there && (err != nil || k == 0) {
			return fmt.Errorf("the page holds fewer values than it claims: %w", io.ErrUnexpectedEOF)
		}
	}
	for i := range out {
		out[i] = cell{}
		if r.missing != nil && r.missing[r.at+i] {
			continue
		}
		c := r.convert(values[0])
		values = values[1:]
		from := len(r.text)
		r.text = append(r.text, c.text...)
		c.text = r.text[from:len(r.text):len(r.text)]
		out[i] = c
	}
	r.at += len(out)
	return nil
}

// turn goes to the next page of values.
func (r *chunkReader) turn() error {
	p, err := r.pages.next()
	if err != nil {
		return err
	}
	leaf := r.pages.leaf
	if p.dictionary {
		values, err := decode(leaf.Type(), format.Plain, append([]byte{}, p.values...), int(p.n))
		if err != nil {
			return fmt.Errorf("its dictionary: %w", err)
		}
		r.dictionary = leaf.Type().NewDictionary(leaf.Index(), int(p.n), values)
		return nil
	}
	there := int(p.n)
	r.at, r.n, r.missing = 0, int(p.n), nil
	if most := leaf.MaxDefinitionLevel(); most > 0 {
		if r.missing, there, err = missingOf(p, most); err != nil {
			return err
		}
	}
	r.values, err = r.valuesOf(p, there)
	return err
}

// missingOf tells which values of a page are missing, and how many are there: those at the highest level.
func missingOf(p *page, most int) (missing []bool, there int, err error) {
	levels, err := hybrid(p.definition, width(most), int(p.n))
	if err != nil {
		return nil, 0, fmt.Errorf("what is missing: %w", err)
	}
	missing = make([]bool, p.n)
	for i, level := range levels {
		if missing[i] = int(level) != most; !missing[i] {
			there++
		}
	}
	return missing, there, nil
}

// valuesOf returns a reader of the values of a page that are there.
func (r *chunkReader) valuesOf(p *page, there int) (parquet.ValueReader, error) {
	kind := r.pages.leaf.Type()
	switch {
	case there == 0:
		return &indexed{}, nil
	case p.encoding == format.RLEDictionary || p.encoding == plainDictionary:
		if r.dictionary == nil || len(p.values) == 0 {
			return nil, errors.New("it refers to a dictionary that is not there")
		}
		places, err := hybrid(p.values[1:], int(p.values[0]), there)
		return &indexed{r.dictionary, places}, err
	case p.encoding == format.RLE && kind.Kind() == parquet.Boolean:
		truths, err := hybrid(p.values[4:], 1, there)
		if err != nil {
			return nil, err
		}
		bits := make([]byte, (there+7)/8)
		for i, yes := range truths {
			bits[i/8] |= byte(yes) << (i % 8)
		}
		return kind.NewPage(0, there, encoding.BooleanValues(bits)).Values(), nil
	}
	values, err := decode(kind, p.encoding, p.values, there)
	if err != nil {
		return nil, err
	}
	return kind.NewPage(0, there, values).Values(), nil
}

// decode returns n values of a type.
func decode(kind parquet.Type, e format.Encoding, b []byte, n int) (encoding.Values, error) {
	how := parquet.LookupEncoding(e)
	room := kind.NewValues(make([]byte, 0, kind.EstimateDecodeSize(n, b, how)), make([]uint32, 0, n+1))
	values, err := kind.Decode(room, b, how)
	if err == nil && kind.Kind() == parquet.Boolean && 8*len(b) < n || err == nil && kind.Kind() != parquet.Boolean && lengthOf(kind, values) < n {
		err = fmt.Errorf("the page holds fewer than the %d values that it claims", n)
	}
	return values, err
}

// lengthOf returns how many values were decoded.
func lengthOf(kind parquet.Type, values encoding.Values) int {
	switch kind.Kind() {
	case parquet.ByteArray:
		_, offsets := values.ByteArray()
		return len(offsets) - 1
	case parquet.FixedLenByteArray:
		b, size := values.FixedLenByteArray()
		return len(b) / max(size, 1)
	case parquet.Int32:
		return len(values.Int32())
	case parquet.Int64:
		return len(values.Int64())
	case parquet.Int96:
		return len(values.Int96())
	case parquet.Float:
		return len(values.Float())
	case parquet.Double:
		return len(values.Double())
	}
	return 0
}

// indexed reads values of a dictionary by their places.
type indexed struct {
	dictionary parquet.Dictionary
	places     []uint32
}

func (x *indexed) ReadValues(out []parquet.Value) (n int, err error) {
	for n < len(out) && len(x.places) > 0 {
		if int(x.places[0]) >= x.dictionary.Len() {
			return n, fmt.Errorf("it refers to value %d of a dictionary of %d", x.places[0], x.dictionary.Len())
		}
		out[n] = x.dictionary.Index(int32(x.places[0]))
		x.places = x.places[1:]
		n++
	}
	if len(x.places) == 0 {
		err = io.EOF
	}
	return n, err
}

// hybrid reads n whole numbers of a few bits from runs of two kinds: a number with how often it comes, or groups of
// eight numbers packed bit by bit, the lowest first, the last of which may be filled up.
//
// Source: Apache Parquet, Encodings, RLE / bit-packing hybrid.
func hybrid(b []byte, width, n int) ([]uint32, error) {
	out := make([]uint32, 0, n)
	if width == 0 {
		return out[:n], nil
	}
	for len(out) < n {
		head, k := binary.Uvarint(b)
		if k <= 0 {
			return nil, fmt.Errorf("it ends after %d of %d values", len(out), n)
		}
		b = b[k:]
		if head&1 == 0 {
			size := (width + 7) / 8
			if len(b) < size {
				return nil, fmt.Errorf("it ends after %d of %d values", len(out), n)
			}
			var word [8]byte
			copy(word[:], b[:size])
			b = b[size:]
			x := uint32(binary.LittleEndian.Uint64(word[:]))
			for range min(head>>1, uint64(n-len(out))) {
				out = append(out, x)
			}
			continue
		}
		size := int(min(head>>1*uint64(width), uint64(len(b))))
		out = unpackBits(out, b[:size], width, min(n, len(out)+8*size/width))
		b = b[size:]
	}
	return out, nil
}

// unpackBits appends numbers of a few bits until there are n.
func unpackBits(out []uint32, b []byte, width, n int) []uint32 {
	word, bits := uint64(0), 0
	for len(out) < n {
		for ; bits < width; bits += 8 {
			word |= uint64(b[0]) << bits
			b = b[1:]
		}
		out = append(out, uint32(word&(1<<width-1)))
		word >>= width
		bits -= width
	}
	return out
}
