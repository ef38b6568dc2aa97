package ledger

import "overshare/sim/record"

// payments makes the payments from balances, topped up on the spot where a balance does not suffice: by the
// person's usual amount or full ten thousands, if the linked account covers that, else by what is lacking.
// It returns what was topped up and paid.
func (b *Block) payments(list []intent) (lifted, paid int64) {
	n := b.intents
	doomed, lifts, lifted, paid := n.pay(b.w, &b.acc, b.today, list)
	b.Flows[ToShops] += paid
	b.sum(record.EventPayment, int64(len(list)-doomed), paid)
	b.sum(record.EventAutoTopup, lifts, lifted)
	b.giveUp(n.doomed[:doomed])
	return lifted, paid
}

// pay makes the payments. It returns how many cannot be made, now in n.doomed and n.whole, the number of
// top-ups and what they lifted, and what was paid. There is no call in the loop and little that it needs: it
// lives in registers. lift has the won in its lowest 48 bits, which a day of a block does not fill, and the
// number above.
func (n *intents) pay(
	w *World, accounts *[BlockSize]account, today *[BlockSize]dayLog, list []intent,
) (doomed int, lifts, lifted, paid int64) {
	_, _, _ = accounts[0], today[0], w.pay[0]
	lift := uint64(0)
	for _, e := range list {
		a := &accounts[e.who()]
		won := w.payment(e, a)
		need := max(won-a.balance, 0)
		up := max(a.unit, ceil10k(need))
		if up > a.bank {
			up = need
		}
		if need == 0 {
			up = 0
		}
		if up > a.bank {
			n.doom(doomed, e, need)
			doomed++
			continue
		}
		a.bank -= up
		a.balance += up - won
		topped := uint64(-int64(up)) >> 63
		l := &today[e.who()]
		l.counts += 1<<countPayments + topped<<countTopups
		l.paid += uint32(won)
		l.toppedUp += uint32(up)
		paid += int64(won)
		lift += uint64(uint32(up)) | topped<<48
	}
	return doomed, int64(lift >> 48), int64(lift & (1<<48 - 1)), paid
}

// doom notes that what e lacks is not there, as number k of those of today.
func (n *intents) doom(k int, e intent, need int32) {
	n.doomed[k&(listSize-1)] = e.with(need)
	n.whole[k&(listSize-1)] = e
}

// giveUp records what could not be lifted, unless the person knew that and did not even try: nobody knows of an
// outage. Owners of second accounts who transfer what is lacking try again, unless they are cut off.
func (b *Block) giveUp(doomed []intent) {
	n, w := b.intents, b.w
	for k, e := range doomed {
		a := &b.acc[e.who()]
		cut := flag(b.cut.has(e.who()))
		again := flag(a.secondary) & int32(e.below(moveInAt, w.moveInCut)) &^ cut
		switch tried := 1 - int32(e.below(knowsAt, w.knowsCut)) | cut; {
		case again|tried == 0: // mostly, and one question for three answers that cannot be foreseen
		case again == 1:
			n.again = append(n.again, n.whole[k])
		default:
			b.failed(a, e.who(), e.won())
		}
	}
}

// again tries once more what second accounts did not cover, one at a time: what is lacking comes from the main
// account first, in full ten thousands.
func (b *Block) again(amount func(intent, *account) int32, try func([]intent)) {
	n := b.intents
	for k, e := range n.again {
		a := &b.acc[e.who()]
		if short := amount(e, a) - a.balance - a.bank; short > 0 {
			b.source(a, FromMain, int64(ceil10k(short)))
		}
		try(n.again[k : k+1])
	}
	n.again = n.again[:0]
}

// cards makes the payments by registered card, which no wallet money touches, and returns their sum.
func (b *Block) cards(list []intent) (paid int64) {
	paid = chargeCards(b.w, &b.acc, b.today, list)
	b.sum(record.EventCardPayment, int64(len(list)), paid)
	return paid
}

// chargeCards writes down payments by card, and returns their sum.
func chargeCards(w *World, accounts *[BlockSize]account, today *[BlockSize]dayLog, list []intent) (paid int64) {
	_, _, _ = accounts[0], today[0], w.pay[0]
	for _, e := range list {
		won := w.payment(e, &accounts[e.who()])
		l := &today[e.who()]
		l.counts += 1<<countPayments + 1<<countCard
		l.paid += uint32(won)
		paid += int64(won)
	}
	return paid
}

// remittances sends money to bank accounts and to friends' wallets. What the balance lacks comes from the
// linked account in the same step, to the won. What goes to wallets is put aside, at the front of the same
// list, and handed over at the end. It returns what went to bank accounts.
func (b *Block) remittances(list []intent) (sent int64) {
	n := b.intents
	doomed, gifts, sent := n.remit(b.w, &b.acc, b.today, list)
	b.Flows[ToOutside] += sent
	b.sum(record.EventRemitOutside, int64(len(list)-doomed-gifts), sent)
	b.giveUp(n.doomed[:doomed])
	b.hand(list[:gifts])
	return sent
}

// remit takes remittances from accounts. It returns how many cannot be made, as pay does, the number of those
// to friends, which it puts at the front of the list, and what goes to bank accounts.
func (n *intents) remit(
	w *World, accounts *[BlockSize]account, today *[BlockSize]dayLog, list []intent,
) (doomed, gifts int, sent int64) {
	_, _, _ = accounts[0], today[0], w.remit[0]
	for _, e := range list {
		a := &accounts[e.who()]
		won := w.remittance(e, a)
		need := max(won-a.balance, 0)
		if need > a.bank {
			n.doom(doomed, e, need)
			doomed++
			continue
		}
		a.bank -= need
		a.balance += need - won
		l := &today[e.who()]
		l.counts += 1 << countRemittances
		l.remitted += uint32(won)
		gift := int(e.below(giftAt, w.friendCut))
		list[gifts] = e.with(won)
		gifts += gift
		sent += int64(won) &^ -int64(gift)
	}
	return doomed, gifts, sent
}

// hand gives remittances to friends.
func (b *Block) hand(gifts []intent) {
	to := &b.intents.to
	if b.events == nil && b.w.Wallet.ScopeMixing {
		b.circle.friends(&b.stay, b.w.homophily, b.t, gifts, to)
	} else {
		for k := range gifts {
			to[k] = outside
		}
	}
	for from := 0; from < len(gifts); from++ { // up to those that must be looked at one by one
		if from += b.receiveAll(gifts[from:], to[from:]); from < len(gifts) {
			g := gifts[from]
			b.pass(&b.acc[g.who()], g.who(), b.circle.friend(b, g.who(), g.friend()), g.won())
		}
	}
}

// receiveAll does what [Block.pass] does for gifts to those in to, all of whom have an account, up to the first whose
// receiver is outside or has received too much today, and returns how many that are.
func (b *Block) receiveAll(gifts []intent, to []int16) (number int) {
	today, fresh, received, sum := b.today, b.fresh, &b.credits, int64(0)
	_, _, to = today[0], fresh[0], to[:len(gifts)]
	for k, g := range gifts {
		f := to[k]
		who := int(f) & (BlockSize - 1)
		r, s, l := &b.contacts[who], &b.contacts[g.who()], &today[who]
		if f < 0 || r.pending > Most {
			break
		}
		written := -(fresh[who>>6] >> (who & 63) & 1) // all ones if the line is today's; whether it is cannot be foreseen
		fresh[who>>6] |= 1 << (who & 63)
		l.counts, l.paid = l.counts&written, l.paid&uint32(written)
		l.toppedUp, l.remitted = l.toppedUp&uint32(written), l.remitted&uint32(written)
		l.count(countReceived)
		received.add(who, r.pending == 0)
		r.pending += g.won()
		r.hasReceived(g.who(), b.t)
		s.hasSent(who, b.t)
		number++
		sum += int64(g.won())
	}
	b.sum(record.EventRemitFriend, int64(number), sum)
	return number
}

// tellPayments makes payments one at a time and tells of each.
func (b *Block) tellPayments(list []intent) {
	for k, e := range list {
		lifted, paid := b.payments(list[k : k+1])
		if i, a := e.who(), &b.acc[e.who()]; paid > 0 {
			if lifted > 0 {
				a.balance += int32(paid) // as it stood in between
				b.emit(record.EventAutoTopup, a, i, outside, int32(lifted))
				a.balance -= int32(paid)
			}
			b.emit(record.EventPayment, a, i, outside, int32(paid))
		}
	}
}

// tellCards makes payments by card one at a time and tells of each.
func (b *Block) tellCards(list []intent) {
	for k, e := range list {
		b.emit(record.EventCardPayment, &b.acc[e.who()], e.who(), outside, int32(b.cards(list[k:k+1])))
	}
}

// tellRemittances makes remittances one at a time and tells of each.
func (b *Block) tellRemittances(list []intent) {
	for k, e := range list {
		if sent := b.remittances(list[k : k+1]); sent > 0 {
			b.emit(record.EventRemitOutside, &b.acc[e.who()], e.who(), outside, int32(sent))
		}
	}
}
