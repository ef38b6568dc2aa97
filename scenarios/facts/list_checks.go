package facts

import (
	"fmt"
	"slices"
)

// growth returns the spending of a cohort's users in one year over that in another.
func growth(cohort, from, to int) func(*counts) float64 {
	return func(c *counts) float64 {
		return perUser(c, cohort, to) / perUser(c, cohort, from)
	}
}

// perUser returns what the joiners of a year who are still live at the end of another spent in it.
func perUser(c *counts, cohort, year int) float64 {
	return ratio(c.Path.Spent[cohort-firstYear][year-firstYear], c.Path.Users[cohort-firstYear][year-firstYear])
}

func (w *world) validatedPath() (all []figure) {
	const source = "Hankyung 2022-02: annual payments per user by year of joining"
	const becauseUsers = "10 %: who counts as a user and what as a payment is not published"
	const why = "early joiners use the wallet more by a factor that does not change with the years; the level of use before 2019 is tied to volumes of the whole base, and users here are live accounts, not those who paid in the year"
	for i, x := range [...]float64{66e3, 218e3, 486e3, 739e3, 1013e3, 1448e3} {
		year := 2016 + i
		all = append(all, figure{name: fmt.Sprintf("spending in %d of those who joined in 2016", year), unit: unitWon, published: x, tolerance: x / 10, because: becauseUsers,
			simulated: func(c *counts) float64 { return perUser(c, 2016, year) }, mark: sourced, source: source, explanation: why})
	}
	for _, g := range [...]struct {
		cohort, from int
		x            float64
	}{{2016, 2017, 1448. / 218}, {2017, 2017, 1473. / 77}, {2018, 2018, 6.6}, {2019, 2019, 4.9}} {
		all = append(all, figure{name: fmt.Sprintf("growth of spending, joiners of %d, %d to 2021", g.cohort, g.from), unit: unitFactor,
			published: g.x, tolerance: g.x / 10, because: becauseUsers, simulated: growth(g.cohort, g.from, 2021), mark: sourced, source: source, explanation: why})
	}
	all = append(all, figure{name: "volume of the first nine months of 2021", unit: unitWon, published: 72.5e12, tolerance: 3.6e12, because: becauseVolume,
		simulated: func(c *counts) float64 { return w.whole(c.Path.Nine, c.Path.People) }, mark: sourced, source: "Brunch 2021-12-08",
		explanation: "as the volume of 2024; the level of use by year was set from yearly volumes, their size was not"})
	for i := range all {
		all[i].people = samplePath
	}
	const joiners2016 = 7 // six levels and their quotient
	return slices.Concat(together(all[:joiners2016]...), alone(all[joiners2016:]...))
}

// informedBills are figures that assumed parameters of the bills were set towards.
func (w *world) informedBills() []figure {
	return grouped(informed, []figure{
		{name: "bills that bounce at first charge", unit: unitShare, published: 0.03, low: 0.015, high: 0.05, because: becauseRange, people: sampleMonth, mark: assumed,
			source:    "derived range of insufficient-funds declines per attempt (Recurly 2013, 2014-16); no figure for a Korean wallet",
			simulated: func(c *counts) float64 { return ratio(c.Month.Bounced, c.Month.Bills) }},
		{name: "bounced bills recovered within 12 days", unit: unitShare, published: 0.6, tolerance: 0.05, because: "assumed to the nearest tenth", people: sampleMonth, mark: assumed,
			source: "window of 2 to 12 days: Recurly; the share is assumed", simulated: func(c *counts) float64 { return ratio(c.Month.Recovered, c.Month.Bounced) },
			explanation: "four retries reach most of those who were short for a few days only; the published window says how fast, not how many"},
	})
}

func (w *world) validatedBills() []figure {
	return together([]figure{
		{name: "failures of the 9.5 % of users who fail most", unit: unitShare, published: 0.7, low: 0.6, high: 0.8, because: becauseRange, people: sampleYear, mark: assumed,
			source: "9 % of bank customers pay 80 % of overdraft fees: arXiv 2302.02455", simulated: func(c *counts) float64 { return topShare(c.Year.ByUser[:], 0.095) },
			explanation: "users are those with any bill in the year; a bill that is not recovered ends somebody's purchases, which limits how often one person fails"},
		{name: "users with any failure in a year", unit: unitShare, published: nothing, people: sampleYear, mark: none, source: "no published figure",
			simulated: func(c *counts) float64 { return ratio(sum(c.Year.ByUser[1:]), sum(c.Year.ByUser[:])) }},
	}...)
}

func (w *world) acceptance() []figure {
	total := func(n func(*baseCounts) int64) func(*counts) float64 {
		return func(c *counts) float64 { return w.whole(n(&c.Base), c.Base.People) }
	}
	all := []figure{
		{name: "records sent", unit: unitRecords, published: publishedRecords, tolerance: recordsTolerance, because: becauseRecords, mark: sourced, source: "FSS 2024-08-13 and 2026-02-06",
			simulated: total(func(c *baseCounts) int64 { return c.Records })},
		{name: "records sent from 2020-10-08 on", unit: unitRecords, published: publishedLate, tolerance: recordsTolerance, because: becauseRecords, mark: sourced, source: "FSS 2026-02-06",
			simulated: total(func(c *baseCounts) int64 { return c.Late })},
		{name: "distinct people sent", unit: unitPeople, published: 40.45e6, tolerance: 0.005e6, because: becauseRounding, mark: sourced, source: "FSS 2024-08-13",
			simulated: total(func(c *baseCounts) int64 { return c.Sent })},
		{name: "share of people in scope on the last day", unit: unitShare, published: 0.2, low: 0, high: 0.2, because: becauseRange, mark: sourced, source: "below 0.2: PIPC 2025-01-23",
			simulated: func(c *counts) float64 { return ratio(c.Base.InScope, sum(c.Base.Members[:])) }},
		{name: "share of records of people in scope", unit: unitShare, published: 0.113, low: 0, high: 0.2, because: becauseRange, mark: derived,
			source:    "at most 0.2 at a constant share; 0.09 to 0.135 with adoption from zero",
			simulated: func(c *counts) float64 { return ratio(c.Base.RecordsIn, c.Base.Records) }},
		{name: "records before the platform opened, 14 days", unit: unitRecords, published: 0.361e9, low: 0.333e9, high: 0.389e9, because: becauseTotals, mark: derived,
			source: "14 days of 23.8 to 27.8 M live accounts", simulated: total(func(c *baseCounts) int64 { return c.Early })},
		{name: "of them of people in scope", unit: unitRecords, published: 0, because: "exact", mark: sourced, source: "platform opened 2019-07-11: IT Chosun",
			simulated: total(func(c *baseCounts) int64 { return c.EarlyIn })},
	}
	all = append(all, w.overseas()...)
	for i := range all {
		all[i].people = sampleBase
	}
	return grouped(acceptance, all)
}
