//go:build slow

package metric

import (
	"math"
	"testing"
)

// Coverage of every interval of a report, for the metric of each score and for the difference, over
// clustered worlds of about 4,000 rows; the truth is measured on 4 million rows of the same kind (its own
// standard error is 3 % of a world's).
//
//	go test -tags slow -run TestReportCoverage -v ./scoring/metric
//
// 1,000 worlds, seeds 100,000 and up; binomial standard error 0.7 %. An interval fails outside 0.915 to
// 0.985 by more than 4.892 standard errors (false-alarm rate 1e-6 each). The range allows for what is
// known of the methods: a jackknife of 101 groups, and threshold metrics with about 40 good rows above the
// threshold. Left out, and why: the ECE and KS of one score are biased upwards by construction.
func TestReportCoverage(t *testing.T) {
	const worlds = 1000
	kind := world{people: 2000, each: 2, base: -2.5, taste: 0.7, signal: 1.2}
	truth := kind
	truth.seed, truth.people = 7, 2_000_000
	a, b, o := truth.rows()
	want := evaluate(t, [][]float32{a, b}, o, Options{Workers: 2})
	var single, paired [metricCount]int
	for i := range worlds {
		kind.seed = uint64(100_000 + i)
		a, b, o := kind.rows()
		got := evaluate(t, [][]float32{a, b}, o, Options{Seed: uint64(i), Workers: 2})
		for m := range metricCount {
			single[m] += holds(got.Columns[1].Metric[m], want.Columns[1].Metric[m].Value)
			paired[m] += holds(got.Columns[1].Difference[m], want.Columns[1].Difference[m].Value)
		}
	}
	slack := 4.892 * math.Sqrt(0.95*0.05/worlds)
	for m := range metricCount {
		s, d := float64(single[m])/worlds, float64(paired[m])/worlds
		t.Logf("%-22s value %.4f: %.3f   difference %+.4f: %.3f", m, want.Columns[1].Metric[m].Value, s,
			want.Columns[1].Difference[m].Value, d)
		biased := m == CalibrationError || m == KolmogorovSmirnov
		if (s < 0.915-slack || s > 0.985+slack) && !biased || d < 0.915-slack || d > 0.985+slack {
			t.Errorf("%s: coverage %.3f, of the difference %.3f", m, s, d)
		}
	}
}

// holds returns 1 when the interval holds x.
func holds(e Estimate, x float64) int {
	if e.HasInterval && e.Low <= x && x <= e.High {
		return 1
	}
	return 0
}

// Ten million rows: the closed form of TestNoOverflow still holds.
//
//	go test -tags slow -run TestTenMillion ./scoring/metric
func TestTenMillion(t *testing.T) {
	const n = 10_000_000
	s, o := make([]float32, n), Outcomes{Bad: make([]bool, n)}
	for i := range n {
		o.Bad[i] = i%2 == 0
		if i%2 == 0 && i%8 != 0 || i%10 == 1 {
			s[i] = 1
		}
	}
	e := AUCInterval(s, o, 0.05)
	se := math.Sqrt((0.75*0.25 + 0.2*0.8) / 4 / (n/2 - 1))
	if !close9(e.Value, 0.775) || math.Abs(e.SE-se) > 1e-12 {
		t.Errorf("AUC %.17g ± %.17g, want 0.775 ± %.17g", e.Value, e.SE, se)
	}
}
