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
func (e intent) friend() uint64                   { return uint64(e>>friendAt) & 7 }
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
)

// byCard is added to the lowest eight bits of an intent whose owner would pay by card, in World.list.
const byCard = 1 << 8

// A session has at most this many intents.
const mostIntents = 16

const listSize = BlockSize * mostIntents

// What is done to all on a list stands in functions of their own that need little and call nothing (drawFirst, pay,
// settle and the like, some kept from being inlined): so a compiler keeps in registers what the loop needs.

// intents are the lists of a day, one behind the other, and where each ends. The sizes are those of the numbers that
// are looked up, not of the lists: so no look-up needs a check.
type intents struct {
	list    [1 << 16]intent      // list k from k·listSize on
	end     [1 << 8]int          // by list
	open    [BlockSize]uint16    // who has a session today
	further [listSize + 4]uint16 // position and number of intents after a session's first
	doomed  [listSize]intent     // what is lacking of payments or remittances that fail
	whole   [listSize]intent     // those payments and remittances
	again   []intent             // those that are tried again
	to      [listSize]int16      // to whom remittances to friends go
}

func (n *intents) reset() {
	for k := range numLists {
		n.end[k] = k * listSize
	}
}

// of returns the list of a kind.
func (n *intents) of(kind int) []intent { return n.list[kind*listSize : n.end[kind]] }

// put sorts the draw x of the person at position i into the list of its kind.
func (n *intents) put(w *World, i uint16, cardCut uint8, x uint64) {
	card := (x>>cardAt&0xff - uint64(cardCut)) >> 55 & byCard
	at := &n.end[w.list[card|x&(byCard-1)]]
	n.list[uint16(*at)] = intent(x&^(BlockSize-1) | uint64(i))
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
	n.draw(b.w, &b.acc, open, b.key(stepIntent))
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
	open, today, accounts, number := &b.intents.open, b.today, &b.acc, 0
	for k := range b.frozen {
		set, written := b.opening(k)&^b.frozen[k], b.fresh[k]
		b.fresh[k] = written | set
		for ; set != 0; set &= set - 1 {
			bit := bits.TrailingZeros64(set)
			if written>>(bit&63)&1 == 0 { // mostly: the line is an older day's
				today[(k<<6|bit)&(BlockSize-1)] = dayLog{}
			}
			accounts[(k<<6|bit)&(BlockSize-1)].lastActive = b.t
			open[number&(BlockSize-1)] = uint16(k<<6 | bit)
			number++
		}
	}
	b.Flows[ToLiving] += settle(accounts, open[:number], b.t)
	if b.events != nil {
		for _, i := range open[:number] {
			b.startMinute(int(i), minuteSession)
		}
	}
	return open[:number]
}

// settle lets what those on the list spend up to and including day t leave their linked accounts, and returns it.
func settle(accounts *[BlockSize]account, list []uint16, t int16) (spent int64) {
	_ = accounts[0]
	for _, i := range list {
		spent += accounts[i%BlockSize].spend(t)
	}
	return spent
}

// draw draws the intents of everybody who opens the wallet today; key is the number of the day's first. How many
// there are is in a session's first draw; the numbers of those that follow are written down, three of them whether
// they exist or not.
func (n *intents) draw(w *World, accounts *[BlockSize]account, open []uint16, key uint64) {
	n.drawFurther(w, accounts, n.further[:n.drawFirst(w, accounts, open, key)], key)
}

// drawFirst draws the first intent of every session, and returns how many follow.
func (n *intents) drawFirst(w *World, accounts *[BlockSize]account, open []uint16, key uint64) (number int) {
	_, _, _ = n.end[0], w.list[0], accounts[0] // none is nil: once, not in every round
	for _, i := range open {
		a := &accounts[i%BlockSize]
		x := a.stream.At(key)
		n.put(w, i, a.cardCut, x)
		at, next, more := number&(listSize-1), i<<4|1, int(w.more[x>>moreAt])
		n.further[at], n.further[at+1], n.further[at+2] = next, next+1, next+2
		for k := 3; k < more; k++ {
			n.further[at+k] = next + uint16(k)
		}
		number += more
	}
	return number
}

// drawFurther draws the intents that follow.
func (n *intents) drawFurther(w *World, accounts *[BlockSize]account, further []uint16, key uint64) {
	_, _, _ = n.end[0], w.list[0], accounts[0]
	for _, e := range further {
		i := e >> 4
		a := &accounts[i%BlockSize]
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
	return to != outside && b.stay[to].covers(b.t) && b.contacts[to].pending <= Most
}

// receive credits position to; the money arrives at night, so that nobody gains by a low number.
func (b *Block) receive(from, to int, won int32) {
	b.line(to).count(countReceived)
	r := &b.contacts[to]
	b.credits.add(to, r.pending == 0)
	r.pending += won
	r.hasReceived(from, b.t)
	b.contacts[from].hasSent(to, b.t)
	if b.events != nil {
		b.emitReceived(from, to, won)
	}
}

// failed records a top-up or debit that failed, for whatever reason.
func (b *Block) failed(a *account, i int, won int32) {
	b.line(i).count(countFailed)
	b.note(record.EventFailed, a, i, outside, won)
}
