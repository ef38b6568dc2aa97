package tables

import (
	"overshare/results"
	"overshare/scenarios/study"
)

// stalenessTable follows the AUC of every regime week by week after the last daily send, on the bills asked
// for in that week. Week 0 are the bills of the test window that are still scored from a record of the night
// before; week 1 are those of days 1 to 7 without a newer one.
func stalenessTable(x *study.Result) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "staleness", Title: "The score week by week after the last send", Key: []string{"regime", "scorer", "week"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "week", Type: results.Integer, Unit: "weeks", Meaning: "the newest record that could be held is 7·week−6 to 7·week days older than last night's; 0 = it is last night's", Required: true},
			{Name: "auc", Type: results.Number, Meaning: "area under the ROC curve on the bills asked for in that week; empty where undefined"},
			lowColumn, highColumn, methodColumn,
			{Name: "difference", Type: results.Number, Meaning: "AUC minus that of the first regime on the same bills"},
			{Name: "difference_low", Type: results.Number, Meaning: "lower end of its interval"},
			{Name: "difference_high", Type: results.Number, Meaning: "upper end"},
			billsColumn, badColumn, results.Warnings()},
	})
	for n, weeks := range x.Staleness {
		m := x.Scorers[n]
		for _, w := range weeks {
			for r, e := range w.AUC {
				low, high := ends(e)
				d, dLow, dHigh := results.None, results.None, results.None
				if r > 0 && w.Difference[r].OK {
					d = results.Num(w.Difference[r].Value)
					dLow, dHigh = ends(w.Difference[r])
				}
				table.Append(results.Str(m.Scores[r].Regime), results.Str(m.Scorer), results.Int(w.Week), results.NumIf(e.Value, e.OK),
					low, high, results.Str(e.Method), d, dLow, dHigh, results.Int(w.Bills), results.Int(w.Bad), warnings(e, nil))
			}
		}
	}
	return table
}
