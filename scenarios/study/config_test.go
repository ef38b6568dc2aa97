package study

import (
	"math"
	"testing"
)

// Countries of neighbouring runs are all different; the first has the seed of the run; seeds fit where a
// seed can be given.
func TestCountrySeeds(t *testing.T) {
	of := map[uint64]string{}
	for seed := range uint64(60) {
		if CountrySeed(seed, 0) != seed {
			t.Errorf("the first country of run %d has another seed", seed)
		}
		for country := 1; country < 60; country++ {
			s := CountrySeed(seed, country)
			if of[s] != "" || s < 1<<20 || s > math.MaxInt64 {
				t.Errorf("seed %d of run %d, country %d %s", s, seed, country, of[s])
			}
			of[s] = "was given before"
		}
	}
}
