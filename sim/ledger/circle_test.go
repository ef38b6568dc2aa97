package ledger

import (
	"testing"

	"overshare/sim/rng"
)

// From every place of a ring first points to where a search for somebody with an account in the window ends,
// whoever has one; where nobody has, it stays within the ring.
func TestFirstIsWhereTheSearchEnds(t *testing.T) {
	for k := range uint64(200) {
		var b Block
		s := rng.Open(1, rng.PurposeFriends, k)
		lo := int(rng.Below(s.At(0), BlockSize))
		hi := lo + 1 + int(rng.Below(s.At(1), uint64(BlockSize-lo)))
		for i := range b.stay {
			b.circle.order[i] = int16(BlockSize - 1 - i)
			b.stay[i] = span{5, 5 + int16(rng.Below(s.At(uint64(2+i)), 3))*int16(k%2)}
		}
		b.circle.skip(&b, lo, hi)
		for r := lo; r < hi; r++ {
			want := r
			for n := 0; n < hi-lo && !b.stay[b.circle.order[want]].covers(5); n++ {
				if want++; want == hi {
					want = lo
				}
			}
			got := int(b.circle.first[r])
			if b.stay[b.circle.order[want]].covers(5) && got != want || got < lo || got >= hi {
				t.Fatalf("ring %d to %d: from %d on the first is %d, not %d", lo, hi, r, got, want)
			}
		}
	}
}
