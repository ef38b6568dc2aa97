package study

import (
	"context"
	"slices"

	"overshare/scoring/metric"
	"overshare/sim/ledger"
	"overshare/sim/record"
)

// A Feedback is what changes when a regime's own earlier score decides which outcomes it learns from.
//
// The days to whose bills the scorer is fitted are halved. Bills of the first half are all bundled, as when there
// is no score yet. A model of what was known at the end of it scores those of the second half and of the
// calibration days; the platform bundles a bill when its
// probability is below the threshold of [Economics.Threshold], and charges the purchases of the others item by
// item: whether such a bill would have bounced is never known, so it trains and calibrates nothing. Test bills
// are all scored, and their outcomes are the ledger's.
//
// What is left out: the platform's own count of earlier bounces still includes bills that would not have been
// made out, and fewer bounces do not change what customers do.
type Feedback struct {
	P               []float32 // of every test bill, from all outcomes: without the feedback
	Later, Unbilled int64     // later training bills, and of them those charged item by item
	UnbilledBad     int64     // of these, bills that would have bounced
	Threshold       float64
	Selects         bool // there is a threshold and an earlier model
}

// learn is [Plan.Learn] under regime r, with feedback if the plan has it.
func (p *Plan) learn(ctx context.Context, s *Sample, r int, name string, workers int) ([]float32, *Knowledge, error) {
	free, k, err := p.Learn(ctx, s, Whole(r), name, workers)
	if err != nil || !p.Processor.Feedback {
		return free, k, err
	}
	f, drawing := &Feedback{P: free}, p.draws(s)
	q := *p
	q.drawing = &drawing // the same people, whatever outcomes are known
	selected, err := p.selected(ctx, s, r, name, workers, f)
	if err != nil {
		return nil, nil, err
	}
	fed, k, err := q.Learn(ctx, selected, Whole(r), name, workers)
	if err != nil {
		return nil, nil, err
	}
	k.Feedback = f
	return fed, k, nil
}

// takeover returns the day from which on the earlier score decides: half way through the days whose bills the
// scorer is fitted to.
func (p *Plan) takeover() (first, day record.Day) {
	launch := p.World.People.Platform.Launch
	first = max(launch, p.Evaluation.Epoch-record.Day(p.Evaluation.TrainDays))
	return first, first + (p.Evaluation.CalibrateFrom(launch)-first)/2
}

// selected returns the sample with the outcomes that are known if an earlier score under regime r decides.
func (p *Plan) selected(ctx context.Context, s *Sample, r int, name string, workers int, f *Feedback) (*Sample, error) {
	first, mid := p.takeover()
	early := *p
	early.Evaluation.Epoch, early.Evaluation.TrainDays = mid, int(mid-first)
	early.Evaluation.FindAUCLoss, early.Evaluation.TrainingDraws = 0, 0
	before := &Sample{Train: masked(s.Train, func(rows *Rows, i int) bool {
		return record.Day(rows.Day[i])+record.Day(rows.Wait[i]) < mid
	}), Test: masked(s.Train, func(rows *Rows, i int) bool { return record.Day(rows.Day[i])+1 >= mid }),
		Probes: masked(s.Probes, func(rows *Rows, i int) bool { return record.Day(rows.Day[i])+ledger.ProxyDays < mid })}
	var known bool
	f.Threshold, known = p.Economics.Threshold(&s.Books)
	probs, k, err := early.Learn(ctx, before, Whole(r), name, workers)
	if err != nil {
		return nil, err
	}
	f.Selects = known && (k.ModelUsed || k.ProxyUsed)
	out, at := *s, 0
	out.Train = masked(s.Train, func(rows *Rows, i int) bool {
		if record.Day(rows.Day[i])+1 < mid || rows.State[i] == StatePending {
			return true
		}
		x := float64(probs[at])
		at++
		f.Later++
		if !f.Selects || x < f.Threshold {
			return true
		}
		f.Unbilled++
		if rows.State[i] == StateBad {
			f.UnbilledBad++
		}
		return false
	})
	return &out, nil
}

// masked returns the rows with the outcomes that keep says, in their order; the others are pending.
func masked(parts []*Rows, keep func(rows *Rows, i int) bool) (out []*Rows) {
	for _, rows := range parts {
		x := *rows
		x.State = slices.Clone(rows.State)
		for i := range x.State {
			if !keep(rows, i) {
				x.State[i] = StatePending
			}
		}
		out = append(out, &x)
	}
	return out
}

// Effect returns how much AUC the feedback adds, on the same test bills; below 0 it costs.
func (f *Feedback) Effect(p []float32, t *Truth, alpha float64) metric.Estimate {
	return metric.PairedAUC(p, f.P, t.Outcomes, alpha)
}
