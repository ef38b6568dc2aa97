package evaluate

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

const (
	maxPage       = 128 << 20 // bytes of a page when unpacked; writers make pages of about 1 MiB
	maxPageValues = 1 << 24
	maxPageHeader = 1 << 20 // it may hold the smallest and largest text of the page
	valueBytes    = 16      // that the library takes at most for a value besides the page itself
)

// openPagesLimit is how many bytes the pages may take that are open at once, one a column: the memory that a small
// file can ask for is small.
func openPagesLimit(size int64) int64 { return min(256<<20+64*size, 2<<30) }

// checkPages looks at every page of the wanted columns that was not looked at yet, before the library reads them: a
// page may unpack to any size, and a run of a few bytes may stand for two thousand million values.
func (p *parquetSource) checkPages(ctx context.Context, want []int) error {
	limit := openPagesLimit(p.size)
	for g := range p.footer.meta.RowGroups {
		group := &p.footer.meta.RowGroups[g]
		held := int64(0)
		for _, c := range want {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			at := [2]int{g, c}
			if _, done := p.pageBytes[at]; !done {
				w := p.walk(group, c)
				if err := w.chunk(); err != nil {
					return fmt.Errorf("%s: column %q cannot be read: %w; write the file again", p.name, p.header[c], err)
				}
				p.pageBytes[at] = w.most + w.dictionary
			}
			if held += p.pageBytes[at]; held > limit {
				return fmt.Errorf("%s: the pages of %d columns together take more than the %d MiB that a file of this size may take; write it with smaller pages, or choose fewer columns with --features",
					p.name, len(want), limit>>20)
			}
		}
	}
	return nil
}

func (p *parquetSource) walk(group *format.RowGroup, column int) pageWalk {
	leaf := p.leaves[column]
	return pageWalk{source: p, meta: &group.Columns[leaf.Index()].MetaData, leaf: leaf, rows: group.NumRows}
}

// A pageWalk goes over the pages of a column chunk.
type pageWalk struct {
	source           *parquetSource
	meta             *format.ColumnMetaData
	leaf             *parquet.Column
	rows             int64
	at, end          int64 // bytes of the file still to come
	values           int64 // so far
	most, dictionary int64 // bytes of the largest data page and of the dictionary
	packed           []byte
}

// chunk looks at all pages.
func (w *pageWalk) chunk() error {
	if err := w.begin(); err != nil {
		return err
	}
	for w.values < w.rows {
		if _, err := w.next(); err != nil {
			return err
		}
	}
	return nil
}

// begin goes to the first page.
func (w *pageWalk) begin() error {
	m := w.meta
	length := m.TotalCompressedSize
	w.at = m.DataPageOffset
	if m.DictionaryPageOffset != 0 {
		w.at = m.DictionaryPageOffset
	}
	switch {
	case w.leaf.MaxRepetitionLevel() == 0 && m.NumValues != w.rows:
		return fmt.Errorf("it has %d values in %d rows", m.NumValues, w.rows)
	case w.rows == 0:
		return nil // a row group of nothing has no pages
	case w.at < 4 || length < 0 || length > w.source.size || w.at > w.source.size-length:
		return errors.New("its pages lie outside the file")
	}
	w.end = w.at + length
	return known(m.Codec)
}

// next looks at the next page.
func (w *pageWalk) next() (*page, error) {
	if w.at >= w.end {
		return nil, fmt.Errorf("it ends after %d of %d values", w.values, w.rows)
	}
	p, err := w.page(w.at, w.end)
	if err != nil {
		return nil, fmt.Errorf("page at byte %d: %w", w.at, err)
	}
	w.at += p.size
	return p, nil
}

// A page is what one page holds once unpacked; its bytes are good until the next one is looked at.
type page struct {
	size       int64  // in the file, with its header
	dictionary bool   // it holds the chunk's distinct values
	n          int64  // values, missing ones included
	definition []byte // runs that say which are missing; nil where none may be
	values     []byte
	encoding   format.Encoding
}

// page looks at the page that begins at start.
func (w *pageWalk) page(start, end int64) (*page, error) {
	h, n, err := w.pageHeader(start, end)
	if err != nil {
		return nil, err
	}
	packed, plain := int64(h.CompressedPageSize), int64(h.UncompressedPageSize)
	if packed < 0 || packed > end-start-int64(n) || plain < 0 || plain > maxPage {
		return nil, fmt.Errorf("it claims %d bytes, %d when unpacked; %d are left and at most %d MiB are unpacked", packed, plain, end-start-int64(n), maxPage>>20)
	}
	if int64(cap(w.packed)) < packed {
		w.packed = make([]byte, packed)
	}
	w.packed = w.packed[:packed]
	if _, err := w.source.disk.ReadAt(w.packed, start+int64(n)); err != nil {
		return nil, reason(err)
	}
	p := &page{size: int64(n) + packed}
	switch h.Type {
	case format.DictionaryPage:
		return p, w.dictionaryPage(h, p)
	case format.DataPage:
		return p, w.dataV1(h, p)
	case format.DataPageV2:
		return p, w.dataV2(h, p)
	}
	return nil, fmt.Errorf("it is a page of type %v, which is not expected here", h.Type)
}

// pageHeader reads a header, in a window that grows up to the limit.
func (w *pageWalk) pageHeader(start, end int64) (*format.PageHeader, int, error) {
	for window := int64(512); ; window *= 16 {
		b := make([]byte, min(window, end-start, maxPageHeader))
		if _, err := w.source.disk.ReadAt(b, start); err != nil {
			return nil, 0, reason(err)
		}
		walk := thriftWalk{b, 1 << 20}
		n, err := walk.length()
		if errors.Is(err, errThrift) && int64(len(b)) == window && window < maxPageHeader {
			continue
		}
		h := &format.PageHeader{}
		if err == nil {
			err = decodeThrift(b[:n], h)
		}
		if err != nil {
			return nil, 0, fmt.Errorf("its header is broken: %w", err)
		}
		return h, n, nil
	}
}

// count takes the values of a page into account.
func (w *pageWalk) count(values, bytes int64) error {
	if values < 0 || values > maxPageValues || w.leaf.MaxRepetitionLevel() == 0 && values > w.rows-w.values {
		return fmt.Errorf("it claims %d values", values)
	}
	w.values += values
	w.most = max(w.most, bytes+valueBytes*values)
	return nil
}

func (w *pageWalk) dictionaryPage(h *format.PageHeader, p *page) (err error) {
	d := &h.DictionaryPageHeader.V
	p.dictionary, p.n, p.encoding = true, int64(d.NumValues), d.Encoding
	if !h.DictionaryPageHeader.Valid || w.dictionary > 0 || w.values > 0 || p.n < 0 || p.n > maxPageValues ||
		p.encoding != format.Plain && p.encoding != plainDictionary {
		return fmt.Errorf("it is a dictionary of %d values that is not expected here", p.n)
	}
	w.dictionary = int64(h.CompressedPageSize) + int64(h.UncompressedPageSize) + valueBytes*(p.n+1)
	p.values, err = unpack(w.meta.Codec, w.packed, int(h.UncompressedPageSize))
	return err
}

// dataV1 takes apart a page whose levels are packed with its values, each after its length.
func (w *pageWalk) dataV1(h *format.PageHeader, p *page) error {
	d := &h.DataPageHeader.V
	if !h.DataPageHeader.Valid || d.DefinitionLevelEncoding != format.RLE && w.leaf.MaxDefinitionLevel() > 0 {
		return errors.New("its header is not one that is understood")
	}
	p.n, p.encoding = int64(d.NumValues), d.Encoding
	if err := w.count(p.n, int64(h.CompressedPageSize)+int64(h.UncompressedPageSize)); err != nil {
		return err
	}
	b, err := unpack(w.meta.Codec, w.packed, int(h.UncompressedPageSize))
	for _, level := range []int{w.leaf.MaxRepetitionLevel(), w.leaf.MaxDefinitionLevel()} {
		if err == nil && level > 0 {
			p.definition, b, err = counted(b, width(level), p.n)
		}
	}
	if err != nil {
		return err
	}
	p.values = b
	return checkValues(b, p.encoding, p.n)
}

// dataV2 takes apart a page whose levels stand before the values, not packed.
func (w *pageWalk) dataV2(h *format.PageHeader, p *page) error {
	d, plain := &h.DataPageHeaderV2.V, int(h.UncompressedPageSize)
	if !h.DataPageHeaderV2.Valid {
		return errors.New("its header is not one that is understood")
	}
	p.n, p.encoding = int64(d.NumValues), d.Encoding
	if err := w.count(p.n, int64(h.CompressedPageSize)+int64(plain)); err != nil {
		return err
	}
	rep, def := int(d.RepetitionLevelsByteLength), int(d.DefinitionLevelsByteLength)
	if rep < 0 || def < 0 || rep+def > len(w.packed) || rep+def > plain {
		return errors.New("its levels are longer than the page")
	}
	p.definition = w.packed[rep : rep+def]
	if err := checkRuns(w.packed[:rep], width(w.leaf.MaxRepetitionLevel()), p.n); err != nil {
		return err
	}
	if err := checkRuns(p.definition, width(w.leaf.MaxDefinitionLevel()), p.n); err != nil {
		return err
	}
	codec := w.meta.Codec
	if d.IsCompressed.Valid && !d.IsCompressed.V {
		codec = format.Uncompressed
	}
	b, err := unpack(codec, w.packed[rep+def:], plain-rep-def)
	if err != nil {
		return err
	}
	p.values = b
	return checkValues(b, p.encoding, p.n)
}

// width returns the bits of a level up to most.
func width(most int) (bits int) {
	for ; most > 0; most >>= 1 {
		bits++
	}
	return bits
}

// plainDictionary is how older writers name format.RLEDictionary.
const plainDictionary format.Encoding = 2

// checkValues looks for what a few bytes of values may be made to stand for.
func checkValues(b []byte, e format.Encoding, n int64) error {
	switch e {
	case format.Plain, format.ByteStreamSplit:
		return nil
	case format.RLEDictionary, plainDictionary:
		if len(b) == 0 {
			return nil
		}
		return checkRuns(b[1:], int(b[0]), n)
	case format.RLE:
		_, _, err := counted(b, 1, n)
		return err
	case format.DeltaBinaryPacked, format.DeltaLengthByteArray:
		return checkDelta(b, n)
	}
	return fmt.Errorf("it is encoded as %v, which cannot be read in bounded memory; write it with plain or dictionary encoding", e)
}

// counted looks at runs that their length precedes and returns them and what follows.
func counted(b []byte, width int, n int64) (runs, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, errors.New("it ends in the middle of a run")
	}
	end := 4 + int64(binary.LittleEndian.Uint32(b))
	if end > int64(len(b)) {
		return nil, nil, errors.New("it ends in the middle of a run")
	}
	return b[4:end], b[end:], checkRuns(b[4:end], width, n)
}

// checkRuns wants at most n values in runs of the hybrid of run lengths and packed bits; the last packed run may be
// filled up.
func checkRuns(b []byte, width int, n int64) error {
	if width > 32 {
		return fmt.Errorf("its values have %d bits", width)
	}
	for total := uint64(0); len(b) > 0; {
		head, k := binary.Uvarint(b)
		if k <= 0 {
			return errors.New("it ends in the middle of a run")
		}
		count, size := head>>1, uint64(width+7)/8
		if head&1 != 0 {
			count, size = head>>1*8, head>>1*uint64(width)
		}
		if count > maxPageValues*2 || total+count > uint64(n)+512 {
			return fmt.Errorf("its runs hold more values than the %d of the page", n)
		}
		total += count
		b = b[k:]
		b = b[min(size, uint64(len(b))):]
	}
	return nil
}

// checkDelta wants at most n values announced: block size, blocks, values.
func checkDelta(b []byte, n int64) error {
	var x uint64
	for range 3 {
		k := 0
		if x, k = binary.Uvarint(b); k <= 0 {
			if len(b) == 0 {
				return nil
			}
			return errors.New("it ends in the middle of a number")
		}
		b = b[k:]
	}
	if x > uint64(n) {
		return fmt.Errorf("it announces %d values in a page of %d", x, n)
	}
	return nil
}
