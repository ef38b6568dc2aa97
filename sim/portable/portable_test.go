package portable

import (
	"math"
	"testing"

	"overshare/sim/rng"
)

// ulps returns how many representable numbers lie between a and b, which have the same sign.
func ulps(a, b float64) int64 {
	d := int64(math.Float64bits(a)) - int64(math.Float64bits(b))
	return max(d, -d)
}

// The standard library's functions are accurate to one unit in the last place on every processor, so
// two correct implementations are at most two apart.
func TestAgainstMath(t *testing.T) {
	s := rng.Open(51, rng.PurposeModel, 0)
	for i := range uint64(200_000) {
		x := math.Ldexp(1+s.Uniform(2*i), int(s.At(2*i+1)%200)-100)
		if i%2 == 0 {
			x = s.Uniform(2 * i)
		}
		if ulps(Log(x), math.Log(x)) > 1 {
			t.Fatalf("Log(%g) = %.17g, library %.17g", x, Log(x), math.Log(x))
		}
		x = 1400*s.Uniform(2*i) - 700
		if i%2 == 0 {
			x = 4*s.Uniform(2*i) - 2
		}
		if ulps(Exp(x), math.Exp(x)) > 2 {
			t.Fatalf("Exp(%g) = %.17g, library %.17g", x, Exp(x), math.Exp(x))
		}
	}
}

func TestEdges(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"Exp(0)", Exp(0), 1}, {"Exp(-1e9)", Exp(-1e9), 0}, {"Exp(1e9)", Exp(1e9), inf},
		{"Log(1)", Log(1), 0}, {"Log(0)", Log(0), -inf}, {"Log(inf)", Log(inf), inf},
		{"Pow(2, 0)", Pow(2, 0), 1}, {"NormalTail(0)", NormalTail(0), 0.5}, {"NormalQuantile(0.5)", NormalQuantile(0.5), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s = %g, want %g", c.name, c.got, c.want)
		}
	}
	for _, x := range []float64{Exp(math.NaN()), Log(math.NaN()), Log(-1)} {
		if x == x {
			t.Errorf("%g, want no number", x)
		}
	}
}

// The library's power multiplies on and is off by more units than this one: two values are from 40-digit arithmetic
// (Python decimal).
func TestPower(t *testing.T) {
	for _, c := range []struct{ x, y, want float64 }{
		{1.0058959692541138, 19.638540081521725, 1.122376399073909863281091},
		{1.0355013706494687, -18.768500284752424, 0.5195705109266459537092},
	} {
		if ulps(Pow(c.x, c.y), c.want) > 2 {
			t.Errorf("Pow(%g, %g) = %.17g, want %.17g", c.x, c.y, Pow(c.x, c.y), c.want)
		}
	}
	s := rng.Open(53, rng.PurposeModel, 0)
	for i := range uint64(20_000) {
		x, y := Exp(8*s.Uniform(2*i)-4), 40*s.Uniform(2*i+1)-20
		if want := math.Pow(x, y); math.Abs(Pow(x, y)-want) > 2e-14*want {
			t.Fatalf("Pow(%g, %g) = %.17g, library %.17g", x, y, Pow(x, y), want)
		}
	}
}

// Tails against the library's erfc.
func TestNormalTail(t *testing.T) {
	for z := 0.0; z < 37; z += 0.037 {
		if want := math.Erfc(z/math.Sqrt2) / 2; math.Abs(NormalTail(z)-want) > 1e-12*want {
			t.Errorf("normal tail of %g: %.17g, want %.17g", z, NormalTail(z), want)
		}
	}
	if math.Abs(NormalQuantile(0.025)-1.959963984540054) > 1e-14 {
		t.Errorf("normal quantile %.17g", NormalQuantile(0.025))
	}
}

// Bits of this package never change: they are part of every published figure. The bits were taken on amd64 with
// and without fused products and on arm64 under emulation; the digits of Exp and Log are those of 60-digit
// arithmetic (package logit, TestKnownBits).
func TestKnownBits(t *testing.T) {
	h := uint64(14695981039346656037)
	mix := func(x float64) { h = (h ^ math.Float64bits(x)) * 1099511628211 }
	s := rng.Open(54, rng.PurposeModel, 0)
	for i := range uint64(20_000) {
		u := s.Uniform(i)
		mix(Exp(float64(80*u) - 40))
		mix(Log(u))
		mix(Pow(1+u, float64(9*u)))
		mix(NormalTail(float64(12*u) - 6))
	}
	for i := range uint64(200) {
		mix(NormalQuantile(s.Uniform(i)))
	}
	if want := uint64(0x51d0873425abfdfe); h != want {
		t.Errorf("the bits of 80,200 results have the hash %#x, want %#x", h, want)
	}
}
