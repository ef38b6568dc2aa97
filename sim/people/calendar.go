package people

import (
	"fmt"

	"overshare/sim/portable"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// A Purchase is what somebody wants to buy at the platform on a day. The calendar of purchases does not
// depend on money: whether a purchase is paid is the ledger's matter.
type Purchase struct {
	Day    record.Day
	Amount record.Won
}

type purchaseTables struct {
	recurring, oneoff *choice
	rate              [1 << tableBits]float32 // one-off purchases a month by payer
	subscriptions     [1 << tableBits]uint8   // number of recurring purchases a month
}

// mostSubscriptions is the largest number of recurring purchases a month: draws 1 to 15 of a payer are theirs.
const mostSubscriptions = 15

// preparePurchases builds the price lists and rates. The number of subscriptions is geometric up to
// mostSubscriptions, P(n) ∝ qⁿ, the rate of one-off purchases log-normal between payers; both have the
// configured mean.
func (p *Population) preparePurchases() error {
	c := &p.Platform
	if len(c.RecurringPrices) == 0 || len(c.RecurringPrices) != len(c.RecurringWeights) {
		return fmt.Errorf("platform: recurring_prices has %d values, recurring_weights %d; they must pair up and not be empty", len(c.RecurringPrices), len(c.RecurringWeights))
	}
	if len(c.OneoffPrices) == 0 || len(c.OneoffPrices) != len(c.OneoffWeights) {
		return fmt.Errorf("platform: oneoff_prices has %d values, oneoff_weights %d; they must pair up and not be empty", len(c.OneoffPrices), len(c.OneoffWeights))
	}
	t := &p.purchases
	t.recurring, t.oneoff = newChoice(c.RecurringWeights), newChoice(c.OneoffWeights)
	t.rate = logNormalOfMean(c.OneoffMonth, c.OneoffSigma)
	shares := geometric(c.RecurringMonth)
	n, upTo := 0, shares[0] // upTo = P(at most n)
	for i := range t.subscriptions {
		for n < mostSubscriptions && (float64(i)+0.5)/float64(len(t.subscriptions)) > upTo {
			n++
			upTo += shares[n]
		}
		t.subscriptions[i] = uint8(n)
	}
	return nil
}

// geometric returns P(n) ∝ qⁿ for n from 0 to mostSubscriptions, q such that the mean is as given: below
// mostSubscriptions. Bisection to the last bit.
func geometric(mean float64) (shares [mostSubscriptions + 1]float64) {
	lo, hi := 0.0, 1e3
	for range 100 {
		q := (lo + hi) / 2
		total, sum, x := 0.0, 0.0, 1.0
		for n := range shares {
			shares[n] = x
			total, sum = total+x, sum+float64(float64(n)*x)
			x *= q
		}
		for n := range shares {
			shares[n] /= total
		}
		if sum/total < mean {
			lo = q
		} else {
			hi = q
		}
	}
	return shares
}

// A Month is a calendar month: its first day and the first day of the next.
type Month struct{ First, Next record.Day }

// Months returns the calendar months that touch the days from start up to, not including, end.
func Months(start, end record.Day) (months []Month) {
	for t := MonthStart(start).Time(); ; t = t.AddDate(0, 1, 0) {
		first, next := record.DayOf(t.Year(), t.Month(), 1), record.DayOf(t.Year(), t.Month()+1, 1)
		if first >= end {
			return months
		}
		months = append(months, Month{first, next})
	}
}

// Purchases appends to buf what q wants to buy at the platform in month m, between registration and
// leaving, in order of day.
func (p *Population) Purchases(q *Person, m Month, buf []Purchase) []Purchase {
	return p.PurchasesOf(q, []Month{m}, buf)
}

// PurchasesOf appends to buf what q wants to buy in the given months, which must be in order of time; what is
// the same in all months is found once.
func (p *Population) PurchasesOf(q *Person, months []Month, buf []Purchase) []Purchase {
	if !q.Payer || q.Scope == Never {
		return buf
	}
	s := rng.Open(p.seed, rng.PurposePurchase, uint64(q.ID))
	mean := float64(p.purchases.rate[s.At(16)&0xfff] * q.Appetite)
	none := portable.Exp(-mean)
	for _, m := range months {
		if m.Next > q.Scope && m.First < q.Leave {
			buf = p.purchasesIn(q, m, s, mean, none, buf)
		}
	}
	return buf
}

// purchasesIn appends the purchases of month m; s is q's stream, mean its number of one-off purchases a month,
// none the probability of none.
func (p *Population) purchasesIn(q *Person, m Month, s rng.Stream, mean, none float64, buf []Purchase) []Purchase {
	t, from, first := &p.purchases, len(buf), m.First
	for i := range uint64(t.subscriptions[s.At(0)&0xfff]) {
		x := s.At(1 + i)
		day := min(first+record.Day(rng.Below(x, 31)), m.Next-1) // the last day of months that are too short
		buf = append(buf, Purchase{day, p.Platform.RecurringPrices[t.recurring.pick(uint16(x))]})
	}
	// One-off purchases: a Poisson number from one uniform by sequential search, each on an even day of
	// the month.
	month := uint64(first) << 8
	u, n := s.Uniform(month), 0
	for term := none; u > term && n < 60; {
		u -= term
		n++
		term *= mean / float64(n)
	}
	for i := range uint64(n) {
		x := s.At(month + 1 + i)
		buf = append(buf, Purchase{first + record.Day(rng.Below(x, uint64(m.Next-first))), p.Platform.OneoffPrices[t.oneoff.pick(uint16(x))]})
	}
	return inOrder(buf, from, q)
}

// inOrder drops from buf[from:] what lies before registration or after leaving, and sorts the rest by day.
func inOrder(buf []Purchase, from int, q *Person) []Purchase {
	k := from
	for _, b := range buf[from:] {
		if !q.InScope(b.Day) {
			continue
		}
		i := k
		for ; i > from && buf[i-1].Day > b.Day; i-- {
			buf[i] = buf[i-1]
		}
		buf[i] = b
		k++
	}
	return buf[:k]
}

// MonthStart returns the first day of the month of d.
func MonthStart(d record.Day) record.Day {
	t := d.Time()
	return d - record.Day(t.Day()-1)
}
