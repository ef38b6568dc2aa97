package calibrate

import (
	"math"
	"sort"
	"sync"

	"overshare/scoring/calibrate/logit"
)

// A Map turns a model's log-odds into calibrated log-odds: a line through knots, or steps. Its fields
// say everything; treat them as read-only. It is safe for use by several goroutines at once.
type Map struct {
	Method Method
	Step   bool    // from a knot on its value holds up to the next; else straight lines join the knots
	Below  float64 // slope below the first knot, from 0 up (not used by steps)
	Above  float64 // slope above the last knot
	Knots  []Knot  // X strictly rising, LogOdds not falling; at least one
}

// A Knot says what log-odds X of the model stand for.
type Knot struct{ X, LogOdds float64 }

// smoothBads is the weight of bads, and of goods, that a knot of the smooth map stands on: a standard
// error of at most 0.14 in log-odds (2·100 rows: sqrt(1/100 + 1/100)).
const smoothBads = 100

// shrink is the weight of rows of the rarer class by which a knot is drawn to Platt's line.
const shrink = 10

// smooth builds the default map: isotonic blocks of at least [smoothBads] bads and goods are drawn a
// little to Platt's line and become knots at their mean log-odds; straight lines in log-odds join
// them, and outside Platt's slope holds. With fewer than three blocks it is Platt's line.
//
//	knot = ln( (bad + s·π) / (good + s·(1 − π)) ),   π = logistic(a + b·x),   s·min(π, 1 − π) = 10
//
// Source: linear interpolation between the centres of isotonic blocks: Oron & Flournoy 2017
// (centred isotonic regression), doi:10.1080/19466315.2017.1286256; there in probability, here in
// log-odds, where a scorer's own scale is nearly straight.
func smooth(c *cells, l line) *Map { return smoothed(c, l, 1) }

// smoothed is smooth for a part of the rows: of a block's rows, and of what it is drawn by, only that part is asked.
func smoothed(c *cells, l line, part float64) *Map {
	m := l.asMap(Smooth)
	if l.b == 0 {
		return m
	}
	var knots []Knot
	for _, b := range pool(thicken(c.blocks(), float64(smoothBads*part))) {
		x := b.x / b.all
		pi := logit.P(l.at(x))
		s := float64(shrink*part) / math.Min(pi, 1-pi)
		if !(s < 1e12) { // Platt's line is certain here: nothing to draw to
			s = 0
		}
		y := logit.Log((b.bad + float64(s*pi)) / (b.all - b.bad + float64(s*(1-pi))))
		knots = rising(knots, Knot{x, y}, l.b)
	}
	if len(knots) >= 3 {
		m.Knots = knots
	}
	return m
}

// thicken joins neighbouring cells until every block holds least bads and goods. What is left
// over at the top joins the last block.
func thicken(in []block, least float64) (out []block) {
	var b block
	for i, next := range in {
		if b.all == 0 {
			b = next
		} else {
			b = join(b, next)
		}
		if b.bad >= least && b.all-b.bad >= least {
			out, b = append(out, b), block{}
		} else if i == len(in)-1 && len(out) > 0 {
			out[len(out)-1] = join(out[len(out)-1], b)
		}
	}
	return out
}

// rising appends a knot, lifted if drawing to the line put it below its neighbour: from knot to knot
// the map rises by at least a hundredth of Platt's slope, so that ranks are kept.
func rising(knots []Knot, k Knot, slope float64) []Knot {
	if n := len(knots); n > 0 {
		last := knots[n-1]
		k.LogOdds = math.Max(k.LogOdds, last.LogOdds+float64(0.01*slope*(k.X-last.X)))
	}
	return append(knots, k)
}

// steps builds the isotonic map: every block has its rate. A log-odds between two blocks takes the
// lower one's rate; below the first block the first one's. A block without bads (goods) has
// probability 0 (1), stored as log-odds −64 (64).
func steps(c *cells) *Map {
	m := &Map{Method: Isotonic, Step: true}
	for _, b := range pool(c.blocks()) {
		y := math.Max(-64, math.Min(64, logit.Log(b.bad/(b.all-b.bad))))
		m.Knots = append(m.Knots, Knot{b.first - 0.5/(1<<cellBits), y})
	}
	return m
}

// LogOdds returns the calibrated log-odds for the model's log-odds x; NaN for NaN.
//
// Cost: a binary search among the knots.
func (m *Map) LogOdds(x float64) float64 {
	k := m.Knots
	i := sort.Search(len(k), func(i int) bool { return !(k[i].X <= x) }) // first knot above x
	switch {
	case x != x:
		return x
	case m.Step:
		return k[max(i-1, 0)].LogOdds
	case i == 0:
		return k[0].LogOdds + product(m.Below, x-k[0].X)
	case i == len(k):
		return k[i-1].LogOdds + product(m.Above, x-k[i-1].X)
	}
	a, b := k[i-1], k[i]
	return a.LogOdds + float64((b.LogOdds-a.LogOdds)*((x-a.X)/(b.X-a.X)))
}

// product is slope·x, with 0·∞ = 0: a level map is level everywhere.
func product(slope, x float64) float64 {
	if slope == 0 {
		return 0
	}
	return float64(slope * x)
}

// P returns the probability of a bad outcome for the model's log-odds x.
func (m *Map) P(x float64) float64 { return logit.P(m.LogOdds(x)) }

// Apply writes the probability for every log-odds to p.
func (m *Map) Apply(p, logOdds []float32, workers int) {
	if len(p) != len(logOdds) {
		panic("calibrate: internal error: p and logOdds have different lengths")
	}
	workers = max(1, min(workers, len(p)))
	var wait sync.WaitGroup
	for w := range workers {
		lo, hi := w*len(p)/workers, (w+1)*len(p)/workers
		wait.Go(func() {
			for i := lo; i < hi; i++ {
				p[i] = float32(m.P(float64(logOdds[i])))
			}
		})
	}
	wait.Wait()
}
