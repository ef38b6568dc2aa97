package main

import (
	"context"

	"github.com/spf13/cobra"

	"overshare/scenarios"
)

func (a *app) runCommand() *cobra.Command {
	var f simFlags
	var scores bool
	c := &cobra.Command{
		Use:   "run [SCENARIO]",
		Short: "Simulate a scenario and compare its sharing regimes",
		Long: "Run simulates a built-in scenario or a YAML file (default: " + scenarios.DefaultName + ", all people),\n" +
			"trains and tests the score under every sharing regime, counts what each one exposes, and writes a\n" +
			"folder of tables with everything needed to run it again.",
		Example: "  overshare run --users 1e6\n" +
			"  overshare run no-signal --seed 7 --out runs/control\n" +
			"  overshare run my-scenario.yaml --set " + pathUsers + "=2000000 --format csv,parquet",
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.studyInFolder(c, first(args), &f, withScores(a.parts.study, &scores), a.parts.takes.study, "")
		},
	}
	f.addTo(c)
	c.Flags().BoolVar(&scores, "scores", false, "also write scores: one row per bill with what every score said of it")
	return c
}

// withScores lets a study know whether the scores of every bill are wanted.
func withScores(work study, scores *bool) study {
	return func(ctx context.Context, s *scenarios.Scenario, o options) (*outcome, error) {
		o.Scores = *scores
		return work(ctx, s, o)
	}
}
