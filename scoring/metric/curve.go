package metric

import "math"

// A curve evaluates the metrics that depend on where the ROC curve passes a given point (KS, recall at a
// false-positive rate, precision at the top), for any multiple of every group's weight. Per-group
// weights are summed at marks about 2,000 rows apart, so that one evaluation costs a product per
// mark and group plus a walk through the few stretches that matter.
type curve struct {
	r        *ranking
	p        *sample
	mark     []int     // ranks at block borders; first 0, last n
	sum      []float64 // weight above the mark, mark after mark, by tag
	tp, fp   []float64 // scratch: weight of bad and good rows above each mark under the multiples in use
	multiple []float64 // scratch, by tag
}

const markEvery = 1 << 11

// curve sets the marks: a block that fills a stretch stands alone, so that no walk enters it.
func (r *ranking) curve(p *sample) *curve {
	c := &curve{r: r, p: p, multiple: make([]float64, 2*p.groups)}
	sum := make([]float64, 2*p.groups)
	place := func(rank int) {
		if len(c.mark) == 0 || c.mark[len(c.mark)-1] != rank {
			c.mark, c.sum = append(c.mark, rank), append(c.sum, sum...)
		}
	}
	place(0)
	for i := 0; i < len(r.key); {
		end, _, _ := r.block(i)
		if end-i >= markEvery {
			place(i)
		}
		for j := i; j < end; j++ {
			sum[r.tag[j]] += r.at(j)
		}
		if end-c.mark[len(c.mark)-1] >= markEvery || end == len(r.key) {
			place(end)
		}
		i = end
	}
	c.tp, c.fp = make([]float64, len(c.mark)), make([]float64, len(c.mark))
	return c
}

// A shape is what one evaluation of a curve gives.
type shape struct {
	ks                     float64
	recall1, recall5, top1 border
	ok                     bool // both classes carry weight
	topOK                  bool // the riskiest 1 % are at least one row's weight
}

// at evaluates the curve with every group's weight multiplied by m.
func (c *curve) at(m []float64) shape {
	for t := range c.multiple {
		c.multiple[t] = m[t>>1]
	}
	tags, last := len(c.multiple), len(c.mark)-1
	for s := range c.mark {
		good, bad := 0.0, 0.0
		for t := 0; t < tags; t += 2 {
			good += float64(c.multiple[t] * c.sum[s*tags+t])
			bad += float64(c.multiple[t] * c.sum[s*tags+t+1])
		}
		c.tp[s], c.fp[s] = bad, good
	}
	if !(c.tp[last] > 0) || !(c.fp[last] > 0) {
		return shape{}
	}
	out := shape{ks: c.ks(), recall1: c.recall(0.01), recall5: c.recall(0.05), ok: true}
	out.top1, out.topOK = c.precision(0.01)
	return out
}

// walk visits the blocks between marks s and s+1 with the weights above and below each, until visit
// returns false. A block of zero weight is visited too.
func (c *curve) walk(s int, visit func(tp0, fp0, tp1, fp1 float64) bool) {
	tp, fp := c.tp[s], c.fp[s]
	for i, stop := c.mark[s], c.mark[s+1]; i < stop; {
		bad, good, h := 0.0, 0.0, c.r.key[i]>>32
		if h == c.r.key[stop-1]>>32 {
			bad, good, i = c.tp[s+1]-tp, c.fp[s+1]-fp, stop
		}
		for ; i < stop && c.r.key[i]>>32 == h; i++ {
			w := float64(c.multiple[c.r.tag[i]] * c.r.at(i))
			if c.r.tag[i]&1 != 0 {
				bad += w
			} else {
				good += w
			}
		}
		if !visit(tp, fp, tp+bad, fp+good) {
			return
		}
		tp, fp = tp+bad, fp+good
	}
}

// ks walks only the stretches that could hold a larger distance than those at the marks. Distances are
// compared times n₊n₋, which keeps counts whole.
func (c *curve) ks() float64 {
	last, best := len(c.mark)-1, 0.0
	p, n := c.tp[last], c.fp[last]
	for s := range c.mark {
		best = max(best, math.Abs(float64(c.tp[s]*n)-float64(c.fp[s]*p)))
	}
	for s := range last {
		if max(float64(c.tp[s+1]*n)-float64(c.fp[s]*p), float64(c.fp[s+1]*p)-float64(c.tp[s]*n)) <= best {
			continue
		}
		c.walk(s, func(_, _, tp, fp float64) bool {
			best = max(best, math.Abs(float64(tp*n)-float64(fp*p)))
			return true
		})
	}
	return best / float64(p*n)
}

// KS returns the largest distance between the score distributions of bad and good rows:
// max over thresholds of |TPR − FPR| (Kolmogorov–Smirnov). A block of ties is passed as a whole.
// Undefined as [AUC]. Accuracy: equal to SciPy's ks_2samp to 1e-12. Cost: as [AUC].
// It is biased upwards: two equal distributions give about √(1/n₊ + 1/n₋).
func KS(score []float32, o Outcomes) (ks float64, ok bool) {
	p, r, ok := ranked(score, o)
	if !ok {
		return 0, false
	}
	return r.curve(p).at([]float64{1}).ks, true
}

// AveragePrecision returns the area under the precision–recall curve as the sum over distinct scores of
// (recall gained)·(precision there), from the riskiest down; there is no interpolation.
//
// Ties: one step for each block. Undefined as [AUC].
// Accuracy: equal to scikit-learn's average_precision_score to 1e-12. Cost: as [AUC].
func AveragePrecision(score []float32, o Outcomes) (ap float64, ok bool) {
	p, r, ok := ranked(score, o)
	if !ok {
		return 0, false
	}
	ap, _ = r.averagePrecision(p, false)
	return ap, true
}

// averagePrecision returns the value and, if asked, the values without each group (nil when one of
// them is undefined).
//
// Cost: O(n + blocks with a bad row × groups).
func (r *ranking) averagePrecision(p *sample, without bool) (ap float64, loo []float64) {
	k := keptPrecision{p: p}
	if without {
		k.reset()
	}
	tp, all := 0.0, 0.0
	for i := 0; i < len(r.key); {
		end, bad, good := r.block(i)
		tp, all = tp+bad, all+bad+good
		if bad > 0 {
			ap += float64(bad * (tp / all))
		}
		k.block(r, i, end, bad, tp, all)
		i = end
	}
	return ap / p.badWeight, k.values()
}

// keptPrecision accumulates average precision without each group in turn.
type keptPrecision struct {
	p                *sample
	tp, all, gain, v []float64 // by group: weight above, bad weight in this block, value so far
}

func (k *keptPrecision) reset() {
	g := k.p.groups
	k.tp, k.all, k.gain, k.v = make([]float64, g), make([]float64, g), make([]float64, g), make([]float64, g)
}

func (k *keptPrecision) block(r *ranking, i, end int, bad, tp, all float64) {
	if k.v == nil {
		return
	}
	for j := i; j < end; j++ {
		g, w := r.tag[j]>>1, r.at(j)
		k.all[g] += w
		if r.tag[j]&1 != 0 {
			k.tp[g] += w
			k.gain[g] += w
		}
	}
	if bad == 0 {
		return
	}
	for g, out := range k.gain {
		if left := bad - out; left > 0 {
			k.v[g] += float64(left * ((tp - k.tp[g]) / (all - k.all[g])))
		}
		k.gain[g] = 0
	}
}

func (k *keptPrecision) values() []float64 {
	for g := range k.v {
		left := k.p.badWeight - k.p.groupWeight[2*g+1]
		if !(left > 0) {
			return nil
		}
		k.v[g] /= left
	}
	return k.v
}
