package sharing

import (
	"overshare/sim/record"
	"overshare/sim/sharing/regime"
)

// Whole returns what regime r of b sent for the score in all.
func (b *Border) Whole(c *Count, r int) Exposure { return c.Sets[b.Regimes[r].set].Whole }

// InWindow returns what regime r of b sent for the score in the window.
func (b *Border) InWindow(c *Count, r int) Exposure { return c.Sets[b.Regimes[r].set].Window }

// Exposure returns what regime r of b sent in a flow.
func (b *Border) Exposure(c *Count, r int, f Purpose) Exposure {
	if f == PurposeOverseas {
		if b.Regimes[r].Overseas == regime.Nothing {
			return Exposure{}
		}
		return c.Overseas.Exposure
	}
	return *c.Sets[b.Regimes[r].set].part(f)
}

// part returns the exposure of a part of the score flow.
func (s *SetCount) part(f Purpose) *Exposure {
	switch f {
	case PurposeModel:
		return &s.Model
	case PurposeDaily:
		return &s.Daily
	}
	return &s.Whole
}

// Account returns what regime r of b sent in a flow and whom it fell upon. ok is false for the parts of the
// score flow, of which only [Border.Exposure] is kept.
func (b *Border) Account(c *Count, r int, f Purpose) (a *Account, ok bool) {
	switch {
	case f == PurposeScore:
		s := &c.Sets[b.Regimes[r].set]
		return &Account{s.Whole, s.Score.Times, s.Score.Groups}, true
	case f != PurposeOverseas:
		return nil, false
	case b.Regimes[r].Overseas == regime.Nothing:
		return &Account{}, true
	}
	return &c.Overseas, true
}

// Sent returns the records that regime r of b sent in a flow on every day from first on, in scope and out of
// it together.
func (b *Border) Sent(c *Count, r int, f Purpose) (first record.Day, records []int64) {
	if f == PurposeOverseas {
		if b.Regimes[r].Overseas == regime.Nothing {
			return c.Payments.First, make([]int64, len(c.Payments.Step))
		}
		return c.Payments.First, c.Payments.Step
	}
	return b.byDay(c, r, f, true)
}

// SentInScope returns the records of [Border.Sent] that are of people in scope; the score flow has them.
func (b *Border) SentInScope(c *Count, r int) (first record.Day, records []int64) {
	return b.byDay(c, r, PurposeScore, false)
}

func (b *Border) byDay(c *Count, r int, f Purpose, everybody bool) (first record.Day, records []int64) {
	first, end := b.period()
	records = make([]int64, end-first+1)
	for _, k := range b.sets[b.Regimes[r].set] {
		s, x := &b.sendings[k], &c.Sends[k]
		in, out := x.In.sums(), x.Out.sums()
		for i := range end - first {
			d := first + i
			if f != PurposeScore && (f == PurposeDaily) != b.Daily(d) {
				continue
			}
			if s.when.Request && b.Daily(d) || b.on(s.when, d) {
				records[i] += in[i]
				if everybody {
					records[i] += out[i]
				}
			}
			records[i] += x.Extra[i]
		}
	}
	return first, records
}

// LiveAccounts returns the live accounts on every day from first on.
func (c *Count) LiveAccounts() (first record.Day, accounts []int64) {
	return c.Live.First, c.Live.sums()
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
