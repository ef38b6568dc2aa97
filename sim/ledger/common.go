package ledger

import (
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// common is what hits many people at once: days on which a bank is down, and months in which the money of
// a region, or of everybody, is short. It is a function of (seed, bank or region, calendar day or month).
type common struct {
	down []uint16                      // by day of the window: a bit for every bank that is down
	cut  [][len(people.Regions)]uint32 // by month: probability of an expense shock, for [hit]
	hit  []uint32                      // by month: a bit for every region with a shock, the highest for a national one
}

// national marks a month with a national shock in common.hit.
const national = 1 << 31

// Subjects of the draws of common shocks: what they hit in the highest byte, a future in the middle.
const (
	commonBank = (iota + 1) << 56
	commonRegion
	commonNation
)

// A Shock says what hit many people at once on a day.
type Shock struct {
	BanksDown int  // banks from whose accounts debits fail
	Regions   int  // regions with a shock to people's money in that month
	National  bool // a national one
}

// Shock returns what hits many people at once on day d of the window: outcomes of one day share it, so an
// evaluation that takes days for independent should know it.
func (w *World) Shock(d record.Day) Shock {
	t := int(d - w.Start)
	if t < 0 || t >= w.Days {
		return Shock{}
	}
	down, hit := w.common.down[t], w.common.hit[w.monthOf[lead+t]]
	s := Shock{National: hit&national != 0}
	for k := range people.Banks {
		s.BanksDown += int(down >> k & 1)
	}
	for k := range people.Regions {
		s.Regions += int(hit >> k & 1)
	}
	return s
}

// prepareCommon draws the common shocks of all days and months that the world's tables reach.
func (w *World) prepareCommon() {
	w.common = common{
		down: make([]uint16, w.Days), cut: make([][len(people.Regions)]uint32, len(w.shockMonths)), hit: make([]uint32, len(w.shockMonths)),
	}
	w.drawCommon(&w.common, 0, 0, w.Days)
}

// drawCommon draws the days from day from of the window up to, not including, day to, and the months that
// begin in that time, for a future. Future 0 is what happens: it has all months.
func (w *World) drawCommon(c *common, future uint64, from, to int) {
	future <<= 16
	for k := range people.Banks {
		stream := rng.Open(w.Seed, rng.PurposeCommon, commonBank|future|uint64(k))
		for t := from; t < to; t++ {
			c.down[t] &^= 1 << k
			if chance(stream.At(uint64(w.Start)+uint64(t)), 0, w.Bills.BankOutages) {
				c.down[t] |= 1 << k
			}
		}
	}
	nation := rng.Open(w.Seed, rng.PurposeCommon, commonNation|future)
	for m, first := range w.shockMonths {
		if future != 0 && (first < w.Start+record.Day(from) || first >= w.Start+record.Day(to)) {
			continue
		}
		c.hit[m] = 0
		if chance(nation.At(uint64(first)), 0, w.Bank.NationalShocks) {
			c.hit[m] = national
		}
		for k := range people.Regions {
			stream := rng.Open(w.Seed, rng.PurposeCommon, commonRegion|future|uint64(k))
			if chance(stream.At(uint64(first)), 0, w.Bank.RegionShocks) {
				c.hit[m] |= 1 << k
			}
			rate := w.Bank.ShockRate
			if c.hit[m]&(national|1<<k) != 0 {
				rate *= w.Bank.CommonFactor
			}
			c.cut[m][k] = cut16(rate)
		}
	}
}

// become makes c a copy of o that shares nothing with it.
func (c *common) become(o *common) {
	c.down, c.cut, c.hit = append(c.down[:0], o.down...), append(c.cut[:0], o.cut...), append(c.hit[:0], o.hit...)
}

// cutOff reports whether no debit from the linked account of i succeeds today because its bank is down: whoever
// meets an outage meets it all day, in sessions, when buying and when a bill is charged.
func (b *Block) cutOff(i int) bool {
	return b.common.down[b.t]>>b.All[i].Bank&1 != 0 && chance(b.acc[i].stream.At(b.key(stepOutage)), 0, b.w.Bills.OutageReach)
}

// A cutOff is somebody who is cut off and what is in the linked account, out of reach.
type cutOff struct {
	who  uint16
	bank int32
}

// hide puts the linked accounts of those who have opened the wallet and are cut off out of reach: for the lists of
// a session they are as good as empty. On most days no bank is down.
func (b *Block) hide(open []uint16) {
	b.cut = bitset{}
	if b.common.down[b.t] == 0 {
		return
	}
	for _, i := range open {
		if a := &b.acc[i]; b.cutOff(int(i)) {
			b.hidden = append(b.hidden, cutOff{i, a.bank})
			b.cut.set(int(i))
			a.bank = 0
		}
	}
}

// unhide ends what hide began.
func (b *Block) unhide() {
	for _, h := range b.hidden {
		b.acc[h.who].bank += h.bank
	}
	b.hidden = b.hidden[:0]
}

// linked returns what is in the linked account of i, out of reach or not.
func (b *Block) linked(i int) int32 {
	for _, h := range b.hidden {
		if int(h.who) == i {
			return b.acc[i].bank + h.bank
		}
	}
	return b.acc[i].bank
}
