//go:build slow

package resample_test

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"overshare/scoring"
	"overshare/scoring/calibrate/logit"
	"overshare/scoring/gbdt"
	"overshare/scoring/metric"
	"overshare/scoring/resample"
	"overshare/scoring/scorecard"
	"overshare/sim/rng"
)

const (
	insiders, outsiders, columns = 2000, 4000, 8
	rowsEach                     = 2
)

// A country is one draw of everything: people, their training rows and, for insiders, their test rows.
type country struct {
	train, test *scoring.Table
	person      []uint32 // of the training rows; insiders first
	inside      int      // training rows of insiders
	truth       metric.Outcomes
}

func normal(s rng.Stream, i uint64) float64 {
	return math.Sqrt(-2*math.Log(s.Uniform(2*i))) * math.Cos(2*math.Pi*s.Uniform(2*i+1))
}

// draw makes a country. Rows of a person share a taste that no column shows; outsiders' risk hangs on the columns a
// little differently.
func draw(seed uint64) *country {
	c := &country{}
	var f []scoring.Feature
	for j := range columns {
		f = append(f, scoring.Feature{Name: fmt.Sprint("x", j), Levels: 32})
	}
	c.train, c.test = &scoring.Table{Features: f}, &scoring.Table{Features: f}
	for u := range insiders + outsiders {
		s := rng.Open(seed, rng.PurposeModel, uint64(u))
		taste, twist := 0.8*normal(s, 0), 0.0
		if u >= insiders {
			twist = 0.5
		}
		for k := range uint64(2 * rowsEach) {
			eta, row := -2.2+taste, make([]uint8, columns)
			for j := range row {
				x := 0.6*normal(s, 1000+uint64(j)) + 0.8*normal(s, 2000+20*k+uint64(j))
				row[j] = uint8(1 + min(31, max(0, math.Floor(16+6*x))))
				if j < 6 {
					eta += x * (0.5 - 0.07*float64(j)) * (1 - twist*float64(j%2))
				}
			}
			eta += 0.4 * math.Sin(float64(row[0])/4) * float64(int(row[1]%2))
			bad := s.Uniform(90000+k) < logit.P(eta)
			if k < rowsEach {
				c.train.Code, c.train.Bad = append(c.train.Code, row...), append(c.train.Bad, bad)
				c.person = append(c.person, uint32(u))
			} else if u < insiders {
				c.test.Code, c.truth.Bad = append(c.test.Code, row...), append(c.truth.Bad, bad)
				c.truth.Cluster = append(c.truth.Cluster, uint32(u))
			}
		}
	}
	c.inside = insiders * rowsEach
	return c
}

// A learner trains on weighted rows, from scratch or, given what it learnt from all of them, with its structure kept.
type learner func(t *scoring.Table, old scoring.Model, keep bool) (scoring.Model, error)

var learners = map[string]learner{
	"scorecard": func(t *scoring.Table, old scoring.Model, keep bool) (scoring.Model, error) {
		o := scorecard.Defaults()
		o.MinShare, o.Evidence = 0.02, 4
		if keep && old != nil {
			return scorecard.Retrain(t, old.(*scorecard.Card), o)
		}
		return scorecard.Train(t, o)
	},
	"gbdt": func(t *scoring.Table, old scoring.Model, keep bool) (scoring.Model, error) {
		o := gbdt.Defaults()
		o.Trees, o.MaxLeaves, o.ValidShare, o.Workers = 40, 8, 0, 1
		if keep && old != nil {
			return gbdt.Refit(t, old.(*gbdt.Model), o)
		}
		return gbdt.Train(t, o)
	},
}

// both learns under everyone (column 0) and in-scope (column 1) and scores the test rows.
func (c *country) both(t *testing.T, scorer string, w []float32, old []scoring.Model, keep bool) (models []scoring.Model, scores [][]float32) {
	for k, n := range []int{len(c.person), c.inside} {
		tab := &scoring.Table{Features: c.train.Features, Code: c.train.Code[:n*columns], Bad: c.train.Bad[:n]}
		var from scoring.Model
		if w != nil {
			tab.Weight, from = w[:n], old[k]
		}
		m, err := learners[scorer](tab, from, keep)
		if err != nil {
			t.Fatal(err)
		}
		out := make([]float32, c.test.Rows())
		for i := range out {
			out[i] = float32(logit.P(m.LogOdds(c.test.Row(i))))
		}
		models, scores = append(models, m), append(scores, out)
	}
	return models, scores
}

// A variant is a way to find the luck of training; the first is none.
type variant struct {
	plan resample.Plan
	keep bool // structure kept
}

func (v variant) String() string {
	if v.keep {
		return string(v.plan.Kind) + ", structure kept"
	}
	return string(v.plan.Kind)
}

var variants = []variant{
	{},
	{resample.Plan{Kind: resample.Halves, N: 20, Seed: 5}, false},
	{resample.Plan{Kind: resample.Bootstrap, N: 20, Seed: 5}, false},
	{resample.Plan{Kind: resample.Groups, N: 20, Seed: 5}, false},
	{resample.Plan{Kind: resample.Halves, N: 20, Seed: 5}, true},
	{resample.Plan{Kind: resample.Bootstrap, N: 20, Seed: 5}, true},
	{resample.Plan{Kind: resample.Groups, N: 20, Seed: 5}, true},
}

// honest is the variant that the program uses for each learner.
var honest = map[string]variant{"scorecard": variants[4], "gbdt": variants[1]}

var studied = []metric.Metric{metric.AUCROC, metric.PRAUC, metric.RecallFPR5, metric.BrierScore, metric.LogLossScore, metric.CalibrationSlope}

// reports evaluates one country, with the luck of training added in every way.
func (c *country) reports(t *testing.T, scorer string) (all []metric.Report) {
	old, scores := c.both(t, scorer, nil, nil, false)
	for _, v := range variants {
		if v != variants[0] && v != honest[scorer] && os.Getenv("ALL") == "" {
			all = append(all, metric.Report{})
			continue
		}
		rep, err := metric.Evaluate(scores, c.truth, metric.Options{Seed: 1})
		if err != nil {
			t.Error(err)
		}
		if v.plan.N > 0 {
			again := &metric.Retrained{Plan: v.plan}
			for b := range v.plan.N {
				_, s := c.both(t, scorer, v.plan.Weights(b, c.person, nil), old, v.keep)
				x, err := metric.Measure(s, c.truth, 1)
				if err != nil {
					t.Error(err)
				}
				again.Values = append(again.Values, x)
			}
			if err := rep.AddTraining(again, 0.05); err != nil {
				t.Error(err)
			}
		}
		all = append(all, rep)
	}
	return all
}

// How often nominal 95 % intervals hold the mean over countries, by scorer, plan and measure: without the luck of training
// they miss; with half-samples they hold. COUNTRIES sets another number of countries than 200, SCORERS
// other scorers, ALL=1 all variants.
func TestCoverage(t *testing.T) {
	countries := 200
	if n, err := strconv.Atoi(os.Getenv("COUNTRIES")); err == nil {
		countries = n
	}
	scorers := "scorecard gbdt"
	if s := os.Getenv("SCORERS"); s != "" {
		scorers = s
	}
	for _, scorer := range strings.Fields(scorers) {
		all := make([][]metric.Report, len(variants))
		for k := range all {
			all[k] = make([]metric.Report, countries)
		}
		var wait sync.WaitGroup
		for w := range 2 {
			wait.Go(func() {
				for i := w; i < countries; i += 2 {
					for k, r := range draw(uint64(70000+i)).reports(t, scorer) {
						all[k][i] = r
					}
				}
			})
		}
		wait.Wait()
		for k, v := range variants {
			if all[k][0].Rows == 0 {
				continue
			}
			for _, diff := range []bool{true, false} {
				line := ""
				for _, m := range studied {
					hits, ratio := count(all[k], m, diff)
					line += fmt.Sprintf("  %s %.1f %% (SE/SD %.2f)", m, 100*float64(hits)/float64(countries), ratio)
					if low := 0.94 - 4.892*math.Sqrt(0.95*0.05/float64(countries)); v == honest[scorer] && float64(hits)/float64(countries) < low {
						t.Errorf("%s, %s, %s, difference %v: %d of %d hold", scorer, v, m, diff, hits, countries)
					}
				}
				t.Logf("%s, %v, difference %v:%s", scorer, v, diff, line)
			}
		}
	}
}

// count returns how many intervals hold the mean of the values, and root mean squared standard error over their standard deviation.
func count(all []metric.Report, m metric.Metric, diff bool) (hits int, ratio float64) {
	pick := func(r *metric.Report) metric.Estimate {
		if diff {
			return r.Columns[1].Difference[m]
		}
		return r.Columns[1].Metric[m]
	}
	n, sum, squares, se := float64(len(all)), 0.0, 0.0, 0.0
	for i := range all {
		e := pick(&all[i])
		sum, squares, se = sum+e.Value, squares+e.Value*e.Value, se+e.SE*e.SE
	}
	for i := range all {
		if e := pick(&all[i]); e.HasInterval && e.Low <= sum/n && sum/n <= e.High {
			hits++
		}
	}
	return hits, math.Sqrt(se / n / (squares/n - sum*sum/n/n))
}
