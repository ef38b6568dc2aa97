// Package metric measures how well a score detects bad outcomes, and how sure that number is.
//
// Scores are risks: higher means more likely bad. They are float32, because a study holds one column
// per sharing regime for millions of test bills; equal float32 values are ties and are treated as such
// everywhere. Outcomes are the same rows for every column, so differences between columns are paired.
//
// # Which interval
//
// A person has several bills, and bills of one person are alike. All intervals therefore treat the
// cluster (person) as the unit that was sampled; leave [Outcomes.Cluster] nil for rows that are
// independent. AUC and Gini have a closed form (DeLong 1988 for independent rows, Obuchowski 1997 for
// clusters). Every other metric uses keyed random groups of clusters: the delete-a-group jackknife
// for metrics that are smooth in the data, the bootstrap of the same groups for those that are not
// (KS, recall at a false-positive rate, precision at the top). [Estimate.Method] names what was used.
//
// # Undefined
//
// A metric that has no value (one class only, no rows) has OK false; an interval that cannot be had has
// HasInterval false. Neither is ever reported as 0 or NaN.
//
// # Same bits everywhere
//
// Results do not depend on the number of workers, nor on the order of rows when Cluster is given and
// Weight is not: counts are integers held in float64, sums run in score order or cluster order.
// Logarithms and tails are computed by this package (portable.go) without fused operations.
package metric

import (
	"errors"
	"fmt"
	"math"
)

// Outcomes says what happened to the rows that were scored.
//
// Shapes: all slices that are not nil have one value a row. Cluster says who a row belongs to (nil:
// every row stands for itself); Weight nil means 1 for all. Weights are finite and not negative. Day says on
// which day a row's luck fell; where it is given, [Evaluate] adds the luck of days that rows share.
type Outcomes struct {
	Bad     []bool
	Cluster []uint32
	Weight  []float64
	Day     []int32
}

// A Metric names one measure. The text form is the spelling used in tables.
type Metric int

// The metrics of a [Report], in the order of its tables.
const (
	AUCROC               Metric = iota // area under the ROC curve, ties one half
	Gini                               // 2·AUC − 1
	PRAUC                              // average precision
	KolmogorovSmirnov                  // largest distance between the two classes' distributions
	RecallFPR1                         // share of bad rows found at a false-positive rate of 1 %, ties shared
	RecallFPR5                         // the same at 5 %
	PrecisionTop1                      // share of bad rows among the riskiest 1 %
	BrierScore                         // mean squared error of the probability
	LogLossScore                       // mean negative log likelihood, nats
	CalibrationError                   // expected calibration error over deciles
	CalibrationSlope                   // slope of the logistic recalibration, 1 = right
	CalibrationIntercept               // its intercept, log-odds, 0 = right
	metricCount
)

var metricNames = [metricCount]string{"auc", "gini", "pr_auc", "ks", "recall_at_fpr_1pct", "recall_at_fpr_5pct",
	"precision_at_top_1pct", "brier", "log_loss", "ece", "calibration_slope", "calibration_intercept"}

// Metrics returns all metrics in table order.
func Metrics() []Metric {
	all := make([]Metric, metricCount)
	for i := range all {
		all[i] = Metric(i)
	}
	return all
}

// String returns the name used in tables.
func (m Metric) String() string { return metricNames[m] }

// Direction returns +1 where higher is better, −1 where lower is better, 0 where neither is (the
// calibration slope and intercept are right at 1 and 0).
func (m Metric) Direction() int {
	switch {
	case m <= PrecisionTop1:
		return 1
	case m <= CalibrationError:
		return -1
	}
	return 0
}

// An Estimate is a number with its uncertainty.
type Estimate struct {
	Value       float64
	OK          bool // Value is defined
	SE          float64
	Low, High   float64
	HasInterval bool   // SE, Low and High are defined
	DF          int    // degrees of freedom of the t distribution used; 0 = normal
	Method      string // how the interval was made
	Warning     string // why the number may be doubtful; empty = no known reason
	Luck        Luck   // what SE is made of
}

// Luck is the parts of a standard error, each a standard error itself: SE² = Test² + Days² + Training². A part that was
// not looked at is 0.
type Luck struct {
	Test     float64 // which people, as tested
	Days     float64 // what days they share add to that
	Training float64 // which people the score was learnt from
}

// The interval methods of [Estimate.Method].
const (
	MethodDeLong      = "delong"           // normal, DeLong variance, independent rows
	MethodClustered   = "clustered delong" // normal, Obuchowski variance
	MethodLogit       = " logit"           // suffix: symmetric on the log-odds scale
	MethodPairs       = "disjoint pairs"   // exact bound for perfect separation
	MethodJackknife   = "jackknife"        // delete-a-group, t
	MethodBootstrap   = "bootstrap"        // of groups, t
	MethodLinear      = "linear"           // linear combination of other estimates
	MethodDays        = " + days"          // suffix: the luck of common days is in it
	MethodTraining    = " + training"      // suffix: the luck of training is in it
	fewClusters       = 50                 // below this an AUC interval is made on the log-odds scale
	fewBad            = 100                // below this every estimate carries a warning
	probabilityFloor  = 0x1p-23            // probabilities are kept this far from 0 and 1 (float32 epsilon)
	defaultAlpha      = 0.05
	maxGroups         = 101 // group number and class fit one byte; t with 100 degrees of freedom
	bootstrapDraws    = 400 // Monte Carlo error of the standard error 3.5 %, half of what 101 groups leave
	rocPoints         = 200
	calibrationDecile = 10
)

// check returns every mistake in the shapes and values of the rows.
func check(scores [][]float32, o Outcomes) error {
	var errs []error
	n := len(o.Bad)
	if o.Cluster != nil && len(o.Cluster) != n {
		errs = append(errs, fmt.Errorf("%d clusters for %d outcomes; give one per row or none", len(o.Cluster), n))
	}
	if o.Weight != nil && len(o.Weight) != n {
		errs = append(errs, fmt.Errorf("%d weights for %d outcomes; give one per row or none", len(o.Weight), n))
	}
	if o.Day != nil && len(o.Day) != n {
		errs = append(errs, fmt.Errorf("%d days for %d outcomes; give one per row or none", len(o.Day), n))
	}
	for i, w := range o.Weight {
		if !(w >= 0) || math.IsInf(w, 1) {
			errs = append(errs, fmt.Errorf("weight of row %d is %g; give a finite number of at least 0", i, w))
			break
		}
	}
	for k, s := range scores {
		if len(s) != n {
			errs = append(errs, fmt.Errorf("column %d has %d scores for %d outcomes; give one per row", k, len(s), n))
		} else if i := firstNaN(s); i >= 0 {
			errs = append(errs, fmt.Errorf("score of row %d in column %d is not a number; leave the row out or score it", i, k))
		}
	}
	if n >= math.MaxUint32 {
		errs = append(errs, fmt.Errorf("%d rows; at most %d can be ranked", n, uint32(math.MaxUint32-1)))
	}
	return errors.Join(errs...)
}

// firstNaN returns the first row whose score is not a number, or −1.
func firstNaN(s []float32) int {
	for i, x := range s {
		if x != x {
			return i
		}
	}
	return -1
}
