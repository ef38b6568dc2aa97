package study

import (
	"overshare/scoring/metric"
	"overshare/sim/record"
)

// Stale reports whether some test bills are scored after the last daily send.
func (p *Plan) Stale() bool { return p.Evaluation.TestEnd()-1 > p.Border.DailyTo }

// A Week is how one scorer did on the bills asked for in one week after the last daily send. Week 0 are the
// bills of the test window that are still scored from a record of the night before; week 1 are those of days
// 1 to 7 without a newer one.
type Week struct {
	Week, Bills, Bad int
	AUC, Difference  []metric.Estimate // by regime; the first has no difference
}

// weeks follows the AUC of a scorer week by week.
func (p *Plan) weeks(m *Measured, of []int, t *Truth) (list []Week) {
	for week := range p.week(p.Evaluation.TestEnd()-1) + 1 {
		scores, truth := m.within(of, week, t)
		w := Week{Week: week, Bills: len(truth.Bad)}
		w.AUC, w.Difference = metric.AUCs(scores, truth, p.Evaluation.Alpha)
		for _, b := range truth.Bad {
			if b {
				w.Bad++
			}
		}
		list = append(list, w)
	}
	return list
}

// week returns the week of an ask on day d.
func (p *Plan) week(d record.Day) int {
	return max(int(d-1-p.Border.DailyTo)+6, 0) / 7
}

// weeksOf returns the week of every test bill that has an outcome, in the order of the scores.
func (p *Plan) weeksOf(s *Sample) (weeks []int) {
	for _, r := range s.Test {
		for i, state := range r.State {
			if state != StatePending {
				weeks = append(weeks, p.week(record.Day(r.Day[i])+1))
			}
		}
	}
	return weeks
}

// within returns the scores and outcomes of the bills of one week.
func (m *Measured) within(weeks []int, week int, t *Truth) (scores [][]float32, o metric.Outcomes) {
	scores = make([][]float32, len(m.Scores))
	for i, w := range weeks {
		if w != week {
			continue
		}
		o.Bad, o.Cluster = append(o.Bad, t.Bad[i]), append(o.Cluster, t.Cluster[i])
		for r := range m.Scores {
			scores[r] = append(scores[r], m.Scores[r].P[i])
		}
	}
	return scores, o
}
