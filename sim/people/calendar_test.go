package people_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/simtest"
)

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
		// Lists end at nine subscriptions and rates at the 0.99988 quantile: at most 1 % below the mean.
		a := simtest.Accept(t, seed)
		if mean > c.want(p) || mean < 0.985*c.want(p) {
			a.Mean(c.what+" purchases a payer-month", mean, sd, n, c.want(p))
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
