//go:build slow

package run_test

import "testing"

// TestScoreDecays: a record that is six weeks old tells less than one of last week. With a million people the
// standard error of one week's AUC is about 0.009; the difference seen when this was written was 0.1, eight
// standard errors of a difference, and the limit is 4.9 of them (alpha 1e-6 that no decay passes as one).
//
//	go test -tags slow -run ScoreDecays ./scenarios/study
func TestScoreDecays(t *testing.T) {
	s := table(t, execute(t, load(t, "suspension-2024", 1_000_000), 2), "staleness")
	for _, regime := range []string{"everyone", "in-scope"} {
		auc := func(week string) float64 {
			return number(t, cell(t, s, "auc", map[string]string{"regime": regime, "week": week}))
		}
		if d := auc("1") - auc("6"); d < 4.9*0.009*1.415 {
			t.Errorf("%s: AUC falls by %g from week 1 to week 6", regime, d)
		}
	}
}
