package sharing

import (
	"overshare/sim/people"
	"overshare/sim/record"
)

// A Count is the exposure of some people under every regime of a border, which tells how to read it: see
// [Border.Whole] and the other methods. Get one from [Border.NewCount], fill it by a
// [Counter]. Every number is a whole one and adds
// up over shards; all fields are exported so that a count can be written and read.
type Count struct {
	Sets     []SetCount  // what is sent together: see Border
	Sends    []SendCount // what is sent to one set of people by one calendar
	Overseas Account     // payments that happened; the same under every regime that lets them
	Live     Series      // accounts
	Payments Series      // overseas, not differences
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

// between counts one more on the days from place a up to, not including, place b.
func (s *Series) between(a, b int) {
	s.Step[a]++
	s.Step[b]--
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

// add counts the records of q: in scope, of before a registration and sent after it, and out of scope.
func (s *SetCount) add(q *people.Person, in, late, out *amount) {
	yes, n := q.OptionalConsent, in.whole()+late.whole()
	if n+out.whole() == 0 {
		return
	}
	s.Whole.add(n, in.whole(), out.whole(), yes)
	if n := in.window + late.window; n+out.window > 0 {
		s.Window.add(n, in.window, out.window, yes)
	}
	if n := in.model + late.model; n+out.model > 0 {
		s.Model.add(n, in.model, out.model, yes)
	}
	if n := in.daily + late.daily; n+out.daily > 0 {
		s.Daily.add(n, in.daily, out.daily, yes)
	}
	s.Score.burden(q, n, out.whole())
}
