package evaluate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"overshare/scoring"
)

// A coded holds the rows that are used, segment after segment, so that what a regime trains on is one piece of
// it: fitOut to lateOut for everyone, fitIn and check for in-scope; without the rows held back fitOut and fitIn, and fitIn.
type coded struct {
	table scoring.Table
	start [numSegments + 1]int
	row   []uint32 // of the test rows: number in the file, from 0
	fold  []uint8  // of the training rows that are held back in turn and the rows out of scope beside them; else nil
}

// encode makes the third pass.
func encode(ctx context.Context, s source, p *split, all []*coder) (*coded, error) {
	d := &coded{}
	for g := fitOut; g < numSegments; g++ {
		d.start[g+1] = d.start[g] + int(p.rows[g])
	}
	n := d.start[numSegments]
	d.table.Features = append(d.table.Features, p.scopeFeature())
	want := make([]int, len(all))
	for k, c := range all {
		want[k] = c.column
		d.table.Features = append(d.table.Features, c.feature())
	}
	d.table.Code, d.table.Bad, d.table.When = make([]uint8, n*(len(all)+1)), make([]bool, n), make([]int32, n)
	scale, err := p.weightScale()
	if err != nil {
		return nil, err
	}
	if p.weight != nil {
		d.table.Weight = make([]float32, n)
	}
	d.row = make([]uint32, p.rows[test])
	if p.crossed {
		d.fold = make([]uint8, d.start[test])
	}
	next, i := d.start, -1
	var buf [64]byte
	err = s.read(ctx, want, func(_ int64, cells []cell) error {
		if i++; i >= len(p.flags) {
			return p.changed()
		}
		g := p.of(i)
		if g == unused {
			return nil
		}
		at := next[g]
		next[g]++
		d.put(p, at, i, scale)
		switch {
		case g == test:
			d.row[at-d.start[test]] = uint32(i)
		case p.crossed:
			d.fold[at] = p.fold(i)
		}
		dst := d.table.Row(at)
		for k, c := range all {
			dst[k+1] = c.codeOf(cells[k], buf[:0])
		}
		return nil
	})
	if err == nil && i+1 != len(p.flags) {
		err = p.changed()
	}
	return d, err
}

// put fills everything of row i but its features.
func (d *coded) put(p *split, at, i int, scale float64) {
	d.table.Bad[at] = p.flags[i]&isBad != 0
	d.table.When[at] = p.day(i)
	if p.weight != nil {
		d.table.Weight[at] = float32(float64(p.weight[i]) / scale)
	}
	d.table.Row(at)[0] = 1 + (p.flags[i]&isInScope)>>1
}

// scopeFeature is the first feature of every row: under everyone a learner may treat people out of scope as
// different; under in-scope it is the same for all.
func (p *split) scopeFeature() scoring.Feature {
	return scoring.Feature{Name: p.names[p.layout.at[scope]], Levels: 2, Label: func(code uint8) string { return [...]string{"missing", "out of scope", "in scope"}[code] }}
}

// maxWeightShare is the share of all weight that one row may have (assumed).
const maxWeightShare = 0.2

// weightScale returns the power of two next to the mean weight of the rows: weights are divided by it, for
// the scorers want weights around 1, and that division is exact.
func (p *split) weightScale() (float64, error) {
	if p.weight == nil {
		return 1, nil
	}
	sum, most, n := 0.0, 0.0, 0
	for i, w := range p.weight {
		if p.flags[i]&isKnown != 0 {
			sum, most, n = sum+float64(w), max(most, float64(w)), n+1
		}
	}
	name := p.names[p.layout.at[weight]]
	if sum == 0 {
		return 0, fmt.Errorf("%s: column %q: all weights are 0", p.file, name)
	}
	scale := nearestPower(sum / float64(n))
	if most/scale > 1000 || n >= 20 && most > maxWeightShare*sum {
		return 0, fmt.Errorf("%s: column %q: the largest weight, %g, is %.3g %% of the sum and %.3g times the mean; one row would decide the result: cap the weights",
			p.file, name, most, 100*most/sum, most/sum*float64(n))
	}
	return scale, nil
}

// nearestPower returns the power of two whose exponent is nearest to the logarithm of a finite x > 0, found without
// a logarithm so that it is the same on every processor.
func nearestPower(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		e--
	}
	return math.Ldexp(1, e)
}

// piece returns the rows from segment a to the end of segment b.
func (d *coded) piece(a, b segment) *scoring.Table {
	from, to, width := d.start[a], d.start[b+1], len(d.table.Features)
	t := &scoring.Table{Features: d.table.Features, Code: d.table.Code[from*width : to*width : to*width],
		Bad: d.table.Bad[from:to:to], When: d.table.When[from:to:to]}
	if d.table.Weight != nil {
		t.Weight = d.table.Weight[from:to:to]
	}
	return t
}

// people numbers the people of the test rows in the order of their hashes, which does not depend on the order of
// the rows.
func (d *coded) people(p *split) []uint32 {
	if p.person == nil {
		return nil
	}
	all := make([]uint64, len(d.row))
	for k, i := range d.row {
		all[k] = p.person[i]
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(all)))
	out := make([]uint32, len(all))
	for k, h := range all {
		at, _ := slices.BinarySearch(sorted, h)
		out[k] = uint32(at)
	}
	return out
}
