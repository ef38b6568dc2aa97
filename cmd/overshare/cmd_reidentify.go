package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"overshare/scenarios"
	"overshare/scenarios/tables"
	"overshare/sim/privacy/identity"
	"overshare/sim/privacy/reidentify"
)

// reidentifyFlags are the flags of this command alone.
type reidentifyFlags struct {
	items       []string
	protections []string
	digits      int
	wrongKeys   int
}

func (a *app) reidentifyCommand() *cobra.Command {
	var f simFlags
	var own reidentifyFlags
	c := &cobra.Command{
		Use:   "reidentify [SCENARIO]",
		Short: "Try to undo the hashes that were sent",
		Long: "Reidentify protects the telephone numbers and e-mail addresses of all synthetic people as a sender\n" +
			"would, searches for them as a receiver could, and reports how many come back, how fast and at what\n" +
			"price. It never prints an identifier. Counts and shares are the same on every machine; columns whose\n" +
			"names begin with measured_ are facts about this one.",
		Example: "  overshare reidentify\n" +
			"  overshare reidentify --users 1e6 --protections sha256,hmac-sha256 --items phone",
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			o, err := own.options()
			if err != nil {
				return err
			}
			f.own = fmt.Sprintf("%v %v %d %d", own.items, own.protections, own.digits, own.wrongKeys)
			work := func(ctx context.Context, s *scenarios.Scenario, more options) (*outcome, error) {
				return undoHashes(ctx, s, o, more)
			}
			takes := func(_ context.Context, s *scenarios.Scenario, _ options) (need, error) {
				o.People = uint64(peopleOf(s))
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

func (f *reidentifyFlags) addTo(c *cobra.Command) {
	p := c.Flags()
	p.Var(&listFlag{names: &f.items}, "items", "identifiers to try, as `a,b`: phone, email (default both)")
	p.Var(&listFlag{names: &f.protections}, "protections", "protections to try, as `a,b`: "+names(identity.Protections())+" (default all)")
	p.IntVar(&f.digits, "digits", 8, "digits of a telephone number after 010: 8, or 2, 4 or 6 for a toy world")
	p.IntVar(&f.wrongKeys, "wrong-keys", 1, "made-up keys to try where the key is secret, 1 to 65535")
}

// options reads the flags; what they say together with the number of people is checked by the package.
func (f *reidentifyFlags) options() (o reidentify.Options, err error) {
	o = reidentify.Options{Digits: f.digits, WrongKeys: f.wrongKeys}
	for _, name := range f.items {
		item, err := parseItem(name)
		if err != nil {
			return o, misuse("see overshare reidentify --help", "--items: %w", err)
		}
		o.Items = append(o.Items, item)
	}
	for _, name := range f.protections {
		p, err := identity.ParseProtection(name)
		if err != nil {
			return o, misuse("see overshare reidentify --help", "--protections: %w", err)
		}
		o.Protections = append(o.Protections, p)
	}
	switch {
	case f.digits < 2 || f.digits > 8 || f.digits%2 != 0:
		return o, misuse("leave --digits away for the real space", "--digits: %d is not 2, 4, 6 or 8", f.digits)
	case f.wrongKeys < 1 || f.wrongKeys > 65_535:
		return o, misuse("leave --wrong-keys away to try one", "--wrong-keys: %d is not a whole number from 1 to 65535", f.wrongKeys)
	}
	return o, nil
}

func parseItem(name string) (identity.Identifier, error) {
	for _, item := range []identity.Identifier{identity.Phone, identity.Email} {
		if item.String() == name {
			return item, nil
		}
	}
	return 0, fmt.Errorf("%q is not an identifier that was sent hashed; valid are phone, email", cut(name))
}

func names[T fmt.Stringer](all []T) string {
	var s []string
	for _, x := range all {
		s = append(s, x.String())
	}
	return strings.Join(s, ", ")
}

// undoHashes runs the reversal experiment on the people and the seed of a scenario.
func undoHashes(ctx context.Context, s *scenarios.Scenario, o reidentify.Options, more options) (*outcome, error) {
	seed, err := seedOf(s)
	if err != nil {
		return nil, err
	}
	o.Seed, o.People, o.Workers, o.Now = seed, uint64(peopleOf(s)), more.Workers, time.Now
	o.Progress = func(phase string, done, total int64) {
		if !strings.HasSuffix(phase, "protect") {
			done, total = 0, 0 // counts guesses, which a sink would call people
		}
		more.Progress(phase, done, total)
	}
	if err := o.Check(); err != nil {
		return nil, &usageError{err, "see overshare reidentify --help"}
	}
	rows, err := reidentify.Run(ctx, o)
	if err != nil {
		return nil, err
	}
	return (*outcome)(tables.Reidentification(rows)), nil
}
