package metric

import (
	"math"
	"testing"

	"overshare/scoring/internal/ref"
)

// pairs is the AUC with ties counted as tie.
func pairs(r ref.Rows, tie float64) float64 {
	sum := 0.0
	for i, s := range r.Score {
		for j, u := range r.Score {
			if !r.Bad[i] || r.Bad[j] {
				continue
			}
			if w := r.Weight[i] * r.Weight[j]; s > u {
				sum += w
			} else if s == u {
				sum += w * tie
			}
		}
	}
	return sum / r.ClassWeight(true) / r.ClassWeight(false)
}

// rowByRow is average precision with ties broken by row order.
func rowByRow(s *shared, x []float32) float64 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = v - float32(i)*1e-6
	}
	ap, _ := AveragePrecision(y, Outcomes{Bad: s.o.Bad})
	return ap
}

// faults are mistakes that implementations of these metrics do make. Each changes one quantity.
var faults = map[string]struct {
	what  string
	wrong func(s *shared, x []float32, right float64) float64
}{
	"ties count one":     {"auc", func(s *shared, x []float32, _ float64) float64 { return pairs(slow(x, Outcomes{Bad: s.o.Bad}), 1) }},
	"ties count nothing": {"auc", func(s *shared, x []float32, _ float64) float64 { return pairs(slow(x, Outcomes{Bad: s.o.Bad}), 0) }},
	"score upside down":  {"auc", func(_ *shared, _ []float32, right float64) float64 { return 1 - right }},
	"variance over n":    {"auc_var", func(s *shared, _ []float32, v float64) float64 { return v * float64(len(s.a)-1) / float64(len(s.a)) }},
	"unpaired":           {"auc_cov", func(*shared, []float32, float64) float64 { return 0 }},
	"one-sided p":        {"p", func(_ *shared, _ []float32, p float64) float64 { return p / 2 }},
	"ties split in AP":   {"pr_auc", func(s *shared, x []float32, _ float64) float64 { return rowByRow(s, x) }},
	"rate above the limit": {"recall_5", func(s *shared, x []float32, _ float64) float64 {
		r, _ := RecallAtFPR(x, Outcomes{Bad: s.o.Bad}, 0.06)
		return r
	}},
	"one-sided KS":           {"ks", func(_ *shared, _ []float32, ks float64) float64 { return ks * (1 - 1e-6) }},
	"logarithm to base 2":    {"log_loss", func(_ *shared, _ []float32, l float64) float64 { return l / math.Ln2 }},
	"root of the Brier":      {"brier", func(_ *shared, _ []float32, b float64) float64 { return math.Sqrt(b) }},
	"slope on probabilities": {"slope", func(_ *shared, _ []float32, b float64) float64 { return b * 4 }},
}

// A test of the tests: each fault, planted alone, must be seen by the comparison with other programs.
func TestPlantedFaultsAreSeen(t *testing.T) {
	for name, f := range faults {
		_, wrong := disagreements(t, func(s *shared, score, what string, weighted bool) (float64, bool) {
			right, ok := s.quantity(score, what, weighted)
			if what != f.what || weighted {
				return right, ok
			}
			x := s.a
			if score == "b" {
				x = s.b
			}
			return f.wrong(s, x, right), ok
		})
		if len(wrong) == 0 {
			t.Errorf("%s: not seen", name)
		}
	}
	if _, wrong := disagreements(t, func(s *shared, score, what string, _ bool) (float64, bool) {
		return s.quantity(score, what, false)
	}); len(wrong) == 0 {
		t.Error("weights ignored: not seen")
	}
}
