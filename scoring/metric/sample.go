package metric

import (
	"math"
	"slices"

	"overshare/sim/rng"
)

// A sample is the outcomes made ready: dense cluster numbers, keyed groups of clusters, totals.
type sample struct {
	rows                      int
	tag                       []uint8 // group<<1 | bad
	weight                    []float64
	cluster                   []uint32 // dense, in order of the caller's numbers; nil = the row itself
	clusters                  int
	badClusters, goodClusters int // clusters with at least one bad, one good row
	bads, goods               int
	badWeight, goodWeight     float64
	groups                    int
	groupWeight               []float64 // per tag
	draws                     [][]float64
	day                       []uint32 // dense, of a row; nil = not known
	cell                      []uint16 // keyed bucket of the row's person and day
	days                      int
}

// whole returns a sample of one group: enough for values without intervals.
func whole(o Outcomes) *sample {
	p := &sample{rows: len(o.Bad), weight: o.Weight, clusters: len(o.Bad), groups: 1}
	p.tag = make([]uint8, p.rows)
	p.total(o.Bad)
	return p
}

// grouped returns a sample whose clusters are dealt to at most [maxGroups] groups. The deal is keyed by
// seed and cluster number (row number without clusters), balanced to one cluster, and independent of
// the order of the rows.
func grouped(o Outcomes, seed uint64) *sample {
	p := &sample{rows: len(o.Bad), weight: o.Weight, clusters: len(o.Bad)}
	ids := p.number(o.Cluster)
	p.groups = max(1, min(maxGroups, p.clusters))
	deal := p.deal(ids, seed)
	p.tag = make([]uint8, p.rows)
	for i := range p.tag {
		p.tag[i] = deal[p.of(uint32(i))] << 1
	}
	p.total(o.Bad)
	p.countClusters(o.Bad)
	p.draws = drawGroups(p.groups, bootstrapDraws, seed)
	return p
}

// of returns the dense cluster of a row.
func (p *sample) of(row uint32) uint32 {
	if p.cluster == nil {
		return row
	}
	return p.cluster[row]
}

// number gives clusters dense numbers in the order of the caller's, and returns the caller's by dense
// number; nil when every row is its own cluster.
func (p *sample) number(cluster []uint32) (ids []uint32) {
	if cluster == nil {
		return nil
	}
	key := make([]uint64, len(cluster))
	for i, c := range cluster {
		key[i] = uint64(c)<<32 | uint64(i)
	}
	if !slices.IsSorted(key) {
		key = sortHigh(key)
	}
	p.cluster = make([]uint32, len(cluster))
	for i, k := range key {
		if i == 0 || key[i-1]>>32 != k>>32 {
			ids = append(ids, uint32(k>>32))
		}
		p.cluster[uint32(k)] = uint32(len(ids) - 1)
	}
	p.clusters = len(ids)
	return ids
}

// deal orders the clusters by a keyed hash and hands them round to the groups.
func (p *sample) deal(ids []uint32, seed uint64) []uint8 {
	key := make([]uint64, p.clusters)
	for c := range key {
		id := uint64(c)
		if ids != nil {
			id = uint64(ids[c])
		}
		key[c] = rng.Open(seed, rng.PurposeBootstrap, id).At(0)&^math.MaxUint32 | uint64(c)
	}
	group := make([]uint8, p.clusters)
	for i, k := range sortHigh(key) {
		group[uint32(k)] = uint8(i % p.groups)
	}
	return group
}

// total completes the tags and sums the weights by tag.
func (p *sample) total(bad []bool) {
	p.groupWeight = make([]float64, 2*p.groups)
	for i, b := range bad {
		if b {
			p.tag[i] |= 1
			p.bads++
		}
		w := 1.0
		if p.weight != nil {
			w = p.weight[i]
		}
		p.groupWeight[p.tag[i]] += w
	}
	p.goods = p.rows - p.bads
	for g := range p.groups {
		p.goodWeight += p.groupWeight[2*g]
		p.badWeight += p.groupWeight[2*g+1]
	}
}

// countClusters counts the clusters that hold each class.
func (p *sample) countClusters(bad []bool) {
	if p.cluster == nil {
		p.badClusters, p.goodClusters = p.bads, p.goods
		return
	}
	seen := make([]uint8, p.clusters)
	for i, b := range bad {
		if b {
			seen[p.cluster[i]] |= 1
		} else {
			seen[p.cluster[i]] |= 2
		}
	}
	for _, s := range seen {
		p.badClusters += int(s & 1)
		p.goodClusters += int(s >> 1)
	}
}

// twoClasses says whether both classes carry weight.
func (p *sample) twoClasses() bool { return p.badWeight > 0 && p.goodWeight > 0 }

// drawGroups returns keyed resamples of the groups: how often each group is drawn when as many as there
// are are drawn with replacement. Subjects have the top bit set, out of the way of cluster numbers.
func drawGroups(groups, draws int, seed uint64) [][]float64 {
	all := make([][]float64, draws)
	for b := range all {
		s := rng.Open(seed, rng.PurposeBootstrap, 1<<63|uint64(b))
		all[b] = make([]float64, groups)
		for i := range groups {
			all[b][rng.Below(s.At(uint64(i)), uint64(groups))]++
		}
	}
	return all
}

// replicates are the values of one metric on resampled data, the same resamples for every column.
//
//	cov(a, b) = scale · Σᵣ (aᵣ − ā)(bᵣ − b̄)
type replicates struct {
	value  []float64 // nil: some replicate was undefined
	scale  float64
	method string
}

// jackknifed wraps delete-a-group values: scale (G−1)/G.
func jackknifed(v []float64) replicates {
	g := float64(len(v))
	return replicates{v, (g - 1) / g, MethodJackknife}
}

// bootstrapped wraps values on resampled groups: scale 1/(B−1), times G/(G−1) because the groups are
// themselves a sample of G. One group cannot be resampled.
func bootstrapped(v []float64, groups int) replicates {
	if groups < 2 {
		return replicates{}
	}
	g := float64(groups)
	return replicates{v, g / (g - 1) / float64(len(v)-1), MethodBootstrap}
}

// less returns the replicates of the difference a − b.
func (a replicates) less(b replicates) replicates {
	if a.value == nil || b.value == nil {
		return replicates{}
	}
	d := make([]float64, len(a.value))
	for i := range d {
		d[i] = a.value[i] - b.value[i]
	}
	return replicates{d, a.scale, a.method}
}

// covariance returns cov(a, b).
func covariance(a, b replicates) float64 {
	ma, mb, sum := mean(a.value), mean(b.value), 0.0
	for i, x := range a.value {
		sum += float64((x - ma) * (b.value[i] - mb))
	}
	return a.scale * sum
}

// se returns the standard error, ok false when it cannot be had. It is 0 exactly when all replicates are equal,
// whose mean need not be.
func (a replicates) se() (se float64, ok bool) {
	if len(a.value) < 2 {
		return 0, false
	}
	if slices.Min(a.value) == slices.Max(a.value) {
		return 0, true
	}
	return math.Sqrt(covariance(a, a)), true
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}
