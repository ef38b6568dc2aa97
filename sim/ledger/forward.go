package ledger

import (
	"overshare/sim/record"
	"overshare/sim/rng"
)

// A Future says how often a bill bounced when its future was lived through again and again.
type Future struct {
	Person  record.Person
	Ask     record.Day
	Bounced int // futures in which the first charge was not covered
	Of      int // futures lived through
}

// A Seer finds the probability that a bill bounces given the whole hidden state of the world on the
// morning on which it is opened: balances, linked accounts, plans of the month, habits, friends, attacks
// planned, days on which the wallet will be opened and what will be bought. It lives through the days until
// the bill is charged again and again, every time with new luck. No processor can know more, so no score can rank bills
// better, but for the error of counting a finite number of futures. The zero Seer is ready for use.
type Seer struct {
	base, copied Block
}

// Futures returns the futures of all bills opened in block n of w on day d, each lived through count
// times, in the order in which they are opened. The luck of future k of a person is a function of (seed,
// person, k) alone. It costs about one Simulate, and count copies of a block and lives of WindowDays days.
func (s *Seer) Futures(w *World, n int, d record.Day, count int) []Future {
	t := int16(d - w.Start)
	if t < 0 || int(t) >= w.Days {
		return nil
	}
	s.base.prepare(w, n, nil)
	for k := range t {
		s.base.day(k, nil)
	}
	watch := &watcher{day: d}
	for k := range count {
		s.copied.become(&s.base)
		s.copied.reseed(uint64(k), t)
		watch.seen = 0
		last := min(int(t)+w.Bills.WindowDays, w.Days-1)
		for day := t; int(day) <= last; day++ {
			s.copied.day(day, watch)
		}
		watch.begin(&s.copied)
	}
	for i := range watch.futures {
		watch.futures[i].Of = count
	}
	return watch.futures
}

// become makes b the same as o; they share nothing that either changes from here on.
func (b *Block) become(o *Block) {
	purchases, settle := b.purchases, b.settle
	bundles, free, buf, paid, intents, shocks := b.bundles, b.free, b.buf, b.paid, b.intents, b.shocks
	fading, hidden := b.fading, b.hidden
	*b = *o
	b.purchases, b.settle = copyDays(purchases, o.purchases), copyDays(settle, o.settle)
	b.bundles = append(bundles[:0], o.bundles...)
	b.free = append(free[:0], o.free...)
	b.paid = append(paid[:0], o.paid...)
	b.buf, b.intents, b.shocks = buf[:0], intents, shocks
	b.fading, b.hidden = fading[:0], hidden[:0] // empty between two days
}

func copyDays[T any](into, from [][]T) [][]T {
	if len(into) != len(from) {
		into = make([][]T, len(from))
	}
	for t := range from {
		into[t] = append(into[t][:0], from[t]...)
	}
	return into
}

// reseed gives everybody new luck from day t on: their own, and that which they share. Outages of that evening
// and later, and the shocks of months that have not begun, are drawn anew, the same for all blocks.
func (b *Block) reseed(future uint64, t int16) {
	b.shocks.become(&b.w.common)
	b.w.drawCommon(&b.shocks, future+1, int(t), min(int(t)+b.w.Bills.WindowDays+1, b.w.Days))
	b.common = &b.shocks
	for _, i := range b.live {
		b.acc[i].stream = rng.Open(b.w.Seed, rng.PurposeForward, uint64(b.All[i].ID)|future<<32)
	}
}

// A watcher counts what becomes of the bills opened on one day. A bill's Ref is its place in futures: the
// same bills are opened in every future, because nothing that day comes before them.
type watcher struct {
	day     record.Day
	futures []Future
	seen    int
}

var _ Observer = (*watcher)(nil)

func (w *watcher) Ask(b *Block, i int, d record.Day) int32 {
	if d != w.day {
		return -1
	}
	if w.seen == len(w.futures) {
		w.futures = append(w.futures, Future{Person: b.All[i].ID, Ask: d})
	}
	w.seen++
	return int32(w.seen - 1)
}

func (w *watcher) Billed(_ *Block, bill *record.Bill) { w.count(bill) }

// begin counts the bills that have bounced and are still being retried.
func (w *watcher) begin(b *Block) {
	for k := range b.bundles {
		if u := &b.bundles[k]; u.bill.Items > 0 && u.bill.Ask == w.day {
			w.count(&u.bill)
		}
	}
}

func (w *watcher) count(bill *record.Bill) {
	if bill.Ref >= 0 && bill.Bounced {
		w.futures[bill.Ref].Bounced++
	}
}

func (*watcher) Probe(*Block, int) (record.Day, bool) { return 0, false }
func (*watcher) Look(*Block, int, record.Day) int32   { return -1 }
func (*watcher) Outcome(*Block, int, int32, bool)     {}
