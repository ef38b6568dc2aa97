package ledger

import (
	"math"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// prepare brings block n of w to the morning of the first day.
func (b *Block) prepare(w *World, n int, obs Observer) {
	b.w, b.First, b.common = w, record.Person(n*BlockSize), &w.common
	b.reset()
	start, end := w.Start, w.Start+record.Day(w.Days)
	for i := range b.All {
		p := &b.All[i]
		w.person(b.First+record.Person(i), p)
		b.stay[i] = span{int16(min(max(p.Join-start, 0), end-start)), int16(min(max(p.Leave-start, 0), end-start))}
		if p.Join >= end || p.Leave <= w.Start {
			b.acc[i], b.contacts[i] = account{lastActive: -90}, contacts{bundle: -1, boughtOn: -1}
			continue
		}
		b.live = append(b.live, int16(i))
		b.enter(i, p, obs)
	}
	b.turn()
	b.circle.draw(b)
	b.incidents = w.Adversary.Plan(w.Seed, b.First, b.All[:], start-w.Adversary.Reach(), end, b.incidents[:0])
	b.aftermath()
}

func (b *Block) reset() {
	days := b.w.Days
	if len(b.weeks) != b.w.weeks {
		b.days, b.weeks = make(activeDays, 7*b.w.weeks), make([][BlockSize]uint8, b.w.weeks)
	}
	if len(b.purchases) != days {
		b.purchases, b.settle = make([][]purchase, days), make([][]int16, days)
		b.probes, b.outcomes, b.paid = make([][]int16, days), make([][]int16, days), make([]int16, days)
	}
	for t := range days {
		b.purchases[t], b.settle[t] = b.purchases[t][:0], b.settle[t][:0]
		b.probes[t], b.outcomes[t] = b.probes[t][:0], b.outcomes[t][:0]
	}
	b.live, b.bundles, b.free, b.credits.number = b.live[:0], b.bundles[:0], b.free[:0], 0
	clear(b.weeks)
	for t := range b.paid {
		b.paid[t] = nobody
	}
	b.frozen = bitset{}
	for i := range b.clock {
		b.clock[i] = moment{day: -1}
	}
	b.Flows = [NumFlows]int64{}
	b.Kinds, b.Amounts = [record.NumEventKinds]int64{}, [record.NumEventKinds]int64{}
}

// enter gives person i a start: the plan of the month that has begun, what is in account and wallet, the days on
// which the wallet is opened, and the purchases of the window.
func (b *Block) enter(i int, p *people.Person, obs Observer) {
	w, a := b.w, &b.acc[i]
	*a = account{saver: p.Saver && !p.Secondary, auto: p.AutoTopup, secondary: p.Secondary}
	b.contacts[i] = contacts{bundle: -1, reminder: p.Reminder, keeps: w.keepsOf(p), boughtOn: -1}
	stream, calendar := rng.OpenPair(w.Seed, rng.PurposeLedger, uint64(p.ID))
	a.stream = stream
	a.unit = w.unit[uint8(a.stream.At(1))]
	a.cardCut = uint8(255 * min(1, float64(p.CardShare)*w.Wallet.CardPayers))
	a.payScale = uint32(math.Sqrt(float64(min(p.Income, 100*2_700_000))/2_700_000) * (1 << scaleShift))
	if w.Adversary.IsAbuser(w.Seed, p) {
		a.abuser, a.saver, a.secondary = true, false, false
	}
	a.lastActive = int16(max(p.Join-w.Start, math.MinInt16)) // never before joining
	last, next := b.paidBefore(a, p)
	b.plan(a, p, last)
	b.furnish(i, last)
	a.seen = -1
	if p.Join > w.Start { // signs up within the window: nothing there yet
		a.balance = 0
	}
	b.Flows[FromStart] += int64(a.bank) + int64(a.balance)
	b.expectPay(int16(i), next)
	b.opens(i, p, calendar)
	b.wants(i, p, a)
	if obs != nil {
		b.probeOn(i, obs)
	}
}

// paidBefore returns the day of the last salary, or transfer to a second account, before the window, and that
// of the next.
func (b *Block) paidBefore(a *account, p *people.Person) (last, next int16) {
	if a.secondary {
		last = b.lastTransfer(a)
		return last, b.nextTransfer(a, last)
	}
	nextDue := b.w.nextPay[p.Payday]
	due := nextDue[0]
	for {
		if next = b.w.payAfter(a.stream, p.Payday, due); next >= 0 {
			return b.w.payAfter(a.stream, p.Payday, due-1), next
		}
		due = nextDue[lead+int(due)]
	}
}

func (b *Block) probeOn(i int, obs Observer) {
	night, ok := obs.Probe(b, i)
	if !ok {
		return
	}
	if t := int(night - b.w.Start); t >= 0 && t+ProxyDays < b.w.Days {
		b.probes[t+1] = append(b.probes[t+1], int16(i))
		b.outcomes[t+ProxyDays] = append(b.outcomes[t+ProxyDays], int16(i))
	}
}

// wants enters the purchases of the window. An abuser buys goods for days on end from registration.
func (b *Block) wants(i int, p *people.Person, a *account) {
	w := b.w
	if p.Scope == people.Never {
		return
	}
	if a.abuser {
		b.abuse(i, p, a)
		return
	}
	b.buf = w.Pop.PurchasesOf(p, w.months, b.buf[:0])
	for _, q := range b.buf {
		if t := int(q.Day - w.Start); t >= 0 && t < w.Days {
			b.purchases[t] = append(b.purchases[t], purchase{int16(i), int32(q.Amount)})
		}
	}
}

func (b *Block) abuse(i int, p *people.Person, a *account) {
	prices := b.w.People.Platform.OneoffPrices
	for k := range uint64(12) {
		x := a.stream.At(2 + k)
		t := int(p.Scope-b.w.Start) + int(k/2)
		if t >= 0 && t < b.w.Days && p.Live(b.date(int16(t))) {
			b.purchases[t] = append(b.purchases[t], purchase{int16(i), int32(prices[x%uint64(len(prices))])})
		}
	}
}
