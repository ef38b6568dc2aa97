package study

import (
	"context"
	"math"
	"slices"
	"testing"

	"overshare/scoring/metric"
	"overshare/sim/record"
)

// fedBack collects a small country for the tests of the feedback.
func fedBack(t *testing.T) (*Plan, *Sample) {
	t.Helper()
	return collected(t, "", "run.users=30000", "sharing.regimes=[in-scope]", "processor.feedback=true")
}

// states returns copies of the outcomes of all training bills.
func states(s *Sample) (all [][]uint8) {
	for _, r := range s.Train {
		all = append(all, slices.Clone(r.State))
	}
	return all
}

// A bill without an outcome after the feedback is one of the second half that was charged item by item; all others
// keep theirs, and the sample itself is left as it is.
func TestFeedbackSelectsOutcomes(t *testing.T) {
	p, s := fedBack(t)
	before := states(s)
	f := &Feedback{}
	out, err := p.selected(context.Background(), s, 0, "scorecard", 2, f)
	if err != nil {
		t.Fatal(err)
	}
	first, mid := p.takeover()
	if first != p.Evaluation.Epoch-record.Day(p.Evaluation.TrainDays) || mid-first != (p.Evaluation.CalibrateFrom(p.World.People.Platform.Launch)-first)/2 {
		t.Fatalf("the earlier score decides from %v on, training begins on %v", mid, first)
	}
	var later, unbilled, bad, bundledBad int64
	for k, r := range out.Train {
		for i, state := range r.State {
			was := before[k][i]
			if s.Train[k].State[i] != was {
				t.Fatal("the sample itself was changed")
			}
			decided := record.Day(r.Day[i])+1 >= mid
			if was != StatePending && decided {
				later++
			}
			switch {
			case state == was:
				if decided && was == StateBad {
					bundledBad++
				}
			case state != StatePending || !decided:
				t.Fatalf("a bill asked for after %v, of state %d, has state %d", record.Day(r.Day[i]), was, state)
			default:
				unbilled++
				if was == StateBad {
					bad++
				}
			}
		}
	}
	if f.Later != later || f.Unbilled != unbilled || f.UnbilledBad != bad || !f.Selects || unbilled < 100 || later-unbilled < 100 {
		t.Errorf("%+v; counted %d later bills, %d without an outcome, %d of them bad", *f, later, unbilled, bad)
	}
	if threshold, _ := p.Economics.Threshold(&s.Books); f.Threshold != threshold {
		t.Errorf("threshold %v, want %v", f.Threshold, threshold)
	}
	if float64(bad)/float64(unbilled) <= 2*float64(bundledBad)/float64(later-unbilled) {
		t.Errorf("%d of %d bills charged item by item would have bounced, %d of %d bundled ones do: the score does not choose",
			bad, unbilled, bundledBad, later-unbilled)
	}
}

// The earlier score knows nothing of what came after it: with the outcomes of the second half turned round, the same
// bills are charged item by item.
func TestFeedbackDoesNotLookAhead(t *testing.T) {
	p, s := fedBack(t)
	one, err := p.selected(context.Background(), s, 0, "scorecard", 2, &Feedback{})
	if err != nil {
		t.Fatal(err)
	}
	_, mid := p.takeover()
	turned, n := *s, 0
	turned.Train = nil
	for _, r := range s.Train {
		x := *r
		x.State = slices.Clone(r.State)
		for i, state := range x.State {
			if state != StatePending && record.Day(r.Day[i])+record.Day(r.Wait[i]) >= mid {
				x.State[i] = StateGood + StateBad - state
				n++
			}
		}
		turned.Train = append(turned.Train, &x)
	}
	other, err := p.selected(context.Background(), &turned, 0, "scorecard", 2, &Feedback{})
	if err != nil {
		t.Fatal(err)
	}
	for k := range one.Train {
		for i := range one.Train[k].State {
			if (one.Train[k].State[i] == StatePending) != (other.Train[k].State[i] == StatePending) {
				t.Fatal("later outcomes decide which bills are bundled")
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d outcomes turned round", n)
	}
}

// Where nothing can be learnt before the earlier score would decide, all bills are bundled.
func TestFeedbackWithoutAnEarlierModel(t *testing.T) {
	p, s := fedBack(t)
	_, mid := p.takeover()
	empty := *s
	empty.Train = masked(s.Train, func(r *Rows, i int) bool { return record.Day(r.Day[i])+1 >= mid })
	empty.Probes = masked(s.Probes, func(*Rows, int) bool { return false })
	f := &Feedback{}
	out, err := p.selected(context.Background(), &empty, 0, "scorecard", 2, f)
	if err != nil {
		t.Fatal(err)
	}
	if f.Selects || f.Unbilled != 0 || f.Later == 0 {
		t.Errorf("%+v", *f)
	}
	for k := range out.Train {
		if !slices.Equal(out.Train[k].State, empty.Train[k].State) {
			t.Fatal("an outcome was lost")
		}
	}
}

// masked keeps what it is told to and copies the outcomes; the effect is the paired difference in AUC.
func TestMaskedAndEffect(t *testing.T) {
	r := &Rows{State: []uint8{StateGood, StateBad, StatePending, StateBad}}
	x := masked([]*Rows{r}, func(_ *Rows, i int) bool { return i != 1 })[0]
	if !slices.Equal(x.State, []uint8{StateGood, StatePending, StatePending, StateBad}) || r.State[1] != StateBad {
		t.Errorf("masked %v, before %v", x.State, r.State)
	}
	truth := &Truth{Outcomes: metric.Outcomes{Bad: []bool{false, true, false, true}, Cluster: []uint32{1, 2, 3, 4}}}
	f := &Feedback{P: []float32{.1, .2, .3, .4}}
	if e := f.Effect([]float32{.1, .3, .2, .4}, truth, .05); !e.OK || math.Abs(e.Value-.25) > 1e-12 {
		t.Errorf("effect %+v, want 0.25", e)
	}
}
