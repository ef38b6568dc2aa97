package metric

import (
	"math"
	"testing"

	"overshare/scoring/internal/ref"
	"overshare/sim/rng"
)

// psi returns the influences of all rows on a metric as the day sums hold them: every row on a day of its own.
func psi(t *testing.T, s []float32, o Outcomes, m Metric) []float64 {
	t.Helper()
	o.Day = make([]int32, len(s))
	for i := range o.Day {
		o.Day[i] = int32(i)
	}
	p := grouped(o, 1)
	p.setDays(o, 1)
	c := measure(s, p, 0.05)
	out := make([]float64, len(s))
	for i, q := range c.days[m].day {
		out[i] = float64(q) / psiUnit
	}
	return out
}

// ψ of a row is W times the derivative of the metric in that row's weight. Metrics that jump (KS, recall, precision, ECE)
// have no derivative to compare with; their influences must add up to 0, as all do.
func TestInfluenceIsTheDerivative(t *testing.T) {
	for _, steps := range []float64{0, 20} {
		a, _, o := world{seed: 51, people: 150, each: 2, base: -1, taste: 1, signal: 1, steps: steps}.rows()
		for i := range a {
			a[i] = min(max(a[i], 0.01), 0.99)
		}
		o.Weight = weights(len(a), 52)
		total := 0.0
		for _, w := range o.Weight {
			total += w
		}
		value := func(m Metric) float64 {
			rep := evaluate(t, [][]float32{a}, o, Options{})
			return rep.Columns[0].Metric[m].Value
		}
		for _, m := range Metrics() {
			all := psi(t, a, o, m)
			sum, size := 0.0, 0.0
			for _, x := range all {
				sum, size = sum+x, size+math.Abs(x)
			}
			if !(size > 0) || math.Abs(sum) > 1e-4*size && m != KolmogorovSmirnov && steps == 0 {
				t.Errorf("steps %g, %s: influences add up to %g of %g", steps, m, sum, size)
			}
			if m >= KolmogorovSmirnov && m <= PrecisionTop1 || m == CalibrationError {
				continue
			}
			for _, i := range []int{3, 50, 101} {
				w, h := o.Weight[i], 1e-4
				o.Weight[i] = w + h
				up := value(m)
				o.Weight[i] = w + 2*h
				upper := value(m)
				o.Weight[i] = w
				slope := (4*up - upper - 3*value(m)) / (2 * h) * total
				if want := slope * w; math.Abs(all[i]-want) > 1e-3*(1+math.Abs(want)) {
					t.Errorf("steps %g, %s: influence of row %d is %g, derivative %g", steps, m, i, all[i], want)
				}
			}
		}
	}
}

// The variance over days equals the slow twin's; that over people and days is known to the buckets' 2 %.
func TestDayVarianceAgainstReference(t *testing.T) {
	a, b, o := world{seed: 53, people: 200, each: 3, base: -1, taste: 1, signal: 1}.rows()
	o.Day = make([]int32, len(a))
	for i := range o.Day {
		o.Day[i] = int32(rng.Below(rng.Open(54, rng.PurposeModel, uint64(i)).At(0), 9))
	}
	p := grouped(o, 1)
	p.setDays(o, 1)
	ca, cb := measure(a, p, 0.05), measure(b, p, 0.05)
	days, cells := map[string]float64{}, map[string]float64{}
	for name, pair := range map[string][2][]float32{"one": {a, nil}, "difference": {a, b}} {
		days[name], cells[name] = ref.AUCTwoWay(slow(pair[0], o), pair[1], o.Day)
	}
	for name, other := range map[string]*dayParts{"one": nil, "difference": cb.days[AUCROC]} {
		want := days[name]
		sum := 0.0
		for k, q := range ca.days[AUCROC].day {
			if other != nil {
				q -= other.day[k]
			}
			x := float64(q) / psiUnit / float64(len(a))
			sum += x * x
		}
		if got := sum * 9 / 8; math.Abs(got/want-1) > 1e-5 {
			t.Errorf("%s: variance over days %g, reference %g", name, got, want)
		}
		got := ca.days[AUCROC].variance(other, p).Variance
		if wantExtra := max(0, want-cells[name]); math.Abs(got-wantExtra) > 0.1*cells[name] {
			t.Errorf("%s: variance added %g, reference %g (people and days %g)", name, got, wantExtra, cells[name])
		}
	}
}
