// Package items measures what each item of a record is worth to the score, and how few items are enough.
package items

import (
	"context"
	"fmt"
	"math/bits"

	"overshare/scenarios/study"
	"overshare/scoring/features"
	"overshare/scoring/metric"
	"overshare/sim/record"
)

// itemSet is a set of the items of a record.
type itemSet record.ItemSet

const everyItem = itemSet(record.AllItems)

func (s itemSet) has(i record.Item) bool { return record.ItemSet(s).Has(i) }

func (s itemSet) list() []record.Item { return record.ItemSet(s).List() }

// reads returns the items that column k is computed from.
func reads(k int) itemSet { return itemSet(features.Reads(k)) }

// readItems returns the items that some column is computed from.
func readItems() (s itemSet) {
	for k := range features.NumBase {
		s |= reads(k)
	}
	return s
}

// view returns the view of a processor under regime r to which only the items of s are sent. A column
// takes all items that it is computed from. Proxy outcomes are read off the failures in later records, so
// that without that item there is no proxy model.
func (s itemSet) view(r int) study.View {
	w := study.Whole(r)
	for k := range features.NumBase {
		if reads(k)&^s != 0 {
			w.Drop.Add(k)
		}
	}
	if !s.has(record.ItemFailedTopups7) {
		w.Rows = study.Nobodys
	}
	return w
}

// selectionShards bounds what the search for a small set learns from: the first 786,432 people, whatever
// the size of the run, since it trains up to 190 times for a regime.
const selectionShards = 24

// A worth is what an item brings to the score of one scorer under one regime.
type worth struct {
	loss  metric.Estimate // AUC with all items less AUC without this one
	alone metric.Estimate // AUC with this one only
	step  int             // when the search took it, from 1; 0 = not taken
	auc   float64         // on the calibration bills, once it was taken
}

// A ranking holds what every item brings under one regime, and the small set that the search found.
type ranking struct {
	regime int
	m      *study.Measured
	worth  [record.NumItems]worth
	chosen itemSet
	found  bool    // the search could be made
	all    float64 // AUC with all items on the calibration bills
	small  metric.Estimate
	gap    metric.Estimate // AUC with the chosen items less AUC with all, on the test bills
}

// An inquiry is the study at work.
type inquiry struct{ *study.Inquiry }

// A Result is what every item brings under every regime and scorer.
type Result struct {
	Read   int     // items that a scorer reads
	Scores []Score // by scorer and regime, without regimes that send nothing
	Few    string  // a doubt about all tests, or empty
}

// A Score is what the items bring to one scorer under one regime.
type Score struct {
	Regime, Scorer string
	Main           bool // of the first scorer, whose answer is quoted
	Items          [record.NumItems]Worth
	Rows, Bad      int // test bills

	Found          bool          // a small set was searched for: the calibration bills are of both outcomes
	Chosen         []record.Item // the set found, in the order in which the search took them
	CalibrationGap float64       // AUC of the set less AUC of all items on the calibration bills: flattering
	All, Set, Gap  metric.Estimate
	Verdict        metric.Verdict // on Gap
}

// A Worth is what one item brings.
type Worth struct {
	Read        bool // by a scorer
	Columns     int  // model columns computed from it
	Loss, Alone metric.Estimate
	Adjusted    float64 // Holm's p-value of no loss, over the items read; below 0: none
	Step        int     // when the search took it, from 1; 0 = not taken
	StepAUC     float64 // on the calibration bills, once it was taken
}

// Study measures what each item of a record is worth, by training without it and with it alone, and
// searches for a small set that is enough.
//
// The search is forward, on training data only: the scorer learns from the earlier training bills, and
// the item is added that raises the AUC on the calibration bills most, until it falls short of the AUC with
// all items by no more than half the margin of equivalence. The set found is then tested once, on the
// test bills, trained on all rows: non-inferior to all items at the margin or not. Nothing is searched
// on the test bills, so that the one test keeps its level; the tests of the regimes and scorers are
// corrected by Holm.
func Study(ctx context.Context, inner *study.Inquiry) (*Result, error) {
	quick := *inner.Plan // intervals here are of the test bills alone: some forty trainings are learnt once each
	quick.Evaluation.TrainingDraws = 0
	result, whole := *inner.Result, *inner
	result.Plan, whole.Result = &quick, &result
	q := inquiry{&whole}
	var list []*ranking
	for _, m := range q.Scorers {
		for r := range q.Border.Regimes {
			if len(q.Border.Regimes[r].Flows) > 0 {
				list = append(list, &ranking{regime: r, m: m})
			}
		}
	}
	for _, k := range list {
		for _, step := range []func(context.Context, *ranking) error{q.weigh, q.search, q.confirm} {
			if err := step(ctx, k); err != nil {
				return nil, err
			}
		}
	}
	out := &Result{Read: bits.OnesCount64(uint64(readItems())), Few: q.FewBad()}
	for n, v := range q.judgeSets(list) {
		out.Scores = append(out.Scores, q.tell(list[n], v))
	}
	return out, nil
}

// tell says what was found of one regime and scorer.
func (q inquiry) tell(k *ranking, v metric.Verdict) Score {
	s := Score{Regime: q.Border.Regimes[k.regime].Name, Scorer: k.m.Scorer, Main: k.m == q.Scorers[0], Rows: k.m.Report.Rows, Bad: k.m.Report.Bad,
		Found: k.found, Chosen: k.order(), All: k.m.Report.Columns[k.regime].Metric[metric.AUCROC], Set: k.small, Gap: k.gap, Verdict: v}
	if k.found {
		s.CalibrationGap = k.last().auc - k.all
	}
	for c := range features.NumBase {
		for _, i := range reads(c).list() {
			s.Items[i].Columns++
		}
	}
	var losses []metric.Estimate
	for i := range k.worth {
		losses = append(losses, k.worth[i].loss)
	}
	adjusted := study.Adjust(losses)
	for i := range s.Items {
		w, x := &k.worth[i], &s.Items[i]
		x.Read, x.Loss, x.Alone, x.Adjusted, x.Step, x.StepAUC = x.Columns > 0, w.loss, w.alone, adjusted[i], w.step, w.auc
	}
	return s
}

// label names a ranking for progress.
func (q inquiry) label(k *ranking) string {
	return fmt.Sprintf("%s, %s", q.Border.Regimes[k.regime].Name, k.m.Scorer)
}

// weigh trains without each item and with it alone.
func (q inquiry) weigh(ctx context.Context, k *ranking) error {
	phase := "study items (" + q.label(k) + "): worth"
	read := readItems()
	done, total := int64(0), 2*int64(bits.OnesCount64(uint64(read)))
	q.Progress(phase, 0, total)
	full := k.m.Scores[k.regime].P
	for i := range record.NumItems {
		w := &k.worth[i]
		if !read.has(i) {
			w.loss = metric.PairedAUC(full, full, q.Truth.Outcomes, q.Evaluation.Alpha)
			continue
		}
		without, err := q.under(ctx, k, everyItem&^(1<<i))
		if err != nil {
			return err
		}
		w.loss = metric.PairedAUC(full, without, q.Truth.Outcomes, q.Evaluation.Alpha)
		alone, err := q.under(ctx, k, 1<<i)
		if err != nil {
			return err
		}
		w.alone = metric.AUCInterval(alone, q.Truth.Outcomes, q.Evaluation.Alpha)
		done += 2
		q.Progress(phase, done, total)
	}
	return nil
}

// under trains on all rows with the items of s only, and scores the test bills.
func (q inquiry) under(ctx context.Context, k *ranking, s itemSet) ([]float32, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	probs, _, err := q.Learn(ctx, q.Sample, s.view(k.regime), k.m.Scorer, q.Workers)
	return probs, err
}

// search finds a small set on training data. Of items that raise the AUC equally the first is taken.
func (q inquiry) search(ctx context.Context, k *ranking) (err error) {
	phase := "study items (" + q.label(k) + "): smallest set"
	s := q.Sample.Head(selectionShards)
	read := readItems()
	if k.all, k.found, err = q.rehearse(ctx, s, k, everyItem); err != nil || !k.found {
		return err
	}
	n := bits.OnesCount64(uint64(read))
	done, total := int64(0), int64(n*(n+1)/2)
	enough := k.all - float64(q.Evaluation.MarginAUC/2)
	for step := 1; k.chosen != read; step++ {
		best, at := -1.0, record.NumItems
		for _, i := range (read &^ k.chosen).list() {
			auc, _, err := q.rehearse(ctx, s, k, k.chosen|1<<i)
			if err != nil {
				return err
			}
			if auc > best {
				best, at = auc, i
			}
			done++
			q.Progress(phase, done, total)
		}
		k.chosen |= 1 << at
		k.worth[at].step, k.worth[at].auc = step, best
		if best >= enough {
			return nil
		}
	}
	return nil
}

// rehearse trains on the earlier training bills with the items of w and returns the AUC on the calibration
// bills; see [study.Plan.Rehearse].
func (q inquiry) rehearse(ctx context.Context, s *study.Sample, k *ranking, w itemSet) (auc float64, ok bool, err error) {
	if ctx.Err() != nil {
		return 0, false, context.Cause(ctx)
	}
	return q.Rehearse(ctx, s, w.view(k.regime), k.m.Scorer, q.Workers)
}

// confirm tests the set found, once.
func (q inquiry) confirm(ctx context.Context, k *ranking) error {
	if !k.found {
		return nil
	}
	probs, err := q.under(ctx, k, k.chosen)
	if err != nil {
		return err
	}
	k.small = metric.AUCInterval(probs, q.Truth.Outcomes, q.Evaluation.Alpha)
	k.gap = metric.PairedAUC(probs, k.m.Scores[k.regime].P, q.Truth.Outcomes, q.Evaluation.Alpha)
	return nil
}

// judgeSets judges the small sets of all regimes and scorers as one family.
func (q inquiry) judgeSets(list []*ranking) []metric.Verdict {
	var family []metric.Comparison
	for _, k := range list {
		family = append(family, metric.Comparison{Difference: k.gap, Margin: q.Evaluation.MarginAUC, Direction: 1})
	}
	return metric.JudgeFamily(family, q.Evaluation.Alpha)
}

// order returns the chosen items in the order in which they were taken.
func (k *ranking) order() []record.Item {
	list := make([]record.Item, bits.OnesCount64(uint64(k.chosen)))
	for i := range k.worth {
		if s := k.worth[i].step; s > 0 {
			list[s-1] = record.Item(i)
		}
	}
	return list
}

// last returns the item that was taken last.
func (k *ranking) last() *worth {
	order := k.order()
	return &k.worth[order[len(order)-1]]
}
