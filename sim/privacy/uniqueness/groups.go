package uniqueness

import (
	"context"

	"overshare/sim/engine"
	"overshare/sim/record"
)

// Sizes are the sizes of group up to which people are counted.
var Sizes = [...]int64{1, 2, 5, 10}

// Whose names the people among whom somebody hides.
type Whose string

// The records sent under two regimes: those of all live accounts, and those of platform customers alone.
const (
	OfEveryone Whose = "everyone"
	OfInScope  Whose = "in-scope"
)

// A GroupRow says how many people hide among how many others, given a set of items at a precision.
type GroupRow struct {
	Whose     Whose
	Set       *Set
	Precision Precision
	Groups
}

// Groups are counts of people by how many have the same items, themselves included. Exact, but for
// collisions of the hash; see [key].
type Groups struct {
	People  int64
	Groups  int64 // different combinations. Groups/People is the mean over people of 1/size of group
	Largest int64
	AtMost  [len(Sizes)]int64 // people in groups of at most Sizes[k]

	// Failed counts people with a top-up or debit that failed in the last seven days. Given away are those
	// in whose group everybody has one: who knows the set of items knows it of them, whoever of the group
	// they are. Undefined (Sensitive false) where the set holds that item itself.
	Failed, GivenAway int64
	Sensitive         bool
}

func (g *Groups) plus(o *Groups) {
	g.People += o.People
	g.Groups += o.Groups
	g.Largest = max(g.Largest, o.Largest)
	for k := range g.AtMost {
		g.AtMost[k] += o.AtMost[k]
	}
	g.Failed += o.Failed
	g.GivenAway += o.GivenAway
}

// group counts a group of n people, failed of whom had something fail.
func (g *Groups) group(n, failed int64) {
	g.People += n
	g.Groups++
	g.Largest = max(g.Largest, n)
	for k, most := range Sizes {
		if n <= most {
			g.AtMost[k] += n
		}
	}
	g.Failed += failed
	if failed == n {
		g.GivenAway += n
	}
}

// countGroups makes a row for every precision, group of people and set. It codes rows in place.
func countGroups(ctx context.Context, o *Options, rows [][]row) (list []GroupRow, err error) {
	c := &counter{rows: rows, workers: o.Workers, key: newKey(o.World.Seed, 0)}
	total := int64(2 * len(Precisions) * len(Sets))
	for _, p := range Precisions {
		if err := c.coarsen(ctx, p, o.Night); err != nil {
			return nil, err
		}
		for _, whose := range []Whose{OfEveryone, OfInScope} {
			for i := range Sets {
				o.Progress("count groups", int64(len(list)), total)
				g, err := c.count(ctx, whose, &Sets[i])
				if err != nil {
					return nil, err
				}
				list = append(list, GroupRow{whose, &Sets[i], p, g})
			}
		}
	}
	return list, nil
}

// coarsen brings the rows from the precision before to p.
func (c *counter) coarsen(ctx context.Context, p Precision, night record.Day) error {
	var coder *coder
	switch p {
	case Exact:
		return nil
	case Banded:
		coder = newBands(night)
	case Coarse:
		coder = newClasses(night)
	}
	return c.pass(ctx, func(s int) {
		for k := range c.rows[s] {
			coder.code(&c.rows[s][k])
		}
	})
}

// pass works on all shards.
func (c *counter) pass(ctx context.Context, work func(shard int)) error {
	return engine.Map(ctx, len(c.rows), c.workers, func(_, s int) (struct{}, error) {
		work(s)
		return struct{}{}, nil
	}, func(int, struct{}) error { return nil })
}

// A counter counts groups of equal rows. Rows are hashed, hashes are dealt out to partitions by some of their
// bits, and each partition is counted in a table that fits the processor's cache. Counts are sums of
// integers, so neither workers nor order matter.
//
// Memory: 8 bytes a row, and 4 KiB a shard. Cost: about 0.1 µs of processor time a row and set (BenchmarkGroups).
type counter struct {
	rows    [][]row
	workers int
	key     key
	hashes  []uint64 // kept from set to set
}

const partitionBits = 10

// spread deals hashes out: the golden ratio's multiple, whose top bits differ between neighbours.
func spread(h uint64) uint64 { return h * 0x9E3779B97F4A7C15 }

// A hasher makes the hashes of one set.
type hasher struct {
	key        key
	mask       row
	identified bool
	want       uint64 // bits of word 2 that a row must have
}

// each calls f with the hash of every row that is wanted, shifted by one bit to make room for whether
// something failed.
func (h *hasher) each(shard int, rows []row, f func(entry uint64)) {
	for k := range rows {
		if rows[k][2]&h.want == h.want {
			f(h.entry(rows[k], shard, k))
		}
	}
}

func (h *hasher) entry(r row, shard, k int) uint64 {
	failed := uint64(0)
	if r.get(record.ItemFailedTopups7) > 0 {
		failed = 1
	}
	if h.identified { // everybody's identifiers are their own; the place of the row stands for them
		return uint64(shard)<<32 | uint64(k)<<1 | failed
	}
	return h.key.hash(r, h.mask)<<1 | failed
}

func (c *counter) count(ctx context.Context, whose Whose, set *Set) (g Groups, err error) {
	h := &hasher{key: c.key}
	h.mask, h.identified = set.mask()
	if whose == OfInScope {
		h.want = inScope
	}
	from, err := c.deal(ctx, h)
	if err != nil {
		return g, err
	}
	tables := make([]table, c.workers)
	err = engine.Map(ctx, 1<<partitionBits, c.workers, func(w, p int) (*Groups, error) {
		return tables[w].count(c.hashes[from[p]:from[p+1]]), nil
	}, func(_ int, part *Groups) error {
		g.plus(part)
		return nil
	})
	g.Sensitive = h.mask.get(record.ItemFailedTopups7) == 0
	if !g.Sensitive {
		g.Failed, g.GivenAway = 0, 0
	}
	return g, err
}

type offsets [1<<partitionBits + 1]uint32

// deal puts the hashes of all rows into partitions, and returns where each begins. It goes over the rows
// twice: to count, and to write.
func (c *counter) deal(ctx context.Context, h *hasher) (from *offsets, err error) {
	at := make([]offsets, len(c.rows)) // first the size of a shard's part of each partition, then its place
	err = c.pass(ctx, func(s int) {
		h.each(s, c.rows[s], func(e uint64) { at[s][spread(e>>1)>>(64-partitionBits)]++ })
	})
	if err != nil {
		return nil, err
	}
	from = &offsets{}
	sum := uint32(0)
	for p := range from {
		from[p] = sum
		for s := range at {
			at[s][p], sum = sum, sum+at[s][p]
		}
	}
	if c.hashes == nil {
		c.hashes = make([]uint64, sum) // the first set is of everyone
	}
	return from, c.pass(ctx, func(s int) {
		h.each(s, c.rows[s], func(e uint64) {
			p := spread(e>>1) >> (64 - partitionBits)
			c.hashes[at[s][p]] = e
			at[s][p]++
		})
	})
}

// A table counts hashes: open addressing, doubled when half full.
type table struct {
	hash      []uint64 // 0 = free; else a hash plus 1
	n, failed []uint32
	used      int
}

// count counts the groups among entries. It leaves the table as it is, to be reused.
func (t *table) count(entries []uint64) *Groups {
	if t.hash == nil {
		t.make(1 << 12)
	}
	clear(t.hash)
	t.used = 0
	for _, e := range entries {
		t.add(e>>1+1, 1, uint32(e&1))
		if t.used > len(t.hash)/2 {
			t.grow()
		}
	}
	g := &Groups{}
	for i, h := range t.hash {
		if h != 0 {
			g.group(int64(t.n[i]), int64(t.failed[i]))
		}
	}
	return g
}

func (t *table) make(n int) {
	t.hash, t.n, t.failed, t.used = make([]uint64, n), make([]uint32, n), make([]uint32, n), 0
}

func (t *table) add(hash uint64, n, failed uint32) {
	i := spread(hash) << partitionBits >> 16 & uint64(len(t.hash)-1)
	for t.hash[i] != hash {
		if t.hash[i] == 0 {
			t.hash[i], t.n[i], t.failed[i] = hash, 0, 0
			t.used++
			break
		}
		i = (i + 1) & uint64(len(t.hash)-1)
	}
	t.n[i] += n
	t.failed[i] += failed
}

func (t *table) grow() {
	old := *t
	t.make(2 * len(old.hash))
	for i, h := range old.hash {
		if h != 0 {
			t.add(h, old.n[i], old.failed[i])
		}
	}
}
