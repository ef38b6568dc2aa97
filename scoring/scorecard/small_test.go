package scorecard

import (
	"strings"
	"testing"

	"overshare/scoring"
	"overshare/sim/rng"
)

// nominal returns a table of one feature of k texts ordered by their bad rates in these very rows, as a table of
// somebody's own is coded; signal says whether texts differ.
func nominal(seed uint64, rows, k int, signal bool) *scoring.Table {
	s := rng.Open(seed, rng.PurposeModel, 4)
	text, bad := make([]int, rows), make([]bool, rows)
	n, b := make([]float64, k), make([]float64, k)
	for i := range rows {
		text[i] = int(rng.Below(s.At(uint64(2*i)), uint64(k)))
		p := 0.3
		if signal && text[i]%3 == 0 {
			p = 0.5
		}
		bad[i] = s.Uniform(uint64(2*i+1)) < p
		n[text[i]]++
		if bad[i] {
			b[text[i]]++
		}
	}
	t := &scoring.Table{Features: []scoring.Feature{{Name: "text", Levels: k, Nominal: true}}, Bad: bad}
	for i := range rows {
		place := 1
		for j := range k {
			if b[j]*n[text[i]] < b[text[i]]*n[j] || b[j]*n[text[i]] == b[text[i]]*n[j] && j < text[i] {
				place++
			}
		}
		t.Code = append(t.Code, uint8(place))
	}
	return t
}

// Texts that say nothing look as if they did once they are sorted by their bad rates. Of 100 such columns of 20 texts at
// most a third may stay (a cut of sorted levels passes one standard deviation in some 16 %); taken for an
// order that was given, nearly all would. Texts that differ stay.
func TestSortedTextsAreNotBelieved(t *testing.T) {
	count := func(signal, known bool) (in int) {
		for seed := range uint64(100) {
			tab := nominal(seed, 1000, 20, signal)
			tab.Features[0].Nominal = known
			card, err := Train(tab, Defaults())
			if err != nil {
				t.Fatal(err)
			}
			if card.Features[0].Left == "" {
				in++
			}
		}
		return in
	}
	noise, blind, real := count(false, true), count(false, false), count(true, true)
	t.Logf("of 100 columns stay: noise %d, noise taken for an order %d, signal %d", noise, blind, real)
	if noise > 33 || blind < 80 || real < 90 {
		t.Errorf("of 100 columns stay: noise %d, noise taken for an order %d, signal %d", noise, blind, real)
	}
}

// On 700 rows the evidence asked for is low enough to see what a plain test sees, on millions high; for tables a bin must hold
// the 5 % of practice and cuts are cheap, on millions bins may be small and cuts must be shown.
func TestEvidenceGoesByRows(t *testing.T) {
	few, many := &counts{}, &counts{}
	few.bads, few.rows = 200, 700
	many.bads, many.rows = 240_000, 8_000_000
	o := Defaults()
	if a, b := o.evidence(few), o.evidence(many); a < 4.5 || a > 5.5 || b < 12 || b > 13 {
		t.Errorf("evidence %g and %g", a, b)
	}
	o = Tables()
	if a, b := o.evidence(few), o.evidence(many); a < 1 || a > 1.5 || b < 8 || b > 9 {
		t.Errorf("evidence %g and %g", a, b)
	}
	if a, b := o.minShare(few), o.minShare(many); a != 0.05 || b != 0.001 {
		t.Errorf("least share of a bin %g and %g", a, b)
	}
}

// A turn of the trend is believed on many rows and not on few.
func TestTurnsMustBeShown(t *testing.T) {
	for _, c := range []struct {
		times int
		bins  int
	}{{1, 2}, {40, 3}} {
		rows, bads := []int{0, 100 * c.times, 100 * c.times, 100 * c.times}, []int{0, 20 * c.times, 40 * c.times, 29 * c.times}
		card, err := Train(small(rows, bads), Defaults())
		if err != nil {
			t.Fatal(err)
		}
		if got := len(card.Features[0].Bins) - 1; got != c.bins {
			t.Errorf("%d times 300 rows: %d bins, want %d", c.times, got, c.bins)
		}
	}
}

func TestDoubtsNameWhatSaysNothing(t *testing.T) {
	card, err := Train(nominal(3, 150, 10, false), Defaults())
	if err != nil {
		t.Fatal(err)
	}
	if d := card.Doubts(); len(d) != 1 || !strings.Contains(d[0], "in 1 of 1 columns on 150 rows") {
		t.Errorf("%q", d)
	}
	card, _ = Train(made(5, 200000, 8), Defaults())
	if d := card.Doubts(); d != nil {
		t.Errorf("%q", d)
	}
}
