// Package ledger moves the money: salaries and spending in the linked bank account that nobody but the
// world sees, top-ups, payments, remittances and withdrawals of the wallet, and the bills of the platform,
// which are paid or bounce. Every outcome is read off this ledger; none is drawn from what a scorer sees.
//
// People are simulated in blocks of [BlockSize], day by day. Remittances between wallets stay inside a
// block, so that a block is a closed world: a pure function of (seed, configuration, block number), on
// any machine and in any order. The package knows no regime and no scorer.
package ledger

import (
	"overshare/sim/adversary"
	"overshare/sim/people"
	"overshare/sim/record"
)

// BlockSize is the number of people simulated together. It is part of the world: another size is
// another circle of acquaintances.
const BlockSize = 512

// A Config holds all parameters of the world.
type Config struct {
	Seed      uint64
	People    people.Config
	Wallet    Wallet
	Bank      Bank
	Bills     Bills
	Adversary adversary.Config
	Start     record.Day // first day simulated
	Days      int        // number of days simulated
}

// Wallet describes how the wallet is used. The shares are of a session's intents.
type Wallet struct {
	WeekActive    float64   // share of weeks in which a typical settled user opens the wallet
	WeekStay      float64   // probability that an active week follows an active week (burstiness)
	DayActive     float64   // probability of a session on a day of an active week, before the weekday
	Weekday       []float64 // relative activity by day of the week, Sunday first
	PaydayBoost   float64   // factor on the day after payday
	MoreEvents    float64   // probability of each further intent in a session
	PayShare      float64
	RemitShare    float64
	TopupShare    float64 // manual top-ups; the rest of the intents are withdrawals
	PayMedian     record.Won
	PaySigma      float64
	RemitMedian   record.Won
	RemitSigma    float64
	FriendShare   float64 // remittances to another wallet instead of a bank account
	Homophily     float64 // share of friends of one's own social position
	ScopeMixing   bool    // friends across the border of the platform's customers; off in a control
	CardPayers    float64 // strength of card use among those with a registered card
	BalanceCap    record.Won
	Units         []record.Won // amounts in which people top up
	UnitShares    []float64
	Awareness     float64 // share of doomed top-ups that are not tried, because people know what they have
	StartZero     float64 // share with an empty wallet at the start
	StartMedian   record.Won
	StartSigma    float64
	MoveOut       float64    // share of what is received that goes on to the bank account as it arrives
	WithdrawAbove record.Won // a withdrawal is made only from a balance above this
}

// Bank describes the linked account.
type Bank struct {
	WeatherSigma float64    // spread of log daily spending from month to month of the same person
	ShockRate    float64    // probability that a month brings an expense shock
	ShockShare   float64    // mean size of a shock, share of monthly income
	DelayRate    float64    // probability that a salary comes late
	DelayDays    float64    // mean delay, days
	ResidueWon   record.Won // median of what someone without a buffer stops spending at, drawn every month
	ResidueSigma float64
	RefillShare  float64 // share of a gap in the buffer that savings refill on payday
}

// Bills describes the platform's billing.
type Bills struct {
	WindowDays    int        // a bundle closes after 1 to this many days
	Ceiling       record.Won // or when it reaches this amount
	TopupUnit     record.Won // automatic top-up comes in multiples of this
	OutageRate    float64    // probability that a covered automatic top-up fails all the same
	NoticeAnswers float64    // factor on everybody's probability of answering a payment notice (0 = notices off)
	RetryAnswers  float64    // the same factor once the first charge has bounced
	FamilyHelp    float64    // probability that somebody whose account is short finds the money on notice
	RetryDays     []int      // days after the first charge on which it is tried again
}
