package ledger_test

import (
	"math"
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/record"
)

// A ratio counts bills by block, those asked for so late that they may still be open left out.
type ratio struct {
	watcher
	until         record.Day
	bills, bounce []float64
}

func (*ratio) Ask(*ledger.Block, int, record.Day) int32 { return -1 }

func (r *ratio) Billed(b *ledger.Block, bill *record.Bill) {
	if n := int(b.First) / ledger.BlockSize; bill.Ask < r.until {
		r.bills[n]++
		if bill.Bounced {
			r.bounce[n]++
		}
	}
}

// rateOf returns the share of bills that bounce among the people of blocks, with its standard error, blocks as the
// unit: the ratio estimator's, Σ (x_b − r·n_b)² / n².
func rateOf(w *ledger.World, blocks int) (rate, se, bills float64) {
	r := &ratio{until: w.Start + record.Day(w.Days) - 22, bills: make([]float64, blocks), bounce: make([]float64, blocks)}
	var b ledger.Block
	for n := range blocks {
		b.Simulate(w, n, r)
	}
	bounced := 0.0
	for n := range blocks {
		bills, bounced = bills+r.bills[n], bounced+r.bounce[n]
	}
	rate = bounced / bills
	squares := 0.0
	for n := range blocks {
		d := r.bounce[n] - rate*r.bills[n]
		squares += d * d
	}
	return rate, math.Sqrt(squares) / bills, bills
}

// checkTarget holds the rate of a country against the target: within four standard errors, of the country's own people
// and of the some 430,000 bills on which λ was found, which the country knows nothing of. It is the same world
// whenever it is made.
func checkTarget(t *testing.T, target string, blocks int) (error float64) {
	sets := []string{"bank.region_shocks=0", "bank.national_shocks=0", "bills.bank_outages=0", "bills.target_rate=" + target}
	w := prepare(t, "kakaopay-2024", sets...)
	rate, se, bills := rateOf(w, blocks)
	want := w.Bills.TargetRate
	limit := 4 * se * math.Sqrt(1+bills/430_000)
	t.Logf("%.5f of %.0f bills bounce, want %s, standard error %.5f", rate, bills, target, se)
	if math.Abs(rate-want) > limit {
		t.Errorf("%.5f of %.0f bills bounce, want %s ± %.5f", rate, bills, target, limit)
	}
	again, _, _ := rateOf(prepare(t, "kakaopay-2024", sets...), 3)
	if first, _, _ := rateOf(w, 3); first != again {
		t.Error("another world the second time")
	}
	return se / want
}

// A target bounce rate is met by a country that the customers it was found with know nothing of.
func TestTargetRateIsMet(t *testing.T) {
	checkTarget(t, "0.05", 200)
}
