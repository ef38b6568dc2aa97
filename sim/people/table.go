package people

import (
	"sort"
	"sync"

	"overshare/sim/portable"
)

// A table of a distribution in 4,096 equal cells: one uniform, one look-up, the same result on every processor.
// Its moments are tested against the distribution's (TestNormalTableMoments). A normal table has the quantiles
// at the midpoints of the cells, up to the 0.99988 quantile.
const tableBits = 12

var normalTable = sync.OnceValue(func() *[1 << tableBits]float32 {
	var t [1 << tableBits]float32
	for i := range len(t) / 2 { // the other half is the same, mirrored
		t[i] = float32(portable.NormalQuantile(1 - float64((float64(i)+0.5)/(1<<tableBits))))
		t[len(t)-1-i] = -t[i]
	}
	return &t
})

// NormalTable returns 4,096 standard normal quantiles, ascending.
func NormalTable() *[1 << tableBits]float32 { return normalTable() }

// LogNormalTable returns a log-normal distribution with the given median in 4,096 equal cells, each by its mean,
// ascending, so that the table has the mean of the distribution, median·exp(σ²/2), however long the tail. The
// mean of the cell between the normal quantiles a and b is
//
//	4096 · median·exp(σ²/2) · (Φ(b − σ) − Φ(a − σ)).
//
// Accuracy: 1e-6 of the mean up to σ = 3 (TestLogNormalTableMean).
func LogNormalTable(median, sigma float64) [1 << tableBits]float32 {
	return logNormalTables([]float64{median}, sigma)[0]
}

// logNormalTables returns the tables of several medians with the same spread: what the cells' shares of the
// mean are depends on the spread alone, and is nearly all of the work.
func logNormalTables(medians []float64, sigma float64) [][1 << tableBits]float32 {
	tables := make([][1 << tableBits]float32, len(medians))
	spread := portable.Exp(sigma * sigma / 2)
	above, ends := 1.0, cellEnds() // share of the mean above the cell's lower end: small numbers keep their digits
	for i := range 1 << tableBits {
		next := 0.0
		if i < len(ends) {
			next = portable.NormalTail(ends[i] - sigma)
		}
		for k, median := range medians {
			mean := median * spread
			tables[k][i] = float32(mean * (above - next) * (1 << tableBits))
		}
		above = next
	}
	return tables
}

// cellEnds are the standard normal quantiles between the cells.
var cellEnds = sync.OnceValue(func() *[1<<tableBits - 1]float64 {
	var t [1<<tableBits - 1]float64
	for i := range len(t) / 2 { // the other half is the same, mirrored; the middle is 0
		t[i] = -portable.NormalQuantile(float64(i+1) / (1 << tableBits))
		t[len(t)-1-i] = -t[i]
	}
	return &t
})

// logNormalOfMean returns a log-normal distribution with the given mean.
func logNormalOfMean(mean, sigma float64) [1 << tableBits]float32 {
	return LogNormalTable(mean*portable.Exp(-sigma*sigma/2), sigma)
}

// logNormalUpTo returns a log-normal distribution cut off at most, with the given mean after that; most
// everywhere if the mean is not below it. Bisection on the mean before, to the last bit.
func logNormalUpTo(most, mean, sigma float64) (t [1 << tableBits]float32) {
	shape := logNormalOfMean(1, sigma)
	cut := func(before float64) (sum float64) {
		for i, x := range shape {
			t[i] = float32(min(before*float64(x), most))
			sum += float64(t[i])
		}
		return sum / float64(len(t))
	}
	lo, hi := 0.0, mean
	for hi < 1e6 && cut(hi) < mean {
		hi *= 2
	}
	for range 60 {
		if mid := (lo + hi) / 2; cut(mid) < mean {
			lo = mid
		} else {
			hi = mid
		}
	}
	cut(hi)
	return t
}

// A choice picks an index with given weights from 16 random bits; a share is exact to 2⁻¹⁶. It is looked up by the
// highest eight bits, which decide it but where a cell of 256 numbers has a border in it.
type choice struct {
	first   [1 << 8]uint8 // by the highest eight bits: what the least number with them picks
	borders []uint32      // the least number that picks more than an index
}

func newChoice(weights []float64) *choice {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	var c choice
	sum := 0.0
	for _, w := range weights[:len(weights)-1] {
		sum += w
		c.borders = append(c.borders, uint32(sort.Search(1<<16, func(i int) bool { return (float64(i)+0.5)*total >= sum*65536 })))
	}
	c.borders = append(c.borders, 1<<16)
	for high := range c.first {
		for uint32(high)<<8 >= c.borders[c.first[high]] {
			c.first[high]++
		}
	}
	return &c
}

// pick returns the index that x picks.
func (c *choice) pick(x uint16) uint8 {
	k := c.first[x>>8]
	for uint32(x) >= c.borders[k] {
		k++
	}
	return k
}

// A curve is a cumulative count by day; its inverse gives the day on which a share of it is reached.
type curve struct {
	day []float64
	cum []float64
}

func (c *curve) add(day, cum float64) { c.day, c.cum = append(c.day, day), append(c.cum, cum) }

func (c *curve) total() float64 { return c.cum[len(c.cum)-1] }

// at returns the cumulative count on a day, interpolated linearly and flat beyond the ends.
func (c *curve) at(day float64) float64 {
	i := sort.SearchFloat64s(c.day, day)
	if i == 0 {
		return c.cum[0]
	}
	if i == len(c.day) {
		return c.cum[i-1]
	}
	w := (day - c.day[i-1]) / (c.day[i] - c.day[i-1])
	return c.cum[i-1] + float64(w*(c.cum[i]-c.cum[i-1]))
}

// inverse returns the day at which the cumulative count reaches x, interpolated linearly.
func (c *curve) inverse(x float64) float64 {
	i := sort.SearchFloat64s(c.cum, x)
	if i == 0 {
		return c.day[0]
	}
	if i == len(c.cum) {
		return c.day[i-1]
	}
	w := (x - c.cum[i-1]) / (c.cum[i] - c.cum[i-1])
	return c.day[i-1] + float64(w*(c.day[i]-c.day[i-1]))
}

// quantiles returns the curve's inverse at n+1 evenly spaced shares, so that a draw is a look-up and an
// interpolation instead of a search.
func (c *curve) quantiles(n int) []float32 {
	q := make([]float32, n+1)
	for i := range q {
		q[i] = float32(c.inverse(c.total() * float64(i) / float64(n)))
	}
	return q
}
