package study

import (
	"fmt"

	"overshare/results"
	"overshare/scoring/metric"
)

// A judgement holds the verdicts of one comparison: every regime against the first, by scorer and measure with
// a stated margin, all judged as one family. Tables and the sentence take their verdicts from here.
type judgement struct {
	alpha   float64
	at      map[judgedAt]int
	family  []metric.Comparison
	verdict []metric.Verdict
}

type judgedAt struct {
	scorer, measure string
	regime          int
}

// netBenefit names the measure that money judges.
const netBenefit = "net_benefit_won"

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
func judge(all []*measured, e *Evaluation, worth *money) *judgement {
	j := &judgement{alpha: e.Alpha, at: map[judgedAt]int{}}
	for _, m := range all {
		for r := 1; r < len(m.scores); r++ {
			for _, x := range e.margins() {
				j.add(judgedAt{m.scorer, x.String(), r}, m.report.Comparison(r, x.Metric, x.margin, e.VerdictBadPeople))
			}
			if worth != nil && worth.known {
				j.add(judgedAt{m.scorer, netBenefit, r}, metric.Comparison{
					Difference: worth.over(worth.find(m.scorer, r), worth.find(m.scorer, 0)),
					Margin:     e.MarginNetBenefit, Direction: 1, NoGround: m.report.NoGround(r, e.VerdictBadPeople)})
			}
		}
	}
	j.verdict = metric.JudgeFamily(j.family, e.Alpha)
	return j
}

func (j *judgement) add(at judgedAt, c metric.Comparison) {
	j.at[at] = len(j.family)
	j.family = append(j.family, c)
}

// of returns the verdict on a measure and what was judged; ok is false where no margin is stated.
func (j *judgement) of(scorer, measure string, regime int) (v metric.Verdict, c metric.Comparison, ok bool) {
	i, ok := j.at[judgedAt{scorer, measure, regime}]
	if !ok {
		return v, c, false
	}
	return j.verdict[i], j.family[i], true
}

// doubts names what has no verdict, a reason once.
func (j *judgement) doubts() (list []string) {
	seen := map[string]bool{}
	for _, v := range j.verdict {
		if !v.OK && !seen[v.Why] {
			seen[v.Why] = true
			list = append(list, "no verdict where "+v.Why)
		}
	}
	return list
}

// leastP returns a p-value for a table: [metric.LeastP] stands for anything smaller.
func leastP(p float64, ok bool) results.Cell { return results.NumIf(max(p, metric.LeastP), ok) }

// cells are the columns margin to p_equivalent of a row of the comparison, and the notes that go with them.
func (j *judgement) cells(scorer, measure string, regime int) (cells []results.Cell, notes []string) {
	v, c, ok := j.of(scorer, measure, regime)
	if !ok {
		return []results.Cell{results.None, results.None, results.None, results.None, results.None, results.None}, nil
	}
	if v.Why != "" {
		notes = []string{"no verdict: " + v.Why}
	}
	provable, hasProvable := metric.ProvableMargin(c.Difference, j.alpha, 0.8)
	notes = append(notes, power(v, provable, hasProvable, c.Margin)...)
	return []results.Cell{results.Num(c.Margin), results.Str(v.Word), results.NumIf(v.Low, v.OK), results.NumIf(v.High, v.OK),
		leastP(v.PDifferent, v.OK), leastP(v.PEquivalent, v.OK)}, notes
}

// meaning says a verdict in words, with the interval that lies inside the margin or does not.
func (j *judgement) meaning(v metric.Verdict, margin float64) string {
	inner := fmt.Sprintf("%.0f %% interval %+.4f to %+.4f", 100*(1-2*j.alpha), v.Low, v.High)
	if v.Family > 1 {
		inner += fmt.Sprintf(", %d verdicts judged together", v.Family)
	}
	switch {
	case v.Word == metric.Undefined:
		return "on which there is no verdict: " + v.Why
	case v.Word == metric.Equivalent:
		return fmt.Sprintf("equivalent at the stated margin of %g (%s)", margin, inner)
	case v.Word == metric.Better:
		return fmt.Sprintf("better (p %s)", metric.PText(v.PDifferent))
	case v.Word == metric.Worse && v.NonInferior:
		return fmt.Sprintf("worse, by less than the stated margin of %g (%s)", margin, inner)
	case v.Word == metric.Worse:
		return fmt.Sprintf("worse, and not shown to be within the stated margin of %g (%s)", margin, inner)
	}
	return fmt.Sprintf("which these data cannot tell from a difference beyond the stated margin of %g (%s)", margin, inner)
}
