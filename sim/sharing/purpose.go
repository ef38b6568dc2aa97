package sharing

import (
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/sharing/regime"
)

// A Purpose is what for records cross the border.
type Purpose uint8

// The purposes. PurposeScore is PurposeModel and PurposeDaily together: what the published totals count, with everybody
// counted once as a person.
const (
	PurposeScore    Purpose = iota
	PurposeModel            // bulk sends from which the model was built
	PurposeDaily            // daily sends from which the score was computed
	PurposeOverseas         // payments abroad, one by one
	NumPurposes
)

var purposeNames = [NumPurposes]string{"score", "score-model", "score-daily", "overseas"}

func (f Purpose) String() string { return purposeNames[f] }

// A Consent says what people were asked.
type Consent = regime.Consent

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
	Purpose        Purpose
	Cadence        string
	Stated, Used   string
	Claimed, Found string
	Consent        Consent
	From, To       record.Day // first and last day of a send
	Fields         []Field
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
	for _, info := range record.Items {
		all = append(all, Field{info.Name, info.Bytes, true})
	}
	return all
}

// Terms returns the flows of the border with their dates and attributes. A flow without a day has To before
// From.
// Source of the attributes: Financial Supervisory Service, 2024-08-13, 2024-08-14 and 2026-02-06; Personal
// Information Protection Commission, 2025-01-23.
func (b *Border) Terms(pop *people.Population) [NumPurposes]Terms {
	const (
		claimed = "consignment: processing on the sender's behalf"
		found   = "provision to a third party"
	)
	score := Terms{Stated: "not disclosed", Used: "score of funds for the platform's billing",
		Claimed: claimed, Found: found, Consent: regime.ConsentNone, Fields: scoreFields()}
	all, model, daily := score, score, score
	model.Purpose, model.Cadence, model.Used = PurposeModel, "bulk sends of everybody", "building the score's model"
	model.From, model.To = b.DailyFrom, b.DailyFrom-1
	if n := len(b.BulkDays); n > 0 {
		model.From, model.To = b.BulkDays[0], b.BulkDays[n-1]
	}
	daily.Purpose, daily.Cadence, daily.From, daily.To = PurposeDaily, "once a day", b.DailyFrom, b.DailyTo
	all.Purpose, all.Cadence, all.From, all.To = PurposeScore, "bulk sends, then once a day", min(model.From, daily.From), daily.To
	return [NumPurposes]Terms{all, model, daily, {
		Purpose: PurposeOverseas, Cadence: "once a payment",
		Stated: "payment gateway: approval and settlement", Used: "settlement, and account and contact data beyond it",
		Claimed: "provision to a third party, with consent", Found: found + ", more than necessary",
		Consent: regime.ConsentMandatory, From: pop.Overseas.From, To: pop.Overseas.To, Fields: overseasFields,
	}}
}

// Unnecessary returns how many of the records sent of people out of scope the flow's purpose did not need: all
// of the score flow, since no score of theirs could be asked for; none overseas, since every payment has to
// be settled, whoever makes it.
func (t *Terms) Unnecessary(outOfScope int64) int64 {
	if t.Purpose == PurposeOverseas {
		return 0
	}
	return outOfScope
}

// Consent returns what people are asked under r for a flow whose terms are t.
func (r *Regime) Consent(t *Terms) Consent {
	switch {
	case t.Purpose != PurposeOverseas:
		return r.Regime.Consent()
	case r.Overseas == regime.Nothing:
		return regime.ConsentNone
	case r.Overseas == regime.Consenting:
		return regime.ConsentOptional
	}
	return t.Consent
}

// A Load is what records amount to.
type Load struct{ Values, Bytes int64 }

// Loads returns what regime r of b sent in a flow amounts to, in scope and out of it, and how many of the
// values the purpose did not need of people who were rightly sent; window takes the simulated days alone. It
// looks at the items alone: whether a record as a whole was needed is a matter of scope.
//
// Overseas, a regime that sends less than everything sends the necessary fields of every payment, since
// without them nothing is paid; with consent the other fields cross for those who agree.
func (b *Border) Loads(c *Count, r int, f Purpose, t *Terms, window bool) (in, out Load, beyondIn, beyondOut int64) {
	g := &b.Regimes[r]
	if f == PurposeOverseas {
		e := b.Exposure(c, r, f)
		in, beyondIn = g.abroad(t, e.In.Records, e.In.Willing)
		out, beyondOut = g.abroad(t, e.Out.Records, e.Out.Willing)
		return in, out, beyondIn, beyondOut
	}
	for _, p := range g.Parts {
		set := &c.Sets[b.single(p.sending)]
		e := set.part(f)
		if window {
			e = &set.Window
		}
		values, bytes := p.Values()
		in.plus(Load{values, bytes}, e.In.Records)
		out.plus(Load{values, bytes}, e.Out.Records)
	}
	return in, out, 0, 0
}

func (l *Load) plus(one Load, n int64) {
	l.Values += one.Values * n
	l.Bytes += one.Bytes * n
}

// abroad returns what n payments carry, willing of them of people who give an optional consent.
func (r *Regime) abroad(t *Terms, n, willing int64) (load Load, unnecessary int64) {
	for _, f := range t.Fields {
		k := n
		if !f.Necessary {
			k = map[regime.Overseas]int64{regime.Everything: n, regime.Consenting: willing}[r.Overseas]
			unnecessary += k
		}
		load.plus(Load{1, f.Bytes}, k)
	}
	return load, unnecessary
}

// Values returns how many values of items regime r of b sent for the score in all, and how many of them of
// people out of scope.
func (b *Border) Values(c *Count, r int) (all, out int64) {
	in, others, _, _ := b.Loads(c, r, PurposeScore, nil, false)
	return in.Values + others.Values, others.Values
}

// MostSent returns how many records regime r of b sent of the person it sent most often.
func (b *Border) MostSent(c *Count, r int) (n int64) {
	a, _ := b.Account(c, r, PurposeScore)
	for k, people := range a.Times {
		if people > 0 {
			n = int64(k)
		}
	}
	return n
}
