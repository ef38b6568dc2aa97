package sharing

import (
	"testing"

	"overshare/sim/record"
	"overshare/sim/rng"
	"overshare/sim/simtest"
)

// Every night of a window is as likely to be probed, and two windows that overlap agree on the night whenever both
// have theirs in what they share.
func TestProbeNights(t *testing.T) {
	const people, nights = 100_000, 42
	var at [nights]int64
	agreed := 0
	for u := range uint64(people) {
		s := rng.Open(1, rng.PurposeTraining, u)
		night, later := probeNight(s, 19_000, 19_000+nights), probeNight(s, 19_020, 19_060)
		at[night-19_000]++
		if night >= 19_020 && later < 19_000+nights {
			if agreed++; night != later {
				t.Fatalf("person %d: night %v through one window, %v through the other", u, night, later)
			}
		}
	}
	for k, n := range at {
		simtest.Accept(t, 1).Share(record.Day(19_000+k).String(), n, people, 1./nights)
	}
	if agreed < people/10 {
		t.Errorf("only %d people are probed in what both windows share", agreed)
	}
}
