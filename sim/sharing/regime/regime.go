// Package regime holds sharing regimes as plain values: who is sent, when, which items, in what form, for how
// long they are kept. The built-in ones are in regimes.yaml, in the same form in which a scenario file writes
// its own; names with a parameter, such as sample-25, are read here and nowhere else.
//
// The package counts nothing and sends nothing: package sharing applies what is said here to people and
// nights.
package regime

import (
	"overshare/sim/people"
	"overshare/sim/record"
)

// A Regime is a rule of sharing: a set of flows, no two of which send the same item of the same record. A
// regime without flows sends nothing.
type Regime struct {
	Name  string
	Text  string // what it says, in a sentence
	Flows []Flow

	Overseas Overseas // what crosses with payments abroad, which are another flow
}

// An Overseas says which fields of a payment abroad cross. Every payment has to be settled, so the necessary
// ones always do, unless there are no payments.
type Overseas uint8

// The kinds.
const (
	Necessary  Overseas = iota // what settlement needs
	Everything                 // account and contact, too
	Consenting                 // these for who gives an optional consent
	Nothing                    // no payment crosses
)

// A Flow says who is sent, when, what, how, and for how long it is kept.
type Flow struct {
	Who  Who
	When When

	Items record.ItemSet
	How   [record.NumItems]Protection

	// Backfill is from how many nights before somebody's registration the records are sent along with the
	// first one, as far as the flow's calendar reaches back.
	Backfill int
	// Weeks is how many weeks of counts one record holds: 1, or up to one more than there are lags.
	Weeks int
	// Retention is for how many days a record is held: one of last night counts one. Unlimited: no limit but
	// that of the calendar.
	Retention int
	// Keep says whether the processor may keep the answers to requests as history. Records that are sent
	// unasked are always kept, as long as Retention lets them.
	Keep bool
	// Score says that a score crosses instead of a record: the wallet runs the model.
	Score bool

	Consent Consent // which covers the flow
}

// Unlimited as Retention.
const Unlimited = 0

// A Who is a set of people, which may change from day to day with their registration at the platform. All
// conditions must hold.
type Who struct {
	In, Others float64 // shares of those in scope and of those not; samples are nested
	Willing    Willing
	Age        uint32 // bit sets of age bands, sexes and regions; 0 = all
	Sex        uint32
	Region     uint32
}

// A Willing says on whose optional consent membership depends.
type Willing uint8

// The kinds.
const (
	Anybody   Willing = iota
	Willings          // those who give an optional consent
	Unwilling         // those who do not
)

// A When says on which nights records are sent.
type When struct {
	Every   int  // every so many nights from the first daily send on; 0 = never
	Bulk    bool // on the days of the bulk sends
	Request bool // last night's record when the platform asks
}

// A Form is the form in which an item is sent.
type Form uint8

// The forms.
const (
	Plain  Form = iota
	Keyed       // hashed with a key that the receiver does not have
	Banded      // the coarse band instead of the value
	Noisy       // answered at random: see Protection.Epsilon
)

// A Protection is what is done to an item before it is sent.
type Protection struct {
	Form    Form
	Epsilon float64 // of local differential privacy, for one value; Noisy only
}

// A Consent says what people were asked.
type Consent uint8

// The consents.
const (
	ConsentNone      Consent = iota // not asked
	ConsentMandatory                // asked, and a no ended the service
	ConsentOptional                 // asked, and a no had no other consequence
)

func (c Consent) String() string { return consents[c] }

var consents = []string{"none", "mandatory", "optional"}

// Has reports whether q is of w while in scope, and while out of it; luck is the person's own uniform number in (0, 1),
// the same in every regime, so that a smaller sample is part of a larger one.
func (w *Who) Has(q *people.Person, luck float64) (in, out bool) {
	switch {
	case w.Willing == Willings && !q.OptionalConsent, w.Willing == Unwilling && q.OptionalConsent,
		w.Age != 0 && w.Age>>q.Age&1 == 0, w.Sex != 0 && w.Sex>>q.Sex&1 == 0, w.Region != 0 && w.Region>>q.Region&1 == 0:
		return false, false
	}
	return luck < w.In, luck < w.Others
}

// Sent returns the items of a record that a flow sends, also as a set of those sent in one form.
func (f *Flow) Sent(form Form) (s record.ItemSet) {
	for _, i := range f.Items.List() {
		if f.How[i].Form == form {
			s |= record.SetOf(i)
		}
	}
	return s
}

// Values returns how many values of items one record of f carries, and their packed size: each further week
// adds the week's counts. A score is one value of one byte.
func (f *Flow) Values() (values, bytes int64) {
	if f.Score {
		return 1, 1
	}
	values, bytes = int64(f.Items.Len()), f.Items.Bytes()
	for _, i := range record.WeekItems {
		if f.Items.Has(i) {
			values += int64(f.Weeks - 1)
			bytes += int64(f.Weeks-1) * i.Info().Bytes
		}
	}
	return values, bytes
}

// Budget returns the privacy budget that one record of f spends, by sequential composition over its noisy
// values, and whether the whole record is protected by it: a value that is sent plainly has no budget.
// Identifiers are left out: they say who, not what.
func (f *Flow) Budget() (epsilon float64, whole bool) {
	whole = true
	for _, i := range f.Items.List() {
		switch {
		case i.Info().Identifier:
		case f.How[i].Form == Noisy:
			n := 1
			for _, w := range record.WeekItems {
				if w == i {
					n = f.Weeks
				}
			}
			epsilon += float64(f.How[i].Epsilon * float64(n))
		default:
			whole = false
		}
	}
	return epsilon, whole
}

// Unasked reports whether some records are sent without a request.
func (f *Flow) Unasked() bool { return f.When.Every > 0 || f.When.Bulk }

// Consent returns what people are asked under r: the strictest of its flows.
func (r *Regime) Consent() (c Consent) {
	for i := range r.Flows {
		c = max(c, r.Flows[i].Consent)
	}
	return c
}

// Nobody reports whether r sends nothing.
func (r *Regime) Nobody() bool { return len(r.Flows) == 0 }
