package gbdt

import (
	"math"
	"testing"

	"overshare/scoring"
	"overshare/sim/rng"
)

// The slow, obvious twin: gradients in float64 straight from the formula, every cut of every leaf
// tried by summing its rows one by one.

type refRow struct {
	code []uint8
	g, h float64
}

// refRows returns the rows with their gradients before tree k of the model.
func refRows(t *scoring.Table, m *Model, k int) []refRow {
	rows := make([]refRow, t.Rows())
	for i := range rows {
		x := m.base
		for _, tree := range m.trees[:k] {
			x += tree.valueOf(t.Row(i))
		}
		p, y, w := 1/(1+math.Exp(-x)), 0.0, 1.0
		if t.Bad[i] {
			y = 1
		}
		if t.Weight != nil {
			w = float64(t.Weight[i])
		}
		rows[i] = refRow{t.Row(i), w * (p - y), w * p * (1 - p)}
	}
	return rows
}

func refSums(rows []refRow) (g, h float64) {
	for _, r := range rows {
		g, h = g+r.g, h+r.h
	}
	return g, h
}

// refDivide follows the words of a cut, not the arithmetic of a node.
func refDivide(rows []refRow, feature int, at uint8, missLeft bool) (left, right []refRow) {
	for _, r := range rows {
		c := r.code[feature]
		if c == scoring.Missing && missLeft || c != scoring.Missing && c <= at {
			left = append(left, r)
		} else {
			right = append(right, r)
		}
	}
	return left, right
}

// refGain returns what a cut takes off twice the penalised loss; ok is false when it is not allowed.
func refGain(rows []refRow, feature int, at uint8, missLeft bool, o Options) (gain float64, ok bool) {
	left, right := refDivide(rows, feature, at, missLeft)
	gl, hl := refSums(left)
	gr, hr := refSums(right)
	g, h := refSums(rows)
	gain = gl*gl/(hl+o.L2) + gr*gr/(hr+o.L2) - g*g/(h+o.L2)
	return gain, hl >= o.MinLeafHessian && hr >= o.MinLeafHessian
}

// refBest returns the largest gain of any cut of the rows, 0 if there is none.
func refBest(rows []refRow, o Options) float64 {
	best := 0.0
	for f := range rows[0].code {
		for at := 1; at <= 255; at++ {
			for _, missLeft := range []bool{false, true} {
				if gain, ok := refGain(rows, f, uint8(at), missLeft, o); ok {
					best = max(best, gain)
				}
			}
		}
	}
	return best
}

// checkTree follows one tree from its root in the order in which its leaves were split and checks
// every decision: the gain is right, no cut of any open leaf had a larger one, growth went on for as
// long as it should, and leaf values are right.
//
// Quantities agree to 1e-5: with these few rows a step is 2⁻²⁴ of a gradient, and sums have at most 80.
func checkTree(t *testing.T, tree *tree, rows []refRow, o Options) {
	t.Helper()
	const tol = 1e-5
	open := map[int][]refRow{0: rows}
	best := map[int]float64{0: refBest(rows, o)}
	for created := 1; created < len(tree.nodes); created += 2 {
		at := 0
		for tree.isLeaf(at) || int(tree.nodes[at].kids[0]) != created {
			at++
		}
		n := tree.nodes[at]
		upTo, missLeft := n.cutOf()
		gain, ok := refGain(open[at], int(n.feature), upTo, missLeft, o)
		if !ok || math.Abs(gain-tree.gain[at]) > tol {
			t.Fatalf("node %d: gain %g, reference %g, allowed %v", at, tree.gain[at], gain, ok)
		}
		for leaf, other := range best {
			if other > gain+tol {
				t.Fatalf("node %d split with gain %g, but leaf %d has a cut with %g", at, gain, leaf, other)
			}
		}
		left, right := refDivide(open[at], int(n.feature), upTo, missLeft)
		delete(open, at)
		delete(best, at)
		open[created], best[created] = left, refBest(left, o)
		open[created+1], best[created+1] = right, refBest(right, o)
	}
	for leaf, rows := range open {
		g, h := refSums(rows)
		if want := -o.LearningRate * g / (h + o.L2); math.Abs(tree.value[leaf]-want) > tol {
			t.Fatalf("leaf %d: value %g, reference %g", leaf, tree.value[leaf], want)
		}
		if len(open) < o.MaxLeaves && best[leaf] > tol {
			t.Fatalf("leaf %d was not split though a cut gains %g", leaf, best[leaf])
		}
	}
}

// small returns a table of few rows and codes, so that ties and empty codes are common.
func small(n int, levels uint64, weighted bool, seed uint64) *scoring.Table {
	t := &scoring.Table{Bad: make([]bool, n), When: make([]int32, n)}
	for _, name := range []string{"a", "b", "c"} {
		t.Features = append(t.Features, scoring.Feature{Name: name, Levels: int(levels)})
	}
	for i := range n {
		s := rng.Open(seed, rng.PurposeModel, uint64(i))
		for f := range uint64(3) {
			t.Code = append(t.Code, uint8(rng.Below(s.At(f), levels+1)))
		}
		row := t.Row(i)
		t.Bad[i] = s.Uniform(9) < 0.2+0.6*float64(row[0])/float64(levels) || row[1] == 0 && s.Uniform(10) < 0.7
		t.When[i] = int32(i % 10)
		if weighted {
			t.Weight = append(t.Weight, float32(s.Uniform(11)*3))
		}
	}
	return t
}

func TestTreesAgainstReference(t *testing.T) {
	for seed := range uint64(12) {
		table := small(80, []uint64{3, 20, 255}[seed%3], seed%2 == 1, seed)
		o := Defaults()
		o.Trees, o.MaxLeaves, o.ValidShare, o.LearningRate = 4, 6, 0, 0.3
		o.MinLeafHessian = []float64{0.1, 1, 2}[seed%3]
		o.L2 = []float64{0, 1}[seed%2]
		m := mustTrain(t, table, o)
		if len(m.trees) == 0 {
			t.Fatalf("seed %d: no tree", seed)
		}
		for k, tree := range m.trees {
			checkTree(t, tree, refRows(table, m, k), o)
		}
	}
}

func mustTrain(t testing.TB, table *scoring.Table, o Options) *Model {
	t.Helper()
	m, err := Train(table, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Histograms by rows, by range and by subtraction agree with the obvious loop, for every number of
// features that the unrolled kernel treats differently.
func TestHistogramAgainstReference(t *testing.T) {
	for width := 1; width <= 19; width++ {
		d := &data{n: 300, stride: strideOf(width)}
		d.rec = make([]byte, d.n*d.stride)
		want, some := make(histogram, width), make(histogram, width)
		var rows []int32
		for i := range d.n {
			s, rec := rng.Open(1, rng.PurposeModel, uint64(i)), d.rec[i*d.stride:]
			v := pack(int64(s.At(50)>>50)-1<<13, int64(s.At(51)>>50))
			putGradient(rec, v)
			for f := range width {
				rec[gradBytes+f] = uint8(s.At(uint64(f)))
				want[f][rec[gradBytes+f]] += v
			}
			if i%3 == 0 {
				rows = append(rows, int32(i))
			}
		}
		for range width {
			d.last = append(d.last, 255)
		}
		all, rest := make(histogram, width), make(histogram, width)
		all.addRange(d, 0, d.n)
		some.addRows(d, rows)
		for f := range width {
			for i := range d.n {
				if i%3 != 0 {
					rec := d.rec[i*d.stride:]
					rest[f][rec[gradBytes+f]] += gradient(rec)
				}
			}
		}
		for f := range want {
			if all[f] != want[f] {
				t.Fatalf("width %d: feature %d differs", width, f)
			}
		}
		all.subtract(some, d.last)
		for f := range rest {
			if all[f] != rest[f] {
				t.Fatalf("width %d: subtraction differs in feature %d", width, f)
			}
		}
	}
}
