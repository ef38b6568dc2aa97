package gbdt

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"overshare/scoring"
)

// A data is the training rows in the two layouts that growing a tree reads.
//
// rec holds one record a row: 8 bytes for the packed gradient, then a byte for each bundle of active
// features, padded to a multiple of 8. A record of up to 24 bundles is 32 bytes or less, so a row
// picked from anywhere costs one cache line. col holds the codes once more, feature after feature, for deciding which side of a
// split a row goes to: 64 rows a cache line.
type data struct {
	n      int
	active []int // features with at least two codes among the training rows; the others cannot split
	levels []int // highest code of each active feature among the training rows
	mono   []int8
	bundle []bundle
	last   []int // highest number of each bundle
	where  []place
	stride int
	rec    []byte
	col    []uint8
	bad    []uint8
	weight []float64 // in units of unit; nil = all 1
	unit   float64   // weight of one row of weight 1 here
	sumW   float64   // Σ weight, in the table's unit
	badW   float64   // Σ weight of bad rows, in the table's unit
}

const gradBytes = 8

// column returns the codes of active feature f, one a training row.
func (d *data) column(f int) []uint8 { return d.col[f*d.n : (f+1)*d.n] }

// checkTable returns all faults of a training table at once.
func checkTable(t *scoring.Table, timed bool) error {
	n := t.Rows()
	if n == 0 {
		return ErrNoRows
	}
	var faults []error
	fault := func(format string, a ...any) { faults = append(faults, fmt.Errorf("gbdt: "+format, a...)) }
	if n > maxRows {
		fault("%d rows, at most %d can be learned from: train on a sample", n, maxRows)
	}
	if len(t.Features) == 0 || len(t.Features) > math.MaxUint16 {
		fault("%d features, must be 1 to %d", len(t.Features), math.MaxUint16)
	}
	if len(t.Code) != n*len(t.Features) {
		fault("%d codes are not a whole number of rows of %d features", len(t.Code), len(t.Features))
	}
	if len(t.Bad) != n {
		fault("%d outcomes for %d rows: fill Table.Bad", len(t.Bad), n)
	}
	if t.Weight != nil && len(t.Weight) != n {
		fault("%d weights for %d rows: one a row, or nil for all 1", len(t.Weight), n)
	}
	if t.When != nil && len(t.When) != n {
		fault("%d days for %d rows: one a row, or nil", len(t.When), n)
	}
	if t.When == nil && timed {
		fault("rows have no day, so no later slice can be held out: fill Table.When or set ValidShare to 0")
	}
	for i, f := range t.Features {
		if f.Monotone < -1 || f.Monotone > 1 {
			fault("Monotone of feature %d (%s) is %d, must be -1, 0 or 1", i, f.Name, f.Monotone)
		}
	}
	if i := slices.IndexFunc(t.Weight, func(w float32) bool { return !(w >= 0) || math.IsInf(float64(w), 0) }); i >= 0 {
		fault("weight of row %d is %v, must be 0 or more and finite", i, t.Weight[i])
	}
	return errors.Join(faults...)
}

// split returns the rows to learn from and the rows that tell when to stop: all rows from some day on,
// as few days as hold the share asked for. Rows of weight 0 are in neither.
func split(t *scoring.Table, share float64) (train, valid []int32) {
	from := int32(0)
	if share > 0 {
		from = firstHeldOut(t.When, int(math.Ceil(share*float64(len(t.When)))))
	}
	train = make([]int32, 0, t.Rows())
	for i := range t.Rows() {
		switch {
		case t.Weight != nil && t.Weight[i] == 0:
		case share > 0 && t.When[i] >= from:
			valid = append(valid, int32(i))
		default:
			train = append(train, int32(i))
		}
	}
	return train, valid
}

// firstHeldOut returns the latest day with at least n rows on it or after it.
func firstHeldOut(when []int32, n int) int32 {
	rows := map[int32]int{}
	for _, day := range when {
		rows[day]++
	}
	days := slices.Sorted(maps.Keys(rows))
	k := len(days) - 1
	for held := rows[days[k]]; held < n; held += rows[days[k]] {
		k--
	}
	return days[k]
}

// newData lays out the given rows of the table.
func newData(t *scoring.Table, rows []int32, c crew) (*data, error) {
	d := &data{n: len(rows), unit: 1}
	if d.n == 0 {
		return nil, fmt.Errorf("%w: all have weight 0 or are held out for early stopping", ErrNoRows)
	}
	if err := d.weigh(t, rows); err != nil {
		return nil, err
	}
	d.findActive(t, rows, c)
	d.bundle = bundles(d.levels)
	d.where = places(d.bundle, len(d.active))
	for _, b := range d.bundle {
		d.last = append(d.last, b.size-1)
	}
	d.stride = strideOf(len(d.bundle))
	d.rec = make([]byte, d.n*d.stride)
	d.col = make([]uint8, d.n*len(d.active))
	d.bad = make([]uint8, d.n)
	c.chunks(d.n, 1<<12, func(_, from, to int) { d.copyRows(t, rows, from, to) })
	return d, nil
}

// strideOf returns the length of a record of n bundles.
func strideOf(n int) int { return (gradBytes + n + 7) &^ 7 }

// copyRows fills records, columns and outcomes of training rows from to to.
func (d *data) copyRows(t *scoring.Table, rows []int32, from, to int) {
	for i := from; i < to; i++ {
		row, rec := t.Row(int(rows[i])), d.rec[i*d.stride+gradBytes:(i+1)*d.stride]
		for k := range d.bundle {
			rec[k] = d.bundle[k].number(row, d.active)
		}
		if t.Bad[rows[i]] {
			d.bad[i] = 1
		}
	}
	width := len(t.Features)
	for k, f := range d.active {
		col := d.column(k)[from:to]
		for i, r := range rows[from:to] {
			col[i] = t.Code[int(r)*width+f]
		}
	}
}

// findActive finds the features that take two or more codes, and the highest code of each.
func (d *data) findActive(t *scoring.Table, rows []int32, c crew) {
	width := len(t.Features)
	low, high := make([][]uint8, c), make([][]uint8, c)
	for w := range low {
		first := t.Row(int(rows[0]))
		low[w], high[w] = slices.Clone(first), slices.Clone(first)
	}
	c.chunks(d.n, 1<<14, func(w, from, to int) {
		lo, hi := low[w], high[w]
		for _, r := range rows[from:to] {
			for f, code := range t.Row(int(r)) {
				lo[f], hi[f] = min(lo[f], code), max(hi[f], code)
			}
		}
	})
	for f := range width {
		lo, hi := uint8(255), uint8(0)
		for w := range low {
			lo, hi = min(lo, low[w][f]), max(hi, high[w][f])
		}
		if lo < hi {
			d.active = append(d.active, f)
			d.levels = append(d.levels, int(hi))
			d.mono = append(d.mono, t.Features[f].Monotone)
		}
	}
}

// weigh fills the weights and their sums, and refuses rows of one class only.
func (d *data) weigh(t *scoring.Table, rows []int32) error {
	bad := 0
	if t.Weight == nil {
		for _, r := range rows {
			if t.Bad[r] {
				bad++
			}
		}
		d.sumW, d.badW = float64(d.n), float64(bad)
	} else {
		all := make([]float32, 0, d.n)
		var bads []float32
		for _, r := range rows {
			all = append(all, t.Weight[r])
			if t.Bad[r] {
				bads = append(bads, t.Weight[r])
			}
		}
		bad = len(bads)
		d.unit, d.sumW = weightUnit(all)
		_, d.badW = weightUnit(bads)
		d.weight = make([]float64, d.n)
		for i, w := range all {
			d.weight[i] = float64(w) / d.unit
		}
	}
	if bad == 0 || bad == d.n {
		return fmt.Errorf("%w: %d of the %d rows learned from are bad: widen the period or the people", ErrOneClass, bad, d.n)
	}
	return nil
}
