package frontier

import (
	"overshare/scenarios/study"
	"overshare/scoring/metric"
)

// A Coverage tells how many test bills are of people of whom the processor holds a record, apart from how
// well those are scored.
type Coverage struct {
	Bills, Held int
	WhereHeld   metric.Estimate // AUC on the bills with a record
	WhereNot    metric.Estimate // and on those without
}

// coverage splits the test bills of every regime.
func (q inquiry) coverage(m *study.Measured) (list []Coverage) {
	for r := range m.Scores {
		held := q.Held(q.Sample, r)
		c := Coverage{Bills: len(held)}
		var p [2][]float32
		var o [2]metric.Outcomes
		for i, is := range held {
			k := 0
			if is {
				k = 1
				c.Held++
			}
			p[k] = append(p[k], m.Scores[r].P[i])
			o[k].Bad, o[k].Cluster = append(o[k].Bad, q.Truth.Bad[i]), append(o[k].Cluster, q.Truth.Cluster[i])
		}
		c.WhereNot = metric.AUCInterval(p[0], o[0], q.Evaluation.Alpha)
		c.WhereHeld = metric.AUCInterval(p[1], o[1], q.Evaluation.Alpha)
		list = append(list, c)
	}
	return list
}
