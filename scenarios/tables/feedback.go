package tables

import (
	"overshare/results"
	"overshare/scenarios/study"
	"overshare/scoring/metric"
)

// feedbackTable tells what it changes that the score decides which outcomes are learnt from.
func feedbackTable(x *study.Result) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "feedback", Title: "When the score decides what is learnt from", Key: []string{"regime", "scorer"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "threshold", Type: results.Number, Meaning: "probability from which on the earlier score has purchases charged one by one"},
			{Name: "later_bills", Type: results.Integer, Unit: "bills", Meaning: "training bills opened after the earlier score took over", Required: true},
			{Name: "unbilled", Type: results.Integer, Unit: "bills", Meaning: "of them charged item by item: their outcome is never known", Required: true},
			{Name: "unbilled_bad", Type: results.Integer, Unit: "bills", Meaning: "of these, those that would have bounced", Required: true},
			{Name: "auc_all_outcomes", Type: results.Number, Meaning: "AUC when every outcome is known"},
			{Name: "auc", Type: results.Number, Meaning: "AUC when the earlier score selects"},
			{Name: "auc_difference", Type: results.Number, Meaning: "the second less the first, paired"}, lowColumn, highColumn,
			results.Warnings()},
	})
	for _, m := range x.Scorers {
		for r, s := range m.Scores {
			f := s.Feedback
			if f == nil {
				continue
			}
			e := f.Effect(s.P, x.Truth, x.Evaluation.Alpha)
			low, high := ends(e)
			note := results.None
			if !f.Selects {
				note = results.Str("no earlier score or no threshold: nothing is selected")
			}
			all, _ := metric.AUC(f.P, x.Truth.Outcomes)
			table.Append(results.Str(s.Regime), results.Str(m.Scorer), results.Num(f.Threshold), results.Int(f.Later), results.Int(f.Unbilled), results.Int(f.UnbilledBad),
				results.NumIf(all, e.OK), estimate(m.Report.Columns[r].Metric[metric.AUCROC]), estimate(e), low, high, note)
		}
	}
	return table
}
