package record

// A Cause says why a bill bounced. It is an outcome of the ledger, read off the state in which the
// settlement failed.
type Cause uint8

// The causes.
const (
	CauseNone     Cause = iota // not bounced
	CauseBank                  // linked account not covered, with automatic top-up or without
	CauseForgot                // no automatic top-up, payment notice not answered
	CauseOutage                // automatic top-up on and covered, the debit itself failed or the bank was down
	CauseAbuse                 // first-party abuse: an account never meant to pay
	CauseTakeover              // drained or frozen after an account takeover
	CauseMule                  // frozen after reports that it received stolen money
	NumCauses
)

// CauseNames are the names of the causes in files.
var CauseNames = [NumCauses]string{"none", "nsf-bank", "nsf-forgot", "nsf-outage", "abuse", "takeover", "mule"}

// A Bill is a bundle of purchases at the platform, charged at once.
type Bill struct {
	Person     Person
	Ask        Day // the platform asked for a score and opened the bundle
	Settle     Day // first charge
	Closed     Day // paid or given up
	Amount     Won
	Items      uint16
	Bounced    bool // first charge not covered
	Recovered  bool // bounced, then paid by a retry
	Cause      Cause
	ItemsBad   uint16 // counterfactual: purchases that would have been declined if charged one by one
	ItemsBadWn Won    // and their amount
	Ref        int32  // the observer's own number for this bill
}

// An EventKind is what happened to a wallet.
type EventKind uint8

// The kinds of events.
const (
	EventPayment EventKind = iota
	EventCardPayment
	EventRemitOutside
	EventRemitFriend
	EventReceived
	EventTopup
	EventAutoTopup
	EventWithdrawal
	EventFailed
	EventBillPaid
	EventBillBounced
	EventPassedOn // received money goes on to the linked account as it arrives
	NumEventKinds
)

// EventNames are the names of the kinds in files.
var EventNames = [NumEventKinds]string{"payment", "card-payment", "remittance-out", "remittance", "received",
	"top-up", "auto-top-up", "withdrawal", "failed", "bill-paid", "bill-bounced", "passed-on"}

// Transaction reports whether k is what wallets publish as a transaction: payments, remittances (once, at
// the sender), top-ups, withdrawals and bills paid.
func (k EventKind) Transaction() bool {
	switch k {
	case EventReceived, EventPassedOn, EventFailed, EventBillBounced:
		return false
	}
	return true
}

// An Event is one line of a wallet's ledger.
type Event struct {
	Person  Person
	Other   Person // the counterparty for remittances between wallets
	Day     Day
	Minute  uint16 // of the day
	Kind    EventKind
	Amount  Won
	Balance Won // after the event
	Linked  Won // in the linked account, after the event and the day's living costs; not told of what is received
}
