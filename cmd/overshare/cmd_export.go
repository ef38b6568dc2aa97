package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/export"
)

// exports are the tables that can be exported.
var exports = []string{"people", "transactions", "bills", "items", "features"}

func (a *app) exportCommand() *cobra.Command {
	var f simFlags
	var part export.Selection
	c := &cobra.Command{
		Use:   "export " + strings.Join(exports, "|") + " [SCENARIO]",
		Short: "Write the synthetic people, transactions, bills, shared items or features as a table",
		Long: "Export writes one table of the simulated world, row by row, into a run folder with a description of\n" +
			"every column:\n" +
			"  people        who they are, with made-up identities that can belong to nobody\n" +
			"  transactions  every line of the wallets' ledgers\n" +
			"  bills         every bill of the platform, its outcome, and what charging item by item would have done\n" +
			"  items         the items as a regime sends them, one row per person and night\n" +
			"  features      the bills with an outcome as a scorer reads them under a regime, coded, with the proxy\n" +
			"                score, the part each has in the study, and what the scorer says of test bills\n" +
			"Columns that begin with hidden_ hold what only the simulated world knows. Without --from and --to,\n" +
			"transactions and bills are those of the days of training and test, items those of the night before the\n" +
			"test. Unless the scenario or --users says otherwise, the first " + results.Thousands(export.DefaultUsers) + " people are exported; they are\n" +
			"the same at any number, but for features, whose proxy score is learnt from all.",
		Example: "  overshare export people\n" +
			"  overshare export items --regime in-scope --from 2024-03-25 --to 2024-03-31\n" +
			"  overshare export bills no-signal --users 1e6 --format csv,parquet\n" +
			"  overshare export features --users 1e6 --regime in-scope --scorer gbdt",
		Args: exportArgs,
		RunE: func(c *cobra.Command, args []string) error {
			scenario := first(args[1:])
			if err := defaultUsers(c, scenario, &f, export.DefaultUsers); err != nil {
				return err
			}
			return a.export(c, args[0], scenario, &f, part)
		},
		ValidArgs: exports,
	}
	f.addTo(c)
	hideUnused(c)
	p := c.Flags()
	p.Lookup("scorer").Hidden = false // features are what the first of them reads
	p.StringVar(&part.Regime, "regime", "", "sharing `regime` of items and features (default the scenario's first)")
	p.StringVar(&part.From, "from", "", "first `day`, as 2024-03-31")
	p.StringVar(&part.To, "to", "", "last `day`, included")
	return c
}

func exportArgs(c *cobra.Command, args []string) error {
	hint := "choose one of " + strings.Join(exports, ", ")
	switch {
	case len(args) == 0:
		return misuse(hint, "export what?")
	case !slices.Contains(exports, args[0]):
		if n := nearest(args[0], exports); n != "" {
			hint = "did you mean " + c.CommandPath() + " " + n + "?"
		}
		return misuse(hint, "there is no table %q to export", cut(args[0]))
	}
	return atMost(2)(c, args)
}

func (a *app) export(c *cobra.Command, table, scenario string, f *simFlags, part export.Selection) error {
	s, err := loadWith(scenario, f.overrides())
	if err != nil {
		return err
	}
	if part.Regime != "" { // what a run would refuse is refused here
		if _, err := loadWith(scenario, append(f.overrides(), scenarios.Flag("--regime", pathRegimes, "["+part.Regime+"]"))); err != nil {
			return err
		}
	}
	a.warn(s.Warnings)
	f.own = fmt.Sprintf("%+v", part)
	takes := a.parts.takes.export(table, f.formats, part)
	return a.inFolder(c.Context(), s, f, "export "+table, table, takes, func(ctx context.Context, folder *results.Folder, o options) error {
		o.Select = part
		return a.parts.export(ctx, s, table, o, func(schema results.Schema) (results.Writer, error) {
			return folder.Streams(schema, f.formats...)
		})
	}, func(dir string) error { return a.saveLine(f, dir) })
}
