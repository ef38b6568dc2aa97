package people_test

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
	"overshare/sim/simtest"
)

// The cases of the property tests are the same in every run; .ci/run -soak draws others.
func init() { _ = flag.Set("rapid.seed", "2024") }

// Months tile the days from start to end: each is a calendar month, and each follows the one before it.
func TestMonthsTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := record.Day(rapid.IntRange(0, 40_000).Draw(t, "start"))
		end := start + record.Day(rapid.IntRange(0, 2000).Draw(t, "days"))
		months := people.Months(start, end)
		if end > start && (months[0].First > start || months[len(months)-1].Next < end) {
			t.Fatalf("months %v to %v do not cover %v to %v", months[0].First, months[len(months)-1].Next, start, end)
		}
		for i, m := range months {
			if m.First.Time().Day() != 1 || m.Next.Time().Day() != 1 || m.Next-m.First < 28 || m.Next-m.First > 31 {
				t.Fatalf("month %v to %v", m.First, m.Next)
			}
			if i > 0 && m.First != months[i-1].Next {
				t.Fatalf("month %v does not follow %v", m.First, months[i-1].Next)
			}
		}
	})
}

// Purchases come in order of day, in their month, while their buyer is registered, at listed prices; and a
// person's purchases of a month do not depend on which months were asked for before.
func TestPurchasesInOrder(t *testing.T) {
	p := population(t)
	prices := map[record.Won]bool{}
	for _, x := range append(append([]record.Won{}, p.Platform.RecurringPrices...), p.Platform.OneoffPrices...) {
		prices[x] = true
	}
	months := people.Months(record.DayOf(2019, 6, 1), record.DayOf(2024, 6, 1))
	bought := 0
	for _, q := range first(p, 20_000) {
		for k, m := range months {
			list := p.Purchases(&q, m, nil)
			bought += len(list)
			for i, x := range list {
				if x.Day < m.First || x.Day >= m.Next || !q.InScope(x.Day) || !q.Payer || !prices[x.Amount] || i > 0 && list[i-1].Day > x.Day {
					t.Fatalf("purchase %d of %+v in %v: %+v", i, q, m.First, list)
				}
			}
			if k%7 == 0 {
				both := p.Purchases(&q, m, p.Purchases(&q, m, nil))
				for i := range list {
					if both[i] != list[i] || both[len(list)+i] != list[i] {
						t.Fatalf("purchases of person %d in %v differ from call to call", q.ID, m.First)
					}
				}
			}
		}
	}
	if bought < 10_000 {
		t.Errorf("only %d purchases seen", bought)
	}
}

// Payers make the configured number of purchases a month. Recurring ones are the same from month to month,
// so a payer is one observation: 40,000 payers over two years, of whom each has its mean a month.
func TestPurchaseRates(t *testing.T) {
	for _, c := range []struct {
		what, off string
		want      func(*people.Population) float64
	}{
		{"recurring", "platform.oneoff_month=0", func(p *people.Population) float64 { return p.Platform.RecurringMonth }},
		{"one-off", "platform.recurring_month=0", func(p *people.Population) float64 { return p.Platform.OneoffMonth }},
	} {
		p := population(t, c.off, "platform.payer_share=1")
		months := people.Months(record.DayOf(2021, 1, 1), record.DayOf(2022, 1, 1))
		var sum, squares float64
		n, buf := int64(0), []people.Purchase(nil)
		for u := range record.Person(20_000) {
			q := people.Person{ID: u, Join: 0, Leave: people.Never, Scope: 0, Payer: true, Appetite: 1}
			x := 0.0
			for _, m := range months {
				buf = p.Purchases(&q, m, buf[:0])
				x += float64(len(buf)) / float64(len(months))
			}
			sum, squares, n = sum+x, squares+x*x, n+1
		}
		mean := sum / float64(n)
		sd := math.Sqrt(squares/float64(n) - mean*mean)
		simtest.Accept(t, seed).Mean(c.what+" purchases a payer-month", mean, sd, n, c.want(p))
	}
}

// Lists of subscriptions end at fifteen, and yet their mean is as configured, whatever it is: over all cells of the
// table within the rounding of each count to cells.
func TestSubscriptionsHaveTheirMean(t *testing.T) {
	m := people.Months(record.DayOf(2021, 1, 1), record.DayOf(2021, 1, 31))[0]
	for _, want := range []float64{0, 0.4, 1.43, 5, 12} {
		p := population(t, "platform.oneoff_month=0", "platform.payer_share=1", fmt.Sprintf("platform.recurring_month=%g", want))
		sum := 0
		const n = 400_000
		for u := range record.Person(n) {
			sum += len(p.Purchases(&people.Person{ID: u, Leave: people.Never, Payer: true}, m, nil))
		}
		sd := math.Sqrt(want * (1 + want)) // of a geometric number, not less than of one cut off
		if got := float64(sum) / n; math.Abs(got-want) > 5*sd/math.Sqrt(n) {
			t.Errorf("%g subscriptions a month, want %g", got, want)
		}
	}
}

// The level of use is that of each year in its middle, and a person's own level grows with tenure.
func TestActivity(t *testing.T) {
	p := population(t)
	for i, year := range p.People.ActivityYears {
		mid := record.DayOf(year, 7, 2)
		if got := p.YearLevel(mid); got < p.People.Activity[i]*0.97 || got > p.People.Activity[i]*1.03 {
			t.Errorf("level in mid-%d is %v, want about %v", year, got, p.People.Activity[i])
		}
	}
	q := people.Person{Join: record.DayOf(2016, 1, 1), Activity: 1}
	before := 0.0
	for d := q.Join; d < q.Join+3000; d += 30 {
		x := p.ActivityAt(&q, d) / p.YearLevel(d)
		if x < before || x < p.People.TenureFloor-1e-9 || x > 1 {
			t.Fatalf("%d days after joining: level %v, before it %v", d-q.Join, x, before)
		}
		before = x
	}
}

// purchasesPlainly is the slow, obvious twin of Purchases: every day of the month asks every subscription and every
// one-off purchase whether it falls there. rates are those of one-off purchases by payer. It calls nothing of
// calendar.go.
func purchasesPlainly(p *people.Population, q *people.Person, m people.Month, rates []float32) (list []people.Purchase) {
	if !q.Payer {
		return nil
	}
	c, s := &p.Platform, rng.Open(seed, rng.PurposePurchase, uint64(q.ID))
	length := int(m.Next - m.First)
	subscriptions, u := 0, (float64(s.At(0)&0xfff)+0.5)/4096
	for ratio := ratioOf(c.RecurringMonth); u > (1-math.Pow(ratio, float64(subscriptions+1)))/(1-math.Pow(ratio, 16)); { // geometric up to 15
		subscriptions++
	}
	rate := float64(rates[s.At(16)%4096])
	oneoffs, below := 0, math.Exp(-rate) // Poisson
	for u, term := s.Uniform(uint64(m.First)*256), below; u > below && oneoffs < 60; {
		oneoffs++
		term *= rate / float64(oneoffs)
		below += term
	}
	for day := 1; day <= length; day++ {
		d := m.First + record.Day(day) - 1
		if d < q.Scope || d < q.Join || d >= q.Leave {
			continue
		}
		for i := range uint64(subscriptions) {
			x := s.At(1 + i)
			if of := 1 + int(rng.Below(x, 31)); of == day || of > length && day == length {
				list = append(list, people.Purchase{Day: d, Amount: priced(c.RecurringPrices, c.RecurringWeights, x)})
			}
		}
		for i := range uint64(oneoffs) {
			x := s.At(uint64(m.First)*256 + 1 + i)
			if int(rng.Below(x, uint64(length))) == day-1 {
				list = append(list, people.Purchase{Day: d, Amount: priced(c.OneoffPrices, c.OneoffWeights, x)})
			}
		}
	}
	return list
}

// ratioOf returns the q of a geometric law cut off after 15 that has the mean: q/(1 − q) − 16q¹⁶/(1 − q¹⁶).
func ratioOf(mean float64) float64 {
	at := func(q float64) float64 { return q/(1-q) - 16*math.Pow(q, 16)/(1-math.Pow(q, 16)) }
	low, high := 0.0, 1-1e-9
	for range 200 {
		if mid := (low + high) / 2; at(mid) < mean {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// priced picks a price by weight from the lowest 16 bits of x.
func priced(prices []record.Won, weights []float64, x uint64) record.Won {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	u := (float64(x%65536) + 0.5) / 65536 * total
	for i, w := range weights {
		if u -= w; u < 0 {
			return prices[i]
		}
	}
	return prices[len(prices)-1]
}

// What people want to buy is what the definition says, for lives that begin and end anywhere; subscriptions fall
// on every day of the month alike, and those of days that a month does not have on its last.
func TestPurchasesAgainstPlainOnes(t *testing.T) {
	p := population(t, "platform.payer_share=1", "platform.share_end=0.5", "platform.scope_at_random=true")
	months := people.Months(record.DayOf(2020, 1, 1), record.DayOf(2021, 4, 1))
	c, found, late := &p.Platform, 0, 0
	rates := people.LogNormalTable(c.OneoffMonth/math.Exp(c.OneoffSigma*c.OneoffSigma/2), c.OneoffSigma)
	for u, q := range first(p, 1500) {
		if u%3 == 0 {
			q.Join = months[3].First + record.Day(u%45)
			q.Scope = q.Join + record.Day(u%5)
			q.Leave = q.Scope + record.Day(u%100)
		}
		got := p.PurchasesOf(&q, months, nil)
		var want []people.Purchase
		for _, m := range months {
			want = append(want, purchasesPlainly(p, &q, m, rates[:])...)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("person %d from %v to %v: %v, plainly %v", q.ID, q.Scope, q.Leave, got, want)
		}
		found += len(got)
		for _, x := range got {
			if x.Day.Time().Day() > 28 {
				late++
			}
		}
	}
	// 37 days of the 15 months (456 days) come after the 28th, and what recurs meets each twelve times a year.
	if share := float64(late) / float64(found); found < 5000 || share < 0.06 || share > 0.13 {
		t.Errorf("%d of %d purchases after the 28th", late, found)
	}
}
