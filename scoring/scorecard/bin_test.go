package scorecard

import (
	"flag"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The cases of the property tests are the same in every run; .ci/run -soak draws others.
func init() { _ = flag.Set("rapid.seed", "2024") }

// bruteBest tries every partition of the levels: the slow, obvious twin of free and monotone.
func bruteBest(g *segments, maxBins int, sign int64) (best int64) {
	best = never
	for mask := range uint32(1) << (g.n - 1) {
		if bits.OnesCount32(mask)+1 > maxBins {
			continue
		}
		cuts := []int{0}
		for k := 1; k < g.n; k++ {
			if mask>>(k-1)&1 == 1 {
				cuts = append(cuts, k)
			}
		}
		if v, ok := g.worth(append(cuts, g.n), sign); ok {
			best = max(best, v)
		}
	}
	return best
}

// worth returns the value of a partition, and whether it is allowed; sign 0 allows any trend.
func (g *segments) worth(cuts []int, sign int64) (sum int64, ok bool) {
	var last int64
	for k := 1; k < len(cuts); k++ {
		at := cuts[k-1]*(g.n+1) + cuts[k]
		if g.value[at] <= never/2 || k > 1 && sign*g.woe[at] < sign*last {
			return 0, false
		}
		sum, last = sum+g.value[at], g.woe[at]
	}
	return sum, true
}

// Dynamic programming finds the brute-force optimum on tables of up to 11 levels, with every
// combination of constraints.
func TestBestPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		levels := rapid.IntRange(1, 11).Draw(t, "levels")
		rows := rapid.SliceOfN(rapid.IntRange(0, 40), levels+1, levels+1).Draw(t, "rows")
		bads := make([]int, len(rows))
		for c := range rows {
			bads[c] = rapid.IntRange(0, rows[c]).Draw(t, "bads")
		}
		rows[0], bads[0] = rows[0]+2, bads[0]+1
		o := Defaults()
		o.Trend = TrendFree
		o.MaxBins = rapid.IntRange(1, 12).Draw(t, "max bins")
		o.MinShare = rapid.SampledFrom([]float64{0, 0.03, 0.1, 0.4}).Draw(t, "share")
		o.MinBads = rapid.Int64Range(0, 9).Draw(t, "min bads")
		o.MinRows = rapid.Int64Range(0, 9).Draw(t, "min rows")
		o.Evidence = rapid.SampledFrom([]float64{0, 0, 1, 16}).Draw(t, "evidence")
		o.Smoothing = rapid.SampledFrom([]float64{0, 0.5, 10}).Draw(t, "smoothing")
		n, err := count(small(rows, bads), 1)
		if err != nil {
			t.Fatal(err)
		}
		g := newSegments(&n.level[0], n, o)
		if g.n == 0 {
			return
		}
		for sign := int64(-1); sign <= 1; sign++ {
			want := bruteBest(g, o.MaxBins, sign)
			cuts := g.best(int8(sign), o, price(n, o))
			if got, ok := g.worth(cuts, sign); !ok || got != want || len(cuts)-1 > o.MaxBins {
				t.Fatalf("sign %d: cuts %v worth %d (%v), best is %d", sign, cuts, got, ok, want)
			}
		}
		up, down := bruteBest(g, o.MaxBins, 1), bruteBest(g, o.MaxBins, -1)
		o.Trend = TrendAuto
		a, ok := g.worth(g.best(0, o, price(n, o)), 1)
		b, ok2 := g.worth(g.best(0, o, price(n, o)), -1)
		if !(ok && a == max(up, down) || ok2 && b == max(up, down)) {
			t.Fatalf("auto: worth %d or %d, best is %d", a, b, max(up, down))
		}
	})
}

// Bins keep their constraints on 255 levels, cover every code once and follow the stated direction.
func TestBinsKeepConstraints(t *testing.T) {
	table := made(3, 60_000, 8)
	for j := range table.Features {
		table.Features[j].Monotone = int8(j%3) - 1
	}
	o := Defaults()
	o.MinShare, o.MinBads = 0.03, 40
	card, err := Train(table, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := card.check(); err != nil {
		t.Error(err)
	}
	cut := 0
	for j, f := range card.Features {
		if len(f.Bins)-1 > o.MaxBins {
			t.Errorf("%s: %d bins", f.Name, len(f.Bins)-1)
		}
		for k, b := range f.Bins[1:] {
			if b.Weight < o.MinShare*card.All.Weight || b.Bads < o.MinBads {
				t.Errorf("%s: bin too small: %+v", f.Name, b)
			}
			if s := float64(table.Features[j].Monotone); k > 0 && s*b.WoE < s*f.Bins[k].WoE {
				t.Errorf("%s: WoE %v after %v against the stated direction", f.Name, b.WoE, f.Bins[k].WoE)
			}
		}
		cut += len(f.Bins) - 2
	}
	if cut < 8 {
		t.Errorf("only %d cuts in all: nothing was tested", cut)
	}
}

// Features without effect must not be cut. 24 features of 254 possible cuts each; by the union bound
// on P(χ²₁ > 16) = 6.3e-5 a feature is cut by chance with probability at most 0.016, so 7 or more of
// 24 have a probability below C(24,7)·0.016⁷ = 1e-7. Seed 11. Without the price all 24 are cut.
func TestNoiseIsNotCut(t *testing.T) {
	table := made(11, 100_000, 24)
	bad := slices.Clone(table.Bad)
	for i := range bad { // outcomes of another person: row i gets the outcome of row 7919·i
		table.Bad[i] = bad[(i*7919+1)%len(bad)]
	}
	for _, c := range []struct {
		evidence float64
		low, hi  int
	}{{16, 0, 6}, {0, 24, 24}} {
		o := Defaults()
		o.Evidence = c.evidence
		card, err := Train(table, o)
		if err != nil {
			t.Fatal(err)
		}
		cut := 0
		for _, f := range card.Features {
			if len(f.Bins) > 2 {
				cut++
			}
		}
		if cut < c.low || cut > c.hi {
			t.Errorf("evidence %v: %d of 24 features without effect are cut, want %d to %d", c.evidence, cut, c.low, c.hi)
		}
	}
}

func ExampleWoE() {
	fmt.Println(WoE(30, 970, 30, 970, 0.5))           // all rows in one bin
	fmt.Println(WoE(0, 0, 30, 970, 0.5))              // an empty bin
	fmt.Printf("%.3f\n", WoE(15, 97, 30, 970, 0))     // half the bads, a tenth of the goods: ln 5
	fmt.Printf("%.3f\n", WoE(0, 97, 30, 970, 0.5))    // no bad seen: ln(1/60 / (1/10 + 1/60))
	fmt.Printf("%.3f\n", IV(15, 97, 30, 970, 1.6094)) // 0.4·ln 5
	// Output:
	// 0
	// 0
	// 1.609
	// -1.946
	// 0.644
}

// check tells whether the bins of every feature cover all codes and all scores are on the grid.
func (c *Card) check() error {
	if !onGrid(c.Intercept) {
		return fmt.Errorf("scorecard: intercept %v is no multiple of 2^-20 below 2048; train the card again", c.Intercept)
	}
	for _, f := range c.Features {
		if len(f.Bins) == 0 || f.Bins[0].Low != 0 || f.Bins[0].High != 0 {
			return fmt.Errorf("scorecard: feature %q does not start with its missing bin; train the card again", f.Name)
		}
		next := 1
		for k, b := range f.Bins {
			if k > 0 && (int(b.Low) != next || b.High < b.Low) {
				return fmt.Errorf("scorecard: feature %q bin %d covers codes %d to %d, must start at %d; train the card again",
					f.Name, k, b.Low, b.High, next)
			}
			if !onGrid(b.LogOdds) {
				return fmt.Errorf("scorecard: feature %q bin %d adds %v, no multiple of 2^-20 below 2048; train the card again",
					f.Name, k, b.LogOdds)
			}
			next = int(b.High) + 1
		}
		if len(f.Bins) > 1 && next != 256 {
			return fmt.Errorf("scorecard: feature %q ends at code %d, must end at 255; train the card again", f.Name, next-1)
		}
	}
	return nil
}

func onGrid(x float64) bool { return math.Abs(x) < 1<<11 && grid(x) == x }
