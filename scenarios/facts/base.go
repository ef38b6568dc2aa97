package facts

import (
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/sharing"
)

var (
	recordsFrom  = record.DayOf(2020, 10, 8) // the second published checkpoint counts from here
	lastSend     = record.DayOf(2024, 5, 21)
	firstSend    = record.DayOf(2019, 6, 27)
	platformOpen = record.DayOf(2019, 7, 11)
	month        = people.Month{First: record.DayOf(2024, 4, 1), Next: record.DayOf(2024, 5, 1)}
)

// liveDays are the days on which a size of the live base is published or follows from what is.
var liveDays = [...]record.Day{record.DayOf(2018, 4, 27), firstSend, lastSend}

// joinDays are the days for which sign-ups are published.
var joinDays = [...]record.Day{record.DayOf(2018, 11, 6), record.DayOf(2020, 12, 31), record.DayOf(2021, 5, 31), record.DayOf(2024, 4, 25)}

// baseCounts are counts of people, without any money moving.
type baseCounts struct {
	People     int64 // in the sample
	Live       [len(liveDays)]int64
	Joined     [len(joinDays)]int64
	Members    [len(people.Ages)]int64 // live on the last day of sends
	Phones     [len(people.Ages)]int64 // of them with an iPhone
	InScope    int64                   // of them registered at the platform
	Paydays    [32]int64
	Sent       int64 // people with any record
	Records    int64
	RecordsIn  int64 // of people in scope on that day
	Late       int64 // records from the second checkpoint on
	LateIn     int64
	Early      int64 // before the platform opened
	EarlyIn    int64
	PayerMonth int64
	Recurring  [2]int64 // number, won
	Oneoff     [2]int64

	Overseas    int64 // payments
	Definitions recordCounts
}

// A baseSurvey counts people.
type baseSurvey struct {
	*world
	everyone        *sharing.Border
	recurring, once *people.Population // with only one kind of purchase each
}

func newBaseSurvey(w *world) (*baseSurvey, error) {
	c := w.border.Config
	c.Regimes = []string{"everyone"}
	s := &baseSurvey{world: w}
	var err error
	if s.everyone, err = sharing.New(c, sharing.Window{}, w.seed); err != nil {
		return nil, err
	}
	only := w.config.People
	only.Platform.OneoffMonth = 0
	if s.recurring, err = people.New(only, w.seed); err != nil {
		return nil, err
	}
	only = w.config.People
	only.Platform.RecurringMonth = 0
	s.once, err = people.New(only, w.seed)
	return s, err
}

// shard counts the people from first up to, not including, next.
func (s *baseSurvey) shard(first, next record.Person) *counts {
	all := &counts{}
	c := &all.Base
	late, early := s.everyone.NewCount(), s.everyone.NewCount()
	whole, before := s.everyone.Counter(&late, recordsFrom, 1<<30), s.everyone.Counter(&early, firstSend, platformOpen)
	var q people.Person
	var buf []people.Purchase
	for u := first; u < next; u++ {
		s.pop.Person(u, &q)
		c.People++
		c.traits(&q)
		c.Definitions.add(&q)
		whole.Add(s.pop, &q)
		before.Add(s.pop, &q)
		if q.Payer && q.Scope <= month.First && q.Leave >= month.Next {
			c.PayerMonth++
			buf = s.recurring.Purchases(&q, month, buf[:0])
			c.Recurring = bought(c.Recurring, buf)
			buf = s.once.Purchases(&q, month, buf[:0])
			c.Oneoff = bought(c.Oneoff, buf)
		}
	}
	whole.Close()
	before.Close()
	c.exposure(&late, &early)
	return all
}

func (c *baseCounts) traits(q *people.Person) {
	for i, d := range liveDays {
		if q.Live(d) {
			c.Live[i]++
		}
	}
	for i, d := range joinDays {
		if q.Join <= d {
			c.Joined[i]++
		}
	}
	if !q.Live(lastSend) {
		return
	}
	c.Paydays[q.Payday]++
	c.Members[q.Age]++
	if q.IPhone {
		c.Phones[q.Age]++
	}
	if q.InScope(lastSend) {
		c.InScope++
	}
}

// exposure reads the records of everyone off two counts by the rule that fills the processor's files: one
// whose window begins at the second checkpoint, one whose window ends when the platform opened.
func (c *baseCounts) exposure(late, early *sharing.Count) {
	c.Sent = late.Sets[0].Whole.All.People
	c.Records = late.Sets[0].Whole.All.Records
	c.RecordsIn = late.Sets[0].Whole.In.Records
	c.Late = late.Sets[0].Window.All.Records
	c.LateIn = late.Sets[0].Window.In.Records
	c.Definitions.Bulk = late.Sets[0].Model.All.Records
	c.Overseas = late.Overseas.All.Records
	c.Early = early.Sets[0].Window.All.Records
	c.EarlyIn = early.Sets[0].Window.In.Records
}

func bought(sum [2]int64, list []people.Purchase) [2]int64 {
	for _, p := range list {
		sum[0]++
		sum[1] += int64(p.Amount)
	}
	return sum
}
