package metric

import (
	"math"
	"slices"

	"overshare/sim/rng"
)

// # People and common days
//
// Bills of one day share its luck (an outage, a holiday, a payday), whoever's they are. Rows are then clustered
// two ways, and the variance is
//
//	V = V(people) + V(days) − V(people ∩ days)
//
// the last term because rows of one person on one day are in both (Cameron, Gelbach & Miller 2011, eq.
// 2.11, doi:10.1198/jbes.2010.07136). V(people) is what this package computes without days. The other two
// come from the first-order influence ψ of every row, estimate − truth ≈ Σψ/W with W the weight of all
// rows: V(days) = D/(D−1)·Σ_d (Σ_{i in d} ψᵢ)²/W², and V(people ∩ days) likewise over keyed buckets of
// person and day, which estimate it with a relative error of √(2/4096) = 2 % however many cells there are.
// The sum of the two is floored at 0: days never make an interval narrower, so that without common luck
// intervals come out some 2 % too wide (TestTwoWayCoverage).
//
// Few days know their own variance badly: degrees of freedom by Satterthwaite over the parts.

const (
	dayBuckets = 1 << 12
	psiUnit    = 1 << 24 // influences are summed as integers, so that the order of rows changes nothing
)

// dayParts are the sums of influences of one metric of one column, by day and by bucket, in units of 1/psiUnit.
type dayParts struct {
	day  []int64
	cell []int64
}

// setDays gives rows dense days and their buckets.
func (p *sample) setDays(o Outcomes, seed uint64) {
	if o.Day == nil || p.rows == 0 {
		return
	}
	list := slices.Compact(slices.Sorted(slices.Values(o.Day)))
	at := make(map[int32]uint32, len(list))
	for k, d := range list {
		at[d] = uint32(k)
	}
	p.days, p.day, p.cell = len(list), make([]uint32, p.rows), make([]uint16, p.rows)
	for i, d := range o.Day {
		who := uint64(i)
		if o.Cluster != nil {
			who = uint64(o.Cluster[i])
		}
		p.day[i] = at[d]
		p.cell[i] = uint16(rng.Open(seed, rng.PurposeBootstrap, 1<<62|who).At(uint64(uint32(d))) >> 52)
	}
}

// add puts a row's influence on its day and its bucket.
func (d *dayParts) put(p *sample, row uint32, psi float64) {
	q := int64(math.RoundToEven(float64(psi * psiUnit)))
	d.day[p.day[row]] += q
	d.cell[p.cell[row]] += q
}

// variance returns V(days) − V(people ∩ days) of a, or of a − b, and its degrees of freedom.
func (a *dayParts) variance(b *dayParts, p *sample) Part {
	if p.days < 2 {
		return Part{}
	}
	square := func(x, y []int64, n int) float64 {
		sum := 0.0
		for k, v := range x {
			if y != nil {
				v -= y[k]
			}
			sum += float64(float64(v) * float64(v))
		}
		scale := (p.badWeight + p.goodWeight) * psiUnit
		return sum / float64(scale*scale) * float64(n) / float64(n-1)
	}
	var days, cells float64
	if b == nil {
		days, cells = square(a.day, nil, p.days), square(a.cell, nil, dayBuckets)
	} else {
		days, cells = square(a.day, b.day, p.days), square(a.cell, b.cell, dayBuckets)
	}
	return Part{Variance: max(0, days-cells), DF: p.days - 1}
}

// add widens an estimate, or a difference to the column of ref, by the luck of common days. metric m says which border its
// interval keeps; −1 for a difference.
func (a *dayParts) add(ref *dayParts, e Estimate, m Metric, p *sample, alpha float64) Estimate {
	if a == nil || !e.HasInterval || e.Method == MethodPairs {
		return e
	}
	extra := a.variance(ref, p)
	if extra.Variance == 0 {
		return e
	}
	wide := Combine(e, Part{}, extra, alpha)
	switch {
	case m == AUCROC && (wide.Low < 0 || wide.High > 1):
		return wide.onLogit(alpha)
	case m >= 0 && m != AUCROC && m != Gini:
		return bounded(m, wide, alpha)
	}
	return wide
}

// A Part is a variance that comes on top of another, and how well it is known.
type Part struct {
	Variance float64
	DF       int // degrees of freedom; 0 = known exactly
}

// Combine widens an estimate that holds the luck of the test people by the luck of training and of common days, and
// keeps the three apart in [Estimate.Luck]:
//
//	SE² = test + training + days,   df = SE⁴ / Σ (partᵢ²/dfᵢ)
//
// The parts must be independent of each other to first order: training rows are earlier than test rows,
// and what days add is what people do not explain. Parts that e already holds are added to.
// The interval is symmetric. Undefined: e has no interval or a variance is not finite; e is then returned as it is.
// Source of the degrees of freedom: Satterthwaite 1946, doi:10.2307/3002019.
func Combine(e Estimate, training, days Part, alpha float64) Estimate {
	total := float64(e.SE*e.SE) + training.Variance + days.Variance
	if !e.OK || !e.HasInterval || e.Method == MethodPairs || math.IsNaN(total) || math.IsInf(total, 0) {
		return e
	}
	spread := 0.0
	for _, x := range []Part{{float64(e.SE * e.SE), e.DF}, training, days} {
		if x.DF > 0 {
			spread += float64(x.Variance*x.Variance) / float64(x.DF)
		}
	}
	df := 0
	if spread > 0 {
		df = int(max(1, min(1e6, math.Floor(float64(total*total)/spread))))
	}
	e.Luck.Training = math.Sqrt(float64(e.Luck.Training*e.Luck.Training) + training.Variance)
	e.Luck.Days = math.Sqrt(float64(e.Luck.Days*e.Luck.Days) + days.Variance)
	method := e.Method
	if days.Variance > 0 {
		method += MethodDays
	}
	if training.Variance > 0 {
		method += MethodTraining
	}
	return e.symmetric(math.Sqrt(total), df, alpha, method)
}
