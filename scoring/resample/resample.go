// Package resample draws the people that a score could have been learnt from instead: keyed weights for the
// rows of a training table, person by person, so that every stage of a learner, every regime and every
// worker sees the same draw.
//
// Train the score again on each draw, measure every replicate on the same test rows ([metric.Measure]), and
// [Plan.Variance] of the values is the luck of training; [metric.Combine] adds it to that of the test.
// Fit again everything that was fitted: proxy models, stacking, calibration.
//
// # Which plan
//
// coverage_slow_test.go draws countries with two nested training sets and several rows a person, and counts how
// often nominal 95 % intervals hold the mean over countries; README.md has the table. In short: half-samples,
// the scorecard with its bins kept (scorecard.Retrain; SE over the true scatter 1.00 for the difference in AUC)
// and gbdt learnt afresh (1.3: on the safe side, for half as many rows make a tree less steady than it is on all;
// with its splits kept 0.9). Leaving out one group of twenty is honest with the structure kept and
// twice too wide without, because a tree changes by leaps.
package resample

import (
	"fmt"

	"overshare/sim/rng"
)

// A Kind is a way to draw people again.
type Kind string

// The kinds.
const (
	// Halves keeps every person with probability one half, draws 2k and 2k+1 opposite halves. A half differs from
	// the whole by as much as the whole does from everybody: Var = Σ(v − v̄)²/N, N/2 degrees of freedom.
	// Source: McCarthy 1969 (half-samples), doi:10.2307/1402116; Shao & Wu 1989 (why deleting much
	// is right for estimates that are not smooth), doi:10.1214/aos/1176347263.
	Halves Kind = "half-samples"
	// Bootstrap gives every person a Poisson(1) weight: Var = Σ(v − v̄)²/(N−1).
	// Source: Efron 1979, doi:10.1214/aos/1176344552; Hanley & MacGibbon 2006 (Poisson weights).
	Bootstrap Kind = "bootstrap"
	// Groups leaves out each of N groups in turn: Var = (N−1)/N·Σ(v − v̄)². For learners that are smooth in
	// their rows only.
	// Source: Wolter 2007, Introduction to Variance Estimation, chapter 4.
	Groups Kind = "delete-a-group"
	// Parts deals the people to Of groups, N/Of times over, and a draw keeps one group and no one else: all draws of
	// one deal together read every row once. A part f = 1/Of of the people differs from the whole by more than the
	// whole does from everybody: Var = f/(1−f)·Σ(v − v̄)²/N, N/Of·(Of−1) degrees of freedom. Of 2 is Halves.
	// Source: random groups, Wolter 2007, chapter 2; Of > 2 needs learners whose variance falls as 1/rows.
	Parts Kind = "random groups"
)

// A Plan is N draws of one kind.
type Plan struct {
	Kind Kind
	N    int
	Seed uint64
	Of   int // groups of a deal, of Parts alone; divides N
}

// InParts returns the plan of n draws of Parts with groups as many, and so as small, as leave about least of all cases to
// each: the largest divisor of n up to all/least, and 2 or the next divisor at least.
func InParts(n, all, least int, seed uint64) Plan {
	of := 0
	for g := 2; g <= n; g++ {
		if n%g == 0 && (of == 0 || g <= all/max(least, 1)) {
			of = g
		}
	}
	return Plan{Kind: Parts, N: n, Seed: seed, Of: of}
}

// Share returns the share of the people that a draw keeps: 1 for kinds that keep as many as there are.
func (p Plan) Share() float64 {
	switch p.Kind {
	case Parts:
		return 1 / float64(p.Of)
	case Halves:
		return 0.5
	}
	return 1
}

// Check returns what is wrong with a plan.
func (p Plan) Check() error {
	switch {
	case p.Kind != Halves && p.Kind != Bootstrap && p.Kind != Groups && p.Kind != Parts:
		return fmt.Errorf("resample: kind is %q, must be %s, %s, %s or %s", p.Kind, Halves, Bootstrap, Groups, Parts)
	case p.Kind == Parts && (p.Of < 2 || p.N%p.Of != 0):
		return fmt.Errorf("resample: %d draws of %d groups, must be a multiple of at least 2 groups", p.N, p.Of)
	case p.N < 2 || p.N > 10000:
		return fmt.Errorf("resample: %d draws, must be 2 to 10000", p.N)
	}
	return nil
}

// Weight returns how often a person is in draw b, from 0. It depends on nothing but the plan, b and the person.
func (p Plan) Weight(b int, person uint32) float32 {
	switch p.Kind {
	case Groups:
		if rng.Below(p.draw(0, person), uint64(p.N)) == uint64(b) {
			return 0
		}
		return 1
	case Parts:
		if p.Part(b/p.Of, person) == b%p.Of {
			return 1
		}
		return 0
	case Halves:
		// draws 2k and 2k+1 keep complementary halves: every person is in exactly one, so that their
		// mean is nearly that of the whole sample
		if p.draw(b/2, person)>>63 == uint64(b&1) {
			return 0
		}
		return 1
	}
	return poisson(p.draw(b, person))
}

// Part returns the group, from 0, that a deal of Parts, from 0, gives a person.
func (p Plan) Part(deal int, person uint32) int {
	return int(rng.Below(p.draw(deal, person), uint64(p.Of)))
}

// draw keys the luck of a person in a draw.
func (p Plan) draw(b int, person uint32) uint64 {
	return rng.Open(p.Seed, rng.PurposeTraining, 1<<62|uint64(person)).At(uint64(b))
}

// poisson turns 64 random bits into a Poisson(1) count of at most 8 (one in 1e6 draws is above).
func poisson(u uint64) float32 {
	x := float64(u>>11) * 0x1p-53
	for k, below := range [...]float64{0.36787944117144233, 0.73575888234288467, 0.91969860292860584, 0.98101184312384626,
		0.99634015317265629, 0.99940581518241833, 0.99991675885071205, 0.99998975080325329} {
		if x < below {
			return float32(k)
		}
	}
	return 8
}

// Weights returns the weights of rows in draw b: that of their person, times base (nil = 1 for all).
func (p Plan) Weights(b int, person []uint32, base []float32) []float32 {
	w := make([]float32, len(person))
	for i, u := range person {
		w[i] = p.Weight(b, u)
		if base != nil {
			w[i] *= base[i]
		}
	}
	return w
}

// Variance returns the variance of an estimate from its values in the draws, and its degrees of freedom.
// Undefined: ok is false unless there are N values.
func (p Plan) Variance(values []float64) (variance float64, df int, ok bool) {
	if len(values) != p.N || p.N < 2 {
		return 0, 0, false
	}
	n, sum := float64(p.N), 0.0
	for _, v := range values {
		sum += v
	}
	m, squares := sum/n, 0.0
	for _, v := range values {
		squares += float64((v - m) * (v - m))
	}
	switch p.Kind {
	case Groups:
		return squares * (n - 1) / n, p.N - 1, true
	case Halves: // opposite halves lie on both sides of the whole: their mean is known, and two are one draw
		return squares / n, max(1, p.N/2), true
	case Parts:
		return squares / n / float64(p.Of-1), p.N / p.Of * (p.Of - 1), true
	}
	return squares / (n - 1), p.N - 1, true
}
