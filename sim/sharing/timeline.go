package sharing

import "overshare/sim/record"

// Exposure returns what regime r of b sent in a flow.
func (b *Border) Exposure(c *Count, r int, f Flow) Exposure {
	switch {
	case f == FlowScore:
		return c.Whole[r]
	case f == FlowModel:
		return c.Model[r]
	case f == FlowDaily:
		return c.Daily[r]
	case b.Regimes[r].Group == Nobody:
		return Exposure{}
	}
	return c.Overseas.Exposure
}

// Account returns what regime r of b sent in a flow and whom it fell upon. ok is false for the parts of the
// score flow, of which only [Border.Exposure] is kept.
func (b *Border) Account(c *Count, r int, f Flow) (a *Account, ok bool) {
	switch {
	case f == FlowScore:
		return &c.Score[r], true
	case f != FlowOverseas:
		return nil, false
	case b.Regimes[r].Group == Nobody:
		return &Account{}, true
	}
	return &c.Overseas, true
}

// Sent returns the records that regime r of b sent in a flow on every day from first on, in scope and out of
// it together.
func (b *Border) Sent(c *Count, r int, f Flow) (first record.Day, records []int64) {
	if f == FlowOverseas {
		if b.Regimes[r].Group == Nobody {
			return c.Payments.First, make([]int64, len(c.Payments.Step))
		}
		return c.Payments.First, c.Payments.Step
	}
	in, out := c.Sent[r].In.sums(), c.Sent[r].Out.sums()
	first = c.Sent[r].In.First
	for i := range in {
		in[i] += out[i]
		if d := first + record.Day(i); !b.flowing(f, d) {
			in[i] = 0
		}
	}
	return first, in
}

// SentInScope returns the records of [Border.Sent] that are of people in scope; the score flow has them.
func (b *Border) SentInScope(c *Count, r int) (first record.Day, records []int64) {
	in := c.Sent[r].In.sums()
	first = c.Sent[r].In.First
	for i := range in {
		if !b.Flowing(first + record.Day(i)) {
			in[i] = 0
		}
	}
	return first, in
}

// flowing reports whether d is a day of the given part of the score flow.
func (c *Config) flowing(f Flow, d record.Day) bool {
	return c.Flowing(d) && (f == FlowScore || (f == FlowDaily) == c.Daily(d))
}

// Live returns the live accounts on every day from first on.
func (c *Count) Live() (first record.Day, accounts []int64) {
	return c.Accounts.First, c.Accounts.sums()
}

// sums turns differences into numbers.
func (s *Series) sums() []int64 {
	all, sum := make([]int64, len(s.Step)), int64(0)
	for i, x := range s.Step {
		sum += x
		all[i] = sum
	}
	return all
}

// Quantiles returns how often people were sent, of those sent at all: the least, then for every percentage
// the smallest number that is enough for that share of them, then the most. All are 0 when nobody was sent.
func (a *Account) Quantiles(percent []int64) []int64 {
	q := make([]int64, 0, len(percent)+2)
	below := int64(0) // people sent fewer than n times
	for n, people := range a.Times {
		if people == 0 {
			continue
		}
		if below == 0 {
			q = append(q, int64(n))
		}
		below += people
		for len(q) <= len(percent) && below*100 >= percent[len(q)-1]*a.All.People {
			q = append(q, int64(n))
		}
		if below == a.All.People {
			q = append(q, int64(n))
		}
	}
	for len(q) < len(percent)+2 {
		q = append(q, 0)
	}
	return q
}
