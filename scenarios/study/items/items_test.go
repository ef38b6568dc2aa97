package items

import (
	"context"
	"math/bits"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overshare/scenarios/study"
	"overshare/scenarios/study/studytest"
	"overshare/scoring"
	"overshare/scoring/features"
	"overshare/scoring/metric"
	"overshare/sim/record"
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

// Every column of a model belongs to the item whose name it bears; columns about others, which bear none, to
// the item with the tokens of counterparties; no column to an identifier.
func TestColumnsBelongToItems(t *testing.T) {
	all := features.Columns()
	if len(all) != features.NumAll {
		t.Fatalf("%d columns, want %d", len(all), features.NumAll)
	}
	for k, c := range all[:features.NumBase] {
		var want itemSet
		for i := range record.NumItems {
			if name := i.String(); c.Name == name || strings.HasPrefix(c.Name, name+"_lag") {
				want |= 1 << i
			}
		}
		if k >= features.NumOwn {
			want |= 1 << record.ItemCounterparties7
		}
		if c.Name == "failing_counterparties" {
			want |= 1 << record.ItemFailedTopups7
		}
		if want == 0 || reads(k) != want {
			t.Errorf("%s is computed from %v, want %v", c.Name, reads(k).list(), want.list())
		}
	}
	for _, i := range readItems().list() {
		if record.Items[i].Identifier {
			t.Errorf("%v is an identifier and read", i)
		}
	}
	if n := bits.OnesCount64(uint64(readItems())); n != 19 {
		t.Errorf("%d items are read, want 24 less 4 identifiers and the day of sign-up", n)
	}
}

// A processor to which one item is sent holds nothing of the others, and proxy outcomes only with the item
// that they are read off.
func TestWithheldItemsAreMissing(t *testing.T) {
	q := studytest.Inquire(t, "kakaopay-2024", 2, "run.users=15000")
	for _, i := range readItems().list() {
		v := itemSet(1 << i).view(0)
		fit, _ := q.Bills(q.Sample, v)
		held := 0
		for k := range features.NumBase {
			for r := range fit.Rows() {
				switch {
				case fit.Row(r)[k] == scoring.Missing:
				case reads(k) == 1<<i:
					held++
				default:
					t.Fatalf("%v alone is sent, and column %s is held", i, fit.Features[k].Name)
				}
			}
		}
		if held == 0 {
			t.Errorf("nothing of %v is held", i)
		}
		x, err := q.TrainProxy(context.Background(), q.Sample, v, "scorecard", 1)
		if err != nil {
			t.Fatal(err)
		}
		if (x.Rows() > 0) != (i == record.ItemFailedTopups7) {
			t.Errorf("%v alone: %d proxy rows", i, x.Rows())
		}
	}
}

// The search takes the best item first, and finds the same set when there are no test bills at all.
func TestSearchSeesNoTestBills(t *testing.T) {
	q := inquiry{studytest.Inquire(t, "kakaopay-2024", 2, "run.users=30000", "sharing.regimes=[in-scope]", "evaluation.margin_auc=0.001")}
	k := &ranking{m: q.Scorers[0]}
	inner, result := *q.Inquiry, *q.Result
	blind := inquiry{&inner}
	blind.Result, blind.Sample = &result, &study.Sample{Train: q.Sample.Train, Probes: q.Sample.Probes}
	blind.Truth = nil
	ctx := context.Background()
	if err := blind.search(ctx, k); err != nil {
		t.Fatal(err)
	}
	if !k.found || k.chosen == 0 {
		t.Fatal("nothing found")
	}
	first := k.order()[0]
	best, _, err := q.rehearse(ctx, q.Sample, k, 1<<first)
	if err != nil {
		t.Fatal(err)
	}
	if best != k.worth[first].auc {
		t.Errorf("first step has AUC %g, alone %g", k.worth[first].auc, best)
	}
	for _, i := range readItems().list() {
		if auc, _, err := q.rehearse(ctx, q.Sample, k, 1<<i); err != nil || auc > best {
			t.Errorf("%v alone has AUC %g, the first item taken, %v, has %g (%v)", i, auc, first, best, err)
		}
	}
	if gap := k.last().auc - k.all; gap < -q.Evaluation.MarginAUC/2 {
		t.Errorf("the search ended %g short", gap)
	}
	for _, i := range k.order()[:len(k.order())-1] {
		if gap := k.worth[i].auc - k.all; gap >= -q.Evaluation.MarginAUC/2 {
			t.Errorf("the set was enough at %v, and the search went on", i)
		}
	}
}

// Items that cannot matter are worth exactly nothing; some that the score hangs on are worth much; the
// confirmation is the paired difference on the test bills.
func TestItems(t *testing.T) {
	q := studytest.Inquire(t, "kakaopay-2024", 2, "run.users=40000", "sharing.regimes=[in-scope, none]", "processor.platform_history=false")
	x := find(t, q)
	if len(x.Scores) != 1 {
		t.Fatalf("%d regimes, want 1: one that sends nothing has no items", len(x.Scores))
	}
	score := x.Scores[0]
	worthy := 0
	for i, w := range score.Items {
		if w.Read != readItems().has(record.Item(i)) || !w.Read && w.Loss.Value != 0 {
			t.Errorf("%v: read %v, worth %g", record.Item(i), w.Read, w.Loss.Value)
		}
		if w.Loss.Low > 0.005 {
			worthy++
		}
	}
	if worthy == 0 {
		t.Error("no item is worth anything")
	}
	if n := len(score.Chosen); !score.Found || n < 1 || n > x.Read {
		t.Errorf("%d items needed: %v", n, score.Chosen)
	}
	if gap := score.Set.Value - score.All.Value; score.Gap.Value-gap > 1e-12 || gap-score.Gap.Value > 1e-12 {
		t.Errorf("difference %g, of the AUCs %g", score.Gap.Value, gap)
	}
}

// The number of workers changes nothing.
func TestItemsAreDeterministic(t *testing.T) {
	var first *Result
	for _, workers := range []int{1, 3} {
		got := find(t, studytest.Inquire(t, "kakaopay-2024", workers, "run.users=6000", "sharing.regimes=[everyone]"))
		if first == nil {
			first = got
		} else if diff := cmp.Diff(first, got); diff != "" {
			t.Error(diff)
		}
	}
}

// One test for each regime and scorer, corrected by Holm: with two regimes the smaller p-value doubles.
func TestSetsAreJudgedAsAFamily(t *testing.T) {
	q := inquiry{&study.Inquiry{Result: &study.Result{Plan: &study.Plan{Evaluation: study.Evaluation{MarginAUC: 0.005, Alpha: 0.05}}}}}
	gap := func(v float64) metric.Estimate {
		e, _ := metric.Shapley([]float64{0, v}, [][]float64{{0, 0}, {0, 1e-6}}, 0, 0.05)
		return e[0]
	}
	alone := q.judgeSets([]*ranking{{gap: gap(-0.002)}})
	pair := q.judgeSets([]*ranking{{gap: gap(-0.002)}, {gap: gap(-0.003)}})
	if !alone[0].NonInferior || pair[0].PNonInferior != 2*alone[0].PNonInferior {
		t.Errorf("p = %g alone and %g beside another", alone[0].PNonInferior, pair[0].PNonInferior)
	}
}
