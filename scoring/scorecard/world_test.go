package scorecard

import (
	"fmt"
	"slices"

	"overshare/scoring"
	"overshare/scoring/calibrate/logit"
	"overshare/sim/rng"
)

// made returns a table of d features that resemble the program's: 12 to 255 levels, skewed, a tenth
// missing, neighbours correlated, every third without effect, about 3 % bad.
func made(seed uint64, rows, d int) *scoring.Table {
	t := &scoring.Table{Code: make([]uint8, rows*d), Bad: make([]bool, rows)}
	for j := range d {
		t.Features = append(t.Features, scoring.Feature{Name: fmt.Sprintf("item %d", j), Levels: levels(j)})
	}
	split(rows, 2, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			t.Bad[i] = makeRow(seed, i, t.Code[i*d:(i+1)*d])
		}
	})
	return t
}

func levels(j int) int { return []int{255, 12, 60, 31}[j%4] }

// makeRow fills in the codes of row i and returns whether it is bad.
func makeRow(seed uint64, i int, row []uint8) bool {
	s := rng.Open(seed, rng.PurposeModel, uint64(i))
	eta, common := -4.2, s.Uniform(0)
	for j := range row {
		u := s.Uniform(uint64(2*j + 1))
		x := 0.7*u + 0.3*common
		if s.Uniform(uint64(2*j+2)) < 0.1 {
			row[j] = 0
			continue
		}
		row[j] = uint8(1 + x*x*float64(levels(j)-1))
		if j%3 != 2 {
			eta += (x - 0.5) * 6 / float64(1+j)
		}
	}
	return s.Uniform(1<<20) < logit.P(eta)
}

// shuffled returns the rows of t in another order.
func shuffled(t *scoring.Table, seed uint64) *scoring.Table {
	at := make([]int, t.Rows())
	for i := range at {
		at[i] = i
	}
	s := rng.Open(seed, rng.PurposeModel, 1<<40)
	for i := len(at) - 1; i > 0; i-- {
		k := int(rng.Below(s.At(uint64(i)), uint64(i+1)))
		at[i], at[k] = at[k], at[i]
	}
	out := &scoring.Table{Features: t.Features, Code: make([]uint8, 0, len(t.Code))}
	for _, i := range at {
		out.Code = append(out.Code, t.Row(i)...)
		out.Bad = append(out.Bad, t.Bad[i])
		if t.Weight != nil {
			out.Weight = append(out.Weight, t.Weight[i])
		}
	}
	return out
}

// small returns a table of one feature from counts per level: level c has rows[c] rows, bads[c] bad.
func small(rows, bads []int) *scoring.Table {
	t := &scoring.Table{Features: []scoring.Feature{{Name: "x", Levels: len(rows) - 1}}}
	for c := range rows {
		t.Code = append(t.Code, slices.Repeat([]uint8{uint8(c)}, rows[c])...)
		for k := range rows[c] {
			t.Bad = append(t.Bad, k < bads[c])
		}
	}
	return t
}
