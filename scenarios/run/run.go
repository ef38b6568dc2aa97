// Package run does what a scenario says: it collects a sample of the world, fits and measures the scorers,
// carries out the further studies that are named, and puts all into tables.
package run

import (
	"context"

	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/scenarios/study/frontier"
	"overshare/scenarios/study/replicates"
	"overshare/scenarios/tables"
)

// Execute runs a scenario, and its further countries if it has any.
func Execute(ctx context.Context, s *scenarios.Scenario, o study.Options) (*tables.Outcome, error) {
	q, err := study.Inquire(ctx, s, o)
	if err != nil {
		return nil, err
	}
	out := tables.Of(q.Result)
	if o.Training {
		kept := *q.Sample // a later study may let go of q's rows
		out.Large = append(out.Large, tables.Scores(q.Result, &kept))
	}
	front, err := frontier.Study(ctx, q)
	if err != nil {
		return nil, err
	}
	out.Add(tables.Frontier(front, q.Plan, q.Money))
	if err := addStudies(ctx, q, out); err != nil {
		return nil, err
	}
	if n := q.Evaluation.Replicates; n > 1 {
		found, err := replicates.Study(ctx, s, q.Result, n, o)
		if err != nil {
			return nil, err
		}
		out.Add(tables.Replicates(found, q.Evaluation.Alpha))
	}
	return out, nil
}
