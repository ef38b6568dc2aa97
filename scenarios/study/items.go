package study

import (
	"context"
	"fmt"
	"math/bits"
	"strings"

	"overshare/results"
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
func (s itemSet) view(r int) View {
	w := Whole(r)
	for k := range features.NumBase {
		if reads(k)&^s != 0 {
			w.Drop.add(k)
		}
	}
	if !s.has(record.ItemFailedTopups7) {
		w.Rows = Nobodys
	}
	return w
}

// selectionShards bounds what the search for a small set learns from: the first 786,432 people, whatever
// the size of the run, since it trains up to 190 times for a regime.
const selectionShards = 24

// head returns the training rows of the first shards of s.
func (s *Sample) head(shards int) *Sample {
	return &Sample{Train: s.Train[:min(shards, len(s.Train))], Probes: s.Probes[:min(shards, len(s.Probes))]}
}

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
	m      *measured
	worth  [record.NumItems]worth
	chosen itemSet
	found  bool    // the search could be made
	all    float64 // AUC with all items on the calibration bills
	small  metric.Estimate
	gap    metric.Estimate // AUC with the chosen items less AUC with all, on the test bills
}

// items measures what each item of a record is worth, by training without it and with it alone, and
// searches for a small set that is enough.
//
// The search is forward, on training data only: the scorer learns from the earlier training bills, and
// the item is added that raises the AUC on the calibration bills most, until it falls short of the AUC with
// all items by no more than half the margin of equivalence. The set found is then tested once, on the
// test bills, trained on all rows: non-inferior to all items at the margin or not. Nothing is searched
// on the test bills, so that the one test keeps its level; the tests of the regimes and scorers are
// corrected by Holm.
func (q *inquiry) items(ctx context.Context) (*finding, error) {
	var list []*ranking
	for _, m := range q.all {
		for r := range q.Border.Regimes {
			if len(q.Border.Regimes[r].Flows) > 0 {
				list = append(list, &ranking{regime: r, m: m})
			}
		}
	}
	for _, k := range list {
		if err := q.weigh(ctx, k); err != nil {
			return nil, err
		}
		if err := q.search(ctx, k); err != nil {
			return nil, err
		}
		if err := q.confirm(ctx, k); err != nil {
			return nil, err
		}
	}
	verdicts := q.judgeSets(list)
	f := &finding{tables: []*results.Table{q.itemTable(list), q.setTable(list, verdicts)}}
	f.sentence = q.itemSentence(list, verdicts)
	return f, nil
}

// label names a ranking for progress.
func (q *inquiry) label(k *ranking) string {
	return fmt.Sprintf("%s, %s", q.Border.Regimes[k.regime].Name, k.m.scorer)
}

// weigh trains without each item and with it alone.
func (q *inquiry) weigh(ctx context.Context, k *ranking) error {
	phase := "study items (" + q.label(k) + "): worth"
	read := readItems()
	done, total := int64(0), 2*int64(bits.OnesCount64(uint64(read)))
	q.Progress(phase, 0, total)
	full := k.m.scores[k.regime].P
	for i := range record.NumItems {
		w := &k.worth[i]
		if !read.has(i) {
			w.loss = metric.PairedAUC(full, full, q.truth.Outcomes, q.Evaluation.Alpha)
			continue
		}
		without, err := q.under(ctx, k, everyItem&^(1<<i))
		if err != nil {
			return err
		}
		w.loss = metric.PairedAUC(full, without, q.truth.Outcomes, q.Evaluation.Alpha)
		alone, err := q.under(ctx, k, 1<<i)
		if err != nil {
			return err
		}
		w.alone = metric.AUCInterval(alone, q.truth.Outcomes, q.Evaluation.Alpha)
		done += 2
		q.Progress(phase, done, total)
	}
	return nil
}

// under trains on all rows with the items of s only, and scores the test bills.
func (q *inquiry) under(ctx context.Context, k *ranking, s itemSet) ([]float32, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	probs, _, err := q.Learn(ctx, q.sample, s.view(k.regime), k.m.scorer, q.Workers)
	return probs, err
}

// search finds a small set on training data. Of items that raise the AUC equally the first is taken.
func (q *inquiry) search(ctx context.Context, k *ranking) (err error) {
	phase := "study items (" + q.label(k) + "): smallest set"
	s := q.sample.head(selectionShards)
	read := readItems()
	if k.all, k.found, err = q.rehearse(ctx, s, k, everyItem); err != nil || !k.found {
		return err
	}
	n := bits.OnesCount64(uint64(read))
	done, total := int64(0), int64(n*(n+1)/2)
	enough := k.all - q.Evaluation.MarginAUC/2
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
// bills; ½ when there is nothing to learn. ok is false when those bills are not of both outcomes.
func (q *inquiry) rehearse(ctx context.Context, s *Sample, k *ranking, w itemSet) (auc float64, ok bool, err error) {
	if ctx.Err() != nil {
		return 0, false, context.Cause(ctx)
	}
	v := q.view(w.view(k.regime))
	known := &Knowledge{Scorer: k.m.scorer}
	proxy, err := q.proxy(ctx, s, v, known, q.Workers)
	if err != nil {
		return 0, false, err
	}
	fit, check := q.bills(s, v)
	if err := addProxy(proxy, fit, q.Workers); err != nil {
		return 0, false, err
	}
	if err := addProxy(proxy, check, q.Workers); err != nil {
		return 0, false, err
	}
	out := make([]float32, check.Rows())
	model, err := best(ctx, known, proxy, fit, q.Workers)
	if err == nil && model != nil {
		err = model(check, out, q.Workers)
	}
	auc, ok = metric.AUC(out, metric.Outcomes{Bad: check.Bad})
	return auc, ok, err
}

// confirm tests the set found, once.
func (q *inquiry) confirm(ctx context.Context, k *ranking) error {
	if !k.found {
		return nil
	}
	probs, err := q.under(ctx, k, k.chosen)
	if err != nil {
		return err
	}
	k.small = metric.AUCInterval(probs, q.truth.Outcomes, q.Evaluation.Alpha)
	k.gap = metric.PairedAUC(probs, k.m.scores[k.regime].P, q.truth.Outcomes, q.Evaluation.Alpha)
	return nil
}

// judgeSets judges the small sets of all regimes and scorers as one family.
func (q *inquiry) judgeSets(list []*ranking) []metric.Verdict {
	var family []metric.Comparison
	for _, k := range list {
		family = append(family, metric.Comparison{Difference: k.gap, Margin: q.Evaluation.MarginAUC, Direction: 1})
	}
	return metric.JudgeFamily(family, q.Evaluation.Alpha)
}

func (q *inquiry) itemTable(list []*ranking) *results.Table {
	t := results.NewTable(results.Schema{
		Name: "items", Title: "What each item of a record is worth to the score", Key: []string{"regime", "scorer", "item"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "number", Type: results.Integer, Meaning: "place of the item in a record, from 1", Required: true},
			{Name: "item", Type: results.String, Meaning: "name of the item", Required: true},
			{Name: "invented", Type: results.Boolean, Meaning: "not among the 13 items that are publicly named", Required: true},
			{Name: "read", Type: results.Boolean, Meaning: "whether a scorer reads it; identifiers only join rows", Required: true},
			{Name: "columns", Type: results.Integer, Unit: "columns", Meaning: "model columns computed from it: last night's, those of earlier weeks and those about counterparties", Required: true},
			{Name: "auc_loss", Type: results.Number, Meaning: "AUC with all items less AUC when trained without this one, same test bills; small for an item whose content others carry, too"},
			lowColumn, highColumn,
			{Name: "p", Type: results.Number, Meaning: "two-sided p-value of no loss; it holds for the models trained, and says nothing of luck in training"},
			{Name: "p_holm", Type: results.Number, Meaning: "the same after Holm's correction over the items read, within regime and scorer"},
			{Name: "auc_alone", Type: results.Number, Meaning: "AUC when trained with this item only"},
			{Name: "alone_low", Type: results.Number, Meaning: "lower end of its interval"},
			{Name: "alone_high", Type: results.Number, Meaning: "upper end of its interval"},
			{Name: "step", Type: results.Integer, Meaning: "when the search for a small set took it, from 1; empty if it did without"},
			{Name: "step_auc", Type: results.Number, Meaning: "AUC on the calibration bills with this and the items taken before"},
			billsColumn, badColumn, results.Warnings()},
	})
	for _, k := range list {
		q.itemRows(t, k)
	}
	return t
}

func (q *inquiry) itemRows(t *results.Table, k *ranking) {
	var columns [record.NumItems]int
	for c := range features.NumBase {
		for _, i := range reads(c).list() {
			columns[i]++
		}
	}
	var losses []metric.Estimate
	for i := range record.NumItems {
		losses = append(losses, k.worth[i].loss)
	}
	holm := holmOf(losses)
	for i := range record.NumItems {
		w := &k.worth[i]
		low, high := ends(w.loss)
		aloneLow, aloneHigh := ends(w.alone)
		test := w.loss.Test(0)
		step, stepAUC := results.None, results.None
		if w.step > 0 {
			step, stepAUC = results.Int(w.step), results.Num(w.auc)
		}
		t.Append(results.Str(q.Border.Regimes[k.regime].Name), results.Str(k.m.scorer), results.Int(int(i)+1), results.Str(i.String()),
			results.Bool(record.Items[i].Invented), results.Bool(columns[i] > 0), results.Int(columns[i]),
			results.NumIf(w.loss.Value, w.loss.OK), low, high, results.NumIf(test.P, test.OK), holm[i],
			results.NumIf(w.alone.Value, w.alone.OK), aloneLow, aloneHigh, step, stepAUC,
			results.Int(k.m.report.Rows), results.Int(k.m.report.Bad), results.Strs(append(notes(i, columns[i] > 0, w), q.fewBad()...)...))
	}
}

// notes says what a reader should know of the row of an item that is worth w.
func notes(i record.Item, read bool, w *worth) []string {
	switch {
	case record.Items[i].Identifier:
		return []string{"an identifier joins rows and carries nothing by construction; one is needed to say whose score is asked for"}
	case !read:
		return []string{"says the same as tenure_days, which is read in its place"}
	case i == record.ItemFailedTopups7:
		return []string{"proxy outcomes are read off this item: without it there is no proxy model"}
	case w.loss.HasInterval && w.loss.SE == 0:
		return []string{"the scorer found no use for it beside the others"}
	}
	return nil
}

func (q *inquiry) setTable(list []*ranking, verdicts []metric.Verdict) *results.Table {
	t := results.NewTable(results.Schema{
		Name: "item_sets", Title: "How many of the items of a record the score needed", Key: []string{"regime", "scorer"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "items_sent", Type: results.Integer, Unit: "items", Meaning: "items of a record", Required: true},
			{Name: "items_read", Type: results.Integer, Unit: "items", Meaning: "of them read by a scorer", Required: true},
			{Name: "items_needed", Type: results.Integer, Unit: "items", Meaning: "size of the smallest set found on training data whose AUC on the calibration bills is within half the margin of all items'; beside it one identifier is needed"},
			{Name: "items", Type: results.String, Meaning: "their names, in the order in which the search took them"},
			{Name: "calibration_gap", Type: results.Number, Meaning: "AUC of the set less AUC of all items on the calibration bills, where the set was chosen: flattering"},
			{Name: "auc_all", Type: results.Number, Meaning: "AUC with all items on the test bills"},
			{Name: "auc_set", Type: results.Number, Meaning: "AUC with the set on the test bills, which the search never saw"},
			{Name: "auc_difference", Type: results.Number, Meaning: "the second less the first, paired"},
			lowColumn, highColumn,
			{Name: "margin", Type: results.Number, Meaning: "stated margin of equivalence", Required: true},
			{Name: "p_noninferior", Type: results.Number, Meaning: "one-sided p-value of being worse by at least the margin, corrected by Holm over regimes and scorers; one test for each"},
			{Name: "non_inferior", Type: results.Boolean, Meaning: "shown on the test bills: worse by less than the margin"},
			billsColumn, badColumn, results.Warnings()},
	})
	for n, k := range list {
		low, high := ends(k.gap)
		needed, names, gap, shown := results.None, results.None, results.None, results.None
		var doubt []string
		if k.found {
			needed, names = results.Int(bits.OnesCount64(uint64(k.chosen))), results.Str(k.names())
			gap = results.Num(k.last().auc - k.all)
		} else {
			doubt = append(doubt, "no search: the calibration bills are not of both outcomes")
		}
		if verdicts[n].OK {
			shown = results.Bool(verdicts[n].NonInferior)
		}
		all := k.m.report.Columns[k.regime].Metric[metric.AUCROC]
		t.Append(results.Str(q.Border.Regimes[k.regime].Name), results.Str(k.m.scorer), results.Int(int(record.NumItems)),
			results.Int(bits.OnesCount64(uint64(readItems()))), needed, names, gap,
			results.NumIf(all.Value, all.OK), results.NumIf(k.small.Value, k.small.OK), results.NumIf(k.gap.Value, k.gap.OK), low, high,
			results.Num(q.Evaluation.MarginAUC), results.NumIf(verdicts[n].PNonInferior, verdicts[n].OK), shown,
			results.Int(k.m.report.Rows), results.Int(k.m.report.Bad), results.Strs(append(doubt, q.fewBad()...)...))
	}
	return t
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

func (k *ranking) names() string {
	var names []string
	for _, i := range k.order() {
		names = append(names, i.String())
	}
	return strings.Join(names, " ")
}

// last returns the item that was taken last.
func (k *ranking) last() *worth {
	order := k.order()
	return &k.worth[order[len(order)-1]]
}

// itemSentence says how many items the first scorer needed under every regime.
func (q *inquiry) itemSentence(list []*ranking, verdicts []metric.Verdict) string {
	var parts []string
	for n, k := range list {
		if k.m != q.all[0] || !k.found {
			continue
		}
		shown := "confirmed on the test bills"
		if !verdicts[n].NonInferior {
			shown = "not confirmed on the test bills"
		}
		parts = append(parts, fmt.Sprintf("under %s %d (%s)", q.Border.Regimes[k.regime].Name, bits.OnesCount64(uint64(k.chosen)), shown))
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("Of the %d items sent the score needed, within a margin of %g in AUC: %s.", record.NumItems, q.Evaluation.MarginAUC, strings.Join(parts, "; "))
}
