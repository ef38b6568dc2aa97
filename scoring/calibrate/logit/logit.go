// Package logit turns log-odds into probabilities and back with the same bits on every processor.
//
// A score that 40 million people get must not depend on the processor, so the scorers use the ports of
// package portable.
package logit

import (
	"math"

	"overshare/sim/portable"
)

// P returns the probability with log-odds x.
//
//	P(x) = 1 / (1 + exp(−x))
//
// P is 0 below −709 and 1 above 37; NaN gives NaN.
// Accuracy: within 2 units in the last place where the result is a normal number (TestAgainstMath).
// Cost: about 8 ns.
func P(x float64) float64 { return 1 / (1 + Exp(-x)) }

// Of returns the log-odds of probability p: −Inf for 0, +Inf for 1, NaN outside [0, 1].
//
//	Of(p) = ln(p / (1 − p))
//
// Accuracy: the absolute error is below 2⁻⁵² + 2⁻⁵²·|Of(p)|.
func Of(p float64) float64 {
	if p == 1 {
		return math.Inf(1)
	}
	return Log(p / (1 - p))
}

// Exp returns e to the power x: see [portable.Exp].
func Exp(x float64) float64 { return portable.Exp(x) }

// Log returns the natural logarithm of x: see [portable.Log].
func Log(x float64) float64 { return portable.Log(x) }
