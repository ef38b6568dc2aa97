package study

import (
	"context"
	"errors"
	"fmt"

	"overshare/scoring"
	"overshare/scoring/calibrate"
	"overshare/scoring/calibrate/logit"
	"overshare/scoring/features"
	"overshare/scoring/metric"
	"overshare/scoring/resample"
	"overshare/scoring/scorecard"
	"overshare/scoring/timefold"
)

// A Knowledge says what a processor learnt from.
type Knowledge struct {
	Regime, Scorer       string
	TrainRows, TrainBad  int64           // bills with an outcome before the test window, calibration included
	ProxyRows, ProxyBad  int64           // records with an observed proxy outcome
	Card                 *scorecard.Card // of the candidate with the most weight that was learnt from bills
	CardOf               string          // that candidate
	ProxyUsed, ModelUsed bool
	CalibrationRows      int64     // bills that the candidates are combined on
	Candidates           []Weighed // what the score is made of
	Warnings             []string

	// Check is the score of every calibration bill, combined with weights from other people's, with an
	// evaluation.find_auc_loss alone.
	Check []float32
	// Train is P(bounce) of every row of the training bills, with an outcome or not, with [Plan.Training] alone.
	Train []float32

	Feedback *Feedback // nil unless processor.feedback
	Again    *Again    // what the same learner did when it learnt from other people; nil without evaluation.training_draws
}

func (k *Knowledge) warn(format string, args ...any) {
	k.Warnings = append(k.Warnings, fmt.Sprintf(format, args...))
}

// A View says under which regime, by its place in the border's list, a processor holds each channel of
// what it learns from. A regime has all four from itself; taking one from another switches that channel.
// A row of the proxy model comes with its own person's records as Rows holds them; Now and Past rule the
// records of the people whose bills are scored, and of those people also when they lend a proxy row.
type View struct {
	Now    int     // last night's record
	Past   int     // earlier records
	Others int     // what other people's records tell
	Rows   int     // whose proxy outcomes train; Nobodys: none
	Drop   Columns // that are withheld
}

// Nobodys as Rows means that no proxy outcome is observed.
const Nobodys = -1

// Whole returns the view of a processor under regime r.
func Whole(r int) View { return View{Now: r, Past: r, Others: r, Rows: r} }

// table codes the rows that keep says, as the regime of v holds them: what was not sent is missing. code is
// [view.bill] for bills and [view.probe] for proxy rows.
func (v *view) table(parts []*Rows, columns int, code func(r *Rows, i int, dst []uint8) (bad bool), keep func(r *Rows, i int) bool) lesson {
	n := 0
	for _, r := range parts {
		for i := range r.State {
			if keep(r, i) {
				n++
			}
		}
	}
	t := &scoring.Table{Features: features.Columns()[:columns], Code: make([]uint8, n*columns), Bad: make([]bool, n), When: make([]int32, n)}
	l := lesson{t, make([]uint32, n), make([]bool, n)}
	at := 0
	for _, r := range parts {
		for i := range r.State {
			if !keep(r, i) {
				continue
			}
			t.Bad[at] = code(r, i, t.Code[at*columns:(at+1)*columns])
			t.When[at], l.who[at], l.inside[at] = r.Day[i], r.Person[i], r.Inside[i] != 0
			at++
		}
	}
	return l
}

// Learn trains the named scorer on what v holds and returns P(bounce) of every test bill, in the
// order of the shards.
//
// It learns every model that the processor could have built from what it holds and combines them on the bills of the last
// training days: see [pupil]. Without a bounced bill and without a proxy outcome the score is the same for all.
func (p *Plan) Learn(ctx context.Context, s *Sample, v View, name string, workers int) ([]float32, *Knowledge, error) {
	proxy, err := p.TrainProxy(ctx, s, v, name, workers)
	if err != nil {
		return nil, nil, err
	}
	return p.LearnFrom(ctx, s, v, proxy, workers)
}

// A Proxy is the proxy models of a processor, if there was anything to learn them from, and what they were learnt from.
type Proxy struct {
	pupil
	drawn []pupil // learnt again from other people, draw by draw
	known Knowledge
}

// Rows returns how many records with a proxy outcome the models were learnt from.
func (x *Proxy) Rows() int64 { return x.known.ProxyRows }

// TrainProxy trains the proxy models of [Plan.Learn]. They depend on all of v but Now.
func (p *Plan) TrainProxy(ctx context.Context, s *Sample, w View, name string, workers int) (*Proxy, error) {
	x := &Proxy{known: Knowledge{Scorer: name}}
	draws := p.draws(s)
	x.drawn = make([]pupil, draws.N)
	if w.Rows == Nobodys {
		return x, nil
	}
	v := p.view(w)
	if why := v.blind(); why != "" {
		x.known.warn("no proxy outcome can be learnt: %s", why)
		return x, nil
	}
	all := v.table(s.Probes, features.NumBase, v.probe, v.lends)
	x.known.ProxyRows, x.known.ProxyBad = int64(all.Rows()), bads(all.Table)
	if err := x.learnProxy(ctx, allHeld, all, draws, name, workers); err != nil {
		return nil, err
	}
	var inside []int32
	for i, in := range all.inside {
		if in {
			inside = append(inside, int32(i))
		}
	}
	if len(inside) == 0 || len(inside) == all.Rows() {
		return x, nil // there is no other model
	}
	own := all.pick(inside)
	narrow(own.Table, own.inside)
	return x, x.learnProxy(ctx, inScope, own, draws, name, workers)
}

// learnProxy learns one of the proxy models, and again from every draw.
func (x *Proxy) learnProxy(ctx context.Context, k int, l lesson, draws drawing, name string, workers int) error {
	m, err := train(ctx, name, l.Table, workers)
	if err != nil || m.Model == nil {
		return err
	}
	x.known.ProxyUsed, x.proxies[k] = true, m
	return draws.each(l.who, func(d int, rows []int32) (err error) {
		x.drawn[d].proxies[k].Model, err = m.again(ctx, timefold.Pick(l.Table, rows), workers)
		return err
	})
}

// Rehearse trains the named scorer on the earlier training bills alone and returns the AUC on the calibration
// bills, each half of the people combined with the weights of the other; ½ when there is nothing to learn. No test bill is looked at.
// ok is false when the calibration bills are not of both outcomes.
func (p *Plan) Rehearse(ctx context.Context, s *Sample, v View, name string, workers int) (auc float64, ok bool, err error) {
	quick := *p
	quick.Evaluation.TrainingDraws = 0
	x, err := quick.TrainProxy(ctx, s, v, name, workers)
	if err != nil {
		return 0, false, err
	}
	fit, check := quick.bills(s, v)
	pupil, err := learnBills(ctx, &x.pupil, newSheet(fit), name, workers)
	if err != nil {
		return 0, false, err
	}
	out, err := p.crossed(pupil, check, workers)
	auc, ok = metric.AUC(out, metric.Outcomes{Bad: check.Bad})
	return auc, ok, err
}

// crossed scores the bills of l with weights learnt from the bills of the other half of the people.
func (p *Plan) crossed(x *pupil, l lesson, workers int) ([]float32, error) {
	halves := resample.Plan{Kind: resample.Parts, N: 2, Of: 2, Seed: p.Run.Seed}
	out := make([]float32, l.Rows())
	var rows [2][]int32
	for i, u := range l.who {
		h := halves.Part(0, u)
		rows[h] = append(rows[h], int32(i))
	}
	for h := range rows {
		y, other, own := *x, l.pick(rows[1-h]), l.pick(rows[h])
		all, err := y.odds(newSheet(other), workers)
		if err != nil {
			return nil, err
		}
		if err := y.combine(all, other.Bad, other.who, p.Processor.PriorRate, 1, nil); err != nil {
			return nil, err
		}
		list, err := y.probabilities(own, workers)
		if err != nil {
			return nil, err
		}
		for k, i := range rows[h] {
			out[i] = list[k]
		}
	}
	return out, nil
}

// learnBills learns the models of bills beside the proxy models of x.
func learnBills(ctx context.Context, x *pupil, fit *sheet, name string, workers int) (*pupil, error) {
	y := &pupil{proxies: x.proxies}
	return y, y.learnBills(fit, workers, func(_ int, t *scoring.Table) (taught, error) {
		return train(ctx, name, t, workers)
	})
}

// LearnFrom is the rest of [Plan.Learn], once the proxy models are trained.
func (p *Plan) LearnFrom(ctx context.Context, s *Sample, w View, x *Proxy, workers int) ([]float32, *Knowledge, error) {
	known := x.known
	k := &known
	fit, check := p.bills(s, w)
	k.TrainRows, k.TrainBad = int64(fit.Rows()+check.Rows()), bads(fit.Table)+bads(check.Table)
	k.CalibrationRows = int64(check.Rows())
	pupil, err := learnBills(ctx, &x.pupil, newSheet(fit), k.Scorer, workers)
	if err != nil {
		return nil, nil, err
	}
	k.ModelUsed = pupil.bills[noProxy].Model != nil
	all, err := pupil.odds(newSheet(check), workers)
	if err != nil {
		return nil, nil, err
	}
	if err := pupil.combine(all, check.Bad, check.who, p.Processor.PriorRate, 1, nil); err != nil {
		return nil, nil, err
	}
	k.Candidates = pupil.weights()
	k.Card, k.CardOf = pupil.card()
	k.doubt(pupil, check.Table)
	if k.Again, err = p.again(ctx, s, w, x, pupil, fit, check, workers); err != nil {
		return nil, nil, err
	}
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	return p.predict(s, w, k, pupil, workers)
}

// doubt says what a score was not learnt from.
func (k *Knowledge) doubt(x *pupil, check *scoring.Table) {
	switch n := bads(check); {
	case !x.learnt():
		k.warn("nothing to learn from before the test window: the score is the same for all")
		return
	case !k.ModelUsed:
		k.warn("no bills of both outcomes to learn from before the test window: the score is that of proxy models")
		fallthrough
	default:
		if n == 0 || n == int64(check.Rows()) {
			k.warn("no later training bills of both outcomes: all candidates have the same weight, and the score is not recalibrated")
		}
	}
}

// Bills returns the bills with an outcome before the test window: those to fit to, and the last days to
// combine candidates on.
func (p *Plan) Bills(s *Sample, w View) (fit, check *scoring.Table) {
	a, b := p.bills(s, w)
	return a.Table, b.Table
}

func (p *Plan) bills(s *Sample, w View) (fit, check lesson) {
	v, from := p.view(w), int32(p.Evaluation.CalibrateFrom(p.World.People.Platform.Launch))
	fit = v.table(s.Train, features.NumAll, v.bill, func(r *Rows, i int) bool { return v.learns(r, i) && r.Day[i]+1 < from })
	check = v.table(s.Train, features.NumAll, v.bill, func(r *Rows, i int) bool { return v.learns(r, i) && r.Day[i]+1 >= from })
	return fit, check
}

// closed keeps the rows that have an outcome.
func closed(r *Rows, i int) bool { return r.State[i] != StatePending }

// every keeps all rows.
func every(*Rows, int) bool { return true }

// predict scores the test bills, and training bills where the plan asks for them.
func (p *Plan) predict(s *Sample, w View, k *Knowledge, x *pupil, workers int) (out []float32, _ *Knowledge, err error) {
	v := p.view(w)
	score := func(parts []*Rows, keep func(r *Rows, i int) bool) ([]float32, error) {
		return x.probabilities(v.table(parts, features.NumAll, v.bill, keep), workers)
	}
	if out, err = score(s.Test, closed); err != nil {
		return nil, nil, err
	}
	if p.Evaluation.FindAUCLoss > 0 {
		if k.Check, err = p.crossed(x, v.table(s.Train, features.NumAll, v.bill, p.calibrates), workers); err != nil {
			return nil, nil, err
		}
	}
	if p.Training {
		k.Train, err = score(s.Train, every)
	}
	return out, k, err
}

// toProbabilities turns log-odds into probabilities, with what the rows of check and their log-odds teach.
func toProbabilities(out, odds, known []float32, check *scoring.Table, k *Knowledge) error {
	toP, err := calibrate.Fit(known, check.Bad, check.Weight)
	switch {
	case errors.Is(err, calibrate.ErrOneClass):
		k.warn("no later training bills of both outcomes: the score is not recalibrated")
		for i, x := range odds {
			out[i] = float32(logit.P(float64(x)))
		}
	case err != nil:
		return err
	default:
		for i, x := range odds {
			out[i] = float32(toP.P(float64(x)))
		}
	}
	return nil
}

func bads(t *scoring.Table) (n int64) {
	for _, b := range t.Bad {
		if b {
			n++
		}
	}
	return n
}
