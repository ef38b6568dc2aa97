package ledger_test

import (
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/record"
)

// A forecaster asks every seventh morning who can be asked for or looked at until the next, and sees who is.
type forecaster struct {
	t                     *testing.T
	from                  record.Day // morning of the latest forecast
	expected              [ledger.BlockSize]bool
	asks, looks, foretold int
}

func (f *forecaster) morning(b *ledger.Block, d record.Day) {
	if d < f.from || d-f.from >= 7 || f.foretold == 0 {
		f.from, f.expected = d, [ledger.BlockSize]bool{}
		b.Expect(d+1, d+8, func(i int) {
			if !f.expected[i] {
				f.foretold++
			}
			f.expected[i] = true
		})
	}
}

func (f *forecaster) check(what string, i int, d record.Day, n *int) {
	if d <= f.from {
		return
	}
	*n++
	if !f.expected[i] {
		f.t.Errorf("%s of %d on %v, which nobody expected on %v", what, i, d, f.from)
	}
}

func (f *forecaster) Ask(_ *ledger.Block, i int, d record.Day) int32 {
	f.check("ask", i, d, &f.asks)
	return -1
}

func (f *forecaster) Probe(b *ledger.Block, i int) (record.Day, bool) {
	return b.World().Start + record.Day(10+i%60), i%4 == 0
}

func (f *forecaster) Look(_ *ledger.Block, i int, night record.Day) int32 {
	f.check("look", i, night+1, &f.looks)
	return 0
}

func (f *forecaster) Billed(*ledger.Block, *record.Bill)      {}
func (f *forecaster) Outcome(*ledger.Block, int, int32, bool) {}

// Whoever is asked for or looked at was expected the days before, also after a takeover; hardly anybody else.
func TestExpect(t *testing.T) {
	w := prepare(t, "kakaopay-2024", "adversary.takeover_rate=0.2")
	var b ledger.Block
	f := &forecaster{t: t}
	b.Mornings(func(night record.Day) { f.morning(&b, night+1) })
	for n := range 8 {
		b.Simulate(w, n, f)
	}
	if f.asks < 500 || f.looks < 500 {
		t.Fatalf("only %d asks and %d looks", f.asks, f.looks)
	}
	if most := 3 * (f.asks + f.looks); f.foretold > most {
		t.Errorf("%d expected, and %d asks and looks", f.foretold, f.asks+f.looks)
	}
}
