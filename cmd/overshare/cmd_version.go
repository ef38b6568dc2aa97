package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"overshare/results"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which program this is",
		Args:  atMost(0),
		RunE: func(*cobra.Command, []string) error {
			b := results.ThisBuild()
			modified := ""
			if b.Modified {
				modified = ", modified"
			}
			_, err := fmt.Fprintf(a.out, "%s %s (commit %s%s)\n", b.Program, b.Version, b.Commit, modified)
			return err
		},
	}
}
