package ledger_test

import (
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/record"
)

// The lists and loops of a day come to the same, to the won, as sessions lived through person by person with
// a choice at every step: accounts, counts of the days, sums by kind and by flow. So for the world as it is,
// and for one in which everything happens often.
func TestSessionsAgainstPlainOnes(t *testing.T) {
	for _, sets := range [][]string{nil, append(crowded, "bills.bank_outages=0.1"), {"wallet.day_active=0.9", "wallet.more_events=0.8", "people.hand_to_mouth=0.6", "wallet.balance_cap=60000"}} {
		w := prepare(t, "kakaopay-2024", sets...)
		var fast, plain ledger.Block
		for n := range 6 {
			fast.Simulate(w, n, nil)
			plain.LivePlainly(w, n)
			if fast.Money() != plain.Money() {
				t.Fatalf("%v: block %d: accounts differ", sets, n)
			}
			if fast.Diary() != plain.Diary() {
				t.Fatalf("%v: block %d: counts of days differ", sets, n)
			}
			if fast.Flows != plain.Flows || fast.Kinds != plain.Kinds || fast.Amounts != plain.Amounts {
				t.Fatalf("%v: block %d: sums differ:\n%v\n%v\n%v\n%v", sets, n, fast.Kinds, plain.Kinds, fast.Flows, plain.Flows)
			}
			for kind := range record.NumEventKinds {
				if fast.Kinds[kind] == 0 && kind < record.EventBillPaid && kind != record.EventReceived {
					t.Errorf("%v: block %d: no %s: nothing was compared", sets, n, record.EventNames[kind])
				}
			}
		}
	}
}
