package run_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"overshare/scenarios/study"
	"overshare/scoring/metric"
	"overshare/sim/rng"
)

func quiet(string, int64, int64) {}

func collect(t testing.TB, p *study.Plan) *study.Sample {
	t.Helper()
	s, err := p.Collect(context.Background(), 2, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func learn(t testing.TB, p *study.Plan, s *study.Sample, regime int, scorer string) []float32 {
	t.Helper()
	x, _, err := p.Learn(context.Background(), s, study.Whole(regime), scorer, 2)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// no-signal: the difference between the regimes lies inside its interval, for both scorers. As nothing that
// the extra records hold says anything, it is zero to the last bit: any leak of them into the score shows.
// That the same run tells regimes apart where there is something to tell is seen on the regime none.
func TestNoSignalShowsNoDifference(t *testing.T) {
	out := execute(t, load(t, "no-signal", 150_000, "processor.scorers=[scorecard, gbdt]", "sharing.regimes=[everyone, in-scope, none]"), 2)
	c := table(t, out, "comparison")
	for _, scorer := range []string{"scorecard", "gbdt"} {
		for regime, same := range map[string]bool{"in-scope": true, "none": false} {
			row := map[string]string{"scorer": scorer, "metric": "auc", "regime": regime}
			d, low, high := number(t, cell(t, c, "difference", row)), number(t, cell(t, c, "ci_low", row)), number(t, cell(t, c, "ci_high", row))
			if inside := low <= 0 && 0 <= high; inside != same || same && d != 0 {
				t.Errorf("%s, %s: difference %+.5f, interval %+.5f to %+.5f, seed 2024", scorer, regime, d, low, high)
			}
		}
	}
}

// The control is honest: nobody in it sends money across the border of the platform's customers, and nobody
// registers later than on the day of the launch or of sign-up.
func TestNoSignalIsHonest(t *testing.T) {
	p := plan(t, "no-signal", 40_000)
	if sent := across(p); sent != 0 {
		t.Errorf("%d remittances cross the border", sent)
	}
	if sent := across(plan(t, "kakaopay-2024", 40_000)); sent == 0 {
		t.Error("no remittance crosses the border of the default scenario either: nothing was seen")
	}
	launch := p.World.People.Platform.Launch
	for _, q := range everybody(p, 20) {
		if q.InScope(q.Scope) && q.Scope != max(q.Join, launch) {
			t.Fatalf("person %d joins on %v and registers on %v", q.ID, q.Join, q.Scope)
		}
	}
}

// cold-start-2019: the in-scope processor has nothing to learn from, says so, and scores at chance exactly;
// the processor of everyone's records has proxy outcomes.
func TestColdStartHasNothingToLearnFrom(t *testing.T) {
	out := execute(t, load(t, "cold-start-2019", 300_000), 2)
	d := table(t, out, "detection")
	row := map[string]string{"regime": "in-scope", "metric": "auc"}
	if auc := number(t, cell(t, d, "value", row)); auc != 0.5 {
		t.Errorf("in-scope: AUC %v, want 0.5 exactly", auc)
	}
	if w := cell(t, d, "warnings", row).String(); !strings.Contains(w, "nothing to learn from") {
		t.Errorf("in-scope: warning %q", w)
	}
	row["regime"] = "everyone"
	if auc := number(t, cell(t, d, "value", row)); auc == 0.5 {
		t.Error("everyone: AUC 0.5 exactly, as if nothing had been sent")
	}
	if n := number(t, cell(t, d, "bad", row)); n < 20 {
		t.Errorf("only %v bad bills", n)
	}
}

// Share nothing: exposure 0; without the platform's own knowledge the score is the same for all, AUC 1/2
// exactly, and with it better than that.
func TestShareNothing(t *testing.T) {
	out := execute(t, load(t, "kakaopay-2024", 30_000, "sharing.regimes=[everyone, none]", "processor.scorers=[scorecard, gbdt]", "processor.platform_history=false", "evaluation.training_draws=0"), 2)
	e := table(t, out, "exposure")
	for r := range e.Len() {
		if e.Get(r, "regime").String() != "none" {
			continue
		}
		for _, c := range []string{"people", "person_days", "records", "item_values", "unnecessary_records"} {
			if n := number(t, e.Get(r, c)); n != 0 {
				t.Errorf("none, %s %s: %s is %v", e.Get(r, "period"), e.Get(r, "scope"), c, n)
			}
		}
	}
	for _, scorer := range []string{"scorecard", "gbdt"} {
		row := map[string]string{"regime": "none", "metric": "auc", "scorer": scorer}
		if auc := number(t, cell(t, table(t, out, "detection"), "value", row)); auc != 0.5 {
			t.Errorf("none, %s: AUC %v, want 0.5 exactly", scorer, auc)
		}
	}
	known := execute(t, load(t, "kakaopay-2024", 60_000, "sharing.regimes=[none]"), 2)
	row := map[string]string{"regime": "none", "metric": "auc"}
	if low := number(t, cell(t, table(t, known, "detection"), "ci_low", row)); low <= 0.52 {
		t.Errorf("the platform's own history: AUC above %v only", low)
	}
}

// Truth given as an item: AUC 1 under both scorers.
func TestTruthAsAnItem(t *testing.T) {
	p := plan(t, "kakaopay-2024", 40_000)
	s := collect(t, p)
	giveTruth(p, s)
	o := s.Truth().Outcomes
	for _, scorer := range []string{"scorecard", "gbdt"} {
		if auc, ok := metric.AUC(learn(t, p, s, 1, scorer), o); !ok || auc != 1 {
			t.Errorf("%s: AUC %v, want 1", scorer, auc)
		}
	}
}

// Labels shuffled: the AUC lies inside its null interval at a false-alarm rate of 1e-6 a scorer. With the
// labels as they are it lies far outside.
func TestShuffledLabels(t *testing.T) {
	p := plan(t, "kakaopay-2024", 100_000)
	s := collect(t, p)
	o := s.Truth().Outcomes
	luck := rng.Open(1, rng.PurposeBootstrap, 12345)
	mixed := append([]bool{}, o.Bad...)
	for i := len(mixed) - 1; i > 0; i-- {
		j := rng.Below(luck.At(uint64(i)), uint64(i+1))
		mixed[i], mixed[j] = mixed[j], mixed[i]
	}
	for _, scorer := range []string{"scorecard", "gbdt"} {
		x := learn(t, p, s, 0, scorer)
		low, high, ok := metric.NullAUC(x, mixed, 1e-6)
		auc, _ := metric.AUC(x, metric.Outcomes{Bad: mixed})
		if !ok || auc < low || auc > high {
			t.Errorf("%s: AUC %.4f with shuffled labels, null interval %.4f to %.4f", scorer, auc, low, high)
		}
		if auc, _ = metric.AUC(x, o); auc < high+0.05 {
			t.Errorf("%s: AUC %.4f with the labels as they are, null interval up to %.4f", scorer, auc, high)
		}
	}
}

// Permuting the rows gives every bill the same probability: the scorers learn the same model, in whatever
// order the rows come.
func TestRowsInAnyOrder(t *testing.T) {
	p := plan(t, "kakaopay-2024", 40_000)
	a, b := collect(t, p), collect(t, p)
	reverse(b)
	for _, scorer := range []string{"scorecard", "gbdt"} {
		x, y := learn(t, p, a, 0, scorer), learn(t, p, b, 0, scorer)
		if len(x) != len(y) || len(x) == 0 {
			t.Fatalf("%d and %d bills", len(x), len(y))
		}
		for i := range x {
			if x[i] != y[len(y)-1-i] {
				t.Fatalf("%s: bill %d has %v, in reversed order %v", scorer, i, x[i], y[len(y)-1-i])
			}
		}
	}
}

// What a regime does not send cannot change what its processor learns: with all that in-scope does not send
// blanked in the files, its scores are the same to the bit.
func TestWhatWasNotSentChangesNothing(t *testing.T) {
	p := plan(t, "kakaopay-2024", 40_000, "sharing.regimes=[everyone, in-scope]")
	other := plan(t, "kakaopay-2024", 40_000, "sharing.regimes=[in-scope]")
	x, y := learn(t, p, collect(t, p), 1, "scorecard"), learn(t, other, collect(t, other), 0, "scorecard")
	for i := range x {
		if x[i] != y[i] || math.IsNaN(float64(x[i])) {
			t.Fatalf("bill %d has %v beside everyone, %v alone", i, x[i], y[i])
		}
	}
}
