package reidentify

import (
	"math/bits"
	"slices"
	"sync/atomic"
)

// An index answers, for a protected value, which targets were sent with it. It keeps the first 64
// bits of every value, sorted, and where each run of equal top bits starts.
//
// Two of n random values agree in 64 bits with probability n²/2⁶⁵, and a wrong guess among g meets
// one of them with g·n/2⁶⁴: 4e-5 and 2e-4 for the whole telephone space and 40 million people. Such a
// coincidence would show as an ambiguous target and a false match; it cannot add to what is recovered
// from telephone numbers, as every match is checked against the true holder.
//
// Memory: 8 bytes a value, 4 bytes for each of 2ᵏ starts with 3 to 6 values a start, and half a byte of
// marks a value: 9.3 bytes a target at 40 million.
type index struct {
	sent  []uint64 // sorted
	start []uint32 // start[b] is the first position whose top bits are b or more
	shift uint

	// Marks of a search, four bits for each position, eight positions a word. A value is marked at the
	// first of its positions.
	marks []atomic.Uint32
}

// newIndex sorts the values and returns their index. It keeps and changes the slice.
func newIndex(sent []uint64, workers int) *index {
	sortUniform(sent, workers)
	k := max(1, bits.Len(uint(len(sent)/6)))
	ix := &index{sent: sent, start: make([]uint32, 1<<k+1), shift: uint(64 - k)}
	b := 0
	for i, v := range sent {
		for ; b <= int(v>>ix.shift); b++ {
			ix.start[b] = uint32(i)
		}
	}
	for ; b < len(ix.start); b++ {
		ix.start[b] = uint32(len(sent))
	}
	ix.forget()
	return ix
}

// Marks of a value.
const (
	found = 1 << iota // by at least one guess
	again             // by at least two
	right             // by its true identifier
)

// forget clears the marks for the next search.
func (ix *index) forget() { ix.marks = make([]atomic.Uint32, (len(ix.sent)+7)/8) }

// bytes returns the memory that the index holds.
func (ix *index) bytes() uint64 {
	return uint64(8*len(ix.sent) + 4*len(ix.start) + 4*len(ix.marks))
}

const batch = 256

// lookup sets at[i] to the first position of the value want[i], or to −1.
//
// It goes over the batch three times, so that the waits for memory of all its values overlap: nothing
// that is loaded in the first two passes decides where the processor goes next.
func (ix *index) lookup(want *[batch]uint64, n int, at *[batch]int32) {
	var lo, hi [batch]uint32
	for i, v := range want[:n] {
		b := v >> ix.shift
		lo[i], hi[i] = ix.start[b], ix.start[b+1]
	}
	var sum uint64
	for i := range want[:n] {
		if lo[i] < hi[i] {
			sum += ix.sent[lo[i]] + ix.sent[hi[i]-1]
		}
	}
	ix.keep(sum)
	for i, v := range want[:n] {
		at[i] = -1
		for j := lo[i]; j < hi[i]; j++ {
			if ix.sent[j] >= v {
				if ix.sent[j] == v {
					at[i] = int32(j)
				}
				break
			}
		}
	}
}

// touch loads the marks that a batch will change, so that these waits overlap too: an atomic change on
// its own would wait for each.
func (ix *index) touch(at []int32) {
	var sum uint32
	for _, i := range at {
		if i >= 0 {
			sum += ix.marks[i/8].Load()
		}
	}
	ix.keep(uint64(sum))
}

// keep makes the compiler believe that the touched values matter.
//
//go:noinline
func (ix *index) keep(uint64) {}

// copies returns how many targets share the value at its first position.
func (ix *index) copies(first int32) uint64 {
	n := uint64(1)
	for j := int(first) + 1; j < len(ix.sent) && ix.sent[j] == ix.sent[first]; j++ {
		n++
	}
	return n
}

// mark notes that a guess gives the value at position i, and whether it is truly a target's. The marks
// do not depend on the order of the guesses.
func (ix *index) mark(i int32, isRight bool) {
	word, shift := &ix.marks[i/8], i%8*4
	bits := uint32(found)
	if isRight {
		bits |= right
	}
	if before := word.Or(bits << shift); before>>shift&found != 0 {
		word.Or(again << shift)
	}
}

// outcome counts targets after a search: those with exactly one candidate, which is right, and those
// that cannot be told from another candidate or target.
func (ix *index) outcome() (recovered, ambiguous uint64) {
	for i := 0; i < len(ix.sent); {
		n := int(ix.copies(int32(i)))
		mark := ix.marks[i/8].Load() >> (i % 8 * 4)
		switch {
		case mark&found == 0:
		case n > 1 || mark&again != 0:
			ambiguous += uint64(n)
		case mark&right != 0:
			recovered++
		}
		i += n
	}
	return recovered, ambiguous
}

// sortUniform sorts values that are spread evenly over 64 bits: by their top bits in place (American
// flag sort; McIlroy, Bostic & McIlroy 1993), then each part on its own. Values need not be even for
// the result to be right, only for it to be fast.
func sortUniform(v []uint64, workers int) {
	const top = 11
	if len(v) < 1<<15 {
		slices.Sort(v)
		return
	}
	ends := flag(v, 64-top, 1<<top)
	parallel(len(ends), workers, func(_, part int) {
		begin := 0
		if part > 0 {
			begin = ends[part-1]
		}
		sortPart(v[begin:ends[part]], 64-2*top, 1<<top)
	})
}

// sortPart sorts values whose bits above those used here are equal.
func sortPart(v []uint64, shift uint, parts int) {
	if len(v) < 4*parts {
		slices.Sort(v)
		return
	}
	begin := 0
	for _, end := range flag(v, shift, parts) {
		slices.Sort(v[begin:end])
		begin = end
	}
}

// flag moves every value into the part that its bits from shift on name, modulo parts, a power of
// two, and returns where each part ends.
func flag(v []uint64, shift uint, parts int) []int {
	mask := uint64(parts - 1)
	ends := make([]int, parts)
	for _, x := range v {
		ends[x>>shift&mask]++
	}
	next := make([]int, parts)
	sum := 0
	for p, n := range ends {
		next[p] = sum
		sum += n
		ends[p] = sum
	}
	for p := range next {
		for next[p] < ends[p] {
			x := v[next[p]]
			for q := x >> shift & mask; q != uint64(p); q = x >> shift & mask {
				v[next[q]], x = x, v[next[q]]
				next[q]++
			}
			v[next[p]] = x
			next[p]++
		}
	}
	return ends
}
