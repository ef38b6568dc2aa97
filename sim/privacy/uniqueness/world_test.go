package uniqueness_test

import (
	"context"
	"testing"

	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/sim/privacy/uniqueness"
)

// options returns a world of the default scenario with n people, as the command takes it.
func options(t testing.TB, n int) uniqueness.Options {
	t.Helper()
	s, err := scenarios.Load(scenarios.DefaultName)
	if err != nil {
		t.Fatal(err)
	}
	p, err := study.NewPlan(s)
	if err != nil {
		t.Fatal(err)
	}
	return uniqueness.Options{World: p.World, Users: n, Night: p.Evaluation.Epoch - 1, Workers: 2}
}

func run(t testing.TB, o uniqueness.Options) *uniqueness.Report {
	t.Helper()
	r, err := uniqueness.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
