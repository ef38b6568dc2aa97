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
	Awareness     float64    // share of doomed top-ups that are not tried, because people know what they have
	MoveOut       float64    // share of days on which what is received goes on to the bank account, with what the wallet holds beyond a usual top-up, at activity 1
	KeepTie       float64    // how much more those keep who use the wallet more: exponent of activity
	WithdrawAbove record.Won // a withdrawal is made only from a balance above this
	Hours         []float64  // relative activity by hour of the day
}

// Bank describes the linked account.
type Bank struct {
	MonthlySigma float64    // spread of log daily spending from month to month of the same person
	ShockRate    float64    // probability that a month brings an expense shock
	ShockShare   float64    // mean size of a shock, share of monthly income
	DelayRate    float64    // probability that a salary comes late
	DelayDays    float64    // mean delay, days
	ResidueWon   record.Won // median of what someone without a buffer stops spending at, drawn every month
	ResidueSigma float64
	RefillShare  float64 // share of a gap in the buffer that savings refill on payday
	SaveShare    float64 // share of what people without a buffer have left on payday that they put aside

	FrontDays    int     // days from payday on in which more is spent
	FrontFactor  float64 // factor on a day's spending in them
	BusinessDays bool    // salaries due on a weekend or holiday come on the last banking day before; off in a control

	TransferDays  float64    // mean days between transfers to a second account
	TransferWon   record.Won // median of what a transfer lifts it to, at median income
	TransferSigma float64
	TransferLasts float64 // days in which that is spent outside the wallet
	MoveIn        float64 // probability that its owner, short in front of the phone, transfers what is lacking

	RegionShocks   float64 // probability of a shock to the money of a region in a month
	NationalShocks float64 // the same for everybody
	CommonFactor   float64 // factor on ShockRate in such a month
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
	BankOutages   float64    // probability that a bank is down on an evening
	OutageReach   float64    // share of that evening's automatic top-ups that fail
	LockoutDays   float64    // mean days from the loss of a bill until its owner can buy again
	LearnAuto     float64    // probability that a bounce makes somebody switch on automatic top-up
	LearnKeep     float64    // that it makes somebody keep a balance for purchases
	LearnLeave    float64    // that it makes somebody stop buying
	LearnDays     float64    // mean days until old habits are back
	KeepWon       record.Won // balance kept
	ItemUnit      record.Won // counterfactual charge of each purchase: unit of top-up
	ItemOutage    float64    // probability that its top-up fails although covered
	ItemAbandon   float64    // probability that its buyer gives it up
	TargetRate    float64    // share of bills that bounce to which the world is scaled; 0 = no target
}
