package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"overshare/results"
	"overshare/scenarios"
	scenariostudy "overshare/scenarios/study"
)

func (a *app) scenariosCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "scenarios",
		Short: "List, show and check scenarios",
		Args:  a.noSuchCommand,
		RunE:  showHelp,
	}
	c.AddCommand(a.scenariosList(), a.scenariosShow(), a.scenariosCheck(), a.scenariosSchema())
	return c
}

func (a *app) scenariosList() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the built-in scenarios",
		Args:  atMost(0),
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return a.printJSON(scenarios.List())
			}
			t := results.NewTable(results.Schema{Name: "scenarios", Columns: []results.Column{
				{Name: "name", Type: results.String, Meaning: "Name for overshare run."},
				{Name: "title", Type: results.String, Meaning: "What it is."}}})
			for _, s := range scenarios.List() {
				t.Append(results.Str(s.Name), results.Str(s.Title))
			}
			return t.Render(a.out, results.View{Column: "name"}, results.View{Column: "title"})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON instead of text")
	return c
}

func (a *app) scenariosShow() *cobra.Command {
	var asJSON, asYAML bool
	var set []string
	c := &cobra.Command{
		Use:   "show [SCENARIO]",
		Short: "Show every parameter of a scenario with value, unit, source and who set it",
		Args:  atMost(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if asJSON && asYAML {
				return misuse("leave one of them away", "--json and --yaml exclude each other")
			}
			s, err := load(first(args), set)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(struct {
					scenarios.Info
					SHA256     string            `json:"sha256"`
					Parameters []scenarios.Param `json:"parameters"`
				}{s.Info, s.Hash(), s.Params()})
			case asYAML:
				_, err = fmt.Fprint(a.out, s.File())
				return err
			}
			return s.Show(a.out)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON instead of text")
	c.Flags().BoolVar(&asYAML, "yaml", false, "print a scenario file that sets every parameter")
	c.Flags().StringArrayVar(&set, "set", nil, "set a parameter, as `path=value`; may be repeated")
	return c
}

func (a *app) scenariosCheck() *cobra.Command {
	var set []string
	c := &cobra.Command{
		Use:   "check [SCENARIO]",
		Short: "Check a scenario file and show how it differs from its base",
		Args:  atMost(1),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := load(first(args), set)
			if err != nil {
				return err
			}
			a.warn(s.Warnings)
			return s.WriteDifferences(a.out)
		},
	}
	c.Flags().StringArrayVar(&set, "set", nil, "set a parameter, as `path=value`; may be repeated")
	return c
}

func (a *app) scenariosSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of scenario files, for editors",
		Args:  atMost(0),
		RunE: func(*cobra.Command, []string) error {
			_, err := a.out.Write(scenarios.Schema())
			return err
		},
	}
}

// load resolves a scenario; its mistakes are the user's.
func load(name string, set []string) (*scenarios.Scenario, error) {
	var overrides []scenarios.Override
	for _, assignment := range set {
		overrides = append(overrides, scenarios.Set(assignment))
	}
	return loadWith(name, overrides)
}

func loadWith(name string, overrides []scenarios.Override) (*scenarios.Scenario, error) {
	s, err := scenarios.Load(name, overrides...)
	if err == nil {
		_, err = scenariostudy.NewPlan(s) // what a run would refuse is refused before any work
	}
	if err != nil {
		return nil, &usageError{err, "overshare scenarios show lists every parameter with its range"}
	}
	return s, nil
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func (a *app) hints(notes []string) {
	for _, n := range notes {
		say(a.err, "hint", n)
	}
}

func (a *app) warn(warnings []string) {
	for _, w := range warnings {
		say(a.err, "warning", w)
	}
}
