// Package tables puts what was found into tables and words: every schema of the program but those of exports is
// here, and nothing is computed that another program would need.
package tables

import (
	"fmt"
	"slices"
	"strings"

	"overshare/results"
	"overshare/scenarios/study"
	"overshare/scoring/metric"
)

// An Outcome is what a run found.
type Outcome struct {
	Tables   []*results.Table // for files
	Summary  *results.Table   // for the terminal
	Sentence string           // the answer, to quote
	Warnings []string
	Large    []Large  // tables too large to be held
	Notes    []string // what every picture must say, such as that a smaller country was simulated
}

// A Large is a table whose rows are made one by one.
type Large struct {
	results.Schema
	Write func(w results.Writer) error // sends all rows; does not close w
}

// A Finding is what a further study adds to an outcome.
type Finding struct {
	Tables   []*results.Table
	Sentence string // the answer, to quote; may be empty
	Warnings []string
}

func (f *Finding) warn(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}

// Add adds what a further study found.
func (o *Outcome) Add(f Finding) {
	o.Tables = append(o.Tables, f.Tables...)
	o.Warnings = append(o.Warnings, f.Warnings...)
	if f.Sentence != "" {
		o.Sentence += " " + f.Sentence
	}
}

// some returns the notes that are not empty.
func some(notes ...string) (list []string) {
	for _, n := range notes {
		if n != "" {
			list = append(list, n)
		}
	}
	return list
}

// Of puts a result into tables and words.
func Of(x *study.Result) *Outcome {
	sent := SentIn(x)
	out := &Outcome{Tables: []*results.Table{
		detectionTable(x.Scorers),
		comparisonTable(x.Scorers, x.Verdicts),
		rocTable(x.Scorers),
		calibrationTable(x.Scorers),
	}}
	out.Tables = append(out.Tables, exposureTables(x.Plan, &x.Exposure)...)
	if x.Staleness != nil {
		out.Tables = append(out.Tables, stalenessTable(x))
	}
	out.Tables = append(out.Tables, scorecardTable(x.Scorers), bandTable(x.Scorers, x.Bands), economicsTable(x.Money), groupTable(x), curveTable(x))
	if x.Processor.Feedback {
		out.Tables = append(out.Tables, feedbackTable(x))
	}
	out.Summary = summary(x.Scorers, sent)
	out.Sentence = sentence(x.Scorers[0], sent, x.Verdicts, ofSimulated(x.Plan))
	out.Notes = some(ofSimulated(x.Plan))
	out.Warnings = append(append(doubts(x.Scorers, x.Truth), x.Verdicts.Doubts()...), moneyDoubts(x.Money)...)
	return out
}

// OfRows puts a comparison on rows of somebody's own into tables and words; sent has one value a regime.
func OfRows(x *study.Result, sent []Sent) *Outcome {
	return &Outcome{
		Tables:   []*results.Table{detectionTable(x.Scorers), comparisonTable(x.Scorers, x.Verdicts), rocTable(x.Scorers), calibrationTable(x.Scorers)},
		Summary:  summary(x.Scorers, sent),
		Sentence: sentence(x.Scorers[0], sent, x.Verdicts, ""),
		Warnings: x.Verdicts.Doubts(),
	}
}

// doubts says what a reader should know before quoting any number.
func doubts(all []*study.Measured, t *study.Truth) (list []string) {
	rep := &all[0].Report
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
		for _, s := range m.Scores {
			for _, w := range s.Warnings {
				list = append(list, fmt.Sprintf("%s, %s: %s", s.Regime, s.Scorer, w))
			}
		}
		list = append(list, cardDoubts(m)...)
	}
	return list
}

// cardDoubts says what the first card that is in doubt doubts, and how many others are.
func cardDoubts(m *study.Measured) (list []string) {
	others := 0
	for _, s := range m.Scores {
		if s.Card == nil {
			continue
		}
		for _, d := range s.Card.Doubts() {
			if len(list) == 0 {
				list = append(list, fmt.Sprintf("%s: %s", s.Regime, d))
			} else {
				others++
			}
		}
	}
	if others > 0 {
		list[0] += fmt.Sprintf("; the same is so of %d other regimes, see scorecard", others)
	}
	return list
}

// A Sent says what the processor was sent under one regime.
type Sent struct {
	People  int64   // distinct people; below 0: not known
	Records int64   // one is one person on one day
	Outside int64   // of them of people out of scope
	Values  int64   // of items; 0: not known
	Country float64 // people of the country for one simulated; 0 or 1: no smaller country
}

// SentIn counts what crossed the border under every regime, in the whole period.
func SentIn(x *study.Result) []Sent {
	all := make([]Sent, len(x.Border.Regimes))
	for r := range all {
		e := x.Border.Whole(&x.Exposure, r)
		values, _ := x.Border.Values(&x.Exposure, r)
		all[r] = Sent{e.All.People, e.All.Records, e.Out.Records, values, x.Country()}
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

// values returns the number of values for reading, empty where it is not known.
func (x Sent) values() string {
	if x.Values == 0 && x.Records > 0 {
		return ""
	}
	return results.Count(x.Values)
}

// String says what was sent: 3.2 bn records of 7 M people.
func (x Sent) String() string {
	if x.People < 0 {
		return results.Count(x.Records) + " records"
	}
	return results.Count(x.Records) + " records of " + x.people() + " people"
}

// scaled returns a count of the country for reading, empty at full scale.
func (x Sent) scaled(n int64) string {
	if x.Country <= 1 {
		return ""
	}
	return results.Count(int64(float64(float64(n)*x.Country) + 0.5))
}

// summary is the table that the terminal shows.
func summary(all []*study.Measured, sent []Sent) *results.Table {
	t := results.NewTable(results.Schema{Name: "summary", Title: "Detection and exposure", Columns: []results.Column{
		regimeColumn, scorerColumn,
		{Name: "auc", Type: results.Number, Meaning: "area under the ROC curve"},
		{Name: "auc_low", Type: results.Number, Meaning: "lower end"}, {Name: "auc_high", Type: results.Number, Meaning: "upper end"},
		{Name: "difference", Type: results.Number, Meaning: "to the first regime"},
		{Name: "difference_low", Type: results.Number, Meaning: "lower end"}, {Name: "difference_high", Type: results.Number, Meaning: "upper end"},
		{Name: "recall_at_5pct", Type: results.Number, Meaning: "recall at 5 % false positives"},
		{Name: "people", Type: results.String, Meaning: "distinct people sent"},
		{Name: "records", Type: results.String, Meaning: "records sent"},
		{Name: "country_people", Type: results.String, Meaning: "people scaled to the country; empty at full scale"},
		{Name: "country_records", Type: results.String, Meaning: "records scaled to the country"},
		{Name: "item_values", Type: results.String, Meaning: "values of items sent"},
		{Name: "out_of_scope", Type: results.String, Meaning: "share of the records that were of people out of scope"},
	}})
	for _, m := range all {
		for r, c := range m.Report.Columns {
			auc, d, x := c.Metric[metric.AUCROC], c.Difference[metric.AUCROC], sent[r]
			low, high := ends(auc)
			dLow, dHigh := ends(d)
			diff := results.NumIf(d.Value, d.OK && r > 0)
			if r == 0 {
				dLow, dHigh = results.None, results.None
			}
			recall := c.Metric[metric.RecallFPR5]
			t.Append(results.Str(m.Scores[r].Regime), results.Str(m.Scorer), results.NumIf(auc.Value, auc.OK), low, high,
				diff, dLow, dHigh, results.NumIf(recall.Value, recall.OK),
				results.Str(x.people()), results.Str(results.Count(x.Records)), results.Str(x.scaled(x.People)), results.Str(x.scaled(x.Records)), results.Str(x.values()), results.Str(percent(x.Outside, x.Records)))
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
func contrast(m *study.Measured, sent []Sent) int {
	fewer := func(x Sent) bool { return x.Records < sent[0].Records }
	r := slices.IndexFunc(m.Scores, func(s study.Score) bool { return s.Regime == "in-scope" })
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
func sentence(m *study.Measured, sent []Sent, j *study.Judgement, simulated string) string {
	r := contrast(m, sent)
	if r < 0 {
		x := sent[0]
		if x.People < 0 {
			return fmt.Sprintf("Sharing %s exposed %s.", phrase(m.Scores[0].Regime), x)
		}
		return fmt.Sprintf("Sharing %s exposed %s people in %s records%s.", phrase(m.Scores[0].Regime), x.people(), results.Count(x.Records), around(" (", inCountry(simulated, x), ")"))
	}
	first, other := phrase(m.Scores[0].Regime), phrase(m.Scores[r].Regime)
	exposure := fmt.Sprintf("%s instead of %s (%s fewer%s)", sent[r], sent[0], percent(sent[0].Records-sent[r].Records, sent[0].Records), around("; ", inCountry(simulated, sent[r], sent[0]), ""))
	d := m.Report.Columns[r].Difference[metric.AUCROC]
	a, b := m.Report.Columns[0].Metric[metric.AUCROC], m.Report.Columns[r].Metric[metric.AUCROC]
	if !d.OK || !a.OK || !b.OK {
		return fmt.Sprintf("Sharing %s instead of %s would have sent %s; its effect on detection is undefined here.", other, first, exposure)
	}
	verdict, c, _ := j.Of(m.Scorer, metric.AUCROC.String(), r)
	return fmt.Sprintf("Sharing %s instead of %s would have sent %s, and the score's AUC would have been %.4f instead of %.4f: a difference of %s, %s.",
		other, first, exposure, b.Value, a.Value, signed(d, j.Alpha), meaning(j, verdict, c.Margin))
}

// inCountry says what counts of a smaller country are in the country, or nothing at full scale.
func inCountry(simulated string, sent ...Sent) string {
	if simulated == "" {
		return ""
	}
	var list []string
	for _, x := range sent {
		list = append(list, fmt.Sprintf("%s records of %s people", x.scaled(x.Records), x.scaled(x.People)))
	}
	return fmt.Sprintf("%s, in the country %s", simulated, strings.Join(list, " instead of "))
}

// around puts text between two others, unless it is empty.
func around(before, text, after string) string {
	if text == "" {
		return ""
	}
	return before + text + after
}

func signed(d metric.Estimate, alpha float64) string {
	text := fmt.Sprintf("%+.4f", d.Value)
	if d.HasInterval {
		text += fmt.Sprintf(" (%.0f %% interval %+.4f to %+.4f)", 100*(1-alpha), d.Low, d.High)
	}
	return strings.ReplaceAll(text, "-0.0000", "0.0000")
}
