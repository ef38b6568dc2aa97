package metric

import (
	"cmp"
	"math"
	"slices"
)

// A Word is a verdict on a difference, candidate minus reference. Exactly one applies; they are tried in
// this order:
//
//	equivalent   the interval of level 1 − 2·alpha lies strictly between −margin and +margin: two
//	             one-sided tests at alpha both reject (Schuirmann's TOST). This stands even when the
//	             difference is distinguishable from 0: it is then real and smaller than the margin.
//	better       the two-sided test of "no difference" rejects at alpha, and the candidate is ahead
//	worse        the same, and the candidate is behind
//	not shown    none of these: the data allow both a difference above the margin and none
//
// "Ahead" follows [Metric.Direction]; where the metric has none, better and worse are "different".
type Word string

// The verdicts.
const (
	Equivalent Word = "equivalent"
	Better     Word = "better"
	Worse      Word = "worse"
	Different  Word = "different"
	NotShown   Word = "not shown"
)

// A Verdict is what a difference shows at a margin.
type Verdict struct {
	Word         Word
	NonInferior  bool    // the candidate is shown to be worse by less than the margin
	PDifferent   float64 // two-sided, of "no difference"
	PEquivalent  float64 // of "the difference is at least the margin": the larger of two one-sided tests
	PNonInferior float64 // of "the candidate is worse by at least the margin"
	OK           bool    // false: the difference has no standard error; Word is then NotShown
}

// Judge compares a difference with a margin at level alpha.
//
// Shapes: d is candidate minus reference, margin > 0 in the metric's unit, alpha the level of each
// test; direction as [Metric.Direction].
// A difference of exactly 0 with standard error 0 (the same scores) is equivalent at every margin; one of
// standard error 0 and another value is not shown, for the data cannot say how sure it is.
// Undefined: OK is false then, and when d has no interval.
// Source: Schuirmann 1987, doi:10.1007/BF01068419; Piaggio et al. 2012 (CONSORT non-inferiority),
// doi:10.1001/jama.2012.87802.
func Judge(d Estimate, margin, alpha float64, direction int) Verdict {
	return judge(d, margin, direction).word(d, alpha, direction)
}

// judge computes the p-values.
func judge(d Estimate, margin float64, direction int) Verdict {
	t := d.Test(0)
	if !t.OK || !(margin > 0) {
		return Verdict{Word: NotShown, PDifferent: 1, PEquivalent: 1, PNonInferior: 1}
	}
	if d.SE == 0 {
		return Verdict{PDifferent: 1, OK: true}
	}
	above := tail0((d.Value+margin)/d.SE, d.DF) // of "d ≤ −margin"
	below := tail0((margin-d.Value)/d.SE, d.DF) // of "d ≥ +margin"
	v := Verdict{PDifferent: t.P, PEquivalent: max(above, below), PNonInferior: above, OK: true}
	switch {
	case direction < 0:
		v.PNonInferior = below
	case direction == 0:
		v.PNonInferior = v.PEquivalent
	}
	return v
}

// word turns p-values into words.
func (v Verdict) word(d Estimate, alpha float64, direction int) Verdict {
	v.NonInferior = v.OK && v.PNonInferior < alpha
	ahead := d.Value * float64(direction)
	switch {
	case !v.OK:
		v.Word = NotShown
	case v.PEquivalent < alpha:
		v.Word = Equivalent
	case v.PDifferent >= alpha:
		v.Word = NotShown
	case ahead > 0:
		v.Word = Better
	case ahead < 0:
		v.Word = Worse
	default:
		v.Word = Different
	}
	return v
}

// A Comparison is one member of a family of differences.
type Comparison struct {
	Difference Estimate
	Margin     float64
	Direction  int
}

// JudgeFamily judges differences together: each of the three kinds of p-value is corrected by [Holm]
// over the family, so that at level alpha the chance of any wrong "better" or "worse" is at most alpha, and
// likewise of any wrong "equivalent", and of any wrong non-inferiority. Members without a standard error
// do not count.
func JudgeFamily(family []Comparison, alpha float64) []Verdict {
	all := make([]Verdict, len(family))
	var at []int
	for i, c := range family {
		all[i] = judge(c.Difference, c.Margin, c.Direction)
		if all[i].OK {
			at = append(at, i)
		}
	}
	for _, p := range []func(*Verdict) *float64{
		func(v *Verdict) *float64 { return &v.PDifferent },
		func(v *Verdict) *float64 { return &v.PEquivalent },
		func(v *Verdict) *float64 { return &v.PNonInferior },
	} {
		raw := make([]float64, len(at))
		for j, i := range at {
			raw[j] = *p(&all[i])
		}
		for j, q := range Holm(raw) {
			*p(&all[at[j]]) = q
		}
	}
	for i, c := range family {
		all[i] = all[i].word(c.Difference, alpha, c.Direction)
	}
	return all
}

// Holm returns p-values adjusted for a family of m tests: with p sorted upwards,
//
//	qᵢ = max over j ≤ i of min(1, (m − j + 1)·pⱼ)
//
// in the order given. A test with q < alpha is rejected; the chance of any false rejection is at most
// alpha whatever the dependence. Equal to R's p.adjust (TestAgainstOtherPrograms).
// Source: Holm 1979, Scand. J. Statist. 6:65–70.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	q, high := make([]float64, len(p)), 0.0
	for rank, i := range order {
		high = max(high, min(1, float64(len(p)-rank)*p[i]))
		q[i] = high
	}
	return q
}

// Detectable returns the smallest true difference that a two-sided test at level alpha would have found
// with the given power in data like these: (t_{alpha/2} + t_{1−power})·SE.
//
// Undefined: d has no standard error, or it is 0.
// Accuracy: exact for the normal; for t the usual shifted approximation, within 1 % at 30 degrees of
// freedom or more. Source: Lachin 1981, doi:10.1016/0197-2456(81)90001-5.
func Detectable(d Estimate, alpha, power float64) (difference float64, ok bool) {
	return multipleSE(d, alpha/2, 1-power)
}

// ProvableMargin returns the smallest margin at which data like these would have shown equivalence with
// the given power if the true difference were 0: (t_alpha + t_{(1−power)/2})·SE.
// Undefined as [Detectable].
func ProvableMargin(d Estimate, alpha, power float64) (margin float64, ok bool) {
	return multipleSE(d, alpha, (1-power)/2)
}

func multipleSE(d Estimate, tailA, tailB float64) (float64, bool) {
	if !d.OK || !d.HasInterval || !(d.SE > 0) || math.IsInf(d.SE, 0) {
		return 0, false
	}
	return float64((tQuantile(tailA, d.DF) + tQuantile(tailB, d.DF)) * d.SE), true
}
