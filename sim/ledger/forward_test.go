package ledger_test

import (
	"reflect"
	"slices"
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/record"
)

// Every part of a block that a slice or pointer reaches is either copied by become or never changed after
// prepare. A new field must be put into one of the two lists.
func TestBecomeKnowsEveryReference(t *testing.T) {
	known := map[string]string{
		"purchases": "copied", "settle": "copied", "bundles": "copied", "free": "copied", "credits": "copied", "paid": "copied", "buf": "own", "intents": "own", "fading": "own", "hidden": "own",
		"w": "read only", "common": "read only, or shocks of its own", "live": "read only", "days": "read only", "weeks": "read only", "probes": "read only", "outcomes": "read only",
		"incidents": "only cut shorter", "today": "set every morning", "fresh": "set every morning", "events": "not used", "mornings": "not used",
	}
	for f := range reflect.TypeFor[ledger.Block]().Fields() {
		switch f.Type.Kind() {
		case reflect.Slice, reflect.Pointer, reflect.Map, reflect.Func, reflect.Interface:
			if known[f.Name] == "" {
				t.Errorf("Block.%s: does become copy it, or is it never changed after prepare?", f.Name)
			}
		}
	}
}

// A copy that lives on leaves the original untouched, and with the old luck it lives the same life.
func TestBecomeSharesNothing(t *testing.T) {
	w := prepare(t, "kakaopay-2024")
	var whole, base, copied ledger.Block
	whole.Simulate(w, 3, nil)
	base.LiveUntil(w, 3, 60)
	before := base.Money()
	copied.Become(&base)
	copied.LiveOn()
	if base.Money() != before {
		t.Error("the life of the copy changed the original")
	}
	if copied.Money() != whole.Money() || copied.Flows != whole.Flows {
		t.Error("the copy lived another life than the original would have")
	}
	base.LiveOn()
	if base.Money() != whole.Money() || base.Flows != whole.Flows {
		t.Error("the original was changed by its copy")
	}
}

// The futures of a day are those of the bills that were opened on it, whatever number of them is asked for.
func TestFuturesAreOfTheDaysBills(t *testing.T) {
	w := prepare(t, "kakaopay-2024")
	day := w.Start + 80
	var b ledger.Block
	asked := &askedOn{day: day}
	var s ledger.Seer
	total := 0
	for n := range 12 {
		asked.who = nil
		b.Simulate(w, n, asked)
		few, many := s.Futures(w, n, day, 3), s.Futures(w, n, day, 9)
		if len(few) != len(asked.who) || len(many) != len(few) {
			t.Fatalf("block %d: %d bills opened, %d and %d futures", n, len(asked.who), len(few), len(many))
		}
		for i, f := range many {
			if f.Person != asked.who[i] || f.Of != 9 || f.Bounced < few[i].Bounced || f.Bounced > 9 {
				t.Errorf("block %d, bill %d: person %d, %d of %d; with 3 futures %d", n, i, f.Person, f.Bounced, f.Of, few[i].Bounced)
			}
			total += f.Bounced
		}
	}
	if total == 0 {
		t.Error("no bill bounced in any future")
	}
}

type askedOn struct {
	day record.Day
	who []record.Person
}

func (a *askedOn) Ask(b *ledger.Block, i int, d record.Day) int32 {
	if d == a.day {
		a.who = append(a.who, b.All[i].ID)
	}
	return -1
}
func (*askedOn) Billed(*ledger.Block, *record.Bill)          {}
func (*askedOn) Probe(*ledger.Block, int) (record.Day, bool) { return 0, false }
func (*askedOn) Look(*ledger.Block, int, record.Day) int32   { return -1 }
func (*askedOn) Outcome(*ledger.Block, int, int32, bool)     {}

// A future keeps the outages that have been, and draws those of its days anew, each future its own; the world
// keeps what happens.
func TestFuturesHaveOutagesOfTheirOwn(t *testing.T) {
	w := prepare(t, "kakaopay-2024", "bills.bank_outages=0.3")
	const day = 60
	last := day + w.Bills.WindowDays
	var base, copied ledger.Block
	base.LiveUntil(w, 3, day)
	happened := make([]ledger.Shock, w.Days)
	for k := range happened {
		happened[k] = w.Shock(w.Start + record.Day(k))
	}
	var futures [2][]uint16
	for k := range futures {
		copied.Become(&base)
		futures[k] = slices.Clone(copied.Reseed(uint64(k), day))
	}
	for k := range w.Days {
		if w.Shock(w.Start+record.Day(k)) != happened[k] {
			t.Fatalf("a future changed what happens on day %d", k)
		}
		if inside := k >= day && k <= last; !inside && futures[0][k] != futures[1][k] {
			t.Fatalf("futures differ on day %d", k)
		}
	}
	if slices.Equal(futures[0][day:last], futures[1][day:last]) {
		t.Error("two futures have the same outages")
	}
}
