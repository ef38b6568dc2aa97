package resample

import (
	"math"
	"slices"
	"testing"

	"overshare/sim/rng"
)

// Every kind estimates the variance of a mean over people, σ²/n, which is known: people have three rows of one value,
// a normal deviate, so σ² is 1 and a plan that drew rows instead of people would find a third. 400 tables; the mean of
// the variance estimates must be within 4.892 standard errors and 5 % of 1/n.
func TestVarianceOfAMean(t *testing.T) {
	const people, tables = 200, 400
	for _, plan := range []Plan{{Kind: Halves, N: 20, Seed: 1}, {Kind: Bootstrap, N: 20, Seed: 1}, {Kind: Groups, N: 20, Seed: 1}, {Kind: Parts, N: 20, Seed: 1, Of: 2}, {Kind: Parts, N: 20, Seed: 1, Of: 20}} {
		var all []float64
		for seed := range uint64(tables) {
			var person []uint32
			var value []float64
			for u := range uint32(people) {
				s := rng.Open(seed, rng.PurposeModel, uint64(u))
				x := math.Sqrt(-2*math.Log(s.Uniform(0))) * math.Cos(2*math.Pi*s.Uniform(1))
				for range 3 {
					person, value = append(person, u), append(value, x)
				}
			}
			plan.Seed = seed
			var means []float64
			for b := range plan.N {
				sum, weight := 0.0, 0.0
				for i, w := range plan.Weights(b, person, nil) {
					sum, weight = sum+float64(w)*value[i], weight+float64(w)
				}
				means = append(means, sum/weight)
			}
			v, df, ok := plan.Variance(means)
			if !ok || df < 10 {
				t.Fatalf("%s: variance %g, df %d, %v", plan.Kind, v, df, ok)
			}
			all = append(all, v*people)
		}
		mean, squares := 0.0, 0.0
		for _, v := range all {
			mean += v / tables
		}
		for _, v := range all {
			squares += (v - mean) * (v - mean)
		}
		if se := math.Sqrt(squares / (tables - 1) / tables); math.Abs(mean-1) > 4.892*se+0.05 {
			t.Errorf("%s: variance of the mean is %.3f of the true one, standard error %.3f", plan.Kind, mean, se)
		}
	}
}

// Weights belong to people, not to rows or their order; opposite halves make the whole; groups leave everybody out once.
func TestWeights(t *testing.T) {
	person := []uint32{7, 3, 7, 9, 3, 1000}
	base := []float32{1, 2, 3, 1, 1, 1}
	for _, plan := range []Plan{{Kind: Halves, N: 6, Seed: 4}, {Kind: Bootstrap, N: 6, Seed: 4}, {Kind: Groups, N: 6, Seed: 4}, {Kind: Parts, N: 6, Seed: 4, Of: 3}} {
		sum := make([]float32, len(person))
		for b := range plan.N {
			w := plan.Weights(b, person, base)
			if w[2] != 3*w[0] || w[1] != 2*w[4] {
				t.Errorf("%s: rows of a person differ: %v", plan.Kind, w)
			}
			turned := slices.Clone(person)
			slices.Reverse(turned)
			if x := plan.Weights(b, turned, nil); x[0] != plan.Weight(b, 1000) || x[5] != plan.Weight(b, 7) {
				t.Errorf("%s: weights go by place", plan.Kind)
			}
			for i := range sum {
				sum[i] += plan.Weight(b, person[i])
			}
		}
		want := map[Kind]float32{Halves: 3, Groups: 5, Parts: 2}[plan.Kind]
		if want > 0 && slices.ContainsFunc(sum, func(x float32) bool { return x != want }) {
			t.Errorf("%s: people are in %v draws, want %g", plan.Kind, sum, want)
		}
	}
	if (Plan{Kind: "x", N: 3, Seed: 0}).Check() == nil || (Plan{Kind: Halves, N: 1, Seed: 0}).Check() == nil || (Plan{Kind: Groups, N: 20, Seed: 0}).Check() != nil ||
		(Plan{Kind: Parts, N: 20, Of: 3}).Check() == nil || (Plan{Kind: Parts, N: 20, Of: 5}).Check() != nil {
		t.Error("Check")
	}
}

func TestPoissonWeights(t *testing.T) {
	p := Plan{Kind: Bootstrap, N: 2, Seed: 6}
	var count [9]float64
	const n = 200000
	for u := range uint32(n) {
		count[int(p.Weight(0, u))]++
	}
	prob := math.Exp(-1)
	for k := range 5 {
		if se := math.Sqrt(prob * (1 - prob) / n); math.Abs(count[k]/n-prob) > 4.892*se {
			t.Errorf("share with weight %d is %g, want %g", k, count[k]/n, prob)
		}
		prob /= float64(k + 1)
	}
}

// Groups are as small as the cases allow, never fewer than two, and divide the draws.
func TestInParts(t *testing.T) {
	for _, c := range []struct{ n, all, least, of int }{{20, 0, 250, 2}, {20, 600, 250, 2}, {20, 1100, 250, 4}, {20, 2400, 250, 5}, {20, 4000, 250, 10}, {20, 1e6, 250, 20}, {9, 10, 250, 3}} {
		if p := InParts(c.n, c.all, c.least, 1); p.Of != c.of || p.Check() != nil {
			t.Errorf("%d draws, %d cases: %d groups, want %d", c.n, c.all, p.Of, c.of)
		}
	}
}
