package ledger

import "overshare/sim/record"

// Holdings returns what i has at this very moment, with what arrives tonight.
func (b *Block) Holdings(i int) (bank, balance, pending int64) {
	a := &b.acc[i]
	return int64(a.bank), int64(a.balance), int64(a.pending)
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
