package ledger

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// friendPlainly is the slow, obvious twin of circle.friend: it sorts the people on i's side of the border by social
// position, takes the place that the draw names, and goes on from there to the first who has an account.
func (b *Block) friendPlainly(i int, k uint64, d record.Day) int {
	w := b.w
	var known []int
	for j := range b.All {
		if w.Wallet.ScopeMixing || (b.All[j].Scope == people.Never) == (b.All[i].Scope == people.Never) {
			known = append(known, j)
		}
	}
	slices.SortStableFunc(known, func(x, y int) int { return cmp.Compare(b.All[x].Class/128, b.All[y].Class/128) })
	x := rng.Open(w.Seed, rng.PurposeFriends, uint64(b.First)).At(uint64(i)*8 + k)
	place := int(rng.Below(x, uint64(len(known))))
	if float64(x%65536) < math.Ceil(w.Wallet.Homophily*65536) {
		place = slices.Index(known, i) + int(x/65536%32) - 15
		place = min(max(place, 0), len(known)-1)
	}
	for range known {
		if j := known[place]; j != i && b.All[j].Live(d) {
			return j
		}
		place = (place + 1) % len(known)
	}
	return outside
}

// CheckFriends compares everybody's friends in block n on every 37th day of the window with the plain twin, and
// returns how many were compared and how many have an account.
func (b *Block) CheckFriends(t testing.TB, w *World, n int) (compared, found int) {
	b.prepare(w, n, nil)
	for b.t = 0; int(b.t) < w.Days; b.t += 37 {
		for i := range b.All {
			k := uint64(i+int(b.t)) % 8
			got, want := b.circle.friend(b, i, k), b.friendPlainly(i, k, b.date(b.t))
			if got != want {
				t.Fatalf("friend %d of position %d on %v: %d, plainly %d", k, i, b.date(b.t), got, want)
			}
			compared++
			if got != outside {
				found++
			}
		}
	}
	return compared, found
}

// CheckReceivers lives through block n, nobody being told of anything, and checks that all remittances to wallets still
// known at night went to one of the sender's eight friends of that day, and that who has the same eight all the time
// sends to no more. It returns how many of those remittances there were, and how many people with the same eight sent
// to all of them.
func (b *Block) CheckReceivers(t testing.TB, w *World, n int) (sent, all int) {
	b.prepare(w, n, nil)
	var friends, receivers [BlockSize]map[int]bool
	for i := range friends {
		friends[i], receivers[i] = map[int]bool{}, map[int]bool{}
	}
	for day := range int16(w.Days) {
		b.day(day, nil)
		for i := range b.All {
			today := map[int]bool{}
			for k := range uint64(8) {
				f := b.circle.friend(b, i, k)
				today[f], friends[i][f] = true, true
			}
			c := &b.contacts[i]
			for _, e := range c.sentTo[:min(int(c.sentN), len(c.sentTo))] {
				to := int(e.who())
				if e.day() != day {
					continue
				}
				if !today[to] {
					t.Fatalf("position %d sends to %d on %v, who is none of %v", i, to, b.date(day), today)
				}
				receivers[i][to] = true
				sent++
			}
		}
	}
	for i := range friends {
		if same := len(friends[i]) <= 8; same && len(receivers[i]) > 8 {
			t.Errorf("position %d sends to %d people", i, len(receivers[i]))
		} else if same && len(receivers[i]) == 8 {
			all++
		}
	}
	return sent, all
}

// CheckPaydays lives through block n and checks that everybody spends the new month's daily plan on payday itself,
// as far as there is money. It returns how many paydays had a plan that there was money for.
func (b *Block) CheckPaydays(t testing.TB, w *World, n int) (covered int) {
	b.prepare(w, n, nil)
	for b.t = 0; int(b.t) < w.Days; b.t++ {
		var paid []int16
		for i := b.paid[b.t]; i != nobody; i = b.nextPaid[i] {
			if b.stay[i].covers(b.t) {
				paid = append(paid, i)
			}
		}
		b.paydays()
		for _, i := range paid {
			a := b.acc[i]
			b.spend(&a, b.t)
			left := max(b.acc[i].bank-b.acc[i].floor, 0)
			plan := b.acc[i].daily
			if !a.secondary { // payday is the first of the days on which more is spent
				plan += int32(float64(plan) * (float64(w.front) / 65536))
			}
			if got, want := b.acc[i].bank-a.bank, min(plan, left); got != want {
				t.Fatalf("position %d spends %d on payday, of a plan of %d and %d there", i, got, b.acc[i].daily, left)
			} else if got > 0 {
				covered++
			}
		}
	}
	return covered
}
