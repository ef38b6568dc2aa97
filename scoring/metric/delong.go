package metric

import (
	"math"

	"overshare/sim/portable"
)

// An influence holds, for one column, what each cluster adds to the AUC's deviation.
//
//	bad[c]  = Σ wᵢ(V₁₀(i) − A) over the cluster's bad rows,   V₁₀ = share of good rows that i outscores
//	good[c] = Σ wⱼ(V₀₁(j) − A) over its good rows,            V₀₁ = share of bad rows that outscore j
type influence struct {
	auc       float64
	bad, good []float64 // per cluster
	group     []float64 // first-order change of the AUC by each group: Σ bad/W₊ + Σ good/W₋
	plain     float64   // DeLong's variance, as if rows were independent
	plainOK   bool
}

// influence makes two sweeps: the AUC, then every row's placement around it (Sun & Xu 2014 in block
// form: mid-ranks are never needed). All counts are held in float64, exact to 2⁵³, so the products
// of class sizes that overflow 32-bit integers at 1e5 rows do not here.
func (r *ranking) influence(p *sample) *influence {
	f := &influence{auc: r.auc(p), group: make([]float64, p.groups)}
	f.bad, f.good = make([]float64, p.clusters), make([]float64, p.clusters)
	var square [2]float64
	byTag := make([]float64, 2*p.groups)
	badAbove, goodAbove := 0.0, 0.0
	for i := 0; i < len(r.key); {
		end, bad, good := r.block(i)
		v10 := 1 - (goodAbove+float64(good/2))/p.goodWeight - f.auc
		v01 := (badAbove+float64(bad/2))/p.badWeight - f.auc
		for ; i < end; i++ {
			c, w, tag := p.of(uint32(r.key[i])), r.at(i), r.tag[i]
			d := w
			if tag&1 != 0 {
				d = float64(d * v10)
				f.bad[c] += d
			} else {
				d = float64(d * v01)
				f.good[c] += d
			}
			byTag[tag] += d
			square[tag&1] += float64(d * d)
		}
		badAbove, goodAbove = badAbove+bad, goodAbove+good
	}
	for g := range f.group {
		f.group[g] = byTag[2*g]/p.goodWeight + byTag[2*g+1]/p.badWeight
	}
	f.plain, f.plainOK = combine(square[1], square[0], 0, p, p.bads, p.goods, 2)
	return f
}

// combine puts the sums of squares over bad parts, good parts and their products together:
//
//	I₁/(I₁−1)·bb/W₊² + I₀/(I₀−1)·gg/W₋² + 2·I/(I−1)·bg/(W₊W₋)
//
// I₁, I₀, I = clusters with a bad row, with a good row, at all.
// Undefined: fewer than two clusters with a bad row, or with a good row.
func combine(bb, gg, bg float64, p *sample, badClusters, goodClusters, clusters int) (v float64, ok bool) {
	if badClusters < 2 || goodClusters < 2 {
		return 0, false
	}
	small := func(n int) float64 { return float64(n) / float64(n-1) }
	v = small(badClusters)*bb/float64(p.badWeight*p.badWeight) +
		float64(small(goodClusters)*gg/float64(p.goodWeight*p.goodWeight)) +
		float64(2*small(clusters)*bg/float64(p.badWeight*p.goodWeight))
	return max(0, v), true
}

// variance returns the clustered variance of the AUC (b nil) or of the difference of two AUCs.
// A difference is formed cluster by cluster before squaring, so that it keeps its precision when the
// two scores are nearly the same and is exactly 0 when they are equal.
func (a *influence) variance(b *influence, p *sample) (v float64, ok bool) {
	var bb, gg, bg float64
	for c, x := range a.bad {
		y := a.good[c]
		if b != nil {
			x, y = x-b.bad[c], y-b.good[c]
		}
		bb += float64(x * x)
		gg += float64(y * y)
		bg += float64(x * y)
	}
	return combine(bb, gg, bg, p, p.badClusters, p.goodClusters, p.clusters)
}

// covariance returns the clustered covariance of two AUCs.
func (a *influence) covariance(b *influence, p *sample) (v float64, ok bool) {
	va, ok := a.variance(nil, p)
	if !ok {
		return 0, false
	}
	vb, _ := b.variance(nil, p)
	vd, _ := a.variance(b, p)
	return (va + vb - vd) / 2, true
}

// DeLong returns the AUC of each column and the covariance matrix of these estimates.
//
// Without clusters this is DeLong's estimator; with clusters, Obuchowski's, which equals it when every
// cluster has one row. Weighted rows count by their influence: wᵢ(Vᵢ − A)/W takes the place of
// (Vᵢ − A)/n, which is DeLong's for equal weights.
//
// Shapes: k columns of one score a row; auc has k values, cov k×k.
// Undefined: ok is false when a class has fewer than two clusters, or the input has the wrong shape.
// Accuracy: equal to pROC to 1e-9 (TestAgainstOtherPrograms) and to the double sum over pairs to 1e-12
// (TestDeLongAgainstReference); no overflow at 1e7 rows.
// Cost: O(kn + k²·clusters), 16 bytes per cluster and column held.
// Source: DeLong, DeLong & Clarke-Pearson 1988, doi:10.2307/2531595; Obuchowski 1997,
// doi:10.2307/2533958; Sun & Xu 2014, doi:10.1109/LSP.2014.2337313.
func DeLong(scores [][]float32, o Outcomes) (auc []float64, cov [][]float64, ok bool) {
	if check(scores, o) != nil {
		return nil, nil, false
	}
	p := clustered(o)
	if !p.twoClasses() {
		return nil, nil, false
	}
	parts := make([]*influence, len(scores))
	for k, s := range scores {
		parts[k] = rank(s, p).influence(p)
		auc = append(auc, parts[k].auc)
	}
	cov = square(len(parts))
	for i, a := range parts {
		for j := range i + 1 {
			v, ok := a.variance(nil, p)
			if i != j {
				v, ok = a.covariance(parts[j], p)
			}
			if !ok {
				return nil, nil, false
			}
			cov[i][j], cov[j][i] = v, v
		}
	}
	return auc, cov, true
}

// clustered returns a sample with dense clusters and a single group.
func clustered(o Outcomes) *sample {
	p := whole(o)
	p.number(o.Cluster)
	p.countClusters(o.Bad)
	return p
}

func square(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}

// PairedAUC returns AUC(a) − AUC(b) on the same rows, with a normal interval of level 1 − alpha, from the
// variance of [DeLong]. Two scores that rank all rows alike give 0 ± 0. Feed the result to
// [Estimate.Test] for z and p.
// Undefined: as [AUC]; there is no interval when a class has fewer than two clusters.
// Cost: two sorts and four sweeps, 32 bytes per row and 32 per cluster.
func PairedAUC(a, b []float32, o Outcomes, alpha float64) Estimate {
	if check([][]float32{a, b}, o) != nil {
		return Estimate{}
	}
	p := clustered(o)
	if !p.twoClasses() {
		return Estimate{}
	}
	fa, fb := rank(a, p).influence(p), rank(b, p).influence(p)
	return p.pairedAUC(fa, fb, alpha)
}

func (p *sample) pairedAUC(a, b *influence, alpha float64) Estimate {
	e := Estimate{Value: a.auc - b.auc, OK: true, Warning: p.warning()}
	v, ok := a.variance(b, p)
	if !ok {
		return e
	}
	return e.symmetric(math.Sqrt(v), 0, alpha, p.delongName())
}

func (p *sample) delongName() string {
	if p.cluster == nil {
		return MethodDeLong
	}
	return MethodClustered
}

// AUCInterval returns the AUC of one column with an interval of level 1 − alpha.
//
// The interval is normal with the variance of [DeLong]. It is made on the log-odds scale,
// logit(A) ± z·SE/(A(1−A)), when a class has fewer than 50 clusters or the normal one would leave
// [0, 1]. When the classes are perfectly separated (A = 1 or 0) the variance says nothing; then
// k disjoint pairs of a bad and a good row from clusters of their own all agreed, which happens with
// probability at most Aᵏ, and the bound is (alpha/2)^(1/k), as Clopper & Pearson's for k of k.
// A constant score has A = ½ exactly and a standard error of 0.
// Source: log-odds scale: Qin & Hotilovac 2008, doi:10.1177/0962280207087173.
func AUCInterval(score []float32, o Outcomes, alpha float64) Estimate {
	if check([][]float32{score}, o) != nil {
		return Estimate{}
	}
	p := clustered(o)
	if !p.twoClasses() {
		return Estimate{}
	}
	f := rank(score, p).influence(p)
	v, ok := f.variance(nil, p)
	return p.aucInterval(f.auc, v, ok, alpha, p.delongName())
}

func (p *sample) aucInterval(auc, v float64, ok bool, alpha float64, method string) Estimate {
	e := Estimate{Value: auc, OK: true, Warning: p.warning()}
	if auc <= 0 || auc >= 1 {
		return p.separated(e, alpha)
	}
	if !ok {
		return e
	}
	e = e.symmetric(math.Sqrt(v), 0, alpha, method)
	if e.SE > 0 && (min(p.badClusters, p.goodClusters) < fewClusters || e.Low < 0 || e.High > 1) {
		e = e.onLogit(alpha)
	}
	return e
}

// separated bounds an AUC of exactly 0 or 1.
func (p *sample) separated(e Estimate, alpha float64) Estimate {
	k := min(p.badClusters, p.goodClusters, p.clusters/2)
	if k < 1 {
		return e
	}
	bound := portable.Exp(portable.Log(alpha/2) / float64(k))
	e.Low, e.High, e.HasInterval, e.Method = bound, 1, true, MethodPairs
	if e.Value <= 0 {
		e.Low, e.High = 0, 1-bound
	}
	if e.Warning == "" {
		e.Warning = "the score separates the classes perfectly"
	}
	return e
}
