package scorecard

import (
	"encoding/binary"
	"math/bits"
	"sync"

	"overshare/scoring"
)

// sample returns about most rows of t, or t itself if it is not larger. A row is chosen by a
// hash of its codes, so the chosen multiset of rows does not depend on the order of the rows; the
// order of the sample does, and no sum over it may.
func sample(t *scoring.Table, most, workers int) *scoring.Table {
	rows, d := t.Rows(), len(t.Features)
	if rows <= most {
		return t
	}
	limit := ^uint64(0) / uint64(rows) * uint64(most)
	out := &scoring.Table{Features: t.Features}
	var mu sync.Mutex
	split(rows, workers, func(lo, hi int) {
		var at []int
		for i := lo; i < hi; i++ {
			if hash(t.Code[i*d:(i+1)*d]) < limit {
				at = append(at, i)
			}
		}
		mu.Lock()
		defer mu.Unlock()
		for _, i := range at {
			out.Code = append(out.Code, t.Row(i)...)
			out.Bad = append(out.Bad, t.Bad[i])
			if t.Weight != nil {
				out.Weight = append(out.Weight, t.Weight[i])
			}
		}
	})
	return out
}

// hash mixes the bytes of a row by one 128-bit multiplication per eight of them (the scheme of wyhash,
// Wang Yi 2019). It is no draw of the simulation: equal rows shall be chosen together.
func hash(row []uint8) uint64 {
	const k0, k1 = 0xa0761d6478bd642f, 0xe7037ed1a0b428db
	h := uint64(len(row)) ^ k0
	for ; len(row) >= 8; row = row[8:] {
		hi, lo := bits.Mul64(h^binary.LittleEndian.Uint64(row), k1)
		h = hi ^ lo ^ k0
	}
	var tail [8]byte
	copy(tail[:], row)
	for range 2 {
		hi, lo := bits.Mul64(h^binary.LittleEndian.Uint64(tail[:]), k1)
		h = hi ^ lo ^ k0
	}
	return h
}
