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
	"overshare/scoring/scorecard"
)

// A Knowledge says what a processor learnt from.
type Knowledge struct {
	Regime, Scorer       string
	TrainRows, TrainBad  int64 // bills with an outcome before the test window, calibration included
	ProxyRows, ProxyBad  int64 // records with an observed proxy outcome
	Card                 *scorecard.Card
	ProxyUsed, ModelUsed bool
	CalibrationRows      int64
	Warnings             []string

	// Check is the score of every calibration bill before recalibration, with an evaluation.find_auc_loss alone.
	Check []float32
	// Train is P(bounce) of every row of the training bills, with an outcome or not, with [Plan.Training] alone.
	Train []float32

	Feedback *Feedback // nil unless processor.feedback
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
func (v *view) table(parts []*Rows, columns int, code func(r *Rows, i int, dst []uint8) (bad bool), keep func(r *Rows, i int) bool) *scoring.Table {
	n := 0
	for _, r := range parts {
		for i := range r.State {
			if keep(r, i) {
				n++
			}
		}
	}
	t := &scoring.Table{Features: features.Columns()[:columns], Code: make([]uint8, n*columns), Bad: make([]bool, n), When: make([]int32, n)}
	at := 0
	for _, r := range parts {
		for i := range r.State {
			if !keep(r, i) {
				continue
			}
			t.Bad[at] = code(r, i, t.Code[at*columns:(at+1)*columns])
			t.When[at] = r.Day[i]
			at++
		}
	}
	return t
}

// Learn trains the named scorer on what v holds and returns P(bounce) of every test bill, in the
// order of the shards.
//
// First a proxy model: from a record and its history to whether a top-up or debit fails in the following
// week, on every record held; its score becomes one more column. Then the scorer proper, on the bills
// whose outcome was known before the test window, the last days held back; on those it is calibrated.
// Without any bounced bill, or with too few to learn from, the proxy model itself is the score; without a
// proxy outcome, too, the score is the same for all.
func (p *Plan) Learn(ctx context.Context, s *Sample, v View, name string, workers int) ([]float32, *Knowledge, error) {
	proxy, err := p.TrainProxy(ctx, s, v, name, workers)
	if err != nil {
		return nil, nil, err
	}
	return p.LearnFrom(ctx, s, v, proxy, workers)
}

// A Proxy is a proxy model, if there was anything to learn one from, and what it was learnt from.
type Proxy struct {
	model Model // nil: there is none
	known Knowledge
}

// Rows returns how many records with a proxy outcome the model was learnt from.
func (x *Proxy) Rows() int64 { return x.known.ProxyRows }

// TrainProxy trains the proxy model of [Plan.Learn]. It depends on all of v but Now.
func (p *Plan) TrainProxy(ctx context.Context, s *Sample, v View, name string, workers int) (*Proxy, error) {
	x := &Proxy{known: Knowledge{Scorer: name}}
	var err error
	x.model, err = p.proxy(ctx, s, v, &x.known, workers)
	return x, err
}

// Rehearse trains the named scorer on the earlier training bills alone and returns the AUC on the calibration
// bills; ½ when there is nothing to learn. No test bill is looked at. ok is false when the calibration bills
// are not of both outcomes.
func (p *Plan) Rehearse(ctx context.Context, s *Sample, v View, name string, workers int) (auc float64, ok bool, err error) {
	x, err := p.TrainProxy(ctx, s, v, name, workers)
	if err != nil {
		return 0, false, err
	}
	fit, check := p.Bills(s, v)
	for _, t := range []*scoring.Table{fit, check} {
		if err := addProxy(x.model, t, workers); err != nil {
			return 0, false, err
		}
	}
	out := make([]float32, check.Rows())
	model, err := best(ctx, &x.known, x.model, fit, workers)
	if err == nil && model != nil {
		err = model(check, out, workers)
	}
	auc, ok = metric.AUC(out, metric.Outcomes{Bad: check.Bad})
	return auc, ok, err
}

// LearnFrom is the rest of [Plan.Learn], once the proxy model is trained.
func (p *Plan) LearnFrom(ctx context.Context, s *Sample, v View, x *Proxy, workers int) ([]float32, *Knowledge, error) {
	known := x.known
	k, proxy := &known, x.model
	fit, check := p.Bills(s, v)
	for _, t := range []*scoring.Table{fit, check} {
		if err := addProxy(proxy, t, workers); err != nil {
			return nil, nil, err
		}
	}
	k.TrainRows, k.TrainBad = int64(fit.Rows()+check.Rows()), bads(fit)+bads(check)
	k.CalibrationRows = int64(check.Rows())
	model, err := best(ctx, k, proxy, fit, workers)
	if err != nil {
		return nil, nil, err
	}
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	return p.predict(s, v, k, model, proxy, check, workers)
}

// FewBad is how many bounced bills it takes before a model of bills is preferred to a proxy model that rests
// on at least as many failures. With fewer the scorecard finds hardly a cut that is not chance.
// Source: ten events for each of ten columns; rule of thumb of Peduzzi et al. 1996,
// doi:10.1016/S0895-4356(96)00236-3.
const FewBad = 100

// best trains the scorer on fit and returns it, or the proxy model where that is the better score: see
// [FewBad]. It returns nil when there is nothing to learn from.
func best(ctx context.Context, k *Knowledge, proxy Model, fit *scoring.Table, workers int) (Model, error) {
	if n := bads(fit); proxy != nil && n > 0 && n < FewBad && k.ProxyBad >= FewBad {
		k.warn("only %d bounced bills to learn from before the test window: the proxy model is the score", n)
		return onBase(proxy), nil
	}
	model, card, err := train(ctx, k.Scorer, fit, workers)
	switch {
	case err != nil:
		return nil, err
	case model != nil:
		k.ModelUsed, k.Card = true, card
		return model, nil
	case proxy != nil:
		k.warn("no bills of both outcomes to learn from before the test window: the proxy model is the score")
		return onBase(proxy), nil
	}
	k.warn("nothing to learn from before the test window: the score is the same for all")
	return nil, nil
}

// onBase runs a proxy model on tables with all columns.
func onBase(proxy Model) Model {
	return func(t *scoring.Table, out []float32, workers int) error {
		x, err := baseScores(proxy, t, workers)
		copy(out, x)
		return err
	}
}

// Bills returns the bills with an outcome before the test window: those to fit to, and the last days to
// calibrate on.
func (p *Plan) Bills(s *Sample, w View) (fit, check *scoring.Table) {
	v, from := p.view(w), int32(p.Evaluation.CalibrateFrom(p.World.People.Platform.Launch))
	fit = v.table(s.Train, features.NumAll, v.bill, func(r *Rows, i int) bool { return v.learns(r, i) && r.Day[i]+1 < from })
	check = v.table(s.Train, features.NumAll, v.bill, func(r *Rows, i int) bool { return v.learns(r, i) && r.Day[i]+1 >= from })
	return fit, check
}

// proxy trains the proxy model, or returns nil when there is nothing to learn it from.
func (p *Plan) proxy(ctx context.Context, s *Sample, w View, k *Knowledge, workers int) (Model, error) {
	if w.Rows == Nobodys {
		return nil, nil
	}
	v := p.view(w)
	if why := v.blind(); why != "" {
		k.warn("no proxy outcome can be learnt: %s", why)
		return nil, nil
	}
	t := v.table(s.Probes, features.NumBase, v.probe, v.lends)
	k.ProxyRows, k.ProxyBad = int64(t.Rows()), bads(t)
	m, _, err := train(ctx, k.Scorer, t, workers)
	k.ProxyUsed = err == nil && m != nil
	return m, err
}

// closed keeps the rows that have an outcome.
func closed(r *Rows, i int) bool { return r.State[i] != StatePending }

// addProxy fills the last column of t with the score of the proxy model.
func addProxy(proxy Model, t *scoring.Table, workers int) error {
	if proxy == nil {
		return nil
	}
	out, err := baseScores(proxy, t, workers)
	for i, x := range out {
		t.Code[i*features.NumAll+features.Proxy] = features.Odds(x)
	}
	return err
}

// baseScores runs the proxy model on the columns that it knows.
func baseScores(proxy Model, t *scoring.Table, workers int) ([]float32, error) {
	base := &scoring.Table{Features: t.Features[:features.NumBase], Code: make([]uint8, t.Rows()*features.NumBase)}
	for i := range t.Rows() {
		copy(base.Row(i), t.Row(i))
	}
	out := make([]float32, t.Rows())
	return out, proxy(base, out, workers)
}

// predict scores the test bills with model; nil knows nothing.
func (p *Plan) predict(s *Sample, w View, k *Knowledge, model, proxy Model, check *scoring.Table, workers int) ([]float32, *Knowledge, error) {
	v := p.view(w)
	test := v.table(s.Test, features.NumAll, v.bill, closed)
	out := make([]float32, test.Rows())
	if model == nil {
		fillWith(out, p.Processor.PriorRate)
		if p.Training {
			k.Train = make([]float32, v.table(s.Train, features.NumAll, v.bill, every).Rows())
			fillWith(k.Train, p.Processor.PriorRate)
		}
		return out, k, nil
	}
	score := func(t *scoring.Table) ([]float32, error) {
		x := make([]float32, t.Rows())
		return x, model(t, x, workers)
	}
	if err := addProxy(proxy, test, workers); err != nil {
		return nil, nil, err
	}
	odds, err := score(test)
	if err != nil {
		return nil, nil, err
	}
	known, err := score(check)
	if err != nil {
		return nil, nil, err
	}
	if p.Evaluation.FindAUCLoss > 0 {
		all := v.table(s.Train, features.NumAll, v.bill, p.calibrates)
		if err := addProxy(proxy, all, workers); err != nil {
			return nil, nil, err
		}
		if k.Check, err = score(all); err != nil {
			return nil, nil, err
		}
	}
	if err := toProbabilities(out, odds, known, check, k); err != nil {
		return nil, nil, err
	}
	if !p.Training {
		return out, k, nil
	}
	all := v.table(s.Train, features.NumAll, v.bill, every)
	if err := addProxy(proxy, all, workers); err != nil {
		return nil, nil, err
	}
	if odds, err = score(all); err != nil {
		return nil, nil, err
	}
	k.Train = make([]float32, all.Rows())
	return out, k, toProbabilities(k.Train, odds, known, check, &Knowledge{}) // what there is to say of it is said
}

// every keeps all rows.
func every(*Rows, int) bool { return true }

func fillWith(p []float32, rate float64) {
	for i := range p {
		p[i] = float32(rate)
	}
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
