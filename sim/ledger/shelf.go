package ledger

import (
	"math"
	"slices"

	"overshare/sim/rng"
)

// A shelf has donors in order of their keys, what of each decides how alike somebody is, and where every key begins.
type shelf struct {
	first  []uint32 // by key: how many donors have a smaller one; a table, because a search guesses at every step
	likes  []likeness
	states []state
}

// key puts donors in order of automatic top-up, of the unit of top-up, and of activity; units says how many
// units there are.
func (d *donor) key(units int) int {
	return (int(flag(d.auto))*units+int(d.unit))*activities + level(d.activity)
}

// A likeness is what says how alike two people are, in fields of 16 bits of which the highest is 0: from the lowest, days
// since registration, income, spending and activity. The highest bit of the lowest field stands for automatic top-up.
type likeness uint64

const (
	likeGuards  = 1<<15 | 1<<31 | 1<<47 | 1<<63
	likeBought  = 0x7fff
	likeIncome  = likeBought << 16
	likeRate    = likeBought << 32
	likeActive  = likeBought << 48
	likeLargest = 0x7fff // of a field
	likeAuto    = 1 << 15
)

func (d *donor) likeness() likeness {
	rate := min(d.rate, likeLargest)
	like := likeness(d.bought) | likeness(d.income)<<16 | likeness(rate)<<32 | likeness(d.activity)<<48
	return like | likeness(flag(d.auto))*likeAuto
}

// distance says how unlike two neighbours are: an eighth of a doubling of activity, a 64th of an income spent a
// month, a quarter of a doubling of income and 16 days at the platform weigh 1, automatic top-up in one case
// only 16. All four differences are made at once: a guard stays where the minuend is the larger, and where it
// does not, the field is turned round.
func (d likeness) distance(o likeness) int {
	auto := (d ^ o) & likeAuto / (likeAuto / 16)
	x := (d | likeGuards) - o&^likeAuto
	turn := (x>>15&(likeGuards>>15) ^ likeGuards>>15) * likeLargest // all ones where o is larger
	x = (x&^likeGuards ^ turn) + (turn & (likeGuards >> 15))
	x = x&likeActive + x>>1&(likeRate|likeIncome) + x>>4&(likeBought>>4)
	return int(x*(likeGuards>>15)>>48 + auto)
}

// newShelf puts donors in order of their keys, and of their arrival where keys are the same, by counting.
func newShelf(donors []donor, units int) shelf {
	s := shelf{make([]uint32, 2*units*activities), make([]likeness, len(donors)), make([]state, len(donors))}
	for i := range donors {
		if k := donors[i].key(units) + 1; k < len(s.first) {
			s.first[k]++
		}
	}
	for k := 1; k < len(s.first); k++ {
		s.first[k] += s.first[k-1]
	}
	next := slices.Clone(s.first)
	for i := range donors {
		d := &donors[i]
		at := &next[d.key(units)]
		s.likes[*at], s.states[*at] = d.likeness(), d.state
		*at++
	}
	return s
}

// choose returns the donor most like me of a few drawn from the nearest by key. Four draws come from one number.
func (s *shelf) choose(me *donor, units int, x uint64) *state {
	n, like := len(s.likes), me.likeness()
	from := max(min(int(s.first[me.key(units)])-near/2, n-near), 0)
	number, likes := uint64(min(near, n)), s.likes[from:]
	best := math.MaxInt // distance, number of the draw, and in the lowest bits who: the first of those equally near
	for k := range candidates {
		at := rng.Below(x, number)
		best = min(best, (like.distance(likes[at])*candidates+k)*near+int(at))
		x <<= 16
	}
	return &s.states[from+best%near]
}
