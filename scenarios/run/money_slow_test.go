//go:build slow

package run_test

import (
	"testing"
)

// What varies between countries is what one country's intervals claim: 60 countries of 50,000 people,
// sd_between over se_within. The standard error of such a ratio is 1/√(2·59) = 9.2 %. For bundling every
// bill, where nothing is learnt, the limits are 4.9 of them (false-alarm rate 1e-6); for AUC upwards a
// quarter more, for the luck of training. An interval that takes bills for people, or is made twice too wide
// or too narrow, lies outside. The net benefit of a score is logged only: its threshold rests on some hundred
// bounced bills here and adds luck that no interval within one country can know (ratio 1.1 to 1.8 at this
// size, 1.0 to 1.2 from 100,000 people on).
//
//	go test ./scenarios/study -tags slow -run TestWithinMatchesBetween
func TestWithinMatchesBetween(t *testing.T) {
	r := table(t, execute(t, load(t, "kakaopay-2024", 50_000, "evaluation.replicates=60"), 2), "replicates")
	looked := 0
	for i := range r.Len() {
		name := r.Get(i, "metric").String()
		high, checked := map[string]float64{"auc": 1.45 * 1.25, "bundle_all_won": 1.45}[name]
		if !checked && name != "net_benefit_won" {
			continue
		}
		ratio := number(t, r.Get(i, "ratio"))
		t.Logf("%s %s %s: %.3f", r.Get(i, "regime"), name, r.Get(i, "kind"), ratio)
		if !checked {
			continue
		}
		if looked++; ratio < 0.55 || ratio > high {
			t.Errorf("%s %s %s: ratio %.3f, want 0.55 to %.2f", r.Get(i, "regime"), name, r.Get(i, "kind"), ratio, high)
		}
	}
	if looked != 5 {
		t.Errorf("%d rows looked at, want 5", looked)
	}
}
