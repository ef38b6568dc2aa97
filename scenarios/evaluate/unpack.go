package evaluate

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// known returns an error for a compression that is not read.
func known(c format.CompressionCodec) error {
	switch c {
	case format.Uncompressed, format.Snappy, format.Gzip, format.Brotli, format.Zstd, format.Lz4Raw:
		return nil
	case 5: // LZ4, deprecated
		return fmt.Errorf("it is compressed with LZ4 in Hadoop's framing, which is deprecated; use zstd, snappy or LZ4_RAW")
	}
	return fmt.Errorf("it is compressed with %v; use zstd or snappy", c)
}

var zstdReader = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxPage), zstd.WithDecoderConcurrency(1))
})

// unpack returns the n bytes that a page holds, and an error if they are more or fewer: the library unpacks as much as
// there is, whatever the header says.
func unpack(c format.CompressionCodec, packed []byte, n int) (b []byte, err error) {
	switch c {
	case format.Uncompressed:
		b = packed
	case format.Snappy:
		if says, k := binary.Uvarint(packed); k <= 0 || says != uint64(n) || n > 64*len(packed) { // at most 21 times
			return nil, fmt.Errorf("it unpacks to another size than the %d bytes claimed", n)
		}
		b, err = parquet.Snappy.Decode(nil, packed)
	case format.Gzip:
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		return readExactly(z, n)
	case format.Brotli:
		return readExactly(brotli.NewReader(bytes.NewReader(packed)), n)
	case format.Zstd:
		z, err := zstdReader()
		if err != nil {
			return nil, err
		}
		if err := zstdSize(packed, n); err != nil {
			return nil, err
		}
		if b, err = z.DecodeAll(packed, nil); err != nil {
			return nil, err
		}
	case format.Lz4Raw:
		if len(packed) == 0 || n == 0 {
			break // nothing was there to compress
		}
		if n > 256*len(packed) { // a byte stands for at most 255
			return nil, fmt.Errorf("it cannot unpack to the %d bytes claimed", n)
		}
		b = make([]byte, n)
		k, err := lz4.UncompressBlock(packed, b)
		if err != nil {
			return nil, fmt.Errorf("it unpacks to more than the %d bytes claimed, or not at all", n)
		}
		b = b[:k]
	}
	if err == nil && len(b) != n {
		err = fmt.Errorf("it unpacks to %d bytes, not the %d claimed", len(b), n)
	}
	return b, err
}

// zstdSize wants the size in the frame's header, if it has one, to be at most n.
func zstdSize(packed []byte, n int) error {
	var h zstd.Header
	if err := h.Decode(packed); err != nil {
		return err
	}
	if h.HasFCS && h.FrameContentSize > uint64(n) {
		return fmt.Errorf("it unpacks to %d bytes, not the %d claimed", h.FrameContentSize, n)
	}
	return nil
}

// readExactly reads n bytes and wants no more.
func readExactly(in io.Reader, n int) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(in, int64(n)+1)) // room is made as bytes come, not as they are claimed
	if err == nil && len(b) != n {
		err = fmt.Errorf("it unpacks to %d bytes or more, not the %d claimed", len(b), n)
	}
	return b, err
}
