package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"overshare/results"
)

// exports are the tables that can be exported.
var exports = []string{"people", "transactions", "bills", "items"}

func (a *app) exportCommand() *cobra.Command {
	var f simFlags
	c := &cobra.Command{
		Use:   "export " + strings.Join(exports, "|") + " [SCENARIO]",
		Short: "Write the synthetic people, transactions, bills or shared items as a table",
		Args:  exportArgs,
		RunE: func(c *cobra.Command, args []string) error {
			return a.export(c, args[0], first(args[1:]), &f)
		},
		ValidArgs: exports,
	}
	f.addTo(c)
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
		return misuse(hint, "there is no table %q to export", args[0])
	}
	return atMost(2)(c, args)
}

func (a *app) export(c *cobra.Command, table, scenario string, f *simFlags) error {
	s, err := loadWith(scenario, f.overrides())
	if err != nil {
		return err
	}
	a.warn(s.Warnings)
	return a.inFolder(c.Context(), s, f, "export "+table, table, func(ctx context.Context, folder *results.Folder, o options) error {
		return a.parts.export(ctx, s, table, o, func(schema results.Schema) (results.Writer, error) {
			return folder.Streams(schema, f.formats...)
		})
	}, func(dir string) error { return a.saveLine(f, dir) })
}
