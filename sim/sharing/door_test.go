package sharing_test

import (
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/sharing"
)

// An usher counts, in a life of its own, who is asked for on which day.
type usher struct {
	asked  map[record.Person][]record.Day
	people record.Person
}

func (u *usher) Ask(b *ledger.Block, i int, d record.Day) int32 {
	if q := &b.All[i]; q.ID < u.people {
		u.asked[q.ID] = append(u.asked[q.ID], d)
	}
	return -1
}
func (*usher) Billed(*ledger.Block, *record.Bill)          {}
func (*usher) Probe(*ledger.Block, int) (record.Day, bool) { return 0, false }
func (*usher) Look(*ledger.Block, int, record.Day) int32   { return -1 }
func (*usher) Outcome(*ledger.Block, int, int32, bool)     {}

// Requests are counted at the door: those that happened in the window, each answered or not by the rule, and
// no purchase that only joins a bundle or is never made because a bill is owed. Outside the window the days
// with a purchase are scaled to that.
func TestRequestsAreCountedAtTheDoor(t *testing.T) {
	const users = 4000
	p := prepare(t, "kakaopay-2024", append([]string{"run.users=4000"}, crowded...)...)
	b := border(t, p, "on-request", "in-scope", "score-only", "on-request-28")
	count := b.NewCount()
	crossing := b.Cross(users, &pile{border: b})
	crossing.Count(&count, p.World.Start, p.World.Days)
	var block, other ledger.Block
	u := &usher{map[record.Person][]record.Day{}, users}
	closed := b.NewCount()
	plainly := b.Counter(&closed, p.World.Start, p.World.Start+record.Day(p.World.Days)-1)
	want, bought, seen := sharing.Exposure{}, int64(0), 0
	end := p.World.Start + record.Day(p.World.Days) - 1
	for n := range ledger.Blocks(users) {
		block.Simulate(p.World, n, crossing)
		other.Simulate(p.World, n, u)
		for i := range min(ledger.BlockSize, users-n*ledger.BlockSize) {
			crossing.Add(&block, i)
			q := &other.All[i]
			plainly.Add(p.World.Pop, q)
			k := int64(0)
			for _, d := range u.asked[q.ID] {
				seen++
				if night := d - 1; night >= p.World.Start && night < end && night <= b.DailyTo && q.InScope(night) && q.InScope(d) {
					k++
				}
			}
			want.In.Records += k
			want.In.People += min(k, 1)
			months := people.Months(p.World.Start, end+1)
			p.World.Pop.PurchaseDays(q, months, func(k int, days uint32) {
				for x := range record.Day(31) {
					if night := months[k].First + x - 1; days>>x&1 != 0 && night >= p.World.Start && night < end && night <= b.DailyTo && q.Scope <= night {
						bought++
					}
				}
			})
		}
	}
	crossing.Close()
	plainly.Close()
	got := b.InWindow(&count, 0).In
	if got.Records != want.In.Records || got.People != want.In.People {
		t.Errorf("%d records of %d people at the door, %d of %d people asked for and answered", got.Records, got.People, want.In.Records, want.In.People)
	}
	if got.Records >= bought*9/10 || got.Records < bought/4 {
		t.Errorf("%d answers on %d days with a purchase: nobody is locked out and no bundle is joined", got.Records, bought)
	}
	outside := b.Whole(&closed, 0).In.Records - b.InWindow(&closed, 0).In.Records
	b.Derive(&count)
	whole := b.Whole(&count, 0).In.Records - got.Records
	exact := float64(outside) * float64(got.Records) / float64(bought)
	if d := float64(whole) - exact; d < -1 || d > 1 || !b.Derived(&count, 0) || b.Derived(&count, 1) {
		t.Errorf("%d records outside the window, want %.1f; derived %v and %v", whole, exact, b.Derived(&count, 0), b.Derived(&count, 1))
	}
	sum := int64(0)
	_, days := b.Sent(&count, 0, sharing.PurposeScore)
	for _, n := range days {
		sum += n
	}
	if sum != whole+got.Records {
		t.Errorf("%d records by day, %d in all", sum, whole+got.Records)
	}
	if b.Whole(&count, 2) != b.Whole(&count, 0) || b.Whole(&count, 3) != b.Whole(&count, 0) {
		t.Error("a score, and a longer record, are not sent when a record is")
	}
	if seen < 500 {
		t.Errorf("only %d asks", seen)
	}
}
