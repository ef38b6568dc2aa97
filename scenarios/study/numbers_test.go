package study

import (
	"testing"

	"overshare/sim/rng"
)

// Sights are numbered as a map of their texts would number them, beyond the size at which the table grows, and anew
// once it is emptied.
func TestNumbersAgainstAMap(t *testing.T) {
	const width, rows = 5, 30_000
	var table numbers
	for round := range uint64(2) {
		stream := rng.Open(1, rng.PurposeBootstrap, round)
		plain, sights := map[string]uint32{}, []uint8(nil)
		table.forget()
		for i := range uint64(rows) {
			n, x := len(sights), stream.At(i)%9000
			sights = append(sights, 1, uint8(x), uint8(x>>8), 0, uint8(round))
			number, known := table.of(sights, n)
			want, old := plain[string(sights[n:])]
			if !old {
				want = uint32(len(plain))
				plain[string(sights[n:])] = want
			}
			if number != want || known != old {
				t.Fatalf("row %d: number %d, known %v; want %d, %v", i, number, known, want, old)
			}
			if known {
				sights = sights[:n]
			}
		}
		if len(plain) < leastSlots || len(sights) != width*len(plain) {
			t.Errorf("%d sights, %d bytes", len(plain), len(sights))
		}
	}
	if number, known := table.of(nil, 0); number != 0 || !known {
		t.Error("sights of no bytes are not all the same")
	}
}
