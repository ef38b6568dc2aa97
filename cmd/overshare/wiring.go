package main

import (
	"context"

	scenariostudy "overshare/scenarios/study"

	"overshare/scenarios"
)

// shipped returns the work of the program as it is shipped.
func shipped() parts {
	return parts{
		study: func(ctx context.Context, s *scenarios.Scenario, o options) (*outcome, error) {
			found, err := scenariostudy.Execute(ctx, s, scenariostudy.Options{Workers: o.Workers, Progress: scenariostudy.Progress(o.Progress)})
			if err != nil {
				return nil, err
			}
			return (*outcome)(found), nil
		},
	}
}
