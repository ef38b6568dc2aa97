package sharing

import (
	"overshare/sim/people"
	"overshare/sim/record"
)

// A Flow is a purpose for which records cross the border.
type Flow uint8

// The flows. FlowScore is FlowModel and FlowDaily together: what the published totals count, with everybody
// counted once as a person.
const (
	FlowScore    Flow = iota
	FlowModel         // bulk sends from which the model was built
	FlowDaily         // daily sends from which the score was computed
	FlowOverseas      // payments abroad, one by one
	NumFlows
)

var flowNames = [NumFlows]string{"score", "score-model", "score-daily", "overseas"}

func (f Flow) String() string { return flowNames[f] }

// A Consent says what people were asked.
type Consent uint8

// The consents.
const (
	ConsentNone      Consent = iota // not asked
	ConsentMandatory                // asked, and a no ended the service
	ConsentOptional                 // asked, and a no had no other consequence
)

func (c Consent) String() string { return [...]string{"none", "mandatory", "optional"}[c] }

// A Field is one kind of data of a flow.
type Field struct {
	Name      string
	Bytes     int64 // in the encoding below
	Necessary bool  // for the purpose of the flow, where the person was rightly in it
}

// A Terms is what is known of a flow beyond its records. Stated and Used are its purpose as people were
// told and as it was; Claimed and Found are how the wallet and how the authorities qualified the transfer,
// so that a table can be read under either view. The program takes no side, and nothing here is legal
// advice.
type Terms struct {
	Flow           Flow
	Cadence        string
	Stated, Used   string
	Claimed, Found string
	Consent        Consent
	From, To       record.Day // first and last day of a send
	Fields         []Field
}

// itemBytes are the sizes of the items of the score flow when packed: hashes and keyed hashes as 32 bytes,
// the identity number as the 88 characters in which such numbers are issued, dates, amounts and account
// numbers as 4 or 8 bytes, counts as 2, flags and codes as 1, and eight tokens of counterparties of 8 bytes.
// What was sent was text, so this is the least that crossed, without names of fields and without
// compression.
// Source: assumed; no encoding is published.
var itemBytes = [record.NumItems]int64{
	record.ItemPhoneHash: 32, record.ItemEmailHash: 32, record.ItemAccountID: 8, record.ItemIdentityNumber: 88,
	record.ItemSignUpDate: 4, record.ItemTenure: 2, record.ItemIDVerified: 1, record.ItemBalance: 4,
	record.ItemTopups7: 2, record.ItemPayments7: 2, record.ItemRemittances7: 2, record.ItemWithdrawals7: 2,
	record.ItemCardPayments7: 2, record.ItemPaymentAmount7: 4, record.ItemTopupAmount7: 4,
	record.ItemRemittanceAmount7: 4, record.ItemReceived7: 2, record.ItemIdleDays: 2, record.ItemLinkedBanks: 1,
	record.ItemLinkedCards: 1, record.ItemFailedTopups7: 2, record.ItemAutoTopup: 1, record.ItemStatus: 1,
	record.ItemCounterparties7: 64,
}

// overseasFields are the kinds of data of an overseas payment. Packed: account number 8 bytes; a masked
// e-mail address or telephone number 16; order: time 4, currency 2, amount 4, type 1; payment: time 4,
// currency 2, amount 4, instrument 1.
// Source: kinds and which of them settlement needed, Financial Supervisory Service, 2024-08-13; sizes assumed.
var overseasFields = []Field{
	{"account_id", 8, false},
	{"masked_contact", 16, false},
	{"order_info", 11, true},
	{"payment_info", 11, true},
}

func scoreFields() (all []Field) {
	for i, info := range record.Items {
		all = append(all, Field{info.Name, itemBytes[i], true})
	}
	return all
}

// Terms returns the flows of the border with their dates and attributes. A flow without a day has To before
// From.
// Source of the attributes: Financial Supervisory Service, 2024-08-13, 2024-08-14 and 2026-02-06; Personal
// Information Protection Commission, 2025-01-23.
func (b *Border) Terms(pop *people.Population) [NumFlows]Terms {
	const (
		claimed = "consignment: processing on the sender's behalf"
		found   = "provision to a third party"
	)
	score := Terms{Stated: "not disclosed", Used: "score of funds for the platform's billing",
		Claimed: claimed, Found: found, Consent: ConsentNone, Fields: scoreFields()}
	all, model, daily := score, score, score
	model.Flow, model.Cadence, model.Used = FlowModel, "bulk sends of everybody", "building the score's model"
	model.From, model.To = b.DailyFrom, b.DailyFrom-1
	if n := len(b.BulkDays); n > 0 {
		model.From, model.To = b.BulkDays[0], b.BulkDays[n-1]
	}
	daily.Flow, daily.Cadence, daily.From, daily.To = FlowDaily, "once a day", b.DailyFrom, b.DailyTo
	all.Flow, all.Cadence, all.From, all.To = FlowScore, "bulk sends, then once a day", min(model.From, daily.From), daily.To
	return [NumFlows]Terms{all, model, daily, {
		Flow: FlowOverseas, Cadence: "once a payment",
		Stated: "payment gateway: approval and settlement", Used: "settlement, and account and contact data beyond it",
		Claimed: "provision to a third party, with consent", Found: found + ", more than necessary",
		Consent: ConsentMandatory, From: pop.Overseas.From, To: pop.Overseas.To, Fields: overseasFields,
	}}
}

// Unnecessary returns how many of the records sent of people out of scope the flow's purpose did not need: all
// of the score flow, since no score of theirs could be asked for; none overseas, since every payment has to
// be settled, whoever makes it.
func (t *Terms) Unnecessary(outOfScope int64) int64 {
	if t.Flow == FlowOverseas {
		return 0
	}
	return outOfScope
}

// Consent returns what people are asked under r for a flow whose terms are t.
func (r *Regime) Consent(t *Terms) Consent {
	switch r.Group {
	case Nobody:
		return ConsentNone
	case OptIn:
		return ConsentOptional
	}
	return t.Consent
}

// Values returns what n records of a flow amount to under r, as values of items and as bytes, and how many
// of the values the purpose did not need; willing of the records are of people who give an optional
// consent. It looks at the fields alone: whether a record as a whole was needed is a matter of scope.
//
// Overseas, a regime that sends less than everything sends the necessary fields of every payment, since
// without them nothing is paid; under opt-in the other fields cross for those who agree.
func (r *Regime) Values(t *Terms, n, willing int64) (values, bytes, unnecessary int64) {
	for _, f := range t.Fields {
		k := n
		if !f.Necessary {
			k = r.beyond(n, willing)
			unnecessary += k
		}
		values += k
		bytes += k * f.Bytes
	}
	return values, bytes, unnecessary
}

// beyond returns how many of n records carry the fields that are not necessary.
func (r *Regime) beyond(n, willing int64) int64 {
	switch r.Group {
	case Everyone:
		return n
	case OptIn:
		return willing
	}
	return 0
}
