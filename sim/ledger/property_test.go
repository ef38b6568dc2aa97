package ledger_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"overshare/sim/ledger"
	"overshare/sim/record"
)

// The cases of the property tests are the same in every run; .ci/run -soak draws others.
func init() { _ = flag.Set("rapid.seed", "2024") }

// Over worlds whose parameters lie anywhere in their ranges, up to both ends: money is conserved, balances
// are never negative, nothing happens before joining or after leaving, every label has a cause, and every
// bounced bill was short of cover when it was charged.
func TestLawsOfMoney(t *testing.T) {
	all := numbers(t)
	if len(all) < 40 {
		t.Fatalf("only %d numeric parameters found", len(all))
	}
	var b ledger.Block
	rapid.Check(t, func(t *rapid.T) {
		w := random(t, all)
		x := follow(t, w, &b, rapid.IntRange(0, 100_000).Draw(t, "block"))
		x.conserved()
	})
}

// Cases that random runs have found: somebody who joins and leaves in one week acted on the day of leaving, and
// goods were bought in the name of a victim who had left the day after the attack.
func TestLawsOfMoneyFoundByChance(t *testing.T) {
	var b ledger.Block
	for _, c := range []struct {
		seed, block, days int
		mixing            bool
		more              []string
	}{
		{762108060, 404, 1, false, nil}, {42787595, 3237, 1, false, nil}, {13511, 3, 8, false, []string{"people.reminder_spread=3"}},
		{2024, 0, 120, true, []string{"adversary.takeover_rate=1", "population.ever_seen=150000000"}},
	} {
		sets := append([]string{fmt.Sprintf("run.seed=%d", c.seed), fmt.Sprintf("evaluation.train_days=%d", c.days), "platform.scope_at_random=false",
			fmt.Sprintf("wallet.scope_mixing=%v", c.mixing)}, append(slices.Clone(crowded), c.more...)...)
		w := prepare(t, "kakaopay-2024", sets...)
		for n := range 12 {
			follow(t, w, &b, c.block+n).conserved()
		}
	}
}

// The same laws in a world in which everything happens often, where every kind of event, every cause and
// every outcome is seen: laws about what never happens would be empty.
func TestLawsOfMoneyWhereEverythingHappens(t *testing.T) {
	w := prepare(t, "kakaopay-2024", crowded...)
	var b ledger.Block
	var kinds [record.NumEventKinds]int
	var causes [record.NumCauses]int
	recovered, newcomers, leavers := 0, 0, 0
	for n := range 40 {
		x := follow(t, w, &b, n)
		x.conserved()
		for _, e := range x.events {
			kinds[e.Kind]++
		}
		for _, bill := range x.bills {
			causes[bill.Cause]++
			if bill.Recovered {
				recovered++
			}
			if q := &b.All[bill.Ref]; bill.Closed == q.Leave-1 || bill.Settle == q.Leave-1 {
				leavers++
			}
			if b.All[bill.Ref].Join > w.Start {
				newcomers++
			}
		}
	}
	for k, n := range kinds {
		if n == 0 {
			t.Errorf("no event of the kind %s", record.EventNames[k])
		}
	}
	for c, n := range causes {
		if n == 0 {
			t.Errorf("no bill with the cause %s", record.CauseNames[c])
		}
	}
	if recovered == 0 || newcomers == 0 || leavers == 0 {
		t.Errorf("%d bills recovered, %d of newcomers, %d closed with the account", recovered, newcomers, leavers)
	}
}

// Listening to events, and observing at all, changes nothing.
func TestObservingChangesNothing(t *testing.T) {
	w := prepare(t, "kakaopay-2024", crowded...)
	var a, b ledger.Block
	for n := range 4 {
		x := follow(t, w, &a, n)
		b.Mornings(func(record.Day) {
			for _, i := range b.Live() {
				b.Linked(int(i))
			}
		})
		b.Simulate(w, n, nil)
		if a.Flows != b.Flows || a.Kinds != b.Kinds || a.Amounts != b.Amounts {
			t.Errorf("block %d: watched %v %v, alone %v %v", n, a.Flows, a.Kinds, b.Flows, b.Kinds)
		}
		for i := range a.All {
			p, q, _ := a.Holdings(i)
			if r, s, _ := b.Holdings(i); p != r || q != s {
				t.Fatalf("block %d, position %d: watched %d %d, alone %d %d", n, i, p, q, r, s)
			}
		}
		if len(x.events) == 0 {
			t.Error("nothing was watched")
		}
	}
}

// A block is the same whether its Block is fresh or has lived through other blocks and other worlds.
func TestBlocksLeaveNoTrace(t *testing.T) {
	w, other := prepare(t, "kakaopay-2024", crowded...), prepare(t, "all-in-scope", "evaluation.train_days=90", "run.seed=5")
	var used, fresh ledger.Block
	used.Simulate(other, 3, nil)
	for n := range 3 {
		follow(t, w, &used, 90+n)
	}
	x, y := follow(t, w, &used, 7), follow(t, w, &fresh, 7)
	if len(x.events) != len(y.events) || len(x.bills) != len(y.bills) {
		t.Fatalf("%d events and %d bills, fresh %d and %d", len(x.events), len(x.bills), len(y.events), len(y.bills))
	}
	for k := range x.events {
		if x.events[k] != y.events[k] {
			t.Fatalf("event %d is %+v, fresh %+v", k, x.events[k], y.events[k])
		}
	}
	for k := range x.bills {
		if x.bills[k] != y.bills[k] {
			t.Fatalf("bill %d is %+v, fresh %+v", k, x.bills[k], y.bills[k])
		}
	}
}

// The laws hold where money is most: the richest people that the ranges allow, over the longest window, who
// spend next to nothing or pay and send the largest sums.
func TestLawsOfMoneyWhereMoneyIsMost(t *testing.T) {
	rich := []string{"people.income_median=[1000000000, 1000000000, 1000000000, 1000000000, 1000000000, 1000000000]",
		"people.income_sigma=3", "evaluation.train_days=800", "wallet.balance_cap=1000000000", "wallet.friend_share=1"}
	for _, sets := range [][]string{
		{"people.spend_rate=0.1", "people.fixed_share=0", "people.hand_to_mouth=0.6"},
		{"wallet.remit_median=100000000", "wallet.remit_sigma=3", "wallet.pay_median=100000000", "wallet.pay_sigma=3"},
		{"wallet.topup_share=1", "wallet.pay_share=0", "wallet.remit_share=0", "wallet.units=[10000000, 10000000, 10000000, 10000000]"},
	} {
		var b ledger.Block
		w := prepare(t, "kakaopay-2024", append(sets, rich...)...)
		for n := range 2 {
			follow(t, w, &b, n).conserved()
		}
	}
}
