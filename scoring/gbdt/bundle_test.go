package gbdt

import (
	"flag"
	"testing"

	"overshare/sim/rng"

	"pgregory.net/rapid"
)

// The cases of the property tests are the same in every run; .ci/run -soak draws others.
func init() { _ = flag.Set("rapid.seed", "2024") }

// Every feature has one place, no bundle is too large, and a feature's sums from its bundle are those
// counted row by row.
func TestBundlesLoseNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		levels := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(1, 8), rapid.IntRange(1, 255)), 1, 12).Draw(r, "levels")
		all := bundles(levels)
		where := places(all, len(levels))
		want := make(histogram, len(levels))
		got := make(histogram, len(all))
		active := make([]int, len(levels))
		for f := range active {
			active[f] = f
		}
		for i := range 200 {
			s, row := rng.Open(rapid.Uint64().Draw(r, "seed"), rng.PurposeModel, uint64(i)), make([]uint8, len(levels))
			v := int64(s.At(99))
			for f, l := range levels {
				row[f] = uint8(rng.Below(s.At(uint64(f)), uint64(l+1)))
				want[f][row[f]] += v
			}
			for k := range all {
				got[k][all[k].number(row, active)] += v
			}
		}
		for f := range levels {
			size := all[where[f].bundle].size
			if size > 256 {
				r.Fatalf("bundle of size %d", size)
			}
			var room [256]int64
			if *where[f].sums(got, size, &room) != want[f] {
				r.Fatalf("sums of feature %d differ", f)
			}
		}
	})
}

func TestBundlesAreFew(t *testing.T) {
	for _, c := range []struct {
		levels []int
		want   int
	}{
		{[]int{1, 1, 1, 1, 1, 1, 1, 1}, 1},
		{[]int{255, 255, 1}, 3},
		{[]int{127, 1, 15, 15}, 2},
		{nil, 0},
	} {
		if got := len(bundles(c.levels)); got != c.want {
			t.Errorf("%d bundles for highest codes %v, want %d", got, c.levels, c.want)
		}
	}
}
