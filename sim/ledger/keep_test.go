package ledger_test

import (
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/record"
	"overshare/sim/simtest"
)

// stayed returns on how many days money that somebody received stayed in the wallet, and how many there were,
// for people of activity up to low and from high on, counted from the events.
func stayed(t *testing.T, low, high float32, set ...string) (stay, days [2]float64) {
	w := prepare(t, "kakaopay-2024", append([]string{"people.activity=[1, 1, 1, 1, 1, 1, 1, 1, 1]", "adversary.takeover_rate=0", "adversary.mule_rate=0"}, set...)...)
	var b ledger.Block
	type evening struct {
		who record.Person
		day record.Day
	}
	received, passed := map[evening]bool{}, map[evening]bool{}
	b.Events(func(e record.Event) {
		switch e.Kind {
		case record.EventReceived:
			received[evening{e.Person, e.Day}] = true
		case record.EventPassedOn:
			passed[evening{e.Person, e.Day}] = true
		}
	})
	for n := range 3 {
		clear(received)
		clear(passed)
		b.Simulate(w, n, nil)
		for e := range received {
			k := 0
			switch x := b.All[e.who-b.First].Activity; {
			case x > low && x < high:
				continue
			case x >= high:
				k = 1
			}
			days[k]++
			if !passed[e] {
				stay[k]++
			}
		}
	}
	return stay, days
}

// What is received stays in the wallet as often as the mean says and, with a tie of 1, in proportion to use.
func TestUseKeepsMoneyInWallets(t *testing.T) {
	a := simtest.Accept(t, 2024)
	stay, days := stayed(t, 0.5, 1, "wallet.move_out=0.8", "wallet.keep_tie=0")
	for k := range stay {
		a.Share("stays, whoever it is", int64(stay[k]), int64(days[k]), 0.2)
	}
	stay, days = stayed(t, 0.5, 1, "wallet.move_out=0.8", "wallet.keep_tie=1")
	least, most := stay[0]/days[0], stay[1]/days[1]
	if least >= 0.2*0.5 || most <= 0.2 {
		t.Errorf("stays on %.3f of days with activity up to 0.5, on %.3f from 1 on; want below 0.1 and above 0.2", least, most)
	}
	if stay, days := stayed(t, 0, 2.1, "wallet.move_out=0.5", "wallet.keep_tie=1"); stay[1] != days[1] || days[1] < 500 {
		t.Errorf("of %v days on which somebody who would keep money on more than all of them received some, it stays on %v", days[1], stay[1])
	}
	_, year := stayed(t, 0.5, 1, "wallet.move_out=1")
	if stay, _ := stayed(t, 0.5, 1, "wallet.move_out=1"); stay != [2]float64{} || year[0] == 0 {
		t.Errorf("%v of %v stay where all moves on", stay, year)
	}
}

// The level of the year counts as a person's own: in a year of half the use, half as much stays.
func TestYearsKeepMoneyInWallets(t *testing.T) {
	const level = "people.activity=[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]"
	stay, days := stayed(t, 0, 0, "wallet.move_out=0.95", "wallet.keep_tie=1")
	half, of := stayed(t, 0, 0, "wallet.move_out=0.95", "wallet.keep_tie=1", level)
	if got, want := half[1]/of[1], stay[1]/days[1]/2; got < 0.7*want || got > 1.3*want {
		t.Errorf("stays on %.3f of days, want about %.3f", got, want)
	}
}
