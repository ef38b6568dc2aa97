package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
)

// byPerson sorts the events and bills of a block by person.
func byPerson(t *testing.T, w *ledger.World, n int) (b *ledger.Block, events [ledger.BlockSize][]record.Event, bills [ledger.BlockSize][]record.Bill) {
	b = &ledger.Block{}
	x := follow(t, w, b, n)
	for _, e := range x.events {
		i := e.Person - b.First
		events[i] = append(events[i], e)
	}
	for _, bill := range x.bills {
		i := bill.Person - b.First
		bills[i] = append(bills[i], bill)
	}
	return b, events, bills
}

// connected grows a set of positions by everybody who received money from somebody in it, in either world.
func connected(set map[int]bool, first record.Person, worlds ...[ledger.BlockSize][]record.Event) {
	for grown := true; grown; {
		grown = false
		for _, events := range worlds {
			for i := range events {
				for _, e := range events[i] {
					if to := int(e.Other - first); e.Kind == record.EventRemitFriend && set[i] && !set[to] {
						set[to], grown = true, true
					}
				}
			}
		}
	}
}

// A minimally different world: some people turn into abusers, or lose automatic top-up. Their lives change,
// and those of the people their money reaches; nobody else's does, to the byte.
func TestNobodyUnconnectedChanges(t *testing.T) {
	for _, c := range []struct {
		set     string
		touched func(w, v *ledger.World, a, b *people.Person) bool
	}{
		{"adversary.abuser_share=0.05", func(w, v *ledger.World, a, b *people.Person) bool {
			return w.Adversary.IsAbuser(w.Seed, a) != v.Adversary.IsAbuser(v.Seed, b)
		}},
		{"people.auto_topup=0.69", func(w, v *ledger.World, a, b *people.Person) bool { return a.AutoTopup != b.AutoTopup }},
		{"platform.payer_share=0.62", func(w, v *ledger.World, a, b *people.Person) bool { return a.Payer != b.Payer }},
	} {
		few := []string{"wallet.friend_share=0.02"} // so that not everybody is connected with everybody
		w, v := prepare(t, "kakaopay-2024", few...), prepare(t, "kakaopay-2024", append(few, c.set)...)
		if !strings.HasPrefix(c.set, "adversary.") {
			w.StartCrudely() // how everybody starts depends on all parameters but those of attacks
			v.StartCrudely()
		}
		changed, same := 0, 0
		for n := range 12 {
			a, events, bills := byPerson(t, w, n)
			b, events2, bills2 := byPerson(t, v, n)
			set := map[int]bool{}
			for i := range a.All {
				set[i] = c.touched(w, v, &a.All[i], &b.All[i])
			}
			connected(set, a.First, events, events2)
			for i := range a.All {
				equal := slices.Equal(events[i], events2[i]) && slices.Equal(bills[i], bills2[i])
				switch {
				case !equal && !set[i]:
					t.Fatalf("%s: person %d changed, whom no changed money reached", c.set, a.All[i].ID)
				case !equal:
					changed++
				case !set[i] && len(events[i]) > 0:
					same++
				}
			}
		}
		if changed == 0 || same < 100 {
			t.Errorf("%s: %d people changed, %d unconnected did not", c.set, changed, same)
		}
	}
}

// Without mixing, friends are on the same side of the border; with full homophily they are close in social
// position; nobody is a friend of their own.
func TestFriends(t *testing.T) {
	var b ledger.Block
	apart := prepare(t, "no-signal", "wallet.homophily=1")
	b.Simulate(apart, 0, nil)
	far := 0
	for i := range b.All {
		for k := range uint64(8) {
			f := b.Friend(i, k)
			if f == i {
				t.Fatalf("%d is a friend of their own", i)
			}
			if f < 0 {
				continue
			}
			if (b.All[i].Scope == people.Never) != (b.All[f].Scope == people.Never) {
				t.Fatalf("%d and %d are friends across the border", i, f)
			}
			if d := int(b.All[i].Class) - int(b.All[f].Class); d > 20_000 || d < -20_000 {
				far++
			}
		}
	}
	// Sixteen ranks among the 17 % in scope, some 80 people, are a fifth of all positions at most.
	if far > 8*ledger.BlockSize/20 {
		t.Errorf("%d of %d friends are far in social position", far, 8*ledger.BlockSize)
	}
}
