package ledger

import (
	"math"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// prepare brings block n of w to the morning of the first day.
func (b *Block) prepare(w *World, n int, obs Observer) {
	b.w, b.First = w, record.Person(n*BlockSize)
	b.reset()
	start, end := w.Start, w.Start+record.Day(w.Days)
	for i := range b.All {
		p := &b.All[i]
		w.Pop.Person(b.First+record.Person(i), p)
		b.stay[i] = span{int16(min(max(p.Join-start, 0), end-start)), int16(min(max(p.Leave-start, 0), end-start))}
		if p.Join >= end || p.Leave <= w.Start {
			b.acc[i], b.ties[i] = account{lastActive: -90}, ties{bundle: -1}
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
		b.days, b.weeks = make(daybook, 7*b.w.weeks), make([][BlockSize]uint8, b.w.weeks)
	}
	if len(b.purchases) != days {
		b.purchases, b.settle = make([][]purchase, days), make([][]int16, days)
		b.probes, b.outcomes, b.paid = make([][]int16, days), make([][]int16, days), make([]int16, days)
	}
	for t := range days {
		b.purchases[t], b.settle[t] = b.purchases[t][:0], b.settle[t][:0]
		b.probes[t], b.outcomes[t] = b.probes[t][:0], b.outcomes[t][:0]
	}
	b.live, b.bundles, b.free, b.credits = b.live[:0], b.bundles[:0], b.free[:0], b.credits[:0]
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

// enter gives person i a start: the linked account as it stood on the last payday before the window, the
// wallet as configured, the days on which the wallet is opened, and the purchases of the window.
func (b *Block) enter(i int, p *people.Person, obs Observer) {
	w, a := b.w, &b.acc[i]
	*a = account{saver: p.Saver, auto: p.AutoTopup}
	b.ties[i] = ties{bundle: -1, reminder: p.Reminder}
	luck, calendar := rng.OpenPair(w.Seed, rng.PurposeLedger, uint64(p.ID))
	a.luck = luck
	x := a.luck.At(1)
	a.unit = w.unit[uint8(x)]
	a.cardCut = uint8(255 * min(1, float64(p.CardShare)*w.Wallet.CardPayers))
	a.payScale = uint32(math.Sqrt(float64(min(p.Income, 100*2_700_000))/2_700_000) * (1 << scaleShift))
	if w.Adversary.IsAbuser(w.Seed, p) {
		a.abuser, a.saver = true, false
	}
	x = a.luck.At(w.keyOn(0, stepStart))
	if !hit(x, 8, w.startZero) && !a.abuser {
		a.balance = min(int32(w.start[x>>24&0xfff]), w.cap)
	}
	idle := int16(float64(uint16(x>>36)) / 65536 * 60 * float64(uint16(x>>40)) / 65536)
	a.lastActive = int16(max(-1-int(idle), int(p.Join-w.Start))) // never before joining
	if p.Join > w.Start {                                        // signs up within the window: nothing there yet, and nothing done before
		a.balance, a.lastActive = 0, int16(p.Join-w.Start)
	}
	pay := w.payAfter(a.luck, p.Payday, -35)
	a.seen = pay - 1
	if a.saver {
		a.bank = int32(min(int64(p.Buffer), Most))
	}
	b.Flows[FromStart] += int64(a.bank) + int64(a.balance)
	for pay < 0 {
		b.spend(a, pay-1)
		pay = b.payday(a, i, pay)
	}
	b.expectPay(int16(i), pay)
	b.opens(i, p, calendar)
	b.wants(i, p, a)
	if obs != nil {
		b.probeOn(i, obs)
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
		x := a.luck.At(2 + k)
		t := int(p.Scope-b.w.Start) + int(k/2)
		if t >= 0 && t < b.w.Days && p.Live(b.date(int16(t))) {
			b.purchases[t] = append(b.purchases[t], purchase{int16(i), int32(prices[x%uint64(len(prices))])})
		}
	}
}
