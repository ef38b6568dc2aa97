package study

import (
	"overshare/scoring/features"
	"overshare/sim/record"
	"overshare/sim/sharing"
	"overshare/sim/sharing/regime"
)

// Sent returns what crosses the border in place of a value of an item of somebody's record of a night: the lower end
// of its band, or of the band that was answered, as the processor reads it; the value itself where it is sent plainly.
func Sent(item record.Item, v int32, how regime.Protection, noise sharing.Noise, night record.Day) int32 {
	switch how.Form {
	case regime.Banded:
		return features.InBand(item, v)
	case regime.Noisy:
		return features.AtRandom(item, v, how.Epsilon, noise.Draw(night, item))
	}
	return v
}
