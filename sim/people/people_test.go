package people_test

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/simtest"
)

const seed = 2024

// population returns the people of the default scenario with some parameters set, as path=value.
func population(t testing.TB, sets ...string) *people.Population {
	t.Helper()
	var over []scenarios.Override
	for _, s := range sets {
		over = append(over, scenarios.Set(s))
	}
	s, err := scenarios.Load("kakaopay-2024", over...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := study.NewPlan(s)
	if err != nil {
		t.Fatal(err)
	}
	return p.World.Pop
}

// first returns the first n people of a population.
func first(p *people.Population, n int) []people.Person {
	all := make([]people.Person, n)
	for u := range all {
		p.Person(record.Person(u), &all[u])
	}
	return all
}

func count(all []people.Person, is func(*people.Person) bool) (n int64) {
	for i := range all {
		if is(&all[i]) {
			n++
		}
	}
	return n
}

// Person u is the same whoever was asked for before, and Life tells the same three days.
func TestPersonDependsOnNobody(t *testing.T) {
	p, again := population(t), population(t)
	forward := first(p, 30_000)
	var q people.Person
	for u := 29_999; u >= 0; u-- {
		again.Person(record.Person(u), &q)
		if q != forward[u] {
			t.Fatalf("person %d is %+v, asked for in reverse %+v", u, forward[u], q)
		}
		if join, leave, scope := p.Life(record.Person(u)); join != q.Join || leave != q.Leave || scope != q.Scope {
			t.Fatalf("person %d: life %v %v %v, want %v %v %v", u, join, leave, scope, q.Join, q.Leave, q.Scope)
		}
	}
}

// Another seed is another world; one parameter changes what it is about and nothing else.
func TestMinimallyDifferentPeople(t *testing.T) {
	a := first(population(t), 2000)
	for i, q := range first(population(t, "run.seed=2025"), 2000) {
		if q == a[i] {
			t.Fatalf("person %d is the same under another seed", i)
		}
	}
	changed := 0
	for i, q := range first(population(t, "people.auto_topup=0.2"), 2000) {
		if q.AutoTopup != a[i].AutoTopup {
			changed++
		}
		q.AutoTopup = a[i].AutoTopup
		if q != a[i] {
			t.Fatalf("person %d: fewer automatic top-ups changed %+v into %+v", i, a[i], q)
		}
	}
	if changed < 800 {
		t.Errorf("%d of 2000 people lost automatic top-up, want about half", changed)
	}
	for i, q := range first(population(t, "platform.launch=2020-03-01"), 2000) {
		q.Scope, q.IPhone = a[i].Scope, a[i].IPhone
		if q != a[i] {
			t.Fatalf("person %d: another launch changed %+v into %+v", i, a[i], q)
		}
	}
}

// Lives are in order: nobody leaves before joining, and nobody is in scope before launch or sign-up.
func TestLivesAreInOrder(t *testing.T) {
	p := population(t)
	for _, q := range first(p, 100_000) {
		registered := q.Scope != people.Never
		if q.Leave <= q.Join || registered && (q.Scope < max(q.Join, p.Platform.Launch) || q.Scope >= q.Leave || !q.IPhone) {
			t.Fatalf("life of %+v", q)
		}
		if q.Join < p.Population.WalletLaunch || q.Join > p.Population.GrowthTo {
			t.Fatalf("person %d joins on %v", q.ID, q.Join)
		}
		if q.Income <= 0 || q.FixedCost < 0 || q.DailyCost <= 0 || q.Buffer < 0 || q.Payday < 1 || q.Payday > 28 || q.Reminder < 0 || q.Reminder > 1 {
			t.Fatalf("money of %+v", q)
		}
	}
}

// The live base follows the published series: on seven days the share of all people who are live is what
// the series says, of 400,000 people. A share wrong by 0.0063 is found 999 times in 1,000.
func TestLiveBaseFollowsTheSeries(t *testing.T) {
	p := population(t)
	all, a := first(p, 400_000), simtest.Accept(t, seed)
	for _, date := range []string{"2018-04-28", "2018-12-01", "2019-06-27", "2020-10-08", "2022-02-28", "2023-09-15", "2024-05-20"} {
		d, _ := record.ParseDay(date)
		live := count(all, func(q *people.Person) bool { return q.Live(d) })
		a.Share("live on "+date, live, int64(len(all)), p.LiveBase(d)/p.Population.EverSeen)
	}
	end := p.Population.GrowthTo
	ever := count(all, func(q *people.Person) bool { return q.Join <= end })
	if ever != int64(len(all)) {
		t.Errorf("%d of %d people join by the end", ever, len(all))
	}
}

// The live base gives both published totals of records, sent once a day and at the three bulk sends: 54.2 bn and,
// from 2020-10-08, 40.9 bn, to a fifth of their rounding.
func TestLiveBaseGivesTheTotals(t *testing.T) {
	p := population(t)
	all, late := 0.0, 0.0
	for _, date := range []string{"2018-04-27", "2018-05-31", "2018-07-13"} {
		d, _ := record.ParseDay(date)
		all += p.LiveBase(d)
	}
	for d := record.DayOf(2019, 6, 27); d <= record.DayOf(2024, 5, 21); d++ {
		all += p.LiveBase(d)
		if d >= record.DayOf(2020, 10, 8) {
			late += p.LiveBase(d)
		}
	}
	if math.Abs(all-54.2e9) > 0.01e9 || math.Abs(late-40.9e9) > 0.01e9 {
		t.Errorf("%.4g records in all, %.4g from 2020-10-08 on", all, late)
	}
}

// Nobody leaves before the shortest stay is over or before being sent; and those who were never sent are as many
// as the exit rate says, by the person: for each of those sent who could have left for w days before, exp(h w) − 1
// have. 200,000 people; a number wrong by 0.03 is found 999 times in 1,000.
func TestNeverSent(t *testing.T) {
	p := population(t)
	b := p.Population
	all, a := first(p, 200_000), simtest.Accept(t, seed)
	day := record.DayOf(2018, 11, 6)
	var sum, squares float64
	for _, q := range all {
		sent := b.BulkFrom
		if q.Join >= b.BulkFrom {
			sent = b.GrowthFrom
		}
		if able := q.Join + record.Day(b.LeastStayDays); q.Leave <= max(able, sent) {
			t.Fatalf("person %d joins on %v and leaves on %v", q.ID, q.Join, q.Leave)
		}
		if q.Join < day {
			x := math.Expm1(p.ExitRate() * float64(max(0, sent-q.Join-record.Day(b.LeastStayDays))))
			sum, squares = sum+x, squares+x*x
		}
	}
	n := float64(len(all))
	mean := sum / n
	a.Mean("never sent", mean, math.Sqrt(squares/n-mean*mean), int64(len(all)), p.NeverSent(day)/b.EverSeen)
	if p.NeverSent(day) < 1e6 {
		t.Errorf("only %.0f people were never sent", p.NeverSent(day))
	}
}

// Traits have the shares that the parameters say, of 200,000 people: a share near one half wrong by 0.009
// is found 999 times in 1,000.
func TestTraitsHaveTheirShares(t *testing.T) {
	p := population(t)
	c := p.People
	all, a := first(p, 200_000), simtest.Accept(t, seed)
	n := int64(len(all))
	ages, regions, days := make([]int64, len(people.Ages)), make([]int64, len(people.Regions)), make([]int64, 28)
	for _, q := range all {
		ages[q.Age]++
		regions[q.Region]++
		days[q.Payday-1]++
	}
	a.Cells("age", ages, c.AgeShares)
	a.Cells("region", regions, c.RegionShares)
	rest, paydays := 1.0, make([]float64, 28)
	for i, d := range c.PaydayDays {
		paydays[d-1] += c.PaydayShares[i]
		rest -= c.PaydayShares[i]
	}
	for d := range paydays {
		paydays[d] += rest / 28
	}
	a.Cells("payday", days, paydays)
	for _, x := range []struct {
		what string
		p    float64
		is   func(*people.Person) bool
	}{
		{"female", c.FemaleShare, func(q *people.Person) bool { return q.Sex == 0 }},
		{"automatic top-up", c.AutoTopup, func(q *people.Person) bool { return q.AutoTopup }},
		{"identity checked", c.IDVerified, func(q *people.Person) bool { return q.IDVerified }},
		{"one linked bank", c.BankCounts[0], func(q *people.Person) bool { return q.LinkedBanks == 1 }},
		{"four linked banks", c.BankCounts[3], func(q *people.Person) bool { return q.LinkedBanks == 4 }},
		{"two cards", c.LinkedCard * c.CardCounts[1], func(q *people.Person) bool { return q.LinkedCards == 2 }},
		{"fixed costs below 0.75 of their mean", (0.75 - (1 - c.FixedSpread/2)) / c.FixedSpread, func(q *people.Person) bool {
			return float64(q.FixedCost) < 0.75*c.FixedShare*float64(q.Income)
		}},
		{"linked card", c.LinkedCard, func(q *people.Person) bool { return q.LinkedCards > 0 }},
		{"consent", c.OptionalYes, func(q *people.Person) bool { return q.OptionalConsent }},
		{"payer", p.Platform.PayerShare, func(q *people.Person) bool { return q.Payer }},
		{"hand to mouth", c.HandToMouth, func(q *people.Person) bool { return !q.Saver }},
		{"income below the median of its age", 0.5, func(q *people.Person) bool { return q.Income < c.IncomeMedian[q.Age] }},
	} {
		a.Share(x.what, count(all, x.is), n, x.p)
	}
}

// Social position is the rank of income and luck in the given proportion: with income alone, who earns more in
// an age band stands higher; with luck alone, income says nothing.
func TestSocialPosition(t *testing.T) {
	for _, c := range []struct {
		share string
		sure  bool
	}{{"1", true}, {"0", false}} {
		all := first(population(t, "people.class_income="+c.share), 4000)
		agree, pairs := 0, 0
		for i := 1; i < len(all); i++ {
			if a, b := &all[i-1], &all[i]; a.Age == b.Age && a.Income != b.Income {
				pairs++
				if (a.Income > b.Income) == (a.Class > b.Class) {
					agree++
				}
			}
		}
		if share := float64(agree) / float64(pairs); pairs < 500 || c.sure && share != 1 || !c.sure && (share < 0.4 || share > 0.6) {
			t.Errorf("income share %s: position follows income in %d of %d pairs", c.share, agree, pairs)
		}
	}
}

// iPhone shares by age and sex, and registration in proportion to them, at the share wanted in all.
func TestRegistrationFollowsPhones(t *testing.T) {
	p := population(t, "platform.launch=2014-09-01", "platform.adoption_halflife_days=0", "platform.join_delay_days=0")
	all, a := first(p, 300_000), simtest.Accept(t, seed)
	a.Share("registered", count(all, func(q *people.Person) bool { return q.Scope != people.Never }), int64(len(all)), p.Platform.ShareEnd)
	for age := range people.Ages {
		for sex, share := range []float64{p.Platform.IphoneFemale[age], p.Platform.IphoneMale[age]} {
			of := func(q *people.Person) bool { return int(q.Age) == age && int(q.Sex) == sex }
			n := count(all, of)
			k := count(all, func(q *people.Person) bool { return of(q) && q.IPhone })
			a.Share("iPhone, "+people.Ages[age]+" "+people.Sexes[sex], k, n, share)
		}
	}
}

// With registration at random, age and sex say nothing about it.
func TestRegistrationAtRandom(t *testing.T) {
	p := population(t, "platform.scope_at_random=true", "platform.launch=2014-09-01", "platform.adoption_halflife_days=0", "platform.join_delay_days=0")
	all, a := first(p, 200_000), simtest.Accept(t, seed)
	for age := range people.Ages {
		n := count(all, func(q *people.Person) bool { return int(q.Age) == age })
		k := count(all, func(q *people.Person) bool { return int(q.Age) == age && q.Scope != people.Never })
		a.Share("registered, "+people.Ages[age], k, n, p.Platform.ShareEnd)
	}
}

// Half of those who were there at the launch and stay have registered after the half-life.
func TestAdoptionHalfLife(t *testing.T) {
	p := population(t)
	all, a := first(p, 300_000), simtest.Accept(t, seed)
	half := p.Platform.Launch + record.Day(p.Platform.AdoptionHalflifeDays)
	late := record.DayOf(2024, 5, 1)
	settled := func(q *people.Person) bool { return q.Join < p.Platform.Launch && q.Leave > late }
	n := count(all, func(q *people.Person) bool { return settled(q) && q.Scope < late })
	k := count(all, func(q *people.Person) bool { return settled(q) && q.Scope < half })
	years := float64(late-p.Platform.Launch) / p.Platform.AdoptionHalflifeDays
	a.Share("registered after the half-life", k, n, 0.5/(1-math.Exp2(-years)))
}

// The quantile table has the moments of the normal distribution but for what 4,096 midpoints lose, nearly
// all of it in the two outer cells: a variance lower by 0.03 %, a fourth moment lower by 0.35 %.
func TestNormalTableMoments(t *testing.T) {
	var sum, squares, fourth float64
	for _, z := range people.NormalTable() {
		x := float64(z)
		sum, squares, fourth = sum+x, squares+x*x, fourth+x*x*x*x
	}
	const n = 4096
	if math.Abs(sum/n) > 1e-6 || math.Abs(squares/n-0.99968) > 1e-5 || math.Abs(fourth/n-2.98956) > 1e-4 {
		t.Errorf("mean %g, variance %g, fourth moment %g", sum/n, squares/n, fourth/n)
	}
}

// Log-normal tables have their median and, however wide, their mean; they ascend, and each cell lies within the
// quantiles at its ends. So do those of people: activity has mean 1, and notices are answered as often as asked
// for, although nobody forgets more than 98 % of them.
func TestLogNormalTableMean(t *testing.T) {
	for _, sigma := range []float64{0, 0.1, 0.7, 1.3, 2, 3} {
		table := people.LogNormalTable(1000, sigma)
		if mid := (table[2047] + table[2048]) / 2; math.Abs(float64(mid)-1000) > 0.5 {
			t.Errorf("sigma %g: median %g", sigma, mid)
		}
		sum := 0.0
		for i, x := range table {
			sum += float64(x)
			low := 1000 * math.Exp(sigma*distuv.UnitNormal.Quantile(float64(i)/4096))
			high := 1000 * math.Exp(sigma*distuv.UnitNormal.Quantile(float64(i+1)/4096))
			if float64(x) < low*(1-1e-4) || float64(x) > high*(1+1e-4) {
				t.Fatalf("sigma %g: cell %d is %g, not between %g and %g", sigma, i, x, low, high)
			}
		}
		if mean := 1000 * math.Exp(sigma*sigma/2); math.Abs(sum/4096/mean-1) > 1e-6 {
			t.Errorf("sigma %g: mean %g, want %g", sigma, sum/4096, mean)
		}
	}
	for _, spread := range []string{"0", "1.3", "3"} {
		p := population(t, "people.reminder_spread="+spread, "people.reminder_mean=0.7", "people.activity_sigma="+spread)
		answers, squares, n := 0.0, 0.0, 200_000
		for _, q := range first(p, n) {
			answers, squares = answers+float64(q.Reminder), squares+float64(q.Reminder*q.Reminder)
			if q.Reminder < 0.0199 || q.Reminder > 1 {
				t.Fatalf("somebody answers %g of notices", q.Reminder)
			}
		}
		mean := answers / float64(n)
		sd := math.Sqrt(max(squares/float64(n)-mean*mean, 1e-9))
		simtest.Accept(t, seed).Mean("notices answered at spread "+spread, mean, sd, int64(n), 0.7)
	}
}

// Configurations that contradict themselves are refused with a word on what to change.
func TestContradictions(t *testing.T) {
	base := population(t).Config
	for says, change := range map[string]func(*people.Config){
		"ever_seen":      func(c *people.Config) { c.Population.EverSeen = 1e6 },
		"wallet_launch":  func(c *people.Config) { c.Population.WalletLaunch = c.Population.BulkFrom },
		"falls faster":   func(c *people.Config) { c.Population.LiveLimit = 20e6; c.Population.GrowthDays = 5 },
		"registered_on":  func(c *people.Config) { c.Population.Registered = nil },
		"must rise":      func(c *people.Config) { c.Population.Registered = []float64{2, 1, 3} },
		"must reach":     func(c *people.Config) { c.Population.BulkFrom++ },
		"age_shares":     func(c *people.Config) { c.People.AgeShares = []float64{1} },
		"bank_counts":    func(c *people.Config) { c.People.BankCounts = nil },
		"payday_days":    func(c *people.Config) { c.People.PaydayDays = []int{1} },
		"payday_shares":  func(c *people.Config) { c.People.PaydayShares = []float64{.4, .4, .4, .4, .4} },
		"activity_years": func(c *people.Config) { c.People.ActivityYears = nil },
		"share_end": func(c *people.Config) {
			c.Platform.IphoneFemale, c.Platform.IphoneMale = make([]float64, 6), make([]float64, 6)
		},
		"iphone_female":    func(c *people.Config) { c.Platform.IphoneFemale = nil },
		"recurring_prices": func(c *people.Config) { c.Platform.RecurringPrices = nil },
		"oneoff_weights":   func(c *people.Config) { c.Platform.OneoffWeights = c.Platform.OneoffWeights[1:] },
	} {
		c := base
		change(&c)
		if _, err := people.New(c, seed); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}
