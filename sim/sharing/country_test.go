package sharing

import (
	"slices"
	"testing"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/sharing/regime"
)

// country returns the population of the default scenario; change may alter its configuration.
func country(t testing.TB, change func(*people.Config)) *people.Population {
	t.Helper()
	c := people.Config{
		Population: people.Base{EverSeen: 40_450_000, WalletLaunch: date("2014-09-05"), LiveAtBulk: 18_900_000,
			BulkFrom: date("2018-04-27"), LiveAtStart: 24_736_000, GrowthFrom: date("2019-06-27"), LiveLimit: 31_122_500,
			GrowthDays: 250, GrowthTo: date("2024-05-21"), LeastStayDays: 300,
			RegisteredOn: []record.Day{date("2016-06-20"), date("2018-04-27")}, Registered: []float64{10, 21}},
		People: people.Traits{AgeShares: []float64{.1, .19, .18, .2, .2, .13}, FemaleShare: .5,
			IncomeMedian: []record.Won{700_000, 2_100_000, 3_000_000, 3_300_000, 2_900_000, 1_700_000},
			RegionShares: slices.Repeat([]float64{1. / 17}, 17), BankShares: slices.Repeat([]float64{1. / 9}, 9),
			IncomeSigma: .5, PaydayDays: []int{25, 10}, PaydayShares: []float64{.4, .25}, HandToMouth: .3,
			FixedShare: .4, FixedSpread: 1, ClassIncome: .7, LeastSpending: .05, BufferSigma: 1,
			BankCounts: []float64{.6, .4}, CardCounts: []float64{.6, .4}, SpendRate: .98, SpendSigma: .22, BufferMonths: .5, AutoTopup: .7, ReminderMean: .93,
			ReminderSpread: 1, IDVerified: .62, LinkedCard: .65, ActivitySigma: 1.1, TenureFloor: .25,
			TenureYears: 1.5, ActivityYears: []int{2018, 2024}, Activity: []float64{.25, 1}, OptionalYes: .35},
		Platform: people.Platform{Launch: date("2019-07-11"), ShareEnd: .17, AdoptionHalflifeDays: 365,
			JoinDelayDays: 30, IphoneFemale: []float64{.75, .75, .5, .21, .1, .02},
			IphoneMale: []float64{.53, .53, .4, .17, .08, .01}, PayerShare: .6, RecurringMonth: 1.43,
			OneoffMonth: 1.39, OneoffSigma: 1, RecurringPrices: []record.Won{9900}, RecurringWeights: []float64{1},
			OneoffPrices: []record.Won{5500}, OneoffWeights: []float64{1}},
		Overseas: people.Overseas{From: date("2019-11-01"), To: date("2024-05-21"), PerDay: 331_000, Growth: .25,
			Users: .25, RateTail: 1.3},
	}
	if change != nil {
		change(&c)
	}
	pop, err := people.New(c, 2024)
	if err != nil {
		t.Fatal(err)
	}
	return pop
}

func date(s string) record.Day {
	d, err := record.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// registered are the names of all built-in regimes, and of each family with a parameter filled in.
func registered() (names []string) {
	for _, r := range regime.Builtin().Regimes() {
		names = append(names, r.Name)
	}
	return append(names, regime.Builtin().Examples()...)
}

// calendar is the default one, with every regime.
func calendar() Config {
	return Config{
		Regimes:   registered(),
		DailyFrom: date("2019-06-27"), DailyTo: date("2024-05-21"),
		BulkDays: []record.Day{date("2018-04-27"), date("2018-05-31"), date("2018-07-13")},
	}
}

// at returns the place of a regime.
func (b *Border) at(t testing.TB, name string) int {
	t.Helper()
	for r := range b.Regimes {
		if b.Regimes[r].Name == name {
			return r
		}
	}
	t.Fatalf("no regime %s", name)
	return 0
}

func border(t testing.TB, c Config) *Border {
	t.Helper()
	b, err := New(c, Window{}, 2024)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The simulated days of the default scenario.
var start, end = date("2024-01-22"), date("2024-05-21")

// count counts people from a up to, not including, b.
func (b *Border) count(pop *people.Population, from, to int) Count {
	c := b.NewCount()
	counter := b.Counter(&c, start, end)
	var q people.Person
	for u := from; u < to; u++ {
		pop.Person(record.Person(u), &q)
		counter.Add(pop, &q)
	}
	counter.Close()
	return c
}
