// Package stack combines the log-odds of several candidate scores into one, so that a processor with more data does
// not have to choose between models, and loses nothing by having one more.
//
//	log-odds(x) = prior + shift + Σₖ wₖ·(xₖ − centreₖ),   wₖ ≥ 0
//
// Weights and shift are the maximum of the likelihood of held-out bills under independent normal priors
// around the weights that the caller would use without any bill:
//
//	minimise  −Σ weight·ln P(outcome) + ½·Shrink·( shift² + Σₖ (wₖ − wₖ⁰)² )
//
// There is no threshold: with no bills the stack is the prior combination, and with every bill it moves a
// little towards what the bills say. Shrink 1 is a prior standard deviation of 1 in a weight, worth about one bad
// bill. A candidate that says nothing new gets a weight that goes to 0 as bills come in; a weight below 0
// ("the riskier it calls a bill, the safer") is not allowed, which is what keeps a useless candidate out.
//
// Candidates must be strangers to the bills that they are combined on: train them on earlier ones (package timefold cross-fits in time). A candidate without a score for a row (NaN) counts as being at its
// centre there.
//
// Sources: Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1; Breiman 1996, doi:10.1007/BF00117832 (weights
// that are not negative); van der Laan, Polley & Hubbard 2007, doi:10.2202/1544-6115.1309 (never worse than the
// best candidate by more than a term of order ln K/n).
package stack

import (
	"errors"
	"fmt"
	"math"

	"overshare/scoring/calibrate/logit"
	"overshare/scoring/internal/quad"
)

// Options are the choices of a fit. Start from [Defaults].
type Options struct {
	Prior   float64   // probability of a bad outcome before any bill; in (0, 1)
	Weights []float64 // of the candidates before any bill, from 0; nil = 0 for all
	Centre  []float64 // log-odds of each candidate that say nothing; nil = their mean over the rows of the fit
	Shrink  float64   // precision of the normal priors; above 0
	Start   *Stack    // of the same candidates, where the search begins; nil = before any bill. It changes no result beyond the tolerance
}

// Defaults returns the options for candidates of which nothing is known.
//
// Sources: Shrink 1: a weight between 0 and 2 is what a calibrated candidate can need (assumed, try 0.3 to 10).
func Defaults(prior float64) Options { return Options{Prior: prior, Shrink: 1} }

// A Stack is a fitted combination. It is safe for use by several goroutines at once.
type Stack struct {
	Intercept float64   // prior + shift
	Shift     float64   // by how much the bills moved the prior
	Weight    []float64 // of each candidate; never negative
	Centre    []float64
	Rows, Bad int // it rests on
	Steps     int
	Gradient  float64 // largest component at the end per unit of weight
}

const (
	tolerance = 1e-9
	maxSteps  = 100
	sumUnit   = 1 << 24 // terms of gradient and Hessian are summed as integers of 1/sumUnit: rows in any order
	farOut    = 30      // log-odds are kept inside ±farOut
)

// Fit combines candidates.
//
// Shapes: candidate[k] has one value a row, NaN = none; bad and weight (nil = 1 for all) as well.
// Undefined: with rows of one class only, or none, the stack is the prior combination.
// Errors: shapes, weights below 0, options out of range; all at once.
// Cost: some ten passes over the rows with K² products each.
func Fit(candidate [][]float64, bad []bool, weight []float64, o Options) (*Stack, error) {
	if err := check(candidate, bad, weight, o); err != nil {
		return nil, err
	}
	f := &fitter{x: candidate, bad: bad, weight: weight, o: o, prior: logit.Of(o.Prior)}
	s := &Stack{Weight: make([]float64, len(candidate)), Centre: f.centres(), Rows: len(bad)}
	copy(s.Weight, o.Weights)
	f.centre = s.Centre
	for i, b := range bad {
		w := f.weightOf(i)
		f.all += w
		if b {
			s.Bad++
			f.bads += w
		}
	}
	if f.bads > 0 && f.bads < f.all {
		beta := append([]float64{0}, s.Weight...)
		if o.Start != nil {
			beta = append([]float64{o.Start.Shift}, o.Start.Weight...)
		}
		s.Steps, s.Gradient = f.minimise(beta)
		s.Shift = beta[0]
		copy(s.Weight, beta[1:])
	}
	s.Intercept = f.prior + s.Shift
	return s, nil
}

func check(candidate [][]float64, bad []bool, weight []float64, o Options) error {
	var errs []error
	fault := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("stack: "+format, args...))
		}
	}
	fault(!(o.Prior > 0 && o.Prior < 1), "prior is %g, must be above 0 and below 1", o.Prior)
	fault(!(o.Shrink > 0) || math.IsInf(o.Shrink, 1), "shrink is %g, must be above 0 and finite", o.Shrink)
	fault(o.Weights != nil && len(o.Weights) != len(candidate), "%d prior weights for %d candidates; give one each or none", len(o.Weights), len(candidate))
	fault(o.Centre != nil && len(o.Centre) != len(candidate), "%d centres for %d candidates; give one each or none", len(o.Centre), len(candidate))
	fault(o.Start != nil && len(o.Start.Weight) != len(candidate), "start has another number of candidates than %d", len(candidate))
	for k, w := range o.Weights {
		fault(!(w >= 0) || math.IsInf(w, 1), "prior weight of candidate %d is %g, must be 0 or more and finite", k, w)
	}
	for k, x := range candidate {
		fault(len(x) != len(bad), "candidate %d has %d values for %d rows; give one per row", k, len(x), len(bad))
	}
	fault(weight != nil && len(weight) != len(bad), "%d weights for %d rows; give one per row or none", len(weight), len(bad))
	for i, w := range weight {
		if !(w >= 0) || math.IsInf(w, 1) {
			fault(true, "weight of row %d is %g, must be 0 or more and finite", i, w)
			break
		}
	}
	return errors.Join(errs...)
}

// LogOdds returns the log-odds of one row, x has one value a candidate; NaN = none.
func (s *Stack) LogOdds(x []float64) float64 {
	sum := s.Intercept
	for k, v := range x {
		sum += float64(s.Weight[k] * term(v, s.Centre[k]))
	}
	return sum
}

// term is what a candidate says of a row.
func term(x, centre float64) float64 {
	if x != x {
		return 0
	}
	return max(-farOut, min(farOut, x)) - centre
}

// A fitter holds the rows.
type fitter struct {
	x         [][]float64
	bad       []bool
	weight    []float64
	centre    []float64
	o         Options
	prior     float64
	all, bads float64
}

func (f *fitter) weightOf(i int) float64 {
	if f.weight == nil {
		return 1
	}
	return f.weight[i]
}

// centres returns the mean of every candidate, summed as integers; the prior where it has no score.
func (f *fitter) centres() []float64 {
	if f.o.Centre != nil {
		return append([]float64{}, f.o.Centre...)
	}
	out := make([]float64, len(f.x))
	for k, x := range f.x {
		sum, n := int64(0), 0.0
		for i, v := range x {
			if v == v {
				sum += fixed(float64(f.weightOf(i) * max(-farOut, min(farOut, v))))
				n += f.weightOf(i)
			}
		}
		out[k] = f.prior
		if n > 0 {
			out[k] = float64(sum) / sumUnit / n
		}
	}
	return out
}

func fixed(x float64) int64 { return int64(math.RoundToEven(float64(x * sumUnit))) }

// minimise goes to the optimum by Newton's method under the sign condition, from beta and in place. The objective is
// convex; a step that does not lower it is halved; near the optimum, where sums are too coarse to
// tell, one that lowers the gradient will do.
func (f *fitter) minimise(beta []float64) (steps int, gradient float64) {
	n := len(beta)
	noise := math.Max(1e-6, 4*math.Sqrt(float64(len(f.bad)))/sumUnit) // of the rounded sum of losses
	loss, g, h := f.at(beta)
	for steps < maxSteps {
		gradient = size(beta, g) / f.all
		if gradient <= tolerance {
			break
		}
		steps++
		b := make([]float64, n)
		for i := range n {
			b[i] = quad.Dot(h[i*n:(i+1)*n], beta) - g[i]
		}
		full := quad.NonNegative(h, b)
		part, moved := 1.0, false
		for ; part > 1e-6 && !moved; part /= 2 {
			next := make([]float64, n)
			for i := range next {
				next[i] = beta[i] + float64(part*(full[i]-beta[i]))
			}
			if l, gn, hn := f.at(next); l < loss || l < loss+noise && size(next, gn) < size(beta, g) {
				copy(beta, next)
				loss, g, h, moved = l, gn, hn, true
			}
		}
		if !moved {
			break
		}
	}
	return steps, size(beta, g) / f.all
}

// size is the largest component of the gradient that the sign condition does not balance.
func size(beta, g []float64) float64 {
	m := math.Abs(g[0])
	for j := 1; j < len(g); j++ {
		if beta[j] > 0 || g[j] < 0 {
			m = max(m, math.Abs(g[j]))
		}
	}
	return m
}

// at returns the objective, its gradient and its Hessian. Sums over rows are integers.
func (f *fitter) at(beta []float64) (loss float64, g, h []float64) {
	n := len(beta)
	sumL, sumG, sumH := int64(0), make([]int64, n), make([]int64, n*n)
	z := make([]float64, n)
	z[0] = 1
	for i, bad := range f.bad {
		w := f.weightOf(i)
		if w == 0 {
			continue
		}
		eta := f.prior + beta[0]
		for k, x := range f.x {
			z[k+1] = term(x[i], f.centre[k])
			eta += float64(beta[k+1] * z[k+1])
		}
		e := logit.Exp(-math.Abs(eta)) // P of the less likely outcome is e/(1+e)
		p, q := e/(1+e), e/float64((1+e)*(1+e))
		if eta > 0 {
			p = 1 - p
		}
		res, against := p, eta
		if bad {
			res, against = p-1, -eta
		}
		sumL += fixed(float64(w * (max(against, 0) + logit.Log(1+e))))
		res, q = float64(float64(w*res)*sumUnit), float64(float64(w*q)*sumUnit)
		for a, za := range z {
			sumG[a] += int64(math.RoundToEven(float64(res * za)))
			u, line := float64(q*za), sumH[a*n:a*n+a+1]
			for b, zb := range z[:len(line)] {
				line[b] += int64(math.RoundToEven(float64(u * zb)))
			}
		}
	}
	return f.penalised(beta, sumL, sumG, sumH)
}

// softplus returns ln(1 + e^x).
func softplus(x float64) float64 {
	if x > 0 {
		return x + logit.Log(1+logit.Exp(-x))
	}
	return logit.Log(1 + logit.Exp(x))
}

func (f *fitter) penalised(beta []float64, sumL int64, sumG, sumH []int64) (loss float64, g, h []float64) {
	n := len(beta)
	g, h = make([]float64, n), make([]float64, n*n)
	loss = float64(sumL) / sumUnit
	for a := range n {
		d := beta[a]
		if a > 0 && f.o.Weights != nil {
			d -= f.o.Weights[a-1]
		}
		loss += float64(0.5 * f.o.Shrink * float64(d*d))
		g[a] = float64(float64(sumG[a])/sumUnit) + float64(f.o.Shrink*d)
		for b := range a + 1 {
			v := float64(sumH[a*n+b]) / sumUnit
			h[a*n+b], h[b*n+a] = v, v
		}
		h[a*n+a] += f.o.Shrink
	}
	return loss, g, h
}
