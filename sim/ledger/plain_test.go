package ledger

import (
	"math"

	"overshare/sim/record"
)

// This file is the slow, obvious twin of session.go: person by person, intent by intent, with a choice at
// every step, and nothing of the lists. It shares the draws' layout and the friends, and no arithmetic.

// LivePlainly lives through the window with block n of w as [Block.Simulate] does, but with plain sessions.
func (b *Block) LivePlainly(w *World, n int) {
	b.prepare(w, n, nil)
	for t := range int16(w.Days) {
		b.t = t
		b.today = &b.log[t%slots]
		b.fresh = &b.written[t%slots]
		*b.fresh = bitset{}
		b.morning(nil)
		b.paydays()
		b.purchasesOf(nil)
		b.fade()
		b.incidentsOf()
		b.settlements(nil)
		for i := range BlockSize {
			if b.opening(i>>6)>>(i&63)&1 == 1 && b.acc[i].frozenBy == 0 {
				b.plainSession(i)
			}
		}
		b.night(nil)
	}
}

// plainSession draws the intents of i and does them: top-ups, payments, card payments, remittances,
// withdrawals, each kind in the order drawn.
func (b *Block) plainSession(i int) {
	a := &b.acc[i]
	a.lastActive = b.t
	b.spend(a, b.t)
	b.line(i)
	draws := []uint64{a.stream.At(b.key(stepIntent))}
	for k := range uint64(b.w.more[draws[0]>>56]) {
		draws = append(draws, a.stream.At(b.key(stepIntent)+1+k))
	}
	for _, kind := range []func(a *account, i int, x uint64) (lacking int32){b.plainTopup, b.plainPayment, b.plainCard, b.plainRemittance, b.plainWithdrawal} {
		var again []uint64
		for _, x := range draws {
			if lacking := kind(a, i, x); lacking > 0 {
				if b.cutOff(i) {
					b.plainFail(i, lacking)
				} else if a.secondary && uint16(uint8(x>>47)) < b.w.moveInCut {
					again = append(again, x)
				} else if b.tries(x) {
					b.plainFail(i, lacking)
				}
			}
		}
		for _, x := range again {
			b.plainMoveIn(a, i, x, kind)
		}
	}
}

// plainMoveIn moves what x lacks into a second account, in full ten thousands, and does x.
func (b *Block) plainMoveIn(a *account, i int, x uint64, kind func(*account, int, uint64) int32) {
	won := b.w.payment(intent(x), a)
	if !b.is(x, 0, b.w.Wallet.PayShare) {
		won = b.w.remittance(intent(x), a)
	}
	if have := a.bank + a.balance; have < won {
		moved := won - have
		if moved%10000 != 0 {
			moved += 10000 - moved%10000
		}
		a.bank += moved
		b.Flows[FromMain] += int64(moved)
	}
	if kind(a, i, x) != 0 {
		panic("what was moved in does not suffice")
	}
}

// is reports whether the lowest eight bits of x fall between two cumulated shares of the intents.
func (b *Block) is(x uint64, from, to float64) bool {
	cut := func(p float64) int { return int(min(p, 1)*256 + 0.5) }
	return int(x&0xff) >= cut(from) && int(x&0xff) < cut(to)
}

func paysByCard(a *account, x uint64) bool { return uint8(x>>20) < a.cardCut }
func (b *Block) tries(x uint64) bool {
	return float64(uint8(x>>36)) >= math.Round(b.w.Wallet.Awareness*256)
}

func (b *Block) plainTopup(a *account, i int, x uint64) int32 {
	c := &b.w.Wallet
	if !b.is(x, c.PayShare+c.RemitShare, c.PayShare+c.RemitShare+c.TopupShare) {
		return 0
	}
	won := a.unit
	if x>>9&1 == 1 {
		won *= 2
	}
	switch {
	case int64(a.balance)+int64(won) > int64(b.w.cap):
	case b.cutOff(i):
		b.plainFail(i, won)
	case won <= a.bank:
		a.bank -= won
		a.balance += won
		b.plainCount(i, countTopups, &b.line(i).toppedUp, won)
		b.plainNote(record.EventTopup, won)
	case b.tries(x):
		b.plainFail(i, won)
	}
	return 0
}

func (b *Block) plainPayment(a *account, i int, x uint64) int32 {
	if !b.is(x, 0, b.w.Wallet.PayShare) || paysByCard(a, x) {
		return 0
	}
	won := b.w.payment(intent(x), a)
	if won > a.balance {
		need := won - a.balance
		lift := (need + 9999) / 10000 * 10000
		if lift < a.unit {
			lift = a.unit
		}
		if lift > a.bank {
			lift = need
		}
		if lift > a.bank || b.cutOff(i) {
			return need
		}
		a.bank -= lift
		a.balance += lift
		b.plainCount(i, countTopups, &b.line(i).toppedUp, lift)
		b.plainNote(record.EventAutoTopup, lift)
	}
	a.balance -= won
	b.Flows[ToShops] += int64(won)
	b.plainCount(i, countPayments, &b.line(i).paid, won)
	b.plainNote(record.EventPayment, won)
	return 0
}

func (b *Block) plainCard(a *account, i int, x uint64) int32 {
	if !b.is(x, 0, b.w.Wallet.PayShare) || !paysByCard(a, x) {
		return 0
	}
	won := b.w.payment(intent(x), a)
	b.line(i).counts += 1 << countCard
	b.plainCount(i, countPayments, &b.line(i).paid, won)
	b.plainNote(record.EventCardPayment, won)
	return 0
}

func (b *Block) plainRemittance(a *account, i int, x uint64) int32 {
	c := &b.w.Wallet
	if !b.is(x, c.PayShare, c.PayShare+c.RemitShare) {
		return 0
	}
	won := b.w.remittance(intent(x), a)
	if won > a.balance+a.bank || won > a.balance && b.cutOff(i) {
		return won - a.balance
	}
	if won > a.balance {
		a.bank -= won - a.balance
		a.balance = won
	}
	a.balance -= won
	b.plainCount(i, countRemittances, &b.line(i).remitted, won)
	to := outside
	if float64(uint8(x>>28)) < math.Round(b.w.Wallet.FriendShare*256) {
		to = b.circle.friend(b, i, x>>44%8)
	}
	b.pass(a, i, to, won)
	return 0
}

func (b *Block) plainWithdrawal(a *account, i int, x uint64) int32 {
	c := &b.w.Wallet
	if b.is(x, c.PayShare+c.RemitShare+c.TopupShare, 2) {
		if a.balance > int32(c.WithdrawAbove) {
			b.withdraw(a, i)
		}
	}
	return 0
}

// plainCount adds one to a packed count of today, and won to an amount.
func (b *Block) plainCount(i int, count uint, amount *uint32, won int32) {
	b.line(i).counts += 1 << count
	*amount += uint32(won)
}

func (b *Block) plainNote(kind record.EventKind, won int32) {
	b.Kinds[kind]++
	b.Amounts[kind] += int64(won)
}

func (b *Block) plainFail(i int, won int32) {
	b.line(i).count(countFailed)
	b.plainNote(record.EventFailed, won)
}

// Diary returns what everybody did on the days still kept.
func (b *Block) Diary() (log [slots][BlockSize]dayLog) {
	for s := range log {
		for i := range log[s] {
			if b.written[s][i>>6]>>(i&63)&1 == 1 {
				log[s][i] = b.log[s][i]
			}
		}
	}
	return log
}
