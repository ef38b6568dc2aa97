package main

import (
	"context"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/export"
	"overshare/scenarios/facts"
	scenariorun "overshare/scenarios/run"
	scenariostudy "overshare/scenarios/study"
	"overshare/scenarios/tables"
)

// shipped returns the work of the program as it is shipped.
func shipped() parts {
	return parts{
		study: asStudy(scenariorun.Execute),
		facts: asStudy(facts.Execute),
		export: func(ctx context.Context, s *scenarios.Scenario, table string, o options, open func(results.Schema) (results.Writer, error)) error {
			return export.Execute(ctx, s, table, export.Options{Workers: o.Workers, Progress: scenariostudy.Progress(o.Progress), Selection: o.Select}, open)
		},
	}
}

// asStudy lets a command start work that is defined elsewhere.
func asStudy(work func(context.Context, *scenarios.Scenario, scenariostudy.Options) (*tables.Outcome, error)) study {
	return func(ctx context.Context, s *scenarios.Scenario, o options) (*outcome, error) {
		found, err := work(ctx, s, scenariostudy.Options{Workers: o.Workers, Training: o.Scores, Progress: scenariostudy.Progress(o.Progress)})
		if err != nil {
			return nil, err
		}
		return (*outcome)(found), nil
	}
}
