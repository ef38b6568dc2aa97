package study

import (
	"context"
	"math"
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
		m, err := train(context.Background(), name, data, 2)
		if err != nil || m.Model == nil {
			t.Fatalf("%s: %v", name, err)
		}
		odds := make([]float32, data.Rows())
		if err := m.Model(data, odds, 1); err != nil || !(odds[0] > odds[3]) {
			t.Errorf("%s: odds %g of the riskiest, %g of the safest (%v)", name, odds[0], odds[3], err)
		}
		if m, err := train(context.Background(), name, one, 2); m.Model != nil || err != nil {
			t.Errorf("%s learnt from one outcome (%v)", name, err)
		}
		func() {
			defer func() { _ = recover() }()
			Register(Scorer{Name: name})
			t.Errorf("%s can be registered twice", name)
		}()
	}
	if _, err := train(context.Background(), "oracle", data, 1); err == nil || !strings.Contains(err.Error(), "valid are scorecard, gbdt") {
		t.Errorf("an unknown scorer: %v", err)
	}
}

// Learnt again from all of its rows, a card is itself, and trees are as many; from other rows both differ; rows of one outcome give nothing and
// no error. A scorer of another program is learnt afresh.
func TestLearntAgain(t *testing.T) {
	rows := func(odd int) *scoring.Table {
		data := &scoring.Table{Features: []scoring.Feature{{Name: "a", Levels: 8}, {Name: "b", Levels: 8}}}
		for i := range 6000 {
			a, b := uint8(1+i%8), uint8(1+i/7%8)
			data.Code, data.Bad = append(data.Code, a, b), append(data.Bad, (i*7919+odd)%(12*int(a)+5*int(b)) < 6)
			data.When = append(data.When, int32(i/60))
		}
		return data
	}
	all, other := rows(0), rows(3)
	one := &scoring.Table{Features: all.Features, Code: all.Code, Bad: make([]bool, all.Rows()), When: all.When}
	say := func(m Model) []float32 {
		out := make([]float32, all.Rows())
		if err := m(all, out, 1); err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, name := range []string{"scorecard", "gbdt"} {
		m, err := train(context.Background(), name, all, 2)
		if err != nil || m.Model == nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := m.again(context.Background(), all, 1)
		if err != nil {
			t.Fatal(err)
		}
		moved, err := m.again(context.Background(), other, 1)
		if err != nil {
			t.Fatal(err)
		}
		x, y, z := say(m.Model), say(again), say(moved)
		near, far := 0.0, 0.0
		for i := range x {
			near, far = max(near, math.Abs(float64(x[i]-y[i]))), max(far, math.Abs(float64(x[i]-z[i])))
		}
		if near > 1e-4 || far < 0.01 {
			t.Errorf("%s: learnt again from its own rows it is %g away, from others %g", name, near, far)
		}
		if m, err := m.again(context.Background(), one, 1); m != nil || err != nil {
			t.Errorf("%s learnt again from one outcome (%v)", name, err)
		}
		stopped, stop := context.WithCancel(context.Background())
		stop()
		if _, err := m.again(stopped, all, 1); err == nil {
			t.Errorf("%s: goes on after it was stopped", name)
		}
	}
	s := Scorer{Name: "own", Train: scorers[0].Train, Untrainable: func(error) bool { return true }}
	if m, err := s.afresh(context.Background(), all, 1); err != nil || m.again == nil {
		t.Errorf("a scorer of another program is not learnt again (%v)", err)
	}
}
