package metric

import (
	"cmp"
	"slices"
)

// MeanFlag returns the mean of flags, numbers from 0 to 1 such as those of a [Cut], by weight, with Wilson's interval. Rows
// of one cluster stick together: n is divided by the design effect, at least 1,
//
//	Σ_c (Σ_{i in c} wᵢ·(flagᵢ − p))² / (Σ w)² · C/(C − 1)  over  p·(1 − p)/n
//
// with C the number of clusters. Where p is 0 or 1 rows say nothing of it, and clusters count in place of rows.
//
// Shapes: cluster and weight have one value a row; nil clusters: every row is its own; nil weights: 1.
// Undefined: no rows, or no weight. Cost: a sort of the rows.
// Source: Korn & Graubard 1998, Survey Methodology 24, 193–201 (Wilson's or an exact interval at the effective size).
func MeanFlag(flag []float64, cluster []uint32, weight []float64, alpha float64) Estimate {
	order := make([]int32, len(flag))
	for i := range order {
		order[i] = int32(i)
	}
	of := func(i int32) uint32 {
		if cluster == nil {
			return uint32(i)
		}
		return cluster[i]
	}
	w := func(i int32) float64 {
		if weight == nil {
			return 1
		}
		return weight[i]
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(of(a), of(b)), cmp.Compare(flag[a], flag[b]), cmp.Compare(w(a), w(b)))
	})
	sum, all, n := 0.0, 0.0, float64(len(flag))
	for _, i := range order {
		sum, all = sum+float64(w(i)*flag[i]), all+w(i)
	}
	if !(all > 0) {
		return Estimate{}
	}
	p := sum / all
	squares, clusters, part := 0.0, 0.0, 0.0
	for k, i := range order {
		part += float64(w(i) * (flag[i] - p))
		if k+1 == len(order) || of(order[k+1]) != of(i) {
			squares, clusters, part = squares+float64(part*part), clusters+1, 0
		}
	}
	effect := n / clusters
	if v := float64(p*(1-p)) / n; v > 0 && clusters > 1 {
		effect = max(1, float64(squares/float64(all*all)*(clusters/(clusters-1)))/v)
		if weight == nil && clusters == n {
			effect = 1 // every row by itself
		}
	}
	return Proportion(float64(p*n), n, effect, alpha)
}
