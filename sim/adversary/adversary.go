// Package adversary says who attacks, whom and when: first-party abusers, account takeovers, and rings
// of mule accounts that receive what victims are talked into sending.
//
// It makes plans, as a pure function of (seed, block of people); what a plan does to anybody's money is
// the ledger's matter. Confirmed fraud is so rare in public figures (about 1e-8 of payments) that the
// rates here are synthetic attempt rates; see METHOD.md.
package adversary

import (
	"cmp"
	"math"
	"slices"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// A Config holds the rates of attack. Defaults and sources stand in scenarios/parameters/adversary.yaml.
type Config struct {
	TakeoverRate   float64    // accounts taken over, per account and year
	MuleRate       float64    // mule accounts, per account and year
	RingSize       float64    // mean number of mules in a ring
	VictimsPerMule float64    // mean number of victims who send money to one mule
	ScamAmount     record.Won // mean amount a victim sends
	ScamSpread     float64    // amounts lie evenly in (1 ± this) times the mean
	DailyLimit     record.Won // most that a takeover takes
	FreshMules     float64    // share of mules who signed up less than FreshDays before, where there are any
	FreshDays      int        // how long an account counts as fresh
	MuleInScope    bool       // mules may be registered at the platform; off in a control
	AbuserShare    float64    // share of new registrations that never mean to pay
	ReportDays     float64    // mean days from an attack to the report that freezes the account
	FreezeDays     float64    // mean days until a frozen account is opened again
}

// A Kind is what an incident does.
type Kind uint8

// The kinds of incidents.
const (
	Takeover Kind = iota // Person's wallet and account are drained to Other; goods are bought in its name
	Scam                 // Person is talked into sending Amount to Other
	Cashout              // Person, a mule, withdraws everything
	Freeze               // Person's account is frozen until Until; Mule says whether it is one
	Unfreeze
)

// An Incident is one step of an attack. Person and Other are positions in the block; Other is -1 for
// somebody outside.
type Incident struct {
	Day    record.Day
	Kind   Kind
	Person int16
	Other  int16
	Amount record.Won
	Mule   bool
}

// IsAbuser reports whether q registered without meaning to pay.
func (c *Config) IsAbuser(seed uint64, q *people.Person) bool {
	if q.Scope == people.Never || c.AbuserShare == 0 {
		return false
	}
	return rng.Open(seed, rng.PurposeAdversary, uint64(q.ID)).Uniform(0) < c.AbuserShare
}

// block keeps the streams of blocks apart from those of people.
const block = 1 << 40

// Attacks are planned by calendar period: how many begin in it, whom they hit and how they go on is drawn under
// the number of the period, so that a plan is the same whichever window it is seen through.
const (
	periodDays  = 28
	periodDraws = 1 << 20 // more than a period ever takes
	scamDays    = 14      // over which a mule receives its victims' money
	mostMeans   = 8       // no waiting time is longer than so many times its mean
	mostTries   = 64      // to find somebody with an account
)

// Reach returns how many days an attack can take from its first step to its last.
func (c *Config) Reach() record.Day {
	return scamDays + 1 + longest(c.ReportDays) + longest(c.FreezeDays)
}

// longest returns the longest waiting time with the given mean.
func longest(mean float64) record.Day { return record.Day(math.Ceil(mostMeans * max(mean, 1))) }

// Plan appends to buf the incidents in the block of people from start up to, not including, end, in order of
// day. Each happens to somebody with an account on its day; an attack that began before start goes on.
func (c *Config) Plan(seed uint64, first record.Person, all []people.Person, start, end record.Day, buf []Incident) []Incident {
	p := plan{Config: c, luck: rng.Open(seed, rng.PurposeAdversary, block|uint64(first)), all: all, start: start, end: end, out: buf}
	const years = periodDays / 365.25
	mules := c.MuleRate * years * float64(len(all))
	takeovers := c.TakeoverRate * years * float64(len(all))
	for k := max(start-c.Reach(), 0) / periodDays; k*periodDays < end; k++ {
		p.step, p.first = uint64(k)*periodDraws, k*periodDays
		p.mules = p.mules[:0]
		for range p.count(mules / max(p.RingSize, 1)) {
			p.ring()
		}
		for range p.count(takeovers) {
			p.takeover()
		}
	}
	out := p.out
	slices.SortStableFunc(out[len(buf):], func(a, b Incident) int { return cmp.Compare(a.Day, b.Day) })
	return out
}

// A plan is being made: that of the period that begins on day first.
type plan struct {
	*Config
	luck       rng.Stream
	step       uint64
	first      record.Day
	all        []people.Person
	mules      []int16 // of the period
	start, end record.Day
	out        []Incident
}

func (p *plan) uniform() float64 { p.step++; return p.luck.Uniform(p.step) }

// count draws a whole number with the given mean: its whole part, and one more with probability of the rest.
func (p *plan) count(mean float64) int { return int(float64(mean) + p.uniform()) }

// position draws anybody, with an account or without: so a rate is kept by account and year when what would
// hit somebody without one does not happen.
func (p *plan) position() int16 { return int16(p.uniform() * float64(len(p.all))) }

// somebody draws somebody other than m with an account on day d, -1 if there is hardly anybody.
func (p *plan) somebody(d record.Day, m int16) int16 {
	for range mostTries {
		if i := p.position(); i != m && p.all[i].Live(d) {
			return i
		}
	}
	return -1
}

func (p *plan) day() record.Day { return p.first + record.Day(p.uniform()*periodDays) }

// wait draws a waiting time of at least one day with the given mean, geometric.
func (p *plan) wait(mean float64) record.Day {
	d, q, most := record.Day(1), 1-1/max(mean, 1), longest(mean)
	for p.uniform() < q && d < most {
		d++
	}
	return d
}

// add plans an incident if its day is asked for and its person then has an account.
func (p *plan) add(i Incident) {
	if i.Day >= p.start && i.Day < p.end && p.all[i.Person].Live(i.Day) {
		p.out = append(p.out, i)
	}
}

// ring plans a mule ring: each mule receives its victims' money over two weeks, cashes out, and is frozen after
// a report. The number of rings has the mean that gives MuleRate.
func (p *plan) ring() {
	begin, before := p.day(), len(p.mules)
	for range p.count(p.RingSize) {
		m := p.recruit(begin, p.mules[before:])
		if m >= 0 {
			p.mules = append(p.mules, m)
			p.mule(m, begin)
		}
	}
}

// recruit draws a mule for a ring that begins on a day: mostly somebody who signed up shortly before, and anybody
// when there is none such who is not in the ring; -1 for nobody.
func (p *plan) recruit(begin record.Day, ring []int16) int16 {
	m, wanted, which := p.position(), p.uniform() < p.FreshMules, p.uniform()
	if !p.all[m].Live(begin) {
		return -1
	}
	var fresh []int16
	for i := range p.all {
		q := &p.all[i]
		if wanted && q.Live(begin) && q.Join > begin-record.Day(p.FreshDays) && p.may(q) && !slices.Contains(ring, int16(i)) {
			fresh = append(fresh, int16(i))
		}
	}
	if len(fresh) > 0 {
		return fresh[int(which*float64(len(fresh)))]
	}
	if !p.may(&p.all[m]) {
		return -1
	}
	return m
}

// may reports whether q may be a mule.
func (p *plan) may(q *people.Person) bool { return p.MuleInScope || q.Scope == people.Never }

func (p *plan) mule(m int16, begin record.Day) {
	last := record.Day(-1)
	for range p.count(p.VictimsPerMule) {
		d := begin + record.Day(p.uniform()*scamDays)
		amount := max(1, record.Won(float64(p.ScamAmount)*(1-p.ScamSpread+float64(2*p.ScamSpread*p.uniform()))))
		if v := p.somebody(d, m); v >= 0 && p.all[m].Live(d) {
			p.add(Incident{Day: d, Kind: Scam, Person: v, Other: m, Amount: amount})
			p.add(Incident{Day: d + 1, Kind: Cashout, Person: m})
			last = max(last, d)
		}
	}
	if last >= 0 { // nobody reports who lost nothing
		p.freeze(m, last, true)
	}
}

func (p *plan) freeze(i int16, from record.Day, mule bool) {
	d := from + p.wait(p.ReportDays)
	p.add(Incident{Day: d, Kind: Freeze, Person: i, Mule: mule})
	p.add(Incident{Day: d + p.wait(p.FreezeDays), Kind: Unfreeze, Person: i})
}

// takeover plans one, which sends its loot to one of the period's mules if there is any.
func (p *plan) takeover() {
	v, d, to, which := p.position(), p.day(), int16(-1), p.uniform()
	if !p.all[v].Live(d) {
		return
	}
	if len(p.mules) > 0 {
		to = p.mules[int(which*float64(len(p.mules)))]
	}
	if to == v || to >= 0 && !p.all[to].Live(d) {
		to = -1
	}
	p.add(Incident{Day: d, Kind: Takeover, Person: v, Other: to})
	p.freeze(v, d, false)
}
