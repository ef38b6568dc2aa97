package evaluate

import (
	"strings"

	"overshare/results"
	"overshare/scoring/metric"
	"overshare/scoring/scorecard"
)

func column(name string, t results.Type, required bool, meaning string) results.Column {
	return results.Column{Name: name, Type: t, Meaning: meaning, Required: required}
}

var regimeColumns = []results.Column{
	column("regime", results.String, true, "whose rows the score was learnt from: everyone, or in-scope"),
	column("scorer", results.String, true, "kind of model"),
}

// groupMetrics are the measures of a group that need no threshold.
var groupMetrics = []metric.Metric{metric.AUCROC, metric.BrierScore, metric.CalibrationIntercept}

// groupsTable measures every group of test rows by itself. False positives and recall are at the one threshold
// that flags 5 % of all good test rows, rows with the score of the threshold in part, for that is what a group meets.
func (r *run) groupsTable() (*results.Table, error) {
	t := results.NewTable(results.Schema{
		Name: "groups", Title: "Detection and errors by group", Key: []string{"regime", "scorer", "group", "metric"},
		Columns: append(append([]results.Column{}, regimeColumns...),
			column("group", results.String, true, "value of the group column"),
			column("metric", results.String, true, "measure; fpr_at_5pct and recall_at_5pct are at the threshold that flags 5 % of all good test rows, rows with its score in part; their intervals take people as the unit, or rows where no column tells people apart"),
			column("value", results.Number, false, "the measure among the group's test rows; empty where it is undefined"),
			column("ci_low", results.Number, false, "lower end of the interval of level 1 - alpha"),
			column("ci_high", results.Number, false, "upper end of the interval"),
			column("difference", results.Number, false, "to the regime everyone in the same group; empty for the regime itself and for rates"),
			column("difference_low", results.Number, false, "lower end of its interval"),
			column("difference_high", results.Number, false, "upper end of its interval"),
			results.Column{Name: "bills", Type: results.Integer, Unit: "rows", Meaning: "test rows of the group", Required: true},
			results.Column{Name: "bad", Type: results.Integer, Unit: "rows", Meaning: "of them bad", Required: true},
			results.Warnings()),
	})
	for g, name := range r.split.groups {
		rows := r.rowsOf(uint16(g))
		if len(rows) == 0 {
			continue
		}
		for c := range r.contests {
			if err := r.addGroup(t, name, rows, c); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// rowsOf returns the test rows of a group.
func (r *run) rowsOf(g uint16) (rows []int) {
	for k, i := range r.data.row {
		if r.split.group[i] == g {
			rows = append(rows, k)
		}
	}
	return rows
}

func (r *run) addGroup(t *results.Table, name string, rows []int, c int) error {
	contest := r.contests[c]
	o := pick(r.truth, rows)
	var scores [][]float32
	for _, s := range contest.Scores {
		scores = append(scores, choose(s.P, rows))
	}
	rep, err := metric.Evaluate(scores, o, metric.Options{Seed: r.Seed, Alpha: r.Alpha, Workers: r.Workers})
	if err != nil {
		return err
	}
	for k, s := range contest.Scores {
		line := func(m string, e, d metric.Estimate, note string) {
			low, high := results.NumIf(e.Low, e.HasInterval), results.NumIf(e.High, e.HasInterval)
			d.OK, d.HasInterval = d.OK && k > 0, d.HasInterval && k > 0
			t.Append(results.Str(s.Regime), results.Str(contest.Scorer), results.Str(name), results.Str(m), results.NumIf(e.Value, e.OK), low, high,
				results.NumIf(d.Value, d.OK), results.NumIf(d.Low, d.HasInterval), results.NumIf(d.High, d.HasInterval),
				results.Int(rep.Rows), results.Int(rep.Bad), results.Str(note))
		}
		for _, m := range groupMetrics {
			e := rep.Columns[k].Metric[m]
			line(m.String(), e, rep.Columns[k].Difference[m], e.Warning)
		}
		at, ok := metric.CutAtFPR(s.P, r.truth, 0.05)
		for _, bad := range []bool{false, true} {
			e := flagged(choose(s.P, rows), o, bad, at, r.Alpha)
			e.OK, e.HasInterval = e.OK && ok, e.HasInterval && ok
			line(map[bool]string{false: "fpr_at_5pct", true: "recall_at_5pct"}[bad], e, metric.Estimate{}, r.rateDoubt(o, bad, e.Warning))
		}
	}
	return nil
}

// flagged returns the share of the rows of one outcome that a cut flags, by weight. Its interval takes people as the unit, or
// rows where people are not known.
func flagged(p []float32, o metric.Outcomes, bad bool, at metric.Cut, alpha float64) metric.Estimate {
	var rows []int
	var flags []float64
	for i, b := range o.Bad {
		if b == bad {
			rows, flags = append(rows, i), append(flags, at.Flags(p[i]))
		}
	}
	of := pick(o, rows)
	e := metric.MeanFlag(flags, of.Cluster, of.Weight, alpha)
	e.Warning = at.Doubt(choose(p, rows))
	return e
}

// rateDoubt says why a rate may be doubtful, besides what is known of it.
func (r *run) rateDoubt(o metric.Outcomes, bad bool, known string) string {
	n, notes := 0, []string{}
	for _, b := range o.Bad {
		if b == bad {
			n++
		}
	}
	if n < 100 {
		notes = append(notes, "only "+results.Thousands(int64(n))+" "+map[bool]string{false: "good", true: "bad"}[bad]+" rows")
	}
	if known != "" {
		notes = append(notes, known)
	}
	if o.Cluster == nil {
		notes = append(notes, "rows count as independent")
	}
	return strings.Join(notes, "; ")
}

// pick returns the outcomes of some rows.
func pick(o metric.Outcomes, rows []int) metric.Outcomes {
	return metric.Outcomes{Bad: choose(o.Bad, rows), Cluster: choose(o.Cluster, rows), Weight: choose(o.Weight, rows)}
}

// choose returns some elements of a slice; nil stays nil.
func choose[T any](all []T, at []int) []T {
	if all == nil {
		return nil
	}
	out := make([]T, len(at))
	for k, i := range at {
		out[k] = all[i]
	}
	return out
}

var candidateColumn = column("candidate", results.String, true, "what it is learnt from: in-scope = the rows in scope alone; pooled = everyone's rows as if all were in scope; pooled-with-scope = everyone's, with the scope as a feature")

// candidatesTable says what the scores are combined of.
func (r *run) candidatesTable() *results.Table {
	t := results.NewTable(results.Schema{
		Name: "candidates", Title: "What the score of everyone is combined of", Key: []string{"scorer", "candidate"},
		Columns: []results.Column{regimeColumns[1], candidateColumn,
			{Name: "rows", Type: results.Integer, Unit: "rows", Meaning: "training rows", Required: true},
			{Name: "bad", Type: results.Integer, Unit: "rows", Meaning: "of them bad", Required: true},
			column("weight", results.Number, true, "of its log-odds in the score of everyone, before calibration, from the rows held back; 0 if it has nothing to add. In-scope has its one candidate alone")},
	})
	for _, l := range r.learnt {
		t.Append(results.Str(l.scorer), results.Str(l.Name), results.Int(l.Rows), results.Int(l.Bad), results.Num(l.weight))
	}
	return t
}

// cardTable prints the scorecards, bin by bin.
func (r *run) cardTable() *results.Table {
	t := results.NewTable(results.Schema{
		Name: "scorecard", Title: "The scorecards, bin by bin", Key: []string{"regime", "candidate", "feature", "bin"},
		Columns: []results.Column{regimeColumns[0], candidateColumn,
			column("feature", results.String, false, "column of the file; empty on the base line"),
			column("bin", results.String, true, "values that it holds; base = points of a row whose every bin is average"),
			{Name: "rows", Type: results.Integer, Unit: "rows", Meaning: "training rows in the bin", Required: true},
			{Name: "bad", Type: results.Integer, Unit: "rows", Meaning: "of them bad", Required: true},
			column("bad_rate", results.Number, false, "weight of the bad rows over weight of the rows; empty where the bin has none"),
			column("woe", results.Number, false, "weight of evidence, positive where the risk is above average"),
			column("iv", results.Number, false, "the bin's part of the feature's information value"),
			column("coefficient", results.Number, false, "of the feature; 0 if it is left out"),
			column("log_odds", results.Number, true, "what the bin adds to the log-odds of a bad outcome, before calibration"),
			{Name: "points", Type: results.Integer, Unit: "points", Meaning: "what the bin adds to the points; higher is safer", Required: true},
			column("left_out", results.String, false, "why the feature is left out, if it is")},
	})
	for _, regime := range []string{everyone, inScope} {
		for _, s := range r.learnt {
			if s.Card == nil || regime == inScope && s.Name != ofScope {
				continue
			}
			for _, l := range r.cardLines(s.Card) {
				woe, iv, coefficient := results.Num(l.WoE), results.Num(l.IV), results.Num(l.Coefficient)
				if l.Feature == "" {
					woe, iv, coefficient = results.None, results.None, results.None
				}
				t.Append(results.Str(regime), results.Str(s.Name), results.Str(l.Feature), results.Str(l.Bin), results.Int(l.Rows), results.Int(l.Bads),
					results.NumIf(l.BadRate, l.HasRate), woe, iv, coefficient, results.Num(l.LogOdds), results.Int(l.Points), results.Str(l.Left))
			}
		}
	}
	return t
}

// cardLines are the lines of a card, with bins that say which values of the file they hold.
func (r *run) cardLines(card *scorecard.Card) []scorecard.Line {
	lines := card.Table()
	k := 1
	for j, f := range card.Features {
		for _, b := range f.Bins {
			if j > 0 { // the first is the scope
				lines[k].Bin = r.coders[j-1].span(b.Low, b.High)
			}
			k++
		}
	}
	return lines
}

// scoresSchema describes the table of scores.
func (r *run) scoresSchema() results.Schema {
	s := results.Schema{Name: "scores", Title: "Probabilities of the test rows", Key: []string{"row"}, Columns: []results.Column{
		{Name: "row", Type: results.Integer, Meaning: "row of the file; the first after the header is 1", Required: true},
		{Name: "bad", Type: results.Boolean, Meaning: "the label", Required: true}}}
	for _, c := range r.contests {
		for _, x := range c.Scores {
			name := "p_" + strings.ReplaceAll(x.Regime, "-", "_") + "_" + c.Scorer
			s.Columns = append(s.Columns, column(name, results.Number, true, "probability of a bad outcome; "+c.Scorer+" learnt from "+x.Regime))
		}
	}
	return s
}

// WriteScores writes what every test row was given to the writer that open returns, and closes it.
func (o *Outcome) WriteScores(open func(results.Schema) (results.Writer, error)) error {
	r := o.run
	w, err := open(r.scoresSchema())
	if err != nil {
		return err
	}
	for k, i := range r.data.row {
		w.Int(int64(i) + 1)
		w.Bool(r.truth.Bad[k])
		for _, c := range r.contests {
			for _, x := range c.Scores {
				w.Num(float64(x.P[k]))
			}
		}
		if err := w.EndRow(); err != nil {
			break // Close returns it again
		}
	}
	return w.Close()
}
