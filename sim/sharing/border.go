// Package sharing applies sharing regimes: which records of which people cross the border on which night,
// what a processor then holds when a score is asked for, and how much crossed. One rule, [Border.sent],
// decides all of it; counting has a closed form of the rule, held to it day by day in tests.
//
//	regime/      regimes as plain values, their YAML, the built-in ones
//	border.go    regimes made ready: what they have in common is found once
//	rule.go      the rule
//	tonight.go   the rule for one night and all holdings
//	view.go      what crosses while the world lives, handed to a reader
//	held.go      records put aside that are not of last night
//	count.go     exposure over the whole period
//	counter.go   and how it is counted, in closed form
//	classes.go   once for all who are in the same sets of people
//	asked.go     exposure by request, counted at the door
//	exposure.go  the words of exposure
//
// The package changes nothing in the world and scores nothing.
package sharing

import (
	"fmt"
	"slices"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/sharing/regime"
)

// A Config is the calendar of the score flow and the regimes compared.
type Config struct {
	Regimes   []string
	DailyFrom record.Day // first daily send
	DailyTo   record.Day // last daily send, included
	BulkDays  []record.Day
	KeepDays  int // for how many days after the last send records are held
}

// A Window says which asks are taken down: those of [From, To). Probes fall on a night from ProbeFrom up to,
// not including, ProbeTo, one for each person of a share of people.
type Window struct {
	From, To           record.Day
	ProbeFrom, ProbeTo record.Day
	ProbeShare         float64
}

// A Regime is a regime at a border.
type Regime struct {
	regime.Regime
	Parts  []Part
	Circle int // the place in [Sight.Others] of what other people's records tell; -1: nothing
	set    int // of flows that are counted together
}

// A Part is a flow of a regime: where a [Sight] has what it lets the processor hold.
type Part struct {
	*regime.Flow
	Holding int // place in Sight.Held
	Clock   int // place in Sight.File
	Proxy   bool
	sending int
}

// A Border is where records cross. It is read-only after [New] and safe for concurrent use.
//
// Regimes have much in common: as-in-scope with other items, in another form. So the border asks every
// question once: who belongs to a set of people (whos), which records that set has sent by a calendar
// (sendings, which are counted), what is held of them (holdings), and in which nights the newest of them
// describes (clocks).
type Border struct {
	Config
	Book    *regime.Book // which knows the regimes by name
	Regimes []Regime
	Window  Window
	seed    uint64

	whos     []regime.Who
	sendings []sending
	ways     []way
	sets     [][]int // of sendings; regimes are counted by set
	holdings []holding
	clocks   []clock
	circles  []circle

	known     register       // the sets of people, looked over
	calendars []regime.When  // of clocks
	told      [][]int        // circles by clock
	members   []uint64       // by clock, the sets of people of its holdings: bit k for set k
	asks      []people.Month // in which the platform can ask
}

// A sending is a set of people with a calendar.
type sending struct {
	who      int
	when     regime.When
	backfill record.Day
	way      int // place in Border.ways
	calendar int // that of the first way with the same calendar
}

// A holding is what the processor has of what is sent.
type holding struct {
	sending
	clock     int
	weeks     int
	retention record.Day // 0: no limit
	wallet    bool       // the wallet's own records, nothing sent
}

// A clock says on which nights the newest records held are of: every so many nights, or, with asks, last
// night's record with the earlier answers as history.
type clock struct {
	every int
	asks  bool
	weeks int                          // of counts in one answer, with asks
	lags  [len(record.Lags)]record.Day // the nights of history, counted back from the newest; 0: none
}

// A circle is the holdings of one clock whose records carry tokens of counterparties.
type circle struct {
	clock    int
	holdings []int
}

// New prepares the border for the built-in regimes that c names.
func New(c Config, w Window, seed uint64) (*Border, error) {
	return NewFrom(regime.Builtin(), c, w, seed)
}

// NewFrom prepares the border for the regimes of a book that c names.
func NewFrom(book *regime.Book, c Config, w Window, seed uint64) (*Border, error) {
	b := &Border{Config: c, Book: book, Window: w, seed: seed}
	if err := b.Config.check(); err != nil {
		return nil, err
	}
	b.asks = people.Months(b.DailyFrom+1, b.DailyTo+2)
	b.clocks = []clock{newClock(1, false)}
	for k, name := range c.Regimes {
		r, fault := book.Lookup(name)
		if fault != nil {
			return nil, fmt.Errorf("sharing.regimes: %q is not a regime: %s", name, fault.Message)
		}
		if slices.Contains(c.Regimes[:k], name) {
			return nil, fmt.Errorf("sharing.regimes: %q is named twice", name)
		}
		if err := c.fits(&r); err != nil {
			return nil, err
		}
		b.add(r)
	}
	for k, c := range b.clocks {
		b.calendars = append(b.calendars, regime.When{Every: max(c.every, 1), Bulk: b.bulk(k)})
	}
	b.told, b.members = make([][]int, len(b.clocks)), make([]uint64, len(b.clocks))
	for k, x := range b.circles {
		b.told[x.clock] = append(b.told[x.clock], k)
	}
	for _, h := range b.holdings {
		b.members[h.clock] |= 1 << h.who
	}
	b.known = b.register()
	return b, b.room()
}

// Limits of the bit sets in use.
const (
	mostWhos     = 64
	mostWays     = 64
	mostClocks   = 8
	mostHoldings = 256
)

func (b *Border) room() error {
	if len(b.whos) > mostWhos || len(b.ways) > mostWays || len(b.clocks) > mostClocks || len(b.holdings) > mostHoldings {
		return fmt.Errorf("sharing.regimes: the regimes have %d different sets of people, %d calendars, %d cadences and %d flows; "+
			"at most %d, %d, %d and %d can be compared in one run",
			len(b.whos), len(b.ways), len(b.clocks), len(b.holdings), mostWhos, mostWays, mostClocks, mostHoldings)
	}
	return nil
}

// fits refuses a cadence that is longer than the daily sends: it would send once.
func (c *Config) fits(r *regime.Regime) error {
	for _, f := range r.Flows {
		if days := int(c.DailyTo-c.DailyFrom) + 1; f.When.Every > days && f.When.Every > 1 {
			return fmt.Errorf("sharing.regimes: %s sends every %d nights, which is longer than the period of daily sends, %d nights from %v to %v; shorten the cadence",
				r.Name, f.When.Every, days, c.DailyFrom, c.DailyTo)
		}
	}
	return nil
}

// add makes a regime ready.
func (b *Border) add(r regime.Regime) {
	x := Regime{Regime: r, Circle: -1}
	var set []int
	var tokens circle
	for i := range r.Flows {
		f := &r.Flows[i]
		p := b.part(f)
		x.Parts = append(x.Parts, p)
		if !slices.Contains(set, p.sending) {
			set = append(set, p.sending)
		}
		if (f.Unasked() && f.Items.Has(record.ItemCounterparties7) || f.Score) && (tokens.holdings == nil || p.Clock == tokens.clock) {
			tokens.clock, tokens.holdings = p.Clock, append(tokens.holdings, p.Holding)
		}
	}
	slices.Sort(set)
	for _, s := range set {
		b.sets = intern(b.sets, []int{s}, slices.Equal)
	}
	b.sets = intern(b.sets, set, slices.Equal)
	x.set = slices.IndexFunc(b.sets, func(s []int) bool { return slices.Equal(s, set) })
	if tokens.holdings != nil {
		x.Circle = b.circle(tokens)
	}
	b.Regimes = append(b.Regimes, x)
}

// intern adds x to list unless it is there.
func intern[T any](list []T, x T, equal func(a, b T) bool) []T {
	if slices.ContainsFunc(list, func(y T) bool { return equal(x, y) }) {
		return list
	}
	return append(list, x)
}

// place returns the place of x in list, to which it adds x unless it is there.
func place[T comparable](list *[]T, x T) int {
	if k := slices.Index(*list, x); k >= 0 {
		return k
	}
	*list = append(*list, x)
	return len(*list) - 1
}

// part finds or makes what a flow needs.
func (b *Border) part(f *regime.Flow) Part {
	s := sending{who: place(&b.whos, f.Who), when: f.When, backfill: record.Day(f.Backfill)}
	if !f.When.Request {
		s.way = place(&b.ways, way{s.when, s.backfill})
		s.calendar = slices.IndexFunc(b.ways, func(w way) bool { return w.when == s.when })
	}
	h := holding{sending: s, weeks: f.Weeks, retention: record.Day(f.Retention), wallet: f.Score}
	if f.When.Every > 1 {
		h.clock = place(&b.clocks, newClock(f.When.Every, false))
	} else if f.When.Request && f.Keep {
		x := newClock(0, true)
		x.weeks = f.Weeks
		h.clock = place(&b.clocks, x)
	}
	p := Part{Flow: f, Holding: place(&b.holdings, h), Clock: h.clock, sending: place(&b.sendings, s)}
	p.Proxy = f.Score || f.Unasked() && proxyDays%max(f.When.Every, 1) == 0 && (f.Retention == regime.Unlimited || f.Retention > proxyDays) &&
		f.Items.Has(record.ItemFailedTopups7) && f.How[record.ItemFailedTopups7].Form != regime.Noisy
	return p
}

// newClock returns the clock of a cadence: history is the records nearest to those of record.Lags, as far as
// the ledger's log reaches.
func newClock(every int, asks bool) clock {
	c := clock{every: every, asks: asks}
	longest := int(record.Lags[len(record.Lags)-1])
	for k, lag := range record.Lags {
		switch {
		case asks: // found at each ask
		default:
			n := (2*int(lag) + every) / (2 * every)
			c.lags[k] = record.Day(min(n, longest/every) * every)
		}
	}
	return c
}

// circle finds or makes a circle. Holdings that send the same people by the same calendar tell the same.
func (b *Border) circle(c circle) int {
	slices.Sort(c.holdings)
	equal := func(x circle) bool {
		return x.clock == c.clock && slices.EqualFunc(x.holdings, c.holdings, func(i, j int) bool {
			return b.holdings[i].sending == b.holdings[j].sending && b.holdings[i].wallet == b.holdings[j].wallet
		})
	}
	if k := slices.IndexFunc(b.circles, equal); k >= 0 {
		return k
	}
	b.circles = append(b.circles, c)
	return len(b.circles) - 1
}

// Clocks, Holdings and Circles return how many a [Sight] has.
func (b *Border) Clocks() int { return len(b.clocks) }

// Holdings returns the length of [Sight.Held].
func (b *Border) Holdings() int { return len(b.holdings) }

// Circles returns the length of [Sight.Others].
func (b *Border) Circles() int { return len(b.circles) }

// check refuses dates that contradict each other: no day may be counted twice.
func (c *Config) check() error {
	if c.DailyTo < c.DailyFrom {
		return fmt.Errorf("sharing: daily_to %v is before daily_from %v; bring them in order", c.DailyTo, c.DailyFrom)
	}
	for i, d := range c.BulkDays {
		if i > 0 && d <= c.BulkDays[i-1] {
			return fmt.Errorf("sharing: bulk_days must be in order of time: %v comes after %v", d, c.BulkDays[i-1])
		}
		if d >= c.DailyFrom {
			return fmt.Errorf("sharing: bulk_days: %v must be before daily_from %v", d, c.DailyFrom)
		}
	}
	if first, _ := c.period(); c.DailyTo-first > longest {
		return fmt.Errorf("sharing: sends from %v to %v are too far apart to be counted by day; bring the dates within 200 years", first, c.DailyTo)
	}
	return nil
}

const longest = 73_050 // days

// period returns the first day of any send, and the first day after the last.
func (c *Config) period() (first, end record.Day) {
	first = c.DailyFrom
	if len(c.BulkDays) > 0 {
		first = min(first, c.BulkDays[0])
	}
	return first, c.DailyTo + 1
}

// Daily reports whether d is a day of the daily sends.
func (c *Config) Daily(d record.Day) bool { return c.DailyFrom <= d && d <= c.DailyTo }

// Flowing reports whether records can be sent on the night after day d at all.
func (c *Config) Flowing(d record.Day) bool { return c.Daily(d) || slices.Contains(c.BulkDays, d) }
