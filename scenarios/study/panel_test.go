package study

import (
	"math"
	"testing"

	"overshare/scoring/metric"
)

// A person's group depends on seed and number alone, and bills of one person share it.
func TestPanelKeepsPeopleWhole(t *testing.T) {
	truth, _ := randomBills(20_000, 1)
	x, y := NewPanel(truth, 3), NewPanel(truth, 4)
	of := map[uint32]uint8{}
	same := 0
	for i, u := range truth.Cluster {
		if g, seen := of[u]; seen && g != x.Part[i] {
			t.Fatalf("person %d is in groups %d and %d", u, g, x.Part[i])
		}
		of[u] = x.Part[i]
		if x.Part[i] == y.Part[i] {
			same++
		}
	}
	if same > 20_000/50 {
		t.Errorf("%d bills are in the same group under another seed", same)
	}
	if n := x.CountBills(); n.Total() != 20_000 {
		t.Errorf("%d bills", n.Total())
	}
}

// One bill a person: the interval is Wilson's, or a little wider where chance made groups unlike.
func TestShareOfSinglesIsWilson(t *testing.T) {
	var k, n Sums
	for g := range n {
		n[g], k[g] = 10, int64(g%2)
	}
	// Groups are more even than chance: the design effect stays at 1.
	if got, want := Share(&k, &n, 0.05), metric.Proportion(50, 1010, 1, 0.05); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	// All bounces in ten groups: ten times as alike.
	k = Sums{}
	for g := range 5 {
		k[g*20] = 10
	}
	e := Share(&k, &n, 0.05)
	plain := metric.Proportion(50, 1010, 1, 0.05)
	if e.High-e.Low < 2.5*(plain.High-plain.Low) || e.Value != plain.Value {
		t.Errorf("clustered interval %g to %g, plain %g to %g", e.Low, e.High, plain.Low, plain.High)
	}
	if e := Share(&Sums{}, &Sums{}, 0.05); e.OK {
		t.Error("a share of nothing is defined")
	}
	if e := Share(&Sums{}, &n, 0.05); !e.HasInterval || e.Low != 0 || math.Abs(e.High-0.0037891) > 1e-6 {
		t.Errorf("none of 1010: %+v, want 0 to 0.0037891 (z²/(n + z²))", e)
	}
}
