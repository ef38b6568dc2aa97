package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/facts"
)

func (a *app) factsCommand() *cobra.Command {
	var f simFlags
	var heldOut bool
	c := &cobra.Command{
		Use:   "facts [SCENARIO]",
		Short: "Set published figures beside the simulated ones",
		Long: "Facts simulates a scenario and prints each published figure, the simulated one and the deviation:\n" +
			"first the figures that the model was calibrated on, then those that led to changes of it when they\n" +
			"were compared, those held out, the public record of what was sent, and the rhythm of payments.\n" +
			"The figures held out are computed with --held-out alone: leave it away while you change the model\n" +
			"or its parameters, or they check nothing. Counts are scaled to the country. Unless the scenario or --users says otherwise,\n" + results.Thousands(facts.DefaultUsers) + " people are simulated.",
		Example: "  overshare facts\n" +
			"  overshare facts --users 4e6 --seed 7",
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := defaultUsers(c, first(args), &f, facts.DefaultUsers); err != nil {
				return err
			}
			work := func(ctx context.Context, s *scenarios.Scenario, o options) (*outcome, error) {
				o.HeldOut = heldOut
				return a.parts.facts(ctx, s, o)
			}
			return a.studyInFolder(c, first(args), &f, work, a.parts.takes.facts, "facts")
		},
	}
	f.addTo(c)
	hideUnused(c)
	c.Flags().BoolVar(&heldOut, "held-out", false, "look at the figures held out as well")
	return c
}

// defaultUsers sets the flag --users to n for a command that needs fewer people than a run, unless flag,
// environment or scenario file say how many.
func defaultUsers(c *cobra.Command, scenario string, f *simFlags, n int64) error {
	s, err := loadWith(scenario, f.overrides())
	if err != nil {
		return err
	}
	if p, ok := s.Param(pathUsers); ok && p.Origin == scenarios.FromDefault {
		return c.Flags().Set("users", fmt.Sprint(n))
	}
	return nil
}
