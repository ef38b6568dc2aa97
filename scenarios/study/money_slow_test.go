//go:build slow

package study_test

import (
	"testing"
)

// What varies between countries is what one country's intervals claim, give or take training's own luck:
// 60 countries of 50,000 people, sd_between over se_within of the AUC and of the net benefit. The standard
// error of such a ratio is 1/√(2·59) = 9.2 %; the limits are 4.9 of them (false-alarm rate 1e-6), upwards
// with a quarter more for the luck of training. An interval that takes bills for people, or is made twice
// too wide or too narrow, lies outside.
//
//	go test ./scenarios/study -tags slow -run TestWithinMatchesBetween
func TestWithinMatchesBetween(t *testing.T) {
	r := table(t, execute(t, load(t, "kakaopay-2024", 50_000, "evaluation.replicates=60"), 2), "replicates")
	looked := 0
	for i := range r.Len() {
		name := r.Get(i, "metric").String()
		if name != "auc" && name != "net_benefit_won" {
			continue
		}
		looked++
		ratio := number(t, r.Get(i, "ratio"))
		t.Logf("%s %s %s: %.3f", r.Get(i, "regime"), name, r.Get(i, "kind"), ratio)
		if ratio < 0.55 || ratio > 1.45*1.25 {
			t.Errorf("%s %s %s: ratio %.3f, want 0.55 to 1.81", r.Get(i, "regime"), name, r.Get(i, "kind"), ratio)
		}
	}
	if looked != 6 {
		t.Errorf("%d rows looked at, want 6", looked)
	}
}
