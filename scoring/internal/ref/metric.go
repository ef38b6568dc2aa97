package ref

import "math"

// Rows are the input of the slow metrics: score, outcome and weight of each row, and the cluster it
// belongs to.
type Rows struct {
	Score   []float32
	Bad     []bool
	Weight  []float64
	Cluster []int
}

// wins returns 1, ½ or 0: how much of a pair the bad row with score a wins from the good row with b.
func wins(a, b float32) float64 {
	switch {
	case a > b:
		return 1
	case a == b:
		return 0.5
	}
	return 0
}

// ClassWeight returns the weight of the bad (or good) rows.
func (r Rows) ClassWeight(bad bool) (w float64) {
	for i, b := range r.Bad {
		if b == bad {
			w += r.Weight[i]
		}
	}
	return w
}

// placement returns the share of the other class that row i beats (bad) or is beaten by (good).
func (r Rows) placement(i int) (share float64) {
	for j, b := range r.Bad {
		if b == r.Bad[i] {
			continue
		}
		if r.Bad[i] {
			share += r.Weight[j] * wins(r.Score[i], r.Score[j])
		} else {
			share += r.Weight[j] * wins(r.Score[j], r.Score[i])
		}
	}
	return share / r.ClassWeight(!r.Bad[i])
}

// AUC counts pairs.
func AUC(r Rows) (auc float64) {
	for i, b := range r.Bad {
		if b {
			auc += r.Weight[i] * r.placement(i)
		}
	}
	return auc / r.ClassWeight(true)
}

// AUCCovariance is Obuchowski's estimator as printed in 1997: sums over clusters of products of the
// cluster sums of placements, for two scores on the same rows.
func AUCCovariance(a, b Rows) float64 {
	m, n := a.ClassWeight(true), a.ClassWeight(false)
	ax, ay := a.clusterSums(AUC(a))
	bx, by := b.clusterSums(AUC(b))
	var xx, yy, xy float64
	has := [2]float64{}
	for c := range ax {
		xx, yy = xx+ax[c]*bx[c], yy+ay[c]*by[c]
		xy += (ax[c]*by[c] + ay[c]*bx[c]) / 2
		for class := range has {
			if a.holds(c, class == 1) {
				has[class]++
			}
		}
	}
	all := float64(len(ax))
	s10, s01, s11 := has[1]/((has[1]-1)*m)*xx, has[0]/((has[0]-1)*n)*yy, all/(all-1)*xy
	return s10/m + s01/n + 2*s11/(m*n)
}

// clusterSums returns Σ w(V − θ) over the bad and over the good rows of each cluster.
func (r Rows) clusterSums(theta float64) (x, y map[int]float64) {
	x, y = map[int]float64{}, map[int]float64{}
	for i, c := range r.Cluster {
		d := r.Weight[i] * (r.placement(i) - theta)
		x[c] += 0
		y[c] += 0
		if r.Bad[i] {
			x[c] += d
		} else {
			y[c] += d
		}
	}
	return x, y
}

func (r Rows) holds(cluster int, bad bool) bool {
	for i, c := range r.Cluster {
		if c == cluster && r.Bad[i] == bad {
			return true
		}
	}
	return false
}

// flagged returns the weight of bad and good rows with a score of at least t.
func (r Rows) flagged(t float32) (tp, fp float64) {
	for i, s := range r.Score {
		if s >= t && r.Bad[i] {
			tp += r.Weight[i]
		} else if s >= t {
			fp += r.Weight[i]
		}
	}
	return tp, fp
}

// KS tries every score as a threshold.
func KS(r Rows) (best float64) {
	p, n := r.ClassWeight(true), r.ClassWeight(false)
	for _, t := range r.Score {
		tp, fp := r.flagged(t)
		best = math.Max(best, math.Abs(tp/p-fp/n))
	}
	return best
}

// RecallAtFPR gives every bad row its chance of being flagged: how much of the good weight level with it
// the limit still lets through after the good weight above it.
func RecallAtFPR(r Rows, fpr float64) (recall float64) {
	room := fpr * r.ClassWeight(false)
	for i, t := range r.Score {
		if !r.Bad[i] {
			continue
		}
		var above, level float64
		for j, s := range r.Score {
			if !r.Bad[j] && s > t {
				above += r.Weight[j]
			} else if !r.Bad[j] && s == t {
				level += r.Weight[j]
			}
		}
		switch {
		case above+level <= room:
			recall += r.Weight[i]
		case above < room:
			recall += r.Weight[i] * (room - above) / level
		}
	}
	return recall / r.ClassWeight(true)
}

// AveragePrecision gives each bad row the precision at its own score.
func AveragePrecision(r Rows) (ap float64) {
	for i, t := range r.Score {
		if r.Bad[i] {
			tp, fp := r.flagged(t)
			ap += r.Weight[i] * tp / (tp + fp)
		}
	}
	return ap / r.ClassWeight(true)
}

// PrecisionAtTop gives every row the share of it that lies in the top, as if its ties were shuffled.
func PrecisionAtTop(r Rows, share float64) (precision float64) {
	k := share * (r.ClassWeight(true) + r.ClassWeight(false))
	for i, t := range r.Score {
		if !r.Bad[i] {
			continue
		}
		tp, fp := r.flagged(t)
		btp, bfp := r.flagged(math.Nextafter32(t, float32(math.Inf(1))))
		part := math.Min(1, math.Max(0, (k-btp-bfp)/(tp+fp-btp-bfp)))
		precision += r.Weight[i] * part
	}
	return precision / k
}

// Brier averages squared errors.
func Brier(r Rows) (sum float64) {
	for i, s := range r.Score {
		d := float64(s)
		if r.Bad[i] {
			d -= 1
		}
		sum += r.Weight[i] * d * d
	}
	return sum / (r.ClassWeight(true) + r.ClassWeight(false))
}

// LogLoss averages negative log likelihoods, probabilities kept 2⁻²³ away from 0 and 1.
func LogLoss(r Rows) (sum float64) {
	for i, s := range r.Score {
		p := math.Min(math.Max(float64(s), 0x1p-23), 1-0x1p-23)
		if !r.Bad[i] {
			p = 1 - p
		}
		sum -= r.Weight[i] * math.Log(p)
	}
	return sum / (r.ClassWeight(true) + r.ClassWeight(false))
}

// AUCTwoWay returns the variance of the AUC of r (or of its difference to the score other, on the same rows) over
// days, and over the cells of cluster and day, as if each were the unit drawn: D/(D−1)·Σ over units of the squared
// sum of first-order influences.
func AUCTwoWay(r Rows, other []float32, day []int32) (days, cells float64) {
	psi := r.influence()
	if other != nil {
		o := r
		o.Score = other
		for i, x := range o.influence() {
			psi[i] -= x
		}
	}
	byDay, byCell := map[int32]float64{}, map[[2]int]float64{}
	for i, x := range psi {
		byDay[day[i]] += x
		byCell[[2]int{r.Cluster[i], int(day[i])}] += x
	}
	for _, x := range byDay {
		days += x * x
	}
	for _, x := range byCell {
		cells += x * x
	}
	return days * float64(len(byDay)) / float64(len(byDay)-1), cells * float64(len(byCell)) / float64(len(byCell)-1)
}

// influence returns how much each row moves the AUC.
func (r Rows) influence() []float64 {
	out, auc := make([]float64, len(r.Score)), AUC(r)
	for i := range out {
		out[i] = r.Weight[i] * (r.placement(i) - auc) / r.ClassWeight(r.Bad[i])
	}
	return out
}
