package metric

import (
	"math"

	"overshare/scoring/internal/ref"
	"overshare/sim/rng"
)

// A world makes clustered rows with two correlated scores that are probabilities of known quality.
type world struct {
	seed          uint64
	people, each  int     // bills a person: 1 to 2·each − 1
	base          float64 // log-odds of bad
	taste, signal float64 // standard deviation of the person's part; how much of the log-odds score a sees
	steps         float64 // scores are rounded to multiples of 1/steps; 0 = not
}

// normal turns two draws into a normal deviate (Box and Muller).
func normal(s rng.Stream, i uint64) float64 {
	return math.Sqrt(-2*math.Log(s.Uniform(2*i))) * math.Cos(2*math.Pi*s.Uniform(2*i+1))
}

// rows returns the world's scores and outcomes.
func (w world) rows() (a, b []float32, o Outcomes) {
	for u := range w.people {
		s := rng.Open(w.seed, rng.PurposeModel, uint64(u))
		bills := 1 + int(rng.Below(s.At(1<<20), uint64(2*w.each-1)))
		taste := w.taste * normal(s, 0)
		for k := range uint64(bills) {
			at := 10 * (k + 1)
			seen, hidden := w.signal*normal(s, at), normal(s, at+1)
			x := w.base + taste + seen
			a = append(a, w.round(logistic(x)))
			b = append(b, w.round(logistic(x+0.5*normal(s, at+2))))
			o.Bad = append(o.Bad, s.Uniform(2*at+8) < logistic(x+0.5*hidden))
			o.Cluster = append(o.Cluster, uint32(u*7+3))
		}
	}
	return a, b, o
}

func (w world) round(p float64) float32 {
	if w.steps > 0 {
		p = math.Round(p*w.steps) / w.steps
	}
	return float32(p)
}

// weights returns keyed weights, multiples of ¼ from 0 to 3.
func weights(n int, seed uint64) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = float64(rng.Below(rng.Open(seed, rng.PurposeModel, uint64(i)).At(0), 13)) / 4
	}
	return w
}

// slow turns rows into the form of the slow twins.
func slow(score []float32, o Outcomes) ref.Rows {
	r := ref.Rows{Score: score, Bad: o.Bad, Weight: o.Weight}
	for i := range o.Bad {
		c := i
		if o.Cluster != nil {
			c = int(o.Cluster[i])
		}
		r.Cluster = append(r.Cluster, c)
	}
	if o.Weight == nil {
		r.Weight = make([]float64, len(o.Bad))
		for i := range r.Weight {
			r.Weight[i] = 1
		}
	}
	return r
}

// pick returns the rows for which keep holds.
func pick(s []float32, o Outcomes, keep func(i int) bool) ([]float32, Outcomes) {
	var out []float32
	var sub Outcomes
	for i := range s {
		if !keep(i) {
			continue
		}
		out, sub.Bad = append(out, s[i]), append(sub.Bad, o.Bad[i])
		if o.Cluster != nil {
			sub.Cluster = append(sub.Cluster, o.Cluster[i])
		}
		if o.Weight != nil {
			sub.Weight = append(sub.Weight, o.Weight[i])
		}
	}
	return out, sub
}

func close9(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(b)) }
