package uniqueness

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/record"
)

// The twins: slow and obvious. They share with the fast paths the coder of bands and nothing else: they keep
// whole snapshots, compare text, and look at every pair.

// A Taken is what TakeTwin keeps of a person on a night.
type Taken struct {
	Person  record.Person
	Scope   bool
	Record  record.Snapshot
	Present bool
}

// TakeTwin returns the records of the first n people on a night.
func TakeTwin(w *ledger.World, n int, night record.Day) (list []Taken) {
	var b ledger.Block
	b.Mornings(func(d record.Day) {
		if d != night {
			return
		}
		for i := range b.All {
			p := &b.All[i]
			if int(p.ID) >= n || d < p.Join || d >= p.Leave {
				continue
			}
			t := Taken{Person: p.ID, Scope: p.Scope <= d}
			b.Snapshot(i, &t.Record)
			for _, amount := range []record.Item{record.ItemPaymentAmount7, record.ItemTopupAmount7, record.ItemRemittanceAmount7} {
				t.Record[amount] = min(t.Record[amount]/1000, 65_535) * 1000
			}
			list = append(list, t)
		}
	})
	for k := range ledger.Blocks(n) {
		b.Simulate(w, k, nil)
	}
	return list
}

// GroupsTwin counts groups by the text of their items.
func GroupsTwin(list []Taken, set *Set, p Precision) (g Groups) {
	n, failed := map[string]int64{}, map[string]int64{}
	c := edges[p]
	for _, t := range list {
		k := ""
		for _, i := range set.Items {
			v := int64(t.Record[i])
			won := i == record.ItemBalance || i == record.ItemPaymentAmount7 || i == record.ItemTopupAmount7 || i == record.ItemRemittanceAmount7
			switch {
			case i == record.ItemAccountID:
				v = int64(t.Person)
			case p == Exact:
			case i == record.ItemSignUpDate && p == Coarse:
				v = int64(record.Day(v).Time().Year())
			case i == record.ItemSignUpDate:
				v = int64(record.Day(v).Time().Year())*100 + int64(record.Day(v).Time().Month())
			case i == record.ItemTenure:
				v = 0
			case won:
				v = bandTwin(c.won, v)
			case i == record.ItemIdleDays:
				v = bandTwin(c.idle, v)
			case i == record.ItemLinkedBanks || i == record.ItemLinkedCards || record.Items[i].Unit == "flag" || i == record.ItemStatus:
			default:
				v = bandTwin(c.count, v)
			}
			k += fmt.Sprint(v, " ")
		}
		n[k]++
		if t.Record[record.ItemFailedTopups7] > 0 {
			failed[k]++
		}
	}
	for k, size := range n {
		g.People += size
		g.Groups++
		g.Largest = max(g.Largest, size)
		for j, most := range Sizes {
			if size <= most {
				g.AtMost[j] += size
			}
		}
		g.Failed += failed[k]
		if failed[k] == size {
			g.GivenAway += size
		}
	}
	g.Sensitive = !slices.Contains(set.Items, record.ItemFailedTopups7)
	if !g.Sensitive {
		g.Failed, g.GivenAway = 0, 0
	}
	return g
}

func bandTwin(edges []uint64, v int64) int64 {
	for k := len(edges) - 1; k >= 0; k-- {
		if v >= int64(edges[k]) {
			return int64(k + 1)
		}
	}
	return 0
}

// LinkTwin links by the rule in the comment of matcher, comparing every record with all of its profile.
func LinkTwin(first, second []Taken, apart int32) (r LinkRow) {
	there, ofProfile := map[record.Person]bool{}, map[string][]Taken{}
	for _, y := range second {
		there[y.Person] = true
		ofProfile[profileTwin(&y.Record)] = append(ofProfile[profileTwin(&y.Record)], y)
	}
	for _, x := range first {
		r.People++
		if there[x.Person] {
			r.There++
		}
		best, ties := math.MaxInt, []record.Person{}
		same := ofProfile[profileTwin(&x.Record)]
		for _, y := range same {
			score, fits := fitTwin(&x.Record, &y.Record, apart)
			switch {
			case !fits:
			case score < best:
				best, ties = score, []record.Person{y.Person}
			case score == best:
				ties = append(ties, y.Person)
			}
		}
		if there[x.Person] {
			r.Guess += 1 / float64(len(same))
		}
		mine := slices.Contains(ties, x.Person)
		switch {
		case len(ties) == 0:
			r.Unlinked++
		case len(ties) > 1:
			r.Ambiguous++
		case mine:
			r.Correct++
		default:
			r.Wrong++
		}
		if mine {
			r.Expected += 1 / float64(len(ties))
		}
	}
	return r
}

func profileTwin(x *record.Snapshot) string {
	return fmt.Sprint(x[record.ItemSignUpDate], x[record.ItemIDVerified], x[record.ItemLinkedBanks], x[record.ItemLinkedCards])
}

// fitTwin scores a pair of one profile: lower is better.
func fitTwin(x, y *record.Snapshot, apart int32) (score int, fits bool) {
	delta := func(i record.Item) float64 { return math.Abs(float64(y[i]) - float64(x[i])) }
	size := func(thousands float64) int {
		if thousands < 1 {
			return 0
		}
		return int(math.Floor(math.Log2(math.Floor(thousands)))) + 1
	}
	d := 0
	for _, i := range []record.Item{record.ItemTopups7, record.ItemPayments7, record.ItemRemittances7, record.ItemWithdrawals7,
		record.ItemCardPayments7, record.ItemReceived7, record.ItemFailedTopups7} {
		d += int(delta(i))
	}
	for _, i := range []record.Item{record.ItemPaymentAmount7, record.ItemTopupAmount7, record.ItemRemittanceAmount7, record.ItemBalance} {
		d += size(delta(i) / 1000)
	}
	idle := y[record.ItemIdleDays]
	more := y[record.ItemBalance] > x[record.ItemBalance]
	isQuiet := idle == min(x[record.ItemIdleDays]+apart, 90) && y[record.ItemBalance] >= x[record.ItemBalance] &&
		(!more || y[record.ItemReceived7] > 0)
	for _, i := range []record.Item{record.ItemTopups7, record.ItemPayments7, record.ItemRemittances7, record.ItemWithdrawals7, record.ItemCardPayments7,
		record.ItemPaymentAmount7, record.ItemTopupAmount7, record.ItemRemittanceAmount7, record.ItemFailedTopups7} {
		isQuiet = isQuiet && y[i] <= x[i]
	}
	switch {
	case isQuiet && !more:
		return d, true
	case isQuiet:
		return 1e6 + d, true
	case idle < apart:
		return 2e6 + d, true
	}
	return 0, false
}

// UnicityTwin compares the known payments of every target with every payment of everybody.
func UnicityTwin(o Options, h *hunt) (list []UnicityRow) {
	all := map[uint32][]point{}
	var b ledger.Block
	b.Events(func(e record.Event) {
		if e.Day >= h.from && int(e.Person) < o.Users && (e.Kind == record.EventPayment || e.Kind == record.EventCardPayment || e.Kind == record.EventBillPaid) {
			all[uint32(e.Person)] = append(all[uint32(e.Person)], point{uint32(e.Day-h.from)*1440 + uint32(e.Minute), uint32(e.Amount)})
		}
	})
	for k := range ledger.Blocks(o.Users) {
		b.Simulate(o.World, k, nil)
	}
	for _, res := range Resolutions() {
		same := looksSame(res)
		for p := 1; p <= MaxPoints; p++ {
			row := UnicityRow{Resolution: res, Points: p, Drawn: int64(h.drawn)}
			for t, known := range h.known {
				if len(known) < p {
					continue
				}
				row.Targets++
				alone := true
				for u, made := range all {
					if !alone {
						break
					}
					alone = u == h.targets[t] || !matchTwin(same, known[:p], made)
				}
				if alone {
					row.Unique++
				}
			}
			row.Low, row.High = wilson(row.Unique, row.Targets)
			list = append(list, row)
		}
	}
	return list
}

func matchTwin(same func(p, q point) bool, known, made []point) bool {
	for _, p := range known {
		if !slices.ContainsFunc(made, func(q point) bool { return same(p, q) }) {
			return false
		}
	}
	return true
}

// looksSame returns how payments are compared at a resolution.
func looksSame(res Resolution) func(p, q point) bool {
	minutes := map[string]uint32{"minute": 1, "hour": 60, "day": 1440, "week": 10080}[res.Time]
	bin := func(won uint32) (k int) {
		for _, edge := range []uint32{1667, 5000, 15_000, 45_000, 135_000, 405_000, 1_215_000, 3_645_000, 10_935_000, 32_805_000} {
			if won >= edge {
				k++
			}
		}
		return k
	}
	return func(p, q point) bool {
		if p.minute/minutes != q.minute/minutes {
			return false
		}
		switch res.Amount {
		case "exact":
			return p.won == q.won
		case "1,000 won":
			return p.won/1000 == q.won/1000
		case "bin":
			return bin(p.won) == bin(q.won)
		}
		return true
	}
}

// UnicityTwinOf makes the rows of the twin for the targets that Run would draw.
func UnicityTwinOf(t testing.TB, o Options) []UnicityRow {
	if err := o.complete(); err != nil {
		t.Fatal(err)
	}
	h, err := newHunt(context.Background(), &o)
	if err != nil {
		t.Fatal(err)
	}
	return UnicityTwin(o, h)
}

// CountRecords counts groups among records that come from elsewhere.
func CountRecords(t testing.TB, list []Taken, night record.Day) []GroupRow {
	var rows [2][]row // two shards
	for i, x := range list {
		r := pack(&x.Record)
		if x.Scope {
			r[2] |= inScope
		}
		rows[i%2] = append(rows[i%2], r)
	}
	o := Options{World: &ledger.World{}, Night: night, Workers: 2, Progress: func(string, int64, int64) {}}
	counted, err := countGroups(context.Background(), &o, rows[:])
	if err != nil {
		t.Fatal(err)
	}
	return counted
}
