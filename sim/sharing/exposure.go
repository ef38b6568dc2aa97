package sharing

import (
	"math/bits"

	"overshare/sim/people"
	"overshare/sim/record"
)

// A Tally counts what crossed the border. Counts add up exactly over shards.
type Tally struct {
	People     int64 // distinct people with at least one record
	PersonDays int64 // distinct pairs of a person and a day
	Records    int64 // score flow: one person on one day; overseas: one payment
	Willing    int64 // records of people who give an optional consent
}

func (t *Tally) add(records, days int64, willing bool) {
	if records == 0 {
		return
	}
	t.People++
	t.PersonDays += days
	t.Records += records
	if willing {
		t.Willing += records
	}
}

// Plus adds o to t. People of different shards are different people.
func (t *Tally) Plus(o Tally) {
	t.People += o.People
	t.PersonDays += o.PersonDays
	t.Records += o.Records
	t.Willing += o.Willing
}

// An Exposure is what one regime sent in a period, by the scope of the person on the day of the record.
// Somebody who registers later counts as a person in both; All counts everybody once.
type Exposure struct{ In, Out, All Tally }

// Plus adds o to e.
func (e *Exposure) Plus(o Exposure) { e.In.Plus(o.In); e.Out.Plus(o.Out); e.All.Plus(o.All) }

// add counts one person, of whom in records were sent in scope and out records out of it.
func (e *Exposure) add(in, out int64, willing bool) {
	e.In.add(in, in, willing)
	e.Out.add(out, out, willing)
	e.All.add(in+out, in+out, willing)
}

// An Account is what one regime sent in one flow over the whole period, and whom it fell upon.
type Account struct {
	Exposure
	Times []int64     // people by how often they were sent; Times[0] is not used
	Cells [Cells]Cell // by age, sex and region
}

// Cells is the number of combinations of age band, sex and region.
const Cells = len(people.Ages) * len(people.Sexes) * len(people.Regions)

// A Cell is what fell upon the people of one age band, sex and region.
type Cell struct{ People, Records, OutPeople, OutRecords int64 }

// CellOf returns the place of an age band, sex and region among the cells.
func CellOf(age, sex, region uint8) int {
	return (int(age)*len(people.Sexes)+int(sex))*len(people.Regions) + int(region)
}

func (a *Account) add(q *people.Person, in, out int64) {
	if in+out == 0 {
		return
	}
	a.Exposure.add(in, out, q.OptionalConsent)
	a.burden(q, in, out)
}

// burden notes how often q was sent, and where q belongs.
func (a *Account) burden(q *people.Person, in, out int64) {
	n := in + out
	for int64(len(a.Times)) <= n {
		a.Times = append(a.Times, make([]int64, max(n+1-int64(len(a.Times)), int64(len(a.Times))))...)
	}
	a.Times[n]++
	c := &a.Cells[CellOf(q.Age, q.Sex, q.Region)]
	c.People++
	c.Records += n
	if out > 0 {
		c.OutPeople++
		c.OutRecords += out
	}
}

// Plus adds o to a.
func (a *Account) Plus(o *Account) {
	a.Exposure.Plus(o.Exposure)
	a.Times = plus(a.Times, o.Times)
	for i := range a.Cells {
		a.Cells[i].Plus(o.Cells[i])
	}
}

// Plus adds o to c.
func (c *Cell) Plus(o Cell) {
	c.People += o.People
	c.Records += o.Records
	c.OutPeople += o.OutPeople
	c.OutRecords += o.OutRecords
}

// plus adds b to a, which grows to the length of b.
func plus(a, b []int64) []int64 {
	if len(a) < len(b) {
		a = append(a, make([]int64, len(b)-len(a))...)
	}
	for i, x := range b {
		a[i] += x
	}
	return a
}

// A Count is the exposure under every regime. The zero value of its slices belongs to no border: get one
// from [Border.NewCount]. Every number is a whole one and adds up over shards.
type Count struct {
	Whole    []Exposure // score flow by regime, all sends
	Window   []Exposure // and those of the simulated days
	Model    []Exposure // the bulk sends of Whole
	Daily    []Exposure // and its daily sends
	Score    []Account  // Whole again, with whom it fell upon
	Overseas Account    // payments that happened; the same under every regime but none

	Sent     []Scoped // by regime, score flow
	Accounts Series   // live ones
	Payments Series   // overseas, not differences

	days []record.Day `wire:"-"` // scratch
	seen []uint64     `wire:"-"`
}

// A Series holds one number for every day from First on: the difference to the day before.
type Series struct {
	First record.Day
	Step  []int64
}

func newSeries(first, end record.Day) Series {
	return Series{first, make([]int64, max(end-first, 0)+1)}
}

// add counts one more on the days from a up to, not including, b.
func (s *Series) add(a, b record.Day) {
	last := record.Day(len(s.Step) - 1)
	a, b = min(max(a-s.First, 0), last), min(max(b-s.First, 0), last)
	if a < b {
		s.Step[a]++
		s.Step[b]--
	}
}

// Scoped are records by day, in scope and out of it.
type Scoped struct{ In, Out Series }

// NewCount returns an empty count for the regimes of b.
func (b *Border) NewCount() Count {
	n := len(b.Regimes)
	c := Count{Whole: make([]Exposure, n), Window: make([]Exposure, n), Model: make([]Exposure, n),
		Daily: make([]Exposure, n), Score: make([]Account, n), Sent: make([]Scoped, n)}
	first, end := b.period()
	for r := range c.Sent {
		c.Sent[r] = Scoped{newSeries(first, end), newSeries(first, end)}
		c.Score[r].Times = make([]int64, b.longest()+1)
	}
	return c
}

// longest returns how often somebody is sent at most.
func (b *Border) longest() int { return int(b.DailyTo-b.DailyFrom) + 1 + len(b.BulkDays) }

// Plus adds o, of the same border and population, to c.
func (c *Count) Plus(o Count) {
	for r := range c.Whole {
		c.Whole[r].Plus(o.Whole[r])
		c.Window[r].Plus(o.Window[r])
		c.Model[r].Plus(o.Model[r])
		c.Daily[r].Plus(o.Daily[r])
		c.Score[r].Plus(&o.Score[r])
		plus(c.Sent[r].In.Step, o.Sent[r].In.Step)
		plus(c.Sent[r].Out.Step, o.Sent[r].Out.Step)
	}
	c.Overseas.Plus(&o.Overseas)
	if o.Accounts.Step != nil {
		c.Accounts.First, c.Accounts.Step = o.Accounts.First, plus(c.Accounts.Step, o.Accounts.Step)
		c.Payments.First, c.Payments.Step = o.Payments.First, plus(c.Payments.Step, o.Payments.Step)
	}
}

// A sending is how many records of one person lie in the parts of the score flow, if all are sent.
type sending struct{ model, daily, window int64 }

func (s sending) whole() int64 { return s.model + s.daily }

// times returns the sends on the days from a up to, not including, b, and those of them in the window.
func (b *Border) times(from, to, start, end record.Day) sending {
	bulk, daily := b.sends(from, to)
	x, y := b.sends(max(from, start), min(to, end))
	return sending{bulk, daily, x + y}
}

// sends returns how many bulk and daily sends fall on the days from a up to, not including, b.
func (c *Config) sends(a, b record.Day) (bulk, daily int64) {
	for _, d := range c.BulkDays {
		if a <= d && d < b {
			bulk++
		}
	}
	return bulk, int64(max(min(b, c.DailyTo+1)-max(a, c.DailyFrom), 0))
}

// Add counts what each regime sends of q, by the rule of [Regime.Sent] and [Regime.Answered], in closed form:
// a person's records are the days of the flow between two dates. The days from start up to, not including,
// end are counted as the window, too. Overseas payments are taken from the calendar of pop.
//
// Cost: see BenchmarkAdd.
func (b *Border) Add(c *Count, pop *people.Population, q *people.Person, start, end record.Day) {
	if c.Accounts.Step == nil {
		b.open(c, pop)
	}
	c.Accounts.add(q.Join, q.Leave)
	border := min(max(q.Scope, q.Join), q.Leave)
	in, out := b.times(border, q.Leave, start, end), b.times(q.Join, border, start, end)
	for r := range b.Regimes {
		g := &b.Regimes[r]
		if g.Group == OnRequest {
			b.answered(c, r, pop, q, start, end)
			continue
		}
		takeIn, takeOut := g.takes(q)
		var i, o sending
		if takeIn && in.whole() > 0 {
			i = in
			c.Sent[r].In.add(border, q.Leave)
		}
		if takeOut && out.whole() > 0 {
			o = out
			c.Sent[r].Out.add(q.Join, border)
		}
		c.add(r, q, i, o)
	}
	b.abroad(c, pop, q)
}

// add counts the records of q under regime r.
func (c *Count) add(r int, q *people.Person, in, out sending) {
	if in.whole()+out.whole() == 0 {
		return
	}
	yes := q.OptionalConsent
	c.Whole[r].add(in.whole(), out.whole(), yes)
	c.Window[r].add(in.window, out.window, yes)
	c.Model[r].add(in.model, out.model, yes)
	c.Daily[r].add(in.daily, out.daily, yes)
	c.Score[r].add(q, in.whole(), out.whole())
}

// answered counts the records with which asks for q are answered: those of the nights before the days on
// which q buys something. Purchases made in somebody's name after a takeover are not counted; they are fewer
// than one in a thousand.
func (b *Border) answered(c *Count, r int, pop *people.Population, q *people.Person, start, end record.Day) {
	var n sending
	pop.PurchaseDays(q, b.asks, func(m people.Month, days uint32) {
		for ; days != 0; days &= days - 1 {
			night := m.First + record.Day(bits.TrailingZeros32(days)) - 1
			if !b.Daily(night) || night < q.Scope {
				continue
			}
			n.daily++
			if start <= night && night < end {
				n.window++
			}
			c.Sent[r].In.add(night, night+1)
		}
	})
	c.add(r, q, n, sending{})
}

// open makes room for what depends on the population.
func (b *Border) open(c *Count, pop *people.Population) {
	first, end := b.period()
	o := &pop.Overseas
	c.Accounts = newSeries(min(first, o.From), max(end, o.To+1))
	c.Payments = newSeries(o.From, o.To+1)
	c.seen = make([]uint64, len(c.Payments.Step)/64+1)
}

// abroad counts the overseas payments of q. A day with a payment is a person-day in scope or out of it.
func (b *Border) abroad(c *Count, pop *people.Population, q *people.Person) {
	c.days = pop.OverseasPayments(q, c.days[:0])
	if len(c.days) == 0 {
		return
	}
	var e Exposure
	for _, d := range c.days {
		t := &e.In
		if d < q.Scope {
			t = &e.Out
		}
		t.Records++
		k := uint32(d - c.Payments.First)
		c.Payments.Step[k]++
		word, bit := &c.seen[k>>6], uint64(1)<<(k&63)
		if *word&bit == 0 {
			*word |= bit
			t.PersonDays++
		}
	}
	clear(c.seen)
	c.Overseas.In.add(e.In.Records, e.In.PersonDays, q.OptionalConsent)
	c.Overseas.Out.add(e.Out.Records, e.Out.PersonDays, q.OptionalConsent)
	c.Overseas.All.add(int64(len(c.days)), e.In.PersonDays+e.Out.PersonDays, q.OptionalConsent)
	c.Overseas.burden(q, e.In.Records, e.Out.Records)
}
