package record

import "math/bits"

// An Item is one of the values that a record of the score flow carries. How many there are is [NumItems]
// and stands nowhere else.
type Item uint8

// The items, in the order in which they are sent. Those before [ItemPaymentAmount7] are publicly named (case
// reports of 2024 and 2025); the others are not published: those here are invented and marked so wherever
// they appear.
//
// To add an item: its name here, its line in [Items], and the ledger's value in Snapshot. Size, code, bands,
// label and what it is marked as follow from that line.
const (
	ItemPhoneHash Item = iota
	ItemEmailHash
	ItemAccountID
	ItemIdentityNumber
	ItemSignUpDate
	ItemTenure
	ItemIDVerified
	ItemBalance
	ItemTopups7
	ItemPayments7
	ItemRemittances7
	ItemWithdrawals7
	ItemCardPayments7
	ItemPaymentAmount7 // from here on invented
	ItemTopupAmount7
	ItemRemittanceAmount7
	ItemReceived7
	ItemIdleDays
	ItemLinkedBanks
	ItemLinkedCards
	ItemFailedTopups7
	ItemAutoTopup
	ItemStatus
	ItemCounterparties7
	NumItems
)

// A Coding says how a model reads an item.
type Coding uint8

// The codings.
const (
	NotRead    Coding = iota // no column of its own
	CodedCount               // exactly up to 253
	CodedDays                // in steps of 16 days
	CodedWon                 // in steps of 9 %
)

// ItemInfo documents an item: all that is known of it, in one place.
type ItemInfo struct {
	Name, Unit, Meaning, Source string
	Invented                    bool    // not among the publicly named items
	Identifier                  bool    // serves to join rows; carries no behaviour and no scorer reads it
	Hashed                      bool    // sent as the plain hash of something that can be guessed
	Bytes                       int64   // when packed; see below
	Coding                      Coding  // how models read it
	Bands                       []int32 // lower ends of the coarse bands in which it can be sent; the first is 0
}

// Coarse bands, in which a value can be sent instead of itself. All assumed; try halves and doubles.
var (
	countBands  = []int32{0, 1, 2, 4, 8, 16}
	tenureBands = []int32{0, 32, 96, 368, 736, 1472}
	wonBands    = []int32{0, 1, 10_000, 50_000, 200_000, 1_000_000}
	flagBands   = []int32{0, 1}
)

// Items documents every item, in order.
//
// Bytes are sizes when packed: hashes and keyed hashes 32, the identity number the 88 characters in which
// such numbers are issued, dates, amounts and account numbers 4 or 8, counts 2, flags and codes 1, and eight
// tokens of counterparties of 8. What was sent was text, so this is the least that crossed, without names of
// fields and without compression. Source: assumed; no encoding is published.
var Items = [NumItems]ItemInfo{
	ItemPhoneHash:         {"phone_hash", "", "SHA-256 of the mobile number, no random value", "FSS 2024-08-14", false, true, true, 32, NotRead, nil},
	ItemEmailHash:         {"email_hash", "", "SHA-256 of the e-mail address, no random value", "FSS 2024-08-14", false, true, true, 32, NotRead, nil},
	ItemAccountID:         {"account_id", "", "account identifier", "FSS 2024-08-13", false, true, false, 8, NotRead, nil},
	ItemIdentityNumber:    {"identity_number", "", "number generated at mobile identity verification, not hashed", "press 2024-08-13, unconfirmed", false, true, false, 88, NotRead, nil},
	ItemSignUpDate:        {"sign_up_date", "date", "day of sign-up", "PIPC 2025-01-23", false, false, false, 4, NotRead, nil},
	ItemTenure:            {"tenure_days", "days", "days since sign-up", "PIPC 2025-01-23", false, false, false, 2, CodedDays, tenureBands},
	ItemIDVerified:        {"id_verified", "flag", "an identity document was checked", "PIPC 2025-01-23", false, false, false, 1, CodedCount, flagBands},
	ItemBalance:           {"balance_won", "won", "prepaid balance at the end of the day", "PIPC 2025-01-23", false, false, false, 4, CodedWon, wonBands},
	ItemTopups7:           {"topups_7d", "count", "top-ups in the last 7 days, by hand and automatic", "PIPC 2025-01-23", false, false, false, 2, CodedCount, countBands},
	ItemPayments7:         {"payments_7d", "count", "payments in the last 7 days: from the balance, by registered card, and bills of the platform", "PIPC 2025-01-23", false, false, false, 2, CodedCount, countBands},
	ItemRemittances7:      {"remittances_7d", "count", "remittances sent in the last 7 days, to wallets and to bank accounts", "PIPC 2025-01-23", false, false, false, 2, CodedCount, countBands},
	ItemWithdrawals7:      {"withdrawals_7d", "count", "withdrawals to the bank in the last 7 days, without money that was passed on as it arrived; the form sent is not published", "FSS 2024-08-13", false, false, false, 2, CodedCount, countBands},
	ItemCardPayments7:     {"card_payments_7d", "count", "payments by registered card in the last 7 days; the form sent is not published", "press 2024-08-13, unconfirmed", false, false, false, 2, CodedCount, countBands},
	ItemPaymentAmount7:    {"payment_amount_7d_won", "won", "amount of the payments in the last 7 days, by card and bills included", "invented", true, false, false, 4, CodedWon, wonBands},
	ItemTopupAmount7:      {"topup_amount_7d_won", "won", "amount of the top-ups in the last 7 days, by hand and automatic", "invented", true, false, false, 4, CodedWon, wonBands},
	ItemRemittanceAmount7: {"remittance_amount_7d_won", "won", "amount of the remittances sent in the last 7 days, to wallets and to bank accounts", "invented", true, false, false, 4, CodedWon, wonBands},
	ItemReceived7:         {"received_7d", "count", "remittances received from wallets in the last 7 days, at most 36 a day", "invented", true, false, false, 2, CodedCount, countBands},
	ItemIdleDays:          {"idle_days", "days", "days since the wallet was last opened, topped up for a purchase, charged with a bill or used by an attacker, or else since sign-up; at most 90", "invented", true, false, false, 2, CodedCount, countBands},
	ItemLinkedBanks:       {"linked_banks", "count", "linked bank accounts", "invented", true, false, false, 1, CodedCount, countBands},
	ItemLinkedCards:       {"linked_cards", "count", "registered cards", "invented", true, false, false, 1, CodedCount, countBands},
	ItemFailedTopups7:     {"failed_topups_7d", "count", "top-ups and debits that failed in the last 7 days, every failed charge of a bill among them unless the account was frozen, at most 36 a day", "invented", true, false, false, 2, CodedCount, countBands},
	ItemAutoTopup:         {"auto_topup", "flag", "automatic top-up is switched on", "invented", true, false, false, 1, CodedCount, flagBands},
	ItemStatus:            {"account_status", "code", "0 = normal, 1 = frozen after a report", "invented", true, false, false, 1, CodedCount, flagBands},
	ItemCounterparties7:   {"counterparties_7d", "tokens", "tokens of the people whose wallets were sent money in the last 7 days, of the latest four", "invented", true, false, false, 64, NotRead, nil},
}

func (i Item) String() string { return Items[i].Name }

// Info returns what is known of i.
func (i Item) Info() *ItemInfo { return &Items[i] }

// ItemNamed returns the item of a name.
func ItemNamed(name string) (i Item, ok bool) {
	for i := range NumItems {
		if Items[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

// An ItemSet is a set of items: bit i stands for item i.
type ItemSet uint64

// AllItems has every item.
const AllItems ItemSet = 1<<NumItems - 1

// SetOf returns the set of some items.
func SetOf(items ...Item) (s ItemSet) {
	for _, i := range items {
		s |= 1 << i
	}
	return s
}

// Has reports whether i is in s.
func (s ItemSet) Has(i Item) bool { return s>>i&1 != 0 }

// Len returns the number of items in s.
func (s ItemSet) Len() int { return bits.OnesCount64(uint64(s)) }

// List returns the items of s in order.
func (s ItemSet) List() (items []Item) {
	for i := range NumItems {
		if s.Has(i) {
			items = append(items, i)
		}
	}
	return items
}

// Bytes returns the packed size of a record of the items of s.
func (s ItemSet) Bytes() (n int64) {
	for i := range NumItems {
		if s.Has(i) {
			n += Items[i].Bytes
		}
	}
	return n
}

// WeekItems are the items whose values of an earlier week a [Week] holds, in its order.
var WeekItems = [...]Item{ItemPayments7, ItemRemittances7, ItemTopups7, ItemFailedTopups7, ItemReceived7}

// A Snapshot is one record of the score flow: one person at the end of one day. Identifiers and the
// tokens of counterparties are not kept here; [Counterparties] carries what is derived from the tokens.
type Snapshot [NumItems]int32

// Lags are the nights, counted back from last night, whose records a [ScoringRecord] holds as history: four
// weeks that do not overlap, since the counts cover seven days each.
var Lags = [...]Day{7, 14, 21, 28}

// Memory is how many days a scoring record reaches back, its own day included: seven days of counts up to the night
// before, and as many up to the earliest of its records.
const Memory = 1 + 7 + 28

// A Week is the part of an earlier record that history uses: its seven-day counts.
type Week struct{ Payments, Remittances, Topups, Failed, Received uint8 }

// Counterparties is what a processor can tell about someone from the tokens in the records it holds of
// others. All are zero when it holds none of them.
type Counterparties struct {
	Senders  uint8 // distinct people who sent money in the last 7 days
	FirstAll uint8 // distinct people who sent money in the last 28 days
	Failing  uint8 // of all counterparties held, those with a failed top-up in the last 7 days
	Held     uint8 // counterparties whose own record is held
}

// Plus adds what other counterparties tell.
func (c *Counterparties) Plus(o Counterparties) {
	c.Senders += o.Senders
	c.FirstAll += o.FirstAll
	c.Failing += o.Failing
	c.Held += o.Held
}

// A ScoringRecord is all that a processor could hold about a person when a score is computed, had every record
// of a flow been sent; a [Mask] says which were.
type ScoringRecord struct {
	Person Person
	Night  Day // the day whose end the newest record describes
	Age    Day // days from then to the night before the score is computed; 0 unless no newer record came
	Now    Snapshot
	Past   [len(Lags)]Week
}

// A Mask says which records of a scoring record are held.
//
//	bit  0    last night's
//	bits 1-4  those Lags[0] to Lags[3] nights earlier
//	bits 5-6  0
//	bit  7    a proxy outcome was observed ([MaskOutcome])
type Mask uint8

// MaskOutcome is the bit that marks an observed proxy outcome.
const MaskOutcome Mask = 1 << 7

// MaskAll has every record of a scoring record.
const MaskAll Mask = 1<<(1+len(Lags)) - 1

// A History is what the platform knows of a customer without anything being sent: the bills it made out
// itself, the registration, the calendar. Days are counted up to the ask.
type History struct {
	Bills, Bounces uint8 // bills made out before, and how many of them bounced; counted from the first simulated day
	SinceBill      Day   // since the last of them was charged; -1 without one
	SinceBounce    Day   // since the last bounce; -1 without one
	LastWon        Won   // amount of the last of them; -1 without one
	Registered     Day   // days since registration
	Ask            Day   // the day itself
}
