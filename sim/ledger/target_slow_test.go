//go:build slow

package ledger_test

import "testing"

// At a million people the target is met within 2 % of it and sampling error: that of the country is below that.
func TestTargetRateIsMetByManyPeople(t *testing.T) {
	for _, target := range []string{"0.025", "0.03", "0.06"} {
		if relative := checkTarget(t, target, 1954); relative > 0.025 {
			t.Errorf("the standard error is %.1f %% of the rate: too few people to tell", 100*relative)
		}
	}
}
