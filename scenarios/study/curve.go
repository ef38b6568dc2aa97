package study

import (
	"context"
	"slices"

	"overshare/scoring/metric"
	"overshare/sim/engine"
)

// CurveThresholds are those of the decision curve.
var CurveThresholds = []float64{0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3}

// A CurvePoint is one threshold of a decision curve: in bounces, as the field draws it, and at the prices of
// the scenario.
type CurvePoint struct {
	metric.Benefit
	Won metric.Estimate // what bundling the bills below the threshold brings over charging every purchase, won a bill
}

// curves returns the decision curve of one scorer under every regime; gains are over the first.
func (p *Plan) curves(ctx context.Context, m *Measured, t *Panel, workers int) ([][]CurvePoint, error) {
	benefits, err := p.benefits(ctx, m, t, workers)
	if err != nil {
		return nil, err
	}
	bills := t.CountBills()
	all := make([][]CurvePoint, len(benefits))
	for r, curve := range benefits {
		won := p.Economics.curve(t, m.Scores[r].P, CurveThresholds)
		for k, b := range curve {
			all[r] = append(all[r], CurvePoint{b, won[k].Over(bills, p.Evaluation.Alpha)})
		}
	}
	return all, nil
}

// benefits returns net benefits at every threshold under every regime; gains are over the first.
func (p *Plan) benefits(ctx context.Context, m *Measured, t *Panel, workers int) ([][]metric.Benefit, error) {
	all := make([][]metric.Benefit, len(m.Scores))
	err := engine.Map(ctx, max(len(m.Scores)-1, 1), workers, func(_, k int) ([]metric.Benefit, error) {
		return metric.DecisionCurve(m.Scores[min(k+1, len(m.Scores)-1)].P, m.Scores[0].P, t.Outcomes, CurveThresholds, p.Run.Seed, p.Evaluation.Alpha)
	}, func(k int, part []metric.Benefit) error {
		all[min(k+1, len(all)-1)] = part
		if k == 0 {
			first := slices.Clone(part)
			for i := range first {
				none := metric.Estimate{OK: true, HasInterval: true}
				first[i].Model, first[i].Gain = first[i].Reference, none
			}
			all[0] = first
		}
		return nil
	})
	return all, err
}
