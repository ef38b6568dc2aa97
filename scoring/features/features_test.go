package features_test

import (
	"flag"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"overshare/scoring"
	"overshare/scoring/features"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// The cases of the property tests are the same in every run; .ci/run -soak draws others.
func init() { _ = flag.Set("rapid.seed", "2024") }

// drawRecord draws a scoring record with every value it may have.
func drawRecord(t *rapid.T) record.ScoringRecord {
	var d record.ScoringRecord
	for k := range d.Now {
		d.Now[k] = rapid.Int32Range(0, math.MaxInt32).Draw(t, "item")
		if rapid.Bool().Draw(t, "small") {
			d.Now[k] %= 300
		}
	}
	b := func() uint8 { return rapid.Uint8().Draw(t, "count") }
	for k := range d.Past {
		d.Past[k] = record.Week{Payments: b(), Remittances: b(), Topups: b(), Failed: b(), Received: b()}
	}
	return d
}

// A held value never gets the code of a missing one, and no code lies beyond the levels of its column.
func TestCodesStayInTheirLevels(t *testing.T) {
	columns := features.Columns()
	if len(columns) != features.NumAll {
		t.Fatalf("%d columns, want %d", len(columns), features.NumAll)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := drawRecord(t)
		row := make([]uint8, features.NumAll)
		features.Own(&d, row)
		b := func() uint8 { return rapid.Uint8().Draw(t, "count") }
		features.Others(&record.Counterparties{Senders: b(), FirstAll: b(), Failing: b(), Held: b()}, row[features.NumOwn:])
		day := func(least int32) record.Day { return record.Day(rapid.Int32Range(least, 90_000).Draw(t, "days")) }
		features.FromPlatform(&record.History{Bills: b(), Bounces: b(), SinceBill: day(-1), SinceBounce: day(-1),
			LastWon: record.Won(rapid.Int32Range(-1, math.MaxInt32).Draw(t, "won")), Registered: day(0), Ask: day(0)}, row[features.Known:])
		row[features.Proxy] = features.Odds(rapid.Float32().Draw(t, "odds"))
		for k, code := range row {
			if code == scoring.Missing || int(code) > columns[k].Levels {
				t.Fatalf("%s has code %d of %d levels, from %+v", columns[k].Name, code, columns[k].Levels, d)
			}
		}
	})
}

// A larger value never has a lower code: the codes are ordered levels.
func TestCodesAreOrdered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var low, high record.ScoringRecord
		for k := range low.Now {
			a, b := rapid.Int32Range(0, math.MaxInt32).Draw(t, "a"), rapid.Int32Range(0, math.MaxInt32).Draw(t, "b")
			low.Now[k], high.Now[k] = min(a, b), max(a, b)
		}
		x, y := make([]uint8, features.NumAll), make([]uint8, features.NumAll)
		features.Own(&low, x)
		features.Own(&high, y)
		for k := range features.NumNow {
			if x[k] > y[k] {
				t.Fatalf("column %d: codes %d and %d of %v and %v", k, x[k], y[k], low.Now, high.Now)
			}
		}
		a, b := rapid.Float32Range(-30, 30).Draw(t, "odds"), rapid.Float32Range(-30, 30).Draw(t, "more")
		if features.Odds(min(a, b)) > features.Odds(max(a, b)) {
			t.Fatalf("odds %v and %v", a, b)
		}
	})
}

// Labels tell the truth: an amount lies within the label of its code, and the step is at most 12.5 %.
func TestLabelsHoldTheirAmounts(t *testing.T) {
	columns := features.Columns()
	at := -1
	for k := range columns {
		if item, ok := features.Item(k); ok && item == record.ItemBalance {
			at = k
		}
	}
	row := make([]uint8, features.NumAll)
	check := func(t *rapid.T, v int32) {
		var d record.ScoringRecord
		d.Now[record.ItemBalance] = v
		features.Own(&d, row)
		label := columns[at].Label(row[at])
		from, to, ranged := strings.Cut(label, "-")
		if !ranged {
			to = from
		}
		low, err1 := strconv.ParseInt(from, 10, 64)
		high, err2 := strconv.ParseInt(to, 10, 64)
		if err1 != nil || err2 != nil || int64(v) < low || int64(v) > high || low >= 64 && high-low >= low/8 {
			t.Fatalf("%d has the label %q", v, label)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.Int32Range(0, math.MaxInt32).Draw(t, "won"))
		check(t, rapid.Int32Range(0, 200).Draw(t, "small"))
	})
}

// A coarse value is the same for all values of its band, keeps their order and is itself in the band; an
// answer at random is one of the bands, and its odds between any two values are at most e^ε.
func TestCoarseAndRandomValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(0, features.NumOwn-1).Draw(t, "column")
		levels := features.Columns()[k].Levels
		x, y := uint8(rapid.IntRange(1, levels).Draw(t, "code")), uint8(rapid.IntRange(1, levels).Draw(t, "other"))
		a, b := features.Coarse(k, x), features.Coarse(k, y)
		if a > x && a != features.Coarse(k, 1) || features.Coarse(k, a) != a || x <= y && a > b {
			t.Fatalf("column %d: codes %d and %d are coarsely %d and %d", k, x, y, a, b)
		}
		if features.Coarse(k, scoring.Missing) != scoring.Missing || features.Randomise(k, scoring.Missing, 1, 5) != scoring.Missing {
			t.Fatal("a missing value is sent")
		}
	})
	for _, k := range []int{0, 1, 2, features.NumNow} {
		const n = 200_000
		for _, epsilon := range []float64{0.5, 2} {
			p := map[uint8]map[uint8]float64{}
			levels := features.Columns()[k].Levels
			for _, code := range []uint8{1, uint8(levels)} {
				p[code] = map[uint8]float64{}
				for i := range n {
					p[code][features.Randomise(k, code, epsilon, rng.Open(7, rng.PurposeNoise, uint64(code)).At(uint64(i)))] += 1.0 / n
				}
			}
			for out, q := range p[1] {
				ratio := q / p[uint8(levels)][out]
				if limit := math.Exp(epsilon) * 1.1; ratio > limit || ratio < 1/limit || p[uint8(levels)][out] == 0 {
					t.Errorf("column %d, ε %v: answer %d is %.3f times as probable of one value as of another", k, epsilon, out, ratio)
				}
			}
			if right := p[1][features.Coarse(k, 1)]; right < p[uint8(levels)][features.Coarse(k, 1)]*math.Exp(epsilon)*0.9 {
				t.Errorf("column %d, ε %v: the right answer is given in %.3f only", k, epsilon, right)
			}
		}
	}
}

// Identifiers join rows and are not read: changing them changes no code. Every other item of the record is
// read by one column, but for the sign-up date, of which tenure says the same, and the tokens, which
// counterparties are derived from.
func TestWhichItemsAreRead(t *testing.T) {
	read := map[record.Item]int{}
	for k := range features.NumNow {
		if item, ok := features.Item(k); ok {
			read[item]++
		}
	}
	for i := range record.NumItems {
		unread := record.Items[i].Identifier || i == record.ItemSignUpDate || i == record.ItemCounterparties7
		if want := 1; unread && read[i] != 0 || !unread && read[i] != want {
			t.Errorf("%v is read by %d columns", i, read[i])
		}
	}
	var d record.ScoringRecord
	for i := range record.NumItems {
		row, other := make([]uint8, features.NumAll), make([]uint8, features.NumAll)
		features.Own(&d, row)
		e := d
		e.Now[i] = 5000
		e.Person, e.Night = 77, 99
		features.Own(&e, other)
		if changed := fmt.Sprint(row) != fmt.Sprint(other); changed != (read[i] > 0) {
			t.Errorf("%v: changing it changes the codes: %v", i, changed)
		}
	}
}

// Names are unique, and every label can be printed.
func TestColumnsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range features.Columns() {
		if seen[c.Name] || c.Name == "" {
			t.Errorf("column %q is there twice or has no name", c.Name)
		}
		seen[c.Name] = true
		before := ""
		for code := 1; code <= c.Levels; code++ {
			label := c.Label(uint8(code))
			if label == "" || label == before {
				t.Errorf("%s: codes %d and %d have the label %q", c.Name, code-1, code, label)
			}
			before = label
		}
	}
}
