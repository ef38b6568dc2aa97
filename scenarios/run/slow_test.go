//go:build slow

package run_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"overshare/sim/ledger"
)

// The first 100,000 people at a population of 1 M and of 40.45 M: the same attributes, the same scoring records,
// bills, outcomes and exposure.
//
//	go test -tags slow -run 'Slow' -timeout 1h ./scenarios/study
func TestSlowFirstPeopleAreTheSame(t *testing.T) {
	small, large := plan(t, "kakaopay-2024", 1_000_000), plan(t, "kakaopay-2024", 40_450_000)
	for n := range ledger.Blocks(100_000) {
		if a, b := take(small, n), take(large, n); !slices.Equal(a[n], b[n]) {
			t.Fatalf("block %d differs", n)
		}
	}
	a, b := everybody(small, ledger.Blocks(100_000)), everybody(large, ledger.Blocks(100_000))
	if !slices.Equal(a, b) {
		t.Error("attributes differ")
	}
}

// no-signal with proxy rows over 20 seeds of 300,000 people, 1 to 20: the mean difference lies inside the interval that the
// seeds themselves give, Student's t with 19 degrees of freedom at a false-alarm rate of 0.001 (3.883).
//
// The seeds are the yardstick because the interval of a single run is conditional on the models as trained:
// it holds the luck of the test bills and not that of the training rows, and leaves out zero about six times
// in twenty here, where there is nothing to find.
func TestSlowNoSignalOverSeeds(t *testing.T) {
	const seeds = 20
	var sum, squares float64
	outside := 0
	for seed := 1; seed <= seeds; seed++ {
		out := execute(t, load(t, "no-signal", 300_000, "processor.proxy_share=0.25", fmt.Sprintf("run.seed=%d", seed)), 2)
		c := table(t, out, "comparison")
		row := map[string]string{"metric": "auc", "regime": "in-scope"}
		d, low, high := number(t, cell(t, c, "difference", row)), number(t, cell(t, c, "ci_low", row)), number(t, cell(t, c, "ci_high", row))
		t.Logf("seed %d: %+.5f (%+.5f to %+.5f)", seed, d, low, high)
		if low > 0 || high < 0 {
			outside++
		}
		sum, squares = sum+d, squares+d*d
	}
	mean := sum / seeds
	se := math.Sqrt((squares - seeds*mean*mean) / (seeds - 1) / seeds)
	t.Logf("mean %+.5f, standard error between seeds %.5f, %d of %d single intervals leave out zero", mean, se, outside, seeds)
	if math.Abs(mean) > 3.883*se {
		t.Errorf("mean difference %+.5f, standard error %.5f", mean, se)
	}
}
