package people

import (
	"overshare/sim/portable"
	"overshare/sim/rng"
)

// PurchaseDays calls visit for every month in which q buys something at the platform, with the days on which
// it does: bit k stands for the k-th day after the first. The days are those of [Population.Purchases],
// between registration and leaving, at a fifth of the cost: what recurs is drawn once, amounts are not
// drawn at all.
func (p *Population) PurchaseDays(q *Person, months []Month, visit func(m Month, days uint32)) {
	if !q.Payer || q.Scope == Never {
		return
	}
	s := rng.Open(p.seed, rng.PurposePurchase, uint64(q.ID))
	t, recurring := &p.purchases, uint32(0)
	for i := range uint64(t.subscriptions[s.At(0)&0xfff]) {
		recurring |= 1 << rng.Below(s.At(1+i), 31)
	}
	mean := float64(t.rate[s.At(16)&0xfff] * q.Appetite)
	none := portable.Exp(-mean)
	for _, m := range months {
		if m.Next <= q.Scope || m.First >= q.Leave {
			continue
		}
		month, days, last := uint64(m.First)<<8, recurring, m.Next-m.First-1
		if late := days >> last; late > 1 { // on the last day of a month that is too short
			days = days&(1<<last-1) | 1<<last
		}
		u, n := s.Uniform(month), 0
		for term := none; u > term && n < 60; {
			u -= term
			n++
			term *= mean / float64(n)
		}
		for i := range uint64(n) {
			days |= 1 << rng.Below(s.At(month+1+i), uint64(m.Next-m.First))
		}
		days &^= 1<<max(q.Scope-m.First, 0) - 1
		if q.Leave < m.Next {
			days &= 1<<(q.Leave-m.First) - 1
		}
		if days != 0 {
			visit(m, days)
		}
	}
}
