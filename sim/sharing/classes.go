package sharing

import (
	"math/bits"
	"slices"
)

// A classKey says to which sets of people a person belongs, and whether they are ever in scope: if not, in is 0.
type classKey struct {
	member
	scoped bool
}

// A class is the people of one key.
type class struct {
	key     classKey
	recipes []recipe
	of      []int      // by set of the border: the place of its recipe; -1: nothing is sent
	counts  []SetCount // by recipe
	in, out Series     // people in scope and out of it
	extra   [][]int64  // by route: records of before a registration by the night on which they came
	asked   []int64    // requests by night
	late    bool       // some recipe takes records of before a registration
	asks    bool       // some recipe takes requests
	routes  []int      // that some recipe takes

	answered, bought int64 // of requests at the door
}

// A recipe is a sum of a person's nights: bit k of a word stands for route k. What does not depend on the nights of
// history is taken from the first route with the same calendar, so that equal sums are one recipe.
type recipe struct {
	in, out, late uint64
	requests      int // times that the requests are taken
}

// newClass finds out which sums of nights the sets of the border make of people of a class.
func (c *Counter) newClass(key classKey) *class {
	b := c.border
	x, taken := &class{key: key}, uint64(0)
	for _, set := range b.sets {
		var r recipe
		for _, k := range set {
			r.take(&b.sendings[k], key)
		}
		at := -1
		if r != (recipe{}) {
			at = place(&x.recipes, r)
		}
		x.of = append(x.of, at)
		x.late, x.asks = x.late || r.late != 0, x.asks || r.requests > 0
		taken |= r.in | r.out | r.late
	}
	for ; taken != 0; taken &= taken - 1 {
		x.routes = append(x.routes, bits.TrailingZeros64(taken))
	}
	first, end := b.period()
	x.counts = make([]SetCount, len(x.recipes))
	for k := range x.counts {
		x.counts[k].Score.Times = make([]int64, b.longest()+1)
	}
	x.in, x.out, x.asked = newSeries(first, end), newSeries(first, end), make([]int64, end-first)
	x.extra = make([][]int64, len(c.routes))
	for k := range x.extra {
		x.extra[k] = make([]int64, end-first)
	}
	return x
}

// take adds to r what s sends of people of a class.
func (r *recipe) take(s *sending, key classKey) {
	in, out := key.of(s.who)
	in = in && key.scoped
	if s.when.Request {
		if in {
			r.requests++
		}
		return
	}
	if in {
		r.in |= 1 << s.calendar
	}
	if out {
		r.out |= 1 << s.calendar
	} else if in && s.backfill > 0 {
		r.late |= 1 << s.way
	}
}

// Close hands what has been counted to the regimes; c counts no further. Undefined before it: the numbers of the
// score flow in the count.
func (c *Counter) Close() {
	for _, x := range slices.Concat(c.classes[0], c.classes[1]) {
		for k, at := range x.of {
			if at >= 0 {
				c.count.Sets[k].plus(&x.counts[at])
			}
		}
		for k := range c.border.sendings {
			c.hand(x, &c.border.sendings[k], &c.count.Sends[k])
		}
	}
	c.classes = [2][]*class{}
}

// hand adds to the count of one sending by night what a class has of it.
func (c *Counter) hand(x *class, s *sending, to *SendCount) {
	in, out := x.key.of(s.who)
	in = in && x.key.scoped
	switch {
	case s.when.Request && in:
		for k, n := range x.asked {
			to.In.Step[k] += n
			to.In.Step[k+1] -= n
		}
		if c.at != nil {
			to.Door, to.From, to.To = true, c.at.start, c.at.end
			to.Answered += x.answered
			to.Bought += x.bought
		}
	case !s.when.Request:
		if in {
			plus(to.In.Step, x.in.Step)
		}
		if out {
			plus(to.Out.Step, x.out.Step)
		} else if in && s.backfill > 0 {
			plus(to.Extra, x.extra[s.way])
		}
	}
}
