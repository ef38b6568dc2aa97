package reidentify

import (
	"fmt"
	"slices"
	"testing"

	"overshare/sim/rng"
)

// draws returns n values of 64 bits, some of them twice when mask is short.
func draws(n int, mask uint64) []uint64 {
	s := rng.Open(1, rng.PurposeBootstrap, uint64(n))
	v := make([]uint64, n)
	for i := range v {
		v[i] = s.At(uint64(i)) & mask
	}
	return v
}

func TestSortUniformSorts(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000, 1 << 15, 200_000} {
		for _, mask := range []uint64{^uint64(0), 0xffff_0000_0000_0000, 0xff, 0} {
			for _, workers := range []int{1, 3} {
				v := draws(n, mask)
				want := slices.Sorted(slices.Values(v))
				sortUniform(v, workers)
				if !slices.Equal(v, want) {
					t.Fatalf("%d values, mask %x, %d workers: not sorted", n, mask, workers)
				}
			}
		}
	}
}

// The index against a map of how often each value occurs; values that occur and values that do not.
func TestIndexAgainstMap(t *testing.T) {
	for _, n := range []int{0, 1, 5, 300, 100_000} {
		for _, mask := range []uint64{^uint64(0), 0xffff_8000_0000_0000, 0} {
			if mask == 0 && n > 300 {
				continue // every lookup would count all copies
			}
			v := draws(n, mask)
			times := map[uint64]uint64{}
			for _, x := range v {
				times[x]++
			}
			ix := newIndex(v, 2)
			ask := append(slices.Clone(v), draws(n+7, mask)...)
			ask = append(ask, 0, ^uint64(0))
			for from := 0; from < len(ask); from += batch {
				var want [batch]uint64
				var at [batch]int32
				m := copy(want[:], ask[from:])
				ix.lookup(&want, m, &at)
				for i, x := range want[:m] {
					if err := checkFind(ix, x, at[i], times[x]); err != nil {
						t.Fatalf("%d values, mask %x: %v", n, mask, err)
					}
				}
			}
		}
	}
}

func checkFind(ix *index, x uint64, at int32, times uint64) error {
	switch {
	case times == 0 && at >= 0:
		return fmt.Errorf("%x is found at %d but was not sent", x, at)
	case times > 0 && at < 0:
		return fmt.Errorf("%x is not found but was sent", x)
	case times > 0 && (ix.sent[at] != x || at > 0 && ix.sent[at-1] == x || ix.copies(at) != times):
		return fmt.Errorf("%x is found at %d, not at the first of %d places", x, at, times)
	}
	return nil
}

// Marks do not depend on order, and the outcome counts what it says. Values: a alone, b alone, c twice.
func TestMarksAndOutcome(t *testing.T) {
	const a, b, c = 1 << 60, 2 << 60, 3 << 60
	type guess struct {
		at    int32
		right bool
	}
	for _, test := range []struct {
		guesses              []guess
		recovered, ambiguous uint64
	}{
		{nil, 0, 0},
		{[]guess{{0, true}}, 1, 0},
		{[]guess{{0, false}}, 0, 0},
		{[]guess{{0, true}, {0, false}}, 0, 1},
		{[]guess{{0, true}, {1, true}}, 2, 0},
		{[]guess{{2, true}}, 0, 2},
		{[]guess{{0, true}, {1, false}, {1, true}, {2, true}, {2, true}}, 1, 3},
	} {
		for range max(1, len(test.guesses)) {
			ix := newIndex([]uint64{c, a, c, b}, 1)
			if len(test.guesses) > 0 { // every rotation of the guesses
				test.guesses = append(test.guesses[1:], test.guesses[0])
			}
			for _, g := range test.guesses {
				ix.mark(g.at, g.right)
			}
			if r, am := ix.outcome(); r != test.recovered || am != test.ambiguous {
				t.Errorf("%v: recovered %d, ambiguous %d; want %d, %d", test.guesses, r, am, test.recovered, test.ambiguous)
			}
		}
	}
}
