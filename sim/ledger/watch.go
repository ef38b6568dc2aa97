package ledger

import "overshare/sim/record"

// Mornings makes b call f every morning from now on, before anything of the day happens, with the night just
// gone, the first time the one before the window; nil stops it. [Block.Snapshot], [Block.Past] and
// [Block.Linked] may be called from f, for anybody. It costs time, and changes nothing.
func (b *Block) Mornings(f func(night record.Day)) { b.mornings = f }

// Linked returns the linked account of the person at position i at the end of the day before the one being
// simulated, and the floor at which this month's spending outside the wallet stops. It may be called in the
// morning only: from the function given to [Block.Mornings] or from [Observer.Look]. The account itself is settled later, when something touches it, with the same result.
func (b *Block) Linked(i int) (balance, floor record.Won) {
	a, flows := b.acc[i], b.Flows
	b.spend(&a, b.t-1)
	b.Flows = flows
	return record.Won(a.bank), record.Won(a.floor)
}

// LockedOut reports whether the person at position i owes the platform a bill, and so can buy nothing there.
// It may be called in the morning.
func (b *Block) LockedOut(i int) bool { return b.acc[i].blocked }
