package tables

import (
	"fmt"
	"strings"

	"overshare/results"
	"overshare/scenarios/study"
	"overshare/scenarios/study/epochs"
	"overshare/scoring/metric"
)

// Epochs puts how the scorers did at every epoch into a table and a sentence; r is the run's own result.
func Epochs(r *study.Result, x *epochs.Result) Finding {
	return Finding{Tables: []*results.Table{epochTable(r, x)}, Sentence: epochSentence(r, x)}
}

func epochTable(r *study.Result, x *epochs.Result) *results.Table {
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
			{Name: "p_value", Type: results.Number, Meaning: "two-sided p-value of no difference"},
			{Name: "p_adjusted", Type: results.Number, Meaning: "the same after Holm's correction over epochs, regimes and scorers"},
			{Name: "verdict", Type: results.String, Meaning: "better, worse, equivalent or not shown, at the stated margin and after the correction"},
			billsColumn, badColumn,
			{Name: "train_bills", Type: results.Integer, Unit: "bills", Meaning: "bills with an outcome before the test window, of the training days", Required: true},
			{Name: "train_bad", Type: results.Integer, Unit: "bills", Meaning: "of them bounced", Required: true},
			{Name: "proxy_rows", Type: results.Integer, Unit: "rows", Meaning: "records with a proxy outcome that the processor held", Required: true},
			{Name: "records_so_far", Type: results.Integer, Unit: "records", Meaning: "records sent before the test window, all bulk and daily sends", Required: true},
			results.Warnings()},
	})
	for k := range x.Epochs {
		e := &x.Epochs[k]
		for n, m := range e.Scorers {
			for regime := range m.Scores {
				t.Append(epochRow(r, e, m, regime, e.Verdicts[n][regime])...)
			}
		}
	}
	return t
}

func epochRow(x *study.Result, e *epochs.Epoch, m *study.Measured, r int, v metric.Verdict) []results.Cell {
	auc, d := m.Report.Columns[r].Metric[metric.AUCROC], m.Report.Columns[r].Difference[metric.AUCROC]
	test := d.Test(0)
	s := m.Scores[r]
	note := append([]string{}, s.Warnings...)
	switch {
	case m.Report.Rows == 0:
		note = append(note, "no bill was opened in this window")
	case m.Report.Bad == 0:
		note = append(note, "no bill of this window bounced")
	}
	if e.Open > 0 {
		note = append(note, fmt.Sprintf("%d bills were not closed when the simulated days ended", e.Open))
	}
	cells := []results.Cell{results.Day(e.Epoch), results.Int(e.Epoch - x.World.Pop.Platform.Launch), results.Str(s.Regime), results.Str(m.Scorer)}
	cells = append(append(cells, span(auc)...), span(d)...)
	return append(cells, results.NumIf(test.P, test.OK), results.NumIf(v.PDifferent, v.OK), results.Str(v.Word),
		results.Int(m.Report.Rows), results.Int(m.Report.Bad), results.Int(s.TrainRows), results.Int(s.TrainBad),
		results.Int(s.ProxyRows), results.Int(e.Records[r]), warnings(auc, note))
}

// epochSentence says for the first scorer, and the regime of the run's sentence, when the first regime
// detected better and since when the two have been equivalent.
func epochSentence(x *study.Result, found *epochs.Result) string {
	r := contrast(x.Scorers[0], SentIn(x))
	if r < 0 {
		return ""
	}
	var worse []string
	since, calm := "", ""
	for _, e := range found.Epochs {
		switch v := e.Verdicts[0][r]; v.Word {
		case metric.Worse:
			worse = append(worse, fmt.Sprintf("%v (%+.4f)", e.Epoch, e.Scorers[0].Report.Columns[r].Difference[metric.AUCROC].Value))
			calm = ""
		case metric.Equivalent:
			if calm == "" {
				calm = e.Epoch.String()
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
	return fmt.Sprintf("Over %d epochs the score under %s was shown to be worse than under %s %s%s.", len(found.Epochs),
		x.Border.Regimes[r].Name, x.Border.Regimes[0].Name, when, since)
}
