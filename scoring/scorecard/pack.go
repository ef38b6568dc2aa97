package scorecard

import (
	"slices"

	"overshare/scoring"
)

// packedCells is how many combinations of bins a byte may stand for. 64 sums of 8 bytes are 512 bytes a column, so that
// what a pass looks up and adds to stays in the processor's nearest cache.
const packedCells = 64

// A layout says how the bins of the features in the regression share bytes:
//
//	byte = bin of its first feature + step₂ · bin of its second + step₃ · …,   stepₖ = product of the bins before
//
// Three features of four bins become one byte, so a pass over the rows reads a third of the bytes and makes a
// third of the look-ups. Every sum stays the same integer: it is taken by combination, then by bin.
type layout struct {
	place []place // by feature of the regression
	width int     // bytes a row
}

// A place is where to find the bin of a feature: row[at] / step % len(woe).
type place struct {
	feature  int // of the table
	at, step int
	woe      []float64  // by bin
	bin      [256]uint8 // by code; of a bin without rows, 0
}

// layOut finds a byte for every feature that is not left out: the first with room for it, features of many bins
// first.
func layOut(features []Feature) *layout {
	l := &layout{}
	for j := range features {
		if features[j].Left == "" {
			l.place = append(l.place, placed(j, &features[j]))
		}
	}
	order := make([]int, len(l.place))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(l.place[b].woe) - len(l.place[a].woe) })
	var cells []int // by byte
	for _, k := range order {
		x := &l.place[k]
		x.at = slices.IndexFunc(cells, func(n int) bool { return n*len(x.woe) <= packedCells })
		if x.at < 0 {
			x.at, cells = len(cells), append(cells, 1)
		}
		x.step = cells[x.at]
		cells[x.at] *= len(x.woe)
	}
	l.width = len(cells)
	return l
}

// placed numbers the bins of a feature that hold rows.
func placed(j int, f *Feature) place {
	x := place{feature: j}
	for _, b := range f.Bins {
		if b.Rows == 0 {
			continue
		}
		for code := int(b.Low); code <= int(b.High); code++ {
			x.bin[code] = uint8(len(x.woe))
		}
		x.woe = append(x.woe, b.WoE)
	}
	return x
}

// of returns the bin of the feature in a byte.
func (x *place) of(cell int) int { return cell / x.step % len(x.woe) }

// pack codes the rows of t that have a weight. The rows keep their order.
func (l *layout) pack(t *scoring.Table, workers int) *scoring.Table {
	parts := make([]*scoring.Table, max(1, min(workers, t.Rows())))
	inParts(t.Rows(), workers, func(w, lo, hi int) { parts[w] = l.packRows(t, lo, hi) })
	out := parts[0]
	out.Features = make([]scoring.Feature, l.width)
	for _, p := range parts[1:] {
		out.Code, out.Bad, out.Weight = append(out.Code, p.Code...), append(out.Bad, p.Bad...), append(out.Weight, p.Weight...)
	}
	if !slices.ContainsFunc(out.Weight, func(w float32) bool { return w != 1 }) {
		out.Weight = nil
	}
	return out
}

func (l *layout) packRows(t *scoring.Table, lo, hi int) *scoring.Table {
	part := make([][256]uint8, len(l.place)) // bin · step
	for k := range l.place {
		for code, b := range &l.place[k].bin {
			part[k][code] = b * uint8(l.place[k].step)
		}
	}
	out := &scoring.Table{Code: make([]uint8, 0, (hi-lo)*l.width), Bad: make([]bool, 0, hi-lo)}
	for i := lo; i < hi; i++ {
		if weight(t, i) == 0 {
			continue
		}
		at := len(out.Code)
		out.Code = out.Code[:at+l.width]
		row, packed := t.Row(i), out.Code[at:]
		for k := range l.place {
			x := &l.place[k]
			packed[x.at] += part[k][row[x.feature]]
		}
		out.Bad = append(out.Bad, t.Bad[i])
		if t.Weight != nil {
			out.Weight = append(out.Weight, t.Weight[i])
		}
	}
	return out
}

// predictor multiplies WoE by coefficients (the intercept first).
func (l *layout) predictor(beta []float64) *predictor {
	p := &predictor{base: fine(beta[0]), table: make([][256]int64, l.width)}
	for k := range l.place {
		x := &l.place[k]
		for cell := range &p.table[x.at] {
			p.table[x.at][cell] += fine(float64(beta[k+1] * x.woe[x.of(cell)]))
		}
	}
	return p
}

// slope returns Σ over bins of WoE · sum of the rows in the bin, from sums by byte, for every feature.
func (l *layout) slope(r *residuals) []float64 {
	out := make([]float64, len(l.place))
	for k := range l.place {
		x := &l.place[k]
		bins := make([]int64, len(x.woe))
		for cell, sum := range &r.code[x.at] {
			bins[x.of(cell)] += sum
		}
		for b, sum := range bins {
			out[k] += float64(float64(sum) * x.woe[b])
		}
	}
	return out
}

// coarse returns the WoE of every feature by byte, in units of 2⁻¹⁰.
func (l *layout) coarse() [][256]int64 {
	out := make([][256]int64, len(l.place))
	for k := range l.place {
		x := &l.place[k]
		for cell := range &out[k] {
			out[k][cell] = rounded(x.woe[x.of(cell)], woeBits)
		}
	}
	return out
}
