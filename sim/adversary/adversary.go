// Package adversary says who attacks, whom and when: first-party abusers, account takeovers, and rings
// of mule accounts that receive what victims are talked into sending.
//
// It makes plans, as a pure function of (seed, block of people); what a plan does to anybody's money is
// the ledger's matter. Confirmed fraud is so rare in public figures (about 1e-8 of payments) that the
// rates here are synthetic attempt rates; see METHOD.md.
package adversary

import (
	"cmp"
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

// Plan appends to buf the incidents in the block of people from start up to, not including, end, in
// order of day. live holds the positions of those who are live throughout.
func (c *Config) Plan(seed uint64, first record.Person, all []people.Person, live []int16, start, end record.Day, buf []Incident) []Incident {
	if len(live) < 2 {
		return buf
	}
	p := plan{c, rng.Open(seed, rng.PurposeAdversary, block|uint64(first)), 0, live, start, end, buf}
	years := float64(end-start) / 365.25
	mules := p.rings(all, years)
	for range p.count(c.TakeoverRate * years * float64(len(live))) {
		p.takeover(mules)
	}
	out := p.out
	slices.SortStableFunc(out[len(buf):], func(a, b Incident) int { return cmp.Compare(a.Day, b.Day) })
	return out
}

type plan struct {
	*Config
	luck       rng.Stream
	step       uint64
	live       []int16
	start, end record.Day
	out        []Incident
}

func (p *plan) uniform() float64 { p.step++; return p.luck.Uniform(p.step) }

// count draws a whole number with the given mean: its whole part, and one more with probability of the rest.
func (p *plan) count(mean float64) int { return int(float64(mean) + p.uniform()) }

func (p *plan) anyone() int16 { return p.live[int(p.uniform()*float64(len(p.live)))] }

func (p *plan) day() record.Day {
	return p.start + record.Day(p.uniform()*float64(p.end-p.start))
}

// wait draws a waiting time of at least one day with the given mean, geometric.
func (p *plan) wait(mean float64) record.Day {
	d, q := record.Day(1), 1-1/max(mean, 1)
	for p.uniform() < q && d < 60 {
		d++
	}
	return d
}

func (p *plan) add(i Incident) {
	if i.Day < p.end {
		p.out = append(p.out, i)
	}
}

// rings plans the mule rings of the block: each mule receives its victims' money over two weeks, cashes
// out, and is frozen after a report. The number of rings has the mean that gives MuleRate.
func (p *plan) rings(all []people.Person, years float64) (mules []int16) {
	for range p.count(p.MuleRate * years * float64(len(p.live)) / max(p.RingSize, 1)) {
		begin := p.day()
		for range p.count(p.RingSize) {
			m := p.anyone()
			if !p.MuleInScope && all[m].Scope != people.Never {
				continue
			}
			mules = append(mules, m)
			p.mule(m, begin)
		}
	}
	return mules
}

func (p *plan) mule(m int16, begin record.Day) {
	last := begin
	for range p.count(p.VictimsPerMule) {
		d := begin + record.Day(p.uniform()*14)
		amount := record.Won(float64(p.ScamAmount) * (0.3 + float64(1.4*p.uniform())))
		if v := p.anyone(); v != m {
			p.add(Incident{Day: d, Kind: Scam, Person: v, Other: m, Amount: amount})
			p.add(Incident{Day: d + 1, Kind: Cashout, Person: m})
		}
		last = max(last, d)
	}
	p.freeze(m, last, true)
}

func (p *plan) freeze(i int16, from record.Day, mule bool) {
	d := from + p.wait(p.ReportDays)
	p.add(Incident{Day: d, Kind: Freeze, Person: i, Mule: mule})
	p.add(Incident{Day: d + p.wait(p.FreezeDays), Kind: Unfreeze, Person: i})
}

func (p *plan) takeover(mules []int16) {
	v, d, to := p.anyone(), p.day(), int16(-1)
	if len(mules) > 0 {
		to = mules[int(p.uniform()*float64(len(mules)))]
	}
	if to == v {
		to = -1
	}
	p.add(Incident{Day: d, Kind: Takeover, Person: v, Other: to})
	p.freeze(v, d, false)
}
