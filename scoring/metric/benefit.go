package metric

import "fmt"

// A Benefit is the net benefit of acting on the score at one threshold probability, per row.
type Benefit struct {
	Threshold float64
	Model     Estimate // act on rows with a probability of at least Threshold
	Reference Estimate // the same for the reference column
	Gain      Estimate // Model − Reference, paired
	All       Estimate // act on every row
	// Acting on none has a net benefit of 0 by definition.
}

// DecisionCurve returns the net benefit of two columns of probabilities at each threshold t in (0, 1):
//
//	NB(t) = TP/n − FP/n · t/(1 − t)
//
// TP and FP are the weights of bad and good rows with p ≥ t, n the weight of all rows. The unit is one
// bad row found, for each row looked at. A row at the threshold exactly is acted on.
//
// Shapes: prob and reference have one value a row; pass the same slice twice for one model.
// Intervals: delete-a-group jackknife over keyed groups of clusters, t.
// Undefined: err lists mistakes in the input. One class is enough.
// Cost: O(n) for each threshold and column.
// Source: Vickers & Elkin 2006, doi:10.1177/0272989X06295361.
func DecisionCurve(prob, reference []float32, o Outcomes, thresholds []float64, seed uint64, alpha float64) ([]Benefit, error) {
	if err := check([][]float32{prob, reference}, o); err != nil {
		return nil, err
	}
	for _, t := range thresholds {
		if !(t > 0 && t < 1) {
			return nil, fmt.Errorf("threshold is %g; give a probability between 0 and 1, both excluded", t)
		}
	}
	p := grouped(o, seed)
	out := make([]Benefit, len(thresholds))
	if !(p.badWeight+p.goodWeight > 0) {
		return nil, fmt.Errorf("no rows with weight; give at least one")
	}
	for i, t := range thresholds {
		m, r, all := p.benefit(prob, t), p.benefit(reference, t), p.benefit(nil, t)
		gain := make([]float64, len(m))
		for k := range gain {
			gain[k] = m[k] - r[k]
		}
		out[i] = Benefit{t, p.meanEstimate(m, alpha), p.meanEstimate(r, alpha), p.meanEstimate(gain, alpha), p.meanEstimate(all, alpha)}
	}
	return out, nil
}

// benefit sums the net benefit by tag; prob nil acts on every row.
func (p *sample) benefit(prob []float32, t float64) []float64 {
	acted := make([]float64, 2*p.groups)
	for i, tag := range p.tag {
		if prob != nil && float64(prob[i]) < t {
			continue
		}
		w := 1.0
		if p.weight != nil {
			w = p.weight[i]
		}
		acted[tag] += w
	}
	odds := t / (1 - t)
	for g := range p.groups {
		acted[2*g] = -float64(odds * acted[2*g])
	}
	return acted
}

// meanEstimate returns the mean of sums by tag with its jackknife interval.
func (p *sample) meanEstimate(sum []float64, alpha float64) Estimate {
	v, without := p.average(sum)
	e := Estimate{Value: v, OK: true, Warning: p.warning()}
	j := jackknifed(without)
	if se, ok := j.se(); ok {
		e = e.symmetric(se, p.groups-1, alpha, j.method)
	}
	return e
}
