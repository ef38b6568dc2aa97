package facts

import (
	"math"
	"slices"

	"overshare/sim/people"
)

// The groups of figures.
const (
	calibrated = "calibrated"
	informed   = "informed" // mechanisms were changed, and parameters set, after looking at it
	heldOut    = "held out" // computed only when asked for, see divide
	acceptance = "acceptance"
	rhythm     = "rhythm"
)

// Marks: how a published figure came to be one.
const (
	sourced = "sourced"
	derived = "derived" // by arithmetic from what is published
	assumed = "assumed" // nothing is published; a plausible value, with its range
	none    = "none"    // no published figure
)

// A figure is one line of the comparison.
type figure struct {
	group, name string
	family      string // name of the first of the figures that tell of one another, see divide
	unit        string
	published   float64 // NaN when there is none
	tolerance   float64 // how far from it still agrees
	because     string  // why so far
	low, high   float64 // its range where it is one, else both 0
	people      func(*counts) int64
	simulated   func(*counts) float64
	mark        string
	source      string
	explanation string  // why it deviates, where it does
	settled     measure // what must have settled for the figure to mean anything; 0 = nothing
}

// Reasons for tolerances that several figures share.
const (
	becauseRounding = "half a unit of the last digit"
	becauseRound    = "a round number"
	becauseDerived  = "what the figures it is derived from leave open"
	becauseMeaning  = "what is counted is not defined alike; see the explanation"
	becauseSurvey   = "two standard errors of the survey"
	becauseRange    = "range"
	becauseTotals   = "the totals leave open whether growth was linear or ended within 200 days"
)

func sampleBase(c *counts) int64  { return c.Base.People }
func sampleMonth(c *counts) int64 { return c.Month.People }
func sampleYear(c *counts) int64  { return c.Year.People }
func samplePath(c *counts) int64  { return c.Path.People }

// whole scales a count in a sample to the country.
func (w *world) whole(n, sample int64) float64 {
	if sample == 0 {
		return nothing
	}
	return float64(n) * w.config.People.Population.EverSeen / float64(sample)
}

// order is that of the groups in the table.
var order = []string{calibrated, informed, heldOut, acceptance, rhythm}

// list returns all figures in the order of the table.
func (w *world) list() []figure {
	var all []figure
	for _, f := range []func() []figure{w.calibratedBase, w.calibratedMoney, w.calibratedPurchases, w.informedBalances,
		w.informedBills, w.validated, w.acceptance, w.rhythm} {
		all = append(all, f()...)
	}
	slices.SortStableFunc(all, func(a, b figure) int { return slices.Index(order, a.group) - slices.Index(order, b.group) })
	return all
}

// validated returns the figures that calibration never touched, each in the group it was dealt to.
func (w *world) validated() []figure {
	return divide(slices.Concat(w.validatedMoney(), w.validatedPath(), w.validatedBills()))
}

const (
	unitPeople  = "people"
	unitRecords = "records"
	unitWon     = "won"
	unitShare   = "share"
	unitDays    = "days"
	unitFactor  = "factor"
	unitMonth   = "per month"
	unitCount   = "transactions per month"
	unitRank    = "rank"
	unitNumber  = "coefficient"
)

func (w *world) calibratedBase() (all []figure) {
	live := func(i int) func(*counts) float64 {
		return func(c *counts) float64 { return w.whole(c.Base.Live[i], c.Base.People) }
	}
	all = append(all,
		figure{name: "live accounts, 2018-04-27", published: 19.3e6, low: 18.2e6, high: 20.4e6, because: becauseRange, simulated: live(0), mark: derived,
			source: "20.2 to 21.4 M registered between 20 M (autumn 2017) and 23 M (Nov 2018), of whom 1 to 2 M had left"},
		figure{name: "live accounts, 2019-06-27", published: 25.8e6, low: 23.7e6, high: 27.8e6, because: becauseTotals, simulated: live(1), mark: derived,
			source: "solved from 54.2 bn and 40.9 bn records"},
		figure{name: "live accounts, 2024-05-21", published: 32.1e6, low: 31e6, high: 33.2e6, because: becauseTotals, simulated: live(2), mark: derived,
			source: "solved from 54.2 bn and 40.9 bn records"},
		figure{name: "distinct people sent", published: 40.45e6, tolerance: 0.005e6, because: becauseRounding, mark: sourced,
			source:    "FSS 2024-08-13",
			simulated: func(c *counts) float64 { return w.whole(c.Base.Sent, c.Base.People) }})
	for i, p := range [...]struct {
		name, source string
		x            float64
	}{
		{"sign-ups until November 2018", "BusinessKorea 2018-11", 23e6},
		{"sign-ups until the end of 2020", "prospectus summary 2021", 35e6},
		{"sign-ups until May 2021", "prospectus summary 2021", 36e6},
		{"sign-ups until April 2024", "Chosunbiz finance forum 2024", 42e6},
	} {
		all = append(all, figure{name: p.name, published: p.x, tolerance: 0.5e6, because: becauseRounding, mark: sourced, source: p.source,
			simulated: func(c *counts) float64 {
				return w.whole(c.Base.Joined[i], c.Base.People) + w.pop.NeverSent(joinDays[i]+1)
			},
			explanation: "people simulated and, at the same exit rate, those who left before any record of them was sent; the live base follows the records as well as the sign-ups"})
	}
	for i := range all {
		all[i].group, all[i].unit, all[i].people = calibrated, unitPeople, sampleBase
	}
	return append(all, w.calibratedPhones()...)
}

func (w *world) calibratedPhones() (all []figure) {
	published := [...]float64{math.NaN(), 0.64, 0.45, 0.19, 0.09, 0.015}
	for a, x := range published {
		if a == 0 {
			continue // adults only were asked
		}
		all = append(all, figure{group: calibrated, name: "iPhone share, " + people.Ages[a], unit: unitShare, published: x, tolerance: 0.02, because: "a survey: some 170 people of each age band were asked, whose own standard error is up to 0.04",
			people: sampleBase, mark: sourced, source: "Gallup Korea 2024",
			simulated:   func(c *counts) float64 { return ratio(c.Base.Phones[a], c.Base.Members[a]) },
			explanation: "set for women and men apart, which average to this"})
	}
	oldest := &all[len(all)-1]
	oldest.low, oldest.high, oldest.because, oldest.mark, oldest.source = 0.01, 0.02, becauseRange, derived, "Gallup Korea 2024: 1 % in the 60s, 2 % from 70 on"
	return all
}
