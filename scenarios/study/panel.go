package study

import (
	"overshare/scoring/metric"
	"overshare/sim/rng"
)

// parts is the number of random groups of people behind the intervals of [metric.Ratio]; their standard
// errors are known to 7 %.
const parts = 101

// A Panel is the test bills made ready for what counts money and people: every person belongs to one of
// parts random groups, whole.
type Panel struct {
	*Truth
	Part []uint8 // by bill
}

// NewPanel deals the people to groups, keyed by seed and person.
func NewPanel(t *Truth, seed uint64) *Panel {
	p := &Panel{t, make([]uint8, len(t.Cluster))}
	for i, u := range t.Cluster {
		p.Part[i] = uint8(rng.Below(rng.Open(seed, rng.PurposeBootstrap, 1<<62|uint64(u)).At(0), parts))
	}
	return p
}

// A Sums holds one whole number for every random group.
type Sums [parts]int64

// Total adds up all groups.
func (s *Sums) Total() (n int64) {
	for _, x := range s {
		n += x
	}
	return n
}

// Over returns Σ s / Σ d with its interval.
func (s *Sums) Over(d *Sums, alpha float64) metric.Estimate { return metric.Ratio(s[:], d[:], alpha) }

// CountBills counts the bills by group.
func (p *Panel) CountBills() *Sums {
	n := &Sums{}
	for _, g := range p.Part {
		n[g]++
	}
	return n
}

// Share returns k of n as a share between 0 and 1: Wilson's interval, widened by how much more alike bills
// of one person are. Undefined: n is 0.
func Share(k, n *Sums, alpha float64) metric.Estimate { return shareIn(1, k, n, alpha) }

// shareIn is Share of sums that count in units of 1/unit of a bill.
func shareIn(unit float64, k, n *Sums, alpha float64) metric.Estimate {
	e := k.Over(n, alpha)
	if !e.OK {
		return e
	}
	effect, rows := 1.0, float64(n.Total())/unit
	if v := float64(e.Value*(1-e.Value)) / rows; v > 0 && e.HasInterval {
		effect = max(1, float64(e.SE*e.SE)/v)
	}
	return metric.Proportion(float64(k.Total())/unit, rows, effect, alpha)
}

// Scaled multiplies an estimate by a positive constant.
func Scaled(e metric.Estimate, by float64) metric.Estimate {
	e.Value, e.SE, e.Low, e.High = float64(e.Value*by), float64(e.SE*by), float64(e.Low*by), float64(e.High*by)
	return e
}
