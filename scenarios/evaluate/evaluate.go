// Package evaluate makes the program's comparison on a table of the user's own: a score learnt from
// everyone's rows against one learnt from the rows in scope only, both tested on the same later rows in
// scope. Nothing is simulated.
//
//	source.go   which kind of file it is; one cell
//	csv.go      CSV, row after row, in bounded memory; gzip.go, the same compressed; locale.go, other dates and numbers
//	parquet.go  Parquet, column chunk by column chunk
//	footer.go   what a Parquet file says of itself, looked through first; thrift.go, pages.go and unpack.go likewise
//	roles.go    which column is the label, the scope, ...
//	scan.go     first pass: labels, scope, times, and what kind of values each other column holds
//	split.go    which rows train, calibrate and test
//	levels.go   second pass: the at most 255 ordered levels of every feature
//	encode.go   third pass: one byte a value
//	learn.go    candidates, folds, and what each scorer learns from
//	texts.go    texts coded for trees
//	estimate.go what it will take, before it begins
//	run.go      the steps, and what a reader should know; tables.go, the tables
//
// The file is read three times and never held: memory is two bytes per feature for every row that is used,
// and for every row of the file 1 byte, plus 8 with a time, 8 with a person, 4 with a weight and 2 with a
// group; gbdt takes two more per feature while it trains. See [Estimate].
//
// The same file and options give the same tables whatever the number of workers. The order of the rows
// changes nothing where a time or a person column and no weight is given; otherwise rows held out are
// drawn by row number, and sums of weights may differ in their last digits.
package evaluate

import (
	"fmt"
	"slices"
	"strings"

	"overshare/scenarios/study"
	"overshare/scoring/metric"
)

// Options are the choices of an evaluation. Start from [Defaults].
type Options struct {
	File string
	// Columns by role. Auto (the default) takes a column with a usual name if there is exactly one; None
	// takes no column.
	Label, Scope, Time, Weight, Group, Person string
	Features                                  []string // nil: every column without a role
	Ignore                                    []string // columns that are no features
	Dates                                     string   // order of dates like 3/4/2024: mdy, dmy; empty: what the file shows
	Decimal                                   string   // point, comma; empty: what the file shows
	TestShare                                 float64  // share of the rows in scope that test: the latest ones
	TestFrom                                  string   // first time that tests, instead of TestShare
	Scorers                                   []string
	Seed                                      uint64
	Margin                                    float64 // in AUC
	MarginPRAUC, MarginRecall                 float64 // in average precision; in recall at 5 % false positives
	VerdictBadPeople                          int     // fewer people (rows) of either outcome carry no verdict
	Alpha                                     float64
	Workers                                   int
	Progress                                  func(phase string, done, total int64)
}

// Values of a role.
const (
	Auto = ""
	None = "-"
)

// Defaults returns the options that the command uses.
//
// Sources: three in ten rows to test is a convention (assumed, try 0.2 to 0.5); margins, alpha and scorers
// as in the parameters evaluation.margin_auc, margin_pr_auc, margin_recall, evaluation.alpha and processor.scorers. The least
// ground of a verdict is metric.LeastBad, below which intervals do not hold; a run asks for more
// (evaluation.verdict_bad_people), which tables of a few thousand rows never have.
func Defaults() Options {
	return Options{TestShare: 0.3, Scorers: []string{"scorecard"}, Seed: 2024, Margin: 0.005, MarginPRAUC: 0.01, MarginRecall: 0.01,
		VerdictBadPeople: metric.LeastBad, Alpha: 0.05, Workers: 1}
}

// The two regimes that are compared.
const (
	everyone = "everyone"
	inScope  = "in-scope"
)

// A Mistake is a wrong choice of columns or options, as against a fault in the file.
type Mistake struct {
	Text  string
	Hint  string // the next step, may be empty
	Name  string // a column that does not exist, with those that do in Known
	Known []string
}

func (m *Mistake) Error() string { return m.Text }

func mistake(hint, format string, args ...any) error {
	return &Mistake{Text: fmt.Sprintf(format, args...), Hint: hint}
}

// check returns the first fault of the options.
func (o *Options) check() error {
	switch {
	case !(o.TestShare > 0 && o.TestShare < 1):
		return mistake("leave it away for 0.3", "test share is %g, must be above 0 and below 1", o.TestShare)
	case !(o.Margin > 0 && o.Margin < 0.5):
		return mistake("leave it away for 0.005", "margin is %g, must be above 0 and below 0.5", o.Margin)
	case !(o.MarginPRAUC > 0 && o.MarginPRAUC < 0.5):
		return mistake("leave it away for 0.01", "margin of PR AUC is %g, must be above 0 and below 0.5", o.MarginPRAUC)
	case !(o.MarginRecall > 0 && o.MarginRecall < 0.5):
		return mistake("leave it away for 0.01", "margin of recall is %g, must be above 0 and below 0.5", o.MarginRecall)
	case o.VerdictBadPeople < 2 || o.VerdictBadPeople > 1_000_000:
		return mistake("leave it away for 30", "least ground of a verdict is %d people, must be 2 to 1000000", o.VerdictBadPeople)
	case !(o.Alpha > 0 && o.Alpha < 0.5):
		return mistake("leave it away for 0.05", "alpha is %g, must be above 0 and below 0.5", o.Alpha)
	case o.Dates != "" && o.Dates != monthFirst && o.Dates != dayFirst:
		return mistake("valid are mdy (12/31/2024) and dmy (31/12/2024)", "%q is no order of dates", cut60(o.Dates))
	case o.Decimal != "" && o.Decimal != decimalPoint && o.Decimal != decimalComma:
		return mistake("valid are point and comma", "%q is no decimal sign", cut60(o.Decimal))
	case len(o.Scorers) == 0:
		return mistake("valid are "+strings.Join(study.ScorerNames(), " and "), "no scorer is named")
	case o.Features != nil && o.Ignore != nil:
		return mistake("name the features to use, or those to ignore", "features and ignored columns exclude each other")
	}
	for i, s := range o.Scorers {
		if !slices.Contains(study.ScorerNames(), s) {
			return mistake("valid are "+strings.Join(study.ScorerNames(), " and "), "%q is not a scorer", s)
		}
		for _, t := range o.Scorers[:i] {
			if s == t {
				return mistake("name it once", "scorer %q is named twice", s)
			}
		}
	}
	return nil
}
