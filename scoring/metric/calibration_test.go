package metric

import (
	"math"
	"testing"
)

// Every row is in one bin, bins rise, blocks are not split, and the gaps add up to the ECE.
func TestCalibrationTable(t *testing.T) {
	for _, steps := range []float64{0, 64, 3} {
		a, _, o := world{seed: 41, people: 2000, each: 2, base: -1, taste: 1, signal: 1, steps: steps}.rows()
		o.Weight = weights(len(a), 8)
		table, ok := CalibrationTable(a, o, 10, 1, 0.05)
		rows, gap, weight := 0, 0.0, 0.0
		for i, b := range table {
			bad, all, sum := 0.0, 0.0, 0.0
			for j, x := range a {
				if x >= b.Low && x <= b.High {
					all += o.Weight[j]
					sum += o.Weight[j] * float64(x)
					if o.Bad[j] {
						bad += o.Weight[j]
					}
				}
			}
			if !close9(b.Weight, all) || !close9(b.MeanPredicted, sum/all) || !close9(b.Observed.Value, bad/all) {
				t.Errorf("steps %g, bin %d: %+v", steps, i, b)
			}
			if i > 0 && b.Low <= table[i-1].High || b.Observed.Low > b.Observed.Value || b.Observed.High < b.Observed.Value {
				t.Errorf("steps %g, bin %d: %+v", steps, i, b)
			}
			rows, gap, weight = rows+b.Rows, gap+math.Abs(sum-bad), weight+all
		}
		ece, _ := ECE(a, o, 10)
		if !ok || rows != len(a) || !close9(ece, gap/weight) || steps == 0 && len(table) != 10 {
			t.Errorf("steps %g: %d rows of %d in %d bins, ECE %g, want %g", steps, rows, len(a), len(table), ece, gap/weight)
		}
	}
}

// Log-odds taken twice too far have slope ½ and intercept −½·shift, whatever the clipping does not touch:
// recalibrating logit q = 2·logit p + 1 must undo it exactly.
func TestRecalibrationUndoesAMap(t *testing.T) {
	a, _, o := world{seed: 42, people: 3000, each: 2, base: -1, taste: 1, signal: 1}.rows()
	q := make([]float32, len(a))
	for i, p := range a {
		q[i] = float32(logistic(2*logit(float64(p)) + 1))
	}
	i0, s0 := Recalibration(a, o, 1, 0.05)
	i1, s1 := Recalibration(q, o, 1, 0.05)
	// float32 rounding of q moves log-odds by up to 2⁻²⁴/(1 − q): 1e-4 at the largest q here.
	if math.Abs(s1.Value-s0.Value/2) > 1e-4 || math.Abs(i1.Value-(i0.Value-s0.Value/2)) > 1e-4 {
		t.Errorf("before %g + %g·x, after %g + %g·x", i0.Value, s0.Value, i1.Value, s1.Value)
	}
	if s0.Low > 1 || s0.High < 0.8 || !s0.HasInterval {
		t.Errorf("slope %+v", s0)
	}
}

// A block of 60 that reaches from row 30 to row 90 of 100 has its middle in the upper half.
func TestBlockGoesWhereItsMiddleIs(t *testing.T) {
	s, o := make([]float32, 100), Outcomes{Bad: make([]bool, 100)}
	for i := range s {
		s[i], o.Bad[i] = 0.5, i%3 == 0
		if i < 30 {
			s[i] = 0.1
		} else if i >= 90 {
			s[i] = 0.9
		}
	}
	table, ok := CalibrationTable(s, o, 2, 1, 0.05)
	if !ok || len(table) != 2 || table[0].Rows != 30 || table[1].Rows != 70 {
		t.Errorf("%+v", table)
	}
}

func TestSeparatedRecalibrationIsUndefined(t *testing.T) {
	i, s := Recalibration([]float32{0.1, 0.2, 0.8, 0.9}, Outcomes{Bad: []bool{false, false, true, true}}, 1, 0.05)
	if i.OK || s.OK {
		t.Errorf("intercept %+v, slope %+v", i, s)
	}
}

// Net benefit by its definition; all and none are its limits; a better score gains.
func TestDecisionCurve(t *testing.T) {
	a, b, o := world{seed: 43, people: 2000, each: 2, base: -1, taste: 1, signal: 1, steps: 50}.rows()
	o.Weight = weights(len(a), 9)
	at := []float64{0.02, 0.1, 0.3, 0.5, 0.9}
	got, err := DecisionCurve(a, b, o, at, 1, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	for i, th := range at {
		var tp, fp, atp, afp, n float64
		for j, x := range a {
			w := o.Weight[j]
			n += w
			if o.Bad[j] {
				atp += w
			} else {
				afp += w
			}
			if float64(x) >= th && o.Bad[j] {
				tp += w
			} else if float64(x) >= th {
				fp += w
			}
		}
		odds := th / (1 - th)
		if !close9(got[i].Model.Value, tp/n-fp/n*odds) || !close9(got[i].All.Value, atp/n-afp/n*odds) ||
			!close9(got[i].Gain.Value, got[i].Model.Value-got[i].Reference.Value) || got[i].Gain.SE >= got[i].Model.SE+got[i].Reference.SE {
			t.Errorf("at %g: %+v", th, got[i])
		}
	}
}

// Wilson's interval for 10 of 100: 0.05523, 0.17437 (Newcombe 1998 style; R's prop.test without
// correction), and a design effect of 2 is half the rows.
func TestProportion(t *testing.T) {
	e := Proportion(10, 100, 1, 0.05)
	if math.Abs(e.Low-0.05522914) > 1e-8 || math.Abs(e.High-0.17436566) > 1e-8 {
		t.Errorf("%+v", e)
	}
	if d, h := Proportion(10, 100, 2, 0.05), Proportion(5, 50, 1, 0.05); !close9(d.Low, h.Low) || !close9(d.High, h.High) {
		t.Errorf("%+v, %+v", d, h)
	}
	if Proportion(0, 0, 1, 0.05).OK {
		t.Error("0 of 0 is defined")
	}
}
