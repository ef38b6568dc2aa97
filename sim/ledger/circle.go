package ledger

import (
	"overshare/sim/people"
	"overshare/sim/rng"
)

// A circle says who knows whom in a block: everybody has eight friends, a share of them close in social
// position. Without mixing, friends are on the same side of the border of the platform's customers.
type circle struct {
	stream rng.Stream
	order  [BlockSize]int16 // positions by social position; without mixing first those never registered
	first  [BlockSize]int16 // by place in order: the first from there on, in a ring, with an account on some day of the window
	rank   [BlockSize]int16 // the inverse of order
	group  int              // how many are never registered
}

// friend returns friend k (0 to 7) of i: whoever has an account today at the place drawn in the order of social
// position or, where that is i or nobody with one, at the next; outside if there is none at all. So people
// who come and go change whom others send to, and not how often.
func (c *circle) friend(b *Block, i int, k uint64) int {
	w := b.w
	lo, hi := 0, BlockSize
	if !w.Wallet.ScopeMixing {
		if b.All[i].Scope == people.Never {
			hi = c.group
		} else {
			lo = c.group
		}
	}
	if lo == hi {
		return outside
	}
	x := c.stream.At(uint64(i)<<3 | k)
	anyone := lo + int(rng.Below(x, uint64(hi-lo)))
	near := min(max(int(c.rank[i])+int(x>>16&31)-15, lo), hi-1)
	// Which of them cannot be foreseen: a mask chooses, not a branch. It is all ones where hit would say yes.
	r := anyone ^ (anyone^near)&((int(uint16(x))-int(w.homophily))>>63)
	r = int(c.first[r])
	for range hi - lo {
		if f := int(c.order[r]); f != i && b.stay[f].covers(b.t) {
			return f
		}
		if r++; r == hi {
			r = lo
		}
	}
	return outside
}

// friends finds to whom remittances go, with mixing, as [circle.friend] does; outside where that must be asked, because
// the first who is found has no account today.
func (c *circle) friends(stay *[BlockSize]span, homophily uint32, t int16, gifts []intent, to *[listSize]int16) {
	_, _ = stay[0], to[0]
	for k, g := range gifts {
		i := g.who()
		x := c.stream.At(uint64(i)<<3 | g.friend())
		anyone := int(x / (1 << 64 / BlockSize))
		near := min(max(int(c.rank[i])+int(x>>16&31)-15, 0), BlockSize-1)
		r := anyone ^ (anyone^near)&((int(uint16(x))-int(homophily))>>63)
		f := int(c.order[c.first[r&(BlockSize-1)]&(BlockSize-1)])
		if s := &stay[f&(BlockSize-1)]; f == i || s.from > t || t >= s.to {
			f = outside
		}
		to[k&(listSize-1)] = int16(f)
	}
}

// draw ranks the people of the block, by counting.
func (c *circle) draw(b *Block) {
	c.stream = rng.Open(b.w.Seed, rng.PurposeFriends, uint64(b.First))
	var start [2*512 + 1]int16
	cell := func(i int) int {
		k := int(b.All[i].Class >> 7)
		if !b.w.Wallet.ScopeMixing && b.All[i].Scope != people.Never {
			k += 512
		}
		return k
	}
	c.group = 0
	for i := range b.All {
		k := cell(i)
		start[k+1]++
		if k < 512 {
			c.group++
		}
	}
	for k := 1; k < len(start); k++ {
		start[k] += start[k-1]
	}
	for i := range b.All {
		k := cell(i)
		c.order[start[k]], c.rank[i] = int16(i), start[k]
		start[k]++
	}
	if b.w.Wallet.ScopeMixing {
		c.skip(b, 0, BlockSize)
		return
	}
	c.skip(b, 0, c.group)
	c.skip(b, c.group, BlockSize)
}

// skip sets first for the ring of places from lo up to, not including, hi: where nobody ever has an account, to
// where the search for somebody who has one today would come in the end.
func (c *circle) skip(b *Block, lo, hi int) {
	for next, r := lo, 2*hi-lo-1; r >= lo; r-- { // twice round, from the end
		at := r
		if at >= hi {
			at -= hi - lo
		}
		if s := b.stay[c.order[at]]; s.from < s.to {
			next = at
		}
		c.first[at] = int16(next)
	}
}
