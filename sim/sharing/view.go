package sharing

import (
	"math"

	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// A Seen is what one regime lets its processor have of a dossier: which of its records, and what the
// records of others tell.
type Seen struct {
	Held   record.Mask
	Others record.Counterparties
}

// A Reader takes down dossiers and their outcomes. It is the door through which anything reaches a
// processor; seen has one value per regime, and what its Held does not cover was not sent.
type Reader interface {
	// Asked takes the dossier of a bill that is being opened; the number it returns comes back with Billed.
	Asked(d *record.Dossier, seen []Seen) int32
	// Billed takes the outcome.
	Billed(ref int32, bill *record.Bill)
	// Looked takes a dossier that will have a proxy outcome; Held says whether that will be seen, too.
	Looked(d *record.Dossier, seen []Seen) int32
	// Outcome takes the proxy outcome.
	Outcome(ref int32, failed bool)
}

// A Window says which asks are taken down: those of [From, To). Probes fall on a night from ProbeFrom up to,
// not including, ProbeTo, one for each person of a share of people.
type Window struct {
	From, To           record.Day
	ProbeFrom, ProbeTo record.Day
	ProbeShare         float64
}

// A Border is where records cross. It is read-only after [New] and safe for concurrent use.
type Border struct {
	Config
	Regimes []Regime
	Window  Window
	seed    uint64
	asks    []people.Month // in which the platform can ask
}

// New prepares the border for the regimes that c names.
func New(c Config, w Window, seed uint64) (*Border, error) {
	b := &Border{Config: c, Window: w, seed: seed}
	if err := b.Config.check(); err != nil {
		return nil, err
	}
	var err error
	b.Regimes, err = b.Config.resolve(seed)
	b.asks = people.Months(b.DailyFrom+1, b.DailyTo+2)
	return b, err
}

// A Crossing watches a block at the border and hands what crosses to a reader. One serves one worker.
type Crossing struct {
	border *Border
	to     Reader
	people record.Person // only people below are taken down
	file   record.Dossier
	seen   []Seen
	last   *keeper // nil unless the daily sends end before the window does
}

// Cross returns a crossing of b that takes down the first n people.
func (b *Border) Cross(n int, to Reader) *Crossing {
	return &Crossing{border: b, to: to, people: record.Person(n), seen: make([]Seen, len(b.Regimes))}
}

var _ ledger.Observer = (*Crossing)(nil)

// Ask implements [ledger.Observer].
func (c *Crossing) Ask(b *ledger.Block, i int, d record.Day) int32 {
	w := &c.border.Window
	if d < w.From || d >= w.To || b.All[i].ID >= c.people {
		return -1
	}
	if age := d - 1 - c.border.DailyTo; age > 0 && c.last != nil {
		c.recall(b, i, age)
		return c.to.Asked(&c.file, c.seen)
	}
	c.open(b, i, d-1)
	for r := range c.border.Regimes {
		if c.border.Regimes[r].Answered(&b.All[i], d-1) {
			c.seen[r].Held |= 1
		}
	}
	return c.to.Asked(&c.file, c.seen)
}

// Billed implements [ledger.Observer].
func (c *Crossing) Billed(_ *ledger.Block, bill *record.Bill) {
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
	c.open(b, i, night)
	held := false
	for r := range c.seen {
		s := &c.seen[r]
		if s.Held&1 != 0 && c.border.Regimes[r].Sent(&b.All[i], night+ledger.ProxyDays) {
			s.Held |= record.MaskOutcome
			held = true
		}
	}
	if !held {
		return -1
	}
	return c.to.Looked(&c.file, c.seen)
}

// Outcome implements [ledger.Observer].
func (c *Crossing) Outcome(_ *ledger.Block, _ int, ref int32, failed bool) {
	if ref >= 0 {
		c.to.Outcome(ref, failed)
	}
}

// open fills the dossier of the person at position i as of the end of night, and what each regime holds
// of it.
func (c *Crossing) open(b *ledger.Block, i int, night record.Day) {
	q := &b.All[i]
	c.file = record.Dossier{Person: q.ID, Night: night, Held: record.MaskAll}
	b.Snapshot(i, &c.file.Now)
	for k, lag := range record.Lags {
		c.file.Past[k] = b.Past(i, lag)
	}
	alone := b.Alone(i)
	for r := range c.border.Regimes {
		c.seen[r] = c.border.Regimes[r].see(b, q, i, night, alone)
	}
}

// see applies the rule of r to the dossier of q. alone spares the search for counterparties.
func (r *Regime) see(b *ledger.Block, q *people.Person, i int, night record.Day, alone bool) (s Seen) {
	if r.Sent(q, night) {
		s.Held |= 1
	}
	for k, lag := range record.Lags {
		if r.Sent(q, night-lag) {
			s.Held |= 2 << k
		}
	}
	if !alone {
		s.Others = b.Counterparties(i, func(j int) bool { return r.Sent(&b.All[j], night) })
	}
	return s
}
