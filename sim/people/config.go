// Package people says who the synthetic customers are: when they come and go, what they earn, how they
// use the wallet, whether and since when they pay at the platform, and what they buy there.
//
// Everything is a pure function of (seed, configuration, person). The package knows no ledger and no
// regime: money is ledger's, what is seen of people is sharing's.
package people

import "overshare/sim/record"

// Ages are the age bands, youngest first.
var Ages = [...]string{"under-20", "20s", "30s", "40s", "50s", "60-plus"}

// Sexes are the values of [Person.Sex].
var Sexes = [...]string{"female", "male"}

// Regions are the 17 first-level divisions of Korea.
var Regions = [...]string{"Seoul", "Busan", "Daegu", "Incheon", "Gwangju", "Daejeon", "Ulsan", "Sejong", "Gyeonggi",
	"Gangwon", "Chungbuk", "Chungnam", "Jeonbuk", "Jeonnam", "Gyeongbuk", "Gyeongnam", "Jeju"}

// Banks are the banks of linked accounts, each with outages of its own. The last stands for all others.
var Banks = [...]string{"Kookmin", "Shinhan", "Woori", "Hana", "NongHyup", "IBK", "KakaoBank", "Toss Bank", "others"}

// A Config holds the parameters of the population. Defaults, units, ranges and sources stand in
// scenarios/parameters; the names there are the field names in snake case.
type Config struct {
	Population Base
	People     Traits
	Platform   Platform
	Overseas   Overseas
}

// Base describes how the live base grows (people; the counts are for a country of EverSeen people and
// scale with the number simulated).
type Base struct {
	EverSeen     float64    // distinct people ever sent
	WalletLaunch record.Day // first sign-up possible
	LiveAtBulk   float64    // live accounts on the day of the first bulk send
	BulkFrom     record.Day // day of the first bulk send
	LiveAtStart  float64    // live accounts on the first day of daily sends
	GrowthFrom   record.Day // first day of daily sends
	LiveLimit    float64    // live accounts that the base grows towards from then on
	GrowthDays   float64    // days in which 63 % of the way is gone
	GrowthTo     record.Day // last day on which anybody signs up

	LeastStayDays int          // days after sign-up before an account can leave
	RegisteredOn  []record.Day // days for which registrations are known, the last at or after BulkFrom
	Registered    []float64    // registered people on those days; their shape alone counts
}

// Traits describes who the customers are and how they handle money.
type Traits struct {
	AgeShares      []float64 // share of members by age band
	FemaleShare    float64
	IncomeMedian   []record.Won // monthly income by age band
	IncomeSigma    float64      // standard deviation of log income
	PaydayDays     []int        // days of the month on which salaries cluster
	PaydayShares   []float64    // their shares; the rest is spread evenly over days 1 to 28
	RegionShares   []float64    // share of members by region
	BankShares     []float64    // share of linked accounts by bank
	HandToMouth    float64      // share without a savings buffer in the linked account
	ClassIncome    float64      // share of social position that income within the age band makes; the rest is luck
	FixedSpread    float64      // how much the share of fixed costs differs: from (1 − spread/2) to (1 + spread/2) of the mean
	LeastSpending  float64      // least share of income planned for a month's daily spending
	PovertySlope   float64      // how much more among low incomes: from (1 + slope/2) at the bottom to (1 − slope/2) at the top of an age band
	Secondary      float64      // share whose linked account is a second one, which no salary reaches
	FixedShare     float64      // mean share of income that leaves within days of payday
	SpendRate      float64      // mean share of income planned for the month's daily spending, rest included
	SpendSigma     float64      // spread of log spending rate between people
	BufferMonths   float64      // median savings buffer, in months of income
	BufferSigma    float64      // spread of the log buffer
	BankCounts     []float64    // shares of people with 1, 2, … linked banks
	CardCounts     []float64    // shares of those with a registered card who have 1, 2, …
	AutoTopup      float64      // share with automatic top-up
	ReminderMean   float64      // mean probability of topping up when a payment notice asks for it
	ReminderSpread float64      // how unequal people are in that: 0 = all alike, towards 1 = all or nothing
	IDVerified     float64
	LinkedCard     float64   // share with at least one registered card
	ActivitySigma  float64   // spread of log activity between people
	EarlyUse       float64   // activity of the first to sign up as a multiple of that of the last
	TenureFloor    float64   // activity of a newcomer as a share of a settled user's
	TenureYears    float64   // time constant of settling in
	ActivityYears  []int     // calendar years for which Activity is given
	Activity       []float64 // level of wallet use in those years, interpolated mid-year
	OptionalYes    float64   // share who give an optional consent
}

// Platform describes who pays at the platform and what they buy.
type Platform struct {
	Launch               record.Day
	ShareEnd             float64   // share of live accounts registered in the long run
	AdoptionHalflifeDays float64   // days
	JoinDelayDays        float64   // mean days from sign-up to registration for those who join late
	IphoneFemale         []float64 // iPhone share by age band
	IphoneMale           []float64
	ScopeAtRandom        bool    // registration independent of age, sex and everything else (a control)
	ActivityTie          float64 // elasticity of registering, and of one-off purchases, to activity; 0 = none
	PayerShare           float64 // share of registered people who buy at all
	RecurringMonth       float64 // recurring purchases per payer-month
	OneoffMonth          float64 // one-off purchases per payer-month
	OneoffSigma          float64 // spread of the log rate of one-off purchases between payers
	RecurringPrices      []record.Won
	RecurringWeights     []float64
	OneoffPrices         []record.Won
	OneoffWeights        []float64
}

// Overseas describes overseas payments, which cross the border one by one.
type Overseas struct {
	From     record.Day
	To       record.Day // last day, included
	PerDay   float64    // mean number of payments a day over the whole flow, for EverSeen people
	Growth   float64    // growth of the daily number per year
	Users    float64    // share of people who ever pay overseas
	RateTail float64    // spread of the log rate between them
}
