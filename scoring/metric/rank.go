package metric

import "math"

// descending maps a score to bits that rise as the risk falls; −0 and +0 are one value.
func descending(x float32) uint32 {
	if x == 0 {
		return 0x7fffffff
	}
	b := math.Float32bits(x)
	if b>>31 != 0 {
		return b
	}
	return ^b & 0x7fffffff
}

// score inverts [descending].
func score(d uint32) float32 {
	if d>>31 != 0 {
		return math.Float32frombits(d)
	}
	return math.Float32frombits(^d & 0x7fffffff)
}

// sortHigh sorts keys by their upper 32 bits, keeping the order of equals, and returns the sorted
// slice, which is keys or a new one.
//
// Cost: three counting passes over n keys and 8n bytes; a pass whose digit is constant is skipped.
// Equal to slices.SortStableFunc (TestSortAgainstLibrary).
func sortHigh(keys []uint64) []uint64 {
	const bits, size = 11, 1 << 11
	var count [3][size]uint32
	for _, k := range keys {
		h := uint32(k >> 32)
		count[0][h&(size-1)]++
		count[1][h>>bits&(size-1)]++
		count[2][h>>(2*bits)]++
	}
	var spare []uint64
	for pass := range count {
		c, shift := &count[pass], 32+bits*pass
		if len(keys) == 0 || int(c[keys[0]>>shift&(size-1)]) == len(keys) {
			continue
		}
		sum := uint32(0)
		for d, v := range c {
			c[d], sum = sum, sum+v
		}
		if spare == nil {
			spare = make([]uint64, len(keys))
		}
		for _, k := range keys {
			d := k >> shift & (size - 1)
			spare[c[d]] = k
			c[d]++
		}
		keys, spare = spare, keys
	}
	return keys
}

// A ranking is one column of scores, riskiest first. Rows with equal scores form a block.
type ranking struct {
	key    []uint64  // descending(score)<<32 | row
	tag    []uint8   // group<<1 | bad, in ranked order
	weight []float64 // in ranked order; nil = 1 for all
	start  []uint32  // rank at which each block starts, and n at the end
}

// rank sorts one column.
func rank(s []float32, p *sample) *ranking {
	key := make([]uint64, len(s))
	for i, x := range s {
		key[i] = uint64(descending(x))<<32 | uint64(i)
	}
	r := &ranking{key: sortHigh(key), tag: make([]uint8, len(s))}
	blocks := 0
	for i, k := range r.key {
		r.tag[i] = p.tag[uint32(k)]
		if i == 0 || k>>32 != r.key[i-1]>>32 {
			blocks++
		}
	}
	r.findStarts(blocks)
	if p.weight != nil {
		r.weight = make([]float64, len(s))
		for i, k := range r.key {
			r.weight[i] = p.weight[uint32(k)]
		}
	}
	return r
}

// findStarts notes where the blocks start.
func (r *ranking) findStarts(blocks int) {
	r.start = make([]uint32, 0, blocks+1)
	for i, k := range r.key {
		if i == 0 || k>>32 != r.key[i-1]>>32 {
			r.start = append(r.start, uint32(i))
		}
	}
	r.start = append(r.start, uint32(len(r.key)))
}

// value returns the score of the row at rank i.
func (r *ranking) value(i int) float32 { return score(uint32(r.key[i] >> 32)) }

// block returns the end of the block that starts at rank i, and the weight of its bad and good rows.
func (r *ranking) block(i int) (end int, bad, good float64) {
	h, w := r.key[i]>>32, 1.0
	for end = i; end < len(r.key) && r.key[end]>>32 == h; end++ {
		if r.weight != nil {
			w = r.weight[end]
		}
		if r.tag[end]&1 != 0 {
			bad += w
		} else {
			good += w
		}
	}
	return end, bad, good
}

// at returns the weight of the row at rank i.
func (r *ranking) at(i int) float64 {
	if r.weight == nil {
		return 1
	}
	return r.weight[i]
}
