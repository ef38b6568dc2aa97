package sharing

import (
	"overshare/sim/people"
)

// A Tally counts what crossed the border. Counts add up exactly over shards.
type Tally struct {
	People     int64 // distinct people with at least one record
	PersonDays int64 // distinct pairs of a person and a day
	Records    int64 // score flow: one person on one day; overseas: one payment
	Willing    int64 // records of people who give an optional consent
}

func (t *Tally) add(records, days int64, willing bool) {
	if records == 0 {
		return
	}
	t.People++
	t.PersonDays += days
	t.Records += records
	if willing {
		t.Willing += records
	}
}

// Plus adds o to t. People of different shards are different people.
func (t *Tally) Plus(o Tally) {
	t.People += o.People
	t.PersonDays += o.PersonDays
	t.Records += o.Records
	t.Willing += o.Willing
}

// An Exposure is what one regime sent in a period, by the scope of the person on the day of the record.
// Somebody who registers later counts as a person in both; All counts everybody once.
type Exposure struct{ In, Out, All Tally }

// Plus adds o to e.
func (e *Exposure) Plus(o Exposure) { e.In.Plus(o.In); e.Out.Plus(o.Out); e.All.Plus(o.All) }

// add counts one person, of whom in records were sent on days in scope and out records, one a day, out of it.
func (e *Exposure) add(in, days, out int64, willing bool) {
	e.In.add(in, days, willing)
	e.Out.add(out, out, willing)
	e.All.add(in+out, days+out, willing)
}

// An Account is what one regime sent in one flow over the whole period, and whom it fell upon.
type Account struct {
	Exposure
	Times  []int64               // people by how often they were sent; Times[0] is not used
	Groups [NumGroups]GroupTally // by age, sex and region
}

// NumGroups is the number of combinations of age band, sex and region.
const NumGroups = len(people.Ages) * len(people.Sexes) * len(people.Regions)

// A GroupTally is what fell upon the people of one age band, sex and region.
type GroupTally struct{ People, Records, OutPeople, OutRecords int64 }

// GroupOf returns the place of an age band, sex and region among the groups.
func GroupOf(age, sex, region uint8) int {
	return (int(age)*len(people.Sexes)+int(sex))*len(people.Regions) + int(region)
}

// burden notes how often q was sent, and where q belongs.
func (a *Account) burden(q *people.Person, in, out int64) {
	n := in + out
	for int64(len(a.Times)) <= n {
		a.Times = append(a.Times, make([]int64, max(n+1-int64(len(a.Times)), int64(len(a.Times))))...)
	}
	a.Times[n]++
	c := &a.Groups[GroupOf(q.Age, q.Sex, q.Region)]
	c.People++
	c.Records += n
	if out > 0 {
		c.OutPeople++
		c.OutRecords += out
	}
}

// Plus adds o to a.
func (a *Account) Plus(o *Account) {
	a.Exposure.Plus(o.Exposure)
	a.Times = plus(a.Times, o.Times)
	for i := range a.Groups {
		a.Groups[i].Plus(o.Groups[i])
	}
}

// Plus adds o to c.
func (c *GroupTally) Plus(o GroupTally) {
	c.People += o.People
	c.Records += o.Records
	c.OutPeople += o.OutPeople
	c.OutRecords += o.OutRecords
}

// plus adds b to a, which grows to the length of b.
func plus(a, b []int64) []int64 {
	if len(a) < len(b) {
		a = append(a, make([]int64, len(b)-len(a))...)
	}
	for i, x := range b {
		a[i] += x
	}
	return a
}
