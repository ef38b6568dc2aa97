// Package portable has the functions whose results must be the same bits on every processor.
//
// The functions of package math are not: some have assembly twins on some processors, and Go may fuse a
// product and a sum into one rounding where the processor can (arm64, s390x, amd64 with GOAMD64=v3). A
// figure that a checksum covers must not depend on either, so everything that reaches a file uses these
// ports, which are made of operations that IEEE 754 rounds exactly and round every product by a conversion
// before it is added. math.Sqrt, Floor, Frexp and Ldexp are exact everywhere and need no port.
package portable

import "math"

const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
	log2e = 1.44269504088896338700e+00
)

// Exp returns e to the power x; 0 below −708 and +Inf above 709, so that no result is subnormal.
//
// Accuracy: within 2 units in the last place of math.Exp (TestAgainstMath). Cost: about 8 ns.
// Source: FreeBSD msun e_exp.c (Sun Microsystems 1993): x = k·ln 2 + r, |r| ≤ 0.35, and a rational
// approximation on r with error below 2⁻⁵⁹.
func Exp(x float64) float64 {
	const (
		p1 = 1.66666666666666657415e-01
		p2 = -2.77777777770155933842e-03
		p3 = 6.61375632143793436117e-05
		p4 = -1.65339022054652515390e-06
		p5 = 4.13813679705723846039e-08
	)
	switch {
	case x > 709:
		return math.Inf(1)
	case x < -708:
		return 0
	case x != x:
		return x
	}
	k := math.Floor(float64(x*log2e) + 0.5)
	hi := x - float64(k*ln2Hi)
	lo := float64(k * ln2Lo)
	r := hi - lo
	t := float64(r * r)
	c := p3 + float64(t*(p4+float64(t*p5)))
	c = r - float64(t*(p1+float64(t*(p2+float64(t*c)))))
	y := 1 - ((lo - float64(r*c)/(2-c)) - hi)
	return float64(y * math.Float64frombits(uint64(1023+int64(k))<<52))
}

// Log returns the natural logarithm of x: −Inf for 0, NaN below 0.
//
// Accuracy: within 1 unit in the last place of math.Log (TestAgainstMath).
// Source: FreeBSD msun e_log.c (Sun Microsystems 1993): x = 2ᵏ·(1 + f), √½ ≤ 1 + f < √2, and a
// polynomial in f/(2 + f) with error below 2⁻⁵⁸.
func Log(x float64) float64 {
	const (
		l1 = 6.666666666666735130e-01
		l2 = 3.999999999940941908e-01
		l3 = 2.857142874366239149e-01
		l4 = 2.222219843214978396e-01
		l5 = 1.818357216161805012e-01
		l6 = 1.531383769920937332e-01
		l7 = 1.479819860511658591e-01
	)
	switch {
	case x != x || math.IsInf(x, 1):
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = float64(m*2), e-1
	}
	f, k := m-1, float64(e)
	s := f / (2 + f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	t1 := float64(s2 * (l1 + float64(s4*(l3+float64(s4*(l5+float64(s4*l7)))))))
	t2 := float64(s4 * (l2 + float64(s4*(l4+float64(s4*l6)))))
	half := float64(float64(0.5*f) * f)
	tail := float64(s*(half+(t1+t2))) + float64(k*ln2Lo)
	return float64(k*ln2Hi) - ((half - tail) - f)
}

// Pow returns x to the power y for x > 0.
//
// Accuracy: relative error below 2⁻⁵²·(4 + 2·|y·ln x|) (TestPower). Undefined (NaN or a limit of [Exp]) for
// other x.
func Pow(x, y float64) float64 { return Exp(float64(y * Log(x))) }
