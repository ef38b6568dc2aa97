package ledger

import (
	"overshare/sim/adversary"
	"overshare/sim/record"
)

// stepShare numbers the draw of how much of the loot leaves first; see the other steps.
const stepShare = 0xF8

// incidentsOf lets today's attacks happen.
func (b *Block) incidentsOf() {
	for len(b.incidents) > 0 && b.incidents[0].Day == b.date(b.t) {
		n := &b.incidents[0]
		b.incidents = b.incidents[1:]
		i := int(n.Person)
		a := &b.acc[i]
		if a.frozenBy != 0 && n.Kind != adversary.Unfreeze {
			continue
		}
		b.spend(a, b.t)
		b.startMinute(i, minuteIncident)
		switch n.Kind {
		case adversary.Takeover:
			b.takeover(a, i, int(n.Other))
		case adversary.Scam:
			won := ordinary(int32(min(int64(n.Amount), int64(a.balance)+int64(a.bank))))
			if won > 0 {
				b.active(a)
				b.send(a, i, int(n.Other), won)
			}
		case adversary.Cashout:
			b.empty(a, i)
		case adversary.Freeze, adversary.Unfreeze:
			b.freeze(a, n)
		}
	}
}

// freeze freezes an account or opens it again.
func (b *Block) freeze(a *account, n *adversary.Incident) {
	switch {
	case n.Kind == adversary.Unfreeze:
		a.frozenBy, a.drained = 0, false
		b.frozen.clear(int(n.Person))
		return
	case n.Mule:
		a.frozenBy = uint8(record.CauseMule)
	default:
		a.frozenBy = uint8(record.CauseTakeover)
	}
	b.frozen.set(int(n.Person))
}

// aftermath leaves of the attacks before the window what lasts into it: who is frozen or drained, and the goods
// still to be bought in somebody's name. The money was gone before the start.
func (b *Block) aftermath() {
	for len(b.incidents) > 0 && b.incidents[0].Day < b.w.Start {
		n := &b.incidents[0]
		b.incidents = b.incidents[1:]
		i := int(n.Person)
		a := &b.acc[i]
		switch {
		case !b.stay[i].covers(0): // has left since
		case a.frozenBy != 0 && n.Kind != adversary.Unfreeze: // as on any day
		case n.Kind == adversary.Freeze || n.Kind == adversary.Unfreeze:
			b.freeze(a, n)
		case n.Kind == adversary.Takeover:
			a.drained = true
			b.goods(a, i, n.Day)
		}
	}
}

// empty sends the whole balance away.
func (b *Block) empty(a *account, i int) {
	if a.balance >= 1000 {
		b.active(a)
		b.send(a, i, outside, ordinary(a.balance))
	}
}

// ordinary cuts an amount down to one that ends as remittances do: in thousands, above twenty in fives of
// them. An attack must not show by the ends of its amounts.
func ordinary(won int32) int32 {
	if won > 20_000 {
		return won / 5000 * 5000
	}
	return won / 1000 * 1000
}

// takeover drains wallet and linked account in one or two remittances, as far as the daily limit goes,
// and buys goods at the platform in the victim's name on the next two days. The amounts are those of
// ordinary use; what does not make one stays.
func (b *Block) takeover(a *account, i, to int) {
	a.drained = true
	b.active(a)
	take := min(int64(a.balance)+int64(a.bank), int64(b.w.Adversary.DailyLimit))
	first := take * int64(13107+a.stream.At(b.key(stepShare))&0x3fff) >> 15 // 0.4 to 0.9, finely: see ordinary
	for _, won := range [2]int64{first, take - first} {
		if won >= 1000 {
			b.send(a, i, to, ordinary(int32(won)))
		}
	}
	b.goods(a, i, b.date(b.t))
}

// goods plans what is bought in the name of i, whose account was taken over on day d, on the next two days.
func (b *Block) goods(a *account, i int, d record.Day) {
	if b.All[i].Scope > d {
		return
	}
	x := a.stream.At(uint64(d)<<8 | stepTheft)
	prices := b.w.People.Platform.OneoffPrices
	for k := range uint64(2 + x>>8&3) {
		t := int(d-b.w.Start) + 1 + int(x>>(16+k)&1)
		if t >= 0 && t < b.w.Days && b.stay[i].covers(int16(t)) {
			p := prices[x>>(24+4*k)%uint64(len(prices))]
			b.purchases[t] = append(b.purchases[t], purchase{int16(i), int32(p)})
		}
	}
}
