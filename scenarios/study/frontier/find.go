package frontier

import (
	"overshare/scenarios/study"
	"overshare/scoring/metric"
)

// A Find is the answer to: the least exposure whose loss of AUC against the first regime is within a target.
// It is chosen on the calibration bills and confirmed once on the test bills, which the choice never saw.
type Find struct {
	Target    float64
	Chosen    string          // empty: none
	Choice    metric.Estimate // difference to the first regime on the calibration bills
	Test      metric.Estimate // and on the test bills
	Confirmed bool            // the loss is shown to be within the target on the test bills
	Tried     int             // regimes compared on the calibration bills
}

// find goes from the least exposure on and takes the first regime whose loss on the calibration bills is shown
// to be within the target.
func (q inquiry) find(m *study.Measured, points []Point, gap func(a, b int) metric.Estimate) *Find {
	f := &Find{Target: q.Evaluation.FindAUCLoss}
	truth := q.CalibrationTruth(q.Sample)
	within := func(e metric.Estimate) bool { return e.OK && e.HasInterval && e.Low > -f.Target }
	for _, r := range order(points) {
		if len(m.Scores[r].Check) != len(truth.Bad) || len(m.Scores[0].Check) != len(truth.Bad) {
			continue
		}
		f.Tried++
		if e := metric.PairedAUC(m.Scores[r].Check, m.Scores[0].Check, truth, q.Evaluation.Alpha); within(e) {
			f.Chosen, f.Choice, f.Test = points[r].Regime, e, gap(r, 0)
			f.Confirmed = within(f.Test)
			return f
		}
	}
	return f
}
