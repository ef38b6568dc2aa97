package main

import "github.com/spf13/cobra"

func (a *app) factsCommand() *cobra.Command {
	var f simFlags
	c := &cobra.Command{
		Use:   "facts [SCENARIO]",
		Short: "Set published figures beside the simulated ones",
		Long: "Facts simulates a scenario and prints each published figure, the simulated one and the deviation:\n" +
			"first the figures that the model was calibrated on, then those that it never saw.",
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.studyInFolder(c, first(args), &f, a.parts.facts, "facts")
		},
	}
	f.addTo(c)
	return c
}
