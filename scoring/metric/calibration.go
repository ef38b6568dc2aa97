package metric

import (
	"math"

	"overshare/sim/portable"
)

// inside says whether every score is a probability.
func (r *ranking) inside() bool {
	n := len(r.key)
	return n > 0 && r.value(0) <= 1 && r.value(n-1) >= 0
}

// probability keeps p away from 0 and 1 by 2⁻²³, where its logarithm is finite.
func probability(p float32) float64 {
	return min(max(float64(p), probabilityFloor), 1-probabilityFloor)
}

// An odds is what a block of equal predictions needs for likelihoods.
type odds struct {
	x           float64 // log-odds of the prediction
	good        float64 // −ln P(good); −ln P(bad) is good − x
	bad, weight float64
}

// odds returns one entry a block.
func (r *ranking) odds() []odds {
	out := make([]odds, len(r.start)-1)
	for b := range out {
		start := int(r.start[b])
		_, bad, good := r.block(start)
		q := probability(r.value(start))
		l := -portable.Log(1 - q)
		out[b] = odds{l + portable.Log(q), l, bad, bad + good}
	}
	return out
}

// losses sums squared error and log loss by tag.
func (r *ranking) losses(p *sample, all []odds) (brier, log []float64) {
	brier, log = make([]float64, 2*p.groups), make([]float64, 2*p.groups)
	for b := range all {
		x := float64(r.value(int(r.start[b])))
		square := [2]float64{float64(x * x), float64((1 - x) * (1 - x))}
		nats := [2]float64{all[b].good, all[b].good - all[b].x}
		for i := r.start[b]; i < r.start[b+1]; i++ {
			w, t := r.at(int(i)), r.tag[i]
			brier[t] += float64(w * square[t&1])
			log[t] += float64(w * nats[t&1])
		}
	}
	return brier, log
}

// average returns the weighted mean of sums by tag, and the means without each group (nil when one
// group has all the weight).
func (p *sample) average(sum []float64) (value float64, without []float64) {
	total, weight := 0.0, p.badWeight+p.goodWeight
	for _, s := range sum {
		total += s
	}
	for g := range p.groups {
		w := weight - p.groupWeight[2*g] - p.groupWeight[2*g+1]
		if !(w > 0) {
			return total / weight, nil
		}
		without = append(without, (total-sum[2*g]-sum[2*g+1])/w)
	}
	return total / weight, without
}

// Brier returns the mean squared error Σ wᵢ(pᵢ − yᵢ)²/Σ wᵢ of probabilities, y = 1 for bad rows.
// Undefined: no weight, or a score outside [0, 1]. One class is enough.
// Cost: as [AUC]. Source: Brier 1950.
func Brier(prob []float32, o Outcomes) (brier float64, ok bool) {
	p, r, ok := probabilities(prob, o)
	if !ok {
		return 0, false
	}
	sum, _ := r.losses(p, r.odds())
	brier, _ = p.average(sum)
	return brier, true
}

// LogLoss returns −Σ wᵢ ln P(what happened)/Σ wᵢ, in nats. Probabilities are kept 2⁻²³ away from 0
// and 1, as scikit-learn does for float32.
// Undefined as [Brier]. Cost: as [AUC], and two logarithms per distinct score.
func LogLoss(prob []float32, o Outcomes) (nats float64, ok bool) {
	p, r, ok := probabilities(prob, o)
	if !ok {
		return 0, false
	}
	_, sum := r.losses(p, r.odds())
	nats, _ = p.average(sum)
	return nats, true
}

// probabilities prepares a column that must hold probabilities.
func probabilities(prob []float32, o Outcomes) (*sample, *ranking, bool) {
	if check([][]float32{prob}, o) != nil {
		return nil, nil, false
	}
	p := whole(o)
	if !(p.badWeight+p.goodWeight > 0) {
		return nil, nil, false
	}
	r := rank(prob, p)
	return p, r, r.inside()
}

// A Bin is one row of a calibration table: rows with predictions between Low and High.
type Bin struct {
	Low, High     float32  // smallest and largest prediction in it
	Rows          int      // how many rows
	Weight        float64  // their weight
	MeanPredicted float64  // weighted mean of the predictions
	Observed      Estimate // weighted share of bad rows, Wilson interval widened by the design effect
	bad           float64
	byTag, sum    []float64 // weight and weighted predictions by tag
}

// CalibrationTable returns at most bins bins of about equal weight, lowest predictions first.
//
// Ties: a block goes as a whole to the bin that holds the middle of its weight, so bins can be uneven,
// and fewer when scores are few. The interval of each bin is Wilson's, its n divided by the design
// effect: the delete-a-group jackknife variance over p(1−p)/n, at least 1.
// Undefined as [Brier].
func CalibrationTable(prob []float32, o Outcomes, bins int, seed uint64, alpha float64) (table []Bin, ok bool) {
	if check([][]float32{prob}, o) != nil || bins < 1 {
		return nil, false
	}
	p := grouped(o, seed)
	if !(p.badWeight+p.goodWeight > 0) {
		return nil, false
	}
	r := rank(prob, p)
	if !r.inside() {
		return nil, false
	}
	return r.calibration(p, bins, alpha), true
}

// calibration fills the bins from the lowest prediction up.
func (r *ranking) calibration(p *sample, bins int, alpha float64) (table []Bin) {
	total, below, at := p.badWeight+p.goodWeight, 0.0, -1
	for b := len(r.start) - 2; b >= 0; b-- {
		start, end := r.start[b], r.start[b+1]
		_, bad, good := r.block(int(start))
		w := bad + good
		bin := min(bins-1, int(float64(bins)*((below+float64(w/2))/total)))
		if bin != at {
			table = append(table, Bin{Low: r.value(int(start)), byTag: make([]float64, 2*p.groups), sum: make([]float64, 2*p.groups)})
			at = bin
		}
		table[len(table)-1].add(r, start, end)
		below += w
	}
	for i := range table {
		table[i].finish(p, alpha)
	}
	return table
}

func (b *Bin) add(r *ranking, start, end uint32) {
	b.High = r.value(int(start))
	x := float64(b.High)
	for i := start; i < end; i++ {
		w, t := r.at(int(i)), r.tag[i]
		b.byTag[t] += w
		b.sum[t] += float64(w * x)
	}
	b.Rows += int(end - start)
}

// finish turns sums into means.
func (b *Bin) finish(p *sample, alpha float64) {
	sum := 0.0
	for t, w := range b.byTag {
		b.Weight += w
		b.bad += float64(w * float64(t&1))
		sum += b.sum[t]
	}
	if !(b.Weight > 0) {
		return
	}
	b.MeanPredicted = sum / b.Weight
	b.Observed = Proportion(b.bad, b.Weight, b.designEffect(), alpha)
}

// designEffect compares the jackknife variance of the observed share with the binomial one.
func (b *Bin) designEffect() float64 {
	rate := b.bad / b.Weight
	var without []float64
	for g := range len(b.byTag) / 2 {
		w := b.Weight - b.byTag[2*g] - b.byTag[2*g+1]
		if !(w > 0) {
			return 1
		}
		without = append(without, (b.bad-b.byTag[2*g+1])/w)
	}
	j := jackknifed(without)
	if rate <= 0 || rate >= 1 || len(without) < 2 {
		return 1
	}
	return max(1, covariance(j, j)/(rate*(1-rate)/b.Weight))
}

// expectedError returns Σ (W_b/W)·|mean prediction − observed share| over the bins, and the values
// without each group, bins held fixed.
func expectedError(table []Bin, p *sample) (value float64, without []float64) {
	gap := func(skip int) (gap, weight float64) {
		for i := range table {
			d, w := table[i].gap(skip)
			gap, weight = gap+math.Abs(d), weight+w
		}
		return gap, weight
	}
	g, w := gap(-1)
	value = g / w
	for skip := range p.groups {
		g, w := gap(skip)
		if !(w > 0) {
			return value, nil
		}
		without = append(without, g/w)
	}
	return value, without
}

// chanceError returns the ECE that perfect calibration would show by chance on average in these bins:
// Σ (W_b/W)·√(2q(1−q)/(πW_b)).
func chanceError(table []Bin) float64 {
	sum, weight := 0.0, 0.0
	for i := range table {
		q := table[i].Observed.Value
		sum += math.Sqrt(2 / math.Pi * float64(q*(1-q)) * table[i].Weight)
		weight += table[i].Weight
	}
	return sum / weight
}

// gap returns predicted minus observed bad weight and the weight of a bin without one group.
func (b *Bin) gap(skip int) (gap, weight float64) {
	for t, w := range b.byTag {
		if t>>1 != skip {
			gap += b.sum[t] - float64(w*float64(t&1))
			weight += w
		}
	}
	return gap, weight
}

// ECE returns the expected calibration error over bins of about equal weight (see [CalibrationTable]).
// It is biased upwards: a perfectly calibrated score has an ECE of about √(2p(1−p)·bins/(πn)). Near that
// value a report says so, and its interval is wide: the jackknife overstates the variance of a sum of
// absolute values near 0 about twofold (TestStandardErrorsMatchSpread).
// Undefined as [Brier].
func ECE(prob []float32, o Outcomes, bins int) (ece float64, ok bool) {
	p, r, ok := probabilities(prob, o)
	if !ok || bins < 1 {
		return 0, false
	}
	ece, _ = expectedError(r.calibration(p, bins, defaultAlpha), p)
	return ece, true
}
