package logit

import (
	"math"
	"testing"

	"overshare/sim/rng"
)

// ulps returns the distance of two numbers in units in the last place.
func ulps(a, b float64) float64 {
	if a == b {
		return 0
	}
	return math.Abs(a-b) / (math.Nextafter(math.Abs(b), math.Inf(1)) - math.Abs(b))
}

// The standard library's functions are accurate to one unit in the last place on every processor, so
// two correct implementations are at most two apart.
func TestAgainstMath(t *testing.T) {
	s := rng.Open(1, rng.PurposeModel, 1)
	for i := range uint64(200_000) {
		x := (s.Uniform(i) - 0.5) * 1400
		if i%2 == 0 {
			x /= 100
		}
		if u := ulps(Exp(x), math.Exp(x)); u > 2 {
			t.Fatalf("Exp(%v) = %v, want %v, %v ulps", x, Exp(x), math.Exp(x), u)
		}
		if y := math.Exp(x); ulps(Log(y), math.Log(y)) > 2 {
			t.Fatalf("Log(%v) = %v, want %v", y, Log(y), math.Log(y))
		}
		if w := 1 / (1 + math.Exp(-x)); x > -700 && ulps(P(x), w) > 4 {
			t.Fatalf("P(%v) = %v, want %v", x, P(x), w)
		}
	}
}

// Bits of this package never change: they are part of every published score. The wanted values were
// computed with 60 digits (Python decimal) and rounded to float64. All are hit exactly but Exp(-10),
// which is one unit in the last place below the true 4.5399929762484854e-05.
func TestKnownBits(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"Exp(1)", Exp(1), 2.718281828459045},
		{"Exp(-10)", Exp(-10), 4.539992976248485e-05},
		{"Exp(0.5)", Exp(0.5), 1.6487212707001282},
		{"Log(2)", Log(2), 0.6931471805599453},
		{"Log(10)", Log(10), 2.302585092994046},
		{"Log(1e-300)", Log(1e-300), -690.7755278982137},
		{"P(-3)", P(-3), 0.04742587317756678},
		{"Of(0.03)", Of(0.03), -3.4760986898352733},
	} {
		if c.got != c.want {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestEnds(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ got, want float64 }{
		{Exp(-inf), 0}, {Exp(inf), inf}, {Exp(-708.1), 0}, {Exp(709.1), inf}, {Exp(0), 1},
		{Log(0), -inf}, {Log(inf), inf}, {Log(1), 0},
		{P(-inf), 0}, {P(inf), 1}, {P(0), 0.5}, {P(40), 1},
		{Of(0), -inf}, {Of(1), inf}, {Of(0.5), 0},
	} {
		if c.got != c.want {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
	for _, x := range []float64{Exp(math.NaN()), Log(-1), Log(math.NaN()), Of(-0.1), Of(1.1), P(math.NaN())} {
		if x == x {
			t.Errorf("got %v, want NaN", x)
		}
	}
}

// Small subnormal arguments of Log go through Frexp and must not lose their exponent.
func TestLogSubnormal(t *testing.T) {
	if got, want := Log(5e-324), -744.4400719213812; got != want {
		t.Errorf("Log(5e-324) = %v, want %v", got, want)
	}
}

func TestPRises(t *testing.T) {
	last := P(-40.0)
	for x := -40.0; x < 36; x += 1.0 / 512 {
		p := P(x)
		if p < last {
			t.Fatalf("P falls at %v: %v after %v", x, p, last)
		}
		last = p
	}
}

func BenchmarkP(b *testing.B) {
	s := 0.0
	for i := range b.N {
		s += P(float64(i&1023)/100 - 8)
	}
	sink = s
}

var sink float64
