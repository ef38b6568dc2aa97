package record

// An Item is one of the 24 values that a record of the score flow carries.
type Item uint8

// The items, in the order in which they are sent. Thirteen are publicly named (case reports of 2024 and
// 2025); eleven are not published: those here are invented and marked so wherever they appear.
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

// ItemInfo documents an item.
type ItemInfo struct {
	Name, Unit, Meaning, Source string
	Invented                    bool // not among the publicly named items
	Identifier                  bool // serves to join rows; carries no behaviour and no scorer reads it
}

// Items documents every item, in order.
var Items = [NumItems]ItemInfo{
	ItemPhoneHash:         {"phone_hash", "", "SHA-256 of the mobile number, no random value", "FSS 2024-08-14", false, true},
	ItemEmailHash:         {"email_hash", "", "SHA-256 of the e-mail address, no random value", "FSS 2024-08-14", false, true},
	ItemAccountID:         {"account_id", "", "account identifier", "FSS 2024-08-13", false, true},
	ItemIdentityNumber:    {"identity_number", "", "number generated at mobile identity verification, not hashed", "press 2024-08-13, unconfirmed", false, true},
	ItemSignUpDate:        {"sign_up_date", "date", "day of sign-up", "PIPC 2025-01-23", false, false},
	ItemTenure:            {"tenure_days", "days", "days since sign-up", "PIPC 2025-01-23", false, false},
	ItemIDVerified:        {"id_verified", "flag", "an identity document was checked", "PIPC 2025-01-23", false, false},
	ItemBalance:           {"balance_won", "won", "prepaid balance at the end of the day", "PIPC 2025-01-23", false, false},
	ItemTopups7:           {"topups_7d", "count", "top-ups in the last 7 days, by hand and automatic", "PIPC 2025-01-23", false, false},
	ItemPayments7:         {"payments_7d", "count", "payments in the last 7 days: from the balance, by registered card, and bills of the platform", "PIPC 2025-01-23", false, false},
	ItemRemittances7:      {"remittances_7d", "count", "remittances sent in the last 7 days, to wallets and to bank accounts", "PIPC 2025-01-23", false, false},
	ItemWithdrawals7:      {"withdrawals_7d", "count", "withdrawals to the bank in the last 7 days, without money that was passed on as it arrived; the form sent is not published", "FSS 2024-08-13", false, false},
	ItemCardPayments7:     {"card_payments_7d", "count", "payments by registered card in the last 7 days; the form sent is not published", "press 2024-08-13, unconfirmed", false, false},
	ItemPaymentAmount7:    {"payment_amount_7d_won", "won", "amount of the payments in the last 7 days, by card and bills included", "invented", true, false},
	ItemTopupAmount7:      {"topup_amount_7d_won", "won", "amount of the top-ups in the last 7 days", "invented", true, false},
	ItemRemittanceAmount7: {"remittance_amount_7d_won", "won", "amount of the remittances sent in the last 7 days", "invented", true, false},
	ItemReceived7:         {"received_7d", "count", "remittances received from wallets in the last 7 days, at most 36 a day", "invented", true, false},
	ItemIdleDays:          {"idle_days", "days", "days since the wallet was last opened, a bill charged or an attacker at work, or else since sign-up; at most 90", "invented", true, false},
	ItemLinkedBanks:       {"linked_banks", "count", "linked bank accounts", "invented", true, false},
	ItemLinkedCards:       {"linked_cards", "count", "registered cards", "invented", true, false},
	ItemFailedTopups7:     {"failed_topups_7d", "count", "top-ups and debits that failed in the last 7 days, charges of bills among them unless the account was frozen, at most 36 a day", "invented", true, false},
	ItemAutoTopup:         {"auto_topup", "flag", "automatic top-up is switched on", "invented", true, false},
	ItemStatus:            {"account_status", "code", "0 = normal, 1 = frozen after a report", "invented", true, false},
	ItemCounterparties7:   {"counterparties_7d", "tokens", "tokens of the people who were sent money in the last 7 days", "invented", true, false},
}

func (i Item) String() string { return Items[i].Name }

// A Snapshot is one record of the score flow: one person at the end of one day. Identifiers and the
// tokens of counterparties are not kept here; [Dossier] carries what is derived from the tokens.
type Snapshot [NumItems]int32

// Lags are the nights, counted back from last night, whose records a [Dossier] holds as history: four
// weeks that do not overlap, since the counts cover seven days each.
var Lags = [...]Day{7, 14, 21, 28}

// Memory is how many days a dossier reaches back, its own day included: seven days of counts up to the night
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

// A Dossier is all that a processor holds about a person when a score is computed.
type Dossier struct {
	Person Person
	Night  Day // the day whose end the newest record describes
	Age    Day // days from then to the night before the score is computed; 0 unless no newer record came
	Held   Mask
	Now    Snapshot
	Past   [len(Lags)]Week
	Others Counterparties
}

// A Mask says which records of a dossier are held: bit 0 last night's, bit i the one Lags[i-1] earlier,
// bit [MaskOutcome] that a proxy outcome was observed.
type Mask uint8

// MaskOutcome is the bit that marks an observed proxy outcome.
const MaskOutcome Mask = 1 << 7

// MaskAll has every record of a dossier.
const MaskAll Mask = 1<<(1+len(Lags)) - 1
