package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"overshare/results"
	"overshare/scenarios/evaluate"
)

// evaluateFlags are the flags of this command: those of files and machine that it shares with the commands that
// simulate, and its own.
type evaluateFlags struct {
	simFlags
	o         evaluate.Options
	ground    *countFlag
	scoreFile bool
}

func (a *app) evaluateCommand() *cobra.Command {
	var f evaluateFlags
	c := &cobra.Command{
		Use:   "evaluate FILE",
		Short: "Make the same comparison on a table of your own",
		Long: "Evaluate reads a CSV or Parquet file with one row per bill (or payment, or loan), learns a score from\n" +
			"everyone's rows and another from the rows in scope only, and tests both on the same later rows in scope.\n" +
			"It writes the same tables and says the same sentence as overshare run. Nothing is simulated, and nothing\n" +
			"leaves this machine.\n\n" +
			"The label says what happened: 1, true or yes is a bad outcome (the bill bounced), 0, false or no a good\n" +
			"one; rows without a label neither train nor test. The scope says whom the score is for: 1 in scope, 0 not.\n" +
			"With a time column the latest rows in scope test; without one, people (or rows, without a person column)\n" +
			"are drawn by the seed. Of the rows to learn from some are held back in the same way to calibrate, and, for\n" +
			"everyone, to combine what the rows in scope and everybody's rows teach; then all are learnt from.\n" +
			"Empty, -, NA, N/A, NaN and null are missing values. Numbers are cut into at most 255 levels at the\n" +
			"quantiles of the training rows in scope; a text column may hold up to 100 different texts, which become\n" +
			"levels in the order of their bad rates there.\n\n" +
			"Without flags, columns are taken by their usual names, such as label, scope, time and person. The file is\n" +
			"read three times and not held: memory is about two bytes per feature and row, plus 40 bytes a row (more for\n" +
			"gbdt), plus up to 250 MB for the levels of very many features; it is estimated before the work begins.\n" +
			"CSV may be compressed with gzip. Dates like 3/4/2024 and decimal commas are read where the file shows what\n" +
			"they mean; --dates and --decimal say it otherwise.",
		Example: "  overshare evaluate bills.csv --label bounced --scope registered --time day --person user --group age_band\n" +
			"  overshare evaluate loans.parquet --label default --scope applied --ignore id,notes --scorer scorecard,gbdt\n\n" +
			"  A file to begin with:\n" +
			"    label,scope,time,person,balance,failed\n" +
			"    0,1,2024-03-01,u17,15200,0\n" +
			"    1,0,2024-03-01,u18,,2",
		Args: oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			f.o.File = args[0]
			return a.evaluate(c, &f)
		},
	}
	f.addTo(c)
	return c
}

func oneFile(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return misuse("usage: "+c.UseLine(), "evaluate which file?")
	}
	return atMost(1)(c, args)
}

// ownFlags are the flags of simFlags that mean something without a simulation.
var ownFlags = []string{"seed", "scorer", "out", "format", "force", "workers", "memory", "yes", "json", "quiet"}

func (f *evaluateFlags) addTo(c *cobra.Command) {
	f.o = evaluate.Defaults()
	p := c.Flags()
	p.SortFlags = false
	for _, r := range []struct {
		flag, meaning string
		to            *string
	}{
		{"label", "`column` of the outcome, 1 = bad", &f.o.Label}, {"scope", "`column` that is 1 for rows in scope", &f.o.Scope},
		{"time", "`column` of dates or numbers that rows are ordered by; '' for none", &f.o.Time},
		{"weight", "`column` of row weights; '' for none", &f.o.Weight},
		{"group", "`column` to report by as well, such as an age band; '' for none", &f.o.Group},
		{"person", "`column` that tells people apart; '' for none", &f.o.Person},
	} {
		p.StringVar(r.to, r.flag, "", r.meaning)
	}
	p.Var(&listFlag{names: &f.o.Features}, "features", "columns to learn from, as `a,b,c` (default: all without a role)")
	p.Var(&listFlag{names: &f.o.Ignore}, "ignore", "columns not to learn from, as `a,b`")
	p.StringVar(&f.o.Dates, "dates", "", "`order` of dates like 3/4/2024: mdy or dmy (default: what the file shows)")
	p.StringVar(&f.o.Decimal, "decimal", "", "decimal `sign` of a CSV file: point or comma (default: what the file shows)")
	p.Var((*numberFlag)(&f.o.TestShare), "test-share", "`share` of the rows in scope that test")
	p.StringVar(&f.o.TestFrom, "test-from", "", "first `time` that tests, instead of a share")
	p.Var((*numberFlag)(&f.o.Margin), "margin", "differences in `AUC` inside plus or minus this are equivalent")
	p.Var((*numberFlag)(&f.o.MarginPRAUC), "margin-pr-auc", "the same for `PR-AUC`")
	p.Var((*numberFlag)(&f.o.MarginRecall), "margin-recall", "the same for `recall` at a false-positive rate of 5 %")
	p.Var((*numberFlag)(&f.o.Alpha), "alpha", "error `rate` of the tests; intervals cover 1 - alpha")
	ground := &countFlag{n: int64(f.o.VerdictBadPeople), max: 1_000_000}
	f.ground = ground
	p.Var(ground, "verdict-bad-people", "with fewer than `N` people (rows) of either outcome there is no verdict")
	p.BoolVar(&f.scoreFile, "scores", false, "also write scores.csv: the probabilities of every test row")
	f.borrow(c)
}

// borrow takes over the flags of the simulating commands that have a meaning here.
func (f *evaluateFlags) borrow(c *cobra.Command) {
	var other cobra.Command
	f.simFlags.addTo(&other)
	f.seed = seedFlag(f.o.Seed)
	f.scorers = f.o.Scorers
	for _, name := range ownFlags {
		flag := other.Flags().Lookup(name)
		if name == "out" {
			flag.Usage = "`folder` to write (default runs/<file>-evaluate-<seed>-<hash of the settings>)"
		}
		flag.DefValue = flag.Value.String()
		c.Flags().AddFlag(flag)
	}
	f.given = c.Flags()
}

// choices are the options as the package wants them.
func (f *evaluateFlags) choices(workers int, progress sink) evaluate.Options {
	o := f.o
	o.VerdictBadPeople = int(f.ground.n)
	o.Seed, o.Scorers, o.Workers, o.Progress = uint64(f.seed), f.scorers, workers, progress
	for k, role := range []*string{&o.Label, &o.Scope, &o.Time, &o.Weight, &o.Group, &o.Person} {
		name := []string{"label", "scope", "time", "weight", "group", "person"}[k]
		if *role == "" && f.given.Changed(name) {
			*role = evaluate.None
		}
	}
	return o
}

// settings tells apart what can change a result, besides the file itself.
func (f *evaluateFlags) settings() string {
	o := f.choices(0, nil)
	o.File, o.Progress = "", nil
	return fmt.Sprintf("%+v", o)
}

func (a *app) evaluate(c *cobra.Command, f *evaluateFlags) error {
	name := strings.TrimSuffix(filepath.Base(f.o.File), filepath.Ext(f.o.File))
	dir := f.dir(name, "evaluate", uint64(f.seed), f.settings())
	memory, disk, err := evaluate.Estimate(f.choices(1, nil))
	if err == nil {
		err = f.suffices(need{memory, disk, "keep fewer rows, or fewer columns with --features"}, thisMachine(dir))
	}
	if err != nil {
		return explainTable(err)
	}
	folder, err := a.createFolder(dir, &f.simFlags)
	if err != nil {
		return err
	}
	defer folder.Abort()
	work, finish := a.options(&f.simFlags)
	ctx, stop := f.within(c.Context())
	defer stop()
	found, err := evaluate.Execute(ctx, f.choices(work.Workers, work.Progress))
	finish()
	if err != nil {
		return explainTable(err)
	}
	if err := writeEvaluation(ctx, folder, found, f); err != nil {
		return err
	}
	if err := folder.Commit(evaluationManifest(name, found, f)); err != nil {
		return err
	}
	a.hints(folder.Notes())
	if !f.quiet && !f.json {
		fmt.Fprintf(a.err, "overshare: %s\n", understood(found))
	}
	return a.answer((*outcome)(&found.Outcome), &f.simFlags, folder.Dir())
}

// explainTable turns a wrong choice into a usage error with a hint.
func explainTable(err error) error {
	var m *evaluate.Mistake
	if !errors.As(err, &m) {
		return err
	}
	hint := m.Hint
	if n := nearest(m.Name, m.Known); m.Name != "" && n != "" {
		hint = fmt.Sprintf("did you mean %q?", cut(n))
	}
	return &usageError{err, hint}
}

func writeEvaluation(ctx context.Context, folder *results.Folder, found *evaluate.Outcome, f *evaluateFlags) error {
	for _, t := range found.Tables {
		if err := folder.Table(t, f.formats...); err != nil {
			return err
		}
	}
	if f.scoreFile {
		if err := found.WriteScores(func(s results.Schema) (results.Writer, error) { return folder.Streams(s, f.formats...) }); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// understood says which columns were taken for what.
func understood(found *evaluate.Outcome) string {
	var roles []string
	features := 0
	for _, r := range found.Roles {
		if r.Role == "feature" {
			features++
		} else {
			roles = append(roles, r.Role+" "+strconv.Quote(r.Column))
		}
	}
	c := found.Counts
	text := fmt.Sprintf("%s rows: %s, %d features besides the scope; %s rows train everyone, %s in-scope, %s calibrate, %s test",
		results.Count(found.File.Rows), strings.Join(roles, ", "), features,
		results.Count(c.TrainAll), results.Count(c.TrainIn), results.Count(c.Calibration), results.Count(c.Test))
	if c.TestFrom != "" {
		text += " from " + c.TestFrom + " on"
	}
	return text
}

// evaluationManifest says what was evaluated. The file is known by its name and fingerprint; where it lay
// belongs to the machine.
func evaluationManifest(name string, found *evaluate.Outcome, f *evaluateFlags) results.Manifest {
	m := results.Manifest{Command: "evaluate", Scenario: name, ScenarioID: found.File.SHA256, Seed: uint64(f.seed),
		Notes: map[string]any{"file": found.File, "columns": found.Roles, "counts": found.Counts}}
	for _, p := range []struct {
		flag  string
		value any
	}{{"scorer", f.scorers}, {"margin", f.o.Margin}, {"margin-pr-auc", f.o.MarginPRAUC}, {"margin-recall", f.o.MarginRecall}, {"alpha", f.o.Alpha},
		{"verdict-bad-people", f.ground.n}, {"test-share", f.o.TestShare}, {"test-from", f.o.TestFrom}, {"dates", f.o.Dates}, {"decimal", f.o.Decimal}} {
		origin := "default"
		if f.given.Changed(p.flag) {
			origin = "flag"
		}
		m.Parameters = append(m.Parameters, results.Parameter{Path: "evaluate." + strings.ReplaceAll(p.flag, "-", "_"), Value: p.value, Mark: "assumed", Origin: origin})
	}
	return m
}

// numberFlag is a number; its range is checked with the other options.
type numberFlag float64

func (f *numberFlag) Set(text string) error {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return fmt.Errorf("%q is not a number", cut(text))
	}
	*f = numberFlag(x)
	return nil
}

func (f *numberFlag) String() string { return strconv.FormatFloat(float64(*f), 'g', -1, 64) }
func (*numberFlag) Type() string     { return "number" }
