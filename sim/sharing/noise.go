package sharing

import (
	"overshare/sim/record"
	"overshare/sim/rng"
)

// A Noise is the luck with which the values of one person are answered at random. It belongs to the record: whoever
// reads the same record again reads the same. It is drawn from the seed like all luck here, a simulation of privacy
// and none in fact.
type Noise struct{ stream rng.Stream }

// Noise returns the luck of a person.
func (b *Border) Noise(u record.Person) Noise {
	return Noise{rng.Open(b.seed, rng.PurposeNoise, uint64(u))}
}

// Draw returns the 64 bits for an item of the record of a night.
//
//	bits  0-7   item
//	bits  8-39  night
//
// are the number of the draw.
func (n Noise) Draw(night record.Day, item record.Item) uint64 {
	return n.stream.At(uint64(uint32(night))<<8 | uint64(item))
}
