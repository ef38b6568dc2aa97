package study

import (
	"overshare/scoring/metric"
)

// A Judgement holds the verdicts of one comparison: every regime against the first, by scorer and measure with
// a stated margin, all judged as one family. Tables and the sentence take their verdicts from here.
type Judgement struct {
	Alpha    float64
	at       map[judgedAt]int
	family   []metric.Comparison
	Verdicts []metric.Verdict
}

type judgedAt struct {
	scorer, measure string
	regime          int
}

// NetBenefit names the measure that money judges.
const NetBenefit = "net_benefit_won"

// margins are the measures with a stated margin, in the order of the table.
func (e *Evaluation) margins() []struct {
	metric.Metric
	margin float64
} {
	return []struct {
		metric.Metric
		margin float64
	}{{metric.AUCROC, e.MarginAUC}, {metric.PRAUC, e.MarginPRAUC}, {metric.RecallFPR5, e.MarginRecall}}
}

// judge judges everything that has a margin; worth may be nil.
func judge(all []*Measured, e *Evaluation, worth *Money) *Judgement {
	j := &Judgement{Alpha: e.Alpha, at: map[judgedAt]int{}}
	for _, m := range all {
		for r := 1; r < len(m.Scores); r++ {
			for _, x := range e.margins() {
				j.add(judgedAt{m.Scorer, x.String(), r}, m.Report.Comparison(r, x.Metric, x.margin, e.VerdictBadPeople))
			}
			if worth != nil && worth.Known {
				j.add(judgedAt{m.Scorer, NetBenefit, r}, metric.Comparison{
					Difference: worth.Over(worth.Find(m.Scorer, r), worth.Find(m.Scorer, 0)),
					Margin:     e.MarginNetBenefit, Direction: 1, Identical: m.Report.Columns[r].Identical, NoGround: m.Report.NoGround(r, e.VerdictBadPeople)})
			}
		}
	}
	j.Verdicts = metric.JudgeFamily(j.family, e.Alpha)
	return j
}

func (j *Judgement) add(at judgedAt, c metric.Comparison) {
	j.at[at] = len(j.family)
	j.family = append(j.family, c)
}

// Of returns the verdict on a measure and what was judged; ok is false where no margin is stated.
func (j *Judgement) Of(scorer, measure string, regime int) (v metric.Verdict, c metric.Comparison, ok bool) {
	i, ok := j.at[judgedAt{scorer, measure, regime}]
	if !ok {
		return v, c, false
	}
	return j.Verdicts[i], j.family[i], true
}

// Doubts names what has no verdict, a reason once.
func (j *Judgement) Doubts() (list []string) {
	seen := map[string]bool{}
	for _, v := range j.Verdicts {
		if !v.OK && !seen[v.Why] {
			seen[v.Why] = true
			list = append(list, "no verdict where "+v.Why)
		}
	}
	return list
}
