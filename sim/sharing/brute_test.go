package sharing_test

import (
	"flag"
	"testing"

	"pgregory.net/rapid"

	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
	"overshare/sim/sharing"
)

// The cases of the property tests are the same in every run; .ci/run -soak draws others.
func init() { _ = flag.Set("rapid.seed", "2024") }

// prepare returns the plan of a built-in scenario with some parameters set, as path=value.
func prepare(t testing.TB, scenario string, sets ...string) *study.Plan {
	t.Helper()
	var over []scenarios.Override
	for _, s := range sets {
		over = append(over, scenarios.Set(s))
	}
	s, err := scenarios.Load(scenario, over...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := study.NewPlan(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// border returns the border of a plan's calendar with other regimes.
func border(t testing.TB, p *study.Plan, regimes ...string) *sharing.Border {
	t.Helper()
	c := p.Border.Config
	c.Regimes = regimes
	b, err := sharing.New(c, p.Border.Window, p.Run.Seed)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// nested lists regimes each of which sends at least what the one before it sends.
var nested = []string{"none", "on-request", "in-scope", "sample-0", "sample-10", "sample-25", "sample-100", "everyone"}

// sentDays lists, day by day and by asking the rule, on which days a record of q is sent: the slow and
// obvious twin of Border.Add.
func sentDays(b *sharing.Border, r int, pop *people.Population, q *people.Person, from, to record.Day) (days []record.Day) {
	g := &b.Regimes[r]
	asked := map[record.Day]bool{}
	if g.Group == sharing.OnRequest {
		for _, m := range people.Months(b.DailyFrom, b.DailyTo+2) {
			for _, x := range pop.Purchases(q, m, nil) {
				asked[x.Day] = true
			}
		}
	}
	for d := from; d < to; d++ {
		daily := b.DailyFrom <= d && d <= b.DailyTo
		if g.Sent(q, d) || daily && asked[d+1] && q.InScope(d) && q.InScope(d+1) {
			days = append(days, d)
		}
	}
	return days
}

// Exposure in closed form against the day-by-day count of 20,000 people over the whole period, under every
// kind of regime, in and out of scope, over all sends and over the window.
func TestExposureAgainstDayByDayCount(t *testing.T) {
	p := prepare(t, "kakaopay-2024")
	b := border(t, p, nested...)
	pop := p.World.Pop
	start, end := p.World.Start, p.World.Start+record.Day(p.World.Days)
	got, want := b.NewCount(), b.NewCount()
	var q people.Person
	for u := range record.Person(20_000) {
		pop.Person(u, &q)
		b.Add(&got, pop, &q, start, end)
		for r := range b.Regimes {
			if b.Regimes[r].Group == sharing.Nobody || u%8 != 0 && b.Regimes[r].Group == sharing.Sample {
				continue
			}
			days := sentDays(b, r, pop, &q, b.BulkDays[0]-5, b.DailyTo+5)
			tally(&want.Whole[r], days, &q, -1<<30, 1<<30)
			tally(&want.Window[r], days, &q, start, end)
		}
	}
	for r, g := range b.Regimes {
		if g.Group == sharing.Sample { // compared on every eighth person below
			continue
		}
		same(t, g.Name+", all sends", got.Whole[r], want.Whole[r])
		same(t, g.Name+", window", got.Window[r], want.Window[r])
		if g.Group != sharing.Nobody && (got.Whole[r].All.Records == 0 || got.Window[r].All.Records == 0) {
			t.Errorf("%s: nothing was counted", g.Name)
		}
	}
	eighth := b.NewCount()
	for u := record.Person(0); u < 20_000; u += 8 {
		pop.Person(u, &q)
		b.Add(&eighth, pop, &q, start, end)
	}
	for r, g := range b.Regimes {
		if g.Group == sharing.Sample {
			same(t, g.Name+", all sends", eighth.Whole[r], want.Whole[r])
			same(t, g.Name+", window", eighth.Window[r], want.Window[r])
		}
	}
}

// tally counts days one by one.
func tally(e *sharing.Exposure, days []record.Day, q *people.Person, start, end record.Day) {
	in, out := int64(0), int64(0)
	for _, d := range days {
		if d < start || d >= end {
			continue
		}
		if q.Scope <= d {
			in++
		} else {
			out++
		}
	}
	for _, x := range []struct {
		t *sharing.Tally
		n int64
	}{{&e.In, in}, {&e.Out, out}, {&e.All, in + out}} {
		x.t.Records += x.n
		if x.n > 0 {
			x.t.People++
		}
	}
}

func same(t *testing.T, what string, got, want sharing.Exposure) {
	t.Helper()
	for _, x := range []struct {
		name      string
		got, want sharing.Tally
	}{{"in scope", got.In, want.In}, {"out of scope", got.Out, want.Out}, {"all", got.All, want.All}} {
		if x.got.People != x.want.People || x.got.Records != x.want.Records {
			t.Errorf("%s, %s: %d people and %d records, by days %d and %d", what, x.name,
				x.got.People, x.got.Records, x.want.People, x.want.Records)
		}
	}
}

// More sharing never lowers exposure: over random lives and calendars, what a regime sends is a subset of
// what the next one sends, day by day, and so it is in the counts.
func TestSharingMoreNeverLowersExposure(t *testing.T) {
	p := prepare(t, "kakaopay-2024")
	pop := p.World.Pop
	rapid.Check(t, func(t *rapid.T) {
		c := p.Border.Config
		c.Regimes = nested
		c.DailyFrom = record.Day(rapid.IntRange(17_500, 19_900).Draw(t, "from"))
		c.DailyTo = c.DailyFrom + record.Day(rapid.IntRange(0, 60).Draw(t, "days"))
		c.BulkDays = nil
		for d := c.DailyFrom; len(c.BulkDays) < rapid.IntRange(0, 3).Draw(t, "bulk sends"); {
			d -= record.Day(rapid.IntRange(1, 300).Draw(t, "gap"))
			c.BulkDays = append([]record.Day{d}, c.BulkDays...)
		}
		b, err := sharing.New(c, p.Border.Window, uint64(rapid.IntRange(0, 9).Draw(t, "seed")))
		if err != nil {
			t.Fatal(err)
		}
		var q people.Person
		pop.Person(record.Person(rapid.Uint32().Draw(t, "person")), &q)
		near := func(name string) record.Day {
			return c.DailyFrom + record.Day(rapid.IntRange(-40, 100).Draw(t, name))
		}
		if rapid.Bool().Draw(t, "edges") { // a life that begins, registers and ends close to the flow's ends
			q.Join = near("join")
			q.Leave = q.Join + record.Day(rapid.IntRange(1, 100).Draw(t, "life"))
			q.Scope, q.Payer = max(near("scope"), q.Join), true
			if q.Scope >= q.Leave {
				q.Scope = people.Never
			}
		}
		start := near("start")
		end := start + record.Day(rapid.IntRange(0, 80).Draw(t, "window"))
		count := b.NewCount()
		b.Add(&count, pop, &q, start, end)
		var before map[record.Day]bool
		for r := range b.Regimes {
			days := sentDays(b, r, pop, &q, c.DailyFrom-1000, c.DailyTo+3)
			now := map[record.Day]bool{}
			for _, d := range days {
				now[d] = true
			}
			for d := range before {
				if !now[d] {
					t.Fatalf("%s sends day %v of %+v, %s does not", b.Regimes[r-1].Name, d, q, b.Regimes[r].Name)
				}
			}
			before = now
			var want, window sharing.Exposure
			tally(&want, days, &q, -1<<30, 1<<30)
			tally(&window, days, &q, start, end)
			if got := count.Whole[r]; got.In.Records != want.In.Records || got.Out.Records != want.Out.Records || got.All.People != want.All.People {
				t.Fatalf("%s of %+v: %+v, by days %+v", b.Regimes[r].Name, q, got, want)
			}
			if got := count.Window[r]; got.In.Records != window.In.Records || got.Out.Records != window.Out.Records || got.All.People != window.All.People {
				t.Fatalf("%s of %+v, window: %+v, by days %+v", b.Regimes[r].Name, q, got, window)
			}
		}
	})
}

// Adding a regime to the list, or listing them in another order, changes no other regime's exposure.
func TestRegimesDoNotTouchEachOther(t *testing.T) {
	p := prepare(t, "kakaopay-2024")
	long, short := border(t, p, nested...), border(t, p, "everyone", "sample-10", "in-scope")
	a, b := long.NewCount(), short.NewCount()
	var q people.Person
	for u := range record.Person(3000) {
		p.World.Pop.Person(u, &q)
		long.Add(&a, p.World.Pop, &q, 19_700, 19_800)
		short.Add(&b, p.World.Pop, &q, 19_700, 19_800)
	}
	for s, x := range short.Regimes {
		for l, y := range long.Regimes {
			if x.Name == y.Name && (a.Whole[l] != b.Whole[s] || a.Window[l] != b.Window[s]) {
				t.Errorf("%s: %+v alone with two, %+v among many", x.Name, b.Whole[s], a.Whole[l])
			}
		}
	}
}

// The share of a sample is what its name says: among 40,000 people out of scope sample-25 takes a quarter.
// Exact binomial at a false-alarm rate of 1e-6; a share wrong by 0.012 is found 999 times in 1,000.
func TestSampleTakesItsShare(t *testing.T) {
	p := prepare(t, "kakaopay-2024")
	b := border(t, p, "sample-25")
	q := people.Person{Join: 0, Leave: people.Never, Scope: people.Never}
	k, n := int64(0), int64(40_000)
	for u := range record.Person(n) {
		if q.ID = u; b.Regimes[0].Sent(&q, b.DailyFrom) {
			k++
		}
	}
	accept(t, p.Run.Seed).Share("sample-25", k, n, 0.25)
}

// Draws of different purposes do not line up: who belongs to a sample has nothing to do with who they are.
func TestSampleIsIndependentOfThePerson(t *testing.T) {
	p := prepare(t, "kakaopay-2024")
	b := border(t, p, "sample-50")
	var q people.Person
	var k, n [2]int64
	for u := range record.Person(40_000) {
		p.World.Pop.Person(u, &q)
		s := 0
		q.Join, q.Leave, q.Scope = 0, people.Never, people.Never
		if b.Regimes[0].Sent(&q, b.DailyFrom) {
			s = 1
		}
		n[s]++
		if q.AutoTopup {
			k[s]++
		}
	}
	accept(t, p.Run.Seed).Same("automatic top-up in and out of the sample", k[0], n[0], k[1], n[1])
	if rng.Open(1, rng.PurposeSharing, 5) == rng.Open(1, rng.PurposePerson, 5) {
		t.Error("two purposes share a stream")
	}
}
