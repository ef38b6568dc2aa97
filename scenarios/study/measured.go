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
			t.Day = append(t.Day, r.Day[i]+int32(r.Wait[i]))
		}
	}
	return t
}

// Measured is how one scorer did under every regime, on the same test bills; the first regime is the
// reference.
type Measured struct {
	Days     bool // intervals of the report hold the luck of days that bills share
	Training bool // and that of the people learnt from

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
	m := &Measured{Scorer: scorer, Scores: scores, Report: rep, Days: t.Day != nil}
	if err := m.addTraining(o.Alpha); err != nil {
		return nil, err
	}
	if t.Bills != nil {
		for r := range scores {
			m.Causes = append(m.Causes, recallByCause(scores[r].P, t, o.Alpha))
		}
	}
	return m, nil
}

// recallByCause returns, for every cause, the share of its bounced bills found at a false-positive rate of
// 5 %. Bills of one person count as independent.
func recallByCause(p []float32, t *Truth, alpha float64) (list []CauseRecall) {
	at, ok := metric.ThresholdAtFPR(p, t.Outcomes, 0.05)
	var found, all [record.NumCauses]int
	for i, x := range p {
		if t.Bad[i] {
			all[t.Bills[i].Cause]++
			if x >= at {
				found[t.Bills[i].Cause]++
			}
		}
	}
	for c := record.CauseBank; c < record.NumCauses; c++ {
		e := metric.Proportion(float64(found[c]), float64(all[c]), 1, alpha)
		e.OK = e.OK && ok
		e.HasInterval = e.HasInterval && ok
		list = append(list, CauseRecall{c, all[c], e})
	}
	return list
}

// Forget lets go of the probabilities of the test bills; what was measured stays.
func (m *Measured) Forget() {
	for i := range m.Scores {
		m.Scores[i].P = nil
	}
}
