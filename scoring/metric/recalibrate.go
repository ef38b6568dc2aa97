package metric

import "math"

// A line is a logistic recalibration: logit P(bad) = intercept + slope·logit(p).
type line struct {
	intercept, slope   float64
	interceptW, slopeW []float64 // without each group, to first order
}

// moments are the sums of one Newton step: the gradient of the log likelihood and its information.
type moments struct{ u0, u1, h00, h01, h11 float64 }

// at sums over blocks at a given line.
func (l line) at(blocks []odds) (m moments) {
	for i := range blocks {
		b := &blocks[i]
		mu := logistic(l.intercept + float64(l.slope*b.x))
		u := b.bad - float64(b.weight*mu)
		h := float64(b.weight * float64(mu*(1-mu)))
		hx := float64(h * b.x)
		m.u0 += u
		m.u1 += float64(u * b.x)
		m.h00 += h
		m.h01 += hx
		m.h11 += float64(hx * b.x)
	}
	return m
}

// solve returns the Newton step, ok false when the information is singular.
func (m moments) solve(u0, u1 float64) (d0, d1 float64, ok bool) {
	det := float64(m.h00*m.h11) - float64(m.h01*m.h01)
	if !(det > 1e-12*float64(m.h00*m.h11)) {
		return 0, 0, false
	}
	return (float64(m.h11*u0) - float64(m.h01*u1)) / det, (float64(m.h00*u1) - float64(m.h01*u0)) / det, true
}

// recalibrate fits the line by Newton's method from (0, 1). The log likelihood is concave, so a step that
// passes its maximum so far that the slope along it has grown is halved. A last step below 1e-6 leaves an
// error of the order of its square.
// ok is false when the fit does not exist: constant scores, one class, or separation.
func (r *ranking) recalibrate(p *sample, blocks []odds) (line, bool) {
	l := line{slope: 1}
	if !p.twoClasses() {
		return l, false
	}
	m := l.at(blocks)
	for range 60 {
		d0, d1, ok := m.solve(m.u0, m.u1)
		if !ok || math.Abs(l.slope) > 1e3 {
			return l, false
		}
		if math.Abs(d0)+math.Abs(d1) < 1e-6*(1+math.Abs(l.intercept)+math.Abs(l.slope)) {
			l.intercept, l.slope = l.intercept+d0, l.slope+d1
			return r.withoutGroups(l, m, p, blocks), true
		}
		l, m = l.step(m, d0, d1, blocks)
	}
	return l, false
}

// step goes along (d0, d1), or as far as it may.
func (l line) step(m moments, d0, d1 float64, blocks []odds) (line, moments) {
	rise := float64(m.u0*d0) + float64(m.u1*d1)
	for part := 1.0; ; part /= 2 {
		next := line{intercept: l.intercept + float64(part*d0), slope: l.slope + float64(part*d1)}
		nm := next.at(blocks)
		if math.Abs(float64(nm.u0*d0)+float64(nm.u1*d1)) <= rise || part < 1e-6 {
			return next, nm
		}
	}
}

// withoutGroups takes one Newton step from the fit with each group left out: the fit's gradient is 0, so
// the gradient without group g is minus the group's own. The error of stopping there is of second order
// in 1/groups.
func (r *ranking) withoutGroups(l line, m moments, p *sample, blocks []odds) line {
	part := make([]moments, 2*p.groups)
	for b := range blocks {
		x := blocks[b].x
		mu := logistic(l.intercept + float64(l.slope*x))
		v := float64(mu * (1 - mu))
		res := [2]float64{-mu, 1 - mu}
		for i := r.start[b]; i < r.start[b+1]; i++ {
			t, w := &part[r.tag[i]], r.at(int(i))
			u, h := float64(w*res[r.tag[i]&1]), float64(w*v)
			hx := float64(h * x)
			t.u0 += u
			t.u1 += float64(u * x)
			t.h00 += h
			t.h01 += hx
			t.h11 += float64(hx * x)
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
// Cost: as [AUC], and some 6 passes with an exponential for each distinct score.
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
		c.recalibration(r, p, r.odds())
	}
	return c.estimate(CalibrationIntercept, p, alpha), c.estimate(CalibrationSlope, p, alpha)
}
