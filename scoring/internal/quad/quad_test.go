package quad

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"overshare/sim/rng"
)

// problem returns a random positive definite matrix whose columns are alike, and a right side.
func problem(seed uint64, n int) (h, b []float64) {
	s := rng.Open(seed, rng.PurposeModel, 3)
	m := mat.NewDense(2*n, n, nil)
	for i := range 2 * n {
		for j := range n {
			m.Set(i, j, s.Uniform(uint64(i*n+j))-0.2)
		}
	}
	var p mat.Dense
	p.Mul(m.T(), m)
	for i := range n {
		b = append(b, s.Uniform(uint64(1000+i))-0.3)
		for j := range n {
			h = append(h, p.At(i, j))
		}
	}
	return h, b
}

func TestSolveAgainstGonum(t *testing.T) {
	const n = 12
	h, b := problem(2, n)
	var chol mat.Cholesky
	chol.Factorize(mat.NewSymDense(n, h))
	var want mat.VecDense
	if err := chol.SolveVecTo(&want, mat.NewVecDense(n, b)); err != nil {
		t.Fatal(err)
	}
	cholesky(h, n)
	back(h, b, n)
	for i := range n {
		if math.Abs(b[i]-want.AtVec(i)) > 1e-9*(1+math.Abs(b[i])) {
			t.Errorf("x[%d] = %v, want %v", i, b[i], want.AtVec(i))
		}
	}
}

// The minimum under z[1:] ≥ 0 is the only point without slope where z > 0 and with a rising one where
// z = 0. 200 problems, so that components also leave again that came in.
func TestNonNegative(t *testing.T) {
	zeros, all := 0, 0
	for seed := range uint64(200) {
		h, b := problem(seed, 12)
		z := NonNegative(h, b)
		for i := range z {
			slope := Dot(h[i*len(z):(i+1)*len(z)], z) - b[i]
			if z[i] < 0 && i > 0 || (z[i] != 0 || i == 0) && math.Abs(slope) > 1e-8 || slope < -1e-8 {
				t.Errorf("problem %d component %d = %v with slope %v", seed, i, z[i], slope)
			}
			if all++; z[i] == 0 {
				zeros++
			}
		}
	}
	if zeros < all/10 || zeros > all*9/10 {
		t.Errorf("%d of %d components at the border: nothing was tested", zeros, all)
	}
}

// After a step the curvature explains what the step showed, h·s = y, and stays symmetric.
func TestLearnStep(t *testing.T) {
	const n = 6
	h, s := problem(4, n)
	truth, _ := problem(5, n)
	y := make([]float64, n)
	for i := range n {
		y[i] = Dot(truth[i*n:(i+1)*n], s)
	}
	LearnStep(h, s, y)
	for i := range n {
		if got := Dot(h[i*n:(i+1)*n], s); math.Abs(got-y[i]) > 1e-9 {
			t.Errorf("component %d: h·s = %v, want %v", i, got, y[i])
		}
		for j := range n {
			if math.Abs(h[i*n+j]-h[j*n+i]) > 1e-9 {
				t.Errorf("not symmetric at %d, %d", i, j)
			}
		}
	}
	flat := append([]float64(nil), h...)
	LearnStep(h, s, make([]float64, n))
	for i := range h {
		if h[i] != flat[i] {
			t.Fatal("a step without curvature was learnt")
		}
	}
}
