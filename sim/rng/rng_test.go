package rng

import (
	"math"
	"math/bits"
	"testing"
)

// The authors' vectors (Random123, kat_vectors, philox4x64 10).
func TestPhiloxKnownAnswers(t *testing.T) {
	const all = math.MaxUint64
	for _, c := range []struct {
		ctr    [4]uint64
		k0, k1 uint64
		want   [4]uint64
	}{
		{[4]uint64{}, 0, 0,
			[4]uint64{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
		{[4]uint64{all, all, all, all}, all, all,
			[4]uint64{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
		{[4]uint64{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
			0x452821e638d01377, 0xbe5466cf34e90c6c,
			[4]uint64{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}},
	} {
		var got [4]uint64
		got[0], got[1], got[2], got[3] = philox(c.ctr[0], c.ctr[1], c.ctr[2], c.ctr[3], c.k0, c.k1)
		if got != c.want {
			t.Errorf("philox(%x) = %x, want %x", c.ctr, got, c.want)
		}
	}
}

// Bits of neighbouring steps, neighbouring subjects and neighbouring purposes must be independent.
// Each of the three families XORs 2²⁰ pairs of words: 2²⁶ fair bits, standard error of their sum 4096.
// The limit of 5.33 standard errors is a false-alarm rate of 1e-7 a family; seed fixed at 1.
func TestNeighboursAreIndependent(t *testing.T) {
	const n = 1 << 20
	pair := map[string]func(i uint64) (uint64, uint64){
		"steps":    func(i uint64) (uint64, uint64) { s := Open(1, PurposeLedger, 7); return s.At(i), s.At(i + 1) },
		"subjects": func(i uint64) (uint64, uint64) { return Open(1, 2, i).At(3), Open(1, 2, i+1).At(3) },
		"purposes": func(i uint64) (uint64, uint64) { return Open(1, 2, i).At(0), Open(1, 3, i).At(0) },
		"pairs":    func(i uint64) (uint64, uint64) { a, b := OpenPair(1, 2, i); return a.At(0), b.At(0) },
	}
	for name, f := range pair {
		ones := 0
		for i := range uint64(n) {
			a, b := f(i)
			ones += bits.OnesCount64(a ^ b)
		}
		if z := (float64(ones) - 32*n) / math.Sqrt(16*n); math.Abs(z) > 5.33 {
			t.Errorf("%s: %d ones in %d bits, z = %.2f, alpha 1e-7", name, ones, 64*n, z)
		}
	}
}

// Uniforms of one stream fill 4096 cells evenly: chi-square with 4095 degrees of freedom, mean 4095,
// standard deviation 90.5; the limit of 5.5 is a false-alarm rate below 1e-7.
func TestUniformCells(t *testing.T) {
	const n, cells = 1 << 22, 4096
	var count [cells]int
	s := Open(1, PurposePerson, 99)
	for i := range uint64(n) {
		count[int(s.Uniform(i)*cells)]++
	}
	chi := 0.0
	for _, c := range count {
		d := float64(c) - n/cells
		chi += d * d / (n / cells)
	}
	if z := (chi - (cells - 1)) / math.Sqrt(2*(cells-1)); math.Abs(z) > 5.5 {
		t.Errorf("chi-square %.0f, z = %.2f", chi, z)
	}
}

func TestUnitStaysInside(t *testing.T) {
	if u := Unit(0); u <= 0 {
		t.Errorf("Unit(0) = %g", u)
	}
	if u := Unit(math.MaxUint64); u >= 1 {
		t.Errorf("Unit(max) = %g", u)
	}
}

func BenchmarkOpen(b *testing.B) {
	var x uint64
	for i := range b.N {
		x += Open(1, 2, uint64(i)).At(0)
	}
	sink = x
}

func BenchmarkAt(b *testing.B) {
	s, x := Open(1, 2, 3), uint64(0)
	for i := range b.N {
		x += s.At(uint64(i))
	}
	sink = x
}

var sink uint64
