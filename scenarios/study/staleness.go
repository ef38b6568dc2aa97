package study

import (
	"overshare/results"
	"overshare/scoring/metric"
	"overshare/sim/record"
)

// stale reports whether some test bills are scored after the last daily send.
func (p *Plan) stale() bool { return p.Evaluation.TestEnd()-1 > p.Border.DailyTo }

// stalenessTable follows the AUC of every regime week by week after the last daily send, on the bills asked
// for in that week. Week 0 are the bills of the test window that are still scored from a record of the night
// before; week 1 are those of days 1 to 7 without a newer one.
func (p *Plan) stalenessTable(all []*measured, s *Sample, t *Truth) *results.Table {
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
	weeks := p.weeks(s)
	for _, m := range all {
		for week := range p.lastWeek() + 1 {
			scores, truth := m.within(weeks, week, t)
			auc, difference := metric.AUCs(scores, truth, p.Evaluation.Alpha)
			bad := 0
			for _, b := range truth.Bad {
				if b {
					bad++
				}
			}
			for r, e := range auc {
				low, high := ends(e)
				d, dLow, dHigh := results.None, results.None, results.None
				if r > 0 && difference[r].OK {
					d = results.Num(difference[r].Value)
					dLow, dHigh = ends(difference[r])
				}
				table.Append(results.Str(m.scores[r].Regime), results.Str(m.scorer), results.Int(week), results.NumIf(e.Value, e.OK),
					low, high, results.Str(e.Method), d, dLow, dHigh, results.Int(len(truth.Bad)), results.Int(bad), warnings(e, nil))
			}
		}
	}
	return table
}

// lastWeek returns the week of the last day of the test window.
func (p *Plan) lastWeek() int { return p.week(p.Evaluation.TestEnd() - 1) }

// week returns the week of an ask on day d.
func (p *Plan) week(d record.Day) int {
	return max(int(d-1-p.Border.DailyTo)+6, 0) / 7
}

// weeks returns the week of every test bill that has an outcome, in the order of the scores.
func (p *Plan) weeks(s *Sample) (weeks []int) {
	for _, r := range s.Test {
		for i, state := range r.State {
			if state != statePending {
				weeks = append(weeks, p.week(record.Day(r.Day[i])+1))
			}
		}
	}
	return weeks
}

// within returns the scores and outcomes of the bills of one week.
func (m *measured) within(weeks []int, week int, t *Truth) (scores [][]float32, o metric.Outcomes) {
	scores = make([][]float32, len(m.scores))
	for i, w := range weeks {
		if w != week {
			continue
		}
		o.Bad, o.Cluster = append(o.Bad, t.Bad[i]), append(o.Cluster, t.Cluster[i])
		for r := range m.scores {
			scores[r] = append(scores[r], m.scores[r].P[i])
		}
	}
	return scores, o
}
