package features

import (
	"math"
	"slices"

	"overshare/scoring"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// bands[k] holds, for column k of the person's own records, the codes of the lower ends of the coarse bands
// of its item, lowest first.
var bands = func() (list [][]uint8) {
	for k := range NumOwn {
		item, _ := Item(k)
		encode := counts.encode
		if k < NumNow {
			encode = now[k].encode
		}
		var codes []uint8
		for _, low := range item.Info().Bands {
			codes = append(codes, encode(low))
		}
		list = append(list, codes)
	}
	return list
}()

// Coarse returns the code of the band that the code of column k lies in; a missing value stays missing.
// Bands begin where codes do, so that nothing of the value but its band is left.
func Coarse(k int, code uint8) uint8 {
	if code == scoring.Missing {
		return code
	}
	return bands[k][band(k, code)]
}

func band(k int, code uint8) int {
	n := len(bands[k]) - 1
	for n > 0 && code < bands[k][n] {
		n--
	}
	return n
}

// Randomise returns what is sent in place of the code of column k when each value is answered at random
// before it is sent: with n bands and b the right one,
//
//	P(b is sent) = e^ε / (e^ε + n − 1),   P(any other) = 1 / (e^ε + n − 1)
//
// which is ε-differentially private for this one value, exactly, and the best such answer for small n.
// draw are 64 fair bits of which nothing else may be made. A missing value stays missing.
// Source: k-ary randomised response, Kairouz, Oh, Viswanath 2016, arXiv 1407.1338.
func Randomise(k int, code uint8, epsilon float64, draw uint64) uint8 {
	if code == scoring.Missing {
		return code
	}
	n, b := len(bands[k]), band(k, code)
	other := 1 / (math.Exp(epsilon) + float64(n-1))
	if u := rng.Unit(draw); u < other*float64(n-1) {
		x := min(int(u/other), n-2)
		if x >= b {
			x++
		}
		b = x
	}
	return bands[k][b]
}

// InBand returns the lower end of the band in which a value of an item that has bands is sent, in the item's unit.
func InBand(item record.Item, v int32) int32 {
	k := columnOf(item)
	return item.Info().Bands[band(k, now[k].encode(v))]
}

// AtRandom returns the lower end of the band that is sent for a value of an item that has bands when it is answered
// at random: see [Randomise].
func AtRandom(item record.Item, v int32, epsilon float64, draw uint64) int32 {
	k := columnOf(item)
	return item.Info().Bands[band(k, Randomise(k, now[k].encode(v), epsilon, draw))]
}

// columnOf returns the column of last night's value of an item.
func columnOf(item record.Item) int {
	k := slices.IndexFunc(now, func(c column) bool { return c.item == item })
	if k < 0 {
		panic("features: internal error: no column for " + item.String())
	}
	return k
}
