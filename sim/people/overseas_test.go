package people_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/simtest"
)

// PurchaseDays names exactly the days of Purchases, for lives and registrations that begin and end anywhere
// within a month.
func TestPurchaseDaysAreThoseOfPurchases(t *testing.T) {
	p := population(t)
	months := people.Months(record.DayOf(2019, 7, 1), record.DayOf(2021, 1, 1))
	found := 0
	for u := range record.Person(20_000) {
		var q people.Person
		p.Person(u, &q)
		if !q.Payer {
			continue
		}
		if u%2 == 0 { // a short life of its own
			q.Join = months[3].First + record.Day(u%40)
			q.Scope, q.Leave = q.Join+record.Day(u%7), q.Join+record.Day(u%7)+1+record.Day(u%90)
		}
		var want, got []record.Day
		for _, m := range months {
			for _, x := range p.Purchases(&q, m, nil) {
				if len(want) == 0 || want[len(want)-1] != x.Day {
					want = append(want, x.Day)
				}
			}
		}
		p.PurchaseDays(&q, months, func(at int, days uint32) {
			for k := range record.Day(32) {
				if days>>k&1 != 0 {
					got = append(got, months[at].First+k)
				}
			}
		})
		if !slices.Equal(got, want) {
			t.Fatalf("person %d, %v to %v: days %v, purchases on %v", u, q.Scope, q.Leave, got, want)
		}
		found += len(got)
	}
	if found < 10_000 {
		t.Fatalf("only %d days", found)
	}
}

// eternal is a person with every day to pay on.
func eternal(u record.Person) *people.Person { return &people.Person{ID: u, Leave: people.Never} }

// The days of payments follow w(d) ∝ 1.25^(d/365.25) / Live(d), drawn independently: given their number, the
// payments of a year are binomial. The share of users is theirs, too.
func TestOverseasPaymentsGrow(t *testing.T) {
	p := population(t)
	o := &p.Overseas
	const n = 40_000
	users, all, byYear := int64(0), int64(0), map[int]int64{}
	var buf []record.Day
	for u := range record.Person(n) {
		buf = p.OverseasPayments(eternal(u), buf[:0])
		all += int64(len(buf))
		for _, d := range buf {
			if d < o.From || d > o.To {
				t.Fatalf("payment on %v, outside of the flow", d)
			}
			byYear[d.Time().Year()]++
		}
		if len(buf) > 0 {
			users++
		}
	}
	weight, total := map[int]float64{}, 0.0
	for d := o.From; d <= o.To; d++ {
		w := math.Pow(1+o.Growth, float64(d-o.From)/365.25) / p.LiveBase(d)
		weight[d.Time().Year()] += w
		total += w
	}
	a := simtest.Accept(t, seed)
	for year, w := range weight {
		a.Share("payments of a year", byYear[year], all, w/total)
	}
	// Of the users, those whose number is rounded to 0 do not show: fewer than one in a hundred.
	if share := float64(users) / n; share > o.Users+0.012 || share < 0.98*o.Users-0.012 {
		t.Errorf("%.4f of all people pay overseas; %.4f ever do", share, o.Users)
	}
}

// A person pays only while live, and shortening a life takes away exactly the payments outside.
func TestOverseasPaymentsNeedALiveAccount(t *testing.T) {
	p := population(t)
	from, to := record.DayOf(2021, 2, 28), record.DayOf(2022, 3, 1)
	kept := 0
	for u := range record.Person(4000) {
		whole := p.OverseasPayments(eternal(u), nil)
		part := p.OverseasPayments(&people.Person{ID: u, Join: from, Leave: to}, nil)
		want := slices.DeleteFunc(whole, func(d record.Day) bool { return d < from || d >= to })
		if !slices.Equal(part, want) {
			t.Fatalf("person %d: %v, of the whole life %v", u, part, want)
		}
		kept += len(part)
	}
	if kept < 1000 {
		t.Fatalf("only %d payments", kept)
	}
}

// Without spread between payers everybody's number is the mean, rounded down or up at random.
func TestOverseasNumberIsRoundedAtRandom(t *testing.T) {
	for _, perDay := range []string{"4000", "10000", "14000", "19000", "24000"} {
		p := population(t, "overseas.rate_tail=0", "overseas.users=1", "overseas.growth=0", "overseas.per_day="+perDay)
		o, inverse := &p.Overseas, 0.0
		days := float64(o.To - o.From + 1)
		for d := o.From; d <= o.To; d++ {
			inverse += 1 / p.LiveBase(d)
		}
		mean := o.PerDay * inverse // PerDay · days / Σ w Live, w = 1/Live / Σ 1/Live, Σ w Live = days / inverse
		k, more := int(mean), int64(0)
		const n = 20_000
		for u := range record.Person(n) {
			switch len(p.OverseasPayments(eternal(u), nil)) {
			case k:
			case k + 1:
				more++
			default:
				t.Fatalf("%s a day over %.0f days: %d payments, mean %g", perDay, days, len(p.OverseasPayments(eternal(u), nil)), mean)
			}
		}
		simtest.Accept(t, seed).Share("rounded up", more, n, mean-float64(k))
	}
}

func TestOverseasAtTheEdges(t *testing.T) {
	none := population(t, "overseas.per_day=0", "overseas.users=0")
	day := population(t, "overseas.from=2024-02-29", "overseas.to=2024-02-29")
	found := 0
	for u := range record.Person(20_000) {
		if x := none.OverseasPayments(eternal(u), nil); len(x) > 0 {
			t.Fatal("somebody pays although nobody does")
		}
		for _, d := range day.OverseasPayments(eternal(u), nil) {
			if d != record.DayOf(2024, 2, 29) {
				t.Fatalf("a payment on %v", d)
			}
			found++
		}
	}
	if found == 0 {
		t.Error("nobody pays on the only day")
	}
	for _, c := range [][2]string{
		{"overseas.users=0", "raise users above 0 or set per_day to 0"},
		{"overseas.per_day=1000000000", "raise users or lower per_day"},
	} {
		s, err := scenarios.Load("kakaopay-2024", scenarios.Set(c[0]))
		if err == nil {
			_, err = study.NewPlan(s)
		}
		if err == nil || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: got %v, want %q", c[0], err, c[1])
		}
	}
}

func BenchmarkOverseasPayments(b *testing.B) {
	p := population(b)
	var buf []record.Day
	n := 0
	for i := range b.N {
		buf = p.OverseasPayments(eternal(record.Person(i)), buf[:0])
		n += len(buf)
	}
	b.ReportMetric(float64(n)/float64(b.N), "payments/person")
}
