package metric

import (
	"math"
	"strings"
	"testing"

	"overshare/scoring/resample"
)

// Measure gives the values of Evaluate, to the last bit, whatever the workers.
func TestMeasureIsEvaluate(t *testing.T) {
	a, b, o := world{seed: 61, people: 2000, each: 2, base: -2, taste: 1, signal: 1}.rows()
	flat := make([]float32, len(a))
	outside := make([]float32, len(a))
	for i := range outside {
		outside[i] = 2 * a[i]
	}
	columns := [][]float32{a, b, flat, outside}
	rep := evaluate(t, columns, o, Options{})
	for workers := 1; workers < 4; workers++ {
		all, err := Measure(columns, o, workers)
		if err != nil {
			t.Fatal(err)
		}
		for k := range columns {
			for _, m := range Metrics() {
				e := rep.Columns[k].Metric[m]
				same := all[k].Value[m] == e.Value
				if m == BrierScore || m == LogLossScore || m == CalibrationError { // sums by group there
					same = close9(all[k].Value[m], e.Value)
				}
				if all[k].OK[m] != e.OK || !same {
					t.Errorf("column %d, %s: %g, %v; Evaluate %g, %v", k, m, all[k].Value[m], all[k].OK[m], e.Value, e.OK)
				}
			}
		}
	}
	if _, err := Measure([][]float32{{1}}, o, 1); err == nil {
		t.Error("a column of another length is no error")
	}
}

// The luck of training adds its variance, paired for a difference, and is kept apart; luck that both columns share cancels.
func TestAddTraining(t *testing.T) {
	a, b, o := world{seed: 62, people: 2000, each: 2, base: -2, taste: 1, signal: 1}.rows()
	before := evaluate(t, [][]float32{a, b}, o, Options{})
	rep := evaluate(t, [][]float32{a, b}, o, Options{})
	plan := resample.Plan{Kind: resample.Bootstrap, N: 5, Seed: 1}
	again := &Retrained{Plan: plan}
	shift := []float64{-0.02, -0.01, 0, 0.01, 0.02} // variance 2.5e-4
	for _, d := range shift {
		var v [2]Values
		for k := range v {
			for m := range metricCount {
				v[k].Value[m], v[k].OK[m] = 0.5+d, true
			}
		}
		v[1].OK[PRAUC] = d != 0
		again.Values = append(again.Values, v[:])
	}
	if err := rep.AddTraining(again, 0.05); err != nil {
		t.Fatal(err)
	}
	x, was := rep.Columns[1].Metric[LogLossScore], before.Columns[1].Metric[LogLossScore]
	want := math.Sqrt(was.SE*was.SE + 2.5e-4)
	if math.Abs(x.SE-want) > 1e-12 || math.Abs(x.Luck.Training-math.Sqrt(2.5e-4)) > 1e-12 || math.Abs(x.Luck.Test-was.SE) > 1e-12 || x.DF >= was.DF || !strings.HasSuffix(x.Method, MethodTraining) {
		t.Errorf("%+v, before %+v", x, was)
	}
	if d, was := rep.Columns[1].Difference[LogLossScore], before.Columns[1].Difference[LogLossScore]; d != was {
		t.Errorf("shared luck moved the difference: %+v, before %+v", d, was)
	}
	if e := rep.Columns[1].Metric[PRAUC]; !strings.Contains(e.Warning, "undefined on some draws") || e.SE != before.Columns[1].Metric[PRAUC].SE {
		t.Errorf("%+v", e)
	}
	if e := rep.Columns[0].Metric[AUCROC]; !(e.Low >= 0 && e.High <= 1 && e.High-e.Low > before.Columns[0].Metric[AUCROC].High-before.Columns[0].Metric[AUCROC].Low) {
		t.Errorf("%+v", e)
	}
	again.Values = again.Values[1:]
	if rep.AddTraining(again, 0.05) == nil {
		t.Error("a missing draw is no error")
	}
}

// Satterthwaite: a part known exactly costs no degrees of freedom, one known badly decides when it is large.
func TestCombine(t *testing.T) {
	e := difference(0, 3)
	c := Combine(e, Part{16, 4}, Part{}, 0.05)
	if c.SE != 5 || c.DF != 9 || c.Luck != (Luck{Test: 3, Training: 4}) {
		t.Errorf("%+v", c)
	}
	c = Combine(e, Part{9, 9}, Part{7, 30}, 0.05)
	if math.Abs(c.SE-5) > 1e-15 || c.DF != 58 || math.Abs(c.Luck.Days-math.Sqrt(7)) > 1e-15 {
		t.Errorf("%+v", c)
	}
	if got := Combine(Estimate{Value: 1, OK: true}, Part{1, 3}, Part{}, 0.05); got.HasInterval {
		t.Errorf("%+v", got)
	}
}

// An AUC whose widened interval leaves (0, 1) goes to the log-odds scale; one that does not stays symmetric.
func TestTrainingKeepsAUCInside(t *testing.T) {
	plan := resample.Plan{Kind: resample.Bootstrap, N: 3, Seed: 1}
	for _, c := range []struct {
		value, shift float64
		logit        bool
	}{{0.97, 0.05, true}, {0.03, 0.05, true}, {0.7, 0.05, false}} {
		again := &Retrained{Plan: plan}
		for _, d := range []float64{-c.shift, 0, c.shift} {
			v := make([]Values, 1)
			v[0].Value[AUCROC], v[0].OK[AUCROC] = c.value+d, true
			again.Values = append(again.Values, v)
		}
		e := Estimate{Value: c.value, OK: true}.symmetric(0.01, 50, 0.05, MethodLinear)
		wide := again.widen(e, AUCROC, 0, -1, 0.05)
		if strings.HasSuffix(wide.Method, MethodLogit) != c.logit || wide.Low <= 0 || wide.High >= 1 || wide.SE <= c.shift {
			t.Errorf("%v: %+v", c.value, wide)
		}
		if d := (wide.High - c.value) - (c.value - wide.Low); (math.Abs(d) < 1e-12) == c.logit {
			t.Errorf("%v: lopsided by %v", c.value, d)
		}
	}
}
