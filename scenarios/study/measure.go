package study

import (
	"fmt"

	"overshare/results"
	"overshare/scoring/metric"
	"overshare/sim/record"
	"overshare/sim/sharing"
)

// A Score is what one scorer under one regime said of every test bill, and what it had learnt from.
type Score struct {
	P []float32 // P(bounce) by test bill
	*Knowledge
}

// Truth is what happened to the test bills.
type Truth struct {
	metric.Outcomes
	Bills []BillRow
	Open  int64 // bills asked for that were not settled when the window ended
}

// truth gathers the outcomes of the test bills, in the order of the shards.
func (s *Sample) truth() *Truth {
	t := &Truth{}
	for _, r := range s.Test {
		for i, state := range r.State {
			if state == statePending {
				t.Open++
				continue
			}
			t.Bad = append(t.Bad, state == stateBad)
			t.Cluster = append(t.Cluster, r.Person[i])
			t.Bills = append(t.Bills, r.Bills[i])
		}
	}
	return t
}

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

// measured is one scorer's report over all regimes.
type measured struct {
	scorer string
	scores []Score
	report metric.Report
}

// measure evaluates the scores of one scorer, first regime as reference.
func (p *Plan) measure(scorer string, scores []Score, t *Truth, workers int) (*measured, error) {
	return measure(scorer, scores, t, metric.Options{Seed: p.Run.Seed, Alpha: p.Evaluation.Alpha, Workers: workers})
}

func measure(scorer string, scores []Score, t *Truth, o metric.Options) (*measured, error) {
	columns := make([][]float32, len(scores))
	for i := range scores {
		columns[i] = scores[i].P
	}
	rep, err := metric.Evaluate(columns, t.Outcomes, o)
	if err != nil {
		return nil, err
	}
	return &measured{scorer, scores, rep}, nil
}

// ends returns the cells of an interval.
func ends(e metric.Estimate) (low, high results.Cell) {
	return results.NumIf(e.Low, e.HasInterval), results.NumIf(e.High, e.HasInterval)
}

func detectionTable(all []*measured, t *Truth, alpha float64) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "detection", Title: "How well each regime's score detects bills that bounce", Key: []string{"regime", "scorer", "metric"},
		Columns: []results.Column{regimeColumn, scorerColumn, metricColumn,
			{Name: "value", Type: results.Number, Meaning: "the measure; empty where it is undefined"},
			lowColumn, highColumn, methodColumn, billsColumn, badColumn, results.Warnings()},
	})
	for _, m := range all {
		for r, c := range m.report.Columns {
			for k, e := range c.Metric {
				low, high := ends(e)
				table.Append(results.Str(m.scores[r].Regime), results.Str(m.scorer), results.Str(metric.Metric(k).String()),
					results.NumIf(e.Value, e.OK), low, high, results.Str(e.Method),
					results.Int(m.report.Rows), results.Int(m.report.Bad), warnings(e, m.scores[r].Warnings))
			}
			m.recallByCause(table, r, t, alpha)
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

// recallByCause adds, for every cause, the share of its bounced bills found at a false-positive rate of 5 %.
func (m *measured) recallByCause(table *results.Table, r int, t *Truth, alpha float64) {
	if t.Bills == nil {
		return // rows of a table of somebody's own: their causes are not known
	}
	at, ok := metric.ThresholdAtFPR(m.scores[r].P, t.Outcomes, 0.05)
	var found, all [record.NumCauses]int
	for i, p := range m.scores[r].P {
		if t.Bad[i] {
			all[t.Bills[i].Cause]++
			if p >= at {
				found[t.Bills[i].Cause]++
			}
		}
	}
	for c := record.CauseBank; c < record.NumCauses; c++ {
		e := metric.Proportion(float64(found[c]), float64(all[c]), 1, alpha)
		e.OK = e.OK && ok
		e.HasInterval = e.HasInterval && ok
		note := "bills of one person count as independent"
		switch {
		case all[c] == 0:
			note = "no bounced bill of this cause"
		case all[c] < 100:
			note = fmt.Sprintf("only %d bounced bills of this cause", all[c])
		}
		low, high := ends(e)
		table.Append(results.Str(m.scores[r].Regime), results.Str(m.scorer), results.Str("recall_fpr5_"+record.CauseNames[c]),
			results.NumIf(e.Value, e.OK), low, high, results.Str("wilson"), results.Int(m.report.Rows), results.Int(all[c]), results.Str(note))
	}
}

// comparisonTable sets every regime against the first, metric by metric. Verdicts are given on the AUC,
// where a margin is stated; p-values are adjusted by Holm over the regimes and scorers compared.
func comparisonTable(all []*measured, e *Evaluation) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "comparison", Title: "Paired differences between regimes on the same bills", Key: []string{"regime", "reference", "scorer", "metric"},
		Columns: []results.Column{regimeColumn,
			{Name: "reference", Type: results.String, Meaning: "regime it is compared with", Required: true}, scorerColumn, metricColumn,
			{Name: "difference", Type: results.Number, Meaning: "regime minus reference; empty where undefined"}, lowColumn, highColumn,
			{Name: "p_value", Type: results.Number, Meaning: "two-sided test of no difference, not adjusted"},
			{Name: "margin", Type: results.Number, Meaning: "differences inside plus or minus this count as equivalent; stated for the AUC"},
			{Name: "verdict", Type: results.String, Meaning: "equivalent, better, worse or not shown at the margin, adjusted by Holm over all verdicts of the table"},
			{Name: "p_equivalent", Type: results.Number, Meaning: "adjusted p-value of the two one-sided tests of equivalence"},
			{Name: "detectable", Type: results.Number, Meaning: "smallest true difference that would have been found with 80 % power"},
			{Name: "provable_margin", Type: results.Number, Meaning: "smallest margin at which equivalence would have been shown with 80 % power if there were no difference"},
			results.Warnings()},
	})
	verdicts := judge(all, e)
	next := 0
	for _, m := range all {
		for r := 1; r < len(m.scores); r++ {
			for k, d := range m.report.Columns[r].Difference {
				low, high := ends(d)
				test := d.Test(0)
				seen, hasSeen := metric.Detectable(d, e.Alpha, 0.8)
				provable, hasProvable := metric.ProvableMargin(d, e.Alpha, 0.8)
				margin, verdict, pEqual := results.None, results.None, results.None
				var notes []string
				if metric.Metric(k) == metric.AUCROC {
					v := verdicts[next]
					next++
					margin, verdict, pEqual = results.Num(e.MarginAUC), results.Str(v.Word), results.NumIf(v.PEquivalent, v.OK)
					notes = power(v, provable, hasProvable, e.MarginAUC)
				}
				table.Append(results.Str(m.scores[r].Regime), results.Str(m.scores[0].Regime), results.Str(m.scorer),
					results.Str(metric.Metric(k).String()), results.NumIf(d.Value, d.OK), low, high,
					results.NumIf(test.P, test.OK), margin, verdict, pEqual, results.NumIf(seen, hasSeen), results.NumIf(provable, hasProvable), warnings(d, notes))
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

// judge returns the verdict on the AUC of every regime but the first, scorer by scorer.
func judge(all []*measured, e *Evaluation) []metric.Verdict {
	var family []metric.Comparison
	for _, m := range all {
		for r := 1; r < len(m.scores); r++ {
			family = append(family, metric.Comparison{Difference: m.report.Columns[r].Difference[metric.AUCROC],
				Margin: e.MarginAUC, Direction: metric.AUCROC.Direction()})
		}
	}
	return metric.JudgeFamily(family, e.Alpha)
}

func rocTable(all []*measured) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "roc", Title: "ROC curves, thinned", Key: []string{"regime", "scorer", "threshold"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "threshold", Type: results.Number, Meaning: "bills with at least this probability are flagged; empty on the first point, which flags none"},
			{Name: "fpr", Type: results.Number, Meaning: "share of paid bills flagged", Required: true},
			{Name: "tpr", Type: results.Number, Meaning: "share of bounced bills flagged", Required: true}},
	})
	for _, m := range all {
		for r, c := range m.report.Columns {
			for i, pt := range c.ROC {
				table.Append(results.Str(m.scores[r].Regime), results.Str(m.scorer),
					results.NumIf(float64(pt.Threshold), i > 0), results.Num(pt.FPR), results.Num(pt.TPR))
			}
		}
	}
	return table
}

func calibrationTable(all []*measured) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "calibration", Title: "Predicted against observed bounce rates, by tenths of the bills", Key: []string{"regime", "scorer", "bin"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "bin", Type: results.Integer, Meaning: "tenth of the bills, safest first", Required: true}, billsColumn,
			{Name: "predicted", Type: results.Number, Meaning: "mean probability", Required: true},
			{Name: "observed", Type: results.Number, Meaning: "share that bounced"}, lowColumn, highColumn, results.Warnings()},
	})
	for _, m := range all {
		for r, c := range m.report.Columns {
			for i, b := range c.Calibration {
				low, high := ends(b.Observed)
				table.Append(results.Str(m.scores[r].Regime), results.Str(m.scorer), results.Int(i+1), results.Int(b.Rows),
					results.Num(b.MeanPredicted), results.NumIf(b.Observed.Value, b.Observed.OK), low, high, warnings(b.Observed, nil))
			}
		}
	}
	return table
}

// frontierTable sets detection against exposure. A point is on the front when no other regime of the same
// scorer detects at least as well with at most as many people out of scope and records, and is better in
// one of them.
func frontierTable(p *Plan, all []*measured, c *sharing.Count, worth *money) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "frontier", Title: "Detection against exposure", Key: []string{"regime", "scorer"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "auc", Type: results.Number, Meaning: "area under the ROC curve"}, lowColumn, highColumn,
			{Name: "people_exposed", Type: results.Integer, Unit: "people", Meaning: "distinct people sent in the whole period", Required: true},
			recordsColumn,
			{Name: "out_of_scope_people", Type: results.Integer, Unit: "people", Meaning: "distinct people sent on a day on which they were out of scope", Required: true},
			{Name: "net_benefit_won", Type: results.Number, Unit: "won per bill", Meaning: "what deciding by the score brings over charging each purchase; interval and prices in economics.csv"},
			{Name: "on_front", Type: results.Boolean, Meaning: "no regime of the same scorer is at least as good in detection, people out of scope and records, and better in one"},
			results.Warnings()},
	})
	for _, m := range all {
		for r := range m.scores {
			e := m.report.Columns[r].Metric[metric.AUCROC]
			low, high := ends(e)
			front := results.None
			if e.OK {
				front = results.Bool(m.onFront(r, p.Border, c))
			}
			x := p.Border.Whole(c, r)
			table.Append(results.Str(m.scores[r].Regime), results.Str(m.scorer), results.NumIf(e.Value, e.OK), low, high,
				results.Int(x.All.People), results.Int(x.All.Records), results.Int(x.Out.People), worth.frontier(m.scorer, r), front, warnings(e, m.scores[r].Warnings))
		}
	}
	return table
}

func (m *measured) onFront(r int, b *sharing.Border, c *sharing.Count) bool {
	at := func(k int) (auc float64, x sharing.Exposure) {
		return m.report.Columns[k].Metric[metric.AUCROC].Value, b.Whole(c, k)
	}
	auc, x := at(r)
	for k := range m.scores {
		a, y := at(k)
		atLeast := a >= auc && y.Out.People <= x.Out.People && y.All.Records <= x.All.Records
		better := a > auc || y.Out.People < x.Out.People || y.All.Records < x.All.Records
		if k != r && atLeast && better {
			return false
		}
	}
	return true
}
