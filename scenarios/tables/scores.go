package tables

import (
	"fmt"
	"strings"

	"overshare/results"
	"overshare/scenarios/study"
	"overshare/sim/record"
)

// Scores is scores.csv: every bill with an outcome and what each score said of it, so that every number of
// detection can be computed again elsewhere. The result must have been found with [study.Options.Training].
func Scores(x *study.Result, s *study.Sample) Large {
	columns := []results.Column{
		{Name: "person", Type: results.Integer, Meaning: "number of the synthetic person; bills of one person are alike", Required: true},
		{Name: "day", Type: results.Date, Meaning: "day on which the bill was opened and the score asked for", Required: true},
		{Name: "role", Type: results.String, Meaning: "train = learnt from, calibrate = the later training bills, test = judged on", Required: true},
		{Name: "bounced", Type: results.Boolean, Meaning: "the first charge failed", Required: true},
		{Name: "cause", Type: results.String, Meaning: "why, of test bills that bounced"},
	}
	var scores []study.Score
	for _, m := range x.Scorers {
		for _, score := range m.Scores {
			columns = append(columns, results.Column{Name: scoreColumn(columns, score.Regime, score.Scorer), Type: results.Number, Required: true,
				Meaning: fmt.Sprintf("P(bounce) by the %s under the regime %s", score.Scorer, score.Regime)})
			scores = append(scores, score)
		}
	}
	return Large{results.Schema{Name: "scores", Title: "Every bill with an outcome, and what each score said of it", Columns: columns},
		func(w results.Writer) error {
			if err := trainRows(w, x, s, scores); err != nil {
				return err
			}
			return testRows(w, x, s, scores)
		}}
}

// scoreColumn names the column of a score: p_<regime>_<scorer>, with _ for what no column name has.
func scoreColumn(taken []results.Column, regime, scorer string) string {
	plain := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return '_'
	}, strings.ToLower(regime+"_"+scorer))
	name := "p_" + plain
	schema := results.Schema{Columns: taken}
	for n := 2; schema.Index(name) >= 0; n++ {
		name = fmt.Sprintf("p_%s_%d", plain, n)
	}
	return name
}

func trainRows(w results.Writer, x *study.Result, s *study.Sample, scores []study.Score) error {
	from, at := x.Evaluation.CalibrateFrom(x.World.People.Platform.Launch), 0
	for _, r := range s.Train {
		for i, state := range r.State {
			row := at
			at++
			if state == study.StatePending {
				continue
			}
			day, role := record.Day(r.Day[i])+1, "train"
			if day >= from {
				role = "calibrate"
			}
			billRow(w, r.Person[i], day, role, state == study.StateBad, "")
			for _, score := range scores {
				w.Num(float64(score.Train[row]))
			}
			if err := w.EndRow(); err != nil {
				return err
			}
		}
	}
	return nil
}

func testRows(w results.Writer, x *study.Result, s *study.Sample, scores []study.Score) error {
	at := 0
	for _, r := range s.Test {
		for i, state := range r.State {
			if state == study.StatePending {
				continue
			}
			cause := ""
			if state == study.StateBad {
				cause = record.CauseNames[r.Bills[i].Cause]
			}
			billRow(w, r.Person[i], record.Day(r.Day[i])+1, "test", state == study.StateBad, cause)
			for _, score := range scores {
				w.Num(float64(score.P[at]))
			}
			at++
			if err := w.EndRow(); err != nil {
				return err
			}
		}
	}
	return nil
}

func billRow(w results.Writer, person uint32, day record.Day, role string, bad bool, cause string) {
	w.Int(int64(person))
	w.Date(int32(day))
	w.Text(role)
	w.Bool(bad)
	if cause == "" {
		w.Empty()
	} else {
		w.Text(cause)
	}
}
