package sharing

import (
	"slices"

	"overshare/sim/ledger"
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
	until  record.Day // the last that looks back at it
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
	clear(x.kept[:])
	until, more := c.border.next(c.border.calendar(k), night+1)
	if !more {
		until = c.border.Window.To
	}
	x.night, x.until = night, until-1
	carried := c.border.carries(k, night)
	// The first day on which the newest record is not of last night is two after its night.
	b.Expect(night+2, until+1, func(i int) {
		q := &b.All[i]
		if x.kept[i] || q.ID >= c.people || !q.Live(night) {
			return
		}
		if m := c.roster.at(c.border, b, i); q.Scope <= night && m.in&carried == 0 || q.Scope > night && m.out&carried == 0 {
			return
		}
		b.Snapshot(i, &x.file[i].Now)
		x.kept[i], x.file[i].Person, x.file[i].Night = true, q.ID, night
		for n, lag := range c.border.clocks[k].lags {
			if lag > 0 && !x.reaches(lag) {
				x.file[i].Past[n] = b.Past(i, lag)
			}
		}
		c.tell(b, i, night, k, x.others[i*len(c.sight.Others):][:len(c.sight.Others)])
	})
}

// reaches reports whether on every night that looks back at x the ledger's log still has what was counted lag days
// before: then it is looked up when somebody is asked for, which few are of those put aside.
func (x *keeper) reaches(lag record.Day) bool {
	return lag+x.until-x.night <= record.Lags[len(record.Lags)-1]
}

// carries returns the sets of people, bit k for set k, whose records of night some holding of a clock is sent that
// night. What lies before a registration comes later.
func (b *Border) carries(clock int, night record.Day) (whos uint64) {
	for n := range b.holdings {
		if h := &b.holdings[n]; h.clock == clock && b.on(h.when, night) {
			whos |= 1 << h.who
		}
	}
	return whos
}

// recall fills the file of clock k of the person at position i with what was put aside age days ago. What
// [tonight.held] says is held was put aside.
func (c *Crossing) recall(b *ledger.Block, k, i int, night, age record.Day) {
	s, x := &c.sight, c.kept[k]
	there := x != nil && x.kept[i] && x.night == night-age
	s.File[k] = record.ScoringRecord{Person: s.Person, Night: night - age, Age: age}
	if there {
		s.File[k] = x.file[i]
		s.File[k].Age = age
		for n, lag := range c.border.clocks[k].lags {
			if lag > 0 && x.reaches(lag) {
				s.File[k].Past[n] = b.Past(i, lag+age)
			}
		}
	}
	within := age <= record.Day(c.border.KeepDays)
	if _, more := c.border.next(c.border.calendar(k), night-age+1); more {
		within = true
	}
	for _, n := range c.border.told[k] {
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
