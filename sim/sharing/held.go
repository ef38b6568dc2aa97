package sharing

import (
	"slices"

	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
)

// What a processor holds when no record came last night: under a cadence of more than a day, between bulk
// sends, and after the last send. The newest record then is as it stood on the night of its send, with the
// history that lags behind it and what the records of others told then; it grows older by a day a day.
//
// That file can only be written while its night is being simulated. So on the morning after, the files of all
// who may be asked for or are probed before the next send, which the block knows ([ledger.Block.Expect]),
// are put aside. A clock whose records are all of last night never comes here and costs nothing.
type keeper struct {
	night  record.Day
	kept   [ledger.BlockSize]bool
	file   [ledger.BlockSize]record.ScoringRecord
	others []record.Counterparties // by position, then circle
}

// bulk reports whether some holding of clock k follows the bulk sends.
func (b *Border) bulk(k int) bool {
	return slices.ContainsFunc(b.holdings, func(h holding) bool { return h.clock == k && h.when.Bulk })
}

// Attach lets c see the mornings of b, which it needs if the newest record is not always of last night. It
// takes the place of any other function that b calls every morning.
func (c *Crossing) Attach(b *ledger.Block) {
	any := false
	for k := range c.border.clocks {
		if c.border.lapses(k) {
			c.kept[k] = &keeper{others: make([]record.Counterparties, ledger.BlockSize*len(c.sight.Others))}
			any = true
		}
	}
	if !any {
		return
	}
	b.Mornings(func(night record.Day) {
		for k, x := range c.kept {
			if x != nil && c.border.closes(k, night) {
				c.keep(b, k, night)
			}
		}
	})
}

// lapses reports whether on some morning of the window the newest record of clock k is not of last night.
func (b *Border) lapses(k int) bool {
	for d := min(b.Window.From, b.Window.ProbeFrom) - 1; d < b.Window.To; d++ {
		if b.age(k, d) > 0 {
			return true
		}
	}
	return false
}

// closes reports whether night is the last for a while on which clock k sends, and is looked back at within
// the window.
func (b *Border) closes(k int, night record.Day) bool {
	w := b.calendar(k)
	if !b.on(w, night) || b.on(w, night+1) || night > b.Window.To {
		return false
	}
	next, more := b.next(w, night+1)
	return !more || next >= min(b.Window.From, b.Window.ProbeFrom)-1
}

// keep puts the files aside that may be needed later.
func (c *Crossing) keep(b *ledger.Block, k int, night record.Day) {
	x := c.kept[k]
	x.night = night
	clear(x.kept[:])
	until, more := c.border.next(c.border.calendar(k), night+1)
	if !more {
		until = c.border.Window.To
	}
	// The first day on which the newest record is not of last night is two after its night.
	b.Expect(night+2, until+1, func(i int) {
		q := &b.All[i]
		if x.kept[i] || q.ID >= c.people || !q.Live(night) || !c.border.carries(k, q, c.roster.at(c.border, b, i), night) {
			return
		}
		c.write(b, i, night, k)
		x.kept[i], x.file[i] = true, c.sight.File[k]
		c.tell(b, i, night, k, x.others[i*len(c.sight.Others):][:len(c.sight.Others)])
	})
}

// carries reports whether some holding of clock k is sent the record of q.
func (b *Border) carries(k int, q *people.Person, m member, night record.Day) bool {
	if (q.Scope <= night && m.in == 0) || (q.Scope > night && m.out == 0) {
		return false
	}
	for n := range b.holdings {
		h := &b.holdings[n]
		if h.clock != k {
			continue
		}
		if on, ok := b.sent(&h.sending, q, m, night); ok && on <= night {
			return true
		}
	}
	return false
}

// recall fills the file of clock k of the person at position i with what was put aside age days ago. What
// [tonight.held] says is held was put aside.
func (c *Crossing) recall(k, i int, night, age record.Day) {
	s, x := &c.sight, c.kept[k]
	there := x != nil && x.kept[i] && x.night == night-age
	s.File[k] = record.ScoringRecord{Person: s.Person, Night: night - age, Age: age}
	if there {
		s.File[k] = x.file[i]
		s.File[k].Age = age
	}
	within := age <= record.Day(c.border.KeepDays)
	if _, more := c.border.next(c.border.calendar(k), night-age+1); more {
		within = true
	}
	for n := range c.border.circles {
		if c.border.circles[n].clock != k {
			continue
		}
		s.Others[n] = record.Counterparties{}
		if there && within {
			s.Others[n] = x.others[i*len(s.Others)+n]
		}
	}
	for n := range c.border.holdings {
		if h := &c.border.holdings[n]; h.clock == k && !h.wallet && !h.when.Request && !there && s.Held[n] != 0 {
			s.Held[n] = 0 // nothing was put aside: the window's first days, before any send of the clock
		}
	}
}
