package scorecard

import (
	"math"
	"sync"

	"overshare/scoring"
	"overshare/scoring/calibrate/logit"
)

const (
	fineBits     = 40 // log-odds inside a fit are multiples of 2⁻⁴⁰
	residualBits = 30 // residuals are rounded to multiples of 2⁻³⁰
	shareBits    = 16 // p(1−p) in the Hessian is rounded to multiples of 2⁻¹⁶
	woeBits      = 10 // WoE in the Hessian is rounded to multiples of 2⁻¹⁰
)

// A predictor gives log-odds during a fit: base and one number per byte, in units of 2⁻⁴⁰.
type predictor struct {
	base  int64
	table [][256]int64
}

// fine returns x in units of 2⁻⁴⁰, stopped at ±2¹².
func fine(x float64) int64 { return int64(math.Max(-1<<12, math.Min(1<<12, x)) * (1 << fineBits)) }

// rounded returns x in units of 2 to the power of -bits.
func rounded(x float64, bits uint) int64 {
	return int64(math.Floor(float64(x*float64(int64(1)<<bits)) + 0.5))
}

// p returns the probability of a bad outcome for a row.
func (p *predictor) p(row []uint8) float64 {
	sum, table := p.base, p.table[:len(row)]
	for j, c := range row {
		sum += table[j][c]
	}
	return logit.P(float64(sum) / (1 << fineBits))
}

// residuals are the sums of weight·(p − y) over all rows and over the rows with each value of each byte of
// a packed table, in units of 2⁻³⁰. They hold all that the gradient needs:
//
//	∂/∂βⱼ = Σ over bins b of WoEⱼ(b) · the sums of the values that say bin b
//
// Each row is rounded once, by at most 2⁻³¹, so a component of the gradient per row is off by at most
// 2⁻³¹·max|WoE| < 7.5e-9 in the worst case, and by some 1e-12 when the roundings are unlike.
type residuals struct {
	all  int64
	code [][256]int64
}

// residuals sums over the table. Integers: the order of the rows and the workers do not matter.
func (p *predictor) residuals(t *scoring.Table, workers int) *residuals {
	out := &residuals{code: make([][256]int64, len(t.Features))}
	var mu sync.Mutex
	split(t.Rows(), workers, func(lo, hi int) {
		part := &residuals{code: make([][256]int64, len(t.Features))}
		part.scan(p, t, lo, hi)
		mu.Lock()
		defer mu.Unlock()
		out.all += part.all
		for j := range out.code {
			for c, r := range &part.code[j] {
				out.code[j][c] += r
			}
		}
	})
	return out
}

// scan is the hot loop: two table accesses per value and one exponential per row.
func (s *residuals) scan(p *predictor, t *scoring.Table, lo, hi int) {
	d := len(s.code)
	for i := lo; i < hi; i++ {
		row := t.Code[i*d : (i+1)*d : (i+1)*d]
		x := p.p(row)
		if t.Bad[i] {
			x--
		}
		if t.Weight != nil {
			x *= float64(weight(t, i)) / unit
		}
		r := rounded(x, residualBits)
		s.all += r
		code := s.code[:len(row)]
		for j, c := range row {
			code[j][c] += r
		}
	}
}

// curvature sums weight·p(1−p)·xₐ·x_b over the rows of a packed table, where x₀ = 1 and xₖ is the WoE of
// feature k−1 of the regression. Result: a full square matrix, row after row.
//
// Rounded per row to 2⁻¹⁷ in p(1−p) and 2⁻¹¹ in WoE; that is coarse and harmless, since the matrix
// only chooses the next step, and the gradient alone decides where the fit ends.
func (l *layout) curvature(p *predictor, t *scoring.Table, workers int) []float64 {
	n := len(l.place) + 1
	sum := make([]int64, n*n)
	woe := l.coarse()
	var mu sync.Mutex
	split(t.Rows(), workers, func(lo, hi int) {
		part := make([]int64, n*n)
		l.scanCurvature(part, p, t, woe, lo, hi)
		mu.Lock()
		defer mu.Unlock()
		for k, v := range part {
			sum[k] += v
		}
	})
	out := make([]float64, n*n)
	for a := range n {
		for b := range a + 1 {
			v := float64(sum[a*n+b]) / (1 << (shareBits + woeBits))
			out[a*n+b], out[b*n+a] = v, v
		}
	}
	return out
}

func (l *layout) scanCurvature(sum []int64, p *predictor, t *scoring.Table, woe [][256]int64, lo, hi int) {
	n := len(l.place) + 1
	v := make([]int64, n)
	v[0] = 1 << woeBits
	for i := lo; i < hi; i++ {
		row := t.Row(i)
		y := p.p(row)
		q := int64(float64(float64(y*(1-y))*float64(weight(t, i))/(unit>>shareBits)) + 0.5)
		for k := range l.place {
			v[k+1] = woe[k][row[l.place[k].at]]
		}
		for a := range v {
			u := (q*v[a] + 1<<(woeBits-1)) >> woeBits
			line := sum[a*n : a*n+a+1]
			for b, z := range v[:len(line)] {
				line[b] += u * z
			}
		}
	}
}
