package ledger

import (
	"fmt"
	"slices"

	"overshare/sim/record"
	"overshare/sim/rng"
)

// Holdings returns what i has at this very moment, with what arrives tonight.
func (b *Block) Holdings(i int) (bank, balance, pending int64) {
	a := &b.acc[i]
	return int64(a.bank), int64(a.balance), int64(b.contacts[i].pending)
}

// Frozen returns the cause for which the account of i is frozen, drained whether it was taken over and not
// restored, auto whether automatic top-up is on, abuser whether its owner never meant to pay.
func (b *Block) Frozen(i int) (by record.Cause, drained, auto, abuser bool) {
	a := &b.acc[i]
	return record.Cause(a.frozenBy), a.drained, a.auto, a.abuser
}

// Today is the day being simulated.
func (b *Block) Today() record.Day { return b.date(b.t) }

// Friend returns friend k of i, -1 for nobody.
func (b *Block) Friend(i int, k uint64) int { return b.circle.friend(b, i, k) }

// LiveUntil brings b to the morning of day t of block n.
func (b *Block) LiveUntil(w *World, n, t int) {
	b.prepare(w, n, nil)
	for k := range int16(t) {
		b.day(k, nil)
	}
}

// LiveOn lives through the rest of the window.
func (b *Block) LiveOn() {
	for k := b.t + 1; int(k) < b.w.Days; k++ {
		b.day(k, nil)
	}
}

// Become makes b a copy of o.
func (b *Block) Become(o *Block) { b.become(o) }

// Money returns the accounts of all people.
func (b *Block) Money() [BlockSize]account { return b.acc }

// StartCrudely lets everybody in w start with a full buffer and an empty wallet instead of a donor's state.
func (w *World) StartCrudely() { w.pool = nil }

// Phase returns the days since the last salary of i, or transfer to its second account, on the morning of the
// day being simulated.
func (b *Block) Phase(i int) int {
	return int(b.t - b.acc[i].paidOn(b.w))
}

// Idle returns the days since i last used the wallet; locked whether i may not buy because of a bill.
func (b *Block) Idle(i int) (days int, locked bool) {
	return int(b.t - 1 - b.acc[i].lastActive), b.acc[i].blocked && b.t < b.contacts[i].freeOn
}

// Learnt returns the habit that i has from a bounce, 0 for none.
func (b *Block) Learnt(i int) int { return int(b.contacts[i].habit) }

// Prepare brings b to the morning of the first day of block n.
func (b *Block) Prepare(w *World, n int) { b.prepare(w, n, nil) }

// OpenOn returns 1 if i is to open the wallet on day d of the window, else 0.
func (b *Block) OpenOn(i int, d record.Day) float64 {
	return float64(b.days.word(int(d-b.w.Start)+b.w.skew, i>>6) >> (i & 63) & 1)
}

// PlanKinds are the kinds of plans that [Plans] tells.
var PlanKinds = []string{"days of use", "purchases", "attacks", "paydays"}

// Plans tells the plans of block n of w for the days from from up to, not including, to, by kind, in words:
// what is decided without looking at anybody's money.
func Plans(w *World, n int, from, to record.Day) map[string][]string {
	var b Block
	b.prepare(w, n, nil)
	told := map[string][]string{}
	tell := func(what, format string, args ...any) {
		told[what] = append(told[what], fmt.Sprintf(format, args...))
	}
	for _, x := range b.incidents {
		if x.Day >= from && x.Day < to {
			tell("attacks", "%+v", x)
		}
	}
	for t := range int16(w.Days) {
		b.t = t
		if d := b.date(t); d >= from && d < to {
			for i := range b.All {
				if b.opening(i>>6)>>(i&63)&1 == 1 {
					tell("days of use", "%v %d", d, i)
				}
			}
			for _, p := range b.purchases[t] {
				tell("purchases", "%v %d %d", d, p.who, p.amount)
			}
			var paid []int16
			for i := b.paid[t]; i != nobody; i = b.nextPaid[i] {
				if b.stay[i].covers(t) {
					paid = append(paid, i)
				}
			}
			b.paydays()
			slices.Sort(paid)
			for _, i := range paid {
				a := &b.acc[i]
				tell("paydays", "%v %d: %d a day, %d on %v", d, i, a.daily, a.fixed, b.date(a.fixedDay))
			}
			continue
		}
		b.paydays()
	}
	return told
}

// Reseed gives b the luck of a future from day t on, and returns which banks are down on each day of the window.
func (b *Block) Reseed(future uint64, t int16) []uint16 {
	b.reseed(future, t)
	return b.common.down
}

// CutOff reports whether debits of i fail today because its bank is down.
func (b *Block) CutOff(i int) bool { return b.cutOff(i) }

// Lateness returns by how many days the salary of person u that is due first after day t of the window is late.
func (w *World) Lateness(u record.Person, t int16) int {
	stream := rng.Open(w.Seed, rng.PurposeLedger, uint64(u))
	return int(w.payAfter(stream, 25, t) - w.nextPay[25][int(t)+lead])
}

// Latest returns what a second account was last lifted to, in daily spending, and on which day.
func (b *Block) Latest(i int) (daily int32, paid record.Day) {
	a := &b.acc[i]
	return a.daily, b.date(a.paidOn(b.w))
}

// Intents returns how many intents a session has by the cell of its first draw.
func (w *World) Intents() (list []int) {
	for _, more := range w.more {
		list = append(list, 1+int(more))
	}
	return list
}
