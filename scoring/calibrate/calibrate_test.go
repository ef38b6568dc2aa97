package calibrate

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"overshare/scoring/calibrate/logit"
	"overshare/sim/rng"
)

// readCSV returns the records below the header of a file of testdata.
func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatalf("%s: %d lines, %v", name, len(all), err)
	}
	return all[1:]
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestAgainstPeers(t *testing.T) {
	var x, weight []float32
	var bad []bool
	for _, r := range readCSV(t, "rows.csv") {
		x = append(x, float32(number(t, r[0])))
		bad = append(bad, r[1] == "1")
		weight = append(weight, float32(number(t, r[2])))
	}
	maps := map[string]*Map{}
	for _, m := range []Method{Platt, Isotonic} {
		plain, err := FitMethod(m, x, bad, nil)
		weighted, err2 := FitMethod(m, x, bad, weight)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		maps["plain "+string(m)], maps["weighted "+string(m)] = plain, weighted
	}
	tolerance := map[string]float64{"platt": 1e-4, "isotonic": 1e-9}
	for _, r := range readCSV(t, "maps.csv") {
		got, want := maps[r[0]+" "+r[1]].P(number(t, r[2])), number(t, r[3])
		if math.Abs(got-want) > tolerance[r[1]] {
			t.Errorf("%s %s at %s: %v, want %v", r[0], r[1], r[2], got, want)
		}
	}
	for _, r := range readCSV(t, "wilson.csv") {
		low, high := Wilson(int64(number(t, r[0])), int64(number(t, r[1])))
		if math.Abs(low-number(t, r[2])) > 1e-12 || math.Abs(high-number(t, r[3])) > 1e-12 {
			t.Errorf("Wilson(%s, %s) = %v, %v, want %s, %s", r[0], r[1], low, high, r[2], r[3])
		}
	}
}

// bent returns log-odds of a model whose true probability is a bent function of them, about 5 % bad.
func bent(seed uint64, n int) (x []float32, bad []bool) {
	s := rng.Open(seed, rng.PurposeModel, 0)
	for i := range uint64(n) {
		v := -6 + 8*s.Uniform(2*i)*s.Uniform(2*i+1<<40)
		x = append(x, float32(v))
		bad = append(bad, s.Uniform(2*i+1) < logit.P(truth(v)))
	}
	return x, bad
}

func count(bad []bool) (n int) {
	for _, b := range bad {
		if b {
			n++
		}
	}
	return n
}

func truth(v float64) float64 { return -2.5 + 0.5*(v+3) + 1.2*math.Max(0, v+2) }

// On 400,000 rows the smooth map finds a bent truth that Platt's line misses, everywhere between the
// 0.5 % and 99.5 % quantiles of the log-odds. Tolerance: a knot's standard error is at most 0.142 and
// the largest of about 80 independent knots passes 5.3 of those with probability 1e-5; in addition the
// line between two knots cuts corners by up to 0.1. Seed 3.
func TestSmoothFindsBentTruth(t *testing.T) {
	x, bad := bent(3, 400_000)
	m, err := Fit(x, bad, nil)
	l, err2 := FitMethod(Platt, x, bad, nil)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	slices.Sort(x)
	far := 0.0
	for v := float64(x[2000]); v < float64(x[398_000]); v += 0.01 {
		if d := math.Abs(m.LogOdds(v) - truth(v)); d > 5.3*0.142+0.1 {
			t.Errorf("at %.2f: %v, want %v", v, m.LogOdds(v), truth(v))
		}
		far = max(far, math.Abs(l.LogOdds(v)-truth(v)))
	}
	if n := count(bad); len(m.Knots) > n/smoothBads {
		t.Errorf("%d knots on %d bads: fewer than %d each", len(m.Knots), n, smoothBads)
	}
	if len(m.Knots) < 10 || far < 0.9 {
		t.Errorf("%d knots, Platt misses by %v: nothing was tested", len(m.Knots), far)
	}
	// a mean over rows is much sharper than a knot: expected bads against observed ones
	check, outcome := bent(4, 400_000)
	want, got, variance := 0.0, 0.0, 0.0
	for i, v := range check {
		p := m.P(float64(v))
		want, variance = want+p, variance+p*(1-p)
		if outcome[i] {
			got++
		}
	}
	// both samples are random: twice the variance; 5.33 standard errors are a false-alarm rate of 1e-7
	if z := (got - want) / math.Sqrt(2*variance); math.Abs(z) > 5.33 {
		t.Errorf("%v bads, %v expected, z = %.2f, alpha 1e-7, seed 4", got, want, z)
	}
}

// The default keeps the ranking of any two log-odds; no method turns it round.
func TestMapsRise(t *testing.T) {
	x, bad := bent(5, 30_000)
	for _, method := range []Method{Smooth, Platt, Isotonic} {
		m, err := FitMethod(method, x, bad, nil)
		if err != nil {
			t.Fatal(err)
		}
		last := math.Inf(-1)
		for v := -14.0; v < 14; v += 1.0 / 128 {
			y := m.LogOdds(v)
			if y < last || y == last && method != Isotonic {
				t.Fatalf("%s: %v at %v after %v", method, y, v, last)
			}
			last = y
		}
		if p := m.P(math.NaN()); p == p {
			t.Errorf("%s: P(NaN) = %v", method, p)
		}
	}
}

// The smooth map does not jump: from just below a knot it goes through the knot.
func TestSmoothIsContinuous(t *testing.T) {
	x, bad := bent(5, 100_000)
	m, err := Fit(x, bad, nil)
	if err != nil || len(m.Knots) < 10 {
		t.Fatal(m, err)
	}
	for _, k := range m.Knots {
		if got := m.LogOdds(k.X); got != k.LogOdds {
			t.Errorf("at knot %v: %v", k, got)
		}
		for _, x := range []float64{k.X - 1e-9, k.X + 1e-9} {
			if got := m.LogOdds(x); math.Abs(got-k.LogOdds) > 1e-6 {
				t.Errorf("beside knot %v: %v", k, got)
			}
		}
	}
}

// A knot that drawing put below its neighbour is lifted just above it.
func TestRising(t *testing.T) {
	got := rising([]Knot{{0, 1}}, Knot{2, 0.5}, 0.8)
	if want := []Knot{{0, 1}, {2, 1 + 0.01*0.8*2}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := rising([]Knot{{0, 1}}, Knot{2, 3}, 0.8); got[1].LogOdds != 3 {
		t.Errorf("a rising knot was moved: %v", got)
	}
}

// Any order of rows gives the same map; one turned outcome gives another.
func TestOrderDoesNotMatter(t *testing.T) {
	x, bad := bent(6, 50_000)
	s := rng.Open(6, rng.PurposeModel, 9)
	weight := make([]float32, len(x))
	for i := range weight {
		weight[i] = float32(2 * s.Uniform(uint64(i)))
	}
	for _, method := range []Method{Smooth, Platt, Isotonic} {
		a, err := FitMethod(method, x, bad, weight)
		if err != nil {
			t.Fatal(err)
		}
		rx, rb, rw := slices.Clone(x), slices.Clone(bad), slices.Clone(weight)
		slices.Reverse(rx)
		slices.Reverse(rb)
		slices.Reverse(rw)
		b, _ := FitMethod(method, rx, rb, rw)
		rb[777] = !rb[777]
		c, _ := FitMethod(method, rx, rb, rw)
		if !reflect.DeepEqual(a, b) || reflect.DeepEqual(a, c) {
			t.Errorf("%s: reversed rows equal: %v, want true; a turned outcome equal: %v, want false",
				method, reflect.DeepEqual(a, b), reflect.DeepEqual(a, c))
		}
	}
}

func TestFaultyInput(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		x, w []float32
		bad  []bool
		want string
	}{
		{[]float32{1, 2}, nil, []bool{true}, "one of each per row"},
		{[]float32{1, 2}, []float32{1}, []bool{true, false}, "one of each per row"},
		{[]float32{1, nan}, nil, []bool{true, false}, "row 1 is not a number"},
		{[]float32{1, 2}, []float32{1, -1}, []bool{true, false}, "weight of row 1"},
		{[]float32{1, 2}, []float32{nan, 1}, []bool{true, false}, "weight of row 0"},
		{nil, nil, nil, "both good and bad"},
		{[]float32{1, 2}, nil, []bool{true, true}, "both good and bad"},
		{[]float32{1, 2}, []float32{0, 1}, []bool{true, false}, "both good and bad"},
	} {
		if _, err := Fit(c.x, c.bad, c.w); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	if _, err := Fit(nil, nil, nil); !errors.Is(err, ErrOneClass) {
		t.Errorf("no rows: %v", err)
	}
	if _, err := FitMethod("plat", []float32{1, 2}, []bool{true, false}, nil); err == nil {
		t.Error("unknown method was taken")
	}
}

// Perfect, upside-down, constant and infinite log-odds all give a usable map.
func TestExtremeModels(t *testing.T) {
	bad := make([]bool, 1000)
	up, down, same := make([]float32, 1000), make([]float32, 1000), make([]float32, 1000)
	for i := range bad {
		bad[i] = i >= 900
		up[i], down[i], same[i] = -5, 5, 1
		if bad[i] {
			up[i], down[i] = float32(math.Inf(1)), -5
		}
	}
	for _, method := range []Method{Smooth, Platt, Isotonic} {
		for name, c := range map[string]struct {
			x         []float32
			low, high float64 // P at −5 and +32
		}{"perfect": {up, 0, 1}, "upside down": {down, 0.1, 0.1}, "constant": {same, 0.1, 0.1}} {
			m, err := FitMethod(method, c.x, bad, nil)
			if err != nil {
				t.Fatal(err)
			}
			if lo, hi := m.P(-5), m.P(32); math.Abs(lo-c.low) > 0.01 || math.Abs(hi-c.high) > 0.011 {
				t.Errorf("%s, %s: P(-5) = %v, P(32) = %v, want %v, %v", method, name, lo, hi, c.low, c.high)
			}
			if p := m.P(math.Inf(-1)); !(p >= 0 && p < 0.2) {
				t.Errorf("%s, %s: P(-Inf) = %v", method, name, p)
			}
		}
	}
}

// Run: go test ./scoring/calibrate -run '^$' -bench .
func BenchmarkFitAndApply(b *testing.B) {
	x, bad := bent(1, 1e6)
	p := make([]float32, len(x))
	b.ResetTimer()
	for range b.N {
		m, err := Fit(x, bad, nil)
		if err != nil {
			b.Fatal(err)
		}
		for i := range p {
			p[i] = float32(m.P(float64(x[i])))
		}
	}
}

// Every block that becomes a knot holds enough bads and goods, and no row is lost on the way.
func TestThicken(t *testing.T) {
	x, bad := bent(9, 30_000)
	c, err := fillCells(x, bad, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := 0.0
	blocks := thicken(c.blocks(), smoothBads)
	for _, b := range blocks {
		if rows += b.all; b.bad < smoothBads || b.all-b.bad < smoothBads {
			t.Errorf("block %+v holds fewer than %d bads or goods", b, smoothBads)
		}
	}
	if rows != 30_000 || len(blocks) < 5 {
		t.Errorf("%d blocks hold %v rows, want at least 5 with 30000", len(blocks), rows)
	}
}

// Calibrated log-odds stay where they are; bent ones are bent back; with few rows, or one class, nothing changes.
func TestRefine(t *testing.T) {
	x, bad := bent(9, 200_000)
	m, err := Refine(x, bad, 1)
	if err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for i := range 20000 { // what is true of a row is known
		if v := float64(x[i]); v > -4 && v < 1 {
			worst = max(worst, math.Abs(m.LogOdds(v)-truth(v)))
		}
	}
	if worst > 0.25 || len(m.Knots) < 3 {
		t.Errorf("log-odds are up to %.2f off after refining, %d knots", worst, len(m.Knots))
	}
	if again, _ := Refine(x[:4000], bad[:4000], 0.02); len(again.Knots) < 3 {
		t.Errorf("a fiftieth of the rows has %d knots: it is no draw of the whole", len(again.Knots))
	}
	for name, rows := range map[string][]bool{"few": bad[:300], "good only": make([]bool, 300)} {
		m, err := Refine(x[:300], rows, 1)
		if err != nil || m.LogOdds(-1.25) != -1.25 || m.LogOdds(3) != 3 {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

// Apply is P for every row, with any number of workers.
func TestApply(t *testing.T) {
	x, bad := bent(7, 40_000)
	m, err := Fit(x, bad, nil)
	if err != nil {
		t.Fatal(err)
	}
	one, seven := make([]float32, len(x)), make([]float32, len(x))
	m.Apply(one, x, 1)
	m.Apply(seven, x, 7)
	for i, v := range x {
		if want := float32(m.P(float64(v))); one[i] != want || seven[i] != want {
			t.Fatalf("row %d: %v and %v, want %v", i, one[i], seven[i], want)
		}
	}
}
