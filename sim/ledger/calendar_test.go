package ledger_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/simtest"
)

// The days on which wallets are opened are those of the definition, whatever day of the week a window begins
// and ends on, however long weeks stay as they are, and for lives that begin and end anywhere in it.
func TestOpensAgainstPlainOnes(t *testing.T) {
	var b ledger.Block
	for k, sets := range [][]string{
		nil, {"wallet.week_stay=0.95"}, {"wallet.week_stay=0"}, {"wallet.payday_boost=9", "wallet.weekday=[0.1, 1, 2, 3, 1, 1, 5]"},
		{"people.activity_sigma=3"}, {"evaluation.train_days=1", "evaluation.test_days=1", "evaluation.tail_days=0", "evaluation.calibration_days=0"},
	} {
		for day := range 7 {
			w := prepare(t, "kakaopay-2024", append(sets, fmt.Sprintf("evaluation.epoch=%v", record.DayOf(2021, 3, 1+day)))...)
			if days, opened := b.CheckOpens(t, w, 100*k+day); opened < days/500 || opened == days {
				t.Errorf("%v: wallets opened on %d of %d days", sets, opened, days)
			}
		}
	}
}

// People use the wallet from the first day: as often in the first week after joining as in the second. Some
// 50,000 newcomers are the observations; a tenth of the first week's days missing is found 999 times in 1,000.
func TestNewcomersBeginAtOnce(t *testing.T) {
	w := prepare(t, "kakaopay-2024", "people.tenure_floor=1", "people.early_use=1", "evaluation.epoch=2020-12-01", "evaluation.train_days=400", "wallet.payday_boost=1")
	var b ledger.Block
	var first, second, squares float64
	n := int64(0)
	for k := range 500 {
		b.Prepare(w, k)
		for _, i := range b.Live() {
			p := &b.All[i]
			if p.Join <= w.Start || p.Join+14 > w.Start+record.Day(w.Days) || p.Leave < p.Join+14 {
				continue
			}
			a, c := 0.0, 0.0
			for d := range record.Day(7) {
				a += b.OpenOn(int(i), p.Join+d)
				c += b.OpenOn(int(i), p.Join+7+d)
			}
			first, second, squares, n = first+a, second+c, squares+(a-c)*(a-c), n+1
		}
	}
	if n < 5000 {
		t.Fatalf("only %d newcomers", n)
	}
	sd := math.Sqrt(squares / float64(n))
	simtest.Accept(t, w.Seed).Mean("days of use in the first week, less those of the second", (first-second)/float64(n), sd, n, 0)
	if least := 0.1 * second / float64(n) * math.Sqrt(float64(n)) / sd; least < 8 {
		t.Errorf("a tenth of the days is only %.1f standard errors: too few newcomers to see it", least)
	}
}

// Two windows that share days tell the same plans for them, whatever their start, length and warm-up: days of
// use, purchases, attacks, paydays and the plans of the month.
func TestWindowsThatOverlapTellTheSamePlans(t *testing.T) {
	window := func(epoch, train, warmup string, more ...string) *ledger.World {
		return prepare(t, "kakaopay-2024", append(append(more, crowded...), "evaluation.epoch="+epoch, "evaluation.train_days="+train, "evaluation.warmup_days="+warmup,
			"bank.delay_rate=0.2", "wallet.week_stay=0.7")...)
	}
	for _, c := range []struct{ a, b *ledger.World }{
		{window("2022-04-01", "42", "42"), window("2022-04-01", "42", "77")},
		{window("2022-04-01", "42", "42"), window("2022-05-09", "95", "40", "evaluation.test_days=11")},
		{window("2021-04-01", "300", "60"), window("2020-12-24", "28", "36", "evaluation.test_days=3", "evaluation.tail_days=1")},
	} {
		from := max(c.a.Start, c.b.Start)
		to := min(c.a.Start+record.Day(c.a.Days), c.b.Start+record.Day(c.b.Days))
		if to < from+30 {
			t.Fatalf("from %v to %v: too few days are shared", from, to)
		}
		told := 0
		for n := range 3 {
			a, b := ledger.Plans(c.a, n, from, to), ledger.Plans(c.b, n, from, to)
			for _, what := range ledger.PlanKinds {
				if !slices.Equal(a[what], b[what]) {
					t.Errorf("block %d, %v to %v: %s differ: %d and %d, the first %s", n, from, to, what, len(a[what]), len(b[what]), firstOther(a[what], b[what]))
				}
				if len(a[what]) == 0 {
					t.Errorf("block %d, %v to %v: no %s", n, from, to, what)
				}
				told += len(a[what])
			}
		}
		if told < 5_000 {
			t.Errorf("only %d plans were compared", told)
		}
	}
}

// Whoever is frozen or drained on the first morning of a window is so on that morning of a window that began long
// before, and for the same cause: attacks do not wait for windows.
func TestAttacksLastIntoTheWindow(t *testing.T) {
	long, late := prepare(t, "kakaopay-2024", append(crowded, "evaluation.train_days=300")...), prepare(t, "kakaopay-2024", append(crowded, "evaluation.train_days=20")...)
	var a, b ledger.Block
	frozen, drained := 0, 0
	for n := range 20 {
		a.LiveUntil(long, n, int(late.Start-long.Start))
		b.Prepare(late, n)
		for _, i := range b.Live() {
			if !b.All[i].Live(late.Start) {
				continue
			}
			by, empty, _, _ := a.Frozen(int(i))
			if late, empty2, _, _ := b.Frozen(int(i)); by != late || empty != empty2 {
				t.Errorf("person %d is frozen for %s, drained %v; in a window that begins today for %s, %v", b.All[i].ID, record.CauseNames[by], empty, record.CauseNames[late], empty2)
			}
			if by != record.CauseNone {
				frozen++
			}
			if empty {
				drained++
			}
		}
	}
	if frozen < 50 || drained < 50 {
		t.Errorf("only %d frozen and %d drained", frozen, drained)
	}
}

func firstOther(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%s and %s", a[i], b[i])
		}
	}
	return "beyond the end of one"
}

// The days of two windows two years apart have luck of their own: somebody who opens the wallet on a day of
// one does so on the same day of the other no more often than on the day a week before or after. Persons are
// the observations.
func TestEpochsHaveLuckOfTheirOwn(t *testing.T) {
	old, late := prepare(t, "kakaopay-2024", "evaluation.epoch=2022-04-04"), prepare(t, "kakaopay-2024", "evaluation.epoch=2024-04-01")
	var a, b ledger.Block
	sum, squares, same, n := 0.0, 0.0, 0.0, int64(0)
	for k := range 40 {
		a.Prepare(old, k)
		b.Prepare(late, k)
		for i := range a.All {
			if p := &a.All[i]; p.Join > old.Start || p.Leave < people.Never && p.Leave < late.Start+record.Day(late.Days) {
				continue
			}
			x := 0.0
			for t := record.Day(7); int(t)+7 < old.Days; t++ {
				if a.OpenOn(i, old.Start+t) == 1 {
					at := b.OpenOn(i, late.Start+t)
					same += at
					x += at - (b.OpenOn(i, late.Start+t-7)+b.OpenOn(i, late.Start+t+7))/2
				}
			}
			sum, squares, n = sum+x, squares+x*x, n+1
		}
	}
	mean := sum / float64(n)
	simtest.Accept(t, old.Seed).Mean("days of use on the same relative day, less a week apart", mean, math.Sqrt(squares/float64(n)-mean*mean), n, 0)
	if same < 10_000 {
		t.Errorf("only %.0f days of use on the same relative day", same)
	}
}
