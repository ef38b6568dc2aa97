package scorecard

import (
	"cmp"
	"math"
	"slices"
)

// monotone finds the best partition into at most maxBins bins whose WoE never falls (sign +1) or
// never rises (sign −1) from bin to bin, and its value.
//
//	best(k, i, j) = value(i, j) + max over h < i with woe(h, i) ≤ woe(i, j) of best(k−1, h, i)
//
// where (i, j) is the last bin. Exact. For a border i, the bins that end and the bins that start
// there are sorted by WoE once, so that the inner maximum is a running one.
// Cost: O(n² log n + maxBins·n²).
func (g *segments) monotone(maxBins int, sign int64) (cuts []int, value int64) {
	m := newChain(g, sign)
	bins := min(maxBins, g.n)
	from := make([][]uint8, bins+1) // from[k][i·w+j]: where the bin before (i, j) starts
	last := m.first()
	kTop, iTop, top := 1, 0, last[g.n]
	for k := 2; k <= bins; k++ {
		from[k] = make([]uint8, len(last))
		last = m.extend(last, from[k])
		for i := range g.n {
			if v := last[i*(g.n+1)+g.n]; v > top {
				kTop, iTop, top = k, i, v
			}
		}
	}
	cuts = []int{g.n}
	for k, i, j := kTop, iTop, g.n; ; k-- {
		cuts = append(cuts, i)
		if k == 1 {
			break
		}
		i, j = int(from[k][i*(g.n+1)+j]), i
	}
	slices.Reverse(cuts)
	return cuts, top
}

// A chain knows, for every border, the bins that end and that start there in rising order of WoE.
type chain struct {
	*segments
	sign         int64
	ends, starts [][]int
}

func newChain(g *segments, sign int64) *chain {
	m := &chain{segments: g, sign: sign, ends: make([][]int, g.n+1), starts: make([][]int, g.n+1)}
	for i := range g.n + 1 {
		for h := range i {
			m.ends[i] = append(m.ends[i], h)
		}
		for j := i + 1; j <= g.n; j++ {
			m.starts[i] = append(m.starts[i], j)
		}
		slices.SortStableFunc(m.ends[i], func(a, b int) int { return cmp.Compare(m.rank(a, i), m.rank(b, i)) })
		slices.SortStableFunc(m.starts[i], func(a, b int) int { return cmp.Compare(m.rank(i, a), m.rank(i, b)) })
	}
	return m
}

// rank is the WoE of the bin of levels i to j, turned round for falling chains.
func (m *chain) rank(i, j int) int64 { return m.sign * m.woe[i*(m.n+1)+j] }

// first returns the values of the chains of one bin.
func (m *chain) first() []int64 {
	out := make([]int64, len(m.value))
	for at := range out {
		out[at] = never
	}
	for j := 1; j <= m.n; j++ {
		out[j] = m.value[j]
	}
	return out
}

// extend returns the values of the best chains with one bin more, and where their last but one bin starts.
func (m *chain) extend(last []int64, from []uint8) []int64 {
	w := m.n + 1
	out := make([]int64, len(last))
	for at := range out {
		out[at] = never
	}
	for i := 1; i < m.n; i++ {
		top, at, e := int64(math.MinInt64/2), 0, 0
		for _, j := range m.starts[i] {
			for ; e < i && m.rank(m.ends[i][e], i) <= m.rank(i, j); e++ {
				if v := last[m.ends[i][e]*w+i]; v > top {
					top, at = v, m.ends[i][e]
				}
			}
			if top > never/2 && m.value[i*w+j] > never/2 {
				out[i*w+j], from[i*w+j] = top+m.value[i*w+j], uint8(at)
			}
		}
	}
	return out
}
