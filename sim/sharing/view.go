package sharing

import (
	"math"
	"slices"

	"overshare/sim/ledger"
	"overshare/sim/record"
	"overshare/sim/rng"
	"overshare/sim/sharing/regime"
)

// A Sight is what there is to know when the platform asks or a probe looks, and who holds what of it. It is
// used again for the next: a [Reader] copies what it keeps.
type Sight struct {
	Person record.Person
	Night  record.Day              // last night
	Known  record.History          // what the platform knows without any sending; of asks alone
	File   []record.ScoringRecord  // by clock: the newest record sent and its history, had all been sent
	Held   []record.Mask           // by holding: what of them is held
	Some   uint8                   // bit k: some holding of clock k holds something; the file is empty if not
	Others []record.Counterparties // by circle: what other people's records tell
}

// A Reader takes down sights and their outcomes. It is the door through which anything reaches a processor;
// what Held does not cover was not sent.
type Reader interface {
	// Asked takes the sight of a bill that is being opened; the number it returns comes back with Billed.
	Asked(s *Sight) int32
	// Billed takes the outcome.
	Billed(ref int32, bill *record.Bill)
	// Looked takes a sight that will have a proxy outcome under some holding; Held says under which.
	Looked(s *Sight) int32
	// Outcome takes the proxy outcomes: bit k that of the newest record of clock k, undefined if nothing of the
	// clock was held when the probe looked ([Sight.Some]).
	Outcome(ref int32, failed uint8)
}

// A Crossing watches a block at the border and hands what crosses to a reader. One serves one worker.
type Crossing struct {
	border *Border
	to     Reader
	people record.Person // only people below are taken down
	sight  Sight
	past   pasts
	roster roster
	kept   []*keeper // by clock; nil where last night's record is the newest
	door   *door     // nil unless requests are counted
	nights almanac
	met    []contact // counterparties of the person at hand
}

// Cross returns a crossing of b that takes down the first n people.
func (b *Border) Cross(n int, to Reader) *Crossing {
	return &Crossing{border: b, to: to, people: record.Person(n), past: pasts{used: b.usesAnswers()}, kept: make([]*keeper, len(b.clocks)), sight: Sight{
		File: make([]record.ScoringRecord, len(b.clocks)), Held: make([]record.Mask, len(b.holdings)), Others: make([]record.Counterparties, len(b.circles)),
	}}
}

var _ ledger.Observer = (*Crossing)(nil)

// Ask implements [ledger.Observer].
func (c *Crossing) Ask(b *ledger.Block, i int, d record.Day) int32 {
	if b.All[i].ID >= c.people {
		return -1
	}
	w, night := &c.border.Window, d-1
	c.past.begin(b)
	taken := w.From <= d && d < w.To
	if !taken && c.door == nil && !c.past.used {
		return -1
	}
	m := c.roster.at(c.border, b, i)
	if c.door != nil {
		c.door.ask(c.border, &b.All[i], i, m, night)
	}
	ref := int32(-1)
	if taken {
		c.lookUp(b, i, night, true)
		c.sight.Known = c.past.history(&b.All[i], i, d)
		ref = c.to.Asked(&c.sight)
	}
	c.past.asked(i, d)
	return ref
}

// Billed implements [ledger.Observer].
func (c *Crossing) Billed(b *ledger.Block, bill *record.Bill) {
	c.past.billed(b, bill)
	if bill.Ref >= 0 {
		c.to.Billed(bill.Ref, bill)
	}
}

// Probe implements [ledger.Observer].
func (c *Crossing) Probe(b *ledger.Block, i int) (night record.Day, ok bool) {
	w, id := &c.border.Window, b.All[i].ID
	if w.ProbeTo <= w.ProbeFrom || id >= c.people {
		return 0, false
	}
	s := rng.Open(c.border.seed, rng.PurposeTraining, uint64(id))
	if s.Uniform(0) >= w.ProbeShare {
		return 0, false
	}
	night = probeNight(s, w.ProbeFrom, w.ProbeTo)
	return night, b.All[i].Live(night) && b.All[i].Live(night+ledger.ProxyDays)
}

// probeNight returns the night from from up to, not including, to that has the lowest draw: each is as likely, and
// windows that overlap agree unless one of them has a lower draw elsewhere.
func probeNight(s rng.Stream, from, to record.Day) (night record.Day) {
	lowest := uint64(math.MaxUint64)
	for d := from; d < to; d++ {
		if x := s.At(uint64(d)); x < lowest {
			lowest, night = x, d
		}
	}
	return night
}

// Look implements [ledger.Observer].
func (c *Crossing) Look(b *ledger.Block, i int, night record.Day) int32 {
	q := &b.All[i]
	m := c.roster.at(c.border, b, i)
	any := false
	c.nights.of(c.border, night, false).held(c.border, q, m, c.sight.Held)
	for k, mask := range c.sight.Held {
		if mask&1 != 0 && c.border.outcome(&c.border.holdings[k], q, m, night) {
			c.sight.Held[k] |= record.MaskOutcome
			any = true
		}
	}
	if !any {
		return -1
	}
	c.fill(b, i, night, false)
	return c.to.Looked(&c.sight)
}

// Outcome implements [ledger.Observer].
func (c *Crossing) Outcome(b *ledger.Block, i int, ref int32, failed bool) {
	if ref < 0 {
		return
	}
	night, _ := c.Probe(b, i)
	q, bits := &b.All[i], uint8(0)
	m := c.roster.at(c.border, b, i)
	for k := range c.border.clocks {
		if who := c.border.members[k]; (m.in|m.out)&who == 0 || q.Scope > night && m.out&who == 0 {
			continue // of whom nothing is held
		}
		// The log at hand ends yesterday, night+6: the week of a record that is age days older than last
		// night's ends age-1 days before.
		bad := failed
		if age := c.border.age(k, night); age > 0 {
			bad = age <= longestWait && b.Past(i, age-1).Failed > 0
		}
		if bad {
			bits |= 1 << k
		}
	}
	c.to.Outcome(ref, bits)
}

// age returns how many days the newest record of a clock is older than that of night.
func (b *Border) age(clock int, night record.Day) record.Day {
	if s, ok := b.newest(b.calendar(clock), night); ok {
		return night - s
	}
	return 0
}

// lookUp finds what is held of the person at position i when the platform asks, and fills the files.
func (c *Crossing) lookUp(b *ledger.Block, i int, night record.Day, asked bool) {
	c.nights.of(c.border, night, asked).held(c.border, &b.All[i], c.roster.at(c.border, b, i), c.sight.Held)
	c.fill(b, i, night, asked)
}

// fill fills the files of all clocks, and what other people's records tell.
func (c *Crossing) fill(b *ledger.Block, i int, night record.Day, asked bool) {
	s := &c.sight
	s.Person, s.Night, s.Some = b.All[i].ID, night, 0
	for n, held := range s.Held {
		if held != 0 {
			s.Some |= 1 << c.border.holdings[n].clock
		}
	}
	for k := range c.border.clocks {
		age := c.border.age(k, night)
		if s.Some>>k&1 == 0 {
			c.empty(k, night, age)
			continue
		}
		if age > 0 {
			c.recall(b, k, i, night, age)
			continue
		}
		c.write(b, i, night, k)
		c.tell(b, i, night, k, s.Others)
		if c.border.clocks[k].asks {
			c.remember(b, i, night, k, asked)
		}
	}
}

// empty clears the file of clock k, of which nothing is held, and what other people's records tell by it.
func (c *Crossing) empty(k int, night, age record.Day) {
	s := &c.sight
	s.File[k] = record.ScoringRecord{Person: s.Person, Night: night - age, Age: age}
	for _, n := range c.border.told[k] {
		s.Others[n] = record.Counterparties{}
	}
}

// write fills the file of clock k with the record of last night and its history.
func (c *Crossing) write(b *ledger.Block, i int, night record.Day, k int) {
	f := &c.sight.File[k]
	*f = record.ScoringRecord{Person: b.All[i].ID, Night: night}
	b.Snapshot(i, &f.Now)
	for n, lag := range c.border.clocks[k].lags {
		if lag > 0 {
			f.Past[n] = b.Past(i, lag)
		}
	}
}

// A contact is what a counterparty tells if its record, of these sets of people, is held.
type contact struct {
	of    ring
	tells packedTold
}

// packedTold is a [record.Counterparties] in one word, so that what several tell is one sum.
//
//	bits  0-7   senders in the last 7 days
//	bits  8-15  senders in the last 28 days
//	bits 16-23  of all counterparties held, those with a failed top-up
//	bits 24-31  counterparties held
//
// Somebody has at most twelve counterparties ([ledger.Block.Contacts]), each of which counts once, so that no
// field runs into the next.
type packedTold uint32

func pack(c record.Counterparties) packedTold {
	return packedTold(c.Senders) | packedTold(c.FirstAll)<<8 | packedTold(c.Failing)<<16 | packedTold(c.Held)<<24
}

func (t packedTold) unpack() record.Counterparties {
	return record.Counterparties{Senders: uint8(t), FirstAll: uint8(t >> 8), Failing: uint8(t >> 16), Held: uint8(t >> 24)}
}

// tell fills, for the circles of one clock, what the tokens in last night's records tell of the person at
// position i.
func (c *Crossing) tell(b *ledger.Block, i int, night record.Day, clock int, into []record.Counterparties) {
	edge, of := c.border, c.border.told[clock]
	for _, k := range of {
		into[k] = record.Counterparties{}
	}
	if len(of) == 0 || b.Alone(i) {
		return
	}
	c.met = c.met[:0]
	b.Contacts(i, func(j int, tells record.Counterparties) {
		if of := c.roster.at(edge, b, j).on(&b.All[j], night); of != (ring{}) {
			c.met = append(c.met, contact{of, pack(tells)})
		}
	})
	t := c.nights.of(edge, night, false)
	for _, k := range of {
		r, sum := t.rings[k], packedTold(0)
		for n := range c.met {
			if x := &c.met[n]; r.has(x.of) {
				sum += x.tells
			}
		}
		into[k] = sum.unpack()
	}
}

// calendar returns the nights of a clock: those of its cadence, and of the bulk sends, which every cadence
// may follow.
func (b *Border) calendar(k int) regime.When { return b.calendars[k] }

// usesAnswers reports whether some clock follows the answers to requests.
func (b *Border) usesAnswers() bool {
	return slices.ContainsFunc(b.clocks, func(c clock) bool { return c.asks })
}
