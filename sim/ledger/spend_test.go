package ledger

import (
	"testing"

	"overshare/sim/rng"
)

// Advancing an account in one step comes to the same as day by day with a choice at every step, whatever
// was planned, on whichever day the fixed costs fall, and whether or not the money lasts.
func TestSpendingAtOnceEqualsDayByDay(t *testing.T) {
	b := Block{w: &World{}}
	ranOut, fell, early := 0, 0, 0
	for k := range uint64(20_000) {
		s := rng.Open(1, rng.PurposeLedger, k)
		draw := func(i, n uint64) int32 { return int32(rng.Below(s.At(i), n)) }
		a := account{bank: draw(0, 400_000), floor: draw(1, 200_000), daily: draw(2, 20_000), fixed: draw(3, 150_000),
			seen: int16(draw(4, 20)), fixedDay: int16(draw(5, 60)), earlyTo: int16(draw(7, 46))}
		a.early = int32(int64(a.daily) * 26214 / 65536)
		to := a.seen + int16(draw(6, 30))
		b.Flows[ToLiving] = 0
		once, bank := a, int64(a.bank)
		b.spend(&once, to)
		for day := a.seen + 1; day <= to; day++ {
			want := int64(a.daily)
			if day <= a.earlyTo {
				want += int64(a.daily) * 26214 / 65536
				early++
			}
			if day == a.fixedDay {
				want += int64(a.fixed)
				fell++
			}
			if left := bank - int64(a.floor); left < want {
				want = max(left, 0)
				ranOut++
			}
			bank -= want
		}
		if int64(once.bank) != bank || once.seen != to || b.Flows[ToLiving] != int64(a.bank)-bank {
			t.Fatalf("account %d: %d won left at once, %d day by day, %d spent", k, once.bank, bank, b.Flows[ToLiving])
		}
	}
	if ranOut < 1000 || fell < 1000 || early < 1000 {
		t.Errorf("ran out %d times, fixed costs fell %d times, %d early days: too few to compare", ranOut, fell, early)
	}
}
