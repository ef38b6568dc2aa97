package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/tables"
)

// studyInFolder runs a study on a scenario, writes its tables into a run folder and prints its answer.
func (a *app) studyInFolder(c *cobra.Command, scenario string, f *simFlags, work study, takes sizer, suffix string) error {
	s, err := loadWith(scenario, f.overrides())
	if err != nil {
		return err
	}
	a.warn(s.Warnings)
	var found *outcome
	write := func(ctx context.Context, folder *results.Folder, o options) (err error) {
		if found, err = work(ctx, s, o); err != nil {
			return err
		}
		seed, err := seedOf(s)
		if err != nil {
			return err
		}
		if err := writeTables(folder, found, tables.Run{Seed: seed, Scenario: s.Name, ID: s.Hash()}, f.formats); err != nil {
			return err
		}
		return drawFigures(folder, found.Tables, found.Notes...)
	}
	return a.inFolder(c.Context(), s, f, c.Name(), suffix, takes, write, func(dir string) error {
		return a.answer(found, f, dir)
	})
}

// writeTables writes the tables of an outcome with the columns that say which run they are of.
func writeTables(folder *results.Folder, found *outcome, run tables.Run, formats []results.Format) error {
	for _, t := range found.Tables {
		if err := folder.Table(run.Stamp(t), formats...); err != nil {
			return err
		}
	}
	for _, t := range found.Large {
		w, err := folder.Streams(run.Schema(t.Schema), formats...)
		if err != nil {
			return err
		}
		err = t.Write(run.Writer(w))
		if closing := w.Close(); err == nil {
			err = closing
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inFolder lets write fill a run folder and then tells about it. If write fails or is interrupted,
// nothing stays.
func (a *app) inFolder(ctx context.Context, s *scenarios.Scenario, f *simFlags, command, suffix string, takes sizer,
	write func(context.Context, *results.Folder, options) error, tell func(dir string) error) error {
	seed, err := seedOf(s)
	if err != nil {
		return err
	}
	ctx, stop := f.within(ctx)
	defer stop()
	dir := f.dir(s.Name, suffix, seed, s.Hash())
	n, err := takes(ctx, s, options{Workers: int(f.workers.n)})
	if err == nil {
		err = f.suffices(n, thisMachine(dir))
	}
	if err != nil {
		return err
	}
	folder, err := a.createFolder(dir, f)
	if err != nil {
		return err
	}
	defer folder.Abort()
	o, finish := a.options(f)
	err = write(ctx, folder, o)
	finish()
	if err != nil && context.Cause(ctx) == errMemory {
		return errMemory
	}
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := folder.Commit(manifest(s, command, seed)); err != nil {
		return err
	}
	a.hints(folder.Notes())
	return tell(folder.Dir())
}

func (a *app) createFolder(dir string, f *simFlags) (*results.Folder, error) {
	folder, err := results.Create(dir, f.force)
	if dir == "" {
		return nil, &usageError{err, "leave --out away for a folder named after the scenario"}
	}
	if err != nil {
		return nil, err
	}
	a.folder.set(folder)
	a.hints(folder.Notes())
	return folder, nil
}

// dir returns the folder to write: the flag's, or one named after the scenario, the seed, and all settings
// that can change a result.
func (f *simFlags) dir(scenario, suffix string, seed uint64, settings string) string {
	if f.given.Changed("out") {
		return f.out
	}
	if suffix != "" {
		scenario += "-" + suffix
	}
	return results.DefaultDir(scenario, seed, settings+f.own)
}

// options returns what the work may know, and a function to call when it ends.
func (a *app) options(f *simFlags) (options, func()) {
	o := options{Workers: int(f.workers.n), Progress: func(string, int64, int64) {}}
	if f.quiet {
		return o, func() {}
	}
	p := newProgress(a.err, time.Now)
	o.Progress = p.update
	return o, p.close
}

// seedOf returns the scenario's seed.
func seedOf(s *scenarios.Scenario) (uint64, error) {
	p, ok := s.Param(pathSeed)
	if !ok {
		panic("overshare: internal error: no parameter " + pathSeed)
	}
	seed, err := strconv.ParseUint(p.Text, 10, 64)
	if err != nil {
		return 0, &usageError{fmt.Errorf("%s: %q is not a seed", pathSeed, p.Text), "give a whole number from 0"}
	}
	return seed, nil
}

// peopleOf returns how many people a scenario simulates.
func peopleOf(s *scenarios.Scenario) int64 {
	p, ok := s.Param(pathUsers)
	if !ok {
		panic("overshare: internal error: no parameter " + pathUsers)
	}
	return p.Value.(int64)
}

// manifest says what was run. Where a parameter's value came from is kept as a kind of place only:
// the names of files and variables belong to the machine.
func manifest(s *scenarios.Scenario, command string, seed uint64) results.Manifest {
	m := results.Manifest{Command: command, Scenario: s.Name, ScenarioID: s.Hash(), Seed: seed}
	for _, p := range s.Params() {
		m.Parameters = append(m.Parameters, results.Parameter{Path: p.Path, Value: p.Value, Unit: p.Unit,
			Mark: string(p.Mark), Source: p.Source, Origin: string(p.Origin)})
	}
	return m
}

// answer prints what a study found: the sentence, the summary, the place of the files.
func (a *app) answer(found *outcome, f *simFlags, dir string) error {
	shown, missing := found.named(f.show)
	a.warn(append(found.Warnings, missing...))
	if f.json {
		return a.printJSON(struct {
			Sentence string         `json:"sentence"`
			Folder   string         `json:"folder"`
			Warnings []string       `json:"warnings"`
			Summary  *results.Table `json:"summary"`
			Tables   []namedTable   `json:"tables,omitempty"`
		}{found.Sentence, dir, append([]string{}, found.Warnings...), found.Summary, shown})
	}
	var err error
	if found.Summary != nil {
		err = found.Summary.Render(a.out, views(found.Summary)...)
		fmt.Fprintln(a.out)
	}
	for _, t := range shown {
		fmt.Fprintf(a.out, "%s\n\n", t.Rows.Title)
		err = errors.Join(err, t.Rows.Render(a.out, views(t.Rows)...))
		fmt.Fprintln(a.out)
	}
	if found.Sentence != "" {
		_, say := fmt.Fprintf(a.out, "%s\n\n", strings.TrimSpace(found.Sentence))
		err = errors.Join(err, say)
	}
	return errors.Join(err, a.saveLine(f, dir))
}

// A namedTable is a table that the user asked to see.
type namedTable struct {
	Name string         `json:"name"`
	Rows *results.Table `json:"rows"`
}

// named picks tables of the outcome by name, and says which of the names it has not.
func (o *outcome) named(names []string) (shown []namedTable, missing []string) {
	for _, name := range names {
		k := slices.IndexFunc(o.Tables, func(t *results.Table) bool { return t.Name == name })
		if k >= 0 {
			shown = append(shown, namedTable{name, o.Tables[k]})
			continue
		}
		var all []string
		for _, t := range o.Tables {
			all = append(all, t.Name)
		}
		missing = append(missing, fmt.Sprintf("--show: this run has no table %q; it has %s", cut(name), strings.Join(all, ", ")))
	}
	return shown, missing
}

func (a *app) saveLine(f *simFlags, dir string) error {
	if f.json {
		return a.printJSON(map[string]string{"folder": dir})
	}
	if strings.ContainsFunc(dir, steers) {
		dir = strconv.Quote(dir)
	}
	_, err := fmt.Fprintf(a.out, "Files: %s\n", dir)
	return err
}

// blank reports whether a column holds nothing at all.
func blank(t *results.Table, column string) bool {
	for r := range t.Len() {
		if !t.Get(r, column).Empty() {
			return false
		}
	}
	return true
}

// views shows every column of a summary that holds anything, intervals beside their values: the ends of x are x_low and
// x_high, those of value are ci_low and ci_high.
func views(t *results.Table) []results.View {
	var all []results.View
	for _, c := range t.Columns {
		base, isEnd := strings.CutSuffix(strings.TrimSuffix(c.Name, "_low"), "_high")
		if isEnd || base != c.Name || blank(t, c.Name) {
			continue
		}
		v := results.View{Column: c.Name, Header: strings.ReplaceAll(c.Name, "_", " "), Decimals: 4}
		switch {
		case t.Index(c.Name+"_low") >= 0 && t.Index(c.Name+"_high") >= 0:
			v.Low, v.High = c.Name+"_low", c.Name+"_high"
		case c.Name == "value" && t.Index("ci_low") >= 0 && t.Index("ci_high") >= 0:
			v.Low, v.High = "ci_low", "ci_high"
		}
		all = append(all, v)
	}
	return all
}
