package ledger

import (
	"math/bits"

	"overshare/sim/record"
)

// How a day of sessions is computed
//
// A session is one intent or more. What comes next in a wallet cannot be foreseen, by a processor as little
// as by anybody, and a wrong guess costs a processor as much as twenty additions. So nothing here asks what
// kind of intent it has in hand: all intents of the day are drawn, then put on a list for each kind, and each
// list is gone through by a loop without choices. Quantities that may be absent are 0 and booked all the same.
//
// That makes a rule of the world: whatever somebody does in one day is settled kind by kind, top-ups first,
// then payments from the balance, payments by card, remittances, and withdrawals of what is left. Money from
// other wallets arrives at night, so people do not meet within a day and their order does not matter.

// outside stands for a counterparty that is not in the block.
const outside = -1

// An intent is one thing that somebody wants to do, in one word: the person's position in the lowest nine
// bits, the draw above. The kind took the lowest eight bits of the draw. Once a payment or a remittance is
// computed, its amount takes the place of everything below [knowsAt].
type intent uint64

const (
	whoBits  = 9
	amountAt = 9  // ten bits: a quantile; of a top-up the lowest: one unit or two
	cardAt   = 20 // eight bits: by card?
	giftAt   = 28 // eight bits: to another wallet?
	knowsAt  = 36 // eight bits: is a doomed payment, remittance or top-up tried?
	friendAt = 44 // three bits: whose?
	moveInAt = 47 // eight bits: does the owner of a second account transfer what is lacking?
	moreAt   = 56 // eight bits of a session's first draw: how many more intents?
)

func (e intent) who() int                         { return int(e & (BlockSize - 1)) }
func (e intent) quantile() uint64                 { return uint64(e>>amountAt) & tableMask }
func (e intent) below(at uint, cut uint16) uint64 { return (uint64(e>>at)&0xff - uint64(cut)) >> 63 } // 1 or 0
func (e intent) with(won int32) intent {
	return e&^(1<<knowsAt-BlockSize) | intent(won)<<whoBits
}
func (e intent) won() int32 { return int32(e & (1<<knowsAt - 1) >> whoBits) }

// The lists of a day. A card payment is a payment that became one by its owner's cut.
const (
	listPay = iota
	listCard
	listRemit
	listTopup
	listWithdraw
	numLists
	mayBeCard = 1 << 7 // mark on the kind of a payment
)

// A session has at most this many intents.
const mostIntents = 16

const listSize = BlockSize * mostIntents

// intents are the lists of a day, one behind the other, and where each ends.
type intents struct {
	list    [numLists * listSize]intent
	end     [8]int
	open    [BlockSize]uint16    // who has a session today
	further [listSize + 4]uint16 // position and number of intents after a session's first
	doomed  [listSize]intent     // what is lacking of payments or remittances that fail
	whole   [listSize]intent     // those payments and remittances
	again   []intent             // those that are tried again
}

func (n *intents) reset() {
	for k := range numLists {
		n.end[k] = k * listSize
	}
}

// of returns the list of a kind.
func (n *intents) of(kind int) []intent { return n.list[kind*listSize : n.end[kind]] }

// put sorts the draw x of the person at position i into the list of its kind.
func (n *intents) put(w *World, i int, cardCut uint8, x uint64) {
	k := uint64(w.kind[uint8(x)])
	k = k&7 + k>>7&intent(x).below(cardAt, uint16(cardCut))
	at := &n.end[k&7]
	n.list[*at] = intent(x&^(1<<whoBits-1) | uint64(i))
	*at++
}

// sessions lets everybody who opens the wallet today use it.
func (b *Block) sessions() {
	if b.intents == nil {
		b.intents = new(intents)
	}
	n := b.intents
	n.reset()
	open := b.openWallets()
	b.draw(open)
	b.hide(open)
	b.topups(n.of(listTopup))
	if b.events != nil {
		b.tellPayments(n.of(listPay))
		b.again(b.w.payment, b.tellPayments)
		b.tellCards(n.of(listCard))
		b.tellRemittances(n.of(listRemit))
		b.again(b.w.remittance, b.tellRemittances)
	} else {
		b.payments(n.of(listPay))
		b.again(b.w.payment, func(list []intent) { b.payments(list) })
		b.cards(n.of(listCard))
		b.remittances(n.of(listRemit))
		b.again(b.w.remittance, func(list []intent) { b.remittances(list) })
	}
	b.unhide()
	b.withdrawals(n.of(listWithdraw))
}

// openWallets opens the wallets of the day and settles the linked accounts of their owners.
func (b *Block) openWallets() []uint16 {
	open, today, number := &b.intents.open, b.today, 0
	for k := range b.frozen {
		set, written := b.opening(k)&^b.frozen[k], b.fresh[k]
		b.fresh[k] = written | set
		for ; set != 0; set &= set - 1 {
			bit := bits.TrailingZeros64(set)
			if written>>(bit&63)&1 == 0 { // mostly: the line is an older day's
				today[(k<<6|bit)&(BlockSize-1)] = dayLog{}
			}
			open[number&(BlockSize-1)] = uint16(k<<6 | bit)
			number++
		}
	}
	accounts, t := &b.acc, b.t
	for _, i := range open[:number] {
		a := &accounts[i&(BlockSize-1)]
		a.lastActive = t
		b.spend(a, t)
	}
	if b.events != nil {
		for _, i := range open[:number] {
			b.startMinute(int(i), minuteSession)
		}
	}
	return open[:number]
}

// draw draws the intents of everybody who opens the wallet today. How many there are is in a session's first
// draw; the numbers of those that follow are written down, three of them whether they exist or not.
func (b *Block) draw(open []uint16) {
	w, n, key, number := b.w, b.intents, b.key(stepIntent), 0
	for _, i := range open {
		a := &b.acc[i&(BlockSize-1)]
		x := a.stream.At(key)
		n.put(w, int(i), a.cardCut, x)
		more, next := int(w.more[x>>moreAt]), i<<4|1
		f := n.further[number : number+4]
		f[0], f[1], f[2] = next, next+1, next+2
		for k := 3; k < more; k++ {
			n.further[number+k] = next + uint16(k)
		}
		number += more
	}
	for _, e := range n.further[:number] {
		i := int(e>>4) & (BlockSize - 1)
		a := &b.acc[i]
		n.put(w, i, a.cardCut, a.stream.At(key+uint64(e&15)))
	}
}

// topups moves one unit or two from the linked account, unless the wallet would hold more than it may.
func (b *Block) topups(list []intent) {
	for _, e := range list {
		i := e.who()
		a := &b.acc[i]
		won := a.unit * int32(1+e>>amountAt&1)
		if won > b.w.cap-a.balance {
			continue
		}
		if !b.topup(a, i, won, record.EventTopup) && (b.cut.has(i) || e.below(knowsAt, b.w.knowsCut) == 0) {
			b.failed(a, i, won)
		}
	}
}

// payments makes the payments from balances, topped up on the spot where a balance does not suffice: by the
// person's usual amount or full ten thousands, if the linked account covers that, else by what is lacking.
// It returns what was topped up and paid. There is no call in the loop: it lives in registers.
func (b *Block) payments(list []intent) (lifted, paid int64) {
	w, today, doomed, whole := b.w, b.today, b.intents.doomed[:0], &b.intents.whole
	var lifts int64
	for _, e := range list {
		a, l := &b.acc[e.who()], &today[e.who()]
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
			doomed = doomed[:len(doomed)+1]
			doomed[len(doomed)-1] = e.with(need)
			whole[len(doomed)-1] = e
			continue
		}
		topped := uint64(-int64(up)) >> 63
		a.bank -= up
		a.balance += up - won
		l.counts += 1<<countPayments + topped<<countTopups
		l.paid += uint32(won)
		l.toppedUp += uint32(up)
		paid += int64(won)
		lifts += int64(topped)
		lifted += int64(up)
	}
	b.Flows[ToShops] += paid
	b.sum(record.EventPayment, int64(len(list)-len(doomed)), paid)
	b.sum(record.EventAutoTopup, lifts, lifted)
	b.giveUp(doomed)
	return lifted, paid
}

// giveUp records what could not be lifted, unless the person knew that and did not even try: nobody knows of an
// outage. Owners of second accounts who transfer what is lacking try again, unless they are cut off.
func (b *Block) giveUp(doomed []intent) {
	n := b.intents
	for k, e := range doomed {
		if b.cut.has(e.who()) {
			b.failed(&b.acc[e.who()], e.who(), e.won())
			continue
		}
		if b.acc[e.who()].secondary && e.below(moveInAt, b.w.moveInCut) == 1 {
			n.again = append(n.again, n.whole[k])
			continue
		}
		if e.below(knowsAt, b.w.knowsCut) == 0 {
			b.failed(&b.acc[e.who()], e.who(), e.won())
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
	w, today := b.w, b.today
	for _, e := range list {
		a, l := &b.acc[e.who()], &today[e.who()]
		won := w.payment(e, a)
		l.counts += 1<<countPayments + 1<<countCard
		l.paid += uint32(won)
		paid += int64(won)
	}
	b.sum(record.EventCardPayment, int64(len(list)), paid)
	return paid
}

// remittances sends money to bank accounts and to friends' wallets. What the balance lacks comes from the
// linked account in the same step, to the won. What goes to wallets is put aside, at the front of the same
// list, and handed over at the end. It returns what went to bank accounts.
func (b *Block) remittances(list []intent) (sent int64) {
	w, today, doomed, whole, gifts := b.w, b.today, b.intents.doomed[:0], &b.intents.whole, 0
	for _, e := range list {
		a, l := &b.acc[e.who()], &today[e.who()]
		won := w.remittance(e, a)
		need := max(won-a.balance, 0)
		if need > a.bank {
			doomed = doomed[:len(doomed)+1]
			doomed[len(doomed)-1] = e.with(need)
			whole[len(doomed)-1] = e
			continue
		}
		a.bank -= need
		a.balance += need - won
		l.counts += 1 << countRemittances
		l.remitted += uint32(won)
		gift := int(e.below(giftAt, w.friendCut))
		list[gifts] = e.with(won)
		gifts += gift
		sent += int64(won) &^ -int64(gift)
	}
	b.Flows[ToOutside] += sent
	b.sum(record.EventRemitOutside, int64(len(list)-len(doomed)-gifts), sent)
	b.giveUp(doomed)
	b.hand(list[:gifts])
	return sent
}

// hand gives remittances to friends.
func (b *Block) hand(gifts []intent) {
	var number, won int64
	for _, g := range gifts {
		i := g.who()
		to := b.circle.friend(b, i, uint64(g>>friendAt))
		if b.events != nil || !b.reachable(to) {
			b.pass(&b.acc[i], i, to, g.won())
			continue
		}
		b.receive(i, to, g.won())
		number++
		won += int64(g.won())
	}
	b.sum(record.EventRemitFriend, number, won)
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

// withdrawals sends balances above the configured amount back to the linked account.
func (b *Block) withdrawals(list []intent) {
	for _, e := range list {
		i := e.who()
		a := &b.acc[i]
		if a.balance > b.w.withdrawAbove {
			b.withdraw(a, i)
		}
	}
}

// withdraw sends the whole balance to the linked account.
func (b *Block) withdraw(a *account, i int) {
	won := a.balance
	a.balance = 0
	b.deposit(a, int64(won))
	b.line(i).counts += 1 << countWithdrawals
	b.note(record.EventWithdrawal, a, i, outside, won)
}

// ceil10k rounds up to full ten thousands.
func ceil10k(won int32) int32 { return int32((uint32(won) + 9999) / 10_000 * 10_000) }

// payment returns the amount of a payment: full tens, at least one.
func (w *World) payment(e intent, a *account) int32 {
	tens := uint64(w.pay[e.quantile()]) * uint64(a.payScale) >> (payShift + scaleShift)
	return int32(tens*10 + 10)
}

// remittance returns the amount of a remittance: full thousands, at least one, and full five thousands above
// twenty.
func (w *World) remittance(e intent, a *account) int32 {
	n := uint32(uint64(w.remit[e.quantile()])*uint64(a.payScale)>>(remitShift+scaleShift)) + 1
	if fives := n / 5 * 5; n > 20 {
		n = fives
	}
	return int32(n * 1000)
}

// note records an event that has happened.
func (b *Block) note(kind record.EventKind, a *account, i, other int, won int32) {
	b.sum(kind, 1, int64(won))
	if b.events != nil {
		b.emit(kind, a, i, other, won)
	}
}

// sum counts events of a kind and their won.
func (b *Block) sum(kind record.EventKind, number, won int64) {
	b.Kinds[kind] += number
	b.Amounts[kind] += won
}

// active marks that i did something today.
func (b *Block) active(a *account) { a.lastActive = b.t }

// send moves won from i to position to (or outside) outside any session, and reports whether there was enough.
func (b *Block) send(a *account, i, to int, won int32) bool {
	need := max(won-a.balance, 0)
	cut := need > 0 && b.cutOff(i)
	if cut || need > a.bank {
		if cut || intent(a.stream.At(b.key(stepKnows))).below(knowsAt, b.w.knowsCut) == 0 {
			b.failed(a, i, need)
		}
		return false
	}
	a.bank -= need
	a.balance += need - won
	l := b.line(i)
	l.counts += 1 << countRemittances
	add(&l.remitted, won)
	b.pass(a, i, to, won)
	return true
}

// pass hands a remittance of won that has left the balance of i to position to (or outside).
func (b *Block) pass(a *account, i, to int, won int32) {
	if !b.reachable(to) {
		b.Flows[ToOutside] += int64(won)
		b.note(record.EventRemitOutside, a, i, outside, won)
		return
	}
	b.note(record.EventRemitFriend, a, i, to, won)
	b.receive(i, to, won)
}

// reachable reports whether somebody can be sent money today.
func (b *Block) reachable(to int) bool {
	return to != outside && b.stay[to].covers(b.t) && b.acc[to].pending <= Most
}

// receive credits position to; the money arrives at night, so that nobody gains by a low number.
func (b *Block) receive(from, to int, won int32) {
	o := &b.acc[to]
	b.line(to).count(countReceived)
	if o.pending == 0 {
		b.credits = append(b.credits, int16(to))
	}
	o.pending += won
	r := &b.contacts[to]
	r.receivedFrom[r.receivedN%recent] = edge{int16(from), b.t}
	r.receivedN = r.receivedN + 1 | r.receivedN&recent // once 8 or more, never below 8 again
	s := &b.contacts[from]
	s.sentTo[s.sentN%uint8(len(s.sentTo))] = edge{int16(to), b.t}
	s.sentN = s.sentN + 1 | s.sentN&uint8(len(s.sentTo))
	if b.events != nil {
		b.emitReceived(from, to, won)
	}
}

// failed records a top-up or debit that failed, for whatever reason.
func (b *Block) failed(a *account, i int, won int32) {
	b.line(i).count(countFailed)
	b.note(record.EventFailed, a, i, outside, won)
}
