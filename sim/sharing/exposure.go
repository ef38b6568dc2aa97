package sharing

import (
	"overshare/sim/people"
	"overshare/sim/record"
)

// A Tally counts what crossed the border. Counts add up exactly over shards.
type Tally struct {
	People  int64 // distinct people with at least one record
	Records int64 // one record is one person on one day
}

func (t *Tally) add(records record.Day) {
	if records > 0 {
		t.People++
		t.Records += int64(records)
	}
}

// Plus adds o to t. People of different shards are different people.
func (t *Tally) Plus(o Tally) { t.People += o.People; t.Records += o.Records }

// An Exposure is what one regime sent in a period, by the scope of the person on the day of the record.
// Somebody who registers later counts as a person in both; All counts everybody once.
type Exposure struct{ In, Out, All Tally }

// Plus adds o to e.
func (e *Exposure) Plus(o Exposure) { e.In.Plus(o.In); e.Out.Plus(o.Out); e.All.Plus(o.All) }

// A Count is the exposure under every regime, over the whole period of the flow and within the days that
// were simulated.
type Count struct{ Whole, Window []Exposure }

// NewCount returns an empty count for the regimes of b.
func (b *Border) NewCount() Count {
	return Count{make([]Exposure, len(b.Regimes)), make([]Exposure, len(b.Regimes))}
}

// Plus adds o to c.
func (c *Count) Plus(o Count) {
	for r := range c.Whole {
		c.Whole[r].Plus(o.Whole[r])
		c.Window[r].Plus(o.Window[r])
	}
}

// Add counts what each regime sends of q, by the rule of [Regime.Sent], in closed form: a person's records
// are the days of the flow between two dates. The days from start up to, not including, end are counted
// as the window, too.
func (b *Border) Add(c *Count, pop *people.Population, q *people.Person, start, end record.Day) {
	for r := range b.Regimes {
		g := &b.Regimes[r]
		c.Whole[r].Plus(g.exposure(pop, q, -1<<30, 1<<30))
		c.Window[r].Plus(g.exposure(pop, q, start, end))
	}
}

// exposure counts the records of q from day start up to, not including, end.
func (r *Regime) exposure(pop *people.Population, q *people.Person, start, end record.Day) (e Exposure) {
	from, to := max(q.Join, start), min(q.Leave, end)
	border := min(max(q.Scope, from), to)
	var in, out record.Day
	switch {
	case r.Group == Nobody:
	case r.Group == OnRequest:
		in = r.requests(pop, q, max(border, from), to)
	default:
		in = r.cfg.days(border, to)
		if r.Group == Everyone || r.Group == Sample && r.sampled(q.ID) {
			out = r.cfg.days(from, border)
		}
	}
	e.In.add(in)
	e.Out.add(out)
	e.All.add(in + out)
	return e
}

// days returns how many sends fall on the days from a up to, not including, b.
func (c *Config) days(a, b record.Day) record.Day {
	n := max(min(b, c.DailyTo+1)-max(a, c.DailyFrom), 0)
	for _, d := range c.BulkDays {
		if a <= d && d < b {
			n++
		}
	}
	return n
}

// requests returns on how many days from a up to, not including, b the platform asks for q: every day on
// which q buys something, answered with the record of the night before. Purchases made in somebody's name
// after a takeover are not counted; they are fewer than one in a thousand.
func (r *Regime) requests(pop *people.Population, q *people.Person, a, b record.Day) (n record.Day) {
	a, b = max(a, r.cfg.DailyFrom+1), min(b, r.cfg.DailyTo+2)
	if a >= b || !q.Payer {
		return 0
	}
	var buf [64]people.Purchase
	for _, m := range people.Months(a, b) {
		last := record.Day(-1)
		for _, p := range pop.Purchases(q, m, buf[:0]) {
			if p.Day != last && p.Day >= a && p.Day < b {
				n++
			}
			last = p.Day
		}
	}
	return n
}
