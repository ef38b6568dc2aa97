package rng

import "math/bits"

// philox returns one block of Philox4x64-10: four independent words, a pure function of counter and key.
//
// Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3",
// doi:10.1145/2063384.2063405. Checked against the authors' known-answer vectors (TestPhiloxKnownAnswers).
//
// The words are variables of their own because an array would live in memory instead of registers, and the rounds
// are written out because a loop would move every word on to its next name.
func philox(c0, c1, c2, c3, k0, k1 uint64) (uint64, uint64, uint64, uint64) {
	const w0, w1 = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B
	c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0, k1)
	k0, k1 = k0+w0, k1+w1
	c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0, k1)
	k0, k1 = k0+w0, k1+w1
	c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0, k1)
	k0, k1 = k0+w0, k1+w1
	c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0, k1)
	k0, k1 = k0+w0, k1+w1
	c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0, k1)
	k0, k1 = k0+w0, k1+w1
	c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0, k1)
	k0, k1 = k0+w0, k1+w1
	c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0, k1)
	k0, k1 = k0+w0, k1+w1
	c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0, k1)
	k0, k1 = k0+w0, k1+w1
	c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0, k1)
	k0, k1 = k0+w0, k1+w1
	c0, c1, c2, c3 = philoxRound(c0, c1, c2, c3, k0, k1)
	return c0, c1, c2, c3
}

func philoxRound(c0, c1, c2, c3, k0, k1 uint64) (uint64, uint64, uint64, uint64) {
	hi0, lo0 := bits.Mul64(0xD2E7470EE14C6C93, c0)
	hi1, lo1 := bits.Mul64(0xCA5A826395121157, c2)
	return hi1 ^ c1 ^ k0, lo1, hi0 ^ c3 ^ k1, lo0
}
