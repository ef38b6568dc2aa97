package study

import (
	"bytes"
	"hash/maphash"
)

// A numbers gives each distinct sight of one list of rows a number, in the order in which they come. The sights
// themselves are in [Rows.Sights], so that one look-up copies nothing.
type numbers struct {
	slots []uint32 // a table with open addressing: 1 + the number of a sight, 0 for none; a power of two of them
	count int
	seed  maphash.Seed // decides where a number lies and nothing else
}

const leastSlots = 1 << 12

// of returns the number of the sight that is written at the end of sights, from n on, and whether it has come
// before.
func (t *numbers) of(sights []uint8, n int) (number uint32, known bool) {
	x := sights[n:]
	if len(x) == 0 {
		return 0, true
	}
	if t.slots == nil {
		t.slots, t.seed = make([]uint32, leastSlots), maphash.MakeSeed()
	}
	mask := uint64(len(t.slots) - 1)
	for at := maphash.Bytes(t.seed, x) & mask; ; at = (at + 1) & mask {
		switch slot := t.slots[at]; {
		case slot == 0:
			number = uint32(t.count)
			t.slots[at] = number + 1
			if t.count++; 2*t.count > len(t.slots) {
				t.grow(sights, len(x))
			}
			return number, false
		case bytes.Equal(x, sights[int(slot-1)*len(x):][:len(x)]):
			return slot - 1, true
		}
	}
}

// grow doubles the table.
func (t *numbers) grow(sights []uint8, width int) {
	t.slots = make([]uint32, 2*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for k := range t.count {
		at := maphash.Bytes(t.seed, sights[k*width:][:width]) & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = uint32(k) + 1
	}
}

// forget empties the table.
func (t *numbers) forget() {
	clear(t.slots)
	t.count = 0
}
