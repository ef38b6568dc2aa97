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
	b.startMinute(i, minuteSession)
	for k := key; k <= key+uint64(more); k++ {
		b.intent(a, i, a.luck.At(k+1))
	}
}

// withdraw sends the whole balance to the linked account.
func (b *Block) withdraw(a *account, i int) {
	won := a.balance
	a.balance = 0
	b.deposit(a, int64(won))
	b.today[i].counts += 1 << laneWithdrawals
	b.note(record.EventWithdrawal, a, i, outside, won)
}

// intent does one thing: a payment, a remittance, a top-up, unless the wallet would hold more than it may,
// or a withdrawal.
func (b *Block) intent(a *account, i int, x uint64) {
	w := b.w
	switch kind := uint8(x); {
	case kind < w.remitCut:
		b.spendOn(a, i, x, (uint64(kind)-uint64(w.payCut))>>63^1)
	case kind < w.topupCut:
		won := a.unit * int32(1+x>>8&1)
		if won > w.cap-a.balance {
			return
		}
		if !b.topup(a, i, won, record.EventTopup) && !b.knows(x) {
			b.failed(a, i, won)
		}
	case a.balance > int32(w.Wallet.WithdrawAbove):
		b.withdraw(a, i)
	}
}

// spendOn makes a payment (remit 0) or a remittance (remit 1). The two are one path of arithmetic: which
// of them comes next cannot be foreseen, and a processor that guesses wrong loses more time than both take.
//
// A payment goes to a shop, by registered card, which no wallet money touches, or from the balance, topped
// up on the spot when it does not suffice. A remittance goes to a friend's wallet or to a bank account;
// what the balance lacks comes from the linked account in the same step, to the won.
func (b *Block) spendOn(a *account, i int, x, remit uint64) {
	won := roundAmount(int32(b.w.amounts[remit][x>>8&tableMask]*a.payScale), remit)
	card := (x>>20&0xff - uint64(a.cardCut)) >> 63 &^ remit // 1 when paid by card
	own := won * int32(1-card)
	if need := own - a.balance; need > 0 && !b.lift(a, i, need, x, remit) {
		return
	}
	a.balance -= own
	if remit == 1 && uint8(x>>36) < b.w.friendCut {
		b.give(a, i, b.circle.friend(b, i, x>>44&7), won)
		return
	}
	l := &b.today[i]
	l.counts += 1<<(laneRemittances*remit) + card<<laneCard
	l.amount(uint(laneRemitted*remit), won)
	b.Flows[ToShops+Flow(remit)] += int64(own)
	b.note(record.EventPayment+record.EventKind(card|remit<<1), a, i, outside, won)
}

// roundAmount gives amounts the ends that people give them: payments full tens, remittances thousands, and
// five thousands above twenty.
func roundAmount(won int32, remit uint64) int32 {
	tens, thousands := won/10*10+10, won/1000*1000+1000
	if fives := thousands / 5000 * 5000; thousands > 20_000 {
		thousands = fives
	}
	if remit == 1 {
		return thousands
	}
	return tens
}

// lift brings need won from the linked account for a payment, by a top-up of the person's usual amount if
// that is covered, or for a remittance, of which it is a part. It reports whether there was enough.
func (b *Block) lift(a *account, i int, need int32, x, remit uint64) bool {
	won := max(a.unit, (need+9999)/10_000*10_000)
	if remit == 1 || won > a.bank {
		won = need
	}
	if won > a.bank {
		if !b.knows(x) {
			b.failed(a, i, need)
		}
		return false
	}
	a.bank -= won
	a.balance += won
	if remit == 0 {
		b.toppedUp(a, i, won, record.EventAutoTopup)
	}
	return true
}

// send moves won from i to position to (or outside), and reports whether there was enough.
func (b *Block) send(a *account, i, to int, won int32) bool {
	if short := won - a.balance; short > 0 && !b.lift(a, i, short, a.luck.At(b.key(stepKnows)), 1) {
		return false
	}
	a.balance -= won
	b.give(a, i, to, won)
	return true
}

// give books a remittance of won that has left the balance of i.
func (b *Block) give(a *account, i, to int, won int32) {
	l := &b.today[i]
	l.counts += 1 << laneRemittances
	l.amount(laneRemitted, won)
	if to == outside || !b.All[to].Live(b.date(b.t)) || b.acc[to].pending > Most {
		b.Flows[ToOutside] += int64(won)
		b.note(record.EventRemitOutside, a, i, outside, won)
		return
	}
	b.note(record.EventRemitFriend, a, i, to, won)
	b.receive(i, to, won)
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
