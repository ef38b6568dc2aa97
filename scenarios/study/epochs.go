package study

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"overshare/results"
	"overshare/scoring/metric"
	"overshare/sim/record"
	"overshare/sim/sharing"
)

// An epochResult is how the scorers did in one test window, and what had been sent before it.
type epochResult struct {
	epoch   record.Day
	all     []*measured
	open    int64
	records []int64 // by regime, on all days before the test window
}

// epochs asks how long after the launch everyone's data still helped: it lives through the same people's
// lives around each of the stated test windows, trains and tests every scorer under every regime there, and
// sets every regime against the first, as comparison.csv does for the run's own window.
//
// Cost: a simulation and the trainings of a run for each epoch but the run's own. Memory: one epoch's rows
// at a time; what the run itself has collected is let go first.
func (q *inquiry) epochs(ctx context.Context) (*finding, error) {
	q.sample = &Sample{Exposure: q.sample.Exposure}
	var list []epochResult
	for _, epoch := range slices.Sorted(slices.Values(q.Evaluation.Epochs)) {
		e, err := q.visit(ctx, epoch)
		if err != nil {
			return nil, fmt.Errorf("epoch %v: %w", epoch, err)
		}
		for r := range q.Border.Regimes {
			e.records = append(e.records, q.sentBefore(r, epoch))
		}
		list = append(list, e)
	}
	verdicts := q.judgeEpochs(list)
	return &finding{tables: []*results.Table{q.epochTable(list, verdicts)}, sentence: q.epochSentence(list, verdicts)}, nil
}

// visit runs the comparison at one epoch.
func (q *inquiry) visit(ctx context.Context, epoch record.Day) (e epochResult, err error) {
	e.epoch = epoch
	if epoch == q.Evaluation.Epoch {
		e.all, e.open = q.all, q.truth.Open
		return e, nil
	}
	p, err := q.at(epoch)
	if err != nil {
		return e, err
	}
	o := q.Options
	o.Progress = func(phase string, done, total int64) { q.Progress(phase+" "+epoch.String(), done, total) }
	sample, err := p.Collect(ctx, o.Workers, o.Progress)
	if err != nil {
		return e, err
	}
	truth := sample.truth()
	e.open = truth.Open
	e.all, err = p.score(ctx, sample, truth, o)
	for _, m := range e.all {
		m.forget()
	}
	return e, err
}

// forget lets go of the probabilities of the test bills; what was measured stays.
func (m *measured) forget() {
	for i := range m.scores {
		m.scores[i].P = nil
	}
}

// sentBefore returns the records of the score flow that regime r had sent before a day.
func (q *inquiry) sentBefore(r int, day record.Day) (n int64) {
	first, records := q.Border.Sent(&q.sample.Exposure, r, sharing.FlowScore)
	for i, x := range records {
		if first+record.Day(i) < day {
			n += x
		}
	}
	return n
}

// judgeEpochs judges the differences to the first regime at all epochs, by scorer and regime, as one family.
func (q *inquiry) judgeEpochs(list []epochResult) []metric.Verdict {
	var family []metric.Comparison
	for _, e := range list {
		for _, m := range e.all {
			for r := 1; r < len(m.scores); r++ {
				family = append(family, metric.Comparison{Difference: m.report.Columns[r].Difference[metric.AUCROC],
					Margin: q.Evaluation.MarginAUC, Direction: metric.AUCROC.Direction()})
			}
		}
	}
	return metric.JudgeFamily(family, q.Evaluation.Alpha)
}

func (q *inquiry) epochTable(list []epochResult, verdicts []metric.Verdict) *results.Table {
	t := results.NewTable(results.Schema{
		Name: "epochs", Title: "Detection and exposure from the launch on", Key: []string{"epoch", "regime", "scorer"},
		Columns: []results.Column{
			{Name: "epoch", Type: results.Date, Meaning: "first day of the test window", Required: true},
			{Name: "days_since_launch", Type: results.Integer, Unit: "days", Meaning: "days from the launch at the platform to that day", Required: true},
			regimeColumn, scorerColumn,
			{Name: "auc", Type: results.Number, Meaning: "area under the ROC curve"}, lowColumn, highColumn,
			{Name: "difference", Type: results.Number, Meaning: "AUC less that of the first regime, same bills; empty for the first regime itself"},
			{Name: "difference_low", Type: results.Number, Meaning: "lower end of its interval"},
			{Name: "difference_high", Type: results.Number, Meaning: "upper end of its interval"},
			{Name: "p", Type: results.Number, Meaning: "two-sided p-value of no difference"},
			{Name: "p_holm", Type: results.Number, Meaning: "the same after Holm's correction over epochs, regimes and scorers"},
			{Name: "verdict", Type: results.String, Meaning: "better, worse, equivalent or not shown, at the stated margin and after the correction"},
			billsColumn, badColumn,
			{Name: "train_bills", Type: results.Integer, Unit: "bills", Meaning: "bills with an outcome before the test window, of the training days", Required: true},
			{Name: "train_bad", Type: results.Integer, Unit: "bills", Meaning: "of them bounced", Required: true},
			{Name: "proxy_rows", Type: results.Integer, Unit: "rows", Meaning: "records with a proxy outcome that the processor held", Required: true},
			{Name: "records_so_far", Type: results.Integer, Unit: "records", Meaning: "records sent before the test window, all bulk and daily sends", Required: true},
			results.Warnings()},
	})
	next := 0
	for _, e := range list {
		for _, m := range e.all {
			for r := range m.scores {
				var v metric.Verdict
				if r > 0 {
					v = verdicts[next]
					next++
				}
				q.epochRow(t, e, m, r, v)
			}
		}
	}
	return t
}

func (q *inquiry) epochRow(t *results.Table, e epochResult, m *measured, r int, v metric.Verdict) {
	auc, d := m.report.Columns[r].Metric[metric.AUCROC], m.report.Columns[r].Difference[metric.AUCROC]
	low, high := ends(auc)
	dLow, dHigh := ends(d)
	test := d.Test(0)
	s := m.scores[r]
	note := append([]string{}, s.Warnings...)
	switch {
	case m.report.Rows == 0:
		note = append(note, "no bill was opened in this window")
	case m.report.Bad == 0:
		note = append(note, "no bill of this window bounced")
	}
	if e.open > 0 {
		note = append(note, fmt.Sprintf("%d bills were not closed when the simulated days ended", e.open))
	}
	t.Append(results.Day(e.epoch), results.Int(e.epoch-q.World.Pop.Platform.Launch), results.Str(s.Regime), results.Str(m.scorer),
		results.NumIf(auc.Value, auc.OK), low, high, results.NumIf(d.Value, d.OK), dLow, dHigh,
		results.NumIf(test.P, test.OK), results.NumIf(v.PDifferent, v.OK), results.Str(v.Word),
		results.Int(m.report.Rows), results.Int(m.report.Bad), results.Int(s.TrainRows), results.Int(s.TrainBad),
		results.Int(s.ProxyRows), results.Int(e.records[r]), warnings(auc, note))
}

// epochSentence says for the first scorer, and the regime of the run's sentence, when the first regime
// detected better and since when the two have been equivalent.
func (q *inquiry) epochSentence(list []epochResult, verdicts []metric.Verdict) string {
	r := q.all[0].contrast(q.sample.sent(q.Border))
	if r < 0 {
		return ""
	}
	regimes := len(q.Border.Regimes) - 1
	each := regimes * len(q.Processor.Scorers)
	var worse []string
	since, calm := "", ""
	for n, e := range list {
		switch v := verdicts[n*each+r-1]; v.Word {
		case metric.Worse:
			worse = append(worse, fmt.Sprintf("%v (%+.4f)", e.epoch, e.all[0].report.Columns[r].Difference[metric.AUCROC].Value))
			calm = ""
		case metric.Equivalent:
			if calm == "" {
				calm = e.epoch.String()
			}
		default:
			calm = ""
		}
	}
	if calm != "" {
		since = fmt.Sprintf(" and was equivalent from %s on", calm)
	}
	when := "at none of the epochs"
	if len(worse) > 0 {
		when = "at " + strings.Join(worse, ", ")
	}
	return fmt.Sprintf("Over %d epochs the score under %s was shown to be worse than under %s %s%s.", len(list),
		q.Border.Regimes[r].Name, q.Border.Regimes[0].Name, when, since)
}
