package metric

import "math"

// MethodRatio names the interval of [Ratio] and [RatioDifference].
const MethodRatio = "random groups"

// Interval returns a value with the interval value ± t·se of level 1 − alpha, df degrees of freedom (0:
// normal), made as method says.
func Interval(value, se float64, df int, alpha float64, method string) Estimate {
	return Estimate{Value: value, OK: true}.symmetric(se, df, alpha, method)
}

// Ratio returns Σ num / Σ den with its interval, from sums by random group of clusters:
//
//	R = X/N,   var(R) = G/(G − 1) · Σ_g (x_g − R·n_g)² / N²,   t with G − 1 degrees of freedom
//
// Shapes: one sum a group; G counts the groups whose sums are not both 0. Clusters must be dealt to the
// groups whole and at random.
// Undefined: Σ den = 0. There is no interval below two groups.
// Accuracy: the linearised variance of a ratio, exact for a mean over groups of equal size. With 101
// groups the standard error is known to 7 %.
// Cost: O(groups). Source: Wolter 2007, Introduction to Variance Estimation, chapters 2 and 6.
func Ratio(num, den []int64, alpha float64) Estimate {
	return ratios(num, den, nil, nil, alpha)
}

// RatioDifference returns Ratio(num, den) − Ratio(refNum, refDen), paired by group:
//
//	var = G/(G − 1) · Σ_g ((x_g − R·n_g)/N − (x'_g − R'·n'_g)/N')²
//
// Equal sums give 0 ± 0. Shapes and undefined cases as [Ratio].
func RatioDifference(num, den, refNum, refDen []int64, alpha float64) Estimate {
	return ratios(num, den, refNum, refDen, alpha)
}

func ratios(num, den, refNum, refDen []int64, alpha float64) Estimate {
	a, z, ok := residuals(num, den)
	if !ok {
		return Estimate{}
	}
	used := func(g int) bool { return num[g] != 0 || den[g] != 0 }
	if refNum != nil {
		b, y, ok := residuals(refNum, refDen)
		if !ok {
			return Estimate{}
		}
		a -= b
		for g := range z {
			z[g] -= y[g]
		}
		used = func(g int) bool { return num[g] != 0 || den[g] != 0 || refNum[g] != 0 || refDen[g] != 0 }
	}
	n, sum := 0, 0.0
	for g, x := range z {
		sum += float64(x * x)
		if used(g) {
			n++
		}
	}
	e := Estimate{Value: a, OK: true}
	if n < 2 {
		return e
	}
	return e.symmetric(math.Sqrt(sum*float64(n)/float64(n-1)), n-1, alpha, MethodRatio)
}

// residuals returns the ratio and what each group adds to its deviation.
func residuals(num, den []int64) (ratio float64, z []float64, ok bool) {
	var x, n int64
	for g := range num {
		x, n = x+num[g], n+den[g]
	}
	if n == 0 {
		return 0, nil, false
	}
	ratio = float64(x) / float64(n)
	z = make([]float64, len(num))
	for g := range z {
		z[g] = (float64(num[g]) - float64(ratio*float64(den[g]))) / float64(n)
	}
	return ratio, z, true
}

// AUCs returns the AUC of every column as [AUCInterval] does, and its difference to the first as
// [PairedAUC] does, at the price of one ranking a column.
// Undefined: as these; all estimates are then undefined.
func AUCs(scores [][]float32, o Outcomes, alpha float64) (auc, difference []Estimate) {
	auc, difference = make([]Estimate, len(scores)), make([]Estimate, len(scores))
	if check(scores, o) != nil {
		return auc, difference
	}
	p := clustered(o)
	if !p.twoClasses() {
		return auc, difference
	}
	var first *influence
	for k, s := range scores {
		f := rank(s, p).influence(p)
		if k == 0 {
			first = f
		}
		v, ok := f.variance(nil, p)
		auc[k] = p.aucInterval(f.auc, v, ok, alpha, p.delongName())
		difference[k] = p.pairedAUC(f, first, alpha)
	}
	return auc, difference
}
