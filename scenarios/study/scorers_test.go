package study

import (
	"context"
	"slices"
	"strings"
	"testing"

	"overshare/scenarios"
	"overshare/scoring"
)

// The scorers that a scenario can name are those that there are.
func TestScorersAreTheChoices(t *testing.T) {
	for _, p := range scenarios.Standard().Parameters() {
		if p.Path == "processor.scorers" {
			if !slices.Equal(p.Choices, ScorerNames()) {
				t.Errorf("processor.scorers can be %v, scorers are %v: bring scenarios/parameters/processor.yaml and scorers.go together", p.Choices, ScorerNames())
			}
			return
		}
	}
	t.Fatal("no parameter processor.scorers")
}

// Every scorer that there is learns, says when there is nothing to learn from, and is refused twice.
func TestEveryScorer(t *testing.T) {
	data := &scoring.Table{Features: []scoring.Feature{{Name: "balance_won", Levels: 4}}}
	for i := range 4000 {
		level := uint8(1 + i%4)
		data.Code, data.Bad = append(data.Code, level), append(data.Bad, i%(10*int(level)) < 5)
		data.When = append(data.When, int32(i/40))
	}
	one := &scoring.Table{Features: data.Features, Code: data.Code, Bad: make([]bool, 4000), When: data.When}
	for _, name := range ScorerNames() {
		m, _, err := train(context.Background(), name, data, 2)
		if err != nil || m.Model == nil {
			t.Fatalf("%s: %v", name, err)
		}
		odds := make([]float32, data.Rows())
		if err := m.Model(data, odds, 1); err != nil || !(odds[0] > odds[3]) {
			t.Errorf("%s: odds %g of the riskiest, %g of the safest (%v)", name, odds[0], odds[3], err)
		}
		if m, _, err := train(context.Background(), name, one, 2); m.Model != nil || err != nil {
			t.Errorf("%s learnt from one outcome (%v)", name, err)
		}
		func() {
			defer func() { _ = recover() }()
			Register(Scorer{Name: name})
			t.Errorf("%s can be registered twice", name)
		}()
	}
	if _, _, err := train(context.Background(), "oracle", data, 1); err == nil || !strings.Contains(err.Error(), "valid are scorecard, gbdt") {
		t.Errorf("an unknown scorer: %v", err)
	}
}
