// Package epochs asks how long after the launch everyone's data still helped: it repeats a study at other test
// windows of the same country.
package epochs

import (
	"context"
	"fmt"
	"slices"

	"overshare/scenarios/study"
	"overshare/scoring/metric"
	"overshare/sim/record"
	"overshare/sim/sharing"
)

// An inquiry is the study at work.
type inquiry struct{ *study.Inquiry }

// An Epoch is how the scorers did in one test window, and what had been sent before it.
type Epoch struct {
	Epoch    record.Day
	Scorers  []*study.Measured  // without the probabilities of the test bills
	Verdicts [][]metric.Verdict // by scorer and regime, all epochs judged as one family; none on the first regime
	Open     int64              // bills that were not closed when the simulated days ended
	Records  []int64            // by regime, on all days before the test window
}

// A Result is how the scorers did at every epoch, in order of time.
type Result struct {
	Epochs []Epoch
}

// Study lives through the same people's lives around each of the stated test windows, trains and tests every
// scorer under every regime there, and sets every regime against the first, as the comparison does for the
// run's own window.
//
// Cost: a simulation and the trainings of a run for each epoch but the run's own. Memory: one epoch's rows
// at a time; what the run itself has collected is let go first: the rows of q's sample are gone afterwards.
func Study(ctx context.Context, inner *study.Inquiry) (*Result, error) {
	q := inquiry{inner}
	*q.Sample = study.Sample{Exposure: q.Sample.Exposure}
	out := &Result{}
	for _, epoch := range slices.Sorted(slices.Values(q.Evaluation.Epochs)) {
		e, err := q.visit(ctx, epoch)
		if err != nil {
			return nil, fmt.Errorf("epoch %v: %w", epoch, err)
		}
		for r := range q.Border.Regimes {
			e.Records = append(e.Records, q.sentBefore(r, epoch))
		}
		out.Epochs = append(out.Epochs, e)
	}
	q.judge(out.Epochs)
	return out, nil
}

// visit runs the comparison at one epoch.
func (q inquiry) visit(ctx context.Context, epoch record.Day) (e Epoch, err error) {
	e.Epoch = epoch
	if epoch == q.Evaluation.Epoch {
		e.Scorers, e.Open = q.Scorers, q.Truth.Open
		return e, nil
	}
	p, err := q.At(epoch)
	if err != nil {
		return e, err
	}
	o := q.Options
	o.Progress = func(phase string, done, total int64) { q.Progress(phase+" "+epoch.String(), done, total) }
	sample, err := p.Collect(ctx, o.Workers, o.Progress)
	if err != nil {
		return e, err
	}
	truth := sample.Truth()
	e.Open = truth.Open
	e.Scorers, err = p.Score(ctx, sample, truth, o)
	for _, m := range e.Scorers {
		m.Forget()
	}
	return e, err
}

// sentBefore returns the records of the score flow that regime r had sent before a day.
func (q inquiry) sentBefore(r int, day record.Day) (n int64) {
	first, records := q.Border.Sent(&q.Exposure, r, sharing.PurposeScore)
	for i, x := range records {
		if first+record.Day(i) < day {
			n += x
		}
	}
	return n
}

// judge judges the differences to the first regime at all epochs, by scorer and regime, as one family.
func (q inquiry) judge(list []Epoch) {
	var family []metric.Comparison
	for _, e := range list {
		for _, m := range e.Scorers {
			for r := 1; r < len(m.Scores); r++ {
				family = append(family, metric.Comparison{Difference: m.Report.Columns[r].Difference[metric.AUCROC],
					Margin: q.Evaluation.MarginAUC, Direction: metric.AUCROC.Direction()})
			}
		}
	}
	all := metric.JudgeFamily(family, q.Evaluation.Alpha)
	for k := range list {
		e := &list[k]
		for _, m := range e.Scorers {
			n := len(m.Scores) - 1
			e.Verdicts = append(e.Verdicts, append([]metric.Verdict{{}}, all[:n]...))
			all = all[n:]
		}
	}
}
