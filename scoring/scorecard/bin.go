package scorecard

import (
	"math"
	"slices"

	"overshare/scoring"
)

// bestBins cuts every feature of t into the bins that carry the most information.
func bestBins(t *scoring.Table, n *counts, o Options) []Feature {
	out := make([]Feature, len(t.Features))
	split(len(out), o.Workers, func(lo, hi int) {
		for j := lo; j < hi; j++ {
			out[j] = binFeature(t.Features[j], &n.level[j], n, o)
		}
	})
	return out
}

// binFeature returns the best binning of one feature.
//
// The missing bin stands first, also when it is empty; then the bins of the ordered levels, none if
// no row has a level. A level that no row had belongs to the bin of the next lower level, or to the
// first bin.
func binFeature(f scoring.Feature, level *[256]tally, n *counts, o Options) Feature {
	g := newSegments(level, n, o)
	cuts := g.best(f.Monotone, o, price(n, o))
	if f.Nominal && g.chance(cuts, n, price(n, o)) {
		cuts = []int{0, g.n}
	}
	out := Feature{Name: f.Name, Bins: []Bin{n.bin(f, level, 0, 0, o)}}
	for k := 1; k < len(cuts); k++ {
		low, high := uint8(1), uint8(255)
		if k > 1 {
			low = g.code[cuts[k-1]]
		}
		if k < len(cuts)-1 {
			high = g.code[cuts[k]] - 1
		}
		out.Bins = append(out.Bins, n.bin(f, level, low, high, o))
	}
	for _, b := range out.Bins {
		out.IV += b.IV
	}
	if out.known() < 2 || out.IV == 0 || out.IV < o.MinIV {
		out.Left = LeftNoInformation
	}
	return out
}

// known returns how many bins hold rows.
func (f *Feature) known() (bins int) {
	for _, b := range f.Bins {
		if b.Rows > 0 {
			bins++
		}
	}
	return bins
}

// bin describes the bin of codes low to high.
func (n *counts) bin(f scoring.Feature, level *[256]tally, low, high uint8, o Options) Bin {
	var a tally
	for c := int(low); c <= int(high); c++ {
		a.add(level[c])
	}
	b := Bin{Low: low, High: high, Label: label(f, low, high), Count: a.count()}
	b.WoE, b.IV = n.evidence(a, o.Smoothing)
	return b
}

// segments holds the value of every possible bin of one feature: the levels i … j−1 of the occupied
// levels, for 0 ≤ i < j ≤ n, at index i·(n+1) + j.
type segments struct {
	n     int
	code  []uint8 // of the occupied levels, rising
	value []int64 // IV less the price of a bin, in units of 2⁻⁴⁰, so that ties are ties; never if not allowed
	woe   []int64 // in units of 2⁻²⁰
}

const never = math.MinInt64 / 4

// newSegments values all bins of a feature: at most 32,640 of them, two divisions and a logarithm each.
func newSegments(level *[256]tally, n *counts, o Options) *segments {
	g := &segments{}
	sums := []tally{{}}
	for c := 1; c < 256; c++ {
		if level[c].rows > 0 {
			next := sums[len(sums)-1]
			next.add(level[c])
			sums, g.code = append(sums, next), append(g.code, uint8(c))
		}
	}
	g.n = len(g.code)
	g.value = make([]int64, (g.n+1)*(g.n+1))
	g.woe = make([]int64, len(g.value))
	for i := range g.n {
		for j := i + 1; j <= g.n; j++ {
			a := sums[j]
			a.rows, a.bads, a.all, a.bad = a.rows-sums[i].rows, a.bads-sums[i].bads, a.all-sums[i].all, a.bad-sums[i].bad
			g.set(i, j, a, n, o)
		}
	}
	return g
}

// set values the bin of levels i to j. The bin of all levels is always allowed.
func (g *segments) set(i, j int, a tally, n *counts, o Options) {
	at := i*(g.n+1) + j
	woe, iv := n.evidence(a, o.Smoothing)
	g.woe[at] = int64(woe * unit)
	g.value[at] = int64(math.Floor(float64(iv*0x1p40)+0.5)) - price(n, o)
	small := float64(a.all) < o.minShare(n)*float64(n.all) || a.bads < o.MinBads || a.rows < o.MinRows
	if small && j-i < g.n {
		g.value[at] = never
	}
}

// chance says whether a partition of levels whose order was learnt from the same outcomes may be chance. The levels of a
// feature that says nothing have, as a whole, the information of a chi-square with k−1 degrees of freedom, and the
// best cut of the sorted levels takes nearly all of it. So the partition must bring more than one bin does by k−1 such
// units and their standard deviation.
func (g *segments) chance(cuts []int, n *counts, price int64) bool {
	if len(cuts) < 3 {
		return false
	}
	gain := g.total(cuts) - g.value[g.n] + int64(len(cuts)-2)*price // the bins' price is what chance is compared with
	free := float64(g.n - 1)
	return float64(gain) < (free+math.Sqrt(2*free))*n.noise()*0x1p40
}

// noise is the sampling noise of an information value for each degree of freedom.
func (n *counts) noise() float64 { return 1/float64(n.bads) + 1/float64(n.rows-n.bads) }

// price is what a bin costs, in units of 2⁻⁴⁰ of information value: [Options.Evidence] times the
// sampling noise of the IV, which is 1/bads + 1/goods per degree of freedom.
func price(n *counts, o Options) int64 {
	return int64(math.Min(o.evidence(n)*n.noise(), 1<<10) * 0x1p40)
}

// best returns the borders of the best partition: 0, …, n; nil if the feature has no level.
// Of partitions with equal value the one with fewer bins wins, then a fixed one.
func (g *segments) best(direction int8, o Options, price int64) []int {
	switch {
	case g.n == 0:
		return nil
	case direction > 0:
		cuts, _ := g.monotone(o.MaxBins, 1)
		return cuts
	case direction < 0:
		cuts, _ := g.monotone(o.MaxBins, -1)
		return cuts
	case o.Trend == TrendFree:
		return g.free(o.MaxBins)
	}
	one, a := g.monotone(o.MaxBins, 1)
	if down, b := g.monotone(o.MaxBins, -1); b > a {
		one, a = down, b
	}
	if o.Trend == TrendShown {
		if free := g.free(o.MaxBins); g.total(free)-a > breakEvidence*price {
			return free
		}
	}
	return one
}

// breakEvidence is how many times the price of a bin a turn of the trend must bring (assumed, try 2 to 8; 4 was better than 2 and as good as
// never turning on the three tables of scenarios/evaluate/peers).
const breakEvidence = 4

// total is the value of a partition.
func (g *segments) total(cuts []int) (sum int64) {
	for i := 1; i < len(cuts); i++ {
		sum += g.value[cuts[i-1]*(g.n+1)+cuts[i]]
	}
	return sum
}

// free finds the best partition into at most maxBins bins.
//
//	best(k, j) = max over i < j of best(k−1, i) + value(i, j)
//
// Exact. Cost: O(maxBins·n²).
func (g *segments) free(maxBins int) []int {
	w, bins := g.n+1, min(maxBins, g.n)
	last := make([]int64, w)
	for j := 1; j < w; j++ {
		last[j] = never
	}
	from := make([][]int, bins+1)
	top, kTop := int64(math.MinInt64), 0
	for k := 1; k <= bins; k++ {
		now := make([]int64, w)
		from[k] = make([]int, w)
		for j := range w {
			now[j] = never
			for i := range j {
				if v := last[i] + g.value[i*w+j]; v > now[j] {
					now[j], from[k][j] = v, i
				}
			}
		}
		if now[g.n] > top {
			top, kTop = now[g.n], k
		}
		last = now
	}
	cuts := []int{g.n}
	for k, j := kTop, g.n; k > 0; k-- {
		j = from[k][j]
		cuts = append(cuts, j)
	}
	slices.Reverse(cuts)
	return cuts
}
