package ledger

import (
	"math"

	"overshare/sim/adversary"
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// An Observer watches a block while it lives. It must not change it. Its calls come in a fixed order.
type Observer interface {
	// Ask is called when the platform opens a bundle for the person at position i on day d, before
	// anything else of that day; what it returns is the bill's Ref.
	Ask(b *Block, i int, d record.Day) int32
	// Billed is called once for every bill, when it is paid or given up.
	Billed(b *Block, bill *record.Bill)
	// Probe returns the night on which the observer wants to look at the person at position i, if any.
	Probe(b *Block, i int) (night record.Day, ok bool)
	// Look is called on the morning after that night; what it returns comes back with Outcome.
	Look(b *Block, i int, night record.Day) int32
	// Outcome is called on the evening ProxyDays later: failed says whether a top-up or debit failed in
	// between, for whatever reason: lack of funds, an outage, or a notice that was not answered.
	Outcome(b *Block, i int, ref int32, failed bool)
}

// ProxyDays is how long a probe waits for its outcome: as long as the counts of a record reach back.
const ProxyDays = 7

// A MoneyFlow is where money comes from or goes to when it does not stay in wallets and linked accounts.
type MoneyFlow int

// The flows. Sources bring money in, sinks take it out.
const (
	FromStart   MoneyFlow = iota // source: what was there at the start
	FromSalary                   // source
	FromSavings                  // source: refilled buffers, money found elsewhere on notice
	FromMain                     // source: transfers to second accounts
	ToSavings                    // sink
	ToLiving                     // sink: spending outside the wallet
	ToShops                      // sink: payments
	ToOutside                    // sink: remittances to bank accounts and to people elsewhere
	ToPlatform                   // sink: bills paid
	NumFlows
)

// account is the state of one person's money that every session needs: one cache line. Amounts in won.
type account struct {
	stream        rng.Stream
	bank, balance int32
	floor         int32  // spending outside the wallet stops here
	daily, fixed  int32  // planned this month
	early         int32  // more than daily, a day, up to earlyTo
	unit          int32  // top-ups come in multiples of this
	payScale      uint32 // size of payments and remittances, fixed point with scaleShift bits
	seen          int16  // day up to which the bank is settled
	fixedDay      int16
	earlyTo       int16 // last of the first days after payday
	lastActive    int16
	cardCut       uint8
	frozenBy      uint8 // 0 = not; a record.Cause otherwise
	drained       bool  // taken over, not yet restored
	abuser, saver bool
	auto, blocked bool // blocked: owes a bill, buys nothing
	secondary     bool // the salary goes elsewhere
}

// contacts is the rest of a person's state: who money came from and went to, bills, probes.
type contacts struct {
	receivedFrom [recent]edge // a ring
	sentTo       [4]edge      // a ring
	receivedN    uint8
	sentN        uint8
	bundle       int16 // index of the open bundle, -1 none
	pending      int32 // received today, arrives at night
	probeRef     int32
	reminder     float32
	keeps        float32 // share of days with money received on which it stays in the wallet, at the year's level 1
	freeOn       int16   // day from which who owes a lost bill may buy again
	habit        habitKind
	habitTo      int16 // day on which what was learnt from a bounce is forgotten
	bought       uint8 // purchases on day boughtOn
	boughtOn     int16
}

const recent = 8

// An edge is a remittance between two positions of the block: whose in the lower half, on which day in the upper.
type edge uint32

func newEdge(who int, day int16) edge { return edge(uint16(who)) | edge(uint16(day))<<16 }
func (e edge) who() int16             { return int16(e) }
func (e edge) day() int16             { return int16(e >> 16) }

// hasReceived and hasSent note a remittance from or to who. A count that is past its ring's length never falls below it.
func (c *contacts) hasReceived(who int, day int16) {
	c.receivedFrom[c.receivedN%recent] = newEdge(who, day)
	c.receivedN = c.receivedN + 1 | c.receivedN&recent
}

func (c *contacts) hasSent(who int, day int16) {
	c.sentTo[c.sentN%uint8(len(c.sentTo))] = newEdge(who, day)
	c.sentN = c.sentN + 1 | c.sentN&uint8(len(c.sentTo))
}

type bundle struct {
	bill   record.Bill
	who    int16
	shadow int32 // what item-by-item charging would have taken by now
	retry  uint8
}

// Slots is the number of days of counts kept.
const slots = record.Memory

// A Block is the state of BlockSize people while their days are simulated. It is reused from block to
// block; the zero Block is ready for use.
type Block struct {
	w        *World
	First    record.Person
	All      [BlockSize]people.Person
	acc      [BlockSize]account
	contacts [BlockSize]contacts
	log      [slots][BlockSize]dayLog // a ring of days
	live     []int16
	days     activeDays
	weeks    [][BlockSize]uint8 // by week and person: bit 0 Monday to bit 6 Sunday, bit 7 clear; only to make days from
	circle   circle
	common   *common // what hits many people at once; those of the world or shocks
	shocks   common  // those of a future

	weekCuts [mostPeriods * periodWeeks]uint64 // of the person being prepared, by week of its periods; see drawWeeks
	habits   [mostPeriods]habit                // by period: the same

	incidents []adversary.Incident
	purchases [][]purchase
	settle    [][]int16
	bundles   []bundle
	free      []int16
	today     *[BlockSize]dayLog
	fresh     *bitset       // whose line of today is today's
	written   [slots]bitset // whose line of a day is that day's
	frozen    bitset
	stay      [BlockSize]span
	paid      []int16 // by day: the first of those whose salary comes
	nextPaid  [BlockSize]int16
	intents   *intents
	probes    [][]int16
	outcomes  [][]int16
	credits   credits
	fading    []int16 // who forgets today having switched on automatic top-up
	cut       bitset  // who has opened the wallet today and is cut off from the linked account
	hidden    []cutOff
	left      [BlockSize]int32 // of a pool: in the linked account before the last salary
	buf       []people.Purchase

	Flows    [NumFlows]int64             // won by source and sink since Simulate began
	Kinds    [record.NumEventKinds]int64 // events
	Amounts  [record.NumEventKinds]int64 // their won
	events   func(record.Event)
	mornings func(night record.Day)
	clock    [BlockSize]moment // after the latest event of each person
	t        int16             // the day being simulated, counted from the window's start
}

// A bitset has one bit for everybody in a block: bit i&63 of word i>>6 stands for the person at position i.
type bitset [BlockSize / 64]uint64

func (s *bitset) set(i int)      { s[i>>6] |= 1 << (i & 63) }
func (s *bitset) clear(i int)    { s[i>>6] &^= 1 << (i & 63) }
func (s *bitset) has(i int) bool { return s[i>>6]>>(i&63)&1 == 1 }

// credits are the people who received something today, in the order of their first receipt.
type credits struct {
	number int
	who    [2 * BlockSize]uint16 // more than ever there are, so that a mask is the check
	passed [BlockSize]int32      // what they passed on tonight
}

// add puts i on the list if first is true.
func (c *credits) add(i int, first bool) {
	c.who[c.number&(2*BlockSize-1)] = uint16(i)
	c.number += int(flag(first))
}

func (c *credits) of() []uint16 { return c.who[:c.number] }

// A span is the days of the window on which somebody lives: from up to, not including, to.
type span struct{ from, to int16 }

func (s span) covers(t int16) bool { return s.from <= t && t < s.to }

type purchase struct {
	who    int16
	amount int32
}

// Events makes b call f for every event from now on; nil stops it. It costs time, and changes nothing.
func (b *Block) Events(f func(record.Event)) { b.events = f }

// World returns the world the block belongs to.
func (b *Block) World() *World { return b.w }

// Live returns the positions of the people with a live account during any part of the window.
func (b *Block) Live() []int16 { return b.live }

// Simulate lives through the window with block number n of w, telling obs (which may be nil) what happens.
func (b *Block) Simulate(w *World, n int, obs Observer) {
	b.prepare(w, n, obs)
	for t := range int16(w.Days) {
		b.day(t, obs)
	}
}

// day lives through day t of the window. All days before must have been lived through.
func (b *Block) day(t int16, obs Observer) {
	b.t = t
	b.today = &b.log[t%slots]
	b.fresh = &b.written[t%slots]
	*b.fresh = bitset{}
	b.morning(obs)
	b.paydays()
	b.purchasesOf(obs)
	b.fade()
	b.incidentsOf()
	b.settlements(obs)
	b.sessions()
	b.night(obs)
}

// morning reads the probes of last night, before anything happens.
func (b *Block) morning(obs Observer) {
	for _, i := range b.probes[b.t] {
		b.contacts[i].probeRef = obs.Look(b, int(i), b.date(b.t)-1)
	}
	if b.mornings != nil {
		b.mornings(b.date(b.t) - 1)
	}
}

// night lets what was received arrive, and reads outcomes.
func (b *Block) night(obs Observer) {
	list := b.credits.of()
	b.Flows[ToLiving] += settle(&b.acc, list, b.t)
	b.arrivals(list, b.w.keepLevel[b.w.placeOf(b.t).period])
	if b.events != nil {
		b.tellPassedOn(list)
	}
	b.credits.number = 0
	for _, i := range b.outcomes[b.t] {
		obs.Outcome(b, int(i), b.contacts[i].probeRef, b.failedWithin(int(i), ProxyDays))
	}
}

// arrivals books what those on the list, whose accounts are settled, received today: into the wallet, or on to
// the linked account, with whatever else the wallet holds beyond a usual top-up: else the wallets of people who
// never pay would fill up for ever. It stays in the wallet with probability keeps, at the year's level of
// keeping. Whether it does cannot be foreseen, so what is passed on is masked, not branched for.
func (b *Block) arrivals(list []uint16, level float32) {
	key, most, times, sum, aside := b.key(stepMoveOut), b.w.cap, int64(0), int64(0), int64(0)
	for k, i := range list {
		a, c := &b.acc[i&(BlockSize-1)], &b.contacts[i&(BlockSize-1)]
		leaves := float64(1-float64(c.keeps*level)) * 65536 // below 0 where activity asks for more than all days
		passes := flag(float64(uint16(a.stream.At(key))) < leaves) & flag(a.frozenBy == 0)
		passed := (c.pending + max(a.balance-a.unit, 0)) & -passes
		balance := a.balance + c.pending - passed
		over := max(balance-most, 0)
		a.balance, c.pending = balance-over, 0
		b.credits.passed[k&(BlockSize-1)] = passed
		now := int64(a.bank) + int64(passed) + int64(over)
		aside += max(now-Most, 0)
		a.bank = int32(min(now, Most))
		times += int64(passes)
		sum += int64(passed)
	}
	b.Flows[ToSavings] += aside
	b.sum(record.EventPassedOn, times, sum)
}

// keepsOf returns the share of days with money received on which it stays in p's wallet, at the year's level 1:
// who uses the wallet more has more use for what is in it.
func (w *World) keepsOf(p *people.Person) float32 {
	return float32((1 - w.Wallet.MoveOut) * math.Pow(float64(p.Activity), w.Wallet.KeepTie))
}

func (b *Block) date(t int16) record.Day { return b.w.Start + record.Day(t) }
