package sharing

import (
	"math/bits"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/sharing/regime"
)

// A Count is the exposure of some people under every regime of a border, which tells how to read it: see
// [Border.Whole] and the other methods. Get one from [Border.NewCount]. Every number is a whole one and adds
// up over shards; all fields are exported so that a count can be written and read.
type Count struct {
	Sets     []SetCount  // what is sent together: see Border
	Sends    []SendCount // what is sent to one set of people by one calendar
	Overseas Account     // payments that happened; the same under every regime that lets them
	Live     Series      // accounts
	Payments Series      // overseas, not differences

	days    []record.Day `wire:"-"` // scratch
	seen    []uint64     `wire:"-"`
	in, out []amount     `wire:"-"`
	sent    []bool       `wire:"-"`
}

// A SetCount is the exposure of one or more sendings.
type SetCount struct {
	Whole  Exposure // score flow, all sends
	Window Exposure // and those of the simulated days
	Model  Exposure // the bulk sends of Whole
	Daily  Exposure // and its other sends
	Score  Account  // whom Whole fell upon; its exposure is filled when it is read
}

// A SendCount is what one sending sends by night.
type SendCount struct {
	In, Out Series  // people who belong to it, in scope and out of it; what is sent are those of its nights
	Extra   []int64 // further records by night: those of before a registration

	// Of requests: whether they were counted at the door, on which nights, how many were answered there, and
	// on how many days with a purchase they could have been; whether the rest has been scaled by that.
	Door, Derived    bool
	From, To         record.Day
	Answered, Bought int64
}

// A Series holds one number for every day from First on, as the difference to the day before.
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

// sums turns differences into numbers.
func (s *Series) sums() []int64 {
	all, sum := make([]int64, len(s.Step)), int64(0)
	for i, x := range s.Step {
		sum += x
		all[i] = sum
	}
	return all
}

// set is the reverse of sums.
func (s *Series) set(all []int64) {
	before := int64(0)
	for i, x := range all {
		s.Step[i], before = x-before, x
	}
}

// NewCount returns an empty count for the regimes of b.
func (b *Border) NewCount() Count {
	c := Count{Sets: make([]SetCount, len(b.sets)), Sends: make([]SendCount, len(b.sendings))}
	first, end := b.period()
	for k := range c.Sends {
		c.Sends[k] = SendCount{In: newSeries(first, end), Out: newSeries(first, end), Extra: make([]int64, end-first)}
	}
	for k := range c.Sets {
		c.Sets[k].Score.Times = make([]int64, b.longest()+1)
	}
	return c
}

// longest returns how often somebody is sent at most.
func (b *Border) longest() int { return int(b.DailyTo-b.DailyFrom) + 1 + len(b.BulkDays) }

// Plus adds o, of the same border and population, to c.
func (c *Count) Plus(o Count) {
	for k := range c.Sets {
		c.Sets[k].plus(&o.Sets[k])
	}
	for k := range c.Sends {
		c.Sends[k].plus(&o.Sends[k])
	}
	c.Overseas.Plus(&o.Overseas)
	if o.Live.Step != nil {
		c.Live.First, c.Live.Step = o.Live.First, plus(c.Live.Step, o.Live.Step)
		c.Payments.First, c.Payments.Step = o.Payments.First, plus(c.Payments.Step, o.Payments.Step)
	}
}

func (s *SetCount) plus(o *SetCount) {
	s.Whole.Plus(o.Whole)
	s.Window.Plus(o.Window)
	s.Model.Plus(o.Model)
	s.Daily.Plus(o.Daily)
	s.Score.Plus(&o.Score)
}

func (s *SendCount) plus(o *SendCount) {
	plus(s.In.Step, o.In.Step)
	plus(s.Out.Step, o.Out.Step)
	plus(s.Extra, o.Extra)
	if o.Door {
		s.Door, s.From, s.To = true, o.From, o.To
	}
	s.Answered += o.Answered
	s.Bought += o.Bought
}

// An amount is how many records of one person lie in the parts of the score flow, and on how many nights.
type amount struct{ model, daily, window, modelDays, dailyDays, windowDays int64 }

func (a *amount) whole() int64 { return a.model + a.daily }
func (a *amount) days() int64  { return a.modelDays + a.dailyDays }

func (a *amount) plus(o amount) {
	a.model += o.model
	a.daily += o.daily
	a.window += o.window
	a.modelDays += o.modelDays
	a.dailyDays += o.dailyDays
	a.windowDays += o.windowDays
}

// sends returns how many bulk and other nights of w lie from a up to, not including, b.
func (c *Config) sends(w regime.When, a, b record.Day) (bulk, daily int64) {
	if w.Bulk {
		for _, d := range c.BulkDays {
			if a <= d && d < b {
				bulk++
			}
		}
	}
	if w.Every == 0 {
		return bulk, 0
	}
	until := func(d record.Day) int64 { // nights before d
		n := int64(min(d, c.DailyTo+1) - c.DailyFrom)
		if n <= 0 {
			return 0
		}
		if w.Every == 1 {
			return n
		}
		return (n-1)/int64(w.Every) + 1
	}
	return bulk, max(until(b)-until(a), 0)
}

// span returns the sends of w from a up to, not including, b, and those of them in the window.
func (b *Border) span(w regime.When, from, to, start, end record.Day) amount {
	bulk, daily := b.sends(w, from, to)
	x, y := b.sends(w, max(from, start), max(min(to, end), max(from, start)))
	return amount{bulk, daily, x + y, bulk, daily, x + y}
}

// Add counts what each regime sends of q, in closed form of the rule of [Border.sent]: a person's records are
// the nights of a calendar between two dates. Requests are counted as if every day with a purchase were one
// and were answered; [Crossing.Add] counts those that happened. The days from start up to, not including,
// end are counted as the window, too. Overseas payments are taken from the calendar of pop.
//
// Cost: see BenchmarkAdd.
func (b *Border) Add(c *Count, pop *people.Population, q *people.Person, start, end record.Day) {
	b.addAt(c, pop, q, b.member(q), start, end, nil, 0)
}

// addAt is [Border.Add], with requests of the window from a door if there is one.
func (b *Border) addAt(c *Count, pop *people.Population, q *people.Person, m member, start, end record.Day, at *door, i int) {
	if c.Live.Step == nil {
		b.prepare(c, pop)
	}
	c.Live.add(q.Join, q.Leave)
	if len(c.in) < len(b.sendings) {
		c.in, c.out, c.sent = make([]amount, len(b.sendings)), make([]amount, len(b.sendings)), make([]bool, len(b.sendings))
	}
	scoped := q.Scope < q.Leave
	for k := range b.sendings {
		s := &b.sendings[k]
		takeIn, takeOut := m.of(s.who)
		if c.sent[k] = takeOut || takeIn && scoped; !c.sent[k] {
			continue
		}
		if s.when.Request {
			c.in[k], c.out[k] = b.requests(c, k, pop, q, m, start, end, at, i), amount{}
		} else {
			c.in[k], c.out[k] = b.unasked(c, k, q, m, start, end)
		}
	}
	for k, set := range b.sets {
		if len(set) == 1 {
			if n := set[0]; c.sent[n] {
				c.Sets[k].add(q, &c.in[n], &c.out[n])
			}
			continue
		}
		var x, y amount
		for _, n := range set {
			if c.sent[n] {
				x.plus(c.in[n])
				y.plus(c.out[n])
			}
		}
		c.Sets[k].add(q, &x, &y)
	}
	b.abroad(c, pop, q)
}

// unasked counts the records of q that sending k sends by its calendar, in scope and out of it.
func (b *Border) unasked(c *Count, k int, q *people.Person, m member, start, end record.Day) (in, out amount) {
	s := &b.sendings[k]
	takeIn, takeOut := m.of(s.who)
	border := min(max(q.Scope, q.Join), q.Leave)
	if takeIn && border < q.Leave {
		in = b.span(s.when, border, q.Leave, start, end)
		c.Sends[k].In.add(border, q.Leave)
	}
	switch {
	case takeOut && q.Join < border:
		out = b.span(s.when, q.Join, border, start, end)
		c.Sends[k].Out.add(q.Join, border)
	case takeIn && s.backfill > 0 && q.Join < border:
		in.plus(b.backfilled(c, k, q, border, start, end))
	}
	return in, out
}

// backfilled counts the records of before a registration, which are sent with the first one after it.
func (b *Border) backfilled(c *Count, k int, q *people.Person, scope, start, end record.Day) (x amount) {
	s := &b.sendings[k]
	night, ok := b.next(s.when, scope)
	if !ok || !q.Live(night) {
		return x
	}
	bulk, daily := b.sends(s.when, max(q.Join, scope-s.backfill), scope)
	n := bulk + daily
	if night < b.DailyFrom {
		x.model = n
	} else {
		x.daily = n
	}
	if start <= night && night < end {
		x.window = n
	}
	c.Sends[k].Extra[night-c.Sends[k].In.First] += n
	return x
}

// requests counts the records with which requests for q are answered: those of the nights before the days on
// which q buys something, or, of the nights that a door has seen, those that it let through.
func (b *Border) requests(c *Count, k int, pop *people.Population, q *people.Person, m member, start, end record.Day, at *door, i int) (x amount) {
	s, sent := &b.sendings[k], &c.Sends[k]
	if in, _ := m.of(s.who); !in {
		return x
	}
	seen := int64(0)
	if at != nil {
		sent.Door, sent.From, sent.To = true, at.start, at.end
		seen = int64(at.answers[k][i])
		sent.Answered += seen
		x = amount{daily: seen, window: seen, dailyDays: seen, windowDays: seen}
	}
	pop.PurchaseDays(q, b.asks, func(month people.Month, days uint32) {
		for ; days != 0; days &= days - 1 {
			night := month.First + record.Day(bits.TrailingZeros32(days)) - 1
			if !b.Daily(night) || night < q.Scope {
				continue
			}
			if at != nil && at.start <= night && night < at.end {
				sent.Bought++
				continue
			}
			x.daily++
			x.dailyDays++
			if at == nil && start <= night && night < end {
				x.window++
				x.windowDays++
			}
			sent.In.add(night, night+1)
		}
	})
	return x
}

// add counts the records of q, in scope and out of it.
func (s *SetCount) add(q *people.Person, in, out *amount) {
	if in.whole()+out.whole() == 0 {
		return
	}
	yes := q.OptionalConsent
	s.Whole.add(in.whole(), in.days(), out.whole(), yes)
	if in.window+out.window > 0 {
		s.Window.add(in.window, in.windowDays, out.window, yes)
	}
	if in.model+out.model > 0 {
		s.Model.add(in.model, in.modelDays, out.model, yes)
	}
	if in.daily+out.daily > 0 {
		s.Daily.add(in.daily, in.dailyDays, out.daily, yes)
	}
	s.Score.burden(q, in.whole(), out.whole())
}

// prepare makes room for what depends on the population.
func (b *Border) prepare(c *Count, pop *people.Population) {
	first, end := b.period()
	o := &pop.Overseas
	c.Live = newSeries(min(first, o.From), max(end, o.To+1))
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
