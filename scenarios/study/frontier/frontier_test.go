package frontier

import (
	"context"
	"math"
	"slices"
	"testing"

	"overshare/scenarios/study"
	"overshare/scenarios/study/studytest"
	"overshare/scoring/metric"
)

// sure is an estimate whose interval is its value plus or minus half.
func sure(value, half float64) metric.Estimate {
	return metric.Estimate{Value: value, OK: true, SE: half / 2, Low: value - half, High: value + half, HasInterval: true}
}

// made returns points of given AUC and exposure, and differences of AUC known to within half.
func made(half float64, points ...Point) (s *Scorer, gap func(a, b int) metric.Estimate) {
	s = &Scorer{Points: points}
	return s, func(a, b int) metric.Estimate {
		if !s.Points[a].AUC.OK || !s.Points[b].AUC.OK {
			return metric.Estimate{}
		}
		return sure(s.Points[a].AUC.Value-s.Points[b].AUC.Value, half)
	}
}

func point(name string, auc float64, people, outPeople, records, values int64) Point {
	return Point{Regime: name, AUC: sure(auc, 0.01), People: people, OutPeople: outPeople, Records: records, Values: values}
}

// A regime leaves the front when another that sends no more in any way is shown to detect better: not when the
// difference is within its doubt, not when the better one sends more of anything, not by itself.
func TestFront(t *testing.T) {
	undefined := point("undefined", 0.9, 1, 0, 1, 1)
	undefined.AUC.OK = false
	s, gap := made(0.004,
		point("all", 0.80, 100, 80, 1000, 9000),
		point("good", 0.82, 20, 0, 200, 1800),       // beats all
		point("near", 0.818, 20, 0, 200, 1800),      // 0.002 below good: not told apart
		point("worse", 0.81, 20, 0, 200, 1800),      // 0.01 below good
		point("longer", 0.78, 20, 0, 199, 1900),     // fewer records than good, more values than all but it
		point("few values", 0.79, 20, 0, 200, 1799), // nobody sends as little
		undefined,
	)
	s.front(gap, 0.05)
	beaten := []string{"good", "", "", "good", "", "", ""}
	for r, p := range s.Points {
		if p.BeatenBy != beaten[r] || p.OnFront != (beaten[r] == "" && p.AUC.OK) {
			t.Errorf("%s: beaten by %q, on the front %v; want %q", p.Regime, p.BeatenBy, p.OnFront, beaten[r])
		}
	}
}

// Of several that beat a regime the best is named.
func TestFrontNamesTheBest(t *testing.T) {
	s, gap := made(0.001, point("a", 0.7, 9, 9, 9, 9), point("b", 0.75, 8, 8, 8, 8), point("c", 0.8, 7, 7, 7, 7), point("d", 0.72, 6, 6, 6, 6))
	s.front(gap, 0.05)
	if s.Points[0].BeatenBy != "c" || s.Points[1].BeatenBy != "c" || s.Points[2].BeatenBy != "" || s.Points[3].BeatenBy != "" {
		t.Errorf("%+v", s.Points)
	}
}

// Exposure is ordered by people out of scope, then values, then records; equal ones keep their places.
func TestOrder(t *testing.T) {
	points := []Point{point("", 0, 0, 5, 1, 1), point("", 0, 0, 0, 9, 3), point("", 0, 0, 0, 2, 2), point("", 0, 0, 0, 1, 3), point("", 0, 0, 0, 2, 2)}
	if got := order(points); !slices.Equal(got, []int{2, 4, 3, 1, 0}) {
		t.Errorf("from the least exposure on: %v", got)
	}
}

// Steps lead along the front from regime to regime that detects better, with what each costs and catches.
func TestSteps(t *testing.T) {
	s, gap := made(0.001, point("everyone", 0.9, 100, 80, 1000, 9000), point("none", 0.6, 0, 0, 0, 0),
		point("worse", 0.5, 5, 0, 50, 10), point("in-scope", 0.85, 20, 0, 200, 1800))
	s.front(gap, 0.05)
	m := &study.Measured{}
	m.Report.Bad = 1000
	for _, recall := range []float64{0.7, 0.2, 0.1, 0.65} {
		var c metric.Column
		c.Metric[metric.RecallFPR5] = sure(recall, 0.01)
		m.Report.Columns = append(m.Report.Columns, c)
	}
	steps := inquiry{}.steps(m, s.Points, gap)
	if len(steps) != 2 || s.Points[2].OnFront {
		t.Fatalf("%+v", steps)
	}
	if x := steps[0]; x.From != "none" || x.To != "in-scope" || x.OutPeople != 0 || x.Records != 200 || x.Values != 1800 || math.Abs(x.AUC.Value-0.25) > 1e-12 || math.Abs(x.Caught-450) > 1e-9 {
		t.Errorf("%+v", x)
	}
	if x := steps[1]; x.From != "in-scope" || x.To != "everyone" || x.OutPeople != 80 || x.Records != 800 || x.Values != 7200 || math.Abs(x.Caught-50) > 1e-9 {
		t.Errorf("%+v", x)
	}
}

// In a small country the frontier agrees with what its parts say one by one: coverage with the bills counted here,
// differences with the paired test, the find with a search through all regimes, identifiers with their form.
func TestStudy(t *testing.T) {
	const target = 0.05
	inner := studytest.Inquire(t, "kakaopay-2024", 2, "run.users=30000", "evaluation.find_auc_loss=0.05", "evaluation.training_draws=0",
		"sharing.regimes=[everyone, opt-in, pseudonymous, in-scope, none]")
	out, err := Study(context.Background(), inner)
	if err != nil {
		t.Fatal(err)
	}
	q, m, s := inquiry{inner}, inner.Scorers[0], out.Scorers[0]
	for r, p := range s.Points {
		var auc [2]float64
		held, n := inner.Held(inner.Sample, r), 0
		for k, is := range []bool{false, true} {
			var scores []float32
			var o metric.Outcomes
			for i, h := range held {
				if h == is {
					scores, o.Bad, o.Cluster = append(scores, m.Scores[r].P[i]), append(o.Bad, inner.Truth.Bad[i]), append(o.Cluster, inner.Truth.Cluster[i])
				}
			}
			auc[k], _ = metric.AUC(scores, o)
			if is {
				n = len(scores)
			}
		}
		if p.Held != n || p.Bills != len(inner.Truth.Bad) || p.WhereHeld.OK && p.WhereHeld.Value != auc[1] || p.WhereNot.OK && p.WhereNot.Value != auc[0] {
			t.Errorf("%s: coverage %+v, want %d bills and AUC %v", p.Regime, p.Coverage, n, auc)
		}
	}
	everyone, optIn, none := s.Points[0], s.Points[1], s.Points[4]
	if everyone.Held != everyone.Bills || none.Held != 0 || optIn.Held == 0 || optIn.Held == optIn.Bills || !optIn.WhereHeld.OK || !optIn.WhereNot.OK {
		t.Errorf("bills with a record: everyone %d, opt-in %d, none %d of %d", everyone.Held, optIn.Held, none.Held, none.Bills)
	}
	gap := q.gaps(m)
	for a := range s.Points {
		x, y := gap(a, 0), metric.PairedAUC(m.Scores[a].P, m.Scores[0].P, inner.Truth.Outcomes, inner.Evaluation.Alpha)
		if math.Abs(x.Value-y.Value) > 1e-12 || math.Abs(x.SE-y.SE) > 1e-9 {
			t.Errorf("%s: difference %v ± %v, by the paired test %v ± %v", s.Points[a].Regime, x.Value, x.SE, y.Value, y.SE)
		}
	}
	chosen, truth := "", inner.CalibrationTruth(inner.Sample)
	for _, r := range order(s.Points) {
		if e := metric.PairedAUC(m.Scores[r].Check, m.Scores[0].Check, truth, inner.Evaluation.Alpha); chosen == "" && e.HasInterval && e.Low > -target {
			chosen = s.Points[r].Regime
		}
	}
	if f := s.Find; f == nil || f.Target != target || f.Chosen != chosen || chosen == "" || f.Confirmed != (f.Test.Low > -target) {
		t.Errorf("found %+v, want %q", f, chosen)
	}
	if keyed := s.Points[2]; !everyone.HasReidentified || everyone.Reidentified != 1 || keyed.Reidentified != 0 || !keyed.HasReidentified || none.HasReidentified {
		t.Errorf("numbers that come back: everyone %v, pseudonymous %v, none %v", everyone.Reidentified, keyed.Reidentified, none.HasReidentified)
	}
	if everyone.Linked < 0.99 || none.HasLinked || !(everyone.LinkedByValues > 0.5 && everyone.LinkedByValues < everyone.Linked) {
		t.Errorf("joined with the next night: everyone %v, by values %v", everyone.Linked, everyone.LinkedByValues)
	}
}
