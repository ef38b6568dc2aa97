package uniqueness

import (
	"fmt"

	"overshare/sim/record"
)

// A row is a record of the score flow in three words, without identifiers. It holds every item exactly but the
// amounts of a week, which are told apart by whole thousands of won, up to 65,535 of them: a processor that
// compares won for won tells a few more people apart.
type row [3]uint64

// A field is where a row holds an item: width bits of a word, in units of scale.
type field struct {
	word, shift, width uint8
	scale              int32
}

// layout is the place of every item in a row. Items of width 0 are not kept: identifiers; the sign-up
// date, which tenure and the night give; and the tokens of counterparties, which are pseudonyms of others.
var layout = [record.NumItems]field{
	record.ItemBalance:           {0, 0, 32, 1},
	record.ItemTenure:            {0, 32, 16, 1},
	record.ItemPaymentAmount7:    {0, 48, 16, 1000},
	record.ItemTopupAmount7:      {1, 0, 16, 1000},
	record.ItemRemittanceAmount7: {1, 16, 16, 1000},
	record.ItemTopups7:           {1, 32, 8, 1},
	record.ItemPayments7:         {1, 40, 8, 1},
	record.ItemRemittances7:      {1, 48, 8, 1},
	record.ItemWithdrawals7:      {1, 56, 8, 1},
	record.ItemCardPayments7:     {2, 0, 8, 1},
	record.ItemReceived7:         {2, 8, 8, 1},
	record.ItemFailedTopups7:     {2, 16, 8, 1},
	record.ItemIdleDays:          {2, 24, 8, 1},
	record.ItemLinkedBanks:       {2, 32, 8, 1},
	record.ItemLinkedCards:       {2, 40, 8, 1},
	record.ItemIDVerified:        {2, 48, 1, 1},
	record.ItemAutoTopup:         {2, 49, 1, 1},
	record.ItemStatus:            {2, 50, 1, 1},
}

// inScope marks a row of somebody registered at the platform. It belongs to no item.
const inScope uint64 = 1 << 63 // of word 2

// kept are the items that a row holds.
var kept = func() (list []record.Item) {
	for i, f := range layout {
		if f.width > 0 {
			list = append(list, record.Item(i))
		}
	}
	return list
}()

// pack puts a record into a row. It panics if a count or the balance does not fit, which would merge different
// people.
func pack(s *record.Snapshot) (r row) {
	for _, i := range kept {
		f, v := &layout[i], s[i]
		u := uint64(v / f.scale)
		if f.scale > 1 {
			u = min(u, 1<<f.width-1)
		}
		if v < 0 || u>>f.width != 0 {
			panic(fmt.Sprintf("uniqueness: internal error: %v = %d does not fit into %d bits", i, v, f.width))
		}
		r[f.word] |= u << f.shift
	}
	return r
}

// get returns an item, in units of its scale.
func (r *row) get(i record.Item) uint64 {
	f := &layout[i]
	return r[f.word] >> f.shift & (1<<f.width - 1)
}

// put replaces an item.
func (r *row) put(i record.Item, v uint64) {
	f := &layout[i]
	r[f.word] = r[f.word]&^((1<<f.width-1)<<f.shift) | v<<f.shift
}
