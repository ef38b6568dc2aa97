package study

import (
	"math"
	"strings"
	"testing"

	"overshare/scoring/metric"
	"overshare/sim/record"
)

// The recalls by cause, weighed by their bills, are the recall of all, with a score of few values as well as one of many:
// both share the tied block at the limit. With few values every cause says that ties decide.
func TestCausesAddUpToTheRecall(t *testing.T) {
	truth, scores := randomBills(6000, 1)
	for i := range truth.Bills {
		if truth.Bad[i] && i%3 > 0 {
			truth.Bills[i].Cause = record.CauseBank + record.Cause(i%3)
		}
	}
	fine := scores[0].P
	coarse := make([]float32, len(fine))
	for i, x := range fine {
		coarse[i] = float32(math.Floor(float64(x)*150) / 150)
	}
	for _, p := range [][]float32{fine, coarse} {
		want, _ := metric.RecallAtFPR(p, truth.Outcomes, 0.05)
		found, bad, causes := 0.0, 0, 0
		for _, c := range recallByCause(p, truth, 0.05) {
			if c.Bad == 0 {
				continue
			}
			found, bad, causes = found+c.Recall.Value*float64(c.Bad), bad+c.Bad, causes+1
			if decides := strings.Contains(c.Recall.Warning, "ties decide"); decides != (&p[0] == &coarse[0]) {
				t.Errorf("%s: %q", record.CauseNames[c.Cause], c.Recall.Warning)
			}
		}
		if got := found / float64(bad); causes != 3 || math.Abs(got-want) > 1e-9 {
			t.Errorf("%d causes find %.6f of %d bills, all together %.6f", causes, got, bad, want)
		}
	}
}
