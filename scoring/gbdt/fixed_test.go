package gbdt

import (
	"math"
	"testing"

	"overshare/scoring"
)

func TestExpAndLog(t *testing.T) {
	for x := -700.0; x <= 700; x += 0.37 {
		if got, want := exp(x), math.Exp(x); math.Abs(got/want-1) > 1e-12 {
			t.Fatalf("exp(%g) = %g, want %g", x, got, want)
		}
	}
	for x := 1e-300; x < 1e300; x *= 1.7 {
		if got, want := log(x), math.Log(x); math.Abs(got-want) > 1e-13*max(1, math.Abs(want)) {
			t.Fatalf("log(%g) = %g, want %g", x, got, want)
		}
	}
	for x := -60.0; x <= 60; x += 0.31 {
		for _, bad := range []bool{false, true} {
			z := max(-40, min(40, x))
			if bad {
				z = -z
			}
			if got, want := logLoss(x, bad), math.Log1p(math.Exp(z)); math.Abs(got-want) > 1e-12 {
				t.Fatalf("logLoss(%g, %v) = %g, want %g", x, bad, got, want)
			}
		}
	}
}

func TestRoundIsHalfToEven(t *testing.T) {
	for _, x := range []float64{0, 0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 1e6 + 0.5, -123456.7, 1 << 40} {
		if got, want := round(x), int64(math.RoundToEven(x)); got != want {
			t.Errorf("round(%v) = %d, want %d", x, got, want)
		}
		if got := roundWeighted(round(x), 1); got != round(x) {
			t.Errorf("roundWeighted(%v, 1) = %d", x, got)
		}
	}
}

// At the limit both halves of a sum, of every part and of every difference can be read back; one step
// further they cannot. So the limit is neither too high nor needlessly low.
func TestPackedSumsAtTheLimit(t *testing.T) {
	d := &data{n: 3, stride: 16, rec: make([]byte, 48), last: []int{255}}
	for _, sign := range []int64{1, -1} {
		parts := [][2]int64{{sign * (maxG - 5), maxH - 9}, {sign * 3, 0}, {sign * 2, 9}}
		for i, p := range parts {
			putGradient(d.rec[i*16:], pack(p[0], p[1]))
		}
		h, first := make(histogram, 1), make(histogram, 1)
		h.addRange(d, 0, 3)
		if sum := h[0][0]; gradOf(sum) != sign*maxG || hessOf(sum) != maxH {
			t.Fatalf("sum reads as %d, %d", gradOf(sum), hessOf(sum))
		}
		first.addRows(d, []int32{0})
		h.subtract(first, d.last)
		if rest := h[0][0]; gradOf(rest) != sign*5 || hessOf(rest) != 9 {
			t.Fatalf("rest reads as %d, %d", gradOf(rest), hessOf(rest))
		}
	}
	if v := pack(0, maxH) + pack(0, 1); hessOf(v) == maxH+1 {
		t.Error("a hessian above the limit can be read back: the limit is too low")
	}
	if v := pack(maxG, 0) + pack(1, 0); gradOf(v) == maxG+1 {
		t.Error("a gradient above the limit can be read back: the limit is too low")
	}
}

// With sums expected far too low the first scale overflows; the pass must notice and halve it until
// the true sums fit, and they must equal those of big steps taken from the start.
func TestScaleIsHalvedUntilSumsFit(t *testing.T) {
	table := synth(20_000, 1)
	o := Defaults()
	o.ValidShare = 0
	for _, weighted := range []bool{false, true} {
		if weighted {
			table.Weight = make([]float32, table.Rows())
			for i := range table.Weight {
				table.Weight[i] = float32(i%7) + 0.3
			}
		}
		lied, honest := boosterOf(t, table, &o), boosterOf(t, table, &o)
		lied.sumG, lied.sumH, lied.slack = 0, 0, 0
		root := lied.gradients()
		sum := rootSum(root)
		if int64(lied.sumG*lied.scaleG) > maxG || int64(lied.sumH*lied.scaleH) > maxH {
			t.Fatal("sums above the limit were accepted")
		}
		if lied.scaleG == maxScale {
			t.Fatal("the test does not reach the limit")
		}
		want := rootSum(honest.gradients())
		for _, c := range []struct{ got, want float64 }{
			{float64(gradOf(sum)) * lied.search.perG, float64(gradOf(want)) * honest.search.perG},
			{float64(hessOf(sum)) * lied.search.perH, float64(hessOf(want)) * honest.search.perH},
		} {
			if math.Abs(c.got-c.want) > 1e-3*lied.sumG {
				t.Errorf("sum %g, want %g", c.got, c.want)
			}
		}
	}
}

// A pass that is made again must not add the last tree to the scores again.
func TestTreeIsAddedOnce(t *testing.T) {
	table := synth(5000, 1)
	o := Defaults()
	o.ValidShare = 0
	b := boosterOf(t, table, &o)
	root := b.gradients()
	tree := b.grow(root, rootSum(root))
	b.hasNew, b.sumG, b.sumH, b.slack = true, 0, 0, 0
	b.gradients()
	if b.scaleG == maxScale {
		t.Fatal("the pass was not made again")
	}
	for i, x := range b.score {
		if want := b.model.base + tree.valueOf(table.Row(i)); x != want {
			t.Fatalf("row %d: score %g, want %g", i, x, want)
		}
	}
}

func boosterOf(t *testing.T, table *scoring.Table, o *Options) *booster {
	train, _ := split(table, o.ValidShare)
	d, err := newData(table, train, 2)
	if err != nil {
		t.Fatal(err)
	}
	return newBooster(d, o, table)
}

func TestWeightUnit(t *testing.T) {
	for _, c := range []struct {
		weight    []float32
		unit, sum float64
	}{
		{[]float32{1, 2, 3}, 1, 6},
		{[]float32{2, 4, 2}, 2, 8},
		{[]float32{0.25, 1}, 0.25, 1.25},
		{[]float32{1, 1000, 1000}, 512, 2001},      // whole numbers, but one step would be too fine
		{[]float32{0.1, 0.1, 0.1}, 0.0625, 0.3},    // no common power of two
		{[]float32{1e-20, 1e20}, 0x1p65, 1e20 / 1}, // no weight is lost but the small one is nothing
	} {
		unit, sum := weightUnit(c.weight)
		if unit != c.unit || math.Abs(sum/c.sum-1) > 1e-7 {
			t.Errorf("weightUnit(%v) = %g, %g; want %g, %g", c.weight, unit, sum, c.unit, c.sum)
		}
	}
}
