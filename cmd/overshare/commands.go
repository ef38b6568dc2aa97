package main

import (
	"context"

	"github.com/spf13/cobra"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/export"
	"overshare/scenarios/tables"
)

// parts are the pieces of work that commands start; tests put their own in their place.
type parts struct {
	study  study    // run
	facts  study    // facts
	export exporter // export
	takes  takings
}

// takings say what pieces of work take.
type takings struct {
	study, facts sizer
	export       func(table string, formats []results.Format, part export.Selection) sizer
}

// A sizer estimates what a piece of work takes, before it begins. The error is the user's.
type sizer func(ctx context.Context, s *scenarios.Scenario, o options) (need, error)

// options are what a piece of work may know besides its scenario. None of them changes a number.
type options struct {
	Workers  int
	Progress sink
	Select   export.Selection // of exports alone: which part of a table
	HeldOut  bool             // of facts alone: look at the figures held out as well
	Scores   bool             // of run alone: scores of every bill
}

// An outcome is what a piece of work found.
type outcome tables.Outcome

// A study computes tables from a scenario.
type study func(ctx context.Context, s *scenarios.Scenario, o options) (*outcome, error)

// An exporter sends one of its tables row by row to the writer that open returns, and closes it.
type exporter func(ctx context.Context, s *scenarios.Scenario, table string, o options,
	open func(results.Schema) (results.Writer, error)) error

// commands returns all commands of the program, in the order that help shows after sorting by name.
func (a *app) commands() []*cobra.Command {
	all := []*cobra.Command{a.scenariosCommand(), a.versionCommand(), a.reidentifyCommand(), a.uniquenessCommand(), a.evaluateCommand()}
	if a.parts.study != nil {
		all = append(all, a.runCommand())
	}
	if a.parts.facts != nil {
		all = append(all, a.factsCommand())
	}
	if a.parts.export != nil {
		all = append(all, a.exportCommand())
	}
	return all
}
