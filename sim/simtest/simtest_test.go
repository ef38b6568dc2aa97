package simtest_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"overshare/sim/rng"
	"overshare/sim/simtest"
)

// A listener counts what a check reports.
type listener struct{ text []string }

func (l *listener) Helper() {}
func (l *listener) Errorf(format string, args ...any) {
	l.text = append(l.text, fmt.Sprintf(format, args...))
}

// A draw gives numbers in (0, 1).
func draws(subject uint64) func() float64 {
	s, i := rng.Open(1, rng.PurposePerson, 1<<50|subject), uint64(0)
	return func() float64 { i++; return s.Uniform(i) }
}

// study runs a check's p-value on true data many times, and on data shifted by delta standard deviations.
type study struct {
	name  string
	p     func(u func() float64, delta float64) float64
	delta float64 // shift planted, that the sample can see 999 times in 1,000 at Alpha
	fine  bool    // the p-value has many values, so its rate is alpha and not below
}

// The samples are as large as Rows says for the shift planted.
var studies = []study{
	{"share", func(u func() float64, delta float64) float64 {
		n, p, k := simtest.Rows(0.2, 0.999), 0.3, int64(0)
		q := p + delta*math.Sqrt(p*(1-p))
		for range n {
			if u() < q {
				k++
			}
		}
		return simtest.ShareP(k, n, p)
	}, 0.2, false},
	{"mean", func(u func() float64, delta float64) float64 {
		n, sum := simtest.Rows(0.2, 0.999), 0.0
		sd := math.Sqrt(1. / 12)
		for range n {
			sum += u() + delta*sd
		}
		return simtest.MeanP(sum/float64(n), sd, n, 0.5)
	}, 0.2, true},
	{"cells", func(u func() float64, delta float64) float64 {
		share, n := []float64{1, 2, 3, 4}, 1600
		got := make([]int64, 4)
		for range n {
			x := u() * 10
			for c, at := 0, 0.0; c < 4; c++ {
				w := share[c]
				if c == 0 {
					w += 10 * delta
				} else {
					w -= 10 * delta / 3
				}
				if at += w; x < at || c == 3 {
					got[c]++
					break
				}
			}
		}
		return simtest.CellsP(got, share)
	}, 0.08, true},
	{"same", func(u func() float64, delta float64) float64 {
		n, p := 2*simtest.Rows(0.2, 0.999), 0.4
		var k [2]int64
		for g := range k {
			for range n {
				if u() < p+float64(g)*delta*math.Sqrt(p*(1-p)) {
					k[g]++
				}
			}
		}
		return simtest.SameP(k[0], n, k[1], n)
	}, 0.2, true},
}

// Test of the tests: on true data each check rejects at its stated rate. Seen at the rate 0.01 in 3,000
// runs each; the tolerance is itself an exact binomial at Alpha, with which a rate of 0.02 would be caught
// more than 999 times in 1,000.
func TestChecksRejectTrueDataAtTheirRate(t *testing.T) {
	const runs, rate = 3000, 0.01
	for at, s := range studies {
		u, hits := draws(uint64(at)), int64(0)
		for range runs {
			if s.p(u, 0) < rate {
				hits++
			}
		}
		if p := simtest.ShareP(hits, runs, rate); p < simtest.Alpha && (s.fine || hits > runs*rate) {
			t.Errorf("%s rejects true data %d times in %d at the rate %g", s.name, hits, runs, rate)
		}
	}
}

// And on planted faults it rejects: 300 runs with a power of 0.999 miss fewer than 6 but once in 1e5.
func TestChecksRejectPlantedFaults(t *testing.T) {
	for at, s := range studies {
		u, missed := draws(100+uint64(at)), 0
		for range 300 {
			if s.p(u, s.delta) >= simtest.Alpha {
				missed++
			}
		}
		if missed > 5 {
			t.Errorf("%s misses a planted shift of %g standard deviations %d times in 300", s.name, s.delta, missed)
		}
	}
}

// The exact binomial p-value against sums of its terms, and where it has no value.
func TestSharePAgainstSums(t *testing.T) {
	term := func(n, k int, p float64) float64 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		return math.Exp(a - b - c + float64(k)*math.Log(p) + float64(n-k)*math.Log(1-p))
	}
	for _, p := range []float64{0.001, 0.3, 0.9} {
		for k := range 41 {
			low, high := 0.0, 0.0
			for i := range 41 {
				if i <= k {
					low += term(40, i, p)
				}
				if i >= k {
					high += term(40, i, p)
				}
			}
			want := min(1, 2*min(low, high))
			if got := simtest.ShareP(int64(k), 40, p); math.Abs(got-want) > 1e-10 {
				t.Errorf("ShareP(%d, 40, %g) = %g, want %g", k, p, got, want)
			}
		}
	}
	for _, c := range []struct {
		k, n int64
		p    float64
		want float64
	}{{0, 10, 0, 1}, {1, 10, 0, 0}, {10, 10, 1, 1}, {9, 10, 1, 0}, {0, 0, 0.5, 0}, {1, 10, math.NaN(), 0}, {11, 10, 0.5, 0}} {
		if got := simtest.ShareP(c.k, c.n, c.p); got != c.want {
			t.Errorf("ShareP(%d, %d, %g) = %g, want %g", c.k, c.n, c.p, got, c.want)
		}
	}
}

// The sizes that house style states.
func TestRows(t *testing.T) {
	for delta, want := range map[float64]int64{0.01: 637_000, 0.02: 159_000, 0.05: 25_500} {
		if got := simtest.Rows(delta, 0.999); math.Abs(float64(got-want)) > 0.003*float64(want) {
			t.Errorf("Rows(%g, 0.999) = %d, want about %d", delta, got, want)
		}
	}
}

// A failure prints what is needed to judge and repeat it; what is inside its bounds says nothing.
func TestMessages(t *testing.T) {
	l := &listener{}
	a := simtest.Accept(l, 77)
	a.Share("coin", 9000, 10_000, 0.5)
	a.Within("rate", 900, 1000, 0.1, 0.2)
	a.Mean("height", 2, 1, 10_000, 1)
	a.Cells("dice", []int64{1000, 10}, []float64{1, 1})
	a.Same("sides", 900, 1000, 100, 1000)
	if len(l.text) != 5 {
		t.Fatalf("%d failures reported, want 5: %v", len(l.text), l.text)
	}
	for _, text := range l.text {
		for _, part := range []string{"seed 77", "alpha 1e-06", "p "} {
			if !strings.Contains(text, part) {
				t.Errorf("%q does not say %q", text, part)
			}
		}
	}
	quiet := &listener{}
	b := simtest.Accept(quiet, 77)
	b.Share("coin", 5050, 10_000, 0.5)
	b.Within("rate", 150, 1000, 0.1, 0.2)
	b.Within("rate", 105, 1000, 0.11, 0.2)
	b.Mean("height", 1.001, 1, 10_000, 1)
	b.Cells("dice", []int64{1000, 1010}, []float64{1, 1})
	b.Same("sides", 500, 1000, 510, 1000)
	if len(quiet.text) != 0 {
		t.Errorf("reported without need: %v", quiet.text)
	}
}
