package study

import (
	"context"
	"slices"

	"overshare/scoring/features"
	"overshare/sim/engine"
	"overshare/sim/ledger"
	"overshare/sim/record"
	"overshare/sim/sharing"
)

// shardBlocks is how many blocks of people make a shard: 32,768 people.
const shardBlocks = 64

// seenBytes is what a row keeps per regime: its mask, and the codes of what other people's records tell.
const seenBytes = 1 + features.NumOthers

// Rows are dossiers in coded form, with their outcomes. The person's own records are kept once, as a
// regime that sends everything would hold them; per regime there is a mask, and what differs.
type Rows struct {
	Regimes int     // in the order of the border
	Own     []uint8 // features.NumOwn a row
	Seen    []uint8 // seenBytes a row and regime
	Person  []uint32
	Day     []int32 // of the ask, or the night of the record
	State   []uint8 // see below
	Bills   []BillRow
}

// A BillRow is what is known of a test bill besides its outcome, for the measures.
type BillRow struct {
	Amount, ItemsBadWon int32
	Items, ItemsBad     uint16
	Cause               record.Cause
	Recovered           bool
	Band                uint8 // age band<<1 | sex of the person: what no processor is shown as such
	Region              uint8
}

// States of a row.
const (
	StatePending uint8 = iota // no outcome
	StateGood
	StateBad
)

// Len returns the number of rows.
func (r *Rows) Len() int { return len(r.State) }

func (r *Rows) add(d *record.Dossier, seen []sharing.Seen) int32 {
	r.Regimes = len(seen)
	n := len(r.Own)
	r.Own = append(r.Own, make([]uint8, features.NumOwn)...) // grows in place, without the slice
	features.Own(d, r.Own[n:])
	for k := range seen {
		m := len(r.Seen)
		r.Seen = append(r.Seen, make([]uint8, seenBytes)...)
		r.Seen[m] = uint8(seen[k].Held)
		features.Others(&seen[k].Others, r.Seen[m+1:])
	}
	r.Person = append(r.Person, uint32(d.Person))
	r.Day = append(r.Day, int32(d.Night+d.Age))
	r.State = append(r.State, StatePending)
	return int32(len(r.State) - 1)
}

// take returns the rows in memory that just holds them, and empties r for the next shard: a sample is most of
// what a run keeps, and slices that grew by appending would hold a quarter more.
func (r *Rows) take() Rows {
	t := Rows{r.Regimes, slices.Clone(r.Own), slices.Clone(r.Seen), slices.Clone(r.Person), slices.Clone(r.Day), slices.Clone(r.State), slices.Clone(r.Bills)}
	*r = Rows{r.Regimes, r.Own[:0], r.Seen[:0], r.Person[:0], r.Day[:0], r.State[:0], r.Bills[:0]}
	return t
}

func stateOf(bad bool) uint8 {
	if bad {
		return StateBad
	}
	return StateGood
}

// gathered is what one shard of the world brings.
type gathered struct {
	Train, Test, Probes Rows
	Exposure            sharing.Count
	Transactions        int64
	Books               Books // of the training bills whose last retry was due before the test window
}

// collector implements sharing.Reader for one shard.
type collector struct {
	*gathered
	epoch   record.Day
	retries record.Day // from the first charge to the last retry
}

var _ sharing.Reader = (*collector)(nil)

// Refs of test bills are odd, those of training bills even.
func (c *collector) Asked(d *record.Dossier, seen []sharing.Seen) int32 {
	if d.Night+d.Age+1 >= c.epoch {
		c.Test.Bills = append(c.Test.Bills, BillRow{})
		return c.Test.add(d, seen)<<1 | 1
	}
	return c.Train.add(d, seen) << 1
}

func (c *collector) Billed(ref int32, b *record.Bill) {
	if ref&1 == 0 {
		if b.Settle < c.epoch { // later outcomes are not known when training ends
			c.Train.State[ref>>1] = stateOf(b.Bounced)
		}
		if b.Settle+c.retries < c.epoch {
			row := billRow(b)
			c.Books.add(&row, b.Bounced)
		}
		return
	}
	c.Test.State[ref>>1] = stateOf(b.Bounced)
	c.Test.Bills[ref>>1] = billRow(b)
}

func billRow(b *record.Bill) BillRow {
	return BillRow{Amount: int32(b.Amount), ItemsBadWon: int32(b.ItemsBadWn), Items: b.Items, ItemsBad: b.ItemsBad,
		Cause: b.Cause, Recovered: b.Recovered}
}

// describe notes who the people behind the test bills from row on are; all are of block b.
func (c *collector) describe(b *ledger.Block, row int) {
	for i := row; i < c.Test.Len(); i++ {
		q := &b.All[c.Test.Person[i]%ledger.BlockSize]
		c.Test.Bills[i].Band, c.Test.Bills[i].Region = q.Age<<1|q.Sex, q.Region
	}
}

func (c *collector) Looked(d *record.Dossier, seen []sharing.Seen) int32 {
	return c.Probes.add(d, seen)
}

func (c *collector) Outcome(ref int32, failed bool) { c.Probes.State[ref] = stateOf(failed) }

// A Sample is what a study has taken down of the world: of one shard of the people, of several, or of all.
// It is a value: it can be written ([Sample.MarshalBinary]), read elsewhere and merged ([Plan.Merge]), and the
// same shards give the same sample in whatever pieces and order they come.
type Sample struct {
	Plan                string  // [Plan.ID] of the plan that it was taken under
	Shards              []int32 // those it holds, rising
	Train, Test, Probes []*Rows // one for each of Shards
	Exposure            sharing.Count
	Transactions        int64
	Books               Books
}

// Head returns the training rows of the first shards of s.
func (s *Sample) Head(shards int) *Sample {
	return &Sample{Train: s.Train[:min(shards, len(s.Train))], Probes: s.Probes[:min(shards, len(s.Probes))]}
}

// Progress reports how far a phase is. Any goroutine may call it.
type Progress func(phase string, done, total int64)

// Shards returns the number of shards of the people.
func (p *Plan) Shards() int {
	return (ledger.Blocks(int(p.Run.Users)) + shardBlocks - 1) / shardBlocks
}

// Collect lives through the window once and takes down what the border lets through.
func (p *Plan) Collect(ctx context.Context, workers int, progress Progress) (*Sample, error) {
	s := p.NewSample()
	desks := make([]desk, max(workers, 1))
	progress("simulate", 0, p.Run.Users)
	err := engine.Map(ctx, p.Shards(), workers, func(w, k int) (*Sample, error) {
		return p.shard(&desks[w], k), nil
	}, func(k int, part *Sample) error {
		progress("simulate", min(int64(k+1)*shardBlocks*ledger.BlockSize, p.Run.Users), p.Run.Users)
		return s.add(part)
	})
	return s, err
}

// Shard lives through the window with the people of shard k alone, from 0 up to, not including, [Plan.Shards].
func (p *Plan) Shard(k int) *Sample { return p.shard(&desk{}, k) }

// A desk is what one worker uses again and again.
type desk struct {
	block               ledger.Block
	train, test, probes Rows
}

// shard lives through the blocks of shard k.
func (p *Plan) shard(d *desk, k int) *Sample {
	b, part := &d.block, &gathered{Exposure: p.Border.NewCount(), Train: d.train, Test: d.test, Probes: d.probes}
	c := &collector{part, p.Evaluation.Epoch, record.Day(slices.Max(p.World.Bills.RetryDays))}
	users := int(p.Run.Users)
	crossing := p.Border.Cross(users, c)
	crossing.Attach(b)
	for n := k * shardBlocks; n < min((k+1)*shardBlocks, ledger.Blocks(users)); n++ {
		row := c.Test.Len()
		b.Simulate(p.World, n, crossing)
		c.describe(b, row)
		part.Transactions += b.Transactions()
		for i := range min(ledger.BlockSize, users-n*ledger.BlockSize) {
			p.Border.Add(&part.Exposure, p.World.Pop, &b.All[i], p.World.Start, p.World.Start+record.Day(p.World.Days))
		}
	}
	d.train, d.test, d.probes = part.Train, part.Test, part.Probes
	train, test, probes := d.train.take(), d.test.take(), d.probes.take()
	return &Sample{Plan: p.ID, Shards: []int32{int32(k)}, Train: []*Rows{&train}, Test: []*Rows{&test}, Probes: []*Rows{&probes},
		Exposure: part.Exposure, Transactions: part.Transactions, Books: part.Books}
}
