package rng

import "math/bits"

// philox returns one block of Philox4x64-10: four independent words, a pure function of counter and key.
//
// Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3",
// doi:10.1145/2063384.2063405. Checked against the authors' known-answer vectors (TestPhiloxKnownAnswers).
//
// The words are variables of their own because an array would live in memory instead of registers.
func philox(c0, c1, c2, c3, k0, k1 uint64) (uint64, uint64, uint64, uint64) {
	const (
		m0, m1 = 0xD2E7470EE14C6C93, 0xCA5A826395121157
		w0, w1 = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B
	)
	for round := 0; ; round++ {
		hi0, lo0 := bits.Mul64(m0, c0)
		hi1, lo1 := bits.Mul64(m1, c2)
		c0, c1, c2, c3 = hi1^c1^k0, lo1, hi0^c3^k1, lo0
		if round == 9 {
			return c0, c1, c2, c3
		}
		k0 += w0
		k1 += w1
	}
}
