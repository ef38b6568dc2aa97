//go:build slow

package metric

import (
	"math"
	"testing"

	"overshare/sim/rng"
)

// shocked draws a world in which every day has luck of its own, which moves all its rows' chance of being bad and
// what the first score sees more than what the second sees.
func shocked(seed uint64, people, days int, shock float64) (a, b []float32, o Outcomes) {
	luck := rng.Open(seed, rng.PurposeModel, 1<<40)
	day := make([]float64, days)
	for d := range day {
		day[d] = shock * normal(luck, uint64(d))
	}
	for u := range people {
		s := rng.Open(seed, rng.PurposeModel, uint64(u))
		taste := 0.7 * normal(s, 0)
		for k := range uint64(3) {
			d := int(rng.Below(s.At(1<<20+k), uint64(days)))
			x := taste + normal(s, 10+4*k) - 1.5
			a = append(a, float32(logistic(x+day[d]/2)))
			b = append(b, float32(logistic(x+0.7*normal(s, 11+4*k))))
			o.Bad = append(o.Bad, s.Uniform(2000+k) < logistic(x+day[d]))
			o.Cluster, o.Day = append(o.Cluster, uint32(u)), append(o.Day, int32(d))
		}
	}
	return a, b, o
}

// With common shocks the intervals of people alone miss; those of people and days hold as often as they say. The truth
// is the mean over worlds, whose own error is small beside an interval's (one in √400).
func TestTwoWayCoverage(t *testing.T) {
	const worlds, days = 400, 40
	all := []Metric{AUCROC, PRAUC, KolmogorovSmirnov, RecallFPR5, BrierScore, LogLossScore, CalibrationSlope, CalibrationIntercept}
	for _, shock := range []float64{0, 1.2} {
		type at struct {
			m    Metric
			diff bool
		}
		value := map[at][]float64{}
		width := map[at][2][]float64{}
		for i := range worlds {
			a, b, o := shocked(uint64(9000+i), 300, days, shock)
			for way := range 2 {
				if way == 1 {
					o.Day = nil
				}
				rep := evaluate(t, [][]float32{a, b}, o, Options{Seed: 1})
				for _, m := range all {
					for _, diff := range []bool{false, true} {
						e := rep.Columns[0].Metric[m]
						if diff {
							e = rep.Columns[1].Difference[m]
						}
						if way == 0 {
							value[at{m, diff}] = append(value[at{m, diff}], e.Value)
						}
						w := width[at{m, diff}]
						w[way] = append(w[way], tQuantile(0.025, e.DF)*e.SE)
						width[at{m, diff}] = w
					}
				}
			}
		}
		for _, m := range all {
			for _, diff := range []bool{false, true} {
				k := at{m, diff}
				truth, hits := mean(value[k]), [2]int{}
				for i, v := range value[k] {
					for way := range 2 {
						if math.Abs(v-truth) <= width[k][way][i] {
							hits[way]++
						}
					}
				}
				t.Logf("shock %.1f, %-22s difference %-5v: people and days %.1f %%, people alone %.1f %%", shock, m, diff,
					100*float64(hits[0])/worlds, 100*float64(hits[1])/worlds)
				low := 0.93 - 4.892*math.Sqrt(0.95*0.05/worlds)
				if p := float64(hits[0]) / worlds; p < low {
					t.Errorf("shock %g, %s, difference %v: %.3f of intervals at 95 %% hold the mean", shock, m, diff, p)
				}
			}
		}
		if k := (at{BrierScore, false}); shock > 0 {
			hits := 0
			for i, v := range value[k] {
				if math.Abs(v-mean(value[k])) <= width[k][1][i] {
					hits++
				}
			}
			if hits > worlds*88/100 {
				t.Errorf("intervals of people alone hold %d of %d: the test cannot see the mistake", hits, worlds)
			}
		}
	}
}
