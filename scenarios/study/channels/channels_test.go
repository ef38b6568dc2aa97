package channels

import (
	"context"
	"math"
	"math/bits"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overshare/scenarios/study"
	"overshare/scenarios/study/studytest"
	"overshare/scoring/metric"
)

// find carries out the study.
func find(t *testing.T, q *study.Inquiry) *Result {
	t.Helper()
	x, err := Study(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// No channel of a control in which those out of scope have to do with nobody in scope may show an effect.
// False-alarm rate: intervals of level 1 − 1e-6, 13 of them. A fault of 0.03 in the AUC would show.
func TestChannelsCarryNothingWithoutSignal(t *testing.T) {
	q := studytest.Inquire(t, "no-signal", 2, "run.users=100000", "evaluation.alpha=1e-6")
	x := find(t, q)
	if n := len(x.Games[0].Effects); n != 13 {
		t.Fatalf("%d effects, want 3 of 4 channels and the whole", n)
	}
	for _, e := range x.Games[0].Effects {
		if d := e.Difference; !d.HasInterval || d.Low > 0 || d.High < 0 || d.High-d.Low > 0.06 {
			t.Errorf("%s of %s: from %g to %g", e.Name, e.Channel, d.Low, d.High)
		}
	}
}

// Where both regimes hold the same, switching is exactly nothing, and nothing is trained for it.
func TestSwitchingNothingIsExactlyZero(t *testing.T) {
	q := studytest.Inquire(t, "all-in-scope", 2, "run.users=10000", "platform.join_delay_days=0")
	for _, e := range find(t, q).Games[0].Effects {
		if d := e.Difference; !d.OK || d.Value != 0 || d.Low != 0 || d.High != 0 {
			t.Errorf("%s of %s: %+v", e.Name, e.Channel, d)
		}
		if p := e.Difference.Test(0).P; p != 1 || e.Name != "whole" && e.Adjusted != 1 {
			t.Errorf("%s of %s: p = %g, adjusted %g", e.Name, e.Channel, p, e.Adjusted)
		}
	}
	if on := active(q.Plan, q.Sample, 0, 1); on != 0 {
		t.Errorf("active channels %04b, want none", on)
	}
}

// The Shapley values are the means over all orders of adding the channels, computed here order by order from
// the table of combinations; they add up to the whole, which is what comparison.csv says of the two regimes.
func TestShapleyValuesAddUp(t *testing.T) {
	q := studytest.Inquire(t, "kakaopay-2024", 2, "run.users=40000")
	game := find(t, q).Games[0]
	auc := map[coalition]float64{}
	for _, x := range game.Coalition {
		var s coalition
		for c, on := range x.Has {
			if on {
				s |= 1 << c
			}
		}
		auc[s] = x.AUC.Value
	}
	effect := map[string]metric.Estimate{}
	for _, e := range game.Effects {
		effect[e.Name+" "+e.Channel] = e.Difference
	}
	var want [numChannels]float64
	orders := permutations([]channel{channelRows, channelHistory, channelCounterparties, channelColdStart})
	for _, order := range orders {
		var s coalition
		for _, c := range order {
			want[c] += (auc[s|1<<c] - auc[s]) / float64(len(orders))
			s |= 1 << c
		}
	}
	sum := 0.0
	for c, name := range channelNames {
		got := effect["shapley "+name].Value
		sum += got
		near(t, name, got, want[c])
		near(t, name+" alone", effect["alone "+name].Value, auc[1<<c]-auc[0])
		near(t, name+" last", effect["last "+name].Value, auc[everyChannel]-auc[everyChannel&^(1<<c)])
	}
	whole := effect["whole all"]
	near(t, "sum of the values", sum, whole.Value)
	less := slices.IndexFunc(q.Scorers[0].Scores, func(s study.Score) bool { return s.Regime == "in-scope" })
	d := q.Scorers[0].Report.Columns[less].Difference[metric.AUCROC] // in-scope less everyone
	near(t, "the comparison", -d.Value, whole.Value)
	if want := math.Hypot(d.Luck.Test, d.Luck.Training); math.Abs(whole.SE-want) > 1e-9 || whole.Luck.Training == 0 {
		t.Errorf("whole has a standard error of %g (training %g), the comparison without days %g", whole.SE, whole.Luck.Training, want)
	}
	if whole.Value == 0 {
		t.Error("no difference to share out: the test sees nothing")
	}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12 {
		t.Errorf("%s: %g, want %g", what, got, want)
	}
}

func permutations(list []channel) (all [][]channel) {
	if len(list) == 0 {
		return [][]channel{nil}
	}
	for i, first := range list {
		for _, rest := range permutations(slices.Delete(slices.Clone(list), i, i+1)) {
			all = append(all, append([]channel{first}, rest...))
		}
	}
	return all
}

// A tutor's shared proxy models give what learning from scratch gives, and each channel changes something.
func TestTutorIsLearn(t *testing.T) {
	q := studytest.Inquire(t, "kakaopay-2024", 2, "run.users=30000")
	tutor := &tutor{q, "scorecard", map[study.View]*study.Proxy{}}
	for s := range everyChannel + 1 {
		w := s.view(1, 0)
		got, _, err := tutor.learn(context.Background(), w)
		if err != nil {
			t.Fatal(err)
		}
		if bits.OnesCount(uint(s)) != 2 {
			continue
		}
		want, _, err := q.Learn(context.Background(), q.Sample, w, "scorecard", 1)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("coalition %04b: other scores than Learn", s)
		}
	}
	if len(tutor.proxies) != 8 {
		t.Errorf("%d proxy models, want 8: last night's record is no part of them", len(tutor.proxies))
	}
	if on := active(q.Plan, q.Sample, 1, 0); on != everyChannel {
		t.Errorf("active channels %04b, want all", on)
	}
}

// The number of workers changes nothing.
func TestChannelsAreDeterministic(t *testing.T) {
	var first *Result
	for _, workers := range []int{1, 3} {
		got := find(t, studytest.Inquire(t, "kakaopay-2024", workers, "run.users=20000"))
		if first == nil {
			first = got
		} else if diff := cmp.Diff(first, got); diff != "" {
			t.Error(diff)
		}
	}
}
