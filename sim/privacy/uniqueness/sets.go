package uniqueness

import (
	"overshare/sim/people"
	"overshare/sim/record"
)

// A Set is a set of items that somebody knows, or that tell people apart in the records sent.
type Set struct {
	Name  string
	Items []record.Item
}

// Sets are the sets of items, small ones first. The order says nothing about which contains which.
var Sets = []Set{
	{"sign-up-date", signUp},
	{"profile", profile},
	{"counts", counts},
	{"balance", []record.Item{record.ItemBalance}},
	{"profile-counts", with(profile, counts...)},
	{"profile-balance", with(profile, record.ItemBalance)},
	{"profile-counts-balance", with(profile, with(counts, record.ItemBalance)...)},
	{"profile-counts-balance-amounts", with(profile, with(counts, with(amounts, record.ItemBalance)...)...)},
	{"named", with(signUp, with(counts, record.ItemTenure, record.ItemIDVerified, record.ItemBalance)...)},
	{"behaviour", with(nil, behaviour()...)},
	{"all", with([]record.Item{record.ItemAccountID}, behaviour()...)},
}

var (
	signUp  = []record.Item{record.ItemSignUpDate}
	profile = []record.Item{record.ItemSignUpDate, record.ItemIDVerified, record.ItemLinkedBanks, record.ItemLinkedCards}
	counts  = []record.Item{record.ItemTopups7, record.ItemPayments7, record.ItemRemittances7, record.ItemWithdrawals7, record.ItemCardPayments7}
	amounts = []record.Item{record.ItemPaymentAmount7, record.ItemTopupAmount7, record.ItemRemittanceAmount7}
)

func with(a []record.Item, b ...record.Item) []record.Item {
	return append(append([]record.Item{}, a...), b...)
}

// behaviour are all items but identifiers and the tokens of counterparties.
func behaviour() []record.Item {
	return append([]record.Item{record.ItemSignUpDate}, kept...)
}

// Invented reports whether a set needs an item that is not publicly named.
func (s *Set) Invented() bool {
	for _, i := range s.Items {
		if record.Items[i].Invented {
			return true
		}
	}
	return false
}

// mask returns the bits of a row that belong to the set, and whether it holds an identifier. The sign-up
// date is kept as tenure.
func (s *Set) mask() (m row, identified bool) {
	for _, i := range s.Items {
		if i == record.ItemSignUpDate {
			i = record.ItemTenure
		}
		if record.Items[i].Identifier {
			identified = true
			continue
		}
		m.put(i, 1<<layout[i].width-1)
	}
	return m, identified
}

// A Precision says how exactly the items are known.
type Precision string

// The precisions. Flags, linked banks and cards are always exact. An edge of a coarser precision is one of
// every finer one, too, so that nobody is alone in the coarser who is not alone in the finer.
const (
	Exact  Precision = "exact"  // as sent
	Banded Precision = "banded" // month of sign-up, and the bands below
	Coarse Precision = "coarse" // year of sign-up, and the bands below
)

// Precisions are all precisions, finest first.
var Precisions = []Precision{Exact, Banded, Coarse}

// Bands are where a class begins; the first class begins at 0.
type bands struct{ count, won, idle []uint64 }

var edges = map[Precision]bands{
	Banded: {
		count: []uint64{1, 2, 4, 8, 16, 32, 64, 128},
		won:   []uint64{1, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000},
		idle:  []uint64{1, 2, 4, 7, 14, 30, 90},
	},
	Coarse: {
		count: []uint64{1},
		won:   []uint64{1, 10_000, 100_000},
		idle:  []uint64{7, 30, 90},
	},
}

// class returns how many edges v has reached.
func class(edges []uint64, v uint64) (k uint64) {
	for _, e := range edges {
		if v < e {
			break
		}
		k++
	}
	return k
}

// A coder replaces the items of rows by their classes, in place. Coarse classes are made of banded ones, so
// that every row is coded once and not for every set.
type coder struct {
	won         []uint64 // edges of the balance
	signUp      []uint16 // class by tenure
	count, idle [256]uint8
	amount      []uint16 // class by thousands of won
}

// newBands prepares the step from exact values to bands, for the records of a night.
func newBands(night record.Day) *coder {
	b := edges[Banded]
	c := &coder{won: b.won, signUp: make([]uint16, 1<<16), amount: make([]uint16, 1<<16)}
	month, k := people.MonthStart(night), uint16(0)
	for tenure := range c.signUp {
		if night-record.Day(tenure) < month {
			month = people.MonthStart(month - 1)
			k++
		}
		c.signUp[tenure] = k
		c.amount[tenure] = uint16(class(b.won, uint64(tenure)*1000))
	}
	for v := range c.count {
		c.count[v], c.idle[v] = uint8(class(b.count, uint64(v))), uint8(class(b.idle, uint64(v)))
	}
	return c
}

// newClasses prepares the step from bands to coarse classes.
func newClasses(night record.Day) *coder {
	b, w := edges[Banded], edges[Coarse]
	c := &coder{signUp: make([]uint16, 1<<16), amount: make([]uint16, 1<<16)}
	untilJanuary := int(night.Time().Month()) // months of sign-up in the year of the night
	for month := range c.signUp {
		c.signUp[month] = uint16((month + 12 - untilJanuary) / 12)
	}
	begin := func(edges []uint64, class int) uint64 { // where a class begins
		if class == 0 || class > len(edges) {
			return 0
		}
		return edges[class-1]
	}
	for k := range c.count {
		c.count[k] = uint8(class(w.count, begin(b.count, k)))
		c.idle[k] = uint8(class(w.idle, begin(b.idle, k)))
		c.amount[k] = uint16(class(w.won, begin(b.won, k)))
	}
	c.won = classEdges(c.amount[:len(b.won)+1])
	return c
}

// classEdges returns where the classes of a rising table begin.
func classEdges(table []uint16) (edges []uint64) {
	for k := 1; k < len(table); k++ {
		if table[k] != table[k-1] {
			edges = append(edges, uint64(k))
		}
	}
	return edges
}

// code replaces the items of a row.
func (c *coder) code(r *row) {
	r.put(record.ItemTenure, uint64(c.signUp[r.get(record.ItemTenure)]))
	r.put(record.ItemBalance, class(c.won, r.get(record.ItemBalance)))
	r.put(record.ItemIdleDays, uint64(c.idle[r.get(record.ItemIdleDays)]))
	for _, i := range amounts {
		r.put(i, uint64(c.amount[r.get(i)]))
	}
	for _, i := range moves {
		r.put(i, uint64(c.count[r.get(i)]))
	}
}
