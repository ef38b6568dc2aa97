package ledger_test

import (
	"strings"
	"testing"

	"overshare/scenarios"
	"overshare/sim/ledger"
	"overshare/sim/record"
	"overshare/sim/simtest"
)

// tally counts what becomes of bills.
type tally struct {
	bills, bounced, itemsBad, items int
	cause                           [record.NumCauses]int
	onDay                           map[record.Day]int // bills that bounced for an outage, by day of the charge
	again                           int                // bills asked for by somebody whose earlier bill was lost
	lost                            map[record.Person]record.Day
	gaps                            []float64 // days from a loss to the next bill asked for
}

func (c *tally) Ask(b *ledger.Block, i int, d record.Day) int32 {
	if day, ok := c.lost[b.All[i].ID]; ok {
		c.again++
		c.gaps = append(c.gaps, float64(d-day))
		delete(c.lost, b.All[i].ID)
	}
	return 0
}

func (c *tally) Billed(_ *ledger.Block, bill *record.Bill) {
	c.bills++
	c.cause[bill.Cause]++
	c.items, c.itemsBad = c.items+int(bill.Items), c.itemsBad+int(bill.ItemsBad)
	if bill.Bounced {
		c.bounced++
		if !bill.Recovered {
			c.lost[bill.Person] = bill.Closed
		}
	}
	if bill.Cause == record.CauseOutage {
		c.onDay[bill.Settle]++
	}
}

func (*tally) Probe(*ledger.Block, int) (record.Day, bool) { return 0, false }
func (*tally) Look(*ledger.Block, int, record.Day) int32   { return -1 }
func (*tally) Outcome(*ledger.Block, int, int32, bool)     {}

func count(w *ledger.World, blocks int) *tally {
	c := &tally{onDay: map[record.Day]int{}, lost: map[record.Person]record.Day{}}
	var b ledger.Block
	for n := range blocks {
		clear(c.lost)
		b.Simulate(w, n, c)
	}
	return c
}

func (c *tally) rate() float64 { return float64(c.bounced) / float64(c.bills) }

// A rate that no scale gives is refused with what can be given and what to change.
func TestTargetRateOutOfReach(t *testing.T) {
	_, err := try("kakaopay-2024", "bills.target_rate=0.45")
	if err == nil || !strings.Contains(err.Error(), "target_rate 0.45 cannot be reached") || !strings.Contains(err.Error(), "people.hand_to_mouth") {
		t.Errorf("got %v", err)
	}
}

// When banks fail, all their customers meet it on the same evening: failed debits come in days, and on no day
// without an outage. Who is down is the same whoever asks and in whatever window.
func TestOutagesAreCommon(t *testing.T) {
	set := []string{"bills.outage_rate=0", "bills.bank_outages=0.01", "people.auto_topup=1", "platform.share_end=0.6", "platform.scope_at_random=true"}
	w := prepare(t, "kakaopay-2024", set...)
	c := count(w, 60)
	if c.cause[record.CauseOutage] < 50 {
		t.Fatalf("only %d failed debits", c.cause[record.CauseOutage])
	}
	for d, n := range c.onDay {
		if w.Shock(d).BanksDown == 0 {
			t.Errorf("%d debits failed on %v, when no bank was down", n, d)
		}
	}
	evenings := 0
	for d := w.Start; d < w.Start+record.Day(w.Days); d++ {
		evenings += w.Shock(d).BanksDown
	}
	simtest.Accept(t, 2024).Share("evenings on which a bank is down", int64(evenings), int64(9*w.Days), 0.01)
	later := prepare(t, "kakaopay-2024", append(set, "evaluation.epoch=2024-05-01")...)
	for d := later.Start; d < w.Start+record.Day(w.Days); d++ {
		if later.Shock(d) != w.Shock(d) {
			t.Errorf("%v: %+v in one window, %+v in another", d, w.Shock(d), later.Shock(d))
		}
	}
	if c := count(prepare(t, "kakaopay-2024", append(set, "bills.bank_outages=0")...), 20); c.cause[record.CauseOutage] != 0 {
		t.Errorf("%d debits failed without outages", c.cause[record.CauseOutage])
	}
}

// A shock to everybody's money lets more bills bounce.
func TestNationalShocksAreFelt(t *testing.T) {
	calm := count(prepare(t, "kakaopay-2024", "bank.national_shocks=0", "bank.region_shocks=0"), 60)
	hard := count(prepare(t, "kakaopay-2024", "bank.national_shocks=1", "bank.common_factor=10"), 60)
	if hard.rate() < 1.05*calm.rate() {
		t.Errorf("%.4f of bills bounce in shocks, %.4f without", hard.rate(), calm.rate())
	}
}

// Who lost a bill is back after a time, and that time follows its parameter.
func TestLockoutEnds(t *testing.T) {
	mean := func(days string) (m float64, n int) {
		c := count(prepare(t, "kakaopay-2024", "bills.lockout_days="+days, "evaluation.train_days=300", "people.secondary=0.3", "bills.learn_leave=0"), 60)
		for _, g := range c.gaps {
			m += g
		}
		return m / float64(len(c.gaps)), len(c.gaps)
	}
	short, n := mean("5")
	long, _ := mean("60")
	if n < 100 || long < short+15 {
		t.Errorf("back after %.1f days at a mean of 5 (%d people), after %.1f at 60", short, n, long)
	}
}

// What people learn changes how often bills bounce: a balance kept and automatic top-up switched on lower it,
// so does leaving.
func TestLearningLowersBounces(t *testing.T) {
	none := []string{"bills.learn_auto=0", "bills.learn_keep=0", "bills.learn_leave=0", "bills.learn_days=400", "people.secondary=0.2", "bills.keep_won=60000"}
	base := count(prepare(t, "kakaopay-2024", none...), 100).rate()
	for _, learn := range []string{"bills.learn_keep=1", "bills.learn_leave=1"} {
		if got := count(prepare(t, "kakaopay-2024", append(none, learn)...), 100).rate(); got > 0.93*base {
			t.Errorf("%s: %.4f of bills bounce, %.4f without", learn, got, base)
		}
	}
}

// Item-by-item charging fails for its own reasons, each reached by its parameter.
func TestItemsFailOnTheirOwn(t *testing.T) {
	rate := func(sets ...string) float64 {
		never := []string{"bills.item_abandon=0", "bills.item_outage=0", "bills.item_unit=1", "bills.bank_outages=0"}
		c := count(prepare(t, "kakaopay-2024", append(never, sets...)...), 60)
		return float64(c.itemsBad) / float64(c.items)
	}
	base := rate()
	for set, least := range map[string]float64{"bills.item_abandon=0.1": 0.08, "bills.item_outage=0.2": 0.02, "bills.item_unit=100000": 0.002, "bills.bank_outages=1": 0.05} {
		if got := rate(set); got < base+least {
			t.Errorf("%s: %.4f of purchases fail, %.4f without", set, got, base)
		}
	}
}

// The laws of money hold where every new mechanism is at work.
func TestLawsOfMoneyWhenAllLearn(t *testing.T) {
	w := prepare(t, "kakaopay-2024", append(crowded, "people.secondary=0.5", "bills.learn_auto=0.3", "bills.learn_keep=0.3",
		"bills.learn_leave=0.2", "bills.bank_outages=0.1", "bank.national_shocks=0.5", "bills.lockout_days=3", "bills.learn_days=20")...)
	var b ledger.Block
	for n := range 12 {
		follow(t, w, &b, n).conserved()
		if b.Flows[ledger.FromMain] == 0 {
			t.Error("nothing came to second accounts")
		}
	}
}

// No assumed number of bank, bills and wallet goes without a range to try.
func TestAssumedMoneyHasRanges(t *testing.T) {
	for _, p := range scenarios.Standard().Parameters() {
		if (p.Area == "bank" || p.Area == "bills" || p.Area == "wallet") && p.Mark == scenarios.Assumed && p.Try == nil && p.Kind.Name != "bool" {
			t.Errorf("%s has no range to try", p.Path)
		}
	}
}
