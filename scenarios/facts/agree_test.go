package facts

import (
	"math"
	"testing"

	"overshare/scenarios/study"
	"overshare/sim/people"
	"overshare/sim/rng"
)

func TestAgreement(t *testing.T) {
	for _, c := range []struct {
		figure
		value, se float64
		want      string
	}{
		{figure{published: 10, tolerance: 1}, 10.9, 0, agrees},
		{figure{published: 10, tolerance: 1}, 10.9, 0.04, agrees},
		{figure{published: 10, tolerance: 1}, 10.9, 0.06, tooFew},
		{figure{published: 10, tolerance: 1}, 10, 0.6, tooFew},
		{figure{published: 10, tolerance: 1}, 12, 0.6, tooFew},
		{figure{published: 10, tolerance: 1}, 12, 0.4, deviates},
		{figure{published: 10, tolerance: 1}, 8, 0.4, deviates},
		{figure{published: 10, tolerance: 1}, 10, math.NaN(), tooFew},
		{figure{published: 10, tolerance: 1}, math.NaN(), 1, tooFew},
		{figure{published: 10, tolerance: 1, low: 5, high: 12}, 12, 0, agrees},
		{figure{published: 10, tolerance: 1, low: 5, high: 12}, 4, 0.3, deviates},
		{figure{published: 0}, 0, 0, agrees},
		{figure{published: 0}, 1, 0, deviates},
	} {
		low, high := c.allowed()
		if got := judge(c.value, c.se, low, high); got != c.want {
			t.Errorf("%v ± %v against %v to %v: %q, want %q", c.value, c.se, low, high, got, c.want)
		}
	}
}

// However few people are simulated, a figure that deviates seldom passes for one that agrees: of 20,000 figures
// whose truth lies anywhere outside the tolerance, at every size fewer than 2.3 % do, and most cannot be
// told. With the sampling error added to the tolerance, as was done before, nearly all of them agreed at the smallest size.
func TestFewPeopleDoNotAgreeBetter(t *testing.T) {
	const n = 20_000
	luck := rng.Open(11, rng.PurposeBootstrap, 4)
	table := people.NormalTable()
	for _, se := range []float64{0.01, 0.1, 0.5, 2} {
		wrong, unsure := 0, 0
		for i := range uint64(n) {
			truth := 1 + 3*luck.Uniform(2*i)
			value := truth + se*float64(table[luck.At(2*i+1)&0xfff])
			switch judge(value, se, -1, 1) {
			case agrees:
				wrong++
			case tooFew:
				unsure++
			}
		}
		if wrong > n*23/1000 || se == 2 && unsure < n*8/10 {
			t.Errorf("standard error %v of the tolerance: %d of %d deviating figures agree, %d cannot be told", se, wrong, n, unsure)
		}
	}
}

// fewer compares the verdicts of two sizes of one world. One that holds at the larger may be lost at the
// smaller, but none may turn from deviating to agreeing or back: it turns to too few people.
func fewer(t *testing.T, small, large int) {
	verdicts := map[int]map[string]string{}
	for _, users := range []int{small, large} {
		verdicts[users] = map[string]string{}
		found, err := Execute(t.Context(), loaded(t, users), Options{Options: study.Options{Workers: 2}})
		if err != nil {
			t.Fatal(err)
		}
		rows := found.Tables[0]
		for r := range rows.Len() {
			verdicts[users][rows.Get(r, "group").String()+": "+rows.Get(r, "figure").String()] = rows.Get(r, "agreement").String()
		}
	}
	lost := 0
	for name, at := range verdicts[large] {
		switch few := verdicts[small][name]; {
		case few == at:
		case few == tooFew:
			lost++
		case at == tooFew || few == notSettled || at == notSettled:
		default:
			t.Errorf("%s: %s at %d people, %s at %d", name, at, large, few, small)
		}
	}
	if lost == 0 {
		t.Errorf("no verdict is lost from %d to %d people", large, small)
	}
}

func TestVerdictsAtTwoSizes(t *testing.T) { fewer(t, 20_000, 160_000) }

// A rank that one group of people decides cannot be told.
func TestRanks(t *testing.T) {
	f := figure{unit: unitRank, published: 1, low: 1, high: 1, people: sampleBase,
		simulated: func(c *counts) float64 { return rank(&c.Base.Paydays, 25) }}
	s := &sample{}
	for g := range maxGroups {
		c := &counts{}
		c.Base.People, c.Base.Paydays[25], c.Base.Paydays[10] = 1, 10, 10
		if g == 0 {
			c.Base.Paydays[10] = 0
		}
		s.add(g, c)
	}
	if r := f.compare(s, s.leaveOneOut()); r.agreement != tooFew {
		t.Errorf("a rank that hangs on one group: %s", r.agreement)
	}
	s.add(1, &counts{Base: baseCounts{Paydays: [32]int64{25: 50}}})
	s.add(2, &counts{Base: baseCounts{Paydays: [32]int64{25: 50}}})
	if r := f.compare(s, s.leaveOneOut()); r.agreement != agrees {
		t.Errorf("a rank that hangs on no group: %s", r.agreement)
	}
}
