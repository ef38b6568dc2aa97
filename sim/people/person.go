package people

import "overshare/sim/record"

// Never is the leaving or registration day of someone who never leaves or registers.
const Never record.Day = 1 << 30

// A Person is what the world knows of somebody. Nothing here is sent as such; see package sharing.
type Person struct {
	ID    record.Person
	Join  record.Day // first day as a live account
	Leave record.Day // first day no longer live, or Never
	Scope record.Day // first day registered at the platform, or Never

	Age, Sex, Region uint8
	IPhone           bool
	Payer            bool // buys at the platform once registered
	AutoTopup        bool
	IDVerified       bool
	LinkedBanks      uint8
	Bank             uint8 // position in [Banks] of the bank of the linked account that the wallet draws on
	LinkedCards      uint8
	OptionalConsent  bool

	Income    record.Won // per month
	Payday    uint8      // day of the month on which the salary is due, 1 to 28; see [LastBankingDay]
	Secondary bool       // the linked account is a second one: the salary goes elsewhere
	Saver     bool       // keeps a buffer in the linked account
	Buffer    record.Won // the buffer kept; 0 for who has none
	FixedCost record.Won // leaves within days of payday
	DailyCost record.Won // planned spending a day outside the wallet
	Reminder  float32    // probability of answering one payment notice
	Activity  float32    // wallet use relative to the mean settled user of the reference year
	CardShare float32    // share of payments made by registered card
	Appetite  float32    // one-off purchases at the platform relative to those of equal taste, by activity
	Class     uint16     // social position, 0 to 65535: friends tend to be close in it
}

// Live reports whether p has a live account on day d.
func (p *Person) Live(d record.Day) bool { return p.Join <= d && d < p.Leave }

// InScope reports whether p is a live account registered at the platform on day d.
func (p *Person) InScope(d record.Day) bool { return p.Scope <= d && p.Live(d) }
