package run

import (
	"context"
	"slices"

	"overshare/scenarios/study"
	"overshare/scenarios/study/channels"
	"overshare/scenarios/study/epochs"
	"overshare/scenarios/study/items"
	"overshare/scenarios/study/oracle"
	"overshare/scenarios/tables"
)

// further are the studies that evaluation.studies can name, in the order in which they are carried out: epochs
// is last, for it lets go of what the run has collected.
var further = []struct {
	name string
	do   func(context.Context, *study.Inquiry) (tables.Finding, error)
}{
	{"oracle", told(oracle.Study, func(_ *study.Inquiry, x *oracle.Result) tables.Finding { return tables.Oracle(x) })},
	{"channels", told(channels.Study, func(_ *study.Inquiry, x *channels.Result) tables.Finding { return tables.Channels(x) })},
	{"items", told(items.Study, func(q *study.Inquiry, x *items.Result) tables.Finding {
		return tables.Items(x, q.Evaluation.MarginAUC)
	})},
	{"epochs", told(epochs.Study, func(q *study.Inquiry, x *epochs.Result) tables.Finding { return tables.Epochs(q.Result, x) })},
}

// told joins a study with the way to put it into tables.
func told[T any](find func(context.Context, *study.Inquiry) (*T, error), tell func(*study.Inquiry, *T) tables.Finding) func(context.Context, *study.Inquiry) (tables.Finding, error) {
	return func(ctx context.Context, q *study.Inquiry) (tables.Finding, error) {
		x, err := find(ctx, q)
		if err != nil {
			return tables.Finding{}, err
		}
		return tell(q, x), nil
	}
}

// addStudies carries out the studies that the scenario names and adds what they find to out.
func addStudies(ctx context.Context, q *study.Inquiry, out *tables.Outcome) error {
	for _, x := range further {
		if !slices.Contains(q.Evaluation.Studies, x.name) {
			continue
		}
		f, err := x.do(ctx, q)
		if err != nil {
			return err
		}
		out.Add(f)
	}
	return nil
}
