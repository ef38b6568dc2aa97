// Package export writes the synthetic world as tables: people, transactions, bills, the items of the score flow
// as a sharing regime sends them, and the coded features that a scorer reads under a regime.
//
// Rows are those of the first users people of the scenario, in the order of people, the same at any number
// of users above, any number of workers and on any machine; features alone depend on the number of users,
// because the proxy score among them is learnt from all. Columns that begin with hidden_ hold the
// world's truth, which neither wallet, platform nor processor has: they are for checking, not for learning.
//
// Nobody can be reached through a table. E-mail addresses lie in reserved domains. A telephone number may
// belong to somebody, and its plain hash is undone in seconds (see package reidentify), so neither is
// written: tables hold a token, or the hash of a token, in its place.
package export

import (
	"context"
	"errors"
	"fmt"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/sim/engine"
	"overshare/sim/ledger"
	"overshare/sim/privacy/identity"
	"overshare/sim/record"
	"overshare/sim/sharing"
)

// DefaultUsers is the number of people exported when none is asked for.
const DefaultUsers = 10_000

// A Selection says which part of a table is wanted.
type Selection struct {
	Regime   string // of tables items and features; empty: the scenario's first
	From, To string // first and last day, as 2006-01-02; empty: see Execute
}

// A SelectionError says what is wrong with a selection.
type SelectionError struct{ err error }

func (e *SelectionError) Error() string { return e.err.Error() }

// Options are what an export may know besides its scenario.
type Options struct {
	Workers  int            // does not change the result
	Progress study.Progress // may be nil
	Selection
}

// shardBlocks is how many blocks of people make a shard: 4,096 people.
const shardBlocks = 8

// A job is one export.
type job struct {
	*study.Plan
	Options
	ctx      context.Context
	open     func(results.Schema) (results.Writer, error)
	users    int
	from, to record.Day // of the days wanted, to excluded
	names    *identity.Directory
	regime   *sharing.Regime
	flow     *sharing.Border
}

// Execute writes the table named people, transactions, bills, items or features row by row to the writer that open
// returns, and closes it. Without a selection, transactions and bills are those of the days in which the
// processor trains and is tested, and items are those of one night: the one before the test begins.
// A table or regime that does not exist and days outside those simulated are a [SelectionError].
func Execute(ctx context.Context, s *scenarios.Scenario, table string, o Options, open func(results.Schema) (results.Writer, error)) error {
	p, err := study.NewPlan(s)
	if err != nil {
		return err
	}
	return execute(ctx, p, table, o, open)
}

func execute(ctx context.Context, p *study.Plan, table string, o Options, open func(results.Schema) (results.Writer, error)) error {
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	j := &job{Plan: p, Options: o, ctx: ctx, open: open, users: int(p.Run.Users), names: identity.New(p.Run.Seed)}
	if err := j.resolve(table); err != nil {
		return &SelectionError{err}
	}
	return tables[table](j)
}

var tables = map[string]func(*job) error{
	"people": (*job).people, "transactions": (*job).transactions, "bills": (*job).bills, "items": (*job).items,
	"features": (*job).features,
}

// resolve reads the selection. All mistakes are reported at once.
func (j *job) resolve(table string) error {
	if tables[table] == nil {
		return fmt.Errorf("there is no table %q; valid are people, transactions, bills, items, features", table)
	}
	first, end := j.World.Start, j.World.Start+record.Day(j.World.Days)
	j.from, j.to = j.Evaluation.Epoch-record.Day(j.Evaluation.TrainDays), j.Evaluation.TestEnd()
	if table == "items" {
		j.from, j.to = j.Evaluation.Epoch-1, j.Evaluation.Epoch
		end-- // the last night's records are made the morning after
	}
	var problems []error
	if uint64(j.users) > identity.MaxPeople && (table == "people" || table == "items") {
		problems = append(problems, fmt.Errorf("%d people are too many for identities: 010 and eight digits tell %d apart; use fewer people", j.users, identity.MaxPeople))
	}
	if table != "items" && table != "features" && j.Regime != "" {
		problems = append(problems, fmt.Errorf("--regime: only items and features hang on a regime, not %s; leave it out", table))
	}
	if (table == "people" || table == "features") && j.From+j.To != "" {
		problems = append(problems, fmt.Errorf("--from, --to: %s have no period to choose; leave them out", table))
	}
	problems = append(problems, j.day("--from", j.From, &j.from, first, end), j.day("--to", j.To, &j.to, first, end))
	if j.To != "" {
		j.to++
	} else if j.From != "" && j.to <= j.from {
		j.to = j.from + 1
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	if j.to <= j.from {
		return fmt.Errorf("--to: %v lies before --from, %v; give days in order", j.to-1, j.from)
	}
	if table == "items" {
		return j.chooseRegime()
	}
	return nil
}

// day reads a date of the simulated days from first up to, not including, end.
func (j *job) day(flag, text string, into *record.Day, first, end record.Day) error {
	if text == "" {
		return nil
	}
	d, err := record.ParseDay(text)
	if err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	if d < first || d >= end {
		return fmt.Errorf("%s: %v is not among the days that the scenario simulates, %v to %v; choose one of them or move evaluation.epoch", flag, d, first, end-1)
	}
	*into = d
	return nil
}

func (j *job) chooseRegime() (err error) {
	c := j.Border.Config
	if j.Regime != "" {
		c.Regimes = []string{j.Regime}
	}
	if j.flow, err = sharing.NewFrom(j.Regimes, c, sharing.Window{}, j.Run.Seed); err != nil {
		return err
	}
	j.regime = &j.flow.Regimes[0]
	return nil
}

// stream makes the rows of all shards and writes them in order.
func stream[T any](j *job, schema results.Schema, work func(worker, shard int) ([]T, error), write func(results.Writer, *T)) error {
	out, err := j.open(schema)
	if err != nil {
		return err
	}
	total := int64(j.users)
	j.Progress("export "+schema.Name, 0, total)
	shards := (ledger.Blocks(j.users) + shardBlocks - 1) / shardBlocks
	err = engine.Map(j.ctx, shards, j.Workers, work, func(k int, rows []T) error {
		for i := range rows {
			write(out, &rows[i])
			if err := out.EndRow(); err != nil {
				return err
			}
		}
		j.Progress("export "+schema.Name, min(int64(k+1)*shardBlocks*ledger.BlockSize, total), total)
		return nil
	})
	return errors.Join(err, closing(out, err))
}

// closing completes the file; after a failure the error of doing so says nothing new.
func closing(out results.Writer, failed error) error {
	if err := out.Close(); failed == nil {
		return err
	}
	return nil
}

// blocks calls f for every block of a shard.
func (j *job) blocks(shard int, f func(n int)) {
	for n := shard * shardBlocks; n < min((shard+1)*shardBlocks, ledger.Blocks(j.users)); n++ {
		f(n)
	}
}

// wanted reports whether somebody is among the people exported: the last block may reach beyond.
func (j *job) wanted(u record.Person) bool { return int(u) < j.users }

// column is a column without a unit that is never empty.
func column(name string, t results.Type, meaning string) results.Column {
	return results.Column{Name: name, Type: t, Meaning: meaning, Required: true}
}

// optional is a column without a unit that may be empty.
func optional(name string, t results.Type, meaning string) results.Column {
	return results.Column{Name: name, Type: t, Meaning: meaning}
}

// in gives a column a unit.
func in(unit string, c results.Column) results.Column {
	c.Unit = unit
	return c
}

// role says what a study uses a bill asked on day d for; known reports whether its outcome came before the test days.
func (j *job) role(d record.Day, known bool) string {
	e := &j.Evaluation
	switch {
	case d >= e.Epoch && d < e.TestEnd():
		return "test"
	case d < e.Epoch-record.Day(e.TrainDays) || d >= e.Epoch || !known:
		return "none"
	case d >= e.CalibrateFrom(j.World.People.Platform.Launch):
		return "calibrate"
	}
	return "train"
}

func roleColumn(meaning string) results.Column { return column("role", results.String, meaning) }

var personColumn = column("person", results.Integer, "number of the synthetic person; joins the exported tables and is never sent")
