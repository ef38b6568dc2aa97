package tables

import (
	"fmt"

	"overshare/results"
	"overshare/scenarios/study/replicates"
	"overshare/scoring/metric"
)

// Replicates puts what varies between countries into a table, and a sentence on the difference in AUC between
// the first two regimes of the first scorer.
func Replicates(x *replicates.Result, alpha float64) Finding {
	f := Finding{Tables: []*results.Table{replicateTable(x)}}
	for _, l := range x.Lines {
		if l.Metric != metric.AUCROC.String() || !l.Difference {
			continue
		}
		if l.Mean.HasInterval {
			f.Sentence = fmt.Sprintf("Over %d countries with luck of their own the difference in AUC of %s from %s was %s on average and varied from country to country by %.4f (standard deviation).",
				l.Countries, l.Regime, x.Lines[0].Regime, signed(l.Mean, alpha), l.Between)
		}
		break
	}
	return f
}

// replicateTable writes replicates.csv.
func replicateTable(x *replicates.Result) *results.Table {
	t := results.NewTable(results.Schema{Name: "replicates", Title: "What varies between countries with luck of their own", Key: []string{"regime", "scorer", "metric", "kind"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "metric", Type: results.String, Meaning: "measure of detection, or net_benefit_won or bundle_all_won of economics.csv; nothing is learnt in the last", Required: true},
			{Name: "kind", Type: results.String, Meaning: "value, or difference to the first regime in the same country", Required: true},
			{Name: "replicates", Type: results.Integer, Unit: "countries", Meaning: "countries in which it is defined", Required: true},
			{Name: "mean", Type: results.Number, Meaning: "mean over these"},
			{Name: "ci_low", Type: results.Number, Meaning: "lower end of the t interval of the mean, from the spread between countries"},
			{Name: "ci_high", Type: results.Number, Meaning: "upper end of it"},
			{Name: "sd_between", Type: results.Number, Meaning: "standard deviation between countries: all luck, of training as well"},
			{Name: "se_within", Type: results.Number, Meaning: "root mean square of the standard errors within countries, the model taken as given"},
			{Name: "ratio", Type: results.Number, Meaning: "sd_between over se_within: about 1 where nothing is learnt; above, model and threshold have luck of their own, and intervals within one country are too narrow for what another country would show"},
			results.Warnings()}})
	for _, l := range x.Lines {
		kind := "value"
		if l.Difference {
			kind = "difference"
		}
		cells := append([]results.Cell{results.Str(l.Regime), results.Str(l.Scorer), results.Str(l.Metric), results.Str(kind), results.Int(l.Countries)}, span(l.Mean)...)
		t.Append(append(cells, results.NumIf(l.Between, l.HasBetween), results.NumIf(l.Within, l.HasWithin),
			results.NumIf(l.Between/l.Within, l.HasBetween && l.HasWithin && l.Within > 0), replicateDoubts(x, &l))...)
	}
	return t
}

func replicateDoubts(x *replicates.Result, l *replicates.Line) results.Cell {
	var notes []string
	if l.Countries < x.Countries {
		notes = append(notes, fmt.Sprintf("undefined in %d of %d countries, which are left out", x.Countries-l.Countries, x.Countries))
	}
	if l.Countries > 1 && l.Countries < 5 {
		notes = append(notes, fmt.Sprintf("only %d countries: the spread between them is hardly known", l.Countries))
	}
	return results.Strs(notes...)
}
