package sharing

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
	"overshare/sim/sharing/regime"
	"overshare/sim/simtest"
)

// The cases of the property tests are the same in every run; .ci/run -soak draws others.
func init() { _ = flag.Set("rapid.seed", "2024") }

// drawFlow draws a flow that is right by itself.
func drawFlow(t *rapid.T) regime.Flow {
	f := regime.Flow{Weeks: 1, Items: record.AllItems}
	share := func(name string, of ...float64) float64 { return rapid.SampledFrom(of).Draw(t, name) }
	f.Who = regime.Who{In: share("in", 0.6, 1), Others: share("others", 0, 0.6, 1), Willing: regime.Willing(rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "willing"))}
	if rapid.IntRange(0, 4).Draw(t, "by group") == 0 {
		f.Who.Age, f.Who.Sex = rapid.Uint32Range(1, 63).Draw(t, "ages"), rapid.Uint32Range(1, 3).Draw(t, "sexes")
	}
	if f.When.Request = rapid.Bool().Draw(t, "request"); f.When.Request {
		f.Weeks = rapid.IntRange(1, 5).Draw(t, "weeks")
	} else {
		f.When.Every, f.When.Bulk = rapid.SampledFrom([]int{1, 1, 2, 7, 30}).Draw(t, "every"), rapid.Bool().Draw(t, "bulk")
		f.Backfill = rapid.IntRange(0, 28).Draw(t, "backfill")
	}
	f.Retention = rapid.SampledFrom([]int{0, 1, 14}).Draw(t, "retention")
	return f
}

// drawRegimes draws regimes of one or two flows that do not contradict themselves.
func drawRegimes(t *rapid.T, n int) (book *regime.Book, names []string) {
	book = regime.Builtin()
	for range n {
		r := regime.Regime{Name: fmt.Sprintf("drawn-%d", len(names))}
		r.Flows = append(r.Flows, drawFlow(t))
		if rapid.Bool().Draw(t, "two flows") { // those in scope and those out of it
			r.Flows = append(r.Flows, drawFlow(t))
			r.Flows[0].Who.Others, r.Flows[1].Who.In, r.Flows[0].Backfill = 0, 0, 0
		}
		if with, err := book.Add(r); err == nil {
			book, names = with, append(names, r.Name)
		}
	}
	return book, names
}

// Random regimes, calendars and lives, many of which begin, register and end close to the ends of the
// calendar: the count in closed form equals the walk through the days.
func TestRandomRegimesAgainstCountingByDay(t *testing.T) {
	pop := country(t, nil)
	tried := 0
	rapid.Check(t, func(t *rapid.T) {
		book, names := drawRegimes(t, 6)
		c := drawCalendar(t)
		for _, name := range names {
			if r, _ := book.Lookup(name); c.fits(&r) == nil {
				c.Regimes = append(c.Regimes, name)
			}
		}
		b, err := NewFrom(book, c, Window{}, uint64(rapid.IntRange(0, 9).Draw(t, "seed")))
		if err != nil {
			t.Fatal(err)
		}
		q := drawLife(t, pop, &c)
		from := c.DailyFrom + record.Day(rapid.IntRange(-40, 60).Draw(t, "start"))
		to := from + record.Day(rapid.IntRange(0, 80).Draw(t, "window"))
		count := b.NewCount()
		counter := b.Counter(&count, from, to)
		counter.Add(pop, &q)
		counter.Close()
		first, last := b.period()
		for r := range b.Regimes {
			want := plain{}
			want.person(first, last)
			window := Exposure{}
			note := func(night record.Day, own bool) {
				want.record(b, &q, night, own)
				if from <= night && night < to {
					window.All.Records++
				}
			}
			for k := range b.Regimes[r].Flows {
				f := &b.Regimes[r].Flows[k]
				for d := first; d < last; d++ {
					if night, ok := plainly(f, &b.Config, b.seed, &q, d); ok {
						note(night, night == d)
					}
				}
				for _, m := range people.Months(first, last+2) {
					bought := map[record.Day]bool{}
					for _, x := range pop.Purchases(&q, m, nil) {
						if d := x.Day - 1; !bought[d] && answers(f, &b.Config, b.seed, &q, d) {
							note(d, true)
						}
						bought[x.Day-1] = true
					}
				}
			}
			want.close(&q)
			if got := b.Whole(&count, r); got != want.whole {
				t.Fatalf("%+v of %+v, calendar %+v: %+v, by days %+v", b.Regimes[r].Flows, q, c, got, want.whole)
			}
			if got := b.InWindow(&count, r).All.Records; got != window.All.Records {
				t.Fatalf("%+v of %+v, window %v to %v: %d, by days %d", b.Regimes[r].Flows, q, from, to, got, window.All.Records)
			}
			tried += int(min(want.whole.All.Records, 1))
		}
	})
	if tried < 30 {
		t.Errorf("only %d regimes sent anything", tried)
	}
}

func drawCalendar(t *rapid.T) Config {
	c := Config{DailyFrom: record.Day(rapid.IntRange(17_500, 19_900).Draw(t, "from"))}
	c.DailyTo = c.DailyFrom + record.Day(rapid.IntRange(0, 90).Draw(t, "days"))
	for d, n := c.DailyFrom, rapid.IntRange(0, 3).Draw(t, "bulk sends"); len(c.BulkDays) < n; {
		d -= record.Day(rapid.IntRange(1, 60).Draw(t, "gap"))
		c.BulkDays = append([]record.Day{d}, c.BulkDays...)
	}
	return c
}

// drawLife draws a person whose life, more often than not, has its ends close to those of the calendar.
func drawLife(t *rapid.T, pop *people.Population, c *Config) (q people.Person) {
	pop.Person(record.Person(rapid.Uint32Range(0, 40_000_000).Draw(t, "person")), &q)
	near := func(name string) record.Day {
		return c.DailyFrom + record.Day(rapid.IntRange(-60, 100).Draw(t, name))
	}
	if rapid.IntRange(0, 3).Draw(t, "edges") > 0 {
		q.Join = near("join")
		q.Leave = q.Join + record.Day(rapid.IntRange(1, 120).Draw(t, "life"))
		q.Scope, q.Payer = max(near("scope"), q.Join), true
		if q.Scope >= q.Leave {
			q.Scope = people.Never
		}
	}
	return q
}

// A regime that is written in YAML and nowhere else is sent, counted and drawn in the timeline like any other.
func TestNewRegimeNeedsNoOtherEdit(t *testing.T) {
	const text = `
mine:
  text: young people in scope, every third night, three items; the others on the bulk days
  flows:
    - who: {scope: in, ages: [under-20, 20s]}
      when: [every-3]
      items: [account_id, balance_won, failed_topups_7d]
      retention_days: 30
    - who: {scope: out, others_share: 40}
      when: [bulk]
      items: [account_id, auto_topup]
`
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	book, faults := regime.Builtin().With(n.Content[0], "regimes")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	c := calendar()
	c.Regimes = []string{"everyone", "mine"}
	b, err := NewFrom(book, c, Window{}, 2024)
	if err != nil {
		t.Fatal(err)
	}
	pop := country(t, nil)
	compareByDay(t, b, pop, 0, 2000)
	count := b.count(pop, 0, 2000)
	if e := b.Whole(&count, 1); e.In.Records == 0 || e.Out.Records == 0 {
		t.Errorf("a regime of its own sends %+v", e)
	}
	terms := b.Terms(pop)
	in, out, _, _ := b.Loads(&count, 1, PurposeScore, &terms[PurposeScore], false)
	e := b.Whole(&count, 1)
	if in.Values != 3*e.In.Records || out.Values != 2*e.Out.Records {
		t.Errorf("%d values in %d records in scope, %d in %d out of it", in.Values, e.In.Records, out.Values, e.Out.Records)
	}
}

// Adding regimes to the list, or listing them in another order, changes no other regime's exposure.
func TestRegimesDoNotTouchEachOther(t *testing.T) {
	c := calendar()
	long := border(t, c)
	c.Regimes = []string{"weekly", "everyone", "on-request", "in-scope"}
	short := border(t, c)
	pop := country(t, nil)
	x, y := long.count(pop, 0, 3000), short.count(pop, 0, 3000)
	for s := range short.Regimes {
		name := short.Regimes[s].Name
		same(t, name, short.Whole(&y, s), long.Whole(&x, long.at(t, name)))
		_, few := short.Sent(&y, s, PurposeScore)
		_, many := long.Sent(&x, long.at(t, name), PurposeScore)
		same(t, name+" by day", few, many)
	}
}

// The share of a sample is what its name says: among 40,000 people out of scope sample-25 takes a quarter.
// Exact binomial at a false-alarm rate of 1e-6; a share wrong by 0.012 is found 999 times in 1,000.
func TestSampleTakesItsShare(t *testing.T) {
	c := calendar()
	c.Regimes = []string{"sample-25", "in-scope-sample-25"}
	b := border(t, c)
	k, n := [2]int64{}, int64(40_000)
	for u := range record.Person(n) {
		for r, scope := range []record.Day{people.Never, 0} {
			q := people.Person{ID: u, Leave: people.Never, Scope: scope}
			if b.Sends(r, &q, b.DailyFrom) {
				k[r]++
			}
		}
	}
	simtest.Accept(t, 2024).Share("sample-25", k[0], n, 0.25)
	if k[0] != k[1] {
		t.Errorf("%d people out of scope and %d in scope belong to a quarter of the same people", k[0], k[1])
	}
}

// Draws of different purposes do not line up: who belongs to a sample has nothing to do with who they are.
func TestSampleIsIndependentOfThePerson(t *testing.T) {
	c := calendar()
	c.Regimes = []string{"sample-50"}
	pop, b := country(t, nil), border(t, c)
	var q people.Person
	var k, n [2]int64
	for u := range record.Person(40_000) {
		pop.Person(u, &q)
		s := 0
		q.Join, q.Leave, q.Scope = 0, people.Never, people.Never
		if b.Sends(0, &q, b.DailyFrom) {
			s = 1
		}
		n[s]++
		if q.AutoTopup {
			k[s]++
		}
	}
	simtest.Accept(t, 2024).Same("automatic top-up in and out of the sample", k[0], n[0], k[1], n[1])
	if rng.Open(1, rng.PurposeSharing, 5) == rng.Open(1, rng.PurposePerson, 5) {
		t.Error("two purposes share a stream")
	}
}

// What contradicts the calendar is refused.
func TestCadenceLongerThanThePeriod(t *testing.T) {
	c := calendar()
	c.DailyTo, c.Regimes = c.DailyFrom+5, []string{"weekly"}
	if _, err := New(c, Window{}, 1); err == nil || !strings.Contains(err.Error(), "longer than the period") {
		t.Errorf("weekly in six nights: %v", err)
	}
}
