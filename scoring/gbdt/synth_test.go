package gbdt

import (
	"fmt"
	"math"

	"overshare/scoring"
	"overshare/sim/rng"
)

const synthFeatures = 24

// synth returns a table of n rows with 24 features and about 3 % bad. Half of the features have 255
// codes, the others 2 to 64; one in five values of every fourth feature is missing; eight features
// matter, with a threshold, an interaction, a curve and a meaning of being missing; day rises from 0 to 99.
func synth(n int, seed uint64) *scoring.Table {
	t := &scoring.Table{Code: make([]uint8, n*synthFeatures), Bad: make([]bool, n), When: make([]int32, n)}
	for f := range synthFeatures {
		levels := 255
		if f%2 == 1 {
			levels = []int{2, 4, 8, 16, 32, 64}[f/2%6]
		}
		t.Features = append(t.Features, scoring.Feature{Name: fmt.Sprintf("x%02d", f), Levels: levels})
	}
	crew(2).chunks(n, 1<<12, func(_, from, to int) {
		for i := from; i < to; i++ {
			synthRow(t, i, seed)
		}
	})
	for i := range t.When {
		t.When[i] = int32(i * 100 / n)
	}
	return t
}

func synthRow(t *scoring.Table, i int, seed uint64) {
	s, row := rng.Open(seed, rng.PurposeModel, uint64(i)), t.Row(i)
	var u [synthFeatures]float64
	common := s.Uniform(100)
	for f := range row {
		u[f] = s.Uniform(uint64(f))
		if f >= 12 { // correlated with its neighbours, as items of one person are
			u[f] = 0.5*u[f] + 0.5*common
		}
		row[f] = 1 + uint8(u[f]*float64(t.Features[f].Levels))
		if f%4 == 0 && s.Uniform(uint64(200+f)) < 0.2 {
			row[f] = scoring.Missing
		}
	}
	x := -7.1 + 1.5*u[0] + 2*u[2]*u[3] + 1.5*math.Sin(6*u[6]) + u[12] + u[15]
	if u[5] > 0.7 {
		x += 1
	}
	if row[8] == scoring.Missing {
		x += 0.8
	}
	if u[14] < 0.2 && u[2] > 0.5 {
		x += 1.2
	}
	t.Bad[i] = s.Uniform(300) < sigmoid(x)
}
