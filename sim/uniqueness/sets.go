package uniqueness

import (
	"time"

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

// A coder maps a row to the row of its classes.
type coder struct {
	exact bool
	bands
	signUp []uint16 // class by tenure
}

// newCoder prepares the classes of a precision for the records of a night.
func newCoder(p Precision, night record.Day) *coder {
	c := &coder{exact: p == Exact, bands: edges[p]}
	if c.exact {
		return c
	}
	c.signUp = make([]uint16, 1<<16)
	month, k := people.MonthStart(night), uint16(0)
	for tenure := range c.signUp {
		if night-record.Day(tenure) < month {
			month = people.MonthStart(month - 1)
			if p == Banded || month.Time().Month() == time.December {
				k++
			}
		}
		c.signUp[tenure] = k
	}
	return c
}

// code replaces the items of a set by their classes.
func (c *coder) code(r row, items []record.Item) row {
	if c.exact {
		return r
	}
	out := r
	for _, i := range items {
		switch i {
		case record.ItemTenure, record.ItemSignUpDate:
			out.put(record.ItemTenure, uint64(c.signUp[r.get(record.ItemTenure)]))
		case record.ItemBalance, record.ItemPaymentAmount7, record.ItemTopupAmount7, record.ItemRemittanceAmount7:
			out.put(i, class(c.won, r.get(i)*uint64(layout[i].scale)))
		case record.ItemIdleDays:
			out.put(i, class(c.idle, r.get(i)))
		case record.ItemTopups7, record.ItemPayments7, record.ItemRemittances7, record.ItemWithdrawals7,
			record.ItemCardPayments7, record.ItemReceived7, record.ItemFailedTopups7:
			out.put(i, class(c.count, r.get(i)))
		}
	}
	return out
}
