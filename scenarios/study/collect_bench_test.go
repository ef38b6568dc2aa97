package study

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"overshare/scenarios"
	"overshare/sim/sharing/regime"
)

// builtin are the names of all built-in regimes and of each family with a parameter filled in.
func builtin() (names []string) {
	for _, r := range regime.Builtin().Regimes() {
		names = append(names, r.Name)
	}
	for _, name := range regime.Builtin().Examples() {
		if !strings.Contains(name, ",") {
			names = append(names, name)
		}
	}
	return names
}

// BenchmarkCollect measures what it costs to live through the world and take down what crosses, by the list of
// regimes: all built-in ones are to cost at most 1.15 times two.
func BenchmarkCollect(b *testing.B) {
	const people = 100_000
	for _, names := range [][]string{{"everyone", "in-scope"}, builtin()} {
		s, err := scenarios.Load("", scenarios.Set(fmt.Sprintf("run.users=%d", people)), scenarios.Set("sharing.regimes="+strings.Join(names, ",")))
		if err != nil {
			b.Fatal(err)
		}
		p, err := NewPlan(s)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("regimes=%d", len(names)), func(b *testing.B) {
			for range b.N {
				if _, err := p.Collect(context.Background(), 1, func(string, int64, int64) {}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/people, "ns/person")
		})
	}
}
