package people

import (
	"sort"
	"sync"

	"overshare/sim/portable"
)

// A table of quantiles at the midpoints of 4,096 equal cells: one uniform, one look-up, the same result
// on every processor. Its moments are tested against the distribution's (TestNormalTableMoments); the
// largest draw is the 0.99988 quantile.
const tableBits = 12

var normalTable = sync.OnceValue(func() *[1 << tableBits]float32 {
	var t [1 << tableBits]float32
	for i := range t {
		t[i] = float32(portable.NormalQuantile(1 - float64((float64(i)+0.5)/(1<<tableBits))))
	}
	return &t
})

// NormalTable returns 4,096 standard normal quantiles, ascending.
func NormalTable() *[1 << tableBits]float32 { return normalTable() }

// LogNormalTable returns 4,096 quantiles of a log-normal distribution with the given median.
func LogNormalTable(median, sigma float64) (t [1 << tableBits]float32) {
	for i, z := range NormalTable() {
		t[i] = float32(median * portable.Exp(sigma*float64(z)))
	}
	return t
}

// A choice picks an index with given weights from 16 random bits; a share is exact to 2⁻¹⁶.
type choice [1 << 16]uint8

func newChoice(weights []float64) *choice {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	var c choice
	at, sum := 0, weights[0]
	for i := range c {
		for at < len(weights)-1 && (float64(i)+0.5)*total >= sum*65536 {
			at++
			sum += weights[at]
		}
		c[i] = uint8(at)
	}
	return &c
}

// A curve is a cumulative count by day; its inverse gives the day on which a share of it is reached.
type curve struct {
	day []float64
	cum []float64
}

func (c *curve) add(day, cum float64) { c.day, c.cum = append(c.day, day), append(c.cum, cum) }

func (c *curve) total() float64 { return c.cum[len(c.cum)-1] }

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
