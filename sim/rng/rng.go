// Package rng gives keyed draws: every random number is a function of (seed, purpose, subject, step)
// and of nothing else, so that the order in which work is done cannot change a result.
//
// A [Stream] is opened with one block of Philox4x64-10, which gives it a start and an odd increment
// of its own; its draws are a strong 64-bit mix of start + step·increment, so any step can be read
// directly. Two streams share a sequence only when 127 bits agree.
//
// This is the only package of the program that makes random numbers. It may not read the clock, the
// environment or any state of its own.
package rng

import "math/bits"

// A Purpose keeps the draws for one use apart from those for every other. A number is given once
// and never used again, not even after its purpose is gone: an old number would bring back old luck.
type Purpose uint32

// The purposes. Add at the end.
const (
	PurposePerson  Purpose = 1 // attributes of a person (package people)
	PurposeLedger  Purpose = 2 // daily luck of a person's money (package ledger)
	PurposeFriends Purpose = 3 // who sends money to whom (package ledger)
	// 4 was days on which a person uses the wallet; given once, not used again
	PurposePurchase  Purpose = 5  // purchases at the platform (package people)
	PurposeAdversary Purpose = 6  // who attacks, whom, when (package adversary)
	PurposeSharing   Purpose = 7  // who belongs to a sample or consents (package sharing)
	PurposePhone     Purpose = 8  // telephone numbers (package identity)
	PurposeEmail     Purpose = 9  // e-mail addresses (package identity)
	PurposeName      Purpose = 10 // display names (package identity)
	PurposeSecret    Purpose = 11 // salts and keys of the sender (package identity)
	PurposeOverseas  Purpose = 12 // overseas payments (package people)
	PurposeTraining  Purpose = 13 // which rows a processor keeps for training (package sharing)
	PurposeBootstrap Purpose = 14 // resampling (package metric)
	PurposeModel     Purpose = 15 // random choices of a learner (package scoring)
	PurposeForward   Purpose = 16 // luck of re-simulated futures (package ledger, the oracle)
	PurposeNoise     Purpose = 17 // noise added before sending (package sharing)
	PurposeMinute    Purpose = 18 // time of day of an event (package ledger)
	PurposeTarget    Purpose = 19 // who is attacked, and with what knowledge (package uniqueness)
	PurposeReplicate Purpose = 20 // seeds of further countries (package study)
	PurposeCommon    Purpose = 21 // what hits many people at once (package ledger)
)

// domain separates this program's draws from any other use of the same seed.
const domain = 0x6f766572_73686172 // "overshar"

// A Stream is the sequence of draws of one subject for one purpose. The zero Stream is not valid;
// get one from [Open].
type Stream struct{ start, step uint64 }

// Open returns the stream of subject for purpose in the world that seed makes.
func Open(seed uint64, p Purpose, subject uint64) Stream {
	s, _ := OpenPair(seed, p, subject)
	return s
}

// OpenPair returns two independent streams for the price of one.
func OpenPair(seed uint64, p Purpose, subject uint64) (a, b Stream) {
	w0, w1, w2, w3 := philox(subject, uint64(p), 0, 0, seed, domain)
	return Stream{w0, w1 | 1}, Stream{w2, w3 | 1}
}

// At returns draw number i: 64 independent fair bits.
func (s Stream) At(i uint64) uint64 { return mix(s.start + i*s.step) }

// Uniform returns draw number i as a number in the open interval (0, 1), an odd multiple of 2⁻⁵³.
func (s Stream) Uniform(i uint64) float64 { return Unit(s.At(i)) }

// Unit maps 64 bits to the open interval (0, 1).
func Unit(x uint64) float64 { return float64((float64(x>>12) + 0.5) * 0x1p-52) }

// Below returns a number in [0, n) from 64 bits; its bias is at most n·2⁻⁶⁴.
func Below(x, n uint64) uint64 {
	hi, _ := bits.Mul64(x, n)
	return hi
}

// mix is Pelle Evensen's rrmxmx: a bijection on 64 bits that turns a counter into fair bits even for
// low-entropy counters. Source: mostlymangling.blogspot.com, 2018.
func mix(v uint64) uint64 {
	v ^= bits.RotateLeft64(v, -49) ^ bits.RotateLeft64(v, -24)
	v *= 0x9FB21C651E98DF25
	v ^= v >> 28
	v *= 0x9FB21C651E98DF25
	return v ^ v>>28
}
