package study

import (
	"context"
	"fmt"
	"slices"

	"overshare/results"
)

// A finding is what a study adds to a run.
type finding struct {
	tables   []*results.Table
	sentence string // the answer, to quote; may be empty
	warnings []string
}

func (f *finding) warn(format string, args ...any) {
	f.warnings = append(f.warnings, fmt.Sprintf(format, args...))
}

// An inquiry is a study at work: what a run has collected, and how its scorers did.
type inquiry struct {
	*Plan
	sample *Sample
	truth  *Truth
	all    []*measured
	Options
}

// studies are the studies that [Evaluation.Studies] can name, in the order in which they are carried out:
// epochs is last, for it lets go of what the run has collected.
var studies = []struct {
	name string
	do   func(*inquiry, context.Context) (*finding, error)
}{
	{"oracle", (*inquiry).oracle},
	{"channels", (*inquiry).channels},
	{"items", (*inquiry).items},
	{"epochs", (*inquiry).epochs},
}

// addStudies carries out the studies that the scenario names and adds what they find to out.
func (p *Plan) addStudies(ctx context.Context, s *Sample, t *Truth, all []*measured, out *Outcome, o Options) error {
	q := &inquiry{p, s, t, all, o}
	for _, study := range studies {
		if !slices.Contains(p.Evaluation.Studies, study.name) {
			continue
		}
		f, err := study.do(q, ctx)
		if err != nil {
			return err
		}
		out.Tables = append(out.Tables, f.tables...)
		out.Warnings = append(out.Warnings, f.warnings...)
		if f.sentence != "" {
			out.Sentence += " " + f.sentence
		}
	}
	return nil
}

// fewBad returns a doubt about tests that rest on few bounced bills, or nothing.
func (q *inquiry) fewBad() []string {
	if rep := &q.all[0].report; rep.BadClusters < 100 {
		return []string{fmt.Sprintf("only %d people with a bounced bill", rep.BadClusters)}
	}
	return nil
}
