package study

import (
	"overshare/scoring/metric"
	"overshare/sim/record"
)

// A Score is what one scorer under one regime said of every test bill, and what it had learnt from.
type Score struct {
	P []float32 // P(bounce) by test bill
	*Knowledge
}

// Truth is what happened to the test bills.
type Truth struct {
	metric.Outcomes
	Bills []BillRow // nil where causes are not known: rows of a table of somebody's own
	Open  int64     // bills asked for that were not settled when the window ended
}

// Truth gathers the outcomes of the test bills, in the order of the shards.
func (s *Sample) Truth() *Truth {
	t := &Truth{}
	for _, r := range s.Test {
		for i, state := range r.State {
			if state == StatePending {
				t.Open++
				continue
			}
			t.Bad = append(t.Bad, state == StateBad)
			t.Cluster = append(t.Cluster, r.Person[i])
			t.Bills = append(t.Bills, r.Bills[i])
		}
	}
	return t
}

// Measured is how one scorer did under every regime, on the same test bills; the first regime is the
// reference.
type Measured struct {
	Scorer string
	Scores []Score
	Report metric.Report
	Causes [][]CauseRecall // by regime; nil where causes are not known
}

// A CauseRecall is the share of the bounced bills of one cause that are found at a false-positive rate of 5 %.
type CauseRecall struct {
	Cause  record.Cause
	Bad    int // bounced bills of this cause
	Recall metric.Estimate
}

// measure evaluates the scores of one scorer, first regime as reference.
func measure(scorer string, scores []Score, t *Truth, o metric.Options) (*Measured, error) {
	columns := make([][]float32, len(scores))
	for i := range scores {
		columns[i] = scores[i].P
	}
	rep, err := metric.Evaluate(columns, t.Outcomes, o)
	if err != nil {
		return nil, err
	}
	m := &Measured{Scorer: scorer, Scores: scores, Report: rep}
	if t.Bills != nil {
		for r := range scores {
			m.Causes = append(m.Causes, recallByCause(scores[r].P, t, o.Alpha))
		}
	}
	return m, nil
}

// recallByCause returns, for every cause, the share of its bounced bills found at a false-positive rate of
// 5 %; a tied block at the limit is shared, as in the recall of all causes, of which these are the parts. Intervals take people
// as the unit.
func recallByCause(p []float32, t *Truth, alpha float64) (list []CauseRecall) {
	cut, ok := metric.CutAtFPR(p, t.Outcomes, 0.05)
	var found [record.NumCauses][]float64
	var people [record.NumCauses][]uint32
	var score [record.NumCauses][]float32
	for i, x := range p {
		if c := t.Bills[i].Cause; t.Bad[i] {
			found[c], people[c], score[c] = append(found[c], cut.Flags(x)), append(people[c], t.Cluster[i]), append(score[c], x)
		}
	}
	for c := record.CauseBank; c < record.NumCauses; c++ {
		e := metric.MeanFlag(found[c], people[c], nil, alpha)
		e.Warning = cut.Doubt(score[c])
		e.OK = e.OK && ok
		e.HasInterval = e.HasInterval && ok
		list = append(list, CauseRecall{c, len(found[c]), e})
	}
	return list
}

// Forget lets go of the probabilities of the test bills; what was measured stays.
func (m *Measured) Forget() {
	for i := range m.Scores {
		m.Scores[i].P = nil
	}
}
