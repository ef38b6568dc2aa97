package study

import (
	"context"
	"slices"
	"testing"

	"overshare/scenarios"
)

// Regimes under which a processor sees the same share what is learnt, which is what each would have learnt by
// itself; no other regimes do.
func TestTwinsTrainOnce(t *testing.T) {
	s, err := scenarios.Load("", scenarios.Set("run.users=40000"),
		scenarios.Set("sharing.regimes=[in-scope, pseudonymous, banded, everyone, only:balance_won, minimised-6, retain-2]"))
	if err != nil {
		t.Fatal(err)
	}
	q, err := Inquire(context.Background(), s, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if of := q.twins(q.Sample); !slices.Equal(of, []int{0, 0, 2, 3, 4, 5, 6}) {
		t.Errorf("twins: %v", of)
	}
	m := q.Scorers[0]
	for r := range m.Scores {
		probs, k, err := q.Learn(context.Background(), q.Sample, Whole(r), m.Scorer, 2)
		if err != nil {
			t.Fatal(err)
		}
		if x := m.Scores[r]; !slices.Equal(probs, x.P) || k.TrainRows != x.TrainRows || k.ProxyRows != x.ProxyRows || !slices.Equal(k.Warnings, x.Warnings) ||
			x.Regime != q.Border.Regimes[r].Name {
			t.Errorf("%s: learnt otherwise than by itself", q.Border.Regimes[r].Name)
		}
		if shared := &m.Scores[r].P[0] == &m.Scores[0].P[0]; shared != (r < 2) {
			t.Errorf("%s shares the scores of in-scope: %v", q.Border.Regimes[r].Name, shared)
		}
	}
}
