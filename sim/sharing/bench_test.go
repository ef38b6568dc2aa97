package sharing

import (
	"testing"

	"overshare/sim/people"
	"overshare/sim/record"
)

// BenchmarkAdd measures what the whole exposure of one person costs, per list of regimes; people is the cost
// of making the person alone. A person of the default scenario takes about 1,900 ns to simulate.
func BenchmarkAdd(b *testing.B) {
	pop := country(b, nil)
	silent := country(b, func(c *people.Config) { c.Overseas.PerDay = 0 })
	all := make([]people.Person, 1<<14)
	for u := range all {
		pop.Person(record.Person(u), &all[u])
	}
	for _, x := range []struct {
		name    string
		pop     *people.Population
		regimes []string
	}{
		{"regimes=2", pop, []string{"everyone", "in-scope"}},
		{"regimes=2,overseas=off", silent, []string{"everyone", "in-scope"}},
		{"regimes=3,on-request", pop, []string{"everyone", "in-scope", "on-request"}},
		{"regimes=all", pop, calendar().Regimes},
	} {
		c := calendar()
		c.Regimes = x.regimes
		edge := border(b, c)
		count := edge.NewCount()
		counter := edge.Counter(&count, start, end)
		b.Run(x.name, func(b *testing.B) {
			for i := range b.N {
				counter.Add(x.pop, &all[i%len(all)])
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/person")
		})
	}
}
