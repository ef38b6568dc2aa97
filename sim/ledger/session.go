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
// bits, the draw above. The kind took the lowest eight bits of the draw.
type intent uint64

const (
	whoBits  = 9
	amountAt = 9  // ten bits: a quantile; of a top-up the lowest: one unit or two
	cardAt   = 20 // eight bits: by card?
	knowsAt  = 28 // eight bits: is a doomed top-up tried?
	giftAt   = 36 // eight bits: to another wallet?
	friendAt = 44 // three bits: whose?
	moreAt   = 56 // eight bits of a session's first draw: how many more intents?
)

func (e intent) who() int                        { return int(e & (BlockSize - 1)) }
func (e intent) quantile() uint64                { return uint64(e>>amountAt) & tableMask }
func (e intent) bits8(at uint) uint64            { return uint64(e>>at) & 0xff }
func (e intent) below(at uint, cut uint8) uint64 { return (e.bits8(at) - uint64(cut)) >> 63 } // 1 or 0

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
	further [listSize + 4]uint16 // position and number of intents after a session's first
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
	k = k&7 + k>>7&intent(x).below(cardAt, cardCut)
	at := &n.end[k&7]
	n.list[*at] = intent(x&^(1<<whoBits-1) | uint64(i))
	*at++
}

// sessions lets everybody who opens the wallet today use it.
func (b *Block) sessions() {
	if b.intents == nil {
		b.intents = new(intents)
	}
	b.intents.reset()
	b.gather()
	b.topups()
	b.payments()
	b.cards()
	b.remittances()
	b.withdrawals()
}

// gather opens the wallets of the day and draws everybody's intents.
func (b *Block) gather() {
	w, n, key, further := b.w, b.intents, b.key(stepIntent), 0
	for word, set := range b.days[b.t] {
		set &^= b.frozen[word]
		written := b.written[b.t%slots][word]
		b.written[b.t%slots][word] = written | set
		for ; set != 0; set &= set - 1 {
			bit := bits.TrailingZeros64(set)
			i := word<<6 | bit
			a, l := &b.acc[i], &b.today[i]
			keep := -(written >> (bit & 63) & 1) // nothing, where the line is an older day's
			l.counts, l.amounts = l.counts&keep|1<<laneActive, l.amounts&keep
			a.lastActive = b.t
			b.spend(a, b.t)
			if b.events != nil {
				b.startMinute(i, minuteSession)
			}
			x := a.luck.At(key)
			n.put(w, i, a.cardCut, x)
			// The numbers of the intents that follow; three are written whether they exist or not.
			more, next := int(w.more[x>>moreAt]), uint16(i<<4|1)
			f := n.further[further : further+4]
			f[0], f[1], f[2] = next, next+1, next+2
			for k := 3; k < more; k++ {
				n.further[further+k] = next + uint16(k)
			}
			further += more
		}
	}
	for _, e := range n.further[:further] {
		i := int(e >> 4)
		a := &b.acc[i&(BlockSize-1)]
		n.put(w, i, a.cardCut, a.luck.At(key+uint64(e&15)))
	}
}

// topups moves one unit or two from the linked account, unless the wallet would hold more than it may.
func (b *Block) topups() {
	for _, e := range b.intents.of(listTopup) {
		i := e.who()
		a := &b.acc[i]
		won := a.unit * int32(1+e>>amountAt&1)
		if won > b.w.cap-a.balance {
			continue
		}
		if !b.topup(a, i, won, record.EventTopup) && e.below(knowsAt, b.w.knowsCut) == 0 {
			b.failed(a, i, won)
		}
	}
}

// payments makes the payments from balances, topped up on the spot where a balance does not suffice: by the
// person's usual amount or full ten thousands, if the linked account covers that, else by what is lacking.
func (b *Block) payments() {
	w, listening := b.w, b.events != nil
	var paid, lifted, lifts, number int64
	for _, e := range b.intents.of(listPay) {
		i := e.who()
		a, l := &b.acc[i], &b.today[i]
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
			b.doomed(a, i, need, e)
			continue
		}
		topped := uint64(-int64(up)) >> 63
		a.bank -= up
		a.balance += up
		l.counts += 1<<lanePayments + topped<<laneTopups
		l.amounts += thousands(l.amounts, lanePaid, won) + thousands(l.amounts, laneToppedUp, up)
		if listening && up > 0 {
			b.emit(record.EventAutoTopup, a, i, outside, up)
		}
		a.balance -= won
		if listening {
			b.emit(record.EventPayment, a, i, outside, won)
		}
		number++
		paid += int64(won)
		lifts += int64(topped)
		lifted += int64(up)
	}
	b.Flows[ToShops] += paid
	b.sum(record.EventPayment, number, paid)
	b.sum(record.EventAutoTopup, lifts, lifted)
}

// cards makes the payments by registered card, which no wallet money touches.
func (b *Block) cards() {
	w, list, paid := b.w, b.intents.of(listCard), int64(0)
	for _, e := range list {
		i := e.who()
		a, l := &b.acc[i], &b.today[i]
		won := w.payment(e, a)
		l.counts += 1<<lanePayments + 1<<laneCard
		l.amounts += thousands(l.amounts, lanePaid, won)
		if b.events != nil {
			b.emit(record.EventCardPayment, a, i, outside, won)
		}
		paid += int64(won)
	}
	b.sum(record.EventCardPayment, int64(len(list)), paid)
}

// remittances sends money to bank accounts and to friends' wallets. What the balance lacks comes from the
// linked account in the same step, to the won. What goes to wallets is put aside, at the front of the same
// list with the amount in place of the draw's lower bits, and handed over at the end.
func (b *Block) remittances() {
	w, list, listening := b.w, b.intents.of(listRemit), b.events != nil
	var sent, number, gifts int64
	for _, e := range list {
		i := e.who()
		a, l := &b.acc[i], &b.today[i]
		won := w.remittance(e, a)
		need := max(won-a.balance, 0)
		if need > a.bank {
			b.doomed(a, i, need, e)
			continue
		}
		a.bank -= need
		a.balance += need - won
		l.counts += 1 << laneRemittances
		l.amounts += thousands(l.amounts, laneRemitted, won)
		gift := int64(e.below(giftAt, w.friendCut))
		list[gifts] = e&(7<<friendAt|BlockSize-1) | intent(won)<<whoBits
		if listening { // then at once, so that what is told adds up line by line; it makes no difference
			b.hand(list[gifts : gifts+gift])
			if gift == 0 {
				b.emit(record.EventRemitOutside, a, i, outside, won)
			}
		}
		gifts += gift
		number += 1 - gift
		sent += int64(won) &^ -gift
	}
	b.Flows[ToOutside] += sent
	b.sum(record.EventRemitOutside, number, sent)
	if !listening {
		b.hand(list[:gifts])
	}
}

// hand gives remittances to friends.
func (b *Block) hand(gifts []intent) {
	for _, g := range gifts {
		i, won := g.who(), int32(g>>whoBits&(1<<(friendAt-whoBits)-1))
		b.pass(&b.acc[i], i, b.circle.friend(b, i, uint64(g>>friendAt)), won)
	}
}

// withdrawals sends balances above the configured amount back to the linked account.
func (b *Block) withdrawals() {
	for _, e := range b.intents.of(listWithdraw) {
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
	b.line(i).counts += 1 << laneWithdrawals
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

// doomed records that need could not be lifted, unless the person knew that and did not even try.
func (b *Block) doomed(a *account, i int, need int32, e intent) {
	if e.below(knowsAt, b.w.knowsCut) == 0 {
		b.failed(a, i, need)
	}
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
func (b *Block) active(a *account, i int) {
	a.lastActive = b.t
	b.line(i).counts |= 1 << laneActive
}

// send moves won from i to position to (or outside) outside any session, and reports whether there was enough.
func (b *Block) send(a *account, i, to int, won int32) bool {
	need := max(won-a.balance, 0)
	if need > a.bank {
		b.doomed(a, i, need, intent(a.luck.At(b.key(stepKnows))))
		return false
	}
	a.bank -= need
	a.balance += need - won
	l := b.line(i)
	l.counts += 1 << laneRemittances
	l.amounts += thousands(l.amounts, laneRemitted, won)
	b.pass(a, i, to, won)
	return true
}

// pass hands a remittance of won that has left the balance of i to position to (or outside).
func (b *Block) pass(a *account, i, to int, won int32) {
	if to == outside || !b.stay[to].covers(b.t) || b.acc[to].pending > Most {
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
	b.line(to).count(laneReceived)
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
		b.emitReceived(from, to, won)
	}
}

// failed records a top-up or debit that failed for lack of funds.
func (b *Block) failed(a *account, i int, won int32) {
	b.line(i).count(laneFailed)
	b.note(record.EventFailed, a, i, outside, won)
}
