package sharing

import (
	"math/bits"

	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
)

// pasts is what the platform remembers of the customers of one block: its own bills, from the first simulated
// day on. Nothing of it crosses a border.
type pasts struct {
	used  bool // some clock follows the answers to requests
	block record.Person
	begun bool
	of    [ledger.BlockSize]past
}

// A past is one customer's. Days are 0 before the first.
type past struct {
	bills, bounces uint8
	last, bounced  record.Day
	won            record.Won
	newest         record.Day // of the latest ask
	asks           uint64     // bit k: asked k days before newest
}

// begin forgets the block before.
func (p *pasts) begin(b *ledger.Block) {
	if !p.begun || p.block != b.First {
		p.begun, p.block, p.of = true, b.First, [ledger.BlockSize]past{}
	}
}

// billed notes a bill. A customer who owes one buys nothing until it is closed, so whoever is asked for has
// only closed bills.
func (p *pasts) billed(b *ledger.Block, bill *record.Bill) {
	p.begin(b)
	x := &p.of[bill.Person-b.First]
	x.bills = uint8(min(int(x.bills)+1, 255))
	x.last, x.won = bill.Settle, bill.Amount
	if bill.Bounced {
		x.bounces = uint8(min(int(x.bounces)+1, 255))
		x.bounced = bill.Settle
	}
}

// history returns what is known on day d, before the ask of that day.
func (p *pasts) history(q *people.Person, i int, d record.Day) record.History {
	x := &p.of[i]
	h := record.History{Bills: x.bills, Bounces: x.bounces, SinceBill: -1, SinceBounce: -1, LastWon: -1, Registered: d - q.Scope, Ask: d}
	if x.bills > 0 {
		h.SinceBill, h.LastWon = d-x.last, x.won
	}
	if x.bounces > 0 {
		h.SinceBounce = d - x.bounced
	}
	return h
}

// asked notes an ask.
func (p *pasts) asked(i int, d record.Day) {
	x := &p.of[i]
	x.asks = x.asks<<min(uint(d-x.newest), 64) | 1
	x.newest = d
}

// remember fills the history of a file with the answers to earlier requests, the one nearest to each lag and
// at most three nights from it, and says in the masks which there were.
func (c *Crossing) remember(b *ledger.Block, i int, night record.Day, clock int, asked bool) {
	edge, x, q := c.border, &c.past.of[i], &b.All[i]
	for n := range edge.holdings {
		h := &edge.holdings[n]
		if h.clock != clock || !asked || c.sight.Held[n]&1 == 0 {
			continue
		}
		for k, lag := range record.Lags {
			back, ok := x.nearest(night+1, lag)
			if ok && h.remembers(back) && edge.answered(&h.sending, q, c.roster.at(edge, b, i), night-back) && c.sight.Held[n]>>(k+1)&1 == 0 {
				c.sight.Held[n] |= 2 << k
				c.sight.File[clock].Past[k] = b.Past(i, back)
			} else if c.sight.Held[n]>>(k+1)&1 != 0 {
				c.sight.File[clock].Past[k] = b.Past(i, lag)
			}
		}
	}
}

// nearest returns how many days before day d the ask was that is nearest to lag days before it, within three
// days and the reach of the ledger's log.
func (p *past) nearest(d, lag record.Day) (back record.Day, ok bool) {
	for off := range record.Day(4) {
		for _, back := range [2]record.Day{lag - off, lag + off} {
			k := back - (d - p.newest)
			if back <= longestWait && k >= 0 && k < 64 && p.asks>>k&1 != 0 && bits.Len64(p.asks) > 0 {
				return back, true
			}
		}
	}
	return 0, false
}
