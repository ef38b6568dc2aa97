package ledger

import (
	"math"

	"overshare/sim/record"
)

// A day's counts of one person are eight bytes of a word, so that a week is seven additions:
//
//	bits  0-7   payments
//	bits  8-15  remittances
//	bits 16-23  top-ups
//	bits 24-31  withdrawals
//	bits 32-39  card payments
//	bits 40-47  top-ups and debits that failed
//	bits 48-55  remittances received
//	bits 56-63  0
//
// A session has at most
// 16 intents, and a day one session and few bills, so a count stays below 36 (7 · 36 < 256); what is received
// and what fails has no such bound and stops there.
const (
	countPayments = 8 * iota
	countRemittances
	countTopups
	countWithdrawals
	countCard
	countFailed
	countReceived
)

const countCap = 36

// A dayLog is what one person did on one day: counts, and exact won.
type dayLog struct {
	counts                   uint64
	paid, toppedUp, remitted uint32
}

// count adds one to a packed count.
func (l *dayLog) count(which uint) {
	if l.counts>>which&0xff < countCap {
		l.counts += 1 << which
	}
}

// add adds won to an amount of today, which stops at [amountCap]. What a session pays, tops up in order to pay
// and remits comes after everything else of the day and is added without a look: 16 payments of [Most]/10, or all
// that wallet and linked account hold, do not reach from there to the end of 32 bits.
func add(to *uint32, won int32) { *to = min(*to+uint32(won), amountCap) }

const amountCap = math.MaxInt32

// line returns today's line of i, empty if nothing was written there today. Lines are not cleared from day to day; in
// their place a bit of fresh says whose is today's:
//
//	bit i&63 of word i>>6  the person at position i
func (b *Block) line(i int) *dayLog {
	l, word, bit := &b.today[i], &b.fresh[i>>6], uint64(1)<<(i&63)
	if *word&bit == 0 {
		*word |= bit
		*l = dayLog{}
	}
	return l
}

// past returns what i did on day s of the window, none of it more than slots-1 days ago.
func (b *Block) past(i int, s int16) dayLog {
	l, there := &b.log[s%slots][i], -(b.written[s%slots][i>>6] >> (i & 63) & 1)
	return dayLog{l.counts & there, l.paid & uint32(there), l.toppedUp & uint32(there), l.remitted & uint32(there)}
}

// won adds up the amounts of the seven days that end with night. A sum that 32 bits cannot hold stops there.
func (b *Block) won(i int, night int16) (paid, toppedUp, remitted int32) {
	var p, u, r uint64
	slot, word, bit := int(max(night-6, 0))%slots, i>>6, i&63
	for range night + 1 - max(night-6, 0) {
		l, there := &b.log[slot][i], -(b.written[slot][word] >> bit & 1)
		p, u, r = p+uint64(l.paid)&there, u+uint64(l.toppedUp)&there, r+uint64(l.remitted)&there
		if slot++; slot == slots {
			slot = 0
		}
	}
	return int32(min(p, amountCap)), int32(min(u, amountCap)), int32(min(r, amountCap))
}

// week adds up the counts of the seven days that end with night.
func (b *Block) week(i int, night int16) (counts uint64) {
	slot, word, bit := int(max(night-6, 0))%slots, i>>6, i&63
	for range night + 1 - max(night-6, 0) {
		l, there := &b.log[slot][i], -(b.written[slot][word] >> bit & 1)
		counts += l.counts & there
		if slot++; slot == slots {
			slot = 0
		}
	}
	return counts
}

func countAt(word uint64, at uint) int32 { return int32(word >> at & 0xff) }

func (b *Block) failedWithin(i int, days int16) bool {
	for s := max(b.t-days+1, 0); s <= b.t; s++ {
		if b.past(i, s).counts>>countFailed&0xff != 0 {
			return true
		}
	}
	return false
}

// Snapshot fills out with the record of the person at position i at the end of the day before the one
// being simulated. It may be called from [Observer.Ask] and [Observer.Look] only: that is when balance
// and status are still last night's. Identifiers are left 0.
func (b *Block) Snapshot(i int, out *record.Snapshot) {
	a, p, night := &b.acc[i], &b.All[i], b.t-1
	c := b.week(i, night)
	paid, toppedUp, remitted := b.won(i, night)
	day := b.date(night)
	*out = record.Snapshot{
		record.ItemSignUpDate:        int32(p.Join),
		record.ItemTenure:            int32(day - p.Join),
		record.ItemIDVerified:        flag(p.IDVerified),
		record.ItemBalance:           a.balance,
		record.ItemTopups7:           countAt(c, countTopups),
		record.ItemPayments7:         countAt(c, countPayments),
		record.ItemRemittances7:      countAt(c, countRemittances),
		record.ItemWithdrawals7:      countAt(c, countWithdrawals),
		record.ItemCardPayments7:     countAt(c, countCard),
		record.ItemPaymentAmount7:    paid,
		record.ItemTopupAmount7:      toppedUp,
		record.ItemRemittanceAmount7: remitted,
		record.ItemReceived7:         countAt(c, countReceived),
		record.ItemIdleDays:          int32(min(night-a.lastActive, 90)),
		record.ItemLinkedBanks:       int32(p.LinkedBanks),
		record.ItemLinkedCards:       int32(p.LinkedCards),
		record.ItemFailedTopups7:     countAt(c, countFailed),
		record.ItemAutoTopup:         flag(a.auto),
		record.ItemStatus:            flag(a.frozenBy != 0),
	}
}

// Past returns the seven-day counts of the record lag nights before last night's. Before the window
// there is nothing: the counts of a record that reaches back beyond it are those of its days inside.
func (b *Block) Past(i int, lag record.Day) record.Week {
	night := b.t - 1 - int16(lag)
	if night < 0 {
		return record.Week{}
	}
	c := b.week(i, night)
	return record.Week{
		Payments:    uint8(c >> countPayments),
		Remittances: uint8(c >> countRemittances),
		Topups:      uint8(c >> countTopups),
		Failed:      uint8(c >> countFailed),
		Received:    uint8(c >> countReceived),
	}
}

// Counterparties returns what the tokens in last night's records tell about the person at position i,
// given whose records are held. The wallet keeps the eight latest senders and the four latest people
// sent to.
func (b *Block) Counterparties(i int, held func(j int) bool) (c record.Counterparties) {
	b.Contacts(i, func(j int, tells record.Counterparties) {
		if held(j) {
			c.Plus(tells)
		}
	})
	return c
}

// Contacts calls visit once for every counterparty of [Block.Counterparties], with what is told if the record
// of that one alone is held: what several tell is the sum.
func (b *Block) Contacts(i int, visit func(j int, tells record.Counterparties)) {
	a, night := &b.contacts[i], b.t-1
	var seen [recent + len(b.contacts[0].sentTo)]int16
	n := 0
	for k := range min(a.receivedN, recent) {
		e := a.receivedFrom[k]
		if e.day() > night || e.day() <= night-28 || contains(seen[:n], e.who()) {
			continue
		}
		seen[n] = e.who()
		n++
		c := record.Counterparties{FirstAll: 1}
		if b.sentSince(a, e.who(), night-6) {
			c.Senders++
		}
		b.judge(&c, int(e.who()), night)
		visit(int(e.who()), c)
	}
	for k := range min(a.sentN, uint8(len(a.sentTo))) {
		if e := a.sentTo[k]; e.day() <= night && e.day() > night-7 && !contains(seen[:n], e.who()) {
			seen[n] = e.who()
			n++
			c := record.Counterparties{}
			b.judge(&c, int(e.who()), night)
			visit(int(e.who()), c)
		}
	}
}

// sentSince reports whether who sent money to a on day from or later, but not today.
func (b *Block) sentSince(a *contacts, who int16, from int16) bool {
	for k := range min(a.receivedN, recent) {
		if e := a.receivedFrom[k]; e.who() == who && e.day() >= from && e.day() < b.t {
			return true
		}
	}
	return false
}

func (b *Block) judge(c *record.Counterparties, j int, night int16) {
	c.Held++
	if b.week(j, night)>>countFailed&0xff != 0 {
		c.Failing++
	}
}

func contains(s []int16, x int16) bool {
	for _, y := range s {
		if y == x {
			return true
		}
	}
	return false
}

func flag(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// Alone reports whether the person at position i has sent nothing to a wallet and received nothing so far.
func (b *Block) Alone(i int) bool { return b.contacts[i].receivedN == 0 && b.contacts[i].sentN == 0 }
