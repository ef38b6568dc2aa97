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

// Rows are what crossed the border, in coded form, with outcomes. The person's own records are kept once for
// every clock of the border, as a flow that sends everything would bring them; which of them are held under
// which flow, and what other people's records tell, is a [sharing.Sight] without its files. Few of those
// differ, whatever the number of regimes: each is kept once, and a row has its number. With h holdings and c
// circles, a sight is
//
//	bytes 0 to h-1            by holding, a [record.Mask]: which of the person's records are held
//	bytes h+4k to h+4k+3      by circle k below c, the codes of senders in 7 days, senders in 28 days, failing
//	                          counterparties and counterparties held (features.NumOthers = 4)
type Rows struct {
	Own    []uint8  // features.NumOwn a row and clock
	Known  []uint8  // features.NumKnown a row; bills only
	Seen   []uint32 // the number of a row's sight
	Sights []uint8  // holdings + circles · features.NumOthers bytes a sight: see below
	Person []uint32
	Day    []int32 // last night at the ask, or when a probe looked
	State  []uint8 // see below
	Inside []uint8 // 1: in scope on that night
	Failed []uint8 // bit k: the proxy outcome of the newest record of clock k; probes only
	Wait   []uint8 // days from last night to the outcome, at most 255; bills only
	Bills  []BillRow
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

// add takes down a sight; numbers knows those that r has.
func (r *Rows) add(x *sharing.Sight, numbers *numbers) int32 {
	for k := range x.File {
		n := len(r.Own)
		r.Own = append(r.Own, make([]uint8, features.NumOwn)...) // grows in place, without the slice
		if x.Some>>k&1 != 0 {
			features.Own(&x.File[k], r.Own[n:])
		}
	}
	n := len(r.Sights)
	for _, m := range x.Held {
		r.Sights = append(r.Sights, uint8(m))
	}
	for k := range x.Others {
		m := len(r.Sights)
		r.Sights = append(r.Sights, make([]uint8, features.NumOthers)...)
		features.Others(&x.Others[k], r.Sights[m:])
	}
	number, known := numbers.of(r.Sights, n)
	if known {
		r.Sights = r.Sights[:n]
	}
	r.Seen = append(r.Seen, number)
	r.Person = append(r.Person, uint32(x.Person))
	r.Day = append(r.Day, int32(x.Night))
	r.State = append(r.State, StatePending)
	return int32(len(r.State) - 1)
}

// addBill takes down the sight of a bill.
func (r *Rows) addBill(x *sharing.Sight, numbers *numbers) int32 {
	n := len(r.Known)
	r.Known = append(r.Known, make([]uint8, features.NumKnown)...)
	features.FromPlatform(&x.Known, r.Known[n:])
	r.Wait = append(r.Wait, 0)
	return r.add(x, numbers)
}

// take returns the rows in memory that just holds them, and empties r for the next shard: a sample is most of
// what a run keeps, and slices that grew by appending would hold a quarter more.
func (r *Rows) take() Rows {
	t := Rows{slices.Clone(r.Own), slices.Clone(r.Known), slices.Clone(r.Seen), slices.Clone(r.Sights), slices.Clone(r.Person), slices.Clone(r.Day),
		slices.Clone(r.State), slices.Clone(r.Inside), slices.Clone(r.Failed), slices.Clone(r.Wait), slices.Clone(r.Bills)}
	*r = Rows{r.Own[:0], r.Known[:0], r.Seen[:0], r.Sights[:0], r.Person[:0], r.Day[:0], r.State[:0], r.Inside[:0], r.Failed[:0], r.Wait[:0], r.Bills[:0]}
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
	block               *ledger.Block
	epoch               record.Day
	retries             record.Day // from the first charge to the last retry
	train, test, probes *numbers
}

var _ sharing.Reader = (*collector)(nil)

// Refs of test bills are odd, those of training bills even.
func (c *collector) Asked(s *sharing.Sight) int32 {
	if s.Night+1 >= c.epoch {
		c.Test.Inside = append(c.Test.Inside, c.inside(s))
		c.Test.Bills = append(c.Test.Bills, BillRow{})
		return c.Test.addBill(s, c.test)<<1 | 1
	}
	c.Train.Inside = append(c.Train.Inside, c.inside(s))
	return c.Train.addBill(s, c.train) << 1
}

// inside returns 1 for a person who was in scope on the night of the record: whom the platform had told the processor of.
func (c *collector) inside(s *sharing.Sight) uint8 {
	if c.block.All[s.Person%ledger.BlockSize].InScope(s.Night) {
		return 1
	}
	return 0
}

func (c *collector) Billed(ref int32, b *record.Bill) {
	rows := &c.Test
	if ref&1 == 0 {
		rows = &c.Train
	}
	row := ref >> 1
	rows.Wait[row] = uint8(min(b.Settle-record.Day(rows.Day[row]), 255))
	if ref&1 == 1 {
		c.Test.State[row] = stateOf(b.Bounced)
		c.Test.Bills[row] = billRow(b)
		return
	}
	if b.Settle < c.epoch { // later outcomes are not known when training ends
		c.Train.State[row] = stateOf(b.Bounced)
	}
	if b.Settle+c.retries < c.epoch {
		x := billRow(b)
		c.Books.add(&x, b.Bounced)
	}
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

func (c *collector) Looked(s *sharing.Sight) int32 {
	c.Probes.Failed = append(c.Probes.Failed, 0)
	c.Probes.Inside = append(c.Probes.Inside, c.inside(s))
	return c.Probes.add(s, c.probes)
}

func (c *collector) Outcome(ref int32, failed uint8) {
	c.Probes.State[ref], c.Probes.Failed[ref] = StateGood, failed
}

// A Sample is what a study has taken down of the world: of one shard of the people, of several, or of all.
// It is a value: it can be written ([Sample.MarshalBinary]), read elsewhere and merged ([Plan.Merge]), and the
// same shards give the same sample in whatever pieces and order they come.
type Sample struct {
	Program             string        // [Program] that took it
	Plan                string        // [Plan.ID] of the plan that it was taken under
	Shards              []int32       // those it holds, rising
	Train, Test, Probes []*Rows       // one for each of Shards
	Exposure            sharing.Count // as counted: what is derived from it is in [Result.Exposure]
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
	numbers             [3]numbers // of the sights of each
}

// shard lives through the blocks of shard k.
func (p *Plan) shard(d *desk, k int) *Sample {
	for n := range d.numbers {
		d.numbers[n].forget()
	}
	b, part := &d.block, &gathered{Exposure: p.Border.NewCount(), Train: d.train, Test: d.test, Probes: d.probes}
	c := &collector{part, b, p.Evaluation.Epoch, record.Day(slices.Max(p.World.Bills.RetryDays)), &d.numbers[0], &d.numbers[1], &d.numbers[2]}
	users := int(p.Run.Users)
	crossing := p.Border.Cross(users, c)
	crossing.Attach(b)
	crossing.Count(&part.Exposure, p.World.Start, p.World.Days)
	for n := k * shardBlocks; n < min((k+1)*shardBlocks, ledger.Blocks(users)); n++ {
		row := c.Test.Len()
		b.Simulate(p.World, n, crossing)
		c.describe(b, row)
		part.Transactions += b.Transactions()
		for i := range min(ledger.BlockSize, users-n*ledger.BlockSize) {
			crossing.Add(b, i)
		}
	}
	crossing.Close()
	d.train, d.test, d.probes = part.Train, part.Test, part.Probes
	train, test, probes := d.train.take(), d.test.take(), d.probes.take()
	return &Sample{Program: Program(), Plan: p.ID, Shards: []int32{int32(k)}, Train: []*Rows{&train}, Test: []*Rows{&test}, Probes: []*Rows{&probes},
		Exposure: part.Exposure, Transactions: part.Transactions, Books: part.Books}
}
