package metric

import "math"

// commonDays sums the first-order influence of every row on every metric by day and by bucket. The formulas are the
// derivatives of the metrics in the weight of a row, times the weight of all rows
// (TestInfluenceIsTheDerivative); KS, recall and precision hold the threshold's own luck through the slope
// of the ROC curve around it.
func (c *column) commonDays(r *ranking, p *sample) {
	w := p.badWeight + p.goodWeight
	if c.influence != nil {
		c.days[AUCROC] = r.auclikeDays(p, c.influence.auc, 1)
		c.days[Gini] = r.auclikeDays(p, c.influence.auc, 2)
		c.days[PRAUC] = r.precisionDays(p, c.value[PRAUC])
		c.days[KolmogorovSmirnov] = r.flagDays(p, r.farthest(p))
		c.days[RecallFPR1] = r.flagDays(p, r.recallRule(p, 0.01))
		c.days[RecallFPR5] = r.flagDays(p, r.recallRule(p, 0.05))
		if c.ok[PrecisionTop1] {
			c.days[PrecisionTop1] = r.flagDays(p, r.topRule(p, 0.01, c.value[PrecisionTop1]))
		}
	}
	if !c.ok[BrierScore] {
		return
	}
	all := r.odds()
	c.days[BrierScore] = r.blockDays(p, func(b int, bad bool) float64 {
		x := float64(r.value(int(r.start[b])))
		if bad {
			x = 1 - x
		}
		return float64(x*x) - c.value[BrierScore]
	})
	c.days[LogLossScore] = r.blockDays(p, func(b int, bad bool) float64 {
		if bad {
			return all[b].good - all[b].x - c.value[LogLossScore]
		}
		return all[b].good - c.value[LogLossScore]
	})
	c.days[CalibrationError] = r.errorDays(p, c)
	if c.ok[CalibrationSlope] {
		c.lineDays(r, p, all, w)
	}
}

// blockDays sums an influence that is the same for all rows of a block and outcome, times the row's weight.
func (r *ranking) blockDays(p *sample, psi func(block int, bad bool) float64) *dayParts {
	d := &dayParts{make([]int64, p.days), make([]int64, dayBuckets)}
	for b := range len(r.start) - 1 {
		good, bad := psi(b, false), psi(b, true)
		for i := r.start[b]; i < r.start[b+1]; i++ {
			x := good
			if r.tag[i]&1 != 0 {
				x = bad
			}
			d.put(p, uint32(r.key[i]), float64(r.at(int(i))*x))
		}
	}
	return d
}

// auclikeDays: ψ = (W/W₊)·(V₁₀ − A) of bad rows, (W/W₋)·(V₀₁ − A) of good ones, times scale.
func (r *ranking) auclikeDays(p *sample, auc, scale float64) *dayParts {
	perBad, perGood := r.perClass(p)
	badAbove, goodAbove, bad, good := 0.0, 0.0, 0.0, 0.0
	return r.blockDays(p, func(b int, isBad bool) float64 {
		if !isBad { // the first of the two calls
			badAbove, goodAbove = badAbove+bad, goodAbove+good
			_, bad, good = r.block(int(r.start[b]))
			return float64(scale * perGood * ((badAbove+float64(bad/2))/p.badWeight - auc))
		}
		return float64(scale * perBad * (1 - (goodAbove+float64(good/2))/p.goodWeight - auc))
	})
}

// perClass returns W/W₊ and W/W₋.
func (r *ranking) perClass(p *sample) (perBad, perGood float64) {
	w := p.badWeight + p.goodWeight
	return w / p.badWeight, w / p.goodWeight
}

// precisionDays: with precision πₖ = TPₖ/nₖ at block k and bad weight bₖ in it,
//
//	ψ bad in k = (W/W₊)·(πₖ − AP + Σ_{j≥k} bⱼ(1 − πⱼ)/nⱼ),   ψ good = −(W/W₊)·Σ_{j≥k} bⱼπⱼ/nⱼ
func (r *ranking) precisionDays(p *sample, ap float64) *dayParts {
	blocks := len(r.start) - 1
	at, gain, loss := make([]float64, blocks), make([]float64, blocks+1), make([]float64, blocks+1)
	tp, all := 0.0, 0.0
	for b := range blocks {
		_, bad, good := r.block(int(r.start[b]))
		tp, all = tp+bad, all+bad+good
		if all > 0 {
			at[b] = tp / all
			gain[b], loss[b] = float64(bad*(1-at[b]))/all, float64(bad*at[b])/all
		}
	}
	for b := blocks - 1; b >= 0; b-- {
		gain[b], loss[b] = gain[b]+gain[b+1], loss[b]+loss[b+1]
	}
	per, _ := r.perClass(p)
	return r.blockDays(p, func(b int, bad bool) float64 {
		if bad {
			return float64(per * (at[b] - ap + gain[b]))
		}
		return -float64(per * loss[b])
	})
}

// A rule is a metric of the rows flagged by a cut: ψ = bad·(flagged − badRate) + constant of bad rows,
// good·(flagged − goodRate) + constant of good ones.
type rule struct {
	cut                               Cut
	bad, badRate, good, goodRate, add float64
}

func (r *ranking) flagDays(p *sample, u rule) *dayParts {
	return r.blockDays(p, func(b int, bad bool) float64 {
		f := u.cut.Flags(r.value(int(r.start[b])))
		if bad {
			return float64(u.bad*(f-u.badRate)) + u.add
		}
		return float64(u.good*(f-u.goodRate)) + u.add
	})
}

// farthest is the rule of KS: flag down to where the curve is farthest from the diagonal.
func (r *ranking) farthest(p *sample) (u rule) {
	perBad, perGood := r.perClass(p)
	best := 0.0
	r.sweep(p, func(pt Point) {
		if d := pt.TPR - pt.FPR; math.Abs(d) > best {
			best = math.Abs(d)
			sign := 1.0
			if d < 0 {
				sign = -1
			}
			u = rule{cut: Cut{pt.Threshold, 1}, bad: sign * perBad, badRate: pt.TPR, good: -sign * perGood, goodRate: pt.FPR}
		}
	})
	return u
}

// recallRule: a good row moves the threshold, along the slope of the curve between 0.8 and 1.2 of the rate.
func (r *ranking) recallRule(p *sample, fpr float64) rule {
	perBad, perGood := r.perClass(p)
	low, high := r.tprAt(p, 0.8*fpr), r.tprAt(p, min(1, 1.2*fpr))
	cut := r.cutAt(p, fpr)
	return rule{cut: cut, bad: perBad, badRate: r.tprAt(p, fpr), good: -perGood * (high - low) / (0.4 * fpr), goodRate: fpr}
}

// tprAt reads the interpolated curve.
func (r *ranking) tprAt(p *sample, fpr float64) float64 {
	found, last := 0.0, Point{}
	r.sweep(p, func(pt Point) {
		switch {
		case pt.FPR <= fpr:
			found = pt.TPR
		case last.FPR <= fpr:
			found = last.TPR + float64((pt.TPR-last.TPR)*((fpr-last.FPR)/(pt.FPR-last.FPR)))
		}
		last = pt
	})
	return found
}

// topRule: a row moves the threshold, at the share of bad rows between half and one and a half of the share flagged.
func (r *ranking) topRule(p *sample, share, precision float64) rule {
	k := float64(share * (p.badWeight + p.goodWeight))
	border := r.badAbove(p, float64(1.5*k)) - r.badAbove(p, float64(0.5*k))
	rate := border / k
	above, cut := 0.0, Cut{float32(math.Inf(1)), 1}
	for i := 0; i < len(r.key) && above < k; {
		end, bad, good := r.block(i)
		cut = Cut{r.value(i), min(1, (k-above)/(bad+good))}
		above += bad + good
		i = end
	}
	return rule{cut: cut, bad: (1 - rate) / share, good: -rate / share, add: rate - precision}
}

// badAbove returns the bad weight among the riskiest weight k, the block at the border in proportion.
func (r *ranking) badAbove(p *sample, k float64) (found float64) {
	above := 0.0
	for i := 0; i < len(r.key) && above < k; {
		end, bad, good := r.block(i)
		if bad+good > 0 {
			found += float64(bad * min(1, (k-above)/(bad+good)))
		}
		above += bad + good
		i = end
	}
	return found
}

// errorDays: with bins held fixed, ψ = sign of the bin's gap · (p − y) − ECE.
func (r *ranking) errorDays(p *sample, c *column) *dayParts {
	at := len(c.bins) - 1 // ranks run from the highest prediction down, bins from the lowest up
	return r.blockDays(p, func(b int, bad bool) float64 {
		v := r.value(int(r.start[b]))
		for at > 0 && v < c.bins[at].Low {
			at--
		}
		x := float64(v)
		if bad {
			x--
		}
		if g, _ := c.bins[at].gap(-1); g < 0 {
			x = -x
		}
		return x - c.value[CalibrationError]
	})
}

// lineDays: ψ = W·H⁻¹·(residual, residual·x) at the fitted line.
func (c *column) lineDays(r *ranking, p *sample, all []odds, w float64) {
	l := line{intercept: c.value[CalibrationIntercept], slope: c.value[CalibrationSlope]}
	m := l.at(all)
	psi := func(slope bool) func(b int, bad bool) float64 {
		return func(b int, bad bool) float64 {
			res := -logistic(l.intercept + float64(l.slope*all[b].x))
			if bad {
				res++
			}
			d0, d1, _ := m.solve(res, float64(res*all[b].x))
			if slope {
				return float64(w * d1)
			}
			return float64(w * d0)
		}
	}
	c.days[CalibrationIntercept], c.days[CalibrationSlope] = r.blockDays(p, psi(false)), r.blockDays(p, psi(true))
}
