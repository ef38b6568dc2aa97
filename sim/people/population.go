package people

import (
	"fmt"
	"math"
	"sort"

	"overshare/sim/portable"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// A Population makes people. It is read-only after [New] and safe for concurrent use.
type Population struct {
	Config
	seed uint64

	flows     flows
	early     float64   // share of all people who signed up before the first bulk send
	joinPre   []float32 // quantiles of the sign-up day of those
	joinPost  []float32 // and of all others
	stay      [1<<tableBits + 1]float32
	settling  float64 // days in which half of what tenure adds to wallet use has come
	unsettled float64 // what is lacking on joining, times settling
	unitExp   [1<<tableBits + 1]float32

	age, region *choice
	banks       *choice // linked banks beyond the first
	cards       *choice // and registered cards
	bank        *choice
	payday      *choice
	paydays     []uint8
	income      [len(Ages)][1 << tableBits]float32
	iphone      [len(Ages)][2]float64
	register    [len(Ages)][2]float64   // factor on tie
	most        [len(Ages)][2]float64   // probability of registering at any activity
	tie         [1 << tableBits]float64 // factor on registering by level of activity
	appetite    [1 << tableBits]float32 // the same on purchases
	spend       [1 << tableBits]float32
	buffer      [1 << tableBits]float32
	forget      [1 << tableBits]float32
	activity    [1 << tableBits]float32
	order       [1 << tableBits]float32 // factor on activity by place in the order of signing up
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
	if len(t.BankCounts) == 0 || len(t.CardCounts) == 0 {
		return fmt.Errorf("people: bank_counts and card_counts need a share of people for each number from 1 on")
	}
	p.settling = t.TenureYears * 365.25
	p.unsettled = (1 - t.TenureFloor) * p.settling
	p.banks, p.cards = newChoice(t.BankCounts), newChoice(t.CardCounts)
	p.age = newChoice(t.AgeShares)
	if len(t.RegionShares) != len(Regions) || len(t.BankShares) != len(Banks) {
		return fmt.Errorf("people: region_shares needs %d values and bank_shares %d, not %d and %d", len(Regions), len(Banks), len(t.RegionShares), len(t.BankShares))
	}
	p.region, p.bank = newChoice(t.RegionShares), newChoice(t.BankShares)
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
	var medians []float64
	for _, m := range t.IncomeMedian {
		medians = append(medians, float64(m))
	}
	copy(p.income[:], logNormalTables(medians, t.IncomeSigma))
	p.spend = LogNormalTable(t.SpendRate, t.SpendSigma)
	p.buffer = LogNormalTable(t.BufferMonths, t.BufferSigma)
	p.forget = logNormalUpTo(mostForgetful, 1-t.ReminderMean, t.ReminderSpread)
	p.activity = logNormalOfMean(1, t.ActivitySigma)
	p.prepareOrder()
	return nil
}

// prepareOrder makes the factor on the activity of who is at place u (0 the first, 1 the last) in the order in which
// all people ever sent signed up. It falls by EarlyUse from the first to the last, evenly in the logarithm, and
// its mean is 1:
//
//	EarlyUse^(½ − u) · ln EarlyUse / (EarlyUse^½ − EarlyUse^−½)
//
// Whoever adopts first is a heavier user (Taylor 1977, doi:10.1177/002224377701400115). Registering at the platform
// and buying there do not hang on it.
func (p *Population) prepareOrder() {
	sum, slope := 0.0, portable.Log(p.People.EarlyUse)
	for i := range p.order {
		p.order[i] = float32(portable.Exp(slope * (0.5 - float64((float64(i)+0.5)/(1<<tableBits)))))
		sum += float64(p.order[i])
	}
	for i := range p.order {
		p.order[i] *= float32((1 << tableBits) / sum)
	}
}

// preparePlatform solves for the factor k in
//
//	P(registers) = min(cap, k · iPhone share of age and sex · activity^tie)
//
// that gives the wanted share of all members. The cap is the iPhone share, so that who registers has an iPhone
// and no more people have one than should; where that allows too few, it is 1. One-off purchases follow activity in the same way,
// ∝ activity^tie, scaled so that the mean over registered people stays what is configured.
func (p *Population) preparePlatform() error {
	c := &p.Platform
	if len(c.IphoneFemale) != len(Ages) || len(c.IphoneMale) != len(Ages) {
		return fmt.Errorf("platform: iphone_female and iphone_male need %d values, one per age band", len(Ages))
	}
	for level, z := range NormalTable() {
		p.tie[level] = portable.Exp(c.ActivityTie * p.People.ActivitySigma * float64(z))
	}
	for a := range p.iphone {
		p.iphone[a] = [2]float64{c.IphoneFemale[a], c.IphoneMale[a]}
	}
	if c.ScopeAtRandom {
		p.registerAtRandom()
		return nil
	}
	p.capRegistrations()
	below := p.tieSums()
	lo, hi := 0.0, 1e9
	for range 100 {
		if mid := (lo + hi) / 2; p.registered(mid, below) < c.ShareEnd {
			lo = mid
		} else {
			hi = mid
		}
	}
	if got := p.registered(hi, below); math.Abs(got-c.ShareEnd) > 1e-6 {
		return fmt.Errorf("platform: share_end %g cannot be reached, the iPhone shares allow at most %.3g; raise them or set scope_at_random", c.ShareEnd, got)
	}
	for a := range p.register {
		p.register[a] = [2]float64{hi * p.iphone[a][0], hi * p.iphone[a][1]}
	}
	p.prepareAppetite()
	return nil
}

// registerAtRandom lets everybody register with the same probability, and buy whatever their activity.
func (p *Population) registerAtRandom() {
	for a := range p.register {
		p.register[a] = [2]float64{p.Platform.ShareEnd, p.Platform.ShareEnd}
		p.most[a] = [2]float64{1, 1}
	}
	for level := range p.tie {
		p.tie[level], p.appetite[level] = 1, 1
	}
}

// capRegistrations sets what nobody's probability of registering exceeds.
func (p *Population) capRegistrations() {
	p.most = p.iphone
	iphones := 0.0
	p.groups(func(weight, iphone, _ float64) { iphones += float64(weight * iphone) })
	for a := range p.most {
		if iphones < p.Platform.ShareEnd {
			p.most[a] = [2]float64{1, 1}
		}
	}
}

// groups calls visit for every age band and sex with its share of members, its iPhone share and its cap.
func (p *Population) groups(visit func(weight, iphone, most float64)) {
	t, total := p.People, 0.0
	for _, s := range t.AgeShares {
		total += s
	}
	for a, s := range t.AgeShares {
		visit(s/total*t.FemaleShare, p.iphone[a][0], p.most[a][0])
		visit(s/total*(1-t.FemaleShare), p.iphone[a][1], p.most[a][1])
	}
}

// registered returns the share of members who register at factor k, exactly over the table of activity:
// tie rises with the level (or is 1), so the levels at which the cap is reached are the last ones.
func (p *Population) registered(k float64, below *[1<<tableBits + 1]float64) (share float64) {
	p.groups(func(weight, iphone, most float64) {
		q := k * iphone
		sure := sort.Search(len(p.tie), func(level int) bool { return q*p.tie[level] >= most })
		share += float64(weight * (float64(q*below[sure]) + float64(most*float64(len(p.tie)-sure))) / float64(len(p.tie)))
	})
	return share
}

// tieSums returns the sums of tie over all levels below each.
func (p *Population) tieSums() *[1<<tableBits + 1]float64 {
	var below [1<<tableBits + 1]float64
	for level, x := range p.tie {
		below[level+1] = below[level] + x
	}
	return &below
}

// prepareAppetite scales the activity of buying by its mean over those who register.
func (p *Population) prepareAppetite() {
	sum, all := 0.0, 0.0
	for a, s := range p.People.AgeShares {
		for sex, w := range [2]float64{p.People.FemaleShare, 1 - p.People.FemaleShare} {
			for _, x := range p.tie {
				q := float64(s * w * math.Min(p.most[a][sex], p.register[a][sex]*x))
				sum, all = sum+float64(q*x), all+q
			}
		}
	}
	for level, x := range p.tie {
		p.appetite[level] = 1
		if all > 0 {
			p.appetite[level] = float32(x * all / sum)
		}
	}
}

// at reads a table of 2^tableBits+1 points at 32 random bits, interpolated.
func at(t *[1<<tableBits + 1]float32, x uint64) float32 {
	i := uint32(x) >> (32 - tableBits)
	w := float32(uint32(x)<<tableBits) * 0x1p-32
	return t[i] + float32(w*(t[i+1]-t[i]))
}

func quantile(q []float32, u float64) record.Day {
	x := float64(u * float64(len(q)-1))
	i := int(x)
	w := float32(x - float64(i))
	return record.Day(q[i] + float32(w*(q[i+1]-q[i])))
}

// Life returns when person u is live and in scope: the part of [Population.Person] that exposure over
// years needs, at a third of its cost.
func (p *Population) Life(u record.Person) (join, leave, scope record.Day) {
	s, b := rng.OpenPair(p.seed, rng.PurposePerson, uint64(u))
	join, leave = p.stayOf(s)
	x := s.At(2)
	_, scope = p.scopeOf(s, p.age.pick(uint16(x)), p.sexOf(x), b.At(2)>>12&0xfff, join, leave)
	return join, leave, scope
}

func (p *Population) stayOf(s rng.Stream) (join, leave record.Day) {
	b := &p.Population
	u, from := s.Uniform(0), b.BulkFrom
	if u < p.early {
		join = quantile(p.joinPre, u/p.early)
	} else {
		join = quantile(p.joinPost, (u-p.early)/(1-p.early))
		from = b.GrowthFrom
	}
	from = max(from, join+record.Day(max(b.LeastStayDays, 1)))
	return join, from + 1 + record.Day(at(&p.stay, s.At(1)))
}

func (p *Population) sexOf(x uint64) uint8 {
	if float64(uint16(x>>16)) < p.People.FemaleShare*65536 {
		return 0
	}
	return 1
}

// scopeOf says when somebody of the given level of activity, a position in its table, registers.
func (p *Population) scopeOf(s rng.Stream, age, sex uint8, level uint64, join, leave record.Day) (iphone bool, scope record.Day) {
	v := s.Uniform(3)
	iphone = v < p.iphone[age][sex]
	if p.Platform.ScopeAtRandom {
		v = s.Uniform(4)
	}
	if v >= min(p.register[age][sex]*p.tie[level], p.most[age][sex]) {
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
	out.Age, out.Sex, out.Region = p.age.pick(uint16(x)), p.sexOf(x), p.region.pick(uint16(x>>32))
	out.Payday = p.paydays[p.payday.pick(uint16(x>>48))]
	out.IPhone, out.Scope = p.scopeOf(s, out.Age, out.Sex, b.At(2)>>12&0xfff, out.Join, out.Leave)

	x = b.At(0)
	rank := uint32(x) & 0xfff
	out.Income = record.Won(p.income[out.Age][rank])
	out.Class = uint16(float64(rank)*16*t.ClassIncome) + uint16(float64(x>>12&0xffff)*(1-t.ClassIncome))
	out.LinkedBanks = 1 + p.banks.pick(uint16(x>>38)&^63)
	cards := 1 + p.cards.pick(uint16(x>>48)&^63)
	poor := t.HandToMouth * (1 + float64(t.PovertySlope*(0.5-float64(float64(rank)/4096))))
	out.Saver = bits16(x, 28) >= poor
	x = b.At(1)
	rate := float64(p.spend[x&0xfff])
	if out.Saver {
		out.Buffer = record.Won(p.buffer[x>>12&0xfff]) // months, turned into won below
		out.Buffer = record.Won(float64(p.buffer[x>>12&0xfff]) * float64(out.Income))
	}
	fixed := float64(t.FixedShare * (1 + float64(t.FixedSpread*(bits16(x, 24)-0.5))))
	out.FixedCost = record.Won(fixed * float64(out.Income))
	out.DailyCost = record.Won(max(rate-fixed, t.LeastSpending) * float64(out.Income) / 30)
	out.CardShare = float32(bits16(x, 40))
	x = b.At(2)
	out.Reminder = 1 - p.forget[x&0xfff]
	level := x >> 12 & 0xfff
	out.Activity, out.Appetite = p.activity[level]*p.order[s.At(0)>>(64-tableBits)], p.appetite[level]
	out.AutoTopup = bits16(x, 24) < t.AutoTopup
	out.OptionalConsent = bits16(x, 40) < t.OptionalYes
	x = b.At(3)
	out.IDVerified = bits16(x, 0) < t.IDVerified
	if bits16(x, 20) < t.LinkedCard {
		out.LinkedCards = cards
	} else {
		out.CardShare = 0
	}
	out.Payer = bits16(x, 40) < p.Platform.PayerShare
	x = b.At(4)
	out.Bank = p.bank.pick(uint16(x))
	out.Secondary = bits16(x, 16) < t.Secondary
}

// mostForgetful is the largest probability of not answering a notice that anybody has.
const mostForgetful = 0.98

// bits16 turns the 16 bits of x from position at into a number in [0, 1).
func bits16(x uint64, at uint) float64 { return float64(float64(uint16(x>>at)) / 65536) }

// ActivityAt returns the wallet use of q on day d relative to a mean settled user at a yearly level of 1: its own level times the level of the year times what its tenure has grown to.
func (p *Population) ActivityAt(q *Person, d record.Day) float64 {
	return float64(q.Activity) * p.TenureLevel(q, d) * p.YearLevel(d)
}

// TenureLevel returns what tenure has grown q's wallet use to on day d, a settled user's being 1: TenureFloor on
// joining, and after a time t it lacks (1 − TenureFloor)·τ/(τ + t), τ = TenureYears.
func (p *Population) TenureLevel(q *Person, d record.Day) float64 {
	return 1 - float64(p.unsettled/(p.settling+float64(max(d-q.Join, 0))))
}

// YearLevel returns the level of wallet use on day d, interpolated between
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
