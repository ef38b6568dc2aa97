package ledger

import (
	"math"
	"testing"
)

// Until when a donor with an open bill is locked out, by hand: the look was on day 12, tonight is that of day 20.
func TestOpenBillsEnd(t *testing.T) {
	for _, c := range []struct {
		name    string
		blocked bool
		freeOn  int16
		ended   bool
		freeIn  int16
	}{
		{"a retry is still to come", true, math.MaxInt16, false, 5},
		{"paid today: may buy tomorrow", false, math.MaxInt16, true, 9},
		{"lost, and free on day 35", true, 35, true, 23},
		{"lost, and free since day 15", true, 15, true, 9},
	} {
		b := Block{t: 20}
		b.acc[3].blocked, b.contacts[3].freeOn = c.blocked, c.freeOn
		l := look{donor: donor{state: state{freeIn: 5}}}
		if got := b.ended(&l, 3, 12); got != c.ended || l.freeIn != c.freeIn {
			t.Errorf("%s: ended %v, free in %d days; want %v, %d", c.name, got, l.freeIn, c.ended, c.freeIn)
		}
	}
}
