package metric_test

import (
	"fmt"

	"overshare/scoring/metric"
)

// Two regimes scored the same 12 bills of six people; the first column is the reference.
func Example() {
	bills := metric.Outcomes{
		Bad:     []bool{true, false, false, true, false, false, true, false, false, false, true, false},
		Cluster: []uint32{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6},
	}
	everyone := []float32{.60, .20, .10, .50, .30, .15, .55, .05, .25, .12, .28, .22}
	inScope := []float32{.58, .22, .12, .45, .32, .14, .50, .06, .24, .35, .30, .20}
	report, err := metric.Evaluate([][]float32{everyone, inScope}, bills, metric.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	auc := report.Columns[1].Metric[metric.AUCROC]
	loss := report.Columns[1].Difference[metric.AUCROC]
	fmt.Printf("AUC %.3f, 95 %% interval %.3f to %.3f (%s)\n", auc.Value, auc.Low, auc.High, auc.Method)
	verdict := metric.JudgeFamily([]metric.Comparison{report.Comparison(1, metric.AUCROC, 0.01, metric.LeastBad)}, 0.05)[0]
	fmt.Printf("difference %.3f, %s: %s\n", loss.Value, verdict.Word, verdict.Why)
	fmt.Println(auc.Warning)
	// Output:
	// AUC 0.938, 95 % interval 0.597 to 0.993 (clustered delong logit)
	// difference -0.031, undefined: only 4 people with rows of a bad outcome, a verdict needs 30
	// only 4 clusters with a bad row
}
