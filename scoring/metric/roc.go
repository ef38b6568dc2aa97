package metric

import (
	"math"

	"overshare/sim/portable"
)

// AUC returns the probability that a random bad row outscores a random good row. Ties count one half.
//
//	AUC = 1 − Σ_bad wᵢ·(G>ᵢ + ½G=ᵢ) / (W₊W₋)
//
// G>ᵢ and G=ᵢ are the weight of good rows above and level with row i, W₊ and W₋ the weight of each class.
//
// Shapes: score and the slices of o have equal length; nothing is changed. Clusters do not matter here.
// Undefined: ok is false when either class is empty or without weight, or a score is not a number.
// Accuracy: exact counts, one division: error below 1e-15 without weights up to 1e7 rows. Equal to
// scikit-learn and pROC to 1e-12 (TestAgainstOtherPrograms).
// Cost: O(n), three counting passes; 16 bytes a row.
// Source: Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747.
func AUC(score []float32, o Outcomes) (auc float64, ok bool) {
	p, r, ok := ranked(score, o)
	if !ok {
		return 0, false
	}
	return r.auc(p), true
}

// ranked prepares one column without groups; ok is false when no two classes can be ranked.
func ranked(score []float32, o Outcomes) (*sample, *ranking, bool) {
	if check([][]float32{score}, o) != nil {
		return nil, nil, false
	}
	p := whole(o)
	if !p.twoClasses() {
		return nil, nil, false
	}
	return p, rank(score, p), true
}

// auc sums what is lost pair by pair, block after block.
func (r *ranking) auc(p *sample) float64 {
	loss, above := 0.0, 0.0
	for i := 0; i < len(r.key); {
		end, bad, good := r.block(i)
		loss += float64(bad * (above + float64(good/2)))
		above += good
		i = end
	}
	return 1 - loss/float64(p.badWeight*p.goodWeight)
}

// A Point of the ROC curve: what happens when every row with a score of at least Threshold is flagged.
// The first point of a curve flags nothing; its Threshold is +Inf.
type Point struct {
	Threshold float32
	FPR, TPR  float64 // share of good, of bad rows flagged
}

// ROC returns the curve with one point for every distinct score, from (0, 0) to (1, 1).
// Undefined as [AUC]. Cost: as [AUC], and 24 bytes per distinct score.
func ROC(score []float32, o Outcomes) (curve []Point, ok bool) {
	p, r, ok := ranked(score, o)
	if !ok {
		return nil, false
	}
	r.sweep(p, func(pt Point) { curve = append(curve, pt) })
	return curve, true
}

// ThinROC returns at most points of the curve (and the ones in keep besides), for plotting.
//
// The points kept are points of the true curve: both ends, the last one before each of points − 2 equal
// steps of FPR + TPR, and for every FPR in keep the last point that does not exceed it, so that a
// reader finds recall at that rate on the curve (exactly, where no block of ties lies across it).
// Undefined as [AUC]. Cost: as [AUC]; the full curve is never held.
func ThinROC(score []float32, o Outcomes, points int, keep ...float64) (curve []Point, ok bool) {
	p, r, ok := ranked(score, o)
	if !ok {
		return nil, false
	}
	return r.thin(p, points, keep), true
}

// sweep visits all points of the curve in order.
func (r *ranking) sweep(p *sample, visit func(Point)) {
	visit(Point{Threshold: float32(math.Inf(1))})
	tp, fp := 0.0, 0.0
	for i := 0; i < len(r.key); {
		end, bad, good := r.block(i)
		tp, fp = tp+bad, fp+good
		visit(Point{r.value(i), min(1, fp/p.goodWeight), min(1, tp/p.badWeight)})
		i = end
	}
}

// thin keeps the last point of every step, and those asked for.
func (r *ranking) thin(p *sample, points int, keep []float64) (curve []Point) {
	steps := float64(max(points, 3) - 2)
	var last Point
	first := true
	r.sweep(p, func(pt Point) {
		if first {
			curve, first = append(curve, pt), false
		} else if crosses(last, pt, steps, keep) && last != curve[len(curve)-1] {
			curve = append(curve, last)
		}
		last = pt
	})
	if last != curve[len(curve)-1] {
		curve = append(curve, last)
	}
	return curve
}

// crosses says whether a step of FPR + TPR or a rate to keep ends between two neighbouring points.
func crosses(a, b Point, steps float64, keep []float64) bool {
	at := func(x Point) float64 { return math.Floor((x.FPR + x.TPR) / 2 * steps) }
	if at(a) != at(b) {
		return true
	}
	for _, f := range keep {
		if a.FPR <= f && b.FPR > f {
			return true
		}
	}
	return false
}

// ThresholdAtFPR returns the lowest score t such that flagging every row with score ≥ t flags at most
// the share fpr of good rows: a rule without chance, which may flag less than [RecallAtFPR] counts. It is +Inf when even the riskiest
// block holds too many good rows. A block is flagged as a whole here; [CutAtFPR] shares the one at the
// limit. Undefined as [AUC].
func ThresholdAtFPR(score []float32, o Outcomes, fpr float64) (t float32, ok bool) {
	p, r, ok := ranked(score, o)
	if !ok {
		return 0, false
	}
	r.sweep(p, func(pt Point) {
		if pt.FPR <= fpr {
			t = pt.Threshold
		}
	})
	return t, true
}

// NullAUC returns the interval that holds the AUC of a score with probability 1 − alpha when the bad
// labels are shuffled over the rows.
//
//	½ ± z·√v,   v = [(n + 1) − Σ(t³ − t)/(n(n − 1))] / (12·n₊n₋),   t = size of each block of ties
//
// Shapes: as [AUC]; weights and clusters are not used (labels are shuffled row by row).
// Undefined: either class empty, or fewer than two rows.
// Accuracy: normal approximation of the Mann–Whitney statistic; n₊ and n₋ should exceed 20.
// Source: Lehmann 1975, Nonparametrics, section 1.4; ties as in R's wilcox.test.
func NullAUC(score []float32, bad []bool, alpha float64) (low, high float64, ok bool) {
	p, r, ok := ranked(score, Outcomes{Bad: bad})
	if !ok {
		return 0, 0, false
	}
	n, ties := float64(p.rows), 0.0
	for i := 0; i < len(r.key); {
		end, b, g := r.block(i)
		t := b + g
		ties += float64(t*t*t) - t
		i = end
	}
	v := (n + 1 - ties/(n*(n-1))) / (12 * p.badWeight * p.goodWeight)
	half := float64(portable.NormalQuantile(alpha/2) * math.Sqrt(v))
	return max(0, 0.5-half), min(1, 0.5+half), true
}
