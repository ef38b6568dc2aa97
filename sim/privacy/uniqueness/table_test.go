package uniqueness

import (
	"math"
	"testing"

	"overshare/sim/record"
	"overshare/sim/rng"
)

// A table that has to grow many times, and is used again for fewer, counts like a map.
func TestTableAgainstMap(t *testing.T) {
	s := rng.Open(1, rng.PurposeTarget, 0)
	var table table
	for _, n := range []uint64{50_000, 10, 0, 9000} {
		var entries []uint64
		size, failed := map[uint64]int64{}, map[uint64]int64{}
		for i := range n {
			e := rng.Below(s.At(i), n)<<1 | s.At(n+i)&1 // about 63 % different, the rest in groups of two to eight
			entries = append(entries, e)
			size[e>>1]++
			failed[e>>1] += int64(e & 1)
		}
		want := Groups{}
		for k, m := range size {
			want.group(m, failed[k])
		}
		if got := table.count(entries); *got != want {
			t.Errorf("%d entries: %+v, want %+v", n, *got, want)
		}
	}
}

// The polynomial hash is the one of its definition, by arithmetic in 128 bits with division.
func TestHashIsThePolynomial(t *testing.T) {
	s := rng.Open(2, rng.PurposeTarget, 0)
	all := row{math.MaxUint64, math.MaxUint64, math.MaxUint64}
	for i := range uint64(2000) {
		k, r := newKey(i, 0), row{s.At(3 * i), s.At(3*i + 1), s.At(3*i + 2)}
		if i == 0 {
			r = all
		}
		want := uint64(0)
		for _, w := range r {
			want = mulMod(addMod(want, w&0xffffffff), uint64(k))
			want = mulMod(addMod(want, w>>32), uint64(k))
		}
		if got := k.hash(r, all); got != want || got >= modulus {
			t.Fatalf("hash of %x under %x is %x, want %x", r, uint64(k), got, want)
		}
	}
	if modulus-1 != 2305843009213693950 {
		t.Error("the modulus is not 2^61 - 1")
	}
}

func addMod(a, b uint64) uint64 { return (a + b) % modulus }

// mulMod multiplies by doubling.
func mulMod(a, b uint64) (p uint64) {
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			p = addMod(p, a)
		}
		a = addMod(a, a)
	}
	return p
}

// Every item of a record comes back from its row, at its largest and smallest, and no two items share a bit.
func TestRowsHoldEveryItem(t *testing.T) {
	var used row
	for _, i := range kept {
		var m row
		m.put(i, 1<<layout[i].width-1)
		for w := range m {
			if used[w]&m[w] != 0 {
				t.Errorf("%v shares bits with another item", i)
			}
			used[w] |= m[w]
		}
		var s record.Snapshot
		s[i] = int32(min(uint64(1<<layout[i].width-1), math.MaxInt32)) * layout[i].scale
		r := pack(&s)
		if got := int32(r.get(i)) * layout[i].scale; got != s[i] {
			t.Errorf("%v: %d comes back as %d", i, s[i], got)
		}
	}
	if used[2]&inScope != 0 {
		t.Error("the mark of scope belongs to an item")
	}
	for i, info := range record.Items {
		item := record.Item(i)
		if kept := layout[i].width > 0; !kept && !info.Identifier && item != record.ItemSignUpDate && item != record.ItemCounterparties7 {
			t.Errorf("%v is not kept", item)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a value too large was packed")
		}
	}()
	pack(&record.Snapshot{record.ItemTopups7: 256})
}

func TestWilson(t *testing.T) {
	for n := int64(1); n < 3000; n++ {
		if _, high := wilson(n, n); high != 1 {
			t.Fatalf("%d of %d ends at %v", n, n, high)
		}
		if low, _ := wilson(0, n); low != 0 {
			t.Fatalf("0 of %d begins at %v", n, low)
		}
	}
	for _, c := range []struct {
		k, n      int64
		low, high float64 // R: prop.test(k, n, correct = FALSE)$conf.int
	}{
		{0, 0, 0, 1}, {0, 10, 0, 0.2775328}, {10, 10, 0.7224672, 1}, {90, 100, 0.8256343, 0.9447708},
	} {
		low, high := wilson(c.k, c.n)
		if math.Abs(low-c.low) > 1e-6 || math.Abs(high-c.high) > 1e-6 {
			t.Errorf("%d of %d: %.7f to %.7f, want %.7f to %.7f", c.k, c.n, low, high, c.low, c.high)
		}
	}
}

// The interval for profiles drawn whole covers the share of all people about 95 times in 100: 2,000 draws of a
// quarter of 3,000 profiles whose people are linked or not together. Standard error of the coverage 0.005;
// five of them and 0.01 for the normal approximation are allowed.
func TestIntervalCovers(t *testing.T) {
	const profiles, draws, share = 3000, 2000, 0.25
	s := rng.Open(3, rng.PurposeTarget, 0)
	var size, correct [profiles]int64
	var people, all int64
	for g := range size {
		size[g] = 1 + int64(rng.Below(s.At(uint64(g)), 40))
		correct[g] = int64(float64(size[g]) * s.Uniform(uint64(profiles+g)))
		people, all = people+size[g], all+correct[g]
	}
	covered := 0
	for d := range uint64(draws) {
		u := rng.Open(4, rng.PurposeTarget, d)
		var l linked
		for g := range size {
			if u.Uniform(uint64(g)) < share {
				n, c := size[g], correct[g]
				l.plus(&linked{people: n, correct: c, profiles: 1, pp: n * n, pc: n * c, cc: c * c})
			}
		}
		low, high, ok := l.interval(share)
		if truth := float64(all) / float64(people); ok && low <= truth && truth <= high {
			covered++
		}
	}
	if rate := float64(covered) / draws; math.Abs(rate-0.95) > 5*0.005+0.01 {
		t.Errorf("the interval covers %.4f of the time", rate)
	}
	if _, _, ok := (&linked{people: 5, profiles: 3}).interval(1); ok {
		t.Error("everybody was linked, yet there is an interval")
	}
}
