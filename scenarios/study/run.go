package study

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scoring/metric"
	"overshare/sim/sharing"
)

// Options are what a run may know besides its scenario. None of them changes a result.
type Options struct {
	Workers  int
	Progress Progress // may be nil
}

// An Outcome is what a run found.
type Outcome struct {
	Tables   []*results.Table // for files
	Summary  *results.Table   // for the terminal
	Sentence string           // the answer, to quote
	Warnings []string
}

// Execute runs a scenario, and its further countries if it has any.
func Execute(ctx context.Context, s *scenarios.Scenario, o Options) (*Outcome, error) {
	p, err := NewPlan(s)
	if err != nil {
		return nil, err
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	out, list, err := p.first(ctx, o)
	if err != nil || p.Evaluation.Replicates < 2 {
		return out, err
	}
	var r replicates
	r.add(list)
	if err := r.replicate(ctx, s, p.Evaluation.Replicates, o); err != nil {
		return nil, err
	}
	r.report(out, p.Evaluation.Alpha)
	return out, nil
}

// first lives through the first country and fills all tables.
func (p *Plan) first(ctx context.Context, o Options) (*Outcome, []reading, error) {
	sample, err := p.Collect(ctx, o.Workers, o.Progress)
	if err != nil {
		return nil, nil, err
	}
	truth := sample.truth()
	all, err := p.score(ctx, sample, truth, o)
	if err != nil {
		return nil, nil, err
	}
	worth, tables, err := p.moneyAndPeople(ctx, all, sample, truth, o)
	if err != nil {
		return nil, nil, err
	}
	out := p.report(all, sample, truth, worth)
	out.Tables = append(out.Tables, tables...)
	if err := p.addStudies(ctx, sample, truth, all, out, o); err != nil {
		return nil, nil, err
	}
	return out, readings(all, worth), nil
}

// score trains and measures every scorer under every regime.
func (p *Plan) score(ctx context.Context, s *Sample, t *Truth, o Options) (all []*measured, err error) {
	steps := int64(len(p.Processor.Scorers) * (len(p.Border.Regimes) + 1))
	done := int64(0)
	step := func() { done++; o.Progress("learn and measure", done, steps) }
	o.Progress("learn and measure", 0, steps)
	for _, name := range p.Processor.Scorers {
		var scores []Score
		for r := range p.Border.Regimes {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			probs, k, err := p.Learn(ctx, s, Whole(r), name, o.Workers)
			if err != nil {
				return nil, err
			}
			k.Regime = p.Border.Regimes[r].Name
			scores = append(scores, Score{probs, k})
			step()
		}
		m, err := p.measure(name, scores, t, o.Workers)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
		step()
	}
	return all, nil
}

func (p *Plan) report(all []*measured, s *Sample, t *Truth, worth *money) *Outcome {
	out := &Outcome{Tables: []*results.Table{
		detectionTable(all, t, p.Evaluation.Alpha),
		comparisonTable(all, &p.Evaluation),
		frontierTable(p, all, &s.Exposure, worth),
		rocTable(all),
		calibrationTable(all),
	}}
	out.Tables = append(out.Tables, exposureTables(p, &s.Exposure)...)
	if p.stale() {
		out.Tables = append(out.Tables, p.stalenessTable(all, s, t))
	}
	out.Summary = summary(all, s.sent(p.Border))
	out.Sentence = sentence(all[0], s.sent(p.Border), &p.Evaluation)
	out.Warnings = append(p.doubts(all, t), worth.doubts()...)
	return out
}

// doubts says what a reader should know before quoting any number.
func (p *Plan) doubts(all []*measured, t *Truth) (list []string) {
	rep := &all[0].report
	switch {
	case rep.Rows == 0:
		list = append(list, "no bill was opened in the test window: all measures of detection are undefined")
	case rep.Bad == 0:
		list = append(list, "no test bill bounced: measures that need both outcomes are undefined")
	case rep.Bad < 200:
		list = append(list, fmt.Sprintf("only %d test bills bounced: intervals are wide; simulate more people", rep.Bad))
	}
	if t.Open > 0 {
		list = append(list, fmt.Sprintf("%d test bills were not closed when the window ended and are left out; lengthen evaluation.tail_days", t.Open))
	}
	for _, m := range all {
		for _, s := range m.scores {
			for _, w := range s.Warnings {
				list = append(list, fmt.Sprintf("%s, %s: %s", s.Regime, s.Scorer, w))
			}
		}
	}
	return list
}

// A Sent says what the processor was sent under one regime.
type Sent struct {
	People  int64 // distinct people; below 0: not known
	Records int64 // one is one person on one day
	Outside int64 // of them of people out of scope
}

// sent counts what crossed the border under every regime, in the whole period.
func (s *Sample) sent(b *sharing.Border) []Sent {
	all := make([]Sent, len(b.Regimes))
	for r := range all {
		x := b.Whole(&s.Exposure, r)
		all[r] = Sent{x.All.People, x.All.Records, x.Out.Records}
	}
	return all
}

// people returns the number of people for reading, empty where it is not known.
func (x Sent) people() string {
	if x.People < 0 {
		return ""
	}
	return results.Count(x.People)
}

// String says what was sent: 3.2 bn records of 7 M people.
func (x Sent) String() string {
	if x.People < 0 {
		return results.Count(x.Records) + " records"
	}
	return results.Count(x.Records) + " records of " + x.people() + " people"
}

// summary is the table that the terminal shows.
func summary(all []*measured, sent []Sent) *results.Table {
	t := results.NewTable(results.Schema{Name: "summary", Title: "Detection and exposure", Columns: []results.Column{
		regimeColumn, scorerColumn,
		{Name: "auc", Type: results.Number, Meaning: "area under the ROC curve"},
		{Name: "auc_low", Type: results.Number, Meaning: "lower end"}, {Name: "auc_high", Type: results.Number, Meaning: "upper end"},
		{Name: "difference", Type: results.Number, Meaning: "to the first regime"},
		{Name: "difference_low", Type: results.Number, Meaning: "lower end"}, {Name: "difference_high", Type: results.Number, Meaning: "upper end"},
		{Name: "recall_at_5pct", Type: results.Number, Meaning: "recall at 5 % false positives"},
		{Name: "people_exposed", Type: results.String, Meaning: "distinct people sent"},
		{Name: "records", Type: results.String, Meaning: "records sent"},
		{Name: "out_of_scope", Type: results.String, Meaning: "share of the records that were of people out of scope"},
	}})
	for _, m := range all {
		for r, c := range m.report.Columns {
			auc, d, x := c.Metric[metric.AUCROC], c.Difference[metric.AUCROC], sent[r]
			low, high := ends(auc)
			dLow, dHigh := ends(d)
			diff := results.NumIf(d.Value, d.OK && r > 0)
			if r == 0 {
				dLow, dHigh = results.None, results.None
			}
			recall := c.Metric[metric.RecallFPR5]
			t.Append(results.Str(m.scores[r].Regime), results.Str(m.scorer), results.NumIf(auc.Value, auc.OK), low, high,
				diff, dLow, dHigh, results.NumIf(recall.Value, recall.OK),
				results.Str(x.people()), results.Str(results.Count(x.Records)), results.Str(percent(x.Outside, x.Records)))
		}
	}
	return t
}

func percent(part, whole int64) string {
	if whole == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

// contrast picks the regime that the sentence sets against the first: the one that shares those in scope
// and nobody else, or else the first that sends fewer records; -1 when there is none.
func (m *measured) contrast(sent []Sent) int {
	fewer := func(x Sent) bool { return x.Records < sent[0].Records }
	r := slices.IndexFunc(m.scores, func(s Score) bool { return s.Regime == "in-scope" })
	if r >= 0 && fewer(sent[r]) {
		return r
	}
	return slices.IndexFunc(sent, fewer)
}

// phrase says whose records a regime shares.
func phrase(regime string) string {
	switch regime {
	case "everyone":
		return "everyone's records"
	case "in-scope":
		return "only in-scope users' records"
	case "none":
		return "no records"
	}
	return "records under the regime " + regime
}

// sentence is the answer in words.
func sentence(m *measured, sent []Sent, e *Evaluation) string {
	r := m.contrast(sent)
	if r < 0 {
		x := sent[0]
		if x.People < 0 {
			return fmt.Sprintf("Sharing %s exposed %s.", phrase(m.scores[0].Regime), x)
		}
		return fmt.Sprintf("Sharing %s exposed %s people in %s records.", phrase(m.scores[0].Regime), x.people(), results.Count(x.Records))
	}
	first, other := phrase(m.scores[0].Regime), phrase(m.scores[r].Regime)
	exposure := fmt.Sprintf("%s instead of %s (%s fewer)", sent[r], sent[0], percent(sent[0].Records-sent[r].Records, sent[0].Records))
	d := m.report.Columns[r].Difference[metric.AUCROC]
	a, b := m.report.Columns[0].Metric[metric.AUCROC], m.report.Columns[r].Metric[metric.AUCROC]
	if !d.OK || !a.OK || !b.OK {
		return fmt.Sprintf("Sharing %s instead of %s would have sent %s; its effect on detection is undefined here.", other, first, exposure)
	}
	verdict := metric.Judge(d, e.MarginAUC, e.Alpha, metric.AUCROC.Direction())
	return fmt.Sprintf("Sharing %s instead of %s would have sent %s, and the score's AUC would have been %.4f instead of %.4f: a difference of %s, %s.",
		other, first, exposure, b.Value, a.Value, signed(d, e.Alpha), meaning(verdict, e.MarginAUC))
}

func signed(d metric.Estimate, alpha float64) string {
	text := fmt.Sprintf("%+.4f", d.Value)
	if d.HasInterval {
		text += fmt.Sprintf(" (%.0f %% interval %+.4f to %+.4f)", 100*(1-alpha), d.Low, d.High)
	}
	return strings.ReplaceAll(text, "-0.0000", "0.0000")
}

func meaning(v metric.Verdict, margin float64) string {
	switch v.Word {
	case metric.Equivalent:
		return fmt.Sprintf("equivalent at the stated margin of %g", margin)
	case metric.Better:
		return "better"
	case metric.Worse:
		if v.NonInferior {
			return fmt.Sprintf("worse, by less than the stated margin of %g", margin)
		}
		return fmt.Sprintf("worse, and not shown to be within the stated margin of %g", margin)
	}
	return fmt.Sprintf("which these data cannot tell from a difference beyond the stated margin of %g", margin)
}
