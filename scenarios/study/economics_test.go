package study

import (
	"math"
	"testing"

	"overshare/sim/record"
	"overshare/sim/rng"
)

// prices are round so that a reader can check the cases by hand.
var prices = Economics{Fee: 100, Margin: 0.2, SalesLost: 0.5, BounceCost: 50}

// Three purchases, one of 1,000 won declined if charged one by one; bill of 9,000 won.
//
//	paid at once: two separate charges instead of one, 100 won saved; margin of the sale kept, 0.5·0.2·1,000
//	recovered:    the same less 50
//	never paid:   no charge at all instead of two, 200 saved; 100 kept; 9,000 and 50 lost
func TestPriceOfABillByHand(t *testing.T) {
	b := BillRow{Amount: 9000, Items: 3, ItemsBad: 1, ItemsBadWon: 1000}
	for _, c := range []struct {
		name           string
		bad, recovered bool
		want           brought
	}{
		{"paid at once", false, false, brought{100, 100, 0}},
		{"recovered", true, true, brought{100, 100, 50}},
		{"never paid", true, false, brought{200, 100, 9050}},
	} {
		b.Recovered = c.recovered
		if got := prices.bundled(&b, c.bad); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// The books add up to what the bills bring one by one, but for half a won a bill of rounding; adding books
// of two halves is adding all bills.
func TestBooksEqualBills(t *testing.T) {
	truth, _ := randomBills(20_000, 1)
	var whole Books
	var half [2]Books
	var sum [2]float64
	for i := range truth.Bills {
		whole.add(&truth.Bills[i], truth.Bad[i])
		half[i%2].add(&truth.Bills[i], truth.Bad[i])
		k := 0
		if truth.Bad[i] {
			k = 1
		}
		sum[k] += float64(prices.bundled(&truth.Bills[i], truth.Bad[i]).net())
	}
	half[0].Plus(half[1])
	if half[0] != whole {
		t.Errorf("two halves add up to %+v, all bills to %+v", half[0], whole)
	}
	if d := prices.gain(&whole.Good, false) - sum[0]; math.Abs(d) > float64(whole.Good.Bills)/2 {
		t.Errorf("paid bills: books and bills differ by %g won", d)
	}
	if d := prices.gain(&whole.Bad, true) - sum[1]; math.Abs(d) > float64(whole.Bad.Bills)/2 {
		t.Errorf("bounced bills: books and bills differ by %g won", d)
	}
}

// Ten paid bills of two purchases bring 100 won each, two bounced ones, never paid, of 1,000 won and one
// purchase cost 1,000 + 50 − 100 each: threshold 100/(100 + 950).
func TestThresholdByHand(t *testing.T) {
	k := Books{Good: Book{Bills: 10, Paid: 10, Items: 20}, Bad: Book{Bills: 2, Items: 2, LostWon: 2000}}
	if p, ok := prices.Threshold(&k); !ok || math.Abs(p-100.0/1050) > 1e-15 {
		t.Errorf("threshold %g, %v, want %g", p, ok, 100.0/1050)
	}
	if prices.blind(&k) {
		t.Error("bundling all loses 900 won, and is what a platform without a score does")
	}
	for name, c := range map[string]struct {
		k    Books
		want float64
		ok   bool
	}{
		"no bounced bill":           {Books{Good: k.Good}, 0, false},
		"no paid bill":              {Books{Bad: k.Bad}, 0, false},
		"bounces cost nothing":      {Books{k.Good, Book{Bills: 2, Paid: 2, Items: 8}}, 1, true},
		"bundling saves nothing":    {Books{Book{Bills: 10, Paid: 10, Items: 10}, k.Bad}, 0, true},
		"only bounces pay, overall": {Books{Book{Bills: 10, Paid: 10, Items: 10}, Book{Bills: 2, Paid: 2, Items: 8}}, 1, true},
	} {
		if p, ok := prices.Threshold(&c.k); p != c.want || ok != c.ok {
			t.Errorf("%s: threshold %g, %v, want %g, %v", name, p, ok, c.want, c.ok)
		}
	}
}

// With gains that do not depend on the probability, and probabilities that are right, no other threshold
// brings more on average: the rule's derivation, checked in closed form over probabilities k/1000.
func TestThresholdIsBest(t *testing.T) {
	good, bad := 130.0, -2300.0
	k := Books{Good: Book{Bills: 1, Paid: 1, Items: 1, DeclinedWon: 1300}, Bad: Book{Bills: 1, LostWon: 2250}}
	at, _ := prices.Threshold(&k)
	worth := func(t float64) (sum float64) {
		for p := 0.0005; p < 1; p += 0.001 {
			if p < t {
				sum += (1-p)*good + p*bad
			}
		}
		return sum
	}
	best := worth(at)
	for x := 0.0; x <= 1; x += 0.001 {
		if worth(x) > best+1e-9 {
			t.Errorf("threshold %g brings %g, the rule's %g only %g", x, worth(x), at, best)
		}
	}
}

// The policies without a score, and the curve against the slow way: one pass per threshold.
func TestPoliciesAndCurve(t *testing.T) {
	truth, scores := randomBills(20_000, 1)
	x := NewPanel(truth, 3)
	if s := prices.spend(x, func(int) bool { return false }); *s != (Purse{}) {
		t.Error("charging every purchase is not worth 0")
	}
	for k, net := range prices.curve(x, scores[0].P, CurveThresholds) {
		slow := prices.spend(x, func(i int) bool { return float64(scores[0].P[i]) < CurveThresholds[k] })
		if net != slow.Net {
			t.Errorf("threshold %g: the curve has %d won, one pass %d", CurveThresholds[k], net.Total(), slow.Net.Total())
		}
		if d := slow.Fees.Total() + slow.Sales.Total() - slow.Losses.Total(); d != slow.Net.Total() {
			t.Errorf("threshold %g: parts add up to %d, net is %d", CurveThresholds[k], d, slow.Net.Total())
		}
	}
	foreseen := prices.spend(x, func(i int) bool { return !truth.Bad[i] })
	if foreseen.Losses.Total() != 0 {
		t.Error("bills that are paid at once cost losses")
	}
}

// priced returns money of two regimes on random bills; regime 0 exposes people needlessly, regime 1 none.
func priced(t *testing.T, threshold float64) (*Money, *Panel, []*Measured) {
	t.Helper()
	truth, scores := randomBills(20_000, 2)
	x := NewPanel(truth, 3)
	all := []*Measured{{Scorer: "scorecard", Scores: scores}}
	m := &Money{Economics: &prices, Alpha: 0.05, Threshold: threshold, Known: true, Bills: x.CountBills(), PerYear: 1e6,
		Needless: []float64{500, 0}, Fullest: 1}
	m.decide(all, x)
	return m, x, all
}

// The price of exposure is the yearly gain over the people exposed, and only where the gain is above 0.
func TestBreakEvenByHand(t *testing.T) {
	m, _, _ := priced(t, 0.018)
	// The first regime gains 3 won on every bill of the second.
	m.Choices[0].Purse.Net = m.Choices[1].Purse.Net
	for g := range m.Bills {
		m.Choices[0].Purse.Net[g] += 3 * m.Bills[g]
	}
	got := m.BreakEven(&m.Choices[0])
	if !got.OK || math.Abs(got.Value-3*1e6/500) > 1e-6 || math.Abs(got.Low-got.Value) > 1e-6 || math.Abs(got.High-got.Value) > 1e-6 {
		t.Errorf("price %+v, want 6000 exactly", got)
	}
	if got := m.BreakEven(&m.Choices[1]); got != (Price{}) {
		t.Errorf("nobody is exposed needlessly, and the price is %+v", got)
	}
	// A gain that is 0 on average, give or take: a bound and no price.
	for g := range m.Bills {
		m.Choices[0].Purse.Net[g] = m.Choices[1].Purse.Net[g] + int64(g%2*2-1)*100
	}
	gain := m.Over(&m.Choices[0], &m.Choices[1])
	got = m.BreakEven(&m.Choices[0])
	if got.OK || got.HasLow || !got.HasHigh || math.Abs(got.High-gain.High*1e6/500) > 1e-9 || got.Note == "" {
		t.Errorf("gain %+v: price %+v, want the bound %g alone", gain, got, gain.High*1e6/500)
	}
	// A loss has no price, and the bound is 0.
	for g := range m.Bills {
		m.Choices[0].Purse.Net[g] = m.Choices[1].Purse.Net[g] - 5*m.Bills[g]
	}
	if got := m.BreakEven(&m.Choices[0]); got.OK || got.High != 0 || got.Note == "" {
		t.Errorf("a loss has the price %+v", got)
	}
}

// The numbers of a choice agree with each other, and a score that is the same for all is a policy without one.
func TestChoicesAddUp(t *testing.T) {
	m, x, all := priced(t, 0.018)
	if len(m.Choices) != 2 {
		t.Fatalf("%d choices", len(m.Choices))
	}
	perBill := func(s *Sums) float64 { return s.Over(m.Bills, m.Alpha).Value }
	for i := range m.Choices {
		c := &m.Choices[i]
		near(t, "net benefit", m.Net(c).Value, perBill(&c.Purse.Fees)+perBill(&c.Purse.Sales)-perBill(&c.Purse.Losses))
		near(t, "difference", m.Over(c, m.Find(c.Scorer, 0)).Value, m.Net(c).Value-m.Net(&m.Choices[0]).Value)
		near(t, "over blind", m.Over(c, m.Find("", -1)).Value, m.Net(c).Value)
		if m.Net(c).Value > m.Net(&m.Foreseen).Value {
			t.Error("a score brings more than knowing the outcome")
		}
	}
	if p := m.BreakEven(&m.Choices[1]); p != (Price{}) {
		t.Errorf("a price where nobody is exposed needlessly: %+v", p)
	}
	for i := range all[0].Scores[1].P {
		all[0].Scores[1].P[i] = 0.01
	}
	m.Choices = nil
	m.decide(all, x)
	if m.Net(&m.Choices[1]) != m.Net(&m.All) {
		t.Error("a constant score below the threshold is not bundling all")
	}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*math.Max(1, math.Abs(want)) {
		t.Errorf("%s: %g, want %g", what, got, want)
	}
}

// The interval of the net benefit covers the mean at its level, bills of one person being alike: 600 samples
// of 400 people with 1 to 6 bills each, all of a person's with the same fate (a bounce of 5,000 won at a
// rate of 0.1, or 100 won saved). The mean is exact by the ratio of expectations. The standard error of the
// share covered is 0.0089; the limit is 4.9 of them (false-alarm rate 1e-6) and 0.015 for the skewness of
// such Sums at 40 bounces a sample. Taking bills as independent covers about 0.70.
func TestNetBenefitCoverage(t *testing.T) {
	mean := 0.9*100 + 0.1*(100-5000-50)
	covered, const600 := 0, 600
	for k := range uint64(const600) {
		truth := &Truth{}
		for u := range uint32(400) {
			s := rng.Open(11, rng.PurposeBootstrap, k<<32|uint64(u))
			bad := s.Uniform(0) < 0.1
			for range 1 + rng.Below(s.At(1), 6) {
				truth.Bad = append(truth.Bad, bad)
				truth.Cluster = append(truth.Cluster, u)
				b := BillRow{Items: 2, Amount: 5000, Cause: record.CauseBank}
				if bad {
					b.Items = 1
				}
				truth.Bills = append(truth.Bills, b)
			}
		}
		x := NewPanel(truth, k)
		e := prices.spend(x, func(int) bool { return true }).Net.Over(x.CountBills(), 0.05)
		if e.Low <= mean && mean <= e.High {
			covered++
		}
	}
	if share := float64(covered) / float64(const600); math.Abs(share-0.95) > 0.059 {
		t.Errorf("covered %.4f, want 0.95 ± 0.059 (seed 11)", share)
	}
}
