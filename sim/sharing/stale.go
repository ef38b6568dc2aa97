package sharing

import (
	"overshare/sim/ledger"
	"overshare/sim/record"
)

// What a processor holds after the last daily send. No newer record comes, so the score is computed from the
// dossier as it stood on the morning after: the last record sent of the person, the history that lags behind
// that record, and what the records of others told then. It grows older by a day a day, until KeepDays are
// over and nothing is held any more.
//
// That dossier can only be written while its day is being simulated, and nobody knows then who will be asked
// for later. So on that one morning the dossiers of all who are registered at the platform, or will be before
// the window ends, are put aside. A window that ends before the sends do never comes here and costs nothing.
//
// Records that answered a request before the end are not kept: under on-request nothing is held afterwards.
// The same holds for the bulk sends, which nothing is scored from.
type keeper struct {
	kept [ledger.BlockSize]bool
	file [ledger.BlockSize]record.Dossier
	seen []Seen // by position, then regime
}

// Attach lets c see the mornings of b, which it needs if the daily sends end within the window. It takes the
// place of any other function that b calls every morning.
func (c *Crossing) Attach(b *ledger.Block) {
	if c.border.Window.To-1 <= c.border.DailyTo {
		return
	}
	c.last = &keeper{seen: make([]Seen, ledger.BlockSize*len(c.seen))}
	b.Mornings(func(night record.Day) {
		if night == c.border.DailyTo {
			c.keep(b)
		}
	})
}

// keep puts the dossiers aside that may be needed later.
func (c *Crossing) keep(b *ledger.Block) {
	k, night := c.last, c.border.DailyTo
	clear(k.kept[:])
	for _, at := range b.Live() {
		i := int(at)
		if q := &b.All[i]; q.ID >= c.people || !q.Live(night) || q.Scope >= c.border.Window.To {
			continue
		}
		c.open(b, i, night)
		k.kept[i], k.file[i] = true, c.file
		copy(k.seen[i*len(c.seen):], c.seen)
	}
}

// recall fills the dossier of the person at position i, wanted age days after the last send, with what is
// still held.
func (c *Crossing) recall(b *ledger.Block, i int, age record.Day) {
	k := c.last
	if !k.kept[i] || age > record.Day(c.border.KeepDays) {
		c.file = record.Dossier{Person: b.All[i].ID, Night: c.border.DailyTo, Age: age, Held: record.MaskAll}
		clear(c.seen)
		return
	}
	c.file = k.file[i]
	c.file.Age = age
	copy(c.seen, k.seen[i*len(c.seen):])
}
