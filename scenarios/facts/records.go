package facts

import (
	"fmt"
	"overshare/results"
	"overshare/sim/people"
	"overshare/sim/record"
)

// No authority has defined what one "record" of the published totals is. Two totals are published, of all
// records and of those from 2020-10-08 on; a definition must give both.
const (
	publishedRecords = 54.2e9
	publishedLate    = 40.9e9
	recordsTolerance = 0.1e9
	becauseRecords   = "half a unit of the last digit, and a little less for the bulk sends and the days at both ends, which may count or not"
)

// recordCounts are person-days by other definitions of a record than the one simulated: of all daily sends,
// and of those from the second checkpoint on.
type recordCounts struct {
	Bulk       int64    // records of the bulk sends
	EverJoined [2]int64 // everybody who has signed up, whether or not the account is still live
	Ever       [2]int64 // everybody who is ever sent, from the first daily send to the last
	FromBulk   [2]int64 // live accounts, every day from the first bulk send on
}

var bulkFrom = record.DayOf(2018, 4, 27)

func (c *recordCounts) add(q *people.Person) {
	for k, from := range [2]record.Day{firstSend, recordsFrom} {
		c.EverJoined[k] += int64(max(lastSend+1-max(from, q.Join), 0))
		c.Ever[k] += int64(lastSend + 1 - from)
	}
	for k, from := range [2]record.Day{bulkFrom, recordsFrom} {
		c.FromBulk[k] += int64(max(min(q.Leave, lastSend+1)-max(from, q.Join), 0))
	}
}

// A definition is one reading of the word record.
type definition struct {
	name, note string
	all, late  func(*counts) float64 // in the sample
}

func definitions() []definition {
	whole := func(f func(*baseCounts) int64) func(*counts) float64 {
		return func(c *counts) float64 { return float64(f(&c.Base)) }
	}
	times := func(x float64, f func(*baseCounts) int64) func(*counts) float64 {
		return func(c *counts) float64 { return x * float64(f(&c.Base)) }
	}
	active := func(f func(*baseCounts) int64) func(*counts) float64 {
		return func(c *counts) float64 {
			return float64(f(&c.Base)) * ratio(c.Month.Active, c.Month.People) / ratio(sum(c.Base.Members[:]), c.Base.People)
		}
	}
	records := func(c *baseCounts) int64 { return c.Records }
	late := func(c *baseCounts) int64 { return c.Late }
	return []definition{
		{"live account, once a day and at every bulk send", "the definition simulated; the live base was solved from the two totals, so that it fits is no proof of it",
			whole(records), whole(late)},
		{"live account, once a day, without the bulk sends", "the bulk sends are a thousandth of the total, about its rounding: the totals can hardly tell",
			whole(func(c *baseCounts) int64 { return c.Records - c.Definitions.Bulk }), whole(late)},
		{"live account, once a day from the first bulk send on", "",
			whole(func(c *baseCounts) int64 { return c.Definitions.FromBulk[0] }), whole(func(c *baseCounts) int64 { return c.Definitions.FromBulk[1] })},
		{"everybody who ever signed up, once a day", "a lower bound: people who left before the first bulk send are not simulated",
			whole(func(c *baseCounts) int64 { return c.Definitions.EverJoined[0] }), whole(func(c *baseCounts) int64 { return c.Definitions.EverJoined[1] })},
		{"all distinct people, every day", "",
			whole(func(c *baseCounts) int64 { return c.Definitions.Ever[0] }), whole(func(c *baseCounts) int64 { return c.Definitions.Ever[1] })},
		{"monthly active, once a day", "at the share of live accounts active in April 2024, for lack of a series",
			active(records), active(late)},
		{"person in scope, once a day", "", whole(func(c *baseCounts) int64 { return c.RecordsIn }),
			whole(func(c *baseCounts) int64 { return c.LateIn })},
		{"value of one item", fmt.Sprintf("%d items a record", record.NumItems), times(float64(record.NumItems), records), times(float64(record.NumItems), late)},
	}
}

// recordsTable says which reading of the word record fits both published totals.
func (w *world) recordsTable(all *sample, parts []part) *results.Table {
	number := func(name, meaning string) results.Column {
		return results.Column{Name: name, Type: results.Number, Unit: "records", Meaning: meaning}
	}
	t := results.NewTable(results.Schema{
		Name: "records", Title: "Which definition of a record fits the published totals", Key: []string{"definition"},
		Columns: []results.Column{
			{Name: "definition", Type: results.String, Required: true, Meaning: "what counts as one record"},
			number("country_records", "all of them, scaled to the country"), number("country_records_from_2020_10_08", "those from the second published checkpoint on"),
			number("published", "published total"), number("published_from_2020_10_08", "published total from the checkpoint on"),
			{Name: "deviation_percent", Type: results.Number, Unit: "percent", Meaning: "of the total from the published one"},
			{Name: "deviation_percent_from_2020_10_08", Type: results.Number, Unit: "percent", Meaning: "likewise from the checkpoint on"},
			{Name: "fits", Type: results.Boolean, Meaning: "both totals agree with the published ones as in facts.csv; empty when too few people are simulated to tell"},
			{Name: "note", Type: results.String, Meaning: "what to know about the definition"},
		},
	})
	for _, d := range definitions() {
		x, fitsX := w.fit(all, parts, d.all, publishedRecords)
		y, fitsY := w.fit(all, parts, d.late, publishedLate)
		fits := results.None
		switch {
		case fitsX == deviates || fitsY == deviates:
			fits = results.Bool(false)
		case fitsX == agrees && fitsY == agrees:
			fits = results.Bool(true)
		}
		t.Append(results.Str(d.name), known(x), known(y), results.Num(publishedRecords), results.Num(publishedLate),
			known(100*(x/publishedRecords-1)), known(100*(y/publishedLate-1)), fits, results.Str(d.note))
	}
	return t
}

// fit scales a count to the country and says whether it is the published one.
func (w *world) fit(all *sample, parts []part, f func(*counts) float64, published float64) (value float64, verdict string) {
	scaled := func(c *counts) float64 { return f(c) / float64(c.Base.People) * w.config.People.Population.EverSeen }
	value, se := all.estimate(parts, sampleBase, scaled)
	return value, judge(value, se, published-recordsTolerance, published+recordsTolerance)
}

// overseas are the published figures of the overseas flow.
func (w *world) overseas() []figure {
	cases := func(c *counts) float64 { return w.whole(c.Base.Overseas, c.Base.People) }
	const days, perMonth = 1664, 365.25 / 12
	return []figure{
		{name: "overseas payments, November 2019 to May 2024", unit: unitNumberOf, published: 550e6, tolerance: 5e6, because: becauseRounding, mark: sourced,
			source: "FSS 2024-08-13: 550 M cases", simulated: cases,
			explanation: "few people make most payments, so a small sample misses the total by several percent"},
		{name: "overseas payments a month", unit: unitNumberOf, published: 10e6, tolerance: 0.5e6, because: becauseRounding, mark: derived,
			source: "550 M cases in 1,664 days", simulated: func(c *counts) float64 { return cases(c) / days * perMonth },
			explanation: "as the total"},
	}
}

const unitNumberOf = "payments"
