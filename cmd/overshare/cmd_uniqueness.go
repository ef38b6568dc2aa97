package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"overshare/scenarios"
	scenariostudy "overshare/scenarios/study"
	"overshare/scenarios/tables"
	"overshare/sim/privacy/uniqueness"
)

// uniquenessFlags are the flags of this command alone.
type uniquenessFlags struct {
	parts   []string
	targets int
	days    int
	link    int
}

// uniquenessParts are what --parts can name.
var uniquenessParts = []string{"groups", "links", "payments"}

func (a *app) uniquenessCommand() *cobra.Command {
	var f simFlags
	var own uniquenessFlags
	c := &cobra.Command{
		Use:   "uniqueness [SCENARIO]",
		Short: "Count who can be told apart in records without names",
		Long: "Uniqueness takes the records of the night before the epoch and counts, exactly, how many people are\n" +
			"alone with what their record says (uniqueness.csv: singling out, and what can be inferred), how many\n" +
			"records can be joined with those of a later night when pseudonyms change every day (linkability.csv:\n" +
			"linkability), and how many people a few known payments single out (unicity.csv: singling out).\n" +
			"It never prints an identifier.",
		Example: "  overshare uniqueness\n" +
			"  overshare uniqueness --users 1.1e6 --parts payments   as many people as in the published study",
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			o, err := own.options()
			if err != nil {
				return err
			}
			f.own = fmt.Sprintf("%v %d %d %d", own.parts, own.targets, own.days, own.link)
			work := func(ctx context.Context, s *scenarios.Scenario, more options) (*outcome, error) {
				return tellApart(ctx, s, o, more)
			}
			takes := func(_ context.Context, s *scenarios.Scenario, _ options) (need, error) {
				o.Users = int(peopleOf(s))
				return need{memory: o.Memory()}, nil
			}
			return a.studyInFolder(c, first(args), &f, work, takes, c.Name())
		},
	}
	f.addTo(c)
	hideUnused(c)
	own.addTo(c)
	return c
}

func (f *uniquenessFlags) addTo(c *cobra.Command) {
	p := c.Flags()
	p.Var(&listFlag{names: &f.parts}, "parts", "what to measure, as `a,b`: "+strings.Join(uniquenessParts, ", ")+" (default all)")
	p.IntVar(&f.targets, "targets", 4000, "people drawn to be singled out by their payments")
	p.IntVar(&f.days, "payment-days", 90, "days, the last of the window, from which payments are known")
	p.IntVar(&f.link, "link-people", 1_000_000, "link about this many people where there are more")
}

func (f *uniquenessFlags) options() (o uniqueness.Options, err error) {
	o = uniqueness.Options{Targets: f.targets, PaymentDays: f.days, LinkPeople: f.link}
	for _, name := range f.parts {
		if !slices.Contains(uniquenessParts, name) {
			return o, misuse("see overshare uniqueness --help", "--parts: %q is not a part; valid are %s", cut(name), strings.Join(uniquenessParts, ", "))
		}
	}
	has := func(name string) bool { return slices.Contains(f.parts, name) }
	o.Groups, o.Links, o.Payments = has("groups"), has("links"), has("payments")
	for _, x := range []struct {
		flag  string
		value int
	}{{"targets", f.targets}, {"payment-days", f.days}, {"link-people", f.link}} {
		if x.value < 1 {
			return o, misuse("leave --"+x.flag+" away for its default", "--%s: %d is not a whole number from 1", x.flag, x.value)
		}
	}
	return o, nil
}

// tellApart measures on the world of a scenario: the same people with the same money as under run.
func tellApart(ctx context.Context, s *scenarios.Scenario, o uniqueness.Options, more options) (*outcome, error) {
	p, err := scenariostudy.NewPlan(s)
	if err != nil {
		return nil, err
	}
	o.World, o.Users, o.Night = p.World, int(p.Run.Users), p.Evaluation.Epoch-1
	o.Workers = more.Workers
	o.Progress = func(phase string, done, total int64) {
		if phase != "simulate" {
			done, total = 0, 0 // counts other things, which a sink would call people
		}
		more.Progress(phase, done, total)
	}
	if err := o.Check(); err != nil {
		return nil, &usageError{fmt.Errorf("uniqueness: %w", err), "see overshare uniqueness --help"}
	}
	r, err := uniqueness.Run(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("uniqueness: %w", err)
	}
	return (*outcome)(tables.Uniqueness(r, &o)), nil
}
