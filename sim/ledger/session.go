package ledger

import "overshare/sim/record"

// outside stands for a counterparty that is not in the block.
const outside = -1

// note records an event that has happened.
func (b *Block) note(kind record.EventKind, a *account, i, other int, won int32) {
	b.Kinds[kind]++
	b.Amounts[kind] += int64(won)
	if b.events != nil {
		b.emit(kind, a, i, other, won)
	}
}

// active marks that i did something today.
func (b *Block) active(a *account, i int) {
	if a.lastActive != b.t {
		a.lastActive = b.t
		b.today[i].count(laneActive)
	}
}

// session lets i use the wallet: one intent or more.
func (b *Block) session(i int) {
	a := &b.acc[i]
	if a.frozenBy != 0 {
		return
	}
	b.active(a, i)
	b.advance(a, i, b.t)
	key := b.key(stepIntent)
	more := b.w.more[a.luck.At(key)&0xff]
	if b.events != nil {
		b.startMinute(i)
	}
	for k := key; k <= key+uint64(more); k++ {
		b.intent(a, i, a.luck.At(k+1))
	}
}

// intent does one thing: a payment, a remittance, a top-up or a withdrawal.
func (b *Block) intent(a *account, i int, x uint64) {
	w := b.w
	switch kind := uint8(x); {
	case kind < w.payCut:
		b.payment(a, i, x)
	case kind < w.remitCut:
		b.remittance(a, i, x)
	case kind < w.topupCut:
		won := a.unit * int32(1+x>>8&1)
		if !b.topup(a, i, won, record.EventTopup) && !b.knows(x) {
			b.failed(a, i, won)
		}
	case a.balance > int32(w.Wallet.WithdrawAbove):
		won := a.balance
		a.balance = 0
		a.bank += won
		b.today[i].count(laneWithdrawals)
		b.note(record.EventWithdrawal, a, i, outside, won)
	}
}

// payment pays a shop: by registered card, which no wallet money touches, or from the balance, topped up
// on the spot when it does not suffice.
func (b *Block) payment(a *account, i int, x uint64) {
	won := int32(b.w.pay[x>>8&tableMask]*a.payScale)/10*10 + 10
	card := (x>>20&0xff - uint64(a.cardCut)) >> 63 // 1 when paid by card
	own := won * int32(1-card)
	if need := own - a.balance; need > 0 {
		if need > a.bank && b.knows(x) {
			return
		}
		lift := (need + a.unit - 1) / a.unit * a.unit
		if !b.topup(a, i, lift, record.EventAutoTopup) && !b.topup(a, i, need, record.EventAutoTopup) {
			b.failed(a, i, need)
			return
		}
	}
	a.balance -= own
	b.Flows[ToShops] += int64(own)
	l := &b.today[i]
	l.count(lanePayments)
	if l.counts>>laneCard&0xff < countCap {
		l.counts += card << laneCard
	}
	l.amount(lanePaid, won)
	b.note(record.EventPayment+record.EventKind(card), a, i, outside, won)
}

// remittance sends money to a friend's wallet or to a bank account. What the balance lacks comes from
// the linked account in the same step, to the won.
func (b *Block) remittance(a *account, i int, x uint64) {
	won := int32(b.w.remit[x>>8&tableMask]*a.payScale)/1000*1000 + 1000
	if won > 20_000 {
		won = won / 5000 * 5000
	}
	to := outside
	if uint8(x>>20) < b.w.friendCut {
		to = b.circle.friend(b, i, x>>28&7)
	}
	b.send(a, i, to, won)
}

// send moves won from i to position to (or outside), and reports whether there was enough.
func (b *Block) send(a *account, i, to int, won int32) bool {
	if short := won - a.balance; short > 0 {
		if a.bank < short {
			if !b.knows(uint64(a.luck.At(b.key(stepKnows)))) {
				b.failed(a, i, short)
			}
			return false
		}
		a.bank -= short
		a.balance += short
	}
	a.balance -= won
	b.today[i].count(laneRemittances)
	b.today[i].amount(laneRemitted, won)
	if to == outside || !b.All[to].Live(b.date(b.t)) {
		b.Flows[ToOutside] += int64(won)
		b.note(record.EventRemitOutside, a, i, outside, won)
		return true
	}
	b.note(record.EventRemitFriend, a, i, to, won)
	b.receive(i, to, won)
	return true
}

// receive credits position to; the money arrives at night, so that nobody gains by a low number.
func (b *Block) receive(from, to int, won int32) {
	o := &b.acc[to]
	b.today[to].count(laneReceived)
	if o.pending == 0 {
		b.credits = append(b.credits, int16(to))
	}
	o.pending += won
	r := &b.ties[to]
	r.receivedFrom[r.receivedN%recent] = edge{int16(from), b.t}
	r.receivedN = r.receivedN + 1 | r.receivedN&recent // once 8 or more, never below 8 again
	s := &b.ties[from]
	s.sentTo[s.sentN%uint8(len(s.sentTo))] = edge{int16(to), b.t}
	s.sentN = s.sentN + 1 | s.sentN&uint8(len(s.sentTo))
	if b.events != nil {
		b.emit(record.EventReceived, o, to, from, won)
	}
}

// knows reports whether somebody whose linked account is short knows it and does not even try.
func (b *Block) knows(x uint64) bool { return uint8(x>>40) < b.w.knowsCut }

// failed records a top-up or debit that failed for lack of funds.
func (b *Block) failed(a *account, i int, won int32) {
	b.today[i].count(laneFailed)
	b.note(record.EventFailed, a, i, outside, won)
}
