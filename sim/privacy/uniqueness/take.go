package uniqueness

import (
	"context"
	"math/bits"
	"slices"

	"overshare/sim/engine"
	"overshare/sim/ledger"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// shardBlocks is how many blocks of people make a shard: 32,768 people.
const shardBlocks = 64

// A linkRow is the record of one person who is linked.
type linkRow struct {
	person uint32 // the truth; no matcher reads it
	row    row
}

// taken is what one pass over the world brings; of a shard, too.
type taken struct {
	live, inScope, still int64
	rows                 [][]row                         // by shard
	links                [1 + len(nightsApart)][]linkRow // of the night, and of those after it
	hits                 []tally                         // of the hunt
}

// A taker fills a shard. One serves one worker.
type taker struct {
	*Options
	into   *taken
	buf    []row   // of the night, reused
	share  float64 // of the profiles that are linked
	key    key
	block  ledger.Block
	search *search // nil without payments
}

// take lives through the window once.
func take(ctx context.Context, o *Options, h *hunt) (*taken, error) {
	takers := make([]taker, o.Workers)
	for i := range takers {
		takers[i] = newTaker(o, h)
	}
	all := &taken{hits: h.tallies()}
	shards := (ledger.Blocks(o.Users) + shardBlocks - 1) / shardBlocks
	o.Progress("simulate", 0, int64(o.Users))
	err := engine.Map(ctx, shards, o.Workers, func(w, k int) (*taken, error) {
		return takers[w].shard(k), nil
	}, func(k int, part *taken) error {
		all.add(part)
		o.Progress("simulate", min(int64(k+1)*shardBlocks*ledger.BlockSize, int64(o.Users)), int64(o.Users))
		return nil
	})
	for i := range takers {
		takers[i].search.addTo(all.hits)
	}
	return all, err
}

func newTaker(o *Options, h *hunt) taker {
	t := taker{Options: o, key: newKey(o.World.Seed, 0), share: o.linkShare()}
	if h != nil {
		t.search = newSearch(h)
	}
	return t
}

func (t *taken) add(part *taken) {
	t.live += part.live
	t.inScope += part.inScope
	t.still += part.still
	t.rows = append(t.rows, part.rows...)
	for n := range t.links {
		t.links[n] = append(t.links[n], part.links[n]...)
	}
}

// shard lives through the blocks of shard k.
func (t *taker) shard(k int) *taken {
	t.into, t.buf = &taken{}, t.buf[:0]
	t.block.Mornings(t.morning)
	if t.search != nil {
		t.block.Events(t.search.event)
	}
	for n := k * shardBlocks; n < min((k+1)*shardBlocks, ledger.Blocks(t.Users)); n++ {
		t.block.Simulate(t.World, n, nil)
		if t.search != nil {
			t.search.block(min(ledger.BlockSize, t.Users-n*ledger.BlockSize))
		}
	}
	t.into.rows = [][]row{slices.Clone(t.buf)}
	return t.into
}

// morning takes the records of the nights that are wanted.
func (t *taker) morning(night record.Day) {
	if night == t.Night {
		t.night(0, night)
	}
	for n, apart := range nightsApart {
		if night == t.Night+apart {
			t.night(1+n, night)
		}
	}
}

// night takes the records of everybody who is live, number n of the nights.
func (t *taker) night(n int, night record.Day) {
	if n > 0 && !t.Links {
		return
	}
	b, still := &t.block, int32(min(night-t.World.Start+1, idleMost))
	var s record.Snapshot
	for _, i := range b.Live() {
		p := &b.All[i]
		if int(p.ID) >= t.Users || !p.Live(night) {
			continue
		}
		b.Snapshot(int(i), &s)
		r := pack(&s)
		if p.InScope(night) {
			r[2] |= inScope
		}
		if n == 0 {
			t.first(r, s[record.ItemIdleDays] >= still)
		}
		if t.Links && p.Join <= t.Night && t.drawn(r, night) {
			t.into.links[n] = append(t.into.links[n], linkRow{uint32(p.ID), r})
		}
	}
}

// linkShare returns the share of the profiles whose people are linked.
func (o *Options) linkShare() float64 { return min(1, float64(o.LinkPeople)/float64(o.Users)) }

// drawn says whether the people of a profile are linked.
func (t *taker) drawn(r row, night record.Day) bool {
	if t.share == 1 {
		return true
	}
	h := t.key.hash(profileOf(r, night-t.Night), profileMask)
	return rng.Open(t.World.Seed, rng.PurposeTarget, h).Uniform(0) < t.share
}

func (t *taker) first(r row, still bool) {
	t.into.live++
	t.into.inScope += int64(r[2] >> 63)
	if still {
		t.into.still++
	}
	if t.Groups {
		t.buf = append(t.buf, r)
	}
}

// A key is a random polynomial hash of rows. For two different rows of words below 2^64,
//
//	h(x) = Σ x_j·r^(j+1) mod p,   p = 2^61 − 1, x_j the row in six halves, r random,
//
// is equal with probability at most 6/p: at most 1.5e-3 pairs are expected to meet among all pairs of 33
// million rows, and every such pair would merge two groups. Source: Carter & Wegman 1979,
// doi:10.1016/0022-0000(79)90044-8.
type key uint64

const modulus = 1<<61 - 1

// newKey draws key number n.
func newKey(seed, n uint64) key {
	return key(1 + rng.Below(rng.Open(seed, rng.PurposeTarget, 1<<40).At(n), modulus-1))
}

// hash returns the hash of the items of r under a mask, a number below modulus. Halves of words without any
// item are left out.
func (k key) hash(r, mask row) uint64 {
	h := uint64(0)
	for w, m := range mask {
		if m&0xffffffff != 0 {
			h = k.step(h, r[w]&m&0xffffffff)
		}
		if m>>32 != 0 {
			h = k.step(h, (r[w]&m)>>32)
		}
	}
	return h
}

// step returns (h + x)·k mod p, for h < p.
func (k key) step(h, x uint64) uint64 {
	h += x
	h = h&modulus + h>>61
	hi, lo := bits.Mul64(h, uint64(k))
	s := lo&modulus + (lo>>61 | hi<<3)
	s = s&modulus + s>>61
	if s >= modulus {
		s -= modulus
	}
	return s
}
