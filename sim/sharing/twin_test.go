package sharing

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
	"overshare/sim/sharing/regime"
)

// plainly is the rule of sharing said once more, slowly, from what a flow says: on which night the record of
// q of night d is sent unasked.
func plainly(f *regime.Flow, c *Config, seed uint64, q *people.Person, d record.Day) (night record.Day, ok bool) {
	sends := func(d record.Day) bool {
		if f.When.Every > 0 && d >= c.DailyFrom && d <= c.DailyTo && (d-c.DailyFrom)%record.Day(f.When.Every) == 0 {
			return true
		}
		for _, x := range c.BulkDays {
			if f.When.Bulk && x == d {
				return true
			}
		}
		return false
	}
	lives := func(d record.Day) bool { return d >= q.Join && d < q.Leave }
	if !lives(d) || !sends(d) || !fits(f, q) {
		return 0, false
	}
	luck := rng.Open(seed, rng.PurposeSharing, uint64(q.ID)).Uniform(0)
	if d >= q.Scope {
		return d, luck < f.Who.In
	}
	if luck < f.Who.Others {
		return d, true
	}
	if luck >= f.Who.In || d < q.Scope-record.Day(f.Backfill) {
		return 0, false
	}
	for n := q.Scope; lives(n) && n <= c.DailyTo; n++ {
		if sends(n) {
			return n, true
		}
	}
	return 0, false
}

// fits reports whether q has the traits that a flow asks for.
func fits(f *regime.Flow, q *people.Person) bool {
	has := func(set uint32, k uint8) bool { return set == 0 || set&(1<<k) != 0 }
	switch f.Who.Willing {
	case regime.Willings:
		if !q.OptionalConsent {
			return false
		}
	case regime.Unwilling:
		if q.OptionalConsent {
			return false
		}
	}
	return has(f.Who.Age, q.Age) && has(f.Who.Sex, q.Sex) && has(f.Who.Region, q.Region)
}

// answers is the same for a request on the day after d.
func answers(f *regime.Flow, c *Config, seed uint64, q *people.Person, d record.Day) bool {
	return f.When.Request && d >= c.DailyFrom && d <= c.DailyTo && d >= q.Scope && d >= q.Join && d+1 < q.Leave && fits(f, q) &&
		rng.Open(seed, rng.PurposeSharing, uint64(q.ID)).Uniform(0) < f.Who.In
}

// byDay is the slow twin of [Counter.Add]: it asks for every person, regime and day whether a record is sent.
func byDay(b *Border, pop *people.Population, from, to int) (all []plain, abroad plain) {
	all = make([]plain, len(b.Regimes))
	first, last := b.period()
	for u := from; u < to; u++ {
		var q people.Person
		pop.Person(record.Person(u), &q)
		buys := map[record.Day]bool{}
		for _, m := range people.Months(first, last+2) {
			for _, p := range pop.Purchases(&q, m, nil) {
				buys[p.Day] = true
			}
		}
		for r := range b.Regimes {
			all[r].person(first, last)
			for k := range b.Regimes[r].Flows {
				f := &b.Regimes[r].Flows[k]
				for d := max(first, q.Join); d < min(last, q.Leave); d++ {
					if night, ok := plainly(f, &b.Config, b.seed, &q, d); ok {
						all[r].record(b, &q, night, night == d)
					}
					if f.When.Request && buys[d+1] && answers(f, &b.Config, b.seed, &q, d) {
						all[r].record(b, &q, d, true)
					}
				}
			}
			all[r].close(&q)
		}
		abroad.person(pop.Overseas.From, pop.Overseas.To+1)
		for _, d := range pop.OverseasPayments(&q, nil) {
			abroad.record(b, &q, d, true)
		}
		abroad.close(&q)
	}
	return all, abroad
}

// plain counts everything one by one.
type plain struct {
	whole, window, model, daily Exposure
	first                       record.Day
	byDay, inByDay              []int64
	times                       map[int64]int64
	cells                       map[int]GroupTally

	now [4]Exposure // of the person at hand
}

func (p *plain) person(first, last record.Day) {
	if p.byDay == nil {
		p.first, p.byDay, p.inByDay = first, make([]int64, last-first), make([]int64, last-first)
		p.times, p.cells = map[int64]int64{}, map[int]GroupTally{}
	}
	p.now = [4]Exposure{}
}

// record notes a record sent on night d; own says that it is the record of that night.
func (p *plain) record(b *Border, q *people.Person, d record.Day, own bool) {
	p.byDay[d-p.first]++
	if q.Scope <= d {
		p.inByDay[d-p.first]++
	}
	one := Tally{Records: 1}
	if own {
		one.PersonDays = 1
	}
	if q.OptionalConsent {
		one.Willing = 1
	}
	for k, counts := range [4]bool{true, start <= d && d < end, d < b.DailyFrom, d >= b.DailyFrom} {
		if !counts {
			continue
		}
		e := &p.now[k]
		e.All.Plus(one)
		if q.Scope <= d {
			e.In.Plus(one)
		} else {
			e.Out.Plus(one)
		}
	}
}

func (p *plain) close(q *people.Person) {
	for k, into := range []*Exposure{&p.whole, &p.window, &p.model, &p.daily} {
		e := &p.now[k]
		for _, t := range []*Tally{&e.In, &e.Out, &e.All} {
			t.People = min(t.Records, 1)
		}
		into.Plus(*e)
	}
	n, out := p.now[0].All.Records, p.now[0].Out.Records
	if n == 0 {
		return
	}
	p.times[n]++
	k := GroupOf(q.Age, q.Sex, q.Region)
	c := p.cells[k]
	c.People++
	c.Records += n
	c.OutPeople += min(out, 1)
	c.OutRecords += out
	p.cells[k] = c
}

// twinPeople are counted day by day. Every hundredth of two million, so that all times of sign-up occur.
const twinPeople = 20_000

// TestAddEqualsCountingByDay holds every number of the count, for every registered regime over the whole
// period, to a walk through all days of all people.
func TestAddEqualsCountingByDay(t *testing.T) {
	b := border(t, calendar())
	compareByDay(t, b, country(t, nil), 1000, 1000+twinPeople)
}

func compareByDay(t testing.TB, b *Border, pop *people.Population, from, to int) {
	t.Helper()
	want, abroad := byDay(b, pop, from, to)
	c := b.count(pop, from, to)
	for r := range b.Regimes {
		name, w := b.Regimes[r].Name, &want[r]
		for what, pair := range map[string][2]Exposure{"whole": {b.Whole(&c, r), w.whole}, "window": {b.InWindow(&c, r), w.window},
			"model": {b.Exposure(&c, r, PurposeModel), w.model}, "daily": {b.Exposure(&c, r, PurposeDaily), w.daily}} {
			same(t, name+" "+what, pair[0], pair[1])
		}
		a, _ := b.Account(&c, r, PurposeScore)
		same(t, name+" account", a.Exposure, w.whole)
		same(t, name+" times", sparse(a.Times), w.times)
		same(t, name+" cells", occupied(a), w.cells)
		first, days := b.Sent(&c, r, PurposeScore)
		same(t, name+" by day", dated(first, days), dated(w.first, w.byDay))
		for f, e := range map[Purpose]Exposure{PurposeModel: w.model, PurposeDaily: w.daily} {
			sum := int64(0)
			_, days := b.Sent(&c, r, f)
			for _, n := range days {
				sum += n
			}
			same(t, name+" "+f.String()+" by day", sum, e.All.Records)
		}
		first, days = b.SentInScope(&c, r)
		same(t, name+" in scope by day", dated(first, days), dated(w.first, w.inByDay))
	}
	o := abroad.whole
	o.All.PersonDays, o.In.PersonDays, o.Out.PersonDays = 0, 0, 0
	got := c.Overseas.Exposure
	got.All.PersonDays, got.In.PersonDays, got.Out.PersonDays = 0, 0, 0
	same(t, "overseas", got, o)
	same(t, "overseas times", sparse(c.Overseas.Times), abroad.times)
	same(t, "overseas cells", occupied(&c.Overseas), abroad.cells)
	first, days := c.Payments.First, c.Payments.Step
	same(t, "overseas by day", dated(first, days), dated(abroad.first, abroad.byDay))
}

// TestOverseasPersonDays counts the distinct days of every payer in a map.
func TestOverseasPersonDays(t *testing.T) {
	pop, b := country(t, nil), border(t, calendar())
	c := b.count(pop, 0, 2000)
	var want [2]int64
	for u := range 2000 {
		var q people.Person
		pop.Person(record.Person(u), &q)
		seen := map[record.Day]bool{}
		for _, d := range pop.OverseasPayments(&q, nil) {
			if !seen[d] && d >= q.Scope {
				want[0]++
			} else if !seen[d] {
				want[1]++
			}
			seen[d] = true
		}
	}
	e := &c.Overseas.Exposure
	same(t, "person-days in, out, all", [3]int64{e.In.PersonDays, e.Out.PersonDays, e.All.PersonDays}, [3]int64{want[0], want[1], want[0] + want[1]})
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-by day +closed form):\n%s", what, d)
	}
}

func sparse(times []int64) map[int64]int64 {
	m := map[int64]int64{}
	for n, people := range times {
		if people != 0 {
			m[int64(n)] = people
		}
	}
	return m
}

func occupied(a *Account) map[int]GroupTally {
	m := map[int]GroupTally{}
	for k, c := range a.Groups {
		if c != (GroupTally{}) {
			m[k] = c
		}
	}
	return m
}

func dated(first record.Day, days []int64) map[record.Day]int64 {
	m := map[record.Day]int64{}
	for i, n := range days {
		if n != 0 {
			m[first+record.Day(i)] = n
		}
	}
	return m
}
