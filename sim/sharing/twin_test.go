package sharing

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"overshare/sim/people"
	"overshare/sim/record"
)

// byDay is the slow twin of [Border.Add]: it asks for every person, regime and day whether a record is sent.
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
			g := &b.Regimes[r]
			all[r].person()
			for d := first; d < last; d++ {
				if g.Sent(&q, d) || g.Answered(&q, d) && buys[d+1] {
					all[r].record(b, &q, d)
				}
			}
			all[r].close(&q)
		}
		abroad.person()
		for _, d := range pop.OverseasPayments(&q, nil) {
			abroad.record(b, &q, d)
		}
		abroad.close(&q)
	}
	return all, abroad
}

// plain keeps everything in maps.
type plain struct {
	whole, window, model, daily Exposure
	byDay                       map[record.Day]int64
	inByDay                     map[record.Day]int64
	times                       map[int64]int64
	cells                       map[int]Cell

	now [4]Exposure // of the person at hand
}

func (p *plain) person() {
	if p.byDay == nil {
		p.byDay, p.inByDay = map[record.Day]int64{}, map[record.Day]int64{}
		p.times, p.cells = map[int64]int64{}, map[int]Cell{}
	}
	p.now = [4]Exposure{}
}

func (p *plain) record(b *Border, q *people.Person, d record.Day) {
	p.byDay[d]++
	if q.Scope <= d {
		p.inByDay[d]++
	}
	one := Tally{Records: 1, PersonDays: 1}
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
	k := CellOf(q.Age, q.Sex, q.Region)
	c := p.cells[k]
	c.People++
	c.Records += n
	c.OutPeople += min(out, 1)
	c.OutRecords += out
	p.cells[k] = c
}

// TestAddEqualsCountingByDay holds every number of the ledger, for every regime over the whole period, to a
// count that goes through all days of all people. twinPeople is 2,000; 20,000 with -tags slow:
//
//	go test -tags slow -run ByDay ./sim/sharing
func TestAddEqualsCountingByDay(t *testing.T) {
	pop := country(t, nil)
	b := border(t, calendar())
	want, abroad := byDay(b, pop, 1000, 1000+twinPeople)
	c := b.count(pop, 1000, 1000+twinPeople)
	for r := range b.Regimes {
		name, w := b.Regimes[r].Name, &want[r]
		for what, pair := range map[string][2]Exposure{"whole": {c.Whole[r], w.whole}, "window": {c.Window[r], w.window},
			"model": {c.Model[r], w.model}, "daily": {c.Daily[r], w.daily}, "account": {c.Score[r].Exposure, w.whole}} {
			same(t, name+" "+what, pair[0], pair[1])
		}
		same(t, name+" times", sparse(c.Score[r].Times), w.times)
		same(t, name+" cells", occupied(&c.Score[r]), w.cells)
		first, days := b.Sent(&c, r, FlowScore)
		same(t, name+" by day", dated(first, days), w.byDay)
		for f, e := range map[Flow]Exposure{FlowModel: w.model, FlowDaily: w.daily} {
			sum := int64(0)
			_, days := b.Sent(&c, r, f)
			for _, n := range days {
				sum += n
			}
			same(t, name+" "+f.String()+" by day", sum, e.All.Records)
		}
		first, days = b.SentInScope(&c, r)
		same(t, name+" in scope by day", dated(first, days), w.inByDay)
	}
	o := abroad.whole
	o.All.PersonDays, o.In.PersonDays, o.Out.PersonDays = 0, 0, 0
	got := c.Overseas.Exposure
	if got.All.PersonDays >= got.All.Records {
		t.Errorf("%d payments on %d days", got.All.Records, got.All.PersonDays)
	}
	got.All.PersonDays, got.In.PersonDays, got.Out.PersonDays = 0, 0, 0
	same(t, "overseas", got, o)
	same(t, "overseas times", sparse(c.Overseas.Times), abroad.times)
	same(t, "overseas cells", occupied(&c.Overseas), abroad.cells)
	first, days := b.Sent(&c, 0, FlowOverseas)
	same(t, "overseas by day", dated(first, days), abroad.byDay)
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

func same(t *testing.T, what string, got, want any) {
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

func occupied(a *Account) map[int]Cell {
	m := map[int]Cell{}
	for k, c := range a.Cells {
		if c != (Cell{}) {
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
