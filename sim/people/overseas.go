package people

import (
	"fmt"
	"math"
	"slices"

	"overshare/sim/portable"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// The calendar of overseas payments. Somebody who pays overseas at all has a number of payments for the
// whole flow, log-normal between payers and rounded at random to a whole number, and each payment has a
// day of its own, drawn from the growth curve of the flow; those on which the account is not live do not
// happen. So payments of one person are independent in time and, seen by month, close to Poisson, and
// the whole flow of a person costs one draw and a third for every payment.
type overseasTables struct {
	users uint64                       // a 32-bit draw below this pays overseas
	rate  [1 << tableBits]uint32       // payments over the whole flow by payer, in units of 2^-overseasFraction
	day   [1<<overseasCells + 1]uint32 // quantiles of the day, counted from the first, in units of 2^-overseasFraction
}

const (
	overseasFraction = 12 // binary places of the tables
	overseasCells    = 10
	overseasMost     = 65535 // payments of one person; what exceeds it does not happen
)

// prepareOverseas solves for the mean number of payments of a payer that gives PerDay payments a day over
// the whole flow,
//
//	mean = PerDay · days / (Users · Σ w(d) Live(d)),   w(d) ∝ (1 + Growth)^((d − From)/365.25) / Live(d),
//
// w summing to 1: so the number a day grows by Growth a year, whatever the live base does.
func (p *Population) prepareOverseas() error {
	c, t := &p.Overseas, &p.overseas
	if c.PerDay == 0 || c.Users == 0 || c.To < c.From {
		return p.noOverseas()
	}
	if c.To-c.From >= 1<<(32-overseasFraction) {
		return fmt.Errorf("overseas: from %v to %v is too long; bring the dates together", c.From, c.To)
	}
	growth, weights, cum := 0.0, 0.0, curve{}
	cum.add(0, 0)
	for d := c.From; d <= c.To; d++ {
		g := portable.Pow(1+c.Growth, float64(d-c.From)/365.25)
		growth += g
		weights += g / math.Max(p.LiveBase(max(d, p.Population.BulkFrom)), 1)
		cum.add(float64(d-c.From+1), weights)
	}
	days := float64(c.To - c.From + 1)
	mean := c.PerDay * days / (c.Users * growth / weights)
	for i := range t.day {
		t.day[i] = uint32(cum.inverse(weights*float64(i)/(1<<overseasCells)) * (1 << overseasFraction))
	}
	t.users = uint64(c.Users * (1 << 32))
	return t.prepareRates(mean, c)
}

// noOverseas leaves the calendar empty, which is an answer only if nobody is to pay.
func (p *Population) noOverseas() error {
	c := &p.Overseas
	switch {
	case c.To < c.From:
		return fmt.Errorf("overseas: to %v is before from %v; set per_day to 0 for no overseas payments", c.To, c.From)
	case c.PerDay > 0:
		return fmt.Errorf("overseas: %.6g payments a day need somebody who pays; raise users above 0 or set per_day to 0", c.PerDay)
	}
	return nil
}

// prepareRates fills the table of payments by payer. It is scaled to the mean that the table itself has.
func (t *overseasTables) prepareRates(mean float64, c *Overseas) error {
	rates := LogNormalTable(1, c.RateTail)
	sum, got := 0.0, 0.0
	for _, r := range rates {
		sum += float64(r)
	}
	for i, r := range rates {
		x := math.Min(mean*float64(r)*float64(len(rates))/sum, overseasMost)
		t.rate[i] = uint32(x * (1 << overseasFraction))
		got += float64(x / float64(len(rates)))
	}
	if got < 0.999*mean {
		return fmt.Errorf("overseas: %.6g payments a day are %.3g a payer over the whole flow, and no payer makes more than %d; raise users or lower per_day or rate_tail",
			c.PerDay, mean, overseasMost)
	}
	return nil
}

// OverseasPayments appends to buf the days on which q pays overseas, one for every payment, in the order
// in which they were drawn: not sorted, a day as often as there are payments on it. Only days on which q
// is live appear.
//
// Cost: 15 ns to find out that somebody never pays overseas, 3 ns a payment (BenchmarkOverseasPayments).
func (p *Population) OverseasPayments(q *Person, buf []record.Day) []record.Day {
	t := &p.overseas
	if t.users == 0 {
		return buf
	}
	s := rng.Open(p.seed, rng.PurposeOverseas, uint64(q.ID))
	x := s.At(0)
	if x&(1<<32-1) >= t.users {
		return buf
	}
	n := (t.rate[x>>32&(1<<tableBits-1)] + uint32(x>>44)&(1<<overseasFraction-1)) >> overseasFraction
	have, left := len(buf), int32(n)
	buf = slices.Grow(buf, int(n)+2)[:have+int(n)+2]
	from, join, stay := p.Overseas.From, q.Join, uint32(q.Leave-q.Join)
	for k := uint64(1); left > 0; k++ {
		// All three are written, and only what is live stays: no branch to guess.
		y := s.At(k)
		d := from + t.dayAt(y)
		buf[have] = d
		if uint32(d-join) < stay {
			have++
		}
		d = from + t.dayAt(y>>21)
		buf[have] = d
		if left > 1 && uint32(d-join) < stay {
			have++
		}
		d = from + t.dayAt(y>>42)
		buf[have] = d
		if left > 2 && uint32(d-join) < stay {
			have++
		}
		left -= 3
	}
	return buf[:have]
}

// dayAt returns the day, counted from the first, at the lowest 21 bits of x: a cell of the table by ten
// of them, a place in it by the other eleven.
func (t *overseasTables) dayAt(x uint64) record.Day {
	const rest = 21 - overseasCells
	i, w := x>>rest&(1<<overseasCells-1), x&(1<<rest-1)
	a, b := uint64(t.day[i]), uint64(t.day[i+1])
	return record.Day((a + (b-a)*w>>rest) >> overseasFraction)
}
