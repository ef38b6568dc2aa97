package scorecard

import (
	"math"

	"overshare/scoring"
	"overshare/scoring/calibrate/logit"
	"overshare/scoring/internal/quad"
)

// Fit says how the coefficients were found.
type Fit struct {
	Steps     int     // steps on the full table
	Passes    int     // passes over the full table, counting excluded
	Sample    int     // rows of the sample that the fit started from
	Gradient  float64 // largest component of the gradient at the end, per unit of weight
	Converged bool    // Gradient is at most the tolerance
}

const (
	sampleRows = 1 << 15 // rows that the first guess and the first Hessian are made from
	sampleBads = 64      // fewer bad rows than that are no sample
	maxSteps   = 60
)

// A fitter minimises the penalised negative log-likelihood
//
//	f(β) = Σ weight·( ln(1 + e^η) − y·η ) + ½·Ridge·Σ βⱼ²,   η = β₀ + Σ βⱼ·WoEⱼ,   βⱼ ≥ 0
//
// It first solves the problem on a sample with Newton's method, then goes on with the full table: the
// gradient is exact there (to the rounding of [residuals]), the Hessian is the sample's, improved by
// every step. So a pass over all rows costs the same as scoring them, and the result does not depend
// on the sample beyond the tolerance.
type fitter struct {
	*layout
	o   Options
	fit *Fit
}

// fit returns the coefficients of all features of the table, the intercept first.
func fit(t *scoring.Table, n *counts, c *Card, o Options) []float64 {
	f := &fitter{layOut(c.Features), o, &c.Fit}
	beta := make([]float64, len(f.place)+1)
	beta[0] = logit.Log(float64(n.bad) / float64(n.all-n.bad))
	h := f.guess(t, n, beta)
	f.minimise(f.pack(t, o.Workers), float64(n.all)/unit, beta, h)
	out := make([]float64, len(c.Features)+1)
	out[0] = beta[0]
	for k := range f.place {
		out[f.place[k].feature+1] = beta[k+1]
	}
	return out
}

// guess solves the problem on a sample, writes the solution to beta and returns the Hessian there,
// scaled to the full table; nil if the table is too small to sample.
func (f *fitter) guess(t *scoring.Table, n *counts, beta []float64) []float64 {
	s := sample(t, f.o.Workers)
	var part counts
	for i := range s.Bad {
		part.one(nil, weight(s, i), s.Bad[i])
	}
	if len(s.Bad)*2 > t.Rows() || min(part.bads, part.rows-part.bads) < sampleBads {
		return nil
	}
	g, packed := &fitter{f.layout, f.o, &Fit{}}, f.pack(s, f.o.Workers)
	g.o.Tolerance = 1e-5
	g.minimise(packed, float64(part.all)/unit, beta, nil)
	f.fit.Sample = len(s.Bad)
	h := g.hessian(packed, beta, float64(n.all)/float64(part.all))
	return h
}

// minimise goes downhill from beta, in place. h is the Hessian to use; nil: compute it at every step.
func (f *fitter) minimise(t *scoring.Table, total float64, beta, h []float64) {
	newton, slow := h == nil, 0
	g := f.gradient(t, beta)
	f.fit.Gradient = size(beta, g) / total
	for f.fit.Gradient > f.o.Tolerance && f.fit.Steps < maxSteps {
		if newton || slow >= 2 {
			h, slow = f.hessian(t, beta, 1), 0
		}
		next, gNext, ok := f.step(t, beta, g, h)
		if !ok {
			break
		}
		if !newton {
			quad.LearnStep(h, minus(next, beta), minus(gNext, g))
		}
		copy(beta, next)
		g = gNext
		now := size(beta, g) / total
		if now > f.fit.Gradient/2 {
			slow++
		}
		f.fit.Gradient = now
		f.fit.Steps++
	}
	f.fit.Converged = f.fit.Gradient <= f.o.Tolerance
}

// step goes from beta to the minimum of the quadratic model under the sign condition, or part of the
// way if the slope there shows that the minimum was passed. ok is false if nothing moves any more.
func (f *fitter) step(t *scoring.Table, beta, g, h []float64) (next, gNext []float64, ok bool) {
	n := len(beta)
	b := make([]float64, n)
	for i := range n {
		b[i] = quad.Dot(h[i*n:(i+1)*n], beta) - g[i]
	}
	next = quad.NonNegative(h, b)
	d := minus(next, beta)
	slope := quad.Dot(g, d)
	for part := 1.0; slope < 0 && part > 1e-6; part /= 2 {
		if part < 1 {
			for i := range next {
				next[i] = beta[i] + float64(part*d[i])
			}
		}
		gNext = f.gradient(t, next)
		if quad.Dot(gNext, d) <= -0.9*slope {
			return next, gNext, true
		}
	}
	return nil, nil, false
}

// gradient returns the derivatives of f at beta; t is packed.
func (f *fitter) gradient(t *scoring.Table, beta []float64) []float64 {
	f.fit.Passes++
	r := f.predictor(beta).residuals(t, f.o.Workers)
	g := make([]float64, len(beta))
	g[0] = float64(r.all) / (1 << residualBits)
	for k, s := range f.slope(r) {
		g[k+1] = float64(s/(1<<residualBits)) + float64(f.o.Ridge*beta[k+1])
	}
	return g
}

// hessian returns the second derivatives of f at beta, those of the likelihood times scale; t is packed.
func (f *fitter) hessian(t *scoring.Table, beta []float64, scale float64) []float64 {
	f.fit.Passes++
	h := f.curvature(f.predictor(beta), t, f.o.Workers)
	n := len(beta)
	for k := range h {
		h[k] *= scale
	}
	for k := 1; k < n; k++ {
		h[k*n+k] += f.o.Ridge
	}
	return h
}

// size returns the largest component of the gradient that is not balanced by the sign condition.
func size(beta, g []float64) float64 {
	m := math.Abs(g[0])
	for j := 1; j < len(g); j++ {
		if beta[j] > 0 || g[j] < 0 {
			m = math.Max(m, math.Abs(g[j]))
		}
	}
	return m
}

func minus(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}
