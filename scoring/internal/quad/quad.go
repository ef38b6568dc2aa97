// Package quad solves the small quadratic problems of the learners: minimise ½·zᵀhz − bᵀz where all components but
// the first may not be negative. Matrices are square and stored row after row.
package quad

import "math"

// These solvers are written out, although gonum has them, because gonum's kernels sum in another
// order on other processors, and a card must have the same bits everywhere. Matrices are square and
// stored row after row. TestSolveAgainstGonum compares.

// pivotFloor bounds the pivots of a factorisation from below, as a share of the diagonal: features
// that say the same get a large step, not an infinite one.
const pivotFloor = 1e-7

// cholesky replaces the lower half of the symmetric n×n matrix a by L with L·Lᵀ = a.
func cholesky(a []float64, n int) {
	for j := range n {
		diagonal := a[j*n+j]
		for i := j; i < n; i++ {
			s := a[i*n+j]
			for k := range j {
				s -= float64(a[i*n+k] * a[j*n+k])
			}
			if i == j {
				a[j*n+j] = math.Sqrt(math.Max(s, math.Max(pivotFloor*diagonal, math.SmallestNonzeroFloat64)))
				continue
			}
			a[i*n+j] = s / a[j*n+j]
		}
	}
}

// back replaces b by the solution of L·Lᵀ·x = b.
func back(l, b []float64, n int) {
	for i := range n {
		for k := range i {
			b[i] -= float64(l[i*n+k] * b[k])
		}
		b[i] /= l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= float64(l[k*n+i] * b[k])
		}
		b[i] /= l[i*n+i]
	}
}

// NonNegative minimises ½·zᵀ·h·z − bᵀ·z over all z with z[1], z[2], … ≥ 0; z[0] is free.
//
// Source: Lawson & Hanson 1974, Solving Least Squares Problems, ch. 23, in the normal-equation form
// of Bro & de Jong 1997, doi:10.1002/(SICI)1099-128X(199709/10)11:5<393::AID-CEM483>3.0.CO;2-L.
// Cost: about one factorisation per positive component.
func NonNegative(h, b []float64) []float64 {
	n := len(b)
	z, in := make([]float64, n), make([]bool, n)
	in[0] = true
	for range 4 * n {
		for !advance(h, b, z, in) {
		}
		j := mostWanted(h, b, z, in)
		if j < 0 {
			break
		}
		in[j] = true
	}
	return z
}

// advance moves z towards the minimum over the components that are in. If that minimum is not
// allowed, it stops at the border, takes the components that got there out and reports false.
func advance(h, b, z []float64, in []bool) bool {
	s := within(h, b, in)
	step, at := 1.0, -1
	for j := 1; j < len(z); j++ {
		if in[j] && s[j] <= 0 {
			if a := z[j] / (z[j] - s[j]); at < 0 || a < step {
				step, at = a, j
			}
		}
	}
	if at < 0 {
		copy(z, s)
		return true
	}
	for j := range z {
		z[j] += float64(step * (s[j] - z[j]))
		if j > 0 && in[j] && (z[j] <= 0 || j == at) {
			z[j], in[j] = 0, false
		}
	}
	return false
}

// within solves h·s = b over the components that are in; the others are 0.
func within(h, b []float64, in []bool) []float64 {
	n := len(b)
	var list []int
	for j := range n {
		if in[j] {
			list = append(list, j)
		}
	}
	m := len(list)
	a, x := make([]float64, m*m), make([]float64, m)
	for p, i := range list {
		x[p] = b[i]
		for q, j := range list {
			a[p*m+q] = h[i*n+j]
		}
	}
	cholesky(a, m)
	back(a, x, m)
	s := make([]float64, n)
	for p, i := range list {
		s[i] = x[p]
	}
	return s
}

// mostWanted returns the component at 0 whose rise would lower the objective fastest, measured in its
// own scale, or −1.
func mostWanted(h, b, z []float64, in []bool) int {
	n, best, at := len(b), 1e-9, -1
	for j := 1; j < n; j++ {
		if in[j] || h[j*n+j] <= 0 {
			continue
		}
		w, size := b[j], math.Abs(b[j])
		for k := range n {
			w -= float64(h[j*n+k] * z[k])
			size += math.Abs(float64(h[j*n+k] * z[k]))
		}
		if size > 0 && w/size > best {
			best, at = w/size, j
		}
	}
	return at
}

// Dot returns the scalar product, summed in order.
func Dot(a, b []float64) float64 {
	s := 0.0
	for i, x := range a {
		s += float64(x * b[i])
	}
	return s
}

// LearnStep corrects the curvature h by what the last step showed: moving by s changed the gradient
// by y (the BFGS formula, Nocedal & Wright 2006, eq. 6.19). A step that shows no curvature is ignored.
func LearnStep(h, s, y []float64) {
	n := len(s)
	hs := make([]float64, n)
	for i := range n {
		hs[i] = Dot(h[i*n:(i+1)*n], s)
	}
	sy, shs := Dot(s, y), Dot(s, hs)
	if !(sy > 1e-3*shs) {
		return
	}
	for i := range n {
		for j := range n {
			h[i*n+j] += float64(y[i]*y[j])/sy - float64(hs[i]*hs[j])/shs
		}
	}
}
