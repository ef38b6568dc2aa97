//go:build slow

package metric

import (
	"math"
	"sync"
	"testing"

	"overshare/sim/rng"
)

// A trial draws worlds with a given number of bad people in which two scores see the same signal, each with noise
// of its own, and judges their difference.
type trial struct {
	worlds, bad, good int
	noise             float64 // of the second score; the first has 0.5
	margin            [metricCount]float64
}

var judgedMetrics = []Metric{AUCROC, PRAUC, RecallFPR5, BrierScore}

// draw returns one world: people have one to three rows with a signal in common.
func (tr trial) draw(seed uint64) (a, b []float32, o Outcomes) {
	for u := range tr.bad + tr.good {
		s := rng.Open(seed, rng.PurposeModel, uint64(u))
		own := 0.7 * normal(s, 0)
		bad := u < tr.bad
		for k := range 1 + rng.Below(s.At(1<<20), 3) {
			x := own + 0.7*normal(s, 10+4*k) - 3
			if bad {
				x += 1.2
			}
			a = append(a, float32(logistic(x+0.5*normal(s, 11+4*k))))
			b = append(b, float32(logistic(x+tr.noise*normal(s, 12+4*k))))
			o.Bad, o.Cluster = append(o.Bad, bad), append(o.Cluster, uint32(u))
		}
	}
	return a, b, o
}

// run returns for every judged metric how often each word was said, and the mean difference.
func (tr trial) run(t *testing.T) (words map[Metric]map[Word]int, mean map[Metric]float64) {
	words, mean = map[Metric]map[Word]int{}, map[Metric]float64{}
	for _, m := range judgedMetrics {
		words[m] = map[Word]int{}
	}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for w := range 2 {
		wait.Go(func() {
			for i := w; i < tr.worlds; i += 2 {
				a, b, o := tr.draw(uint64(5000 + i))
				rep, err := Evaluate([][]float32{a, b}, o, Options{Seed: uint64(i)})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for _, m := range judgedMetrics {
					mean[m] += rep.Columns[1].Difference[m].Value / float64(tr.worlds)
					v := JudgeFamily([]Comparison{rep.Comparison(1, m, max(tr.margin[m], 1e-9), 2)}, 0.05)[0]
					words[m][v.Word]++
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return words, mean
}

// atMost says whether hits of worlds are consistent with a rate of at most p at a false-alarm rate of 1e-6.
func atMost(hits, worlds int, p float64) bool {
	return float64(hits)/float64(worlds) <= p+4.892*math.Sqrt(p*(1-p)/float64(worlds))
}

// How often a verdict is wrong, by the number of bad people. With no difference, "better" and "worse" may each come in
// 2.5 % of worlds; with a true difference of exactly the margin, "equivalent" in 5 %. 2,000 worlds know a
// rate of 5 % to 0.5 %. [LeastBad] is where this table comes to rest; below it rates are
// printed only. Takes some ten minutes: -timeout 30m.
func TestVerdictsAtSmallCounts(t *testing.T) {
	for _, bad := range []int{5, 10, 15, 20, 30, 50} {
		tr := trial{worlds: 2000, bad: bad, good: 20 * bad, noise: 0.5}
		null, _ := tr.run(t)
		tr.noise = 1.0
		_, mean := tr.run(t)
		for m, d := range mean {
			tr.margin[m] = math.Abs(d)
		}
		edge, _ := tr.run(t)
		for _, m := range judgedMetrics {
			better, worse, equal := null[m][Better], null[m][Worse], edge[m][Equivalent]
			t.Logf("%3d bad people, %-20s no difference: better %.2f %%, worse %.2f %%, undefined %d; at the margin %.4f: equivalent %.2f %%",
				bad, m, pc(better, tr.worlds), pc(worse, tr.worlds), null[m][Undefined], tr.margin[m], pc(equal, tr.worlds))
			if bad >= LeastBad && (!atMost(better, tr.worlds, 0.035) || !atMost(worse, tr.worlds, 0.035) || !atMost(equal, tr.worlds, 0.065)) {
				t.Errorf("%d bad people, %s: verdicts are wrong more often than the stated level", bad, m)
			}
		}
	}
}

func pc(k, n int) float64 { return 100 * float64(k) / float64(n) }
