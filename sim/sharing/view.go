package sharing

import (
	"math"
	"slices"

	"overshare/sim/ledger"
	"overshare/sim/people"
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
	File   []record.Dossier        // by clock: the newest record sent and its history, had all been sent
	Held   []record.Mask           // by holding: what of them is held
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
	// Outcome takes the proxy outcomes: bit k that of the newest record of clock k.
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
	met    []int16   // counterparties of the person at hand
	mets   []member
}

// Cross returns a crossing of b that takes down the first n people.
func (b *Border) Cross(n int, to Reader) *Crossing {
	return &Crossing{border: b, to: to, people: record.Person(n), past: pasts{used: b.usesAnswers()}, kept: make([]*keeper, len(b.clocks)), sight: Sight{
		File: make([]record.Dossier, len(b.clocks)), Held: make([]record.Mask, len(b.holdings)), Others: make([]record.Counterparties, len(b.circles)),
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
		c.open(b, i, night, true)
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
	for k := range c.border.holdings {
		h := &c.border.holdings[k]
		mask := c.border.held(h, q, m, night, false)
		if mask&1 != 0 && c.border.outcome(h, q, m, night) {
			mask |= record.MaskOutcome
			any = true
		}
		c.sight.Held[k] = mask
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
	bits := uint8(0)
	for k := range c.border.clocks {
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

// open finds what is held of the person at position i when the platform asks, and fills the files.
func (c *Crossing) open(b *ledger.Block, i int, night record.Day, asked bool) {
	q, m := &b.All[i], c.roster.at(c.border, b, i)
	for k := range c.border.holdings {
		c.sight.Held[k] = c.border.held(&c.border.holdings[k], q, m, night, asked)
	}
	c.fill(b, i, night, asked)
}

// fill fills the files of all clocks, and what other people's records tell.
func (c *Crossing) fill(b *ledger.Block, i int, night record.Day, asked bool) {
	s := &c.sight
	s.Person, s.Night = b.All[i].ID, night
	for k := range c.border.clocks {
		if age := c.border.age(k, night); age > 0 {
			c.recall(k, i, night, age)
			continue
		}
		c.write(b, i, night, k)
		c.tell(b, i, night, k, s.Others)
		if c.border.clocks[k].asks {
			c.remember(b, i, night, k, asked)
		}
	}
}

// write fills the file of clock k with the record of last night and its history.
func (c *Crossing) write(b *ledger.Block, i int, night record.Day, k int) {
	f := &c.sight.File[k]
	*f = record.Dossier{Person: b.All[i].ID, Night: night}
	if k > 0 && c.border.clocks[k].asks {
		f.Now = c.sight.File[0].Now
	} else {
		b.Snapshot(i, &f.Now)
	}
	for n, lag := range c.border.clocks[k].lags {
		if lag > 0 {
			f.Past[n] = b.Past(i, lag)
		}
	}
}

// tell fills, for the circles of one clock, what the tokens in last night's records tell of the person at
// position i. Circles that hold the same of the counterparties at hand are told the same; they are asked once.
func (c *Crossing) tell(b *ledger.Block, i int, night record.Day, clock int, into []record.Counterparties) {
	edge := c.border
	for k := range edge.circles {
		if edge.circles[k].clock == clock {
			into[k] = record.Counterparties{}
		}
	}
	if len(edge.circles) == 0 || b.Alone(i) {
		return
	}
	c.met, c.mets = c.met[:0], c.mets[:0]
	all := b.Counterparties(i, func(j int) bool {
		c.met, c.mets = append(c.met, int16(j)), append(c.mets, c.roster.at(edge, b, j))
		return true
	})
	var keys [4]uint32
	var told [4]record.Counterparties
	n := 0
	for k := range edge.circles {
		if edge.circles[k].clock != clock {
			continue
		}
		key := c.holds(b, &edge.circles[k], night)
		switch {
		case key == 0:
			continue
		case key == 1<<len(c.met)-1:
			into[k] = all
			continue
		}
		at := 0
		for at < n && keys[at] != key {
			at++
		}
		if at == len(keys) {
			at, n = 0, 0
		}
		if at == n {
			keys[at], told[at] = key, b.Counterparties(i, func(j int) bool { return key>>place16(c.met, j)&1 != 0 })
			n++
		}
		into[k] = told[at]
	}
}

func place16(list []int16, x int) int {
	for k, y := range list {
		if int(y) == x {
			return k
		}
	}
	panic("sharing: internal error: a counterparty that was not met before")
}

// holds returns, for each of the counterparties at hand, whether a circle holds their record of night.
func (c *Crossing) holds(b *ledger.Block, x *circle, night record.Day) (key uint32) {
	for n, j := range c.met {
		q := &b.All[j]
		for _, k := range x.holdings {
			h := &c.border.holdings[k]
			held := false
			if h.wallet {
				held = c.border.own(h, q, c.mets[n], night) != 0
			} else {
				on, ok := c.border.sent(&h.sending, q, c.mets[n], night)
				held = ok && on <= night
			}
			if held {
				key |= 1 << n
				break
			}
		}
	}
	return key
}

// calendar returns the nights of a clock: those of its cadence, and of the bulk sends, which every cadence
// may follow.
func (b *Border) calendar(k int) regime.When { return b.calendars[k] }

// usesAnswers reports whether some clock follows the answers to requests.
func (b *Border) usesAnswers() bool {
	return slices.ContainsFunc(b.clocks, func(c clock) bool { return c.asks })
}

// needed reports whether the person at position i is live and could be asked for, or is probed before until: see keeper.
func (c *Crossing) needed(b *ledger.Block, i int, night, until record.Day) bool {
	q := &b.All[i]
	if q.ID >= c.people || !q.Live(night) {
		return false
	}
	if q.Scope < c.border.Window.To && q.Scope != people.Never {
		return true
	}
	probe, ok := c.Probe(b, i)
	return ok && night <= probe && probe < until
}
