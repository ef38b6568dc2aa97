// Package facts sets published figures beside what a scenario simulates: figures that the model was
// calibrated on, figures that calibration never touched, the counts by which the public record can be
// checked, and the rhythm of payments. Deviations that remain are stated.
//
//	counts.go    what surveys take down; standard errors
//	base.go      people and records, no money moving
//	month.go     one month in detail: money, bills, rhythm
//	year.go      a year of bills
//	path.go      eight years, quarter by quarter, of fewer people
//	split.go     which of them may be looked at while the model is changed
//	settle.go    the same weeks in worlds of three ages
//	agree.go     when a figure agrees
//	list*.go     the figures: published, source, and how to read them off the counts
//	records.go   what one record may be, and the overseas flow
//	table.go     tables and sentence
//
// The dates of the surveys are those of the published figures, whatever epoch a scenario evaluates; its
// parameters are the scenario's. The same scenario gives the same tables whatever the number of workers.
package facts

import (
	"context"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/scenarios/tables"
	"overshare/sim/engine"
	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/sharing"
)

// DefaultUsers is the number of people simulated when none is asked for: enough that the sampling error
// of nearly all figures lies below the rounding of the published ones.
const DefaultUsers = 2_000_000

// world is what all surveys need of a scenario.
type world struct {
	seed   uint64
	users  int
	config ledger.Config
	pop    *people.Population
	border *sharing.Border
}

// The year, the path and the worlds of three ages are simulated for fewer people.
const (
	yearPart   = 4
	pathPart   = 16
	settlePart = 4
)

// part returns the number of blocks that hold one n-th of the users, at least one.
func (w *world) part(n int) int { return ledger.Blocks((w.users + n - 1) / n) }

// Options are what a comparison may know besides its scenario.
type Options struct {
	study.Options
	HeldOut bool // look at the figures held out as well
}

// Execute simulates what the figures need and compares.
func Execute(ctx context.Context, s *scenarios.Scenario, o Options) (*tables.Outcome, error) {
	p, err := study.NewPlan(s)
	if err != nil {
		return nil, err
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	w := &world{p.Run.Seed, int(p.Run.Users), p.World.Config, p.World.Pop, p.Border}
	all, err := w.survey(ctx, o.Options)
	if err != nil {
		return nil, err
	}
	return w.report(all, o.HeldOut), nil
}

// survey makes all surveys.
func (w *world) survey(ctx context.Context, o study.Options) (*sample, error) {
	all := &sample{}
	for _, f := range []func(context.Context, study.Options, *sample) error{w.base, w.month, w.year, w.path, w.settle} {
		if err := f(ctx, o, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// shards returns into how many shards n equal parts go: a multiple of the number of groups where there
// are enough parts, so that all groups are equally large.
func shards(n int) int {
	if n < maxGroups {
		return n
	}
	return min(n/maxGroups, 4) * maxGroups
}

func (w *world) base(ctx context.Context, o study.Options, all *sample) error {
	s, err := newBaseSurvey(w)
	if err != nil {
		return err
	}
	n := shards(ledger.Blocks(w.users))
	start := func(k int) record.Person { return record.Person(int64(w.users) * int64(k) / int64(n)) }
	return engine.Map(ctx, n, o.Workers, func(_, k int) (*counts, error) {
		return s.shard(start(k), start(k+1)), nil
	}, w.merge(all, o, "count people", n, n, w.users))
}

// merge adds shards in order and tells how far the phase is. Shards that are a multiple of parts from each
// other hold the same people at different times.
func (w *world) merge(all *sample, o study.Options, phase string, parts, shards, users int) func(int, *counts) error {
	o.Progress(phase, 0, int64(users))
	return func(k int, c *counts) error {
		all.add(k%parts, c)
		o.Progress(phase, int64(users)*int64(k+1)/int64(shards), int64(users))
		return nil
	}
}

// A survey takes down one block of a world after the other.
type survey interface{ run(w *ledger.World, n int) }

// simulate lives through the given number of blocks of every world. open returns the survey with which
// one shard of world k is taken down into c.
func (w *world) simulate(ctx context.Context, o study.Options, all *sample, phase string, worlds []*ledger.World, blocks int,
	open func(k int, b *ledger.Block, c *counts) survey) error {
	state := make([]ledger.Block, max(o.Workers, 1))
	n := shards(blocks)
	return engine.Map(ctx, n*len(worlds), o.Workers, func(worker, shard int) (*counts, error) {
		c, k, part := &counts{}, shard/n, shard%n
		s := open(k, &state[worker], c)
		for i := blocks * part / n; i < blocks*(part+1)/n; i++ {
			s.run(worlds[k], i)
		}
		return c, nil
	}, w.merge(all, o, phase, n, n*len(worlds), blocks*ledger.BlockSize*len(worlds)))
}

func (w *world) month(ctx context.Context, o study.Options, all *sample) error {
	c := w.config
	c.Start, c.Days = monthStart, monthDays
	m, err := ledger.New(c)
	if err != nil {
		return err
	}
	return w.simulate(ctx, o, all, "live through a month", []*ledger.World{m}, w.part(1), func(_ int, b *ledger.Block, c *counts) survey {
		return &monthSurvey{counts: c, block: b}
	})
}

func (w *world) year(ctx context.Context, o study.Options, all *sample) error {
	c := w.config
	c.Start, c.Days = yearStart, yearDays
	y, err := ledger.New(c)
	if err != nil {
		return err
	}
	return w.simulate(ctx, o, all, "live through a year", []*ledger.World{y}, w.part(yearPart), func(_ int, b *ledger.Block, c *counts) survey {
		return &yearSurvey{counts: c, block: b}
	})
}

func (w *world) path(ctx context.Context, o study.Options, all *sample) error {
	var worlds []*ledger.World
	for q := range quarters {
		m, err := w.quarter(q)
		if err != nil {
			return err
		}
		worlds = append(worlds, m)
	}
	return w.simulate(ctx, o, all, "live through eight years", worlds, w.part(pathPart), func(q int, b *ledger.Block, c *counts) survey {
		return &pathSurvey{counts: c, block: b, quarter: q}
	})
}

// settle lives through the same weeks in worlds of three ages.
func (w *world) settle(ctx context.Context, o study.Options, all *sample) error {
	var worlds []*ledger.World
	for _, weeks := range ages {
		c := w.config
		c.Start, c.Days = settleFrom-record.Day(7*weeks), 7*weeks+settleDays+settleTail
		m, err := ledger.New(c)
		if err != nil {
			return err
		}
		worlds = append(worlds, m)
	}
	return w.simulate(ctx, o, all, "live through two years", worlds, w.part(settlePart), func(k int, b *ledger.Block, c *counts) survey {
		return &settleSurvey{counts: c, block: b, age: k}
	})
}

// report compares every figure with what was counted, those held out only if they are to be looked at.
func (w *world) report(all *sample, heldOutToo bool) *tables.Outcome {
	parts := all.leaveOneOut()
	measured := all.stationarity(parts)
	var rows []compared
	for _, f := range w.list() {
		if f.group == heldOut && !heldOutToo {
			rows = append(rows, f.unseen(all))
			continue
		}
		r := f.compare(all, parts)
		r.unless(measured)
		rows = append(rows, r)
	}
	return &tables.Outcome{
		Tables:   []*results.Table{factsTable(rows), w.recordsTable(all, parts), stationarityTable(measured)},
		Summary:  summary(rows),
		Sentence: sentence(rows) + " " + settledSentence(measured),
		Warnings: doubts(all),
	}
}
