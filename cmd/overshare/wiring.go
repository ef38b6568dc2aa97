package main

import (
	"context"
	"errors"

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
		facts: func(ctx context.Context, s *scenarios.Scenario, o options) (*outcome, error) {
			found, err := facts.Execute(ctx, s, facts.Options{Options: common(o), HeldOut: o.HeldOut})
			return (*outcome)(found), err
		},
		export: func(ctx context.Context, s *scenarios.Scenario, table string, o options, open func(results.Schema) (results.Writer, error)) error {
			return export.Execute(ctx, s, table, export.Options{Workers: o.Workers, Progress: scenariostudy.Progress(o.Progress), Selection: o.Select}, open)
		},
		takes: takings{study: studyTakes, facts: factsTake, export: exportTakes},
	}
}

func studyTakes(_ context.Context, s *scenarios.Scenario, o options) (need, error) {
	p, err := scenariostudy.NewPlan(s)
	if err != nil {
		return need{}, err
	}
	memory, disk := p.Estimate(o.Workers)
	return need{memory: memory, disk: disk}, nil
}

// factsTake: counts alone are kept, whatever the number of people. Measured: 56 MB with a million.
func factsTake(context.Context, *scenarios.Scenario, options) (need, error) {
	return need{memory: 64 << 20, disk: 1 << 20}, nil
}

func exportTakes(table string, formats []results.Format, part export.Selection) sizer {
	return func(ctx context.Context, s *scenarios.Scenario, o options) (need, error) {
		memory, disk, err := export.Estimate(ctx, s, table, export.Options{Workers: o.Workers, Selection: part}, formats...)
		if wrong := (*export.SelectionError)(nil); errors.As(err, &wrong) {
			return need{}, &usageError{err, "see overshare export --help"}
		}
		return need{memory: memory, disk: disk}, err
	}
}

// asStudy lets a command start work that is defined elsewhere.
func asStudy(work func(context.Context, *scenarios.Scenario, scenariostudy.Options) (*tables.Outcome, error)) study {
	return func(ctx context.Context, s *scenarios.Scenario, o options) (*outcome, error) {
		found, err := work(ctx, s, common(o))
		return (*outcome)(found), err
	}
}

// common are the options that every study takes.
func common(o options) scenariostudy.Options {
	return scenariostudy.Options{Workers: o.Workers, Training: o.Scores, Progress: scenariostudy.Progress(o.Progress)}
}
