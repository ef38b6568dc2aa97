package ledger

import (
	"overshare/sim/adversary"
	"overshare/sim/record"
)

// Mornings makes b call f every morning from now on, before anything of the day happens, with the night just
// gone, the first time the one before the window; nil stops it. [Block.Snapshot], [Block.Past],
// [Block.Linked] and [Block.Salary] may be called from f, for anybody. It costs time, and changes nothing.
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

// Salary returns the day on which the latest salary reached the linked account of the person at position i, which
// may lie before the window. ok is false when none does: the account is a second one, or its owner has no
// salary. It may be called in the morning.
func (b *Block) Salary(i int) (arrived record.Day, ok bool) {
	a := &b.acc[i]
	return b.date(a.paidOn(b.w)), !a.secondary && !a.abuser
}

// LockedOut reports whether the person at position i owes the platform a bill, and so can buy nothing there.
// It may be called in the morning.
func (b *Block) LockedOut(i int) bool { return b.acc[i].blocked }

// Expect calls visit for everybody who can be asked for or is probed from day from up to, not including, to, as far
// as this morning tells: those with a purchase then, those taken over by then, in whose name goods may be
// bought, and those who are probed. Nobody else will be asked for or looked at. Somebody may be visited more
// than once, and somebody visited may not buy after all. It may be called in the morning only: see
// [Block.Mornings].
func (b *Block) Expect(from, to record.Day, visit func(i int)) {
	for t := max(from-b.w.Start, 0); t < min(to-b.w.Start, record.Day(b.w.Days)); t++ {
		for _, p := range b.purchases[t] {
			visit(int(p.who))
		}
		for _, i := range b.probes[t] {
			visit(int(i))
		}
	}
	for k := range b.incidents { // in order of days, from today on
		n := &b.incidents[k]
		if n.Day >= to {
			return
		}
		if n.Kind == adversary.Takeover {
			visit(int(n.Person))
		}
	}
}
