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
			_, err := fmt.Fprintln(a.out, versionLine())
			return err
		},
	}
}

// versionLine names the program, its version and the source it was built from.
func versionLine() string {
	b := results.ThisBuild()
	modified := ""
	if b.Modified {
		modified = ", modified"
	}
	return fmt.Sprintf("%s %s (commit %s%s)", b.Program, b.Version, b.Commit, modified)
}
