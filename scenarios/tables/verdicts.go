package tables

import (
	"fmt"
	"overshare/results"
	"overshare/scenarios/study"
	"overshare/scoring/metric"
)

// leastP returns a p-value for a table: [metric.LeastP] stands for anything smaller.
func leastP(p float64, ok bool) results.Cell { return results.NumIf(max(p, metric.LeastP), ok) }

// verdictCells are the columns margin to p_equivalent of a row of the comparison, and the notes that go with them.
func verdictCells(j *study.Judgement, scorer, measure string, regime int) (cells []results.Cell, notes []string) {
	v, c, ok := j.Of(scorer, measure, regime)
	if !ok {
		return []results.Cell{results.None, results.None, results.None, results.None, results.None, results.None}, nil
	}
	if v.Identical {
		notes = []string{"every bill has the same score under both regimes: nothing was tested"}
	}
	if v.Why != "" {
		notes = []string{"no verdict: " + v.Why}
	}
	provable, hasProvable := metric.ProvableMargin(c.Difference, j.Alpha, 0.8)
	notes = append(notes, power(v, provable, hasProvable, c.Margin)...)
	return []results.Cell{results.Num(c.Margin), results.Str(v.Word), results.NumIf(v.Low, v.OK), results.NumIf(v.High, v.OK),
		leastP(v.PDifferent, v.OK && !v.Identical), leastP(v.PEquivalent, v.OK && !v.Identical)}, notes
}

// meaning says a verdict in words, with the interval that lies inside the margin or does not.
func meaning(j *study.Judgement, v metric.Verdict, margin float64) string {
	inner := fmt.Sprintf("%.0f %% interval %+.4f to %+.4f", 100*(1-2*j.Alpha), v.Low, v.High)
	if v.Family > 1 {
		inner += fmt.Sprintf(", %d verdicts judged together", v.Family)
	}
	switch {
	case v.Identical:
		return "equivalent because nothing differed: every bill has the same score under both"
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
