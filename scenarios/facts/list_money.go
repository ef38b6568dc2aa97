package facts

import (
	"fmt"
	"math"
	"slices"

	"overshare/sim/record"
)

// payday is a peak of the salary calendar and where among the days of the month it belongs.
type payday struct {
	day       int
	low, high float64 // rank by number of salaries
	source    string
}

var paydays = [...]payday{
	{25, 1, 1, "sisunnews.co.kr 117669: most salaries"},
	{10, 2, 2, "sisunnews.co.kr 117669: second peak"},
	{15, 3, 5, "daejonilbo.com 1408367: among the peaks"},
	{20, 3, 5, "daejonilbo.com 1408367: among the peaks"},
	{21, 3, 5, "daejonilbo.com 1408367: among the peaks"},
}

// rank returns how many days of the month have at least as many paydays as day d.
func rank(paydays *[32]int64, d int) (n float64) {
	for _, x := range paydays {
		if x >= paydays[d] {
			n++
		}
	}
	return n
}

func transactions(c *counts) (n int64) { return sum(c.Month.Number[:]) }

func remittances(c *counts) int64 {
	return c.Month.Number[record.EventRemitFriend] + c.Month.Number[record.EventRemitOutside]
}

func (w *world) calibratedMoney() []figure {
	all := []figure{
		{name: "transactions in April 2024", unit: unitCount, published: 400e6, tolerance: 10e6, because: "13 M a day are 375 to 405 M a month", people: sampleMonth, mark: sourced,
			source:      "company engineering blog 2024: more than 400 M a month, 13 M a day",
			simulated:   func(c *counts) float64 { return w.whole(transactions(c), c.Month.People) },
			explanation: "activity is tuned to the order of this figure, not to its digits"},
		{name: "remittances among transactions", unit: unitShare, published: 0.25, tolerance: 0.01, because: "both numbers are round", people: sampleMonth, mark: derived,
			source:      "100 M of 400 M a month: Seoul Economic Daily 2024, company engineering blog 2024",
			simulated:   func(c *counts) float64 { return ratio(remittances(c), transactions(c)) },
			explanation: "set by the shares of intents; automatic top-ups follow from balances and dilute them"},
	}
	for _, y := range [...]struct {
		year   int
		volume float64
		source string
	}{{2019, 49.1, "49.1 tn of 141 tn won: Brunch 2021-12-08, Polinews 2024-04-22"}, {2020, 67, "67 tn of 141 tn won: prospectus summary 2021, Polinews 2024-04-22"}} {
		all = append(all, figure{name: fmt.Sprintf("volume of %d as a share of that of 2023", y.year), unit: unitShare,
			published: y.volume / 141, tolerance: 0.02, because: "a twentieth of the larger one: " + becauseMeaning, people: samplePath, mark: derived, source: y.source,
			simulated:   func(c *counts) float64 { return ratio(c.Path.Won[y.year-firstYear], c.Path.Won[2023-firstYear]) },
			explanation: "the level of use by year was set from these volumes; it acts through the odds of active weeks and days, which flattens it"})
	}
	for _, d := range paydays {
		all = append(all, figure{name: fmt.Sprintf("payday %d: rank among the days of the month", d.day), unit: unitRank,
			published: d.low, low: d.low, high: d.high, because: becauseRange, people: sampleBase, mark: sourced, source: d.source,
			simulated:   func(c *counts) float64 { return rank(&c.Base.Paydays, d.day) },
			explanation: "the peaks are published, their heights are not"})
	}
	return grouped(calibrated, all)
}

func grouped(group string, all []figure) []figure {
	for i := range all {
		all[i].group = group
	}
	return all
}

func (w *world) calibratedPurchases() []figure {
	const source = "KCC app-market survey 2024"
	const becauseBuyers = "3 %: a survey of some thousand buyers"
	per := func(of func(*counts) *[2]int64, k int) func(*counts) float64 {
		return func(c *counts) float64 { return ratio(of(c)[k], c.Base.PayerMonth) }
	}
	recurring := func(c *counts) *[2]int64 { return &c.Base.Recurring }
	once := func(c *counts) *[2]int64 { return &c.Base.Oneoff }
	return grouped(calibrated, []figure{
		{name: "recurring purchases per payer and month", unit: unitMonth, published: 1.43, tolerance: 0.04, because: becauseBuyers, people: sampleBase, mark: sourced, source: source,
			simulated: per(recurring, 0), explanation: "at most fifteen subscriptions each"},
		{name: "one-off purchases per payer and month", unit: unitMonth, published: 1.39, tolerance: 0.04, because: becauseBuyers, people: sampleBase, mark: sourced, source: source,
			simulated: per(once, 0), explanation: "rates are cut at their 0.99988 quantile"},
		{name: "recurring spending per payer and month", unit: unitWon, published: 13317, tolerance: 400, because: becauseBuyers, people: sampleBase, mark: sourced, source: source,
			simulated: per(recurring, 1), explanation: "round prices with round weights"},
		{name: "one-off spending per payer and month", unit: unitWon, published: 9756, tolerance: 300, because: becauseBuyers, people: sampleBase, mark: sourced, source: source,
			simulated: per(once, 1), explanation: "round prices with round weights"},
	})
}

const (
	becauseVolume = "5 %: financial products, more than 10 tn won a year, are in the published volume and not simulated"
	becauseNight  = "10 %: the balance of one night; quarter-ends published differ by up to that from one to the next"
)

func (w *world) validatedMoney() []figure {
	volume := func(c *counts) int64 { return sum(c.Month.Won[:]) }
	all := []figure{
		{name: "mean transaction, April 2024", unit: unitWon, published: 34_900, tolerance: 1_745, because: becauseVolume, people: sampleMonth, mark: derived,
			source: "167.3 tn won a year over 400 M transactions a month", simulated: func(c *counts) float64 { return ratio(volume(c), transactions(c)) },
			explanation: "withdrawals count as transactions, and what receivers move to the bank is larger than a payment; the published volume may not hold withdrawals, but holds financial products, which are not simulated"},
		{name: "volume of a year at the level of April 2024", unit: unitWon, published: 167.3e12, tolerance: 8.4e12, because: becauseVolume, people: sampleMonth, mark: sourced,
			source: "Econovill 2025-06-25", simulated: func(c *counts) float64 { return w.whole(volume(c), c.Month.People) / 30 * 366 },
			explanation: "follows from the mean transaction and the number of transactions"},
		{name: "active people in April 2024", unit: unitPeople, published: 24.02e6, tolerance: 1.2e6, because: "5 %: published are those who open the service, here those who transact", people: sampleMonth, mark: sourced,
			source: "Econovill 2025-06-25: 24.02 M monthly active users", simulated: func(c *counts) float64 { return w.whole(c.Month.Active, c.Month.People) },
			explanation: "active here is anybody with a transaction, also who only moves received money to the bank; the published figure counts who opens the service"},
		{name: "weeks without any use", unit: unitShare, published: 0.5, tolerance: 0.05, because: becauseDerived, people: sampleMonth, mark: derived,
			source: "about half, from monthly volumes and monthly active users", simulated: func(c *counts) float64 { return ratio(c.Month.Idle, c.Month.Weeks) },
			explanation: "activity is unequal between people, so that many weeks are idle although the mean is high"},
	}
	const volumes = 2 // the year's is the mean times the calibrated number of transactions
	return slices.Concat(together(all[:volumes]...), alone(all[volumes:]...), together(salaryFigures()...))
}

// informedBalances are figures that once were held back for validation. At five times the published balance
// it was plain that nobody took received money out of the wallet; the habit of moving it to the bank
// (wallet.move_out) was added then. Its strength, and that use keeps money in wallets (wallet.keep_tie), were set
// towards these figures later.
func (w *world) informedBalances() []figure {
	all := []figure{
		{name: "prepaid balances outstanding, end of March 2024", unit: unitWon, published: 535.2e9, tolerance: 53.5e9, because: becauseNight, settled: balanceSettled, people: sampleMonth, mark: sourced,
			source: "press 2024-04 to 2025-01 (Polinews, FN Times)", simulated: func(c *counts) float64 { return w.whole(c.Month.Balance, c.Month.People) },
			explanation: "what stays in wallets hangs on how many receivers move money to the bank, which is assumed"},
		{name: "prepaid balance per live account, end of March 2024", unit: unitWon, published: 16_700, tolerance: 1_670, because: becauseNight, settled: balanceSettled, people: sampleMonth, mark: derived,
			source: "535.2 bn won over 31 to 33 M live accounts", simulated: func(c *counts) float64 { return ratio(c.Month.Balance, c.Month.Holders) },
			explanation: "as the line above"},
		{name: "wallets with nothing in them", unit: unitShare, published: 0.55, low: 0.4, high: 0.7, because: becauseRange, settled: balanceSettled, people: sampleMonth, mark: assumed,
			source: "nothing published; 0.4 to 0.7 held to be plausible", simulated: func(c *counts) float64 { return ratio(c.Month.Empty, c.Month.Holders) },
			explanation: "top-ups come in round units, so a payment leaves change in most wallets"},
	}
	for _, b := range [...]struct {
		year   int
		won    float64
		source string
	}{{2021, 321.1e9, "Herald 2021-05-13"}, {2022, 404.7e9, "FN Times 2022-04-19"}, {2023, 456.8e9, "Sisa Journal 2023-11-23"}} {
		all = append(all, figure{name: fmt.Sprintf("prepaid balances outstanding, end of March %d", b.year), unit: unitWon, published: b.won, tolerance: b.won / 10, because: becauseNight, settled: balanceSettled,
			people: samplePath, simulated: func(c *counts) float64 { return w.whole(c.Path.Balance[b.year-firstYear], c.Path.People) }, mark: sourced, source: b.source,
			explanation: "what stays in wallets grows in proportion to use, what top-ups leave there does not"})
	}
	return grouped(informed, all)
}

// salaryFigures compare when salaries are gone, among people of working age whose salary reaches the linked
// account and of which nothing is left before the next (see salary.night). The survey's peaks are round numbers, as people answer; here
// the days nearer to a peak than to another round number belong to it. Before day 6 and after day 27 they belong to
// other answers (3, 5, a month), as 29 % of those published do; shares of the peaks' answers add up to 1 in both.
func salaryFigures() []figure {
	const source = "Saramin 2017, survey of 603 employees; shares are of all answers, the five peaks make 71 %"
	all := []figure{{name: "days until the salary is gone, mean", unit: unitDays, published: 17, tolerance: 1, because: "whole days, and two standard errors of a survey of 603", simulated: func(c *counts) float64 { return goneMean(&c.Month) },
		source: "Saramin 2017, survey of 603 employees", explanation: "fixed costs leave within days of payday and the rest evenly but for the first week"}}
	for _, b := range [...]struct {
		low, high int
		published float64
		name      string
	}{{peaksFrom, 8, 0.063, "about 7 (6 to 8)"}, {9, 12, 0.124, "about 10 (9 to 12)"}, {13, 17, 0.177, "about 15 (13 to 17)"},
		{18, 22, 0.237, "about 20 (18 to 22)"}, {23, peaksTo, 0.109, "about 25 (23 to 27)"}} {
		all = append(all, figure{name: "salary gone after days: " + b.name, unit: unitShare, published: b.published / 0.71, tolerance: surveyError(b.published / 0.71), because: becauseSurvey, source: source,
			simulated:   func(c *counts) float64 { return goneBetween(&c.Month, b.low, b.high) },
			explanation: "shares of the five peaks, here of the days around them, are scaled to add up to 1; asked people name round numbers"})
	}
	for i := range all {
		all[i].people, all[i].mark = sampleMonth, derived
	}
	all[0].mark = sourced
	return all
}

// surveyError returns two standard errors of a share among the 428 of 603 people whose answers make the peaks.
func surveyError(share float64) float64 { return 2 * math.Sqrt(float64(share*(1-share))/428) }

// goneMean returns the mean number of days until a salary is gone, of those gone before the next comes.
// Undefined: NaN when none is.
func goneMean(c *monthCounts) float64 {
	days := int64(0)
	for k, n := range c.Gone {
		days += int64(k) * n
	}
	return ratio(days, sum(c.Gone[:]))
}

// The days that belong to one of the survey's five peaks.
const (
	peaksFrom = 6
	peaksTo   = 27
)

// goneBetween returns the share of those gone after low to high days among those gone around any peak.
// Undefined: NaN when none is.
func goneBetween(c *monthCounts, low, high int) float64 {
	return ratio(sum(c.Gone[low:high+1]), sum(c.Gone[peaksFrom:peaksTo+1]))
}
