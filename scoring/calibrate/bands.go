package calibrate

import "math"

// A Band is a range of probabilities with its stated incidence, and what was observed in it.
type Band struct {
	Low, High float64 // the stated incidence, and the probabilities in the band: Low ≤ p < High (the last band: ≤ 1)
	ScoreLow  int     // lowest score in the band
	ScoreHigh int     // highest score in the band; it may also be the lowest of the next safer band
	Rows      int64
	Bads      int64
	Defined   bool    // false if no row is in the band: the fields below are undefined, empty cells
	Rate      float64 // observed incidence, Bads/Rows
	RateLow   float64 // Wilson interval of the incidence, 95 %
	RateHigh  float64
	Meets     bool // the interval and the stated range share a point: the rows do not contradict the band
	Within    bool // the whole interval is inside the stated range: the rows confirm the band
}

// Edges returns the borders of the eight bands, the safest first: 0, 0.5, 1.5, 3, 5, 10, 15, 50, 100 %.
//
// Source: the eight tiers of Plaid Signal (public documentation), the nearest score in use that states
// the rate a tier stands for.
func Edges() []float64 { return []float64{0, 0.005, 0.015, 0.03, 0.05, 0.10, 0.15, 0.50, 1} }

// Bands counts rows into the eight bands by their probability p and says for each whether the
// observed incidence meets the stated one. Check on rows later than those the map was fitted on.
//
// Shapes: p and bad have one value a row. Edges are compared in float32, so that a p of exactly 3 %
// is in the band that starts there. A p that is no probability is a bug of the caller.
//
// A band that holds its promise is contradicted by chance in at most about 2.5 % of the checks (its
// true rate then lies on an edge); eight bands together in at most some 20 %.
func Bands(p []float32, bad []bool) []Band {
	if len(p) != len(bad) {
		panic("calibrate: internal error: p and bad have different lengths")
	}
	edges := Edges()
	out := make([]Band, len(edges)-1)
	for i, x := range p {
		if !(x >= 0 && x <= 1) {
			panic("calibrate: internal error: p is no probability")
		}
		b := &out[bandOf(x, edges)]
		b.Rows++
		if bad[i] {
			b.Bads++
		}
	}
	for k := range out {
		out[k].judge(edges[k], edges[k+1])
	}
	return out
}

// bandOf returns the band of probability x.
func bandOf(x float32, edges []float64) int {
	k := 0
	for k < len(edges)-2 && x >= float32(edges[k+1]) {
		k++
	}
	return k
}

// judge fills in everything but the counts.
func (b *Band) judge(low, high float64) {
	b.Low, b.High = low, high
	b.ScoreHigh, _ = Score(low)
	b.ScoreLow, _ = Score(high)
	if b.Rows == 0 {
		return
	}
	b.Defined = true
	b.Rate = float64(b.Bads) / float64(b.Rows)
	b.RateLow, b.RateHigh = Wilson(b.Bads, b.Rows)
	b.Meets = b.RateLow <= high && b.RateHigh >= low
	b.Within = b.RateLow >= low && b.RateHigh <= high
}

// Wilson returns the 95 % score interval of a rate of which k of n were seen; 0 to 1 if n is 0.
//
//	( k + z²/2 ± z·sqrt(k·(n − k)/n + z²/4) ) / (n + z²),   z = 1.959963984540054
//
// Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
func Wilson(k, n int64) (low, high float64) {
	const z = 1.959963984540054
	if n == 0 {
		return 0, 1
	}
	bad, good, all := float64(k), float64(n-k), float64(n)
	half := float64(z * math.Sqrt(float64(bad*good)/all+z*z/4))
	low = math.Max(0, (bad+z*z/2-half)/(all+z*z))
	high = math.Min(1, (bad+z*z/2+half)/(all+z*z))
	if k == 0 {
		low = 0
	}
	if k == n {
		high = 1
	}
	return low, high
}
