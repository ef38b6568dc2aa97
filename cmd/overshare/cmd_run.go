package main

import (
	"github.com/spf13/cobra"

	"overshare/scenarios"
)

func (a *app) runCommand() *cobra.Command {
	var f simFlags
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
			return a.studyInFolder(c, first(args), &f, a.parts.study, a.parts.takes.study, "")
		},
	}
	f.addTo(c)
	return c
}
