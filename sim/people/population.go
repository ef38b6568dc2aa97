package people

import (
	"fmt"
	"math"

	"overshare/sim/record"
	"overshare/sim/rng"
)

// A Population makes people. It is read-only after [New] and safe for concurrent use.
type Population struct {
	Config
	seed uint64

	early    float64   // share of all people who signed up before the first bulk send
	joinPre  []float32 // quantiles of the sign-up day of those
	joinPost []float32 // and of all others
	stay     [1<<tableBits + 1]float32
	unitExp  [1<<tableBits + 1]float32

	age, region *choice
	payday      *choice
	paydays     []uint8
	income      [len(Ages)][1 << tableBits]float32
	iphone      [len(Ages)][2]float64
	register    [len(Ages)][2]float64
	spend       [1 << tableBits]float32
	buffer      [1 << tableBits]float32
	forget      [1 << tableBits]float32
	activity    [1 << tableBits]float32
	purchases   purchaseTables
	overseas    overseasTables
}

// New prepares the population of a seed. It returns an error when the configuration contradicts itself;
// ranges of single values are checked where scenarios are loaded.
func New(c Config, seed uint64) (*Population, error) {
	p := &Population{Config: c, seed: seed}
	for _, prepare := range []func() error{p.prepareBase, p.prepareTraits, p.preparePlatform, p.preparePurchases, p.prepareOverseas} {
		if err := prepare(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// ExitHazard returns the rate h per day at which live accounts leave. The population is everybody ever
// sent, so whoever signed up after the bulk sends stays until the first daily send; those who did not were
// never sent and are left out. From then on h is the same for all, and everybody is either live at the end
// or has left:
//
//	EverSeen = Live(end) + Early · (1 − exp(−h T)) + h · ∫ Live(t) dt,
//
// Early the accounts live at the first bulk send, T the days from there to the first daily send, the
// integral from there to the end. The right side rises with h; bisection to the last bit.
func (p *Population) ExitHazard() float64 {
	b := p.Population
	sum := 0.0
	for d := b.GrowthFrom; d < b.GrowthTo; d++ {
		sum += p.LiveBase(d)
	}
	left := b.EverSeen - p.LiveBase(b.GrowthTo)
	if left < 0 {
		return -1
	}
	lo, hi := 0.0, left/sum
	for range 100 {
		h := (lo + hi) / 2
		if early := b.LiveAtBulk - p.earlyOn(b.GrowthFrom, h); early+float64(h*sum) < left {
			lo = h
		} else {
			hi = h
		}
	}
	return hi
}

// earlyOn returns how many of the accounts live at the first bulk send are so on day d, at exit rate h.
func (p *Population) earlyOn(d record.Day, h float64) float64 {
	b := p.Population
	return b.LiveAtBulk * math.Exp(-h*float64(d-b.BulkFrom))
}

// LiveBase returns the number of live accounts intended on day d in a country of EverSeen people:
// linear between the first bulk send and the first daily send, linear from then on.
func (p *Population) LiveBase(d record.Day) float64 {
	b := p.Population
	if d >= b.GrowthFrom {
		return b.LiveAtStart + float64(b.LivePerDay*float64(min(d, b.GrowthTo)-b.GrowthFrom))
	}
	w := float64(d-b.BulkFrom) / float64(b.GrowthFrom-b.BulkFrom)
	return b.LiveAtBulk + float64(w*(b.LiveAtStart-b.LiveAtBulk))
}

func (p *Population) prepareBase() error {
	b := p.Population
	if !(b.WalletLaunch < b.BulkFrom && b.BulkFrom < b.GrowthFrom && b.GrowthFrom < b.GrowthTo) {
		return fmt.Errorf("population: wallet_launch %v, bulk_from %v, growth_from %v and growth_to %v must follow each other in time",
			b.WalletLaunch, b.BulkFrom, b.GrowthFrom, b.GrowthTo)
	}
	if end := p.LiveBase(b.GrowthTo); end < 1 {
		return fmt.Errorf("population: live_per_day %.6g leaves nobody live on growth_to %v; raise it, or live_at_start",
			b.LivePerDay, b.GrowthTo)
	}
	h := p.ExitHazard()
	if h < 0 {
		return fmt.Errorf("population: ever_seen %.0f is below the %.0f live accounts at the end; raise ever_seen or lower the live base",
			b.EverSeen, p.LiveBase(b.GrowthTo))
	}
	p.early = b.LiveAtBulk / b.EverSeen
	pre := curve{}
	// Registered accounts: 10 M in mid-2016, 18.8 M in September 2017, 20 M in November 2017; the shape
	// only, scaled to those still live at the first bulk send.
	from, to := float64(b.WalletLaunch), float64(b.BulkFrom)
	pre.add(from, 0)
	pre.add(from+0.49*(to-from), 10)
	pre.add(from+0.83*(to-from), 18.8)
	pre.add(to, 21)
	p.joinPre = pre.quantiles(1 << 10)
	post, cum := curve{}, 0.0
	post.add(to, 0)
	for d := b.BulkFrom; d < b.GrowthTo; d++ {
		leaving := p.LiveBase(d)
		if d < b.GrowthFrom {
			leaving = p.earlyOn(d, h)
		}
		joins := p.LiveBase(d+1) - p.LiveBase(d) + float64(h*leaving)
		if joins < 0 {
			return fmt.Errorf("population: the live base falls faster than accounts leave near %v; lower the fall or raise ever_seen", d)
		}
		cum += joins
		post.add(float64(d+1), cum)
	}
	p.joinPost = post.quantiles(1 << 13)
	for i := range p.unitExp {
		p.unitExp[i] = float32(-math.Log1p(-min(float64(i), 4095.75) / (1 << tableBits)))
		p.stay[i] = float32(math.Min(float64(p.unitExp[i])/math.Max(h, 1e-12), 1e6))
	}
	return nil
}

func (p *Population) prepareTraits() error {
	t := p.People
	if len(t.AgeShares) != len(Ages) || len(t.IncomeMedian) != len(Ages) {
		return fmt.Errorf("people: age_shares and income_median need %d values, one per age band", len(Ages))
	}
	if len(t.PaydayDays) != len(t.PaydayShares) {
		return fmt.Errorf("people: payday_days has %d values, payday_shares %d; they must pair up", len(t.PaydayDays), len(t.PaydayShares))
	}
	if len(t.ActivityYears) != len(t.Activity) || len(t.Activity) == 0 {
		return fmt.Errorf("people: activity_years has %d values, activity %d; they must pair up", len(t.ActivityYears), len(t.Activity))
	}
	p.age = newChoice(t.AgeShares)
	shares := make([]float64, len(Regions))
	for i, r := range Regions {
		shares[i] = r.Share
	}
	p.region = newChoice(shares)
	rest := 1.0
	var weights []float64
	for i, d := range t.PaydayDays {
		p.paydays = append(p.paydays, uint8(d))
		weights = append(weights, t.PaydayShares[i])
		rest -= t.PaydayShares[i]
	}
	if rest < -1e-9 {
		return fmt.Errorf("people: payday_shares add up to %.3g, more than 1", 1-rest)
	}
	for d := 1; d <= 28; d++ {
		p.paydays = append(p.paydays, uint8(d))
		weights = append(weights, max(rest, 0)/28)
	}
	p.payday = newChoice(weights)
	for a := range p.income {
		p.income[a] = LogNormalTable(float64(t.IncomeMedian[a]), t.IncomeSigma)
	}
	p.spend = LogNormalTable(t.SpendRate, t.SpendSigma)
	p.buffer = LogNormalTable(t.BufferMonths, 1)
	p.forget = LogNormalTable((1-t.ReminderMean)*math.Exp(-t.ReminderSpread*t.ReminderSpread/2), t.ReminderSpread)
	p.activity = LogNormalTable(math.Exp(-t.ActivitySigma*t.ActivitySigma/2), t.ActivitySigma)
	return nil
}

// preparePlatform solves for the factor k in P(registers) = min(1, k · iPhone share of age and sex)
// that gives the wanted share of all members.
func (p *Population) preparePlatform() error {
	t, c := p.People, p.Platform
	if len(c.IphoneFemale) != len(Ages) || len(c.IphoneMale) != len(Ages) {
		return fmt.Errorf("platform: iphone_female and iphone_male need %d values, one per age band", len(Ages))
	}
	total := 0.0
	for _, s := range t.AgeShares {
		total += s
	}
	share := func(k float64, set bool) (sum float64) {
		for a, s := range t.AgeShares {
			for sex, w := range [2]float64{t.FemaleShare, 1 - t.FemaleShare} {
				ip := c.IphoneFemale[a]
				if sex == 1 {
					ip = c.IphoneMale[a]
				}
				q := math.Min(1, k*ip)
				if c.ScopeAtRandom {
					q = c.ShareEnd
				}
				if set {
					p.iphone[a][sex], p.register[a][sex] = ip, q
				}
				sum += s / total * w * q
			}
		}
		return sum
	}
	lo, hi := 0.0, 1e9
	for range 200 {
		if mid := (lo + hi) / 2; share(mid, false) < c.ShareEnd {
			lo = mid
		} else {
			hi = mid
		}
	}
	if got := share(hi, true); math.Abs(got-c.ShareEnd) > 1e-6 {
		return fmt.Errorf("platform: share_end %g cannot be reached, the iPhone shares allow at most %.3g; raise them or set scope_at_random", c.ShareEnd, got)
	}
	return nil
}

// at reads a table of 2^tableBits+1 points at 32 random bits, interpolated.
func at(t *[1<<tableBits + 1]float32, x uint64) float32 {
	i := uint32(x) >> (32 - tableBits)
	w := float32(uint32(x)<<tableBits) * 0x1p-32
	return t[i] + float32(w*(t[i+1]-t[i]))
}

func quantile(q []float32, u float64) record.Day {
	x := u * float64(len(q)-1)
	i := int(x)
	w := float32(x - float64(i))
	return record.Day(q[i] + float32(w*(q[i+1]-q[i])))
}

// Life returns when person u is live and in scope: the part of [Population.Person] that exposure over
// years needs, at a third of its cost.
func (p *Population) Life(u record.Person) (join, leave, scope record.Day) {
	s := rng.Open(p.seed, rng.PurposePerson, uint64(u))
	join, leave = p.stayOf(s)
	x := s.At(2)
	_, scope = p.scopeOf(s, p.age[uint16(x)], p.sexOf(x), join, leave)
	return join, leave, scope
}

func (p *Population) stayOf(s rng.Stream) (join, leave record.Day) {
	u, from := s.Uniform(0), record.Day(0)
	if u < p.early {
		join = quantile(p.joinPre, u/p.early)
		from = p.Population.BulkFrom
	} else {
		join = quantile(p.joinPost, (u-p.early)/(1-p.early))
		from = max(join, p.Population.GrowthFrom)
	}
	return join, from + 1 + record.Day(at(&p.stay, s.At(1)))
}

func (p *Population) sexOf(x uint64) uint8 {
	if float64(uint16(x>>16)) < p.People.FemaleShare*65536 {
		return 0
	}
	return 1
}

func (p *Population) scopeOf(s rng.Stream, age, sex uint8, join, leave record.Day) (iphone bool, scope record.Day) {
	v := s.Uniform(3)
	iphone = v < p.iphone[age][sex]
	if p.Platform.ScopeAtRandom {
		v = s.Uniform(4)
	}
	if v >= p.register[age][sex] {
		return iphone, Never
	}
	c := &p.Platform
	x := s.At(5)
	adopt := c.Launch + record.Day(at(&p.unitExp, x)*float32(c.AdoptionHalflifeDays/math.Ln2))
	scope = max(adopt, join)
	if adopt < join {
		scope = join + record.Day(at(&p.unitExp, x>>32)*float32(c.JoinDelayDays))
	}
	if scope >= leave {
		return iphone, Never
	}
	return true, scope
}

// Person fills out with the attributes of person u. It is the same at any population size above u.
func (p *Population) Person(u record.Person, out *Person) {
	s, b := rng.OpenPair(p.seed, rng.PurposePerson, uint64(u))
	t := &p.People
	*out = Person{ID: u}
	out.Join, out.Leave = p.stayOf(s)
	x := s.At(2)
	out.Age, out.Sex, out.Region = p.age[uint16(x)], p.sexOf(x), p.region[uint16(x>>32)]
	out.Payday = p.paydays[p.payday[uint16(x>>48)]]
	out.IPhone, out.Scope = p.scopeOf(s, out.Age, out.Sex, out.Join, out.Leave)

	x = b.At(0)
	rank := uint32(x) & 0xfff
	out.Income = record.Won(p.income[out.Age][rank])
	out.Class = uint16(float32(rank)*11.2) + uint16(float32(x>>12&0xffff)*0.3)
	poor := t.HandToMouth * (1.6 - 1.2*float64(rank)/4096)
	out.Saver = bits16(x, 28) >= poor
	x = b.At(1)
	rate := float64(p.spend[x&0xfff])
	if out.Saver {
		out.Buffer = record.Won(p.buffer[x>>12&0xfff]) // months, turned into won below
		out.Buffer = record.Won(float64(p.buffer[x>>12&0xfff]) * float64(out.Income))
	}
	fixed := t.FixedShare * (0.5 + bits16(x, 24))
	out.FixedCost = record.Won(fixed * float64(out.Income))
	out.DailyCost = record.Won(max(rate-fixed, 0.05) * float64(out.Income) / 30)
	out.CardShare = float32(bits16(x, 40))
	x = b.At(2)
	out.Reminder = 1 - min(p.forget[x&0xfff], 0.98)
	out.Activity = p.activity[x>>12&0xfff]
	out.AutoTopup = bits16(x, 24) < t.AutoTopup
	out.OptionalConsent = bits16(x, 40) < t.OptionalYes
	x = b.At(3)
	out.IDVerified = bits16(x, 0) < t.IDVerified
	out.LinkedBanks = 1 + uint8(x>>16&3*(x>>18&1))
	if bits16(x, 20) < t.LinkedCard {
		out.LinkedCards = 1 + uint8(x>>36&3&(x>>38))
	} else {
		out.CardShare = 0
	}
	out.Payer = bits16(x, 40) < p.Platform.PayerShare
}

// bits16 turns the 16 bits of x from position at into a number in [0, 1).
func bits16(x uint64, at uint) float64 { return float64(uint16(x>>at)) / 65536 }

// ActivityAt returns the wallet use of q on day d relative to the mean settled user of the reference
// year: its own level times the level of the year times what its tenure has grown to.
func (p *Population) ActivityAt(q *Person, d record.Day) float64 {
	t := &p.People
	tenure := float64(d-q.Join) / 365.25
	grown := 1 - (1-t.TenureFloor)/(1+max(tenure, 0)/t.TenureYears)
	return float64(q.Activity) * grown * p.YearLevel(d)
}

// YearLevel returns the level of wallet use on day d, last configured year = 1, interpolated between
// mid-years and flat beyond the ends.
func (p *Population) YearLevel(d record.Day) float64 {
	t := &p.People
	x := 1970 + float64(d)/365.2425 - 0.5
	years := t.ActivityYears
	if x <= float64(years[0]) {
		return t.Activity[0]
	}
	for i := 1; i < len(years); i++ {
		if x < float64(years[i]) {
			w := (x - float64(years[i-1])) / float64(years[i]-years[i-1])
			return t.Activity[i-1] + float64(w*(t.Activity[i]-t.Activity[i-1]))
		}
	}
	return t.Activity[len(t.Activity)-1]
}
