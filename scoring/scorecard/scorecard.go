// Package scorecard learns the scorer that a regulator can read: every feature is cut into a few
// bins, every bin has a weight of evidence, one logistic regression weighs the features, and the
// score of a row is a sum of numbers that stand in a printed table.
//
// Training has four steps, each in its file:
//
//	count.go  rows and bads per level of every feature: integers, one pass over the rows
//	bin.go    the best partition of the levels of one feature: exact dynamic programming
//	fit.go    the coefficients: Newton steps with exact integer gradients (moments.go, solve.go)
//	card.go   everything rounded to multiples of 2⁻²⁰, so that the sum over a row is exact
//
// A card is a function of the multiset of rows: any order of the rows and any number of workers give
// the same bytes. All sums over rows are sums of integers; what is rounded to make it an integer is
// said where it happens.
//
// Signs: a bad row counts upwards. WoE and log-odds are positive where the risk is above average
// (many textbooks and the program optbinning turn the sign round); only points are higher = safer.
package scorecard

import (
	"errors"
	"fmt"
	"math"

	"overshare/scoring"
	"overshare/scoring/calibrate/logit"
)

// ErrOneClass is returned when the rows (of positive weight) are not of both classes.
var ErrOneClass = errors.New("scorecard: training rows must hold both good and bad outcomes: " +
	"widen the training period or the set of people")

// A Trend says what the WoE of a feature without a stated direction may do over its ordered bins.
type Trend string

// The trends. A feature with a stated direction ([scoring.Feature.Monotone]) always keeps it.
const (
	TrendFree Trend = "free" // up and down
	TrendAuto Trend = "auto" // only up or only down, whichever has the higher information value
	// TrendShown is one way only, unless going both ways brings more by breakEvidence times what a further bin
	// must bring: a turn in a few thousand rows is nearly always chance.
	TrendShown Trend = "shown"
)

// Options are the choices of a training. Start from [Defaults]; every field must be set.
type Options struct {
	MaxBins   int     // bins per feature at most, the missing bin not counted; 1 to 255
	MinShare  float64 // share of the total weight that a bin must hold; [0, 1), or ShareByRows. The missing bin is exempt
	MinRows   int64   // rows that a bin must hold, from 0. The missing bin is exempt
	MinBads   int64   // bad rows that a bin must hold, from 0. The missing bin is exempt
	Evidence  float64 // what a further bin must add to the IV, in units of 1/bads + 1/goods; from 0, EvidenceByRows or EvidenceOfTables
	Trend     Trend   // for features without a stated direction
	Smoothing float64 // rows of the rarer class added to a bin, see [WoE]; from 0
	MinIV     float64 // features with less information are left out of the regression; from 0
	Ridge     float64 // penalty ½·Ridge·Σ coefficient² on the log-likelihood; above 0
	Tolerance float64 // largest gradient component, per unit of weight, that counts as zero; from 1e-10
	Scale     Scale   // of the points
	Workers   int     // goroutines; below 1 counts as 1. Changes no result
}

// EvidenceByRows as Options.Evidence asks of a further bin the logarithm of m = 1/(1/bads + 1/goods), the number of
// rows that the noise of an information value goes by: Schwarz's criterion, under which a needless cut becomes
// ever rarer as rows come in, and a real one ever surer to be found. It is 5 at 1,000 rows of which 300 are
// bad, and 12 at eight million of which 3 % are.
//
// EvidenceOfTables asks for max(1, ln(m/priorRows)): the same with a prior worth priorRows rows instead of one.
// Source: Schwarz 1978, doi:10.1214/aos/1176344136; events for rows as in Volinsky & Raftery 2000,
// doi:10.1111/j.0006-341X.2000.00256.x.
const (
	EvidenceByRows   = -1
	EvidenceOfTables = -2
)

// priorRows was chosen on the three tables of scenarios/evaluate/peers (assumed, try 20 to 100).
const priorRows = 50

// ShareByRows as Options.MinShare asks of a bin that it hold 16 of the m rows of [EvidenceByRows], so that its WoE is known to a
// standard error of about 1/4, but no more than practice's 5 % of the weight and no less than 0.1 %.
// Source: Siddiqi 2017, Intelligent Credit Scoring, ch. 10 (5 %); 16 and 0.1 % are assumed, try 8 to 30 and 0.05 % to 5 %.
const ShareByRows = -1

// minShare returns the share of the weight that a bin must hold.
func (o Options) minShare(n *counts) float64 {
	if o.MinShare == ShareByRows {
		return math.Min(0.05, math.Max(0.001, 16*n.noise()))
	}
	return o.MinShare
}

// evidence returns the evidence asked for.
func (o Options) evidence(n *counts) float64 {
	switch m := 1 / n.noise(); o.Evidence {
	case EvidenceByRows:
		return logit.Log(math.Max(1, m))
	case EvidenceOfTables:
		return math.Max(1, logit.Log(math.Max(1, m/priorRows)))
	}
	return o.Evidence
}

// A Scale turns log-odds into points: Base points at Odds goods per bad, and Double more points for
// twice those odds (practice calls Double the PDO).
type Scale struct {
	Base, Odds, Double float64
}

// Defaults returns the options that the program uses.
//
// Sources: eight bins: optbinning's and common practice (Siddiqi 2017, Intelligent Credit Scoring,
// ch. 10: five to ten). Practice asks for 5 % of the rows a bin, on some thousands of rows; here there
// are millions and failed bills are concentrated in few people, so 0.1 % (assumed, try 0.05 % to 5 %).
// No least number of bads: a large bin without a failure is a finding, the smoothing keeps it finite
// and the evidence keeps out what is chance: the gain of a needless cut follows about a chi-square with one
// degree of freedom in its units, so with EvidenceByRows at eight million rows one of 254 cuts passes by chance
// with a probability of at most 254·P(χ²₁ > 12.4) = 11 %. At 1,000 rows chance passes more often (2.8 % of
// cuts), which costs less there than what a stricter rule misses. 20 rows a bin: assumed, try 10 to 50. Points: 600 at 30 : 1, doubling every 20 (Siddiqi's
// example).
func Defaults() Options {
	return Options{
		MaxBins: 8, MinShare: 0.001, MinRows: 20, MinBads: 0, Evidence: EvidenceByRows, Trend: TrendShown, Smoothing: 0.5,
		Ridge: 1, Tolerance: 1e-9, Scale: Scale{Base: 600, Odds: 30, Double: 20}, Workers: 1,
	}
}

// Tables returns the options for columns that say something each, such as those of an application for a loan: the large bins
// of practice and cuts that come cheap. On German credit (1,000 rows) they give an AUC of 0.784 where [Defaults] give 0.770; on
// a world's bills, where failures are few and most of many columns say nothing, 0.793 where [Defaults] give 0.798.
func Tables() Options {
	o := Defaults()
	o.MinShare, o.Evidence = ShareByRows, EvidenceOfTables
	return o
}

// check returns every fault of the options at once.
func (o Options) check() error {
	var errs []error
	need := func(ok bool, field string, value any, valid string) {
		if !ok {
			errs = append(errs, fmt.Errorf("scorecard: option %s is %v, must be %s; start from Defaults()", field, value, valid))
		}
	}
	need(o.MaxBins >= 1 && o.MaxBins <= 255, "MaxBins", o.MaxBins, "1 to 255")
	need(o.MinShare == ShareByRows || o.MinShare >= 0 && o.MinShare < 1, "MinShare", o.MinShare, "in [0, 1), or ShareByRows")
	need(o.MinBads >= 0, "MinBads", o.MinBads, "0 or more")
	need(o.Evidence == EvidenceByRows || o.Evidence == EvidenceOfTables || o.Evidence >= 0 && o.Evidence < 1e9, "Evidence", o.Evidence,
		"0 to 1e9, EvidenceByRows or EvidenceOfTables")
	need(o.MinRows >= 0, "MinRows", o.MinRows, "0 or more")
	need(o.Trend == TrendFree || o.Trend == TrendAuto || o.Trend == TrendShown, "Trend", o.Trend, "free, auto or shown")
	need(o.Smoothing >= 0 && o.Smoothing < 1e9, "Smoothing", o.Smoothing, "0 to 1e9")
	need(o.MinIV >= 0, "MinIV", o.MinIV, "0 or more")
	need(o.Ridge > 0 && o.Ridge < 1e12, "Ridge", o.Ridge, "above 0, below 1e12")
	need(o.Tolerance >= 1e-10 && o.Tolerance < 1, "Tolerance", o.Tolerance, "1e-10 to 1")
	need(o.Scale.Odds > 0 && o.Scale.Odds < 1e12, "Scale.Odds", o.Scale.Odds, "above 0, below 1e12")
	need(o.Scale.Double > 0 && o.Scale.Double < 1e6, "Scale.Double", o.Scale.Double, "above 0, below 1e6")
	need(o.Scale.Base > -1e6 && o.Scale.Base < 1e6, "Scale.Base", o.Scale.Base, "between -1e6 and 1e6")
	return errors.Join(errs...)
}

// Train learns a card from the rows of t.
//
// A row weight is rounded to a multiple of 2⁻²⁰ (so weights should be around 1); a row whose weight
// becomes 0 is as if it were not there.
//
// A coefficient below 0 would say "the bin that failed more often is safer". Practice drops such
// features one by one and fits again, where the result depends on the order; here the likelihood is
// maximised under the condition that no coefficient is negative. That optimum is unique, and a
// feature at the border is out of the card ("wrong sign") exactly if a positive coefficient would
// make the fit worse.
//
// Errors: [ErrOneClass]; faulty options; a table whose shapes, weights or codes are wrong. A fit that
// did not reach the tolerance is no error: see [Fit.Converged].
//
// Cost: about 10 passes over the rows; 10⁷ rows × 40 features: see BenchmarkTrain.
func Train(t *scoring.Table, o Options) (*Card, error) {
	if err := errors.Join(o.check(), checkShapes(t)); err != nil {
		return nil, err
	}
	n, err := count(t, o.Workers)
	if err != nil {
		return nil, err
	}
	if n.bad == 0 || n.bad == n.all {
		return nil, ErrOneClass
	}
	c := &Card{Scale: o.Scale, All: n.count(), Features: bestBins(t, n, o)}
	beta := fit(t, n, c, o)
	c.finish(beta)
	return c, nil
}

// checkShapes tells whether the columns of a training table have equal lengths.
func checkShapes(t *scoring.Table) error {
	rows, d := t.Rows(), len(t.Features)
	if len(t.Code) != rows*d {
		return fmt.Errorf("scorecard: %d codes are no whole number of rows of %d features", len(t.Code), d)
	}
	if len(t.Bad) != rows {
		return fmt.Errorf("scorecard: %d outcomes for %d rows: training needs one per row", len(t.Bad), rows)
	}
	if t.Weight != nil && len(t.Weight) != rows {
		return fmt.Errorf("scorecard: %d weights for %d rows: give one per row or none", len(t.Weight), rows)
	}
	return nil
}
