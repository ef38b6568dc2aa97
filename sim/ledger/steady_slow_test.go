//go:build slow

package ledger_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"overshare/sim/simtest"
)

// The same as TestSteadyState in sixteen worlds, with ten times the people. What a pool by chance has too much or too
// little of shows in everybody who starts from it, and with so many people it exceeds their own luck: so worlds are the
// unit, and the mean of their differences is compared with how they differ among themselves (Student's t).
func TestSteadyStateOfManyPeople(t *testing.T) {
	const worlds, blocks = 16, 40
	differences := map[string][len(bandsFrom)][]float64{}
	for seed := range worlds {
		p := live(prepare(t, "kakaopay-2024", append(steadyWorld, fmt.Sprintf("run.seed=%d", 2024+seed))...), blocks)
		for what := range p.values {
			_, difference, _ := p.compare(what)
			list := differences[what]
			for b := range list {
				list[b] = append(list[b], difference[b])
			}
			differences[what] = list
		}
	}
	for what, list := range differences {
		for b := 1; b < len(list); b++ {
			mean, sd := stat.MeanStdDev(list[b], nil)
			se := sd / math.Sqrt(worlds)
			text := fmt.Sprintf("%s, weeks %d to %d less weeks 5 to 8: %.4g, se %.2g", what, bandsFrom[b]/7+1, bandsFrom[b]/7+4, mean, se)
			if p := 2 * (distuv.StudentsT{Sigma: 1, Nu: worlds - 1}).CDF(-math.Abs(mean/se)); !(p >= simtest.Alpha) {
				t.Errorf("%s, p %.2g", text, p)
			}
			t.Log(text)
		}
	}
}
