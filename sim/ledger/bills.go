package ledger

import (
	"math"

	"overshare/sim/record"
	"overshare/sim/rng"
)

// purchasesOf takes today's purchases at the platform into bundles. Opening a bundle asks for a score.
func (b *Block) purchasesOf(obs Observer) {
	for _, p := range b.purchases[b.t] {
		i := int(p.who)
		a := &b.acc[i]
		if !b.mayBuy(a, i) {
			continue
		}
		b.spend(a, b.t)
		if b.contacts[i].bundle < 0 {
			b.openBundle(a, i, obs)
		}
		b.add(a, b.contacts[i].bundle, p.amount)
	}
}

// openBundle starts a bundle that closes after 1 to WindowDays days, and no later than the account.
func (b *Block) openBundle(a *account, i int, obs Observer) {
	k := int16(len(b.bundles))
	if n := len(b.free); n > 0 {
		k, b.free = b.free[n-1], b.free[:n-1]
	} else {
		b.bundles = append(b.bundles, bundle{})
	}
	wait := 1 + int16(rng.Below(a.stream.At(b.key(stepBundle)), uint64(b.w.Bills.WindowDays)))
	wait = min(wait, int16(min(b.All[i].Leave-b.date(b.t), math.MaxInt16))-1)
	b.bundles[k] = bundle{who: int16(i), bill: record.Bill{
		Person: b.All[i].ID, Ask: b.date(b.t), Settle: b.date(b.t + wait), Ref: -1,
	}}
	b.contacts[i].bundle = k
	if obs != nil {
		b.bundles[k].bill.Ref = obs.Ask(b, i, b.date(b.t))
	}
	b.schedule(k, b.t+wait)
	b.keep(a, i)
}

func (b *Block) schedule(k, t int16) {
	if int(t) < len(b.settle) {
		b.settle[t] = append(b.settle[t], k)
	}
}

// add puts a purchase into the open bundle, and follows what would have happened to it under item-by-item
// charging. At the ceiling the bundle closes on the spot.
func (b *Block) add(a *account, k int16, won int32) {
	u := &b.bundles[k]
	u.bill.Amount += record.Won(won)
	u.bill.Items++
	if b.itemFails(a, u, won) {
		u.bill.ItemsBad++
		u.bill.ItemsBadWn += record.Won(won)
	} else {
		u.shadow += won
	}
	if today := b.date(b.t); u.bill.Amount >= b.w.Bills.Ceiling && u.bill.Settle > today {
		u.bill.Settle = today
		b.schedule(k, b.t)
	}
}

// itemFails reports whether a purchase would have failed if it had been charged by itself, after what the
// bundle's other purchases would have taken by now. The buyer is there, so balance and linked account both
// count, whether or not automatic top-up is on; but what the balance lacks comes in units, its debit can fail,
// and a buyer who must confirm can give up.
func (b *Block) itemFails(a *account, u *bundle, won int32) bool {
	c := &b.w.Bills
	t := &b.contacts[u.who]
	if t.boughtOn != b.t {
		t.bought, t.boughtOn = 0, b.t
	}
	x := a.stream.At(b.key(stepItem + uint64(t.bought&63)))
	t.bought++
	if chance(x, 0, c.ItemAbandon) {
		return true
	}
	need := int64(won) - max(int64(a.balance)-int64(u.shadow), 0)
	if need <= 0 {
		return false
	}
	unit := int64(c.ItemUnit)
	lift := (need + unit - 1) / unit * unit
	left := int64(a.bank) - max(int64(u.shadow)-int64(a.balance), 0)
	return lift > left || chance(x, 16, c.ItemOutage) || b.cutOff(int(u.who))
}

// settlements charges the bills that are due today: first charges, then retries.
func (b *Block) settlements(obs Observer) {
	today := b.date(b.t)
	due := b.settle[b.t]
	for n := 0; n < len(due); n++ {
		k := due[n]
		u := &b.bundles[k]
		first := u.retry == 0
		if u.bill.Items == 0 || first && u.bill.Settle != today || !first && u.bill.Closed != today {
			continue // closed early, or the place was given to another bundle
		}
		i := int(u.who)
		a := &b.acc[i]
		b.active(a)
		b.spend(a, b.t)
		if first {
			b.contacts[i].bundle = -1
		}
		b.startMinute(i, minuteBill)
		cause := b.charge(a, i, u)
		switch {
		case cause == record.CauseNone:
			u.bill.Recovered = u.bill.Bounced
			a.blocked = false
			b.finish(k, obs)
		default:
			b.bounce(a, i, u, cause)
			if !b.retryLater(k) {
				b.lockOut(a, i)
				b.finish(k, obs)
			}
		}
		due = b.settle[b.t]
	}
}

// retryLater plans the next attempt to charge a bill. There is none after the last, nor once the account
// is closed.
func (b *Block) retryLater(k int16) bool {
	u := &b.bundles[k]
	if int(u.retry) >= len(b.w.Bills.RetryDays) {
		return false
	}
	day := u.bill.Settle + record.Day(b.w.Bills.RetryDays[u.retry])
	if day >= b.All[u.who].Leave {
		return false
	}
	u.retry++
	u.bill.Closed = day
	b.schedule(k, int16(day-b.w.Start))
	return true
}

// bounce notes a charge that failed. Its owner cannot buy until it is paid, or for a time after it is lost.
func (b *Block) bounce(a *account, i int, u *bundle, cause record.Cause) {
	if !u.bill.Bounced {
		u.bill.Bounced, u.bill.Cause = true, cause
		if record.Cause(a.frozenBy) == record.CauseNone && !a.drained && !a.abuser {
			b.learn(a, i)
		}
	}
	a.blocked = true
	b.contacts[i].freeOn = math.MaxInt16
}

func (b *Block) finish(k int16, obs Observer) {
	u := &b.bundles[k]
	u.bill.Closed = b.date(b.t)
	if obs != nil {
		obs.Billed(b, &u.bill)
	}
	*u = bundle{}
	b.free = append(b.free, k)
}

// charge takes a bill from the balance, then by automatic top-up, then by what the customer does when
// the payment notice comes. It returns why it failed, or CauseNone.
func (b *Block) charge(a *account, i int, u *bundle) record.Cause {
	won := int32(u.bill.Amount)
	if a.frozenBy != 0 {
		b.note(record.EventBillBounced, a, i, outside, won)
		return record.Cause(a.frozenBy)
	}
	cause := record.CauseNone
	if won > a.balance {
		cause = b.cover(a, i, won-a.balance, u.retry)
	}
	if cause != record.CauseNone {
		b.failed(a, i, won-a.balance)
		b.note(record.EventBillBounced, a, i, outside, won)
		return cause
	}
	a.balance -= won
	b.Flows[ToPlatform] += int64(won)
	l := b.line(i)
	l.counts += 1 << countPayments
	add(&l.paid, won)
	b.note(record.EventBillPaid, a, i, outside, won)
	return record.CauseNone
}

// cover brings need won into the wallet or says why it cannot. With automatic top-up the charge comes
// unannounced: its failure is the first that the customer hears of it, and only a retry can be answered.
// Without it a payment notice comes first.
func (b *Block) cover(a *account, i int, need int32, retry uint8) record.Cause {
	c := &b.w.Bills
	unit := int32(c.TopupUnit)
	lift := (need + unit - 1) / unit * unit
	x := a.stream.At(b.key(stepAttempt + uint64(retry)))
	down := b.cutOff(i)
	if a.auto && !down && !chance(x, 0, c.OutageRate) && b.topup(a, i, lift, record.EventAutoTopup) {
		return record.CauseNone
	}
	if a.auto && retry == 0 {
		return b.why(a, lift, true)
	}
	willing := float64(b.contacts[i].reminder) * c.NoticeAnswers
	if retry > 0 {
		willing *= c.RetryAnswers
	}
	answers := !a.abuser && !a.drained && chance(x, 16, willing)
	if answers && down {
		return b.why(a, need, true)
	}
	if answers && b.topup(a, i, need, record.EventTopup) {
		return record.CauseNone
	}
	if answers && a.bank < need && chance(x, 32, c.FamilyHelp) {
		b.source(a, FromSavings, int64(need-a.bank))
		b.topup(a, i, need, record.EventTopup)
		return record.CauseNone
	}
	return b.why(a, need, a.auto)
}

// why reads the cause of a failed charge off the account that was to lift it; tried says whether a debit was.
func (b *Block) why(a *account, lift int32, tried bool) record.Cause {
	switch {
	case a.abuser:
		return record.CauseAbuse
	case a.drained:
		return record.CauseTakeover
	case a.bank < lift:
		return record.CauseBank
	case tried:
		return record.CauseOutage
	}
	return record.CauseForgot
}
