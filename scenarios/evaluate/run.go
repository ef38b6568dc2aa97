package evaluate

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"overshare/scenarios/study"
	"overshare/scenarios/tables"
	"overshare/scoring/metric"
)

// An Outcome is what an evaluation found.
type Outcome struct {
	tables.Outcome
	File   File
	Roles  []Role
	Counts Counts

	run *run
}

// A File says which file was read.
type File struct {
	Name    string `json:"name"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
	Rows    int64  `json:"rows"`
	Columns int    `json:"columns"`
}

// A Role says what a column was taken for.
type Role struct {
	Role   string `json:"role"`
	Column string `json:"column"`
	Levels int    `json:"levels,omitempty"` // of a feature
}

// Counts say what the rows were used for.
type Counts struct {
	InScope     int64  `json:"rows_in_scope"`
	NoLabel     int64  `json:"rows_without_label"`
	TrainAll    int64  `json:"training_rows_everyone"`
	TrainIn     int64  `json:"training_rows_in_scope"`
	Calibration int64  `json:"calibration_rows"`
	Test        int64  `json:"test_rows"`
	TestBad     int64  `json:"test_rows_bad"`
	Later       int64  `json:"rows_out_of_scope_not_earlier"`
	TestFrom    string `json:"test_from,omitempty"`
}

// Execute compares the regimes on the table of o.File.
//
// Errors: a *Mistake for a wrong choice; anything else is a fault of the file, which names line and column.
func Execute(ctx context.Context, o Options) (*Outcome, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	src, file, err := open(o.File, &o)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	r := &run{Options: o, name: filepath.Base(o.File), out: &Outcome{}}
	r.out.run = r
	if r.layout, err = assign(src.columns(), &r.Options); err != nil {
		return nil, err
	}
	if err := r.readFile(ctx, src, file); err != nil {
		return nil, err
	}
	if err := r.score(ctx); err != nil {
		return nil, err
	}
	return r.out, r.tabulate()
}

// A run is one evaluation under way.
type run struct {
	Options
	name     string
	layout   *layout
	split    *split
	coders   []*coder
	data     *coded
	contests []study.Contest
	learnt   []learnt
	truth    metric.Outcomes
	doubts   []string
	out      *Outcome
}

func (r *run) step(phase string, done, total int64) {
	if r.Progress != nil {
		r.Progress(phase, done, total)
	}
}

// readFile makes the three passes, and reads the file's fingerprint before and after them.
func (r *run) readFile(ctx context.Context, src source, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("cannot look at %s: %w; check the disk", r.name, reason(err))
	}
	r.step("read "+r.name, 0, 5)
	sum, err := fingerprint(file, info.Size())
	if err != nil {
		return err
	}
	r.step("read "+r.name, 1, 5)
	sc, err := look(ctx, src, r.name, r.layout, r.Dates)
	if err != nil {
		return err
	}
	r.step("read "+r.name, 2, 5)
	if r.coders, r.doubts, err = sc.coders(); err != nil {
		return err
	}
	if r.split, err = newSplit(sc, &r.Options); err != nil {
		return err
	}
	if err := learnLevels(ctx, src, r.split, r.coders); err != nil {
		return err
	}
	r.step("read "+r.name, 3, 5)
	if r.data, err = encode(ctx, src, r.split, r.coders); err != nil {
		return err
	}
	r.step("read "+r.name, 4, 5)
	if again, err := fingerprint(file, info.Size()); err != nil || again != sum {
		if err == nil {
			err = r.split.changed()
		}
		return err
	}
	r.out.File = File{r.name, info.Size(), sum, int64(len(sc.flags)), len(src.columns())}
	r.describe()
	return nil
}

// describe says what was read and how it was used.
func (r *run) describe() {
	p := r.split
	for k, at := range r.layout.at {
		if at >= 0 {
			r.out.Roles = append(r.out.Roles, Role{Role: roleNames[k], Column: p.names[at]})
		}
	}
	for _, c := range r.coders {
		r.out.Roles = append(r.out.Roles, Role{"feature", c.name, len(c.upper) + len(c.texts)})
	}
	c := Counts{NoLabel: p.open, TrainAll: p.rows[fitOut] + p.rows[fitIn] + p.rows[check] + p.rows[lateOut], TrainIn: p.rows[fitIn] + p.rows[check],
		Calibration: p.rows[check], Test: p.rows[test], Later: p.later}
	if p.crossed {
		c.Calibration = p.rows[fitIn]
	}
	for _, f := range p.flags {
		c.InScope += int64(f & isInScope >> 1)
	}
	if p.when != nil {
		c.TestFrom = p.show(p.from)
	}
	t := r.data.piece(test, test)
	for _, b := range t.Bad {
		if b {
			c.TestBad++
		}
	}
	r.out.Counts = c
	r.truth = metric.Outcomes{Bad: t.Bad, Cluster: r.data.people(p)}
	for _, w := range t.Weight {
		r.truth.Weight = append(r.truth.Weight, float64(w))
	}
}

// tabulate fills the outcome.
func (r *run) tabulate() error {
	found, err := study.Compare(r.contests, r.truth, study.Judging{MarginAUC: r.Margin, MarginPRAUC: r.MarginPRAUC, MarginRecall: r.MarginRecall,
		BadPeople: r.VerdictBadPeople, Alpha: r.Alpha, Seed: r.Seed, Workers: r.Workers})
	if err != nil {
		return err
	}
	r.out.Outcome = *tables.OfRows(found, r.sent())
	if r.split.group != nil {
		t, err := r.groupsTable()
		if err != nil {
			return err
		}
		r.out.Tables = append(r.out.Tables, t)
	}
	r.out.Tables = append(r.out.Tables, r.candidatesTable())
	if slices.Contains(r.Scorers, "scorecard") {
		r.out.Tables = append(r.out.Tables, r.cardTable())
	}
	r.warn()
	return nil
}

// sent counts what each regime holds: the rows of the file, and those in scope.
func (r *run) sent() []tables.Sent {
	p := r.split
	all := tables.Sent{People: -1, Records: int64(len(p.flags)), Outside: int64(len(p.flags)) - r.out.Counts.InScope}
	in := tables.Sent{People: -1, Records: r.out.Counts.InScope}
	if p.person != nil {
		all.People = distinct(p.person, func(int) bool { return true })
		in.People = distinct(p.person, func(i int) bool { return p.flags[i]&isInScope != 0 })
	}
	return []tables.Sent{all, in}
}

// distinct counts the different people among the rows that keep says.
func distinct(person []uint64, keep func(i int) bool) int64 {
	var all []uint64
	for i, h := range person {
		if keep(i) {
			all = append(all, h)
		}
	}
	slices.Sort(all)
	return int64(len(slices.Compact(all)))
}

// suspicious is the information value above which a single feature is so good that it probably holds the
// outcome. Source: Siddiqi 2017, Intelligent Credit Scoring, ch. 10, calls anything above 0.5 suspicious; for
// failing payments, where records of last night are strong, 3 (assumed).
const suspicious = 3

// warn gathers what a reader should know before quoting a number.
func (r *run) warn() {
	c, w := &r.out.Counts, append(r.doubts, r.out.Warnings...)
	add := func(yes bool, format string, args ...any) {
		if yes {
			w = append(w, fmt.Sprintf(format, args...))
		}
	}
	add(c.NoLabel > 0, "%d rows have no label and neither train nor test", c.NoLabel)
	add(c.Later > 0 && r.split.when != nil, "%d rows out of scope are not earlier than the rows that test, and are left out", c.Later)
	add(c.InScope == r.out.File.Rows, "all rows are in scope: the two regimes are the same")
	add(len(r.coders) == 0, "there is no feature: the score is the same for all")
	add(c.TestBad == 0 || c.TestBad == c.Test, "all %d test rows have the same outcome: measures that need both are undefined", c.Test)
	add(c.TestBad > 0 && c.TestBad < 200, "only %d test rows are bad: intervals are wide; give more rows", c.TestBad)
	add(r.split.when != nil && r.split.byChance, "the training rows have few different times: the rows held back to calibrate were drawn by chance")
	add(r.split.person == nil, "there is no person column: rows count as independent")
	for _, contest := range r.contests {
		for _, s := range contest.Scores {
			for _, text := range s.Warnings {
				add(true, "%s, %s: %s", s.Regime, s.Scorer, text)
			}
		}
	}
	for _, l := range r.learnt {
		if l.Card == nil {
			continue
		}
		for _, text := range l.Card.Doubts() {
			add(true, "%s: %s", l.Name, text)
		}
		for _, f := range l.Card.Features {
			add(f.IV > suspicious, "%s: column %q alone tells good from bad almost without fault (information value %.1f); was it known before the outcome?", l.Name, f.Name, f.IV)
		}
	}
	r.out.Warnings = w
}
