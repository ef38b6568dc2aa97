package metric

import (
	"fmt"
	"math"
)

// # A limit that falls inside a block of ties
//
// Recall at a false-positive rate and precision at the top flag rows from the riskiest down until a limit
// is reached. Where the limit falls inside a block of equal scores, the score does not say whom to flag.
// Both then flag every row of that block with the same probability, the one that reaches the limit
// exactly: the randomised rule of Neyman and Pearson, which is linear interpolation of the ROC curve. Leaving
// the block out would give a score with few values a recall of 0, counting it in would break the limit.
// What the same limit gives when the bad rows of the block come last, or first, is said in a warning
// whenever the two are further apart than tiesDecide.

// tiesDecide is how far apart the two ends may be without a warning: one percentage point (assumed; the
// recall of one bad row in a hundred).
const tiesDecide = 0.01

// A border is a value at a limit: as defined, and with the bad rows of the block there last, and first.
type border struct{ value, last, first float64 }

// doubt says that ties decide.
func (b border) doubt() string {
	if b.first-b.last <= tiesDecide {
		return ""
	}
	return fmt.Sprintf("ties decide: rows with one score lie across the limit and are shared in proportion; "+
		"in another order of them the value is %.4f to %.4f", b.last, b.first)
}

// recall shares the block in which the flagged good weight passes the share fpr.
func (c *curve) recall(fpr float64) border {
	last, s := len(c.mark)-1, 0
	p, n := c.tp[last], c.fp[last]
	for s < last && c.fp[s+1]/n <= fpr {
		s++
	}
	if s == last {
		return border{1, 1, 1}
	}
	found := border{c.tp[s] / p, c.tp[s] / p, c.tp[s] / p}
	c.walk(s, func(tp0, fp0, tp1, fp1 float64) bool {
		if fp1/n <= fpr {
			found = border{tp1 / p, tp1 / p, tp1 / p}
			return true
		}
		low, high := tp0/p, tp1/p // rates, so that a constant score has exactly fpr
		part := min(1, max(0, (fpr-fp0/n)/(fp1/n-fp0/n)))
		found = border{low + float64((high-low)*part), low, high}
		return false
	})
	return found
}

// precision shares the block in which the flagged weight passes the share of all weight.
func (c *curve) precision(share float64) (found border, ok bool) {
	last, s := len(c.mark)-1, 0
	k := share * (c.tp[last] + c.fp[last])
	if k < 1 {
		return border{}, false
	}
	for s+1 < last && c.tp[s+1]+c.fp[s+1] < k {
		s++
	}
	c.walk(s, func(tp0, fp0, tp1, fp1 float64) bool {
		above, through := tp0+fp0, tp1+fp1
		if through < k {
			return true
		}
		bad, room := tp1-tp0, k-above
		found.value = (tp0 + float64(bad*(room/(through-above)))) / k
		found.first = (tp0 + min(bad, room)) / k
		found.last = (tp0 + max(0, room-(fp1-fp0))) / k
		return false
	})
	return found, true
}

// RecallAtFPR returns the share of bad rows that are flagged when the share fpr of good rows is.
//
//	recall = (TP above the border block + bad in it · (fpr·W₋ − FP above)/good in it) / W₊
//
// Ties: the block in which the limit falls is flagged in proportion, so the value is the point of the
// linearly interpolated [ROC] at fpr, and where the curve is vertical there, its upper end.
// Undefined as [AUC]. Accuracy: equal to scikit-learn's roc_curve, interpolated, to 1e-12
// (TestAgainstOtherPrograms). Cost: as [AUC].
// Source: Neyman & Pearson 1933, doi:10.1098/rsta.1933.0009; Fawcett 2006, section 4,
// doi:10.1016/j.patrec.2005.10.010.
func RecallAtFPR(score []float32, o Outcomes, fpr float64) (recall float64, ok bool) {
	p, r, ok := ranked(score, o)
	if !ok {
		return 0, false
	}
	c := r.curve(p)
	c.at([]float64{1})
	return c.recall(fpr).value, true
}

// PrecisionAtTop returns the share of bad weight among the riskiest share of all weight W.
//
//	k = share·W,   precision = (bad above the border block + bad in it · (k − above)/size) / k
//
// Ties: the block at the border counts in proportion, which is the expectation when its rows are taken
// in random order.
// Undefined: as [AUC], and when k is below 1.
// Cost: as [AUC].
func PrecisionAtTop(score []float32, o Outcomes, share float64) (precision float64, ok bool) {
	p, r, ok := ranked(score, o)
	if !ok {
		return 0, false
	}
	c := r.curve(p)
	c.at([]float64{1})
	b, ok := c.precision(share)
	return b.value, ok
}

// A Cut flags rows: those above the threshold, and of those at it the share Part.
type Cut struct {
	Threshold float32
	Part      float64 // of every row whose score is Threshold; 0 to 1
}

// Flags returns how much of a row with the given score is flagged: 0, 1 or, at the threshold, Part.
func (c Cut) Flags(score float32) float64 {
	switch {
	case score > c.Threshold:
		return 1
	case score == c.Threshold:
		return c.Part
	}
	return 0
}

// Doubt says that ties decide a share of rows with these scores, if more than one in a hundred of them lie at the
// threshold and are flagged in part.
func (c Cut) Doubt(score []float32) string {
	tied := 0
	for _, s := range score {
		if s == c.Threshold {
			tied++
		}
	}
	if c.Part <= 0 || c.Part >= 1 || float64(tied) <= float64(tiesDecide*float64(len(score))) {
		return ""
	}
	return fmt.Sprintf("ties decide: %.2g %% of these rows have the score at the limit, and each is flagged in part", 100*float64(tied)/float64(len(score)))
}

// CutAtFPR returns the cut that flags exactly the share fpr of good rows: the one behind [RecallAtFPR], so that
// Σ Flags·w over all bad rows, divided by their weight, is that recall, and sums over some of them (of
// one cause, of one group) add up to it.
// Undefined as [AUC].
func CutAtFPR(score []float32, o Outcomes, fpr float64) (cut Cut, ok bool) {
	p, r, ok := ranked(score, o)
	if !ok {
		return Cut{}, false
	}
	return r.cutAt(p, fpr), true
}

func (r *ranking) cutAt(p *sample, fpr float64) Cut {
	cut := Cut{float32(math.Inf(1)), 1}
	room := float64(fpr * p.goodWeight)
	for i := 0; i < len(r.key) && cut.Part == 1; {
		end, _, good := r.block(i)
		cut.Threshold = r.value(i)
		if good > room {
			cut.Part = max(0, room/good)
		}
		room -= good
		i = end
	}
	return cut
}

// PartialAUC returns the area under the ROC curve from a false-positive rate of 0 to maxFPR, scaled so that a
// useless score has ½ and a perfect one 1:
//
//	½·(1 + (area − maxFPR²/2) / (maxFPR − maxFPR²/2))
//
// Ties: the block in which maxFPR falls is shared as by [RecallAtFPR].
// Undefined: as [AUC], and unless 0 < maxFPR ≤ 1. Accuracy: equal to scikit-learn's
// roc_auc_score(max_fpr=…) to 1e-12 (TestAgainstOtherPrograms). Cost: as [AUC].
// Source: McClish 1989, doi:10.1177/0272989X8900900307.
func PartialAUC(score []float32, o Outcomes, maxFPR float64) (auc float64, ok bool) {
	p, r, ok := ranked(score, o)
	if !ok || !(maxFPR > 0 && maxFPR <= 1) {
		return 0, false
	}
	area, last := 0.0, Point{}
	r.sweep(p, func(pt Point) {
		if last.FPR < maxFPR {
			part := 1.0
			if pt.FPR > maxFPR {
				part = (maxFPR - last.FPR) / (pt.FPR - last.FPR)
			}
			rise := float64(part * (pt.TPR - last.TPR))
			area += float64(float64(part*(pt.FPR-last.FPR)) * (last.TPR + float64(rise/2)))
		}
		last = pt
	})
	least := float64(float64(maxFPR*maxFPR) / 2)
	return 0.5 + float64(0.5*((area-least)/(maxFPR-least))), true
}
