package sharing

import (
	"math/bits"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/sharing/regime"
)

// A Counter counts the exposure of people, one by one, under every regime of a border. People of one class are
// in the same sets of people, so that whatever the number of regimes only a few sums of a person's nights tell
// what of theirs is sent: each such sum (a recipe) is counted once for a class. [Counter.Close] hands the
// classes to the regimes. Get one from [Border.Counter]; one serves one worker.
//
// Cost: see BenchmarkAdd.
type Counter struct {
	border     *Border
	count      *Count
	start, end record.Day
	at         *door // nil: every day with a purchase is a request that was answered

	routes  []route
	classes [2][]*class // of people never in scope, and of others
	months  []monthMask

	nights  []nights // of the person at hand, by route
	request amount   // and the requests for them

	days []record.Day // overseas payments of the person at hand
	seen []uint64     // bit k&63 of word k>>6: one of them was made on day k from the first that can have any
}

// A way is a calendar of unasked sends with a number of nights of history before a registration.
type way struct {
	when     regime.When
	backfill record.Day
}

// A route is a way with its nights counted.
type route struct {
	way
	before []packedNights // before[d]: the nights of the calendar before day first+d
}

// packedNights counts nights, three numbers in one word, so that the nights between two days are one difference.
//
//	bits  0-20  daily sends and those of other cadences
//	bits 21-41  bulk sends
//	bits 42-62  either, in the window
//
// No field is ever less on a later day, so that a difference borrows from none; each is at most longest + 1 =
// 73,051 < 2²¹, which [Config.check] sees to.
type packedNights uint64

const (
	packedDaily  = packedNights(1)
	packedBulk   = packedNights(1) << 21
	packedWindow = packedNights(1) << 42
	packedField  = 1<<21 - 1
)

func (n packedNights) amount() amount {
	return amount{model: int64(n >> 21 & packedField), daily: int64(n & packedField), window: int64(n >> 42)}
}

// An amount is how many records of one person lie in the parts of the score flow.
type amount struct{ model, daily, window int64 }

func (a *amount) whole() int64 { return a.model + a.daily }

func (a *amount) plus(o amount) {
	a.model += o.model
	a.daily += o.daily
	a.window += o.window
}

// nights are those of one person on one route.
type nights struct {
	in, out packedNights // while in scope, while out of it
	late    amount       // before a registration, sent with the first record after it
}

// Counter returns a counter into to, which takes the days from start up to, not including, end for the window.
// Requests are counted as if every day with a purchase were one and were answered; [Crossing.Add] counts those
// that happened.
func (b *Border) Counter(to *Count, start, end record.Day) *Counter {
	return b.counter(to, start, end, nil)
}

// counter is [Border.Counter], with requests of the window from a door if there is one.
func (b *Border) counter(to *Count, start, end record.Day, at *door) *Counter {
	c := &Counter{border: b, count: to, start: start, end: end, at: at}
	for k := range b.ways {
		r := &b.ways[k]
		c.routes = append(c.routes, route{*r, b.before(r.when, start, end)})
	}
	c.nights = make([]nights, len(c.routes))
	for _, m := range b.asks {
		c.months = append(c.months, c.monthMask(m))
	}
	return c
}

// before counts the nights of w before every day of the period and before the one after it.
func (b *Border) before(w regime.When, start, end record.Day) []packedNights {
	first, last := b.period()
	all, sum := make([]packedNights, last-first+1), packedNights(0)
	for d := first; d < last; d++ {
		all[d-first] = sum
		if !b.on(w, d) {
			continue
		}
		if d >= b.DailyFrom {
			sum += packedDaily
		} else {
			sum += packedBulk
		}
		if start <= d && d < end {
			sum += packedWindow
		}
	}
	all[last-first] = sum
	return all
}

// between returns the nights from day a up to, not including, day b, both counted from the first of the period.
func (r *route) between(a, b int) packedNights { return r.before[b] - r.before[a] }

// Add counts what each regime sends of q, in closed form of the rule of [Border.sent]: a person's records are
// the nights of a calendar between two dates. Overseas payments are taken from the calendar of pop.
func (c *Counter) Add(pop *people.Population, q *people.Person) { c.add(pop, q, c.border.member(q), 0) }

// add is [Counter.Add] for a person of known membership, at position i of the block at the door.
func (c *Counter) add(pop *people.Population, q *people.Person, m member, i int) {
	if c.seen == nil {
		c.prepare(pop)
	}
	c.count.Live.add(q.Join, q.Leave)
	x := c.class(q, m)
	if len(x.recipes) > 0 {
		c.lookUp(x, pop, q, i)
		for k := range x.recipes {
			in, late, out := c.mix(&x.recipes[k])
			x.counts[k].add(q, &in, &late, &out)
		}
	}
	c.abroad(pop, q)
}

// class returns the class of q.
func (c *Counter) class(q *people.Person, m member) *class {
	key, k := classKey{m, true}, 1
	if q.Scope >= q.Leave {
		key, k = classKey{member: member{out: m.out}}, 0
	}
	list := c.classes[k]
	for n, x := range list {
		if x.key != key {
			continue
		}
		if n > 0 { // so that large classes come to the front
			list[n-1], list[n] = x, list[n-1]
		}
		return x
	}
	x := c.newClass(key)
	c.classes[k] = append(list, x)
	return x
}

// lookUp finds the nights of q on every route, and the requests for q.
func (c *Counter) lookUp(x *class, pop *people.Population, q *people.Person, i int) {
	first, end := c.border.period()
	day := func(d record.Day) int { return int(min(max(d, first), end) - first) }
	scope := min(max(q.Scope, q.Join), q.Leave)
	join, border, leave := day(q.Join), day(scope), day(q.Leave)
	if border < leave {
		x.in.between(border, leave)
	}
	if join < border {
		x.out.between(join, border)
	}
	for _, k := range x.routes {
		r, n := &c.routes[k], &c.nights[k]
		n.in, n.out = r.between(border, leave), r.between(join, border)
		if x.late && q.Join < scope {
			n.late = c.late(x, k, q, scope)
		} else {
			n.late = amount{}
		}
	}
	if x.asks {
		c.request = c.requests(x, pop, q, i)
	}
}

// late counts the records of before a registration, which are sent with the first one after it.
func (c *Counter) late(x *class, k int, q *people.Person, scope record.Day) (n amount) {
	b, r := c.border, &c.routes[k]
	night, ok := b.next(r.when, scope)
	if r.backfill == 0 || !ok || !q.Live(night) {
		return n
	}
	first, end := b.period()
	from, to := max(q.Join, scope-r.backfill, first), min(scope, end)
	if from >= to {
		return n
	}
	packed := r.between(int(from-first), int(to-first)).amount()
	records := packed.whole()
	if night < b.DailyFrom {
		n.model = records
	} else {
		n.daily = records
	}
	if c.start <= night && night < c.end {
		n.window = records
	}
	x.extra[k][night-first] += records
	return n
}

// mix adds up what of q goes by one recipe.
func (c *Counter) mix(r *recipe) (in, late, out amount) {
	for w := r.in; w != 0; w &= w - 1 {
		in.plus(c.nights[bits.TrailingZeros64(w)].in.amount())
	}
	for w := r.out; w != 0; w &= w - 1 {
		out.plus(c.nights[bits.TrailingZeros64(w)].out.amount())
	}
	for w := r.late; w != 0; w &= w - 1 {
		late.plus(c.nights[bits.TrailingZeros64(w)].late)
	}
	for range r.requests {
		in.plus(c.request)
	}
	return in, late, out
}

// A monthMask says which days of a month are looked at: bit k for the k-th after the first, the day after the night
// that is asked for.
type monthMask struct {
	people.Month
	daily  uint32 // the night is one of the daily sends
	window uint32 // and in the window, or among those that the door sees
}

func (c *Counter) monthMask(m people.Month) monthMask {
	x, start, end := monthMask{Month: m}, c.start, c.end
	if c.at != nil {
		start, end = c.at.start, c.at.end
	}
	for k := range m.Next - m.First {
		if night := m.First + k - 1; c.border.Daily(night) {
			x.daily |= 1 << k
			if start <= night && night < end {
				x.window |= 1 << k
			}
		}
	}
	return x
}

// requests counts the records with which requests for q are answered: those of the nights before the days on
// which q buys something, or, of the nights that a door has seen, those that it let through.
func (c *Counter) requests(x *class, pop *people.Population, q *people.Person, i int) (n amount) {
	if c.at != nil {
		seen := int64(c.at.answers[i])
		x.answered += seen
		n = amount{daily: seen, window: seen}
	}
	first, _ := c.border.period()
	pop.PurchaseDays(q, c.border.asks, func(k int, days uint32) {
		m := &c.months[k]
		days &= m.daily
		if late := q.Scope + 1 - m.First; late > 0 { // the night before the day of registration is out of scope
			days &^= 1<<late - 1
		}
		window := days & m.window
		if c.at != nil {
			x.bought += int64(bits.OnesCount32(window))
			days &^= window
		} else {
			n.window += int64(bits.OnesCount32(window))
		}
		n.daily += int64(bits.OnesCount32(days))
		for night := m.First - 1 - first; days != 0; days &= days - 1 {
			x.asked[int(night)+bits.TrailingZeros32(days)]++
		}
	})
	return n
}

// prepare makes room for what depends on the population.
func (c *Counter) prepare(pop *people.Population) {
	first, end := c.border.period()
	o, n := &pop.Overseas, c.count
	if n.Live.Step == nil {
		n.Live = newSeries(min(first, o.From), max(end, o.To+1))
		n.Payments = newSeries(o.From, o.To+1)
	}
	c.seen = make([]uint64, len(n.Payments.Step)/64+1)
}

// abroad counts the overseas payments of q. A day with a payment is a person-day in scope or out of it.
func (c *Counter) abroad(pop *people.Population, q *people.Person) {
	c.days = pop.OverseasPayments(q, c.days[:0])
	if len(c.days) == 0 {
		return
	}
	var e Exposure
	n := c.count
	for _, d := range c.days {
		t := &e.In
		if d < q.Scope {
			t = &e.Out
		}
		t.Records++
		k := uint32(d - n.Payments.First)
		n.Payments.Step[k]++
		word, bit := &c.seen[k>>6], uint64(1)<<(k&63)
		if *word&bit == 0 {
			*word |= bit
			t.PersonDays++
		}
	}
	clear(c.seen)
	n.Overseas.In.add(e.In.Records, e.In.PersonDays, q.OptionalConsent)
	n.Overseas.Out.add(e.Out.Records, e.Out.PersonDays, q.OptionalConsent)
	n.Overseas.All.add(int64(len(c.days)), e.In.PersonDays+e.Out.PersonDays, q.OptionalConsent)
	n.Overseas.burden(q, e.In.Records, e.Out.Records)
}
