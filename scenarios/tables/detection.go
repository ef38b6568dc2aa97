package tables

import (
	"fmt"

	"overshare/results"
	"overshare/scenarios/study"
	"overshare/scoring/metric"
	"overshare/sim/record"
)

// columns that several tables share.
var (
	regimeColumn  = results.Column{Name: "regime", Type: results.String, Meaning: "sharing regime under which the processor learnt and scored", Required: true}
	scorerColumn  = results.Column{Name: "scorer", Type: results.String, Meaning: "kind of model", Required: true}
	metricColumn  = results.Column{Name: "metric", Type: results.String, Meaning: "measure of detection; see METHOD.md", Required: true}
	lowColumn     = results.Column{Name: "ci_low", Type: results.Number, Meaning: "lower end of the interval of level 1 - alpha"}
	highColumn    = results.Column{Name: "ci_high", Type: results.Number, Meaning: "upper end of the interval"}
	methodColumn  = results.Column{Name: "interval_method", Type: results.String, Meaning: "how the interval was made; all treat the person as the unit sampled"}
	billsColumn   = results.Column{Name: "bills", Type: results.Integer, Unit: "bills", Meaning: "test bills behind the number", Required: true}
	badColumn     = results.Column{Name: "bad", Type: results.Integer, Unit: "bills", Meaning: "of them bounced", Required: true}
	peopleColumn  = results.Column{Name: "people", Type: results.Integer, Unit: "people", Meaning: "distinct people", Required: true}
	recordsColumn = results.Column{Name: "records", Type: results.Integer, Unit: "records", Meaning: "records sent; one is one person on one day", Required: true}
)

// Columns of counts of a smaller country, beside the counts themselves.
var (
	countryPeopleColumn = results.Column{Name: "country_people", Type: results.Number, Unit: "people",
		Meaning: "people scaled to all people of the country ever seen; equal to people at full scale", Required: true}
	countryRecordsColumn = results.Column{Name: "country_records", Type: results.Number, Unit: "records",
		Meaning: "records scaled to the country in the same way", Required: true}
	peopleShareColumn = results.Column{Name: "people_share", Type: results.Number,
		Meaning: "people over all people simulated: the share of everybody ever seen", Required: true}
)

// country scales a count to the whole country.
func country(n int64, p *study.Plan) results.Cell { return results.Num(float64(n) * p.Country()) }

// ofSimulated says how many people were simulated where they are fewer than the country has, or nothing.
func ofSimulated(p *study.Plan) string {
	if p == nil || !p.Smaller() {
		return ""
	}
	return "of " + results.Count(p.Run.Users) + " simulated"
}

// ends returns the cells of an interval.
func ends(e metric.Estimate) (low, high results.Cell) {
	return results.NumIf(e.Low, e.HasInterval), results.NumIf(e.High, e.HasInterval)
}

func detectionTable(all []*study.Measured) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "detection", Title: "How well each regime's score detects bills that bounce", Key: []string{"regime", "scorer", "metric"},
		Columns: []results.Column{regimeColumn, scorerColumn, metricColumn,
			{Name: "value", Type: results.Number, Meaning: "the measure; empty where it is undefined"},
			lowColumn, highColumn, methodColumn, billsColumn, badColumn, results.Warnings()},
	})
	for _, m := range all {
		for r, c := range m.Report.Columns {
			for k, e := range c.Metric {
				low, high := ends(e)
				table.Append(results.Str(m.Scores[r].Regime), results.Str(m.Scorer), results.Str(metric.Metric(k).String()),
					results.NumIf(e.Value, e.OK), low, high, results.Str(e.Method),
					results.Int(m.Report.Rows), results.Int(m.Report.Bad), warnings(e, m.Scores[r].Warnings))
			}
			causeRows(table, m, r)
		}
	}
	return table
}

func warnings(e metric.Estimate, more []string) results.Cell {
	list := append([]string{}, more...)
	if e.Warning != "" {
		list = append(list, e.Warning)
	}
	return results.Strs(list...)
}

// causeRows adds, for every cause, the share of its bounced bills found at a false-positive rate of 5 %.
func causeRows(table *results.Table, m *study.Measured, r int) {
	if m.Causes == nil {
		return // rows of a table of somebody's own: their causes are not known
	}
	for _, c := range m.Causes[r] {
		var notes []string
		switch {
		case c.Bad == 0:
			notes = append(notes, "no bounced bill of this cause")
		case c.Bad < 100:
			notes = append(notes, fmt.Sprintf("only %d bounced bills of this cause", c.Bad))
		}
		low, high := ends(c.Recall)
		table.Append(results.Str(m.Scores[r].Regime), results.Str(m.Scorer), results.Str("recall_fpr5_"+record.CauseNames[c.Cause]),
			results.NumIf(c.Recall.Value, c.Recall.OK), low, high, results.Str("wilson by person"), results.Int(m.Report.Rows), results.Int(c.Bad), warnings(c.Recall, notes))
	}
}

// comparisonTable sets every regime against the first, metric by metric, with the verdicts of j.
func comparisonTable(all []*study.Measured, j *study.Judgement) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "comparison", Title: "Paired differences between regimes on the same bills", Key: []string{"regime", "reference", "scorer", "metric"},
		Columns: []results.Column{regimeColumn,
			{Name: "reference", Type: results.String, Meaning: "regime it is compared with", Required: true}, scorerColumn, metricColumn,
			{Name: "difference", Type: results.Number, Meaning: "regime minus reference; empty where undefined"}, lowColumn, highColumn,
			{Name: "p_value", Type: results.Number, Meaning: "two-sided test of no difference, not adjusted; 1e-6 stands for anything smaller"},
			{Name: "margin", Type: results.Number, Meaning: "differences inside plus or minus this count as equivalent; empty where none is stated"},
			{Name: "verdict", Type: results.String, Meaning: "equivalent, better, worse, not shown or undefined at the margin, adjusted by Holm over all verdicts of the table"},
			{Name: "verdict_low", Type: results.Number, Meaning: "lower end of the interval of level 1 - 2 alpha: it lies inside the margin where two one-sided tests, not adjusted, show equivalence"},
			{Name: "verdict_high", Type: results.Number, Meaning: "its upper end"},
			{Name: "p_adjusted", Type: results.Number, Meaning: "p_value adjusted"},
			{Name: "p_equivalent", Type: results.Number, Meaning: "adjusted p-value of the two one-sided tests of equivalence; 1e-6 stands for anything smaller"},
			{Name: "detectable", Type: results.Number, Meaning: "smallest true difference that would have been found with 80 % power"},
			{Name: "provable_margin", Type: results.Number, Meaning: "smallest margin at which equivalence would have been shown with 80 % power if there were no difference"},
			results.Warnings()},
	})
	for _, m := range all {
		for r := 1; r < len(m.Scores); r++ {
			line := func(measure string, d metric.Estimate) {
				low, high := ends(d)
				test := d.Test(0)
				seen, hasSeen := metric.Detectable(d, j.Alpha, 0.8)
				provable, hasProvable := metric.ProvableMargin(d, j.Alpha, 0.8)
				cells, notes := verdictCells(j, m.Scorer, measure, r)
				cells = append([]results.Cell{results.Str(m.Scores[r].Regime), results.Str(m.Scores[0].Regime), results.Str(m.Scorer), results.Str(measure),
					results.NumIf(d.Value, d.OK), low, high, leastP(test.P, test.OK)}, cells...)
				table.Append(append(cells, results.NumIf(seen, hasSeen), results.NumIf(provable, hasProvable), warnings(d, notes))...)
			}
			for k, d := range m.Report.Columns[r].Difference {
				line(metric.Metric(k).String(), d)
			}
			if _, c, ok := j.Of(m.Scorer, study.NetBenefit, r); ok {
				line(study.NetBenefit, c.Difference)
			}
		}
	}
	return table
}

// power says of a verdict "not shown" whether more people could have settled it. Standard errors fall with
// the square root of their number.
func power(v metric.Verdict, provable float64, ok bool, margin float64) []string {
	if v.Word != metric.NotShown || !ok || provable <= margin {
		return nil
	}
	times := provable / margin
	return []string{fmt.Sprintf("too few bounced bills to show equivalence at this margin: about %.2g times as many people would be needed", float64(times*times))}
}

func rocTable(all []*study.Measured) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "roc", Title: "ROC curves, thinned", Key: []string{"regime", "scorer", "threshold"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "threshold", Type: results.Number, Meaning: "bills with at least this probability are flagged; empty on the first point, which flags none"},
			{Name: "fpr", Type: results.Number, Meaning: "share of paid bills flagged", Required: true},
			{Name: "tpr", Type: results.Number, Meaning: "share of bounced bills flagged", Required: true}},
	})
	for _, m := range all {
		for r, c := range m.Report.Columns {
			for i, pt := range c.ROC {
				table.Append(results.Str(m.Scores[r].Regime), results.Str(m.Scorer),
					results.NumIf(float64(pt.Threshold), i > 0), results.Num(pt.FPR), results.Num(pt.TPR))
			}
		}
	}
	return table
}

func calibrationTable(all []*study.Measured) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "calibration", Title: "Predicted against observed bounce rates, by tenths of the bills", Key: []string{"regime", "scorer", "bin"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "bin", Type: results.Integer, Meaning: "tenth of the bills, safest first", Required: true}, billsColumn,
			{Name: "predicted", Type: results.Number, Meaning: "mean probability", Required: true},
			{Name: "observed", Type: results.Number, Meaning: "share that bounced"}, lowColumn, highColumn, results.Warnings()},
	})
	for _, m := range all {
		for r, c := range m.Report.Columns {
			for i, b := range c.Calibration {
				low, high := ends(b.Observed)
				table.Append(results.Str(m.Scores[r].Regime), results.Str(m.Scorer), results.Int(i+1), results.Int(b.Rows),
					results.Num(b.MeanPredicted), results.NumIf(b.Observed.Value, b.Observed.OK), low, high, warnings(b.Observed, nil))
			}
		}
	}
	return table
}

// netBenefitCell returns the net benefit under a regime.
func netBenefitCell(m *study.Money, scorer string, place int) results.Cell {
	if !m.Known {
		return results.None
	}
	return estimate(m.Net(m.Find(scorer, place)))
}
