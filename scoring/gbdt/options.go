package gbdt

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
)

// Errors that a caller may want to tell apart; Train wraps them with the numbers of the case.
var (
	ErrNoRows   = errors.New("gbdt: no rows to learn from")
	ErrOneClass = errors.New("gbdt: all rows have the same outcome")
)

// Options are the choices of a training. Start from [Defaults]: a zero Options is not valid.
type Options struct {
	// Trees is the largest number of trees. Default 100 (scikit-learn's and LightGBM's default).
	Trees int
	// LearningRate shrinks every leaf, in (0, 1]. Default 0.1 (scikit-learn, LightGBM).
	LearningRate float64
	// MaxLeaves of one tree, 2 to 256. The leaf with the largest gain is split first. Default 31
	// (scikit-learn, LightGBM).
	MaxLeaves int
	// MaxDepth is the most splits between root and leaf. Default NoLimit (scikit-learn, LightGBM).
	MaxDepth int
	// L2 is the ridge penalty λ on leaf values, in the unit of the hessian. Default 1 (XGBoost).
	L2 float64
	// MinLeafHessian is the least sum of w·p(1−p) in a leaf: about the number of bad rows expected
	// there when they are rare. Default 1 (XGBoost's min_child_weight).
	MinLeafHessian float64
	// MinGain is the least gain of a split. Default 0 (all three).
	MinGain float64
	// ValidShare is the share of rows, the latest by Table.When, that is not learned from but tells
	// when to stop, in [0, 0.5]; whole days only, at least the share asked for. 0 = learn from all
	// rows, never stop early. Default 0.1 (scikit-learn's validation_fraction, taken there at random).
	ValidShare float64
	// Patience is the number of trees without a better validation loss after which training stops.
	// Default 10 (scikit-learn's n_iter_no_change). Unused when ValidShare is 0.
	Patience int
	// MinImprovement is how much lower the validation loss must be to count as better. Default 1e-7
	// (scikit-learn's tol).
	MinImprovement float64
	// AllRows learns once more, from all rows, as many trees as the held-out rows have asked for, so that the latest days
	// teach too. Nothing changes when ValidShare is 0. Default false. It costs about as much again.
	AllRows bool
	// Workers is the number of goroutines; 0 = one a core. The model does not depend on it.
	Workers int
	// Context ends a training early with its error; nil = never.
	Context context.Context
	// Progress, if set, is called after every tree from the goroutine that called Train. validLoss is
	// NaN when nothing is held out.
	Progress func(trees int, validLoss float64)
}

// NoLimit as Options.MaxDepth lets a tree grow as deep as its leaves allow.
const NoLimit = math.MaxInt32

// Defaults returns the documented defaults.
func Defaults() Options {
	return Options{
		Trees: 100, LearningRate: 0.1, MaxLeaves: 31, MaxDepth: NoLimit,
		L2: 1, MinLeafHessian: 1, ValidShare: 0.1, Patience: 10, MinImprovement: 1e-7,
	}
}

// check returns all faults of the options at once.
func (o *Options) check() error {
	var faults []error
	must := func(ok bool, name string, got any, want string) {
		if !ok {
			faults = append(faults, fmt.Errorf("gbdt: %s is %v, must be %s (start from gbdt.Defaults)", name, got, want))
		}
	}
	must(o.Trees >= 1, "Trees", o.Trees, "at least 1")
	must(o.LearningRate > 0 && o.LearningRate <= 1, "LearningRate", o.LearningRate, "above 0 and at most 1")
	must(o.MaxLeaves >= 2 && o.MaxLeaves <= maxLeaves, "MaxLeaves", o.MaxLeaves, "2 to 256")
	must(o.MaxDepth >= 1, "MaxDepth", o.MaxDepth, "at least 1 or NoLimit")
	must(finite(o.L2) && o.L2 >= 0, "L2", o.L2, "0 or more")
	must(finite(o.MinLeafHessian) && o.MinLeafHessian > 0, "MinLeafHessian", o.MinLeafHessian, "above 0")
	must(finite(o.MinGain) && o.MinGain >= 0, "MinGain", o.MinGain, "0 or more")
	must(o.ValidShare >= 0 && o.ValidShare <= 0.5, "ValidShare", o.ValidShare, "0 to 0.5")
	must(o.ValidShare == 0 || o.Patience >= 1, "Patience", o.Patience, "at least 1")
	must(finite(o.MinImprovement) && o.MinImprovement >= 0, "MinImprovement", o.MinImprovement, "0 or more")
	must(o.Workers >= 0, "Workers", o.Workers, "0 (one a core) or more")
	return errors.Join(faults...)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// crew returns the workers that the options ask for.
func (o *Options) crew() crew {
	if o.Workers > 0 {
		return crew(o.Workers)
	}
	return crew(runtime.GOMAXPROCS(0))
}

// cancelled returns the context's error in this package's words.
func (o *Options) cancelled() error {
	if o.Context == nil || o.Context.Err() == nil {
		return nil
	}
	return fmt.Errorf("gbdt: training stopped: %w", context.Cause(o.Context))
}
