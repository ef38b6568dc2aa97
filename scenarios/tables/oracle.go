package tables

import (
	"fmt"

	"overshare/results"
	"overshare/scenarios/study/oracle"
)

// Oracle puts how much of what could be foreseen each score foresaw into a table and a sentence.
func Oracle(x *oracle.Result) Finding {
	t := oracleTable()
	f := Finding{Tables: []*results.Table{t}}
	for _, s := range x.Scores {
		cells := append([]results.Cell{results.Str(s.Regime), results.Str(s.Scorer)}, span(s.Own)...)
		cells = append(append(cells, span(s.Top)...), span(s.Share)...)
		t.Append(append(cells, results.Int(x.Futures), results.Int(x.Bills), results.Int(x.Bad), warnings(s.Share, s.Warnings))...)
	}
	if len(x.Scores) > 0 && x.Scores[0].Share.OK {
		f.Sentence = fmt.Sprintf("Of what could be foreseen at all, the score under %s foresaw %.0f %% (on %s bills lived through again).",
			x.Scores[0].Regime, 100*x.Scores[0].Share.Value, results.Thousands(int64(x.Bills)))
	} else {
		f.warn("oracle: no ceiling: the sampled bills are too few; raise evaluation.oracle_bills or the number of people")
	}
	return f
}

func oracleTable() *results.Table {
	return results.NewTable(results.Schema{
		Name: "oracle", Title: "How much of what could be foreseen each score foresaw", Key: []string{"regime", "scorer"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "auc", Type: results.Number, Meaning: "AUC of the score on the sampled bills"}, lowColumn, highColumn,
			{Name: "oracle_auc", Type: results.Number, Meaning: "AUC of the share of futures in which a bill bounces, on the same bills: the ceiling, a little understated"},
			{Name: "oracle_auc_low", Type: results.Number, Meaning: "lower end of its interval"},
			{Name: "oracle_auc_high", Type: results.Number, Meaning: "upper end of its interval"},
			{Name: "share_of_ceiling", Type: results.Number, Meaning: "(auc - 0.5) / (oracle_auc - 0.5): how far from a coin to the ceiling"},
			{Name: "share_of_ceiling_low", Type: results.Number, Meaning: "lower end of its interval"},
			{Name: "share_of_ceiling_high", Type: results.Number, Meaning: "upper end of its interval"},
			{Name: "futures", Type: results.Integer, Unit: "futures per bill", Meaning: "how often each bill's future was lived through", Required: true},
			{Name: "bills", Type: results.Integer, Unit: "bills", Meaning: "sampled test bills", Required: true},
			{Name: "bad", Type: results.Integer, Unit: "bills", Meaning: "of them bounced", Required: true}, results.Warnings()},
	})
}
