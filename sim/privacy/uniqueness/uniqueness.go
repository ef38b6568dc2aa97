// Package uniqueness measures how anonymous the people are whose records were sent without a name. It
// answers three questions, which lawyers call singling out, linkability and inference:
//
//	groups.go    how many people are alone with what one record says of them (singling out), and of how
//	             many it gives away a failed payment to somebody who knows the rest (inference)
//	link.go      how many records of one night can be joined with those of a later night when pseudonyms
//	             change every day (linkability)
//	unicity.go   how many people a few known payments single out (singling out)
//
// take.go lives through the world once and takes down what the three need; row.go packs a record into 24
// bytes; sets.go names the sets of items and how coarsely they are known.
//
// The package returns counts and shares. No identifier and no record leaves it.
package uniqueness

import (
	"context"
	"errors"
	"fmt"

	"overshare/sim/ledger"
	"overshare/sim/record"
)

// Options say what to measure. World, Users and Night have no default.
type Options struct {
	World   *ledger.World
	Users   int        // the first so many people of the world are looked at
	Night   record.Day // the night whose records are taken; groups and links
	Workers int        // no result depends on it

	Groups, Links, Payments bool // what to measure; nothing set means all three

	// LinkPeople bounds how many people are linked. Above it, whole groups of equal profile are drawn, so
	// that those drawn are as hard to tell apart as all are. Default 1,000,000.
	LinkPeople int

	PaymentDays int // known payments come from so many days, the last of the window. Default 90
	Targets     int // people drawn to be singled out by payments. Default 4,000

	// Progress, if set, is told how far the work is. Any goroutine may call it.
	Progress func(phase string, done, total int64)
}

// A Report is what was found. Slices are empty for what was not asked for.
type Report struct {
	Live    int64 // people with a live account on the night
	InScope int64 // those of them who are registered at the platform
	Still   int64 // people who did nothing from the start of the window, or for 90 days: their balance is the one they started with
	Groups  []GroupRow
	Links   []LinkRow
	Unicity []UnicityRow
}

// Nights apart at which records are linked.
var nightsApart = [...]record.Day{1, 7}

const warmUp = 36 // days before the night: seven-day counts, idle days and balances have to settle

// Run measures. The error is the user's, or the end of ctx.
//
// Memory: 24 bytes for each live person, 8 more while groups are counted, 32 for each person and night
// linked: 1.3 GiB in all at 40.45 M people, of whom 32.8 M are live.
func Run(ctx context.Context, o Options) (*Report, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	var hunt *hunt
	if o.Payments {
		var err error
		if hunt, err = newHunt(ctx, &o); err != nil {
			return nil, err
		}
	}
	t, err := take(ctx, &o, hunt)
	if err != nil {
		return nil, err
	}
	r := &Report{Live: t.live, InScope: t.inScope, Still: t.still}
	if o.Groups {
		if r.Groups, err = countGroups(ctx, &o, t.rows); err != nil {
			return nil, err
		}
	}
	if o.Links {
		t.rows = nil
		if r.Links, err = linkNights(ctx, &o, t); err != nil {
			return nil, err
		}
	}
	if hunt != nil {
		r.Unicity = hunt.rows(t.hits)
	}
	return r, nil
}

// Memory returns about how many bytes Run takes: 40 for each person's row with what the collector lets grow, and
// some 190 for each person who is linked, or whose payments are compared, up to the number linked. Measured: 80 MB
// with 100,000 people, 279 MB with a million.
func (o Options) Memory() int64 {
	return 60<<20 + 40*int64(o.Users) + 190*int64(min(o.Users, o.LinkPeople))
}

// Check returns what [Run] would refuse, before any work.
func (o Options) Check() error { return o.complete() }

// complete fills in defaults and checks what the user gave.
func (o *Options) complete() error {
	if o.World == nil {
		panic("uniqueness: internal error: no world")
	}
	if !o.Groups && !o.Links && !o.Payments {
		o.Groups, o.Links, o.Payments = true, true, true
	}
	set := func(x *int, value int) {
		if *x == 0 {
			*x = value
		}
	}
	set(&o.LinkPeople, 1_000_000)
	set(&o.PaymentDays, 90)
	set(&o.Targets, 4000)
	o.Workers = max(o.Workers, 1)
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	return o.check()
}

func (o *Options) check() error {
	w := o.World
	first := w.Start + warmUp
	last := w.Start + record.Day(w.Days) - 1 - nightsApart[len(nightsApart)-1] - 1
	var errs []error
	if o.Users < 1 {
		errs = append(errs, fmt.Errorf("%d people cannot be told apart; simulate at least one", o.Users))
	}
	if o.Night < first || o.Night > last {
		errs = append(errs, fmt.Errorf("the night of %v is not between %v and %v, which leaves %d days before it and a week after it in the window; lengthen the window or move the night",
			o.Night, first, last, warmUp))
	}
	if o.Payments && (o.PaymentDays < 1 || o.PaymentDays > w.Days) {
		errs = append(errs, fmt.Errorf("payments of %d days do not fit into a window of %d days; lengthen the window or take fewer days", o.PaymentDays, w.Days))
	}
	if o.Targets < 1 || o.LinkPeople < 1 {
		errs = append(errs, fmt.Errorf("%d targets and %d people to link: both must be at least 1", o.Targets, o.LinkPeople))
	}
	return errors.Join(errs...)
}
