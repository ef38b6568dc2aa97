package uniqueness

import (
	"context"
	"fmt"
	"testing"

	"overshare/sim/rng"
)

// BenchmarkGroups counts the groups of a million rows by a small set and by all items of behaviour. About half
// of the rows are of somebody else's twin.
func BenchmarkGroups(b *testing.B) {
	s := rng.Open(1, rng.PurposeTarget, 0)
	rows := make([][]row, 32)
	for k := range rows {
		rows[k] = make([]row, 1<<15)
		for i := range rows[k] {
			at := rng.Below(s.At(uint64(k<<15+i)), 1<<20)
			rows[k][i] = row{s.At(at), s.At(at + 1), s.At(at+2) &^ inScope}
		}
	}
	for _, name := range []string{"sign-up-date", "behaviour"} {
		b.Run(fmt.Sprintf("items=%s/workers=2", name), func(b *testing.B) {
			c := &counter{rows: rows, workers: 2, key: newKey(1, 0)}
			for b.Loop() {
				for i := range Sets {
					if Sets[i].Name != name {
						continue
					}
					if _, err := c.count(context.Background(), OfEveryone, &Sets[i]); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(1<<20), "ns/row")
		})
	}
}
