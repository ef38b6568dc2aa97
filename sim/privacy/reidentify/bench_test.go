package reidentify

import (
	"context"
	"testing"
	"time"

	"overshare/sim/privacy/identity"
)

// The budget: go test -run xxx -bench Search/people=40450000 -benchtime 1x ./sim/privacy/reidentify
// searches all 10⁸ numbers for 40.45 million people; the time of the search is search-s, the time of
// making the index index-s.
func BenchmarkSearch(b *testing.B) {
	for _, c := range []struct {
		name   string
		people uint64
	}{{"people=1000000", 1_000_000}, {"people=40450000", 40_450_000}} {
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				rows, err := Run(context.Background(), Options{
					Seed: 1, People: c.people, Now: time.Now,
					Items: []identity.Identifier{identity.Phone}, Protections: []identity.Protection{identity.Plain},
				})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(rows[0].Seconds, "search-s")
				b.ReportMetric(rows[0].IndexSeconds, "index-s")
				b.ReportMetric(rows[0].HashesPerSecond, "hashes/s")
				b.ReportMetric(float64(rows[0].IndexBytes)/float64(c.people), "B/person")
			}
		})
	}
}
