package ledger_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/record"
)

// The laws here are those that the texts of parameters state.

// Late salaries are as late on average as bank.delay_days says, whatever it is.
func TestDelayHasItsMean(t *testing.T) {
	for _, want := range []float64{1, 2.5, 4, 10} {
		w := prepare(t, "kakaopay-2024", "bank.delay_rate=1", fmt.Sprintf("bank.delay_days=%g", want), "bank.business_days=false")
		sum, most := 0, 0
		const n = 100_000
		for u := range record.Person(n) {
			late := w.Lateness(u, 40)
			if sum, most = sum+late, max(most, late); late < 1 {
				t.Fatalf("a late salary is %d days late", late)
			}
		}
		// An even time from 1 to 2m − 1 days, rounded: its standard deviation is below m.
		if got := float64(sum) / n; math.Abs(got-want) > 5*want/math.Sqrt(n) || float64(most) > 2*want {
			t.Errorf("%.3f days late on average and %d at most, want %g on average", got, most, want)
		}
	}
}

// A session has at most nine intents, as wallet.more_events says, and sixteen whatever its value; their mean is
// that of the geometric law within 1 %.
func TestIntentsOfASession(t *testing.T) {
	for _, c := range []struct {
		share float64
		most  int
	}{{0.47, 9}, {0.9, 16}} {
		list := prepare(t, "kakaopay-2024", fmt.Sprintf("wallet.more_events=%g", c.share)).Intents()
		sum := 0
		for _, n := range list {
			sum += n
		}
		want := (1 - math.Pow(c.share, float64(16))) / (1 - c.share)
		if got := float64(sum) / float64(len(list)); slices.Max(list) != c.most || math.Abs(got/want-1) > 0.01 {
			t.Errorf("at %g a session has %.3f intents and at most %d, want %.3f and %d", c.share, got, slices.Max(list), want, c.most)
		}
	}
}

// While all banks are down and reach everybody, nothing leaves linked accounts but what is spent outside the wallet
// and put aside: no top-up, on no occasion, and no remittance of what is not in the wallet.
func TestOutagesHitEveryDebit(t *testing.T) {
	w := prepare(t, "kakaopay-2024", append(crowded, "bills.bank_outages=1", "bills.outage_reach=1", "people.secondary=0.2", "bills.learn_keep=0.5")...)
	var b ledger.Block
	failed := int64(0)
	for n := range 6 {
		b.Prepare(w, n)
		start := banks(&b)
		x := follow(t, w, &b, n)
		x.conserved()
		if n := b.Kinds[record.EventTopup] + b.Kinds[record.EventAutoTopup]; n != 0 {
			t.Errorf("%d top-ups while every bank is down", n)
		}
		least := start + b.Flows[ledger.FromSalary] + b.Flows[ledger.FromSavings] + b.Flows[ledger.FromMain] - b.Flows[ledger.ToLiving] - b.Flows[ledger.ToSavings] +
			b.Amounts[record.EventWithdrawal] + b.Amounts[record.EventPassedOn]
		if end := banks(&b); end < least {
			t.Errorf("block %d: %d won in linked accounts, at least %d must be", n, end, least)
		}
		failed += b.Kinds[record.EventFailed]
	}
	if failed == 0 {
		t.Error("nothing failed")
	}
}

func banks(b *ledger.Block) (won int64) {
	for _, i := range b.Live() {
		bank, _, _ := b.Holdings(int(i))
		won += bank
	}
	return won
}

// A recorder keeps everybody's record of the night before and compares it with the one behind a score.
type recorder struct {
	watcher
	t     *testing.T
	b     *ledger.Block
	night [ledger.BlockSize]record.Snapshot
	asked int
}

func (r *recorder) morning(record.Day) {
	for _, i := range r.b.Live() {
		r.b.Snapshot(int(i), &r.night[i])
	}
}

func (r *recorder) Ask(b *ledger.Block, i int, d record.Day) int32 {
	var now record.Snapshot
	b.Snapshot(i, &now)
	if r.asked++; now != r.night[i] {
		r.t.Errorf("the record of person %d behind a score asked for on %v is not that of last night:\n%v\n%v", b.All[i].ID, d, now, r.night[i])
	}
	return -1
}

// watcher observes nothing.
type watcher struct{}

func (watcher) Billed(*ledger.Block, *record.Bill)          {}
func (watcher) Probe(*ledger.Block, int) (record.Day, bool) { return 0, false }
func (watcher) Look(*ledger.Block, int, record.Day) int32   { return -1 }
func (watcher) Outcome(*ledger.Block, int, int32, bool)     {}

// A score is asked for before anything of the day has changed a record, also on payday, when what was learnt from a
// bounce is forgotten.
func TestScoresSeeLastNight(t *testing.T) {
	w := prepare(t, "kakaopay-2024", append(crowded, "bills.learn_auto=1", "bills.learn_keep=0", "bills.learn_leave=0", "bills.learn_days=6", "people.auto_topup=0.3",
		"people.reminder_mean=0.5", "platform.oneoff_month=20")...)
	var b ledger.Block
	r := &recorder{t: t, b: &b}
	b.Mornings(r.morning)
	for n := range 10 {
		b.Simulate(w, n, r)
	}
	if r.asked < 5000 {
		t.Errorf("only %d scores asked for", r.asked)
	}
}

// What a second account was last lifted to, and when, is the same in a window that begins later, however rarely
// something is transferred.
func TestTransfersBeforeTheWindow(t *testing.T) {
	sets := []string{"people.secondary=1", "bank.transfer_days=20", "adversary.abuser_share=0"}
	early := prepare(t, "kakaopay-2024", append(sets, "evaluation.warmup_days=96")...)
	late := prepare(t, "kakaopay-2024", append(sets, "evaluation.warmup_days=36")...)
	var a, b ledger.Block
	compared := 0
	for n := range 3 {
		a.LiveUntil(early, n, int(late.Start-early.Start))
		b.Prepare(late, n)
		for _, i := range b.Live() {
			if b.All[i].Join > early.Start {
				continue
			}
			compared++
			dailyA, paidA := a.Latest(int(i))
			if dailyB, paidB := b.Latest(int(i)); dailyA != dailyB || paidA != paidB {
				t.Errorf("person %d: %d a day since %v, in a window that begins later %d since %v", b.All[i].ID, dailyA, paidA, dailyB, paidB)
			}
		}
	}
	if compared < 500 {
		t.Errorf("only %d compared", compared)
	}
}
