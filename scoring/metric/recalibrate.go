package metric

import "math"

// A line is a logistic recalibration: logit P(bad) = intercept + slope·logit(p).
type line struct {
	intercept, slope   float64
	interceptW, slopeW []float64 // without each group, to first order
}

// moments are the sums of one Newton step: log likelihood, score and information.
type moments struct{ fit, u0, u1, h00, h01, h11 float64 }

// at sums over blocks at a given line; x holds the logit of each block.
func (l line) at(blocks []logitBlock) (m moments) {
	for _, b := range blocks {
		eta := l.intercept + float64(l.slope*b.x)
		mu, soft := logisticAndSoftplus(eta)
		n := b.bad + b.good
		u := b.bad - float64(n*mu)
		h := float64(n * float64(mu*(1-mu)))
		hx := float64(h * b.x)
		m.fit += float64(b.bad*eta) - float64(n*soft)
		m.u0 += u
		m.u1 += float64(u * b.x)
		m.h00 += h
		m.h01 += hx
		m.h11 += float64(hx * b.x)
	}
	return m
}

// logisticAndSoftplus returns 1/(1+e^−x) and ln(1+e^x).
func logisticAndSoftplus(x float64) (mu, soft float64) {
	e := exp(-math.Abs(x))
	soft = ln(1 + e)
	if x < 0 {
		return e / (1 + e), soft
	}
	return 1 / (1 + e), x + soft
}

type logitBlock struct{ x, bad, good float64 }

// solve returns the Newton step, ok false when the information is singular.
func (m moments) solve(u0, u1 float64) (d0, d1 float64, ok bool) {
	det := float64(m.h00*m.h11) - float64(m.h01*m.h01)
	if !(det > 1e-12*float64(m.h00*m.h11)) {
		return 0, 0, false
	}
	return (float64(m.h11*u0) - float64(m.h01*u1)) / det, (float64(m.h00*u1) - float64(m.h01*u0)) / det, true
}

// recalibrate fits the line by Newton's method from (0, 1), halving a step that lowers the likelihood.
// ok is false when the fit does not exist: constant scores, one class, or separation.
func (r *ranking) recalibrate(p *sample) (line, bool) {
	l := line{slope: 1}
	if !p.twoClasses() {
		return l, false
	}
	blocks := r.logits()
	m := l.at(blocks)
	for range 60 {
		d0, d1, ok := m.solve(m.u0, m.u1)
		if !ok {
			return l, false
		}
		next, nm := line{intercept: l.intercept + d0, slope: l.slope + d1}, moments{}
		for nm = next.at(blocks); nm.fit < m.fit-1e-9*math.Abs(m.fit); nm = next.at(blocks) {
			d0, d1 = d0/2, d1/2
			next = line{intercept: l.intercept + d0, slope: l.slope + d1}
		}
		l, m = next, nm
		if math.Abs(d0)+math.Abs(d1) < 1e-9*(1+math.Abs(l.intercept)+math.Abs(l.slope)) {
			return r.withoutGroups(l, m, p), math.Abs(l.slope) < 1e3
		}
	}
	return l, false
}

// logits returns the blocks with their log-odds.
func (r *ranking) logits() []logitBlock {
	starts := r.starts()
	blocks := make([]logitBlock, 0, len(starts)-1)
	for _, s := range starts[:len(starts)-1] {
		_, bad, good := r.block(int(s))
		blocks = append(blocks, logitBlock{logit(probability(r.value(int(s)))), bad, good})
	}
	return blocks
}

// withoutGroups takes one Newton step from the fit with each group left out: the fit's gradient is 0, so
// the gradient without group g is minus the group's own. The error of stopping there is of second order
// in 1/groups.
func (r *ranking) withoutGroups(l line, m moments, p *sample) line {
	part := make([]moments, 2*p.groups)
	for i := 0; i < len(r.key); {
		h, x := r.key[i]>>32, logit(probability(r.value(i)))
		mu, _ := logisticAndSoftplus(l.intercept + float64(l.slope*x))
		v := float64(mu * (1 - mu))
		res := [2]float64{-mu, 1 - mu}
		for ; i < len(r.key) && r.key[i]>>32 == h; i++ {
			t, w := &part[r.tag[i]], r.at(i)
			u, i0 := float64(w*res[r.tag[i]&1]), float64(w*v)
			t.u0 += u
			t.u1 += float64(u * x)
			t.h00 += i0
			t.h01 += float64(i0 * x)
			t.h11 += float64(float64(i0*x) * x)
		}
	}
	for g := range p.groups {
		a, b := part[2*g], part[2*g+1]
		rest := moments{h00: m.h00 - a.h00 - b.h00, h01: m.h01 - a.h01 - b.h01, h11: m.h11 - a.h11 - b.h11}
		d0, d1, ok := rest.solve(-a.u0-b.u0, -a.u1-b.u1)
		if !ok {
			l.interceptW, l.slopeW = nil, nil
			return l
		}
		l.interceptW, l.slopeW = append(l.interceptW, l.intercept+d0), append(l.slopeW, l.slope+d1)
	}
	return l
}

// Recalibration returns intercept and slope of the logistic regression of the outcome on the log-odds
// of the prediction: 0 and 1 when the predictions are right, a slope below 1 when they are too extreme.
// Intervals are delete-a-group jackknife intervals over keyed groups of clusters.
//
// Predictions are kept 2⁻²³ away from 0 and 1.
// Undefined: as [AUC] and [Brier]; constant predictions; bad and good rows separated by the score.
// Accuracy: equal to a logistic regression in R to 1e-9 (TestAgainstOtherPrograms).
// Cost: some 7 passes with an exponential and a logarithm per distinct score.
// Source: Cox 1958, doi:10.1093/biomet/45.3-4.562; Van Calster et al. 2019,
// doi:10.1186/s12916-019-1466-7.
func Recalibration(prob []float32, o Outcomes, seed uint64, alpha float64) (intercept, slope Estimate) {
	if check([][]float32{prob}, o) != nil {
		return
	}
	p := grouped(o, seed)
	if !p.twoClasses() {
		return
	}
	c := &column{}
	r := rank(prob, p)
	if r.inside() {
		c.recalibration(r, p)
	}
	return c.estimate(CalibrationIntercept, p, alpha), c.estimate(CalibrationSlope, p, alpha)
}
