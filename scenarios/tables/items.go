package tables

import (
	"fmt"
	"strings"

	"overshare/results"
	"overshare/scenarios/study/items"
	"overshare/sim/record"
)

// Items puts what each item is worth into tables; margin is that of equivalence in AUC.
func Items(x *items.Result, margin float64) Finding {
	return Finding{Tables: []*results.Table{itemTable(x), setTable(x, margin)}, Sentence: itemSentence(x, margin)}
}

func itemTable(x *items.Result) *results.Table {
	t := results.NewTable(results.Schema{
		Name: "items", Title: "What each of the 24 items is worth to the score", Key: []string{"regime", "scorer", "item"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "number", Type: results.Integer, Meaning: "place of the item in a record, from 1", Required: true},
			{Name: "item", Type: results.String, Meaning: "name of the item", Required: true},
			{Name: "invented", Type: results.Boolean, Meaning: "not among the 13 items that are publicly named", Required: true},
			{Name: "read", Type: results.Boolean, Meaning: "whether a scorer reads it; identifiers only join rows", Required: true},
			{Name: "columns", Type: results.Integer, Unit: "columns", Meaning: "model columns computed from it: last night's, those of earlier weeks and those about counterparties", Required: true},
			{Name: "auc_loss", Type: results.Number, Meaning: "AUC with all items less AUC when trained without this one, same test bills; small for an item whose content others carry, too"},
			lowColumn, highColumn,
			{Name: "p_value", Type: results.Number, Meaning: "two-sided p-value of no loss; it holds for the models trained, and says nothing of luck in training"},
			{Name: "p_adjusted", Type: results.Number, Meaning: "the same after Holm's correction over the items read, within regime and scorer"},
			{Name: "auc_alone", Type: results.Number, Meaning: "AUC when trained with this item only"},
			{Name: "auc_alone_low", Type: results.Number, Meaning: "lower end of its interval"},
			{Name: "auc_alone_high", Type: results.Number, Meaning: "upper end of its interval"},
			{Name: "step", Type: results.Integer, Meaning: "when the search for a small set took it, from 1; empty if it did without"},
			{Name: "step_auc", Type: results.Number, Meaning: "AUC on the calibration bills with this and the items taken before"},
			billsColumn, badColumn, results.Warnings()},
	})
	for k := range x.Scores {
		s := &x.Scores[k]
		for i := range record.NumItems {
			t.Append(itemRow(x, s, i)...)
		}
	}
	return t
}

func itemRow(x *items.Result, s *items.Score, i record.Item) []results.Cell {
	w := &s.Items[i]
	low, high := ends(w.Loss)
	aloneLow, aloneHigh := ends(w.Alone)
	test := w.Loss.Test(0)
	step, stepAUC := results.None, results.None
	if w.Step > 0 {
		step, stepAUC = results.Int(w.Step), results.Num(w.StepAUC)
	}
	return []results.Cell{results.Str(s.Regime), results.Str(s.Scorer), results.Int(int(i) + 1), results.Str(i.String()),
		results.Bool(record.Items[i].Invented), results.Bool(w.Read), results.Int(w.Columns),
		results.NumIf(w.Loss.Value, w.Loss.OK), low, high, results.NumIf(test.P, test.OK), results.NumIf(w.Adjusted, w.Adjusted >= 0),
		results.NumIf(w.Alone.Value, w.Alone.OK), aloneLow, aloneHigh, step, stepAUC,
		results.Int(s.Rows), results.Int(s.Bad), results.Strs(append(itemNotes(i, w), some(x.Few)...)...)}
}

// itemNotes says what a reader should know of the row of an item that is worth w.
func itemNotes(i record.Item, w *items.Worth) []string {
	switch {
	case record.Items[i].Identifier:
		return []string{"an identifier joins rows and carries nothing by construction; one is needed to say whose score is asked for"}
	case !w.Read:
		return []string{"says the same as tenure_days, which is read in its place"}
	case i == record.ItemFailedTopups7:
		return []string{"proxy outcomes are read off this item: without it there is no proxy model"}
	case w.Loss.HasInterval && w.Loss.SE == 0:
		return []string{"the scorer found no use for it beside the others"}
	}
	return nil
}

func setTable(x *items.Result, margin float64) *results.Table {
	t := results.NewTable(results.Schema{
		Name: "item_sets", Title: "How many of the 24 items the score needed", Key: []string{"regime", "scorer"},
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
	for k := range x.Scores {
		t.Append(setRow(x, &x.Scores[k], margin)...)
	}
	return t
}

func setRow(x *items.Result, s *items.Score, margin float64) []results.Cell {
	low, high := ends(s.Gap)
	needed, names, gap, shown := results.None, results.None, results.None, results.None
	var doubt []string
	if s.Found {
		var list []string
		for _, i := range s.Chosen {
			list = append(list, i.String())
		}
		needed, names = results.Int(len(s.Chosen)), results.Str(strings.Join(list, " "))
		gap = results.Num(s.CalibrationGap)
	} else {
		doubt = append(doubt, "no search: the calibration bills are not of both outcomes")
	}
	if s.Verdict.OK {
		shown = results.Bool(s.Verdict.NonInferior)
	}
	return []results.Cell{results.Str(s.Regime), results.Str(s.Scorer), results.Int(int(record.NumItems)), results.Int(x.Read), needed, names, gap,
		estimate(s.All), estimate(s.Set), estimate(s.Gap), low, high,
		results.Num(margin), results.NumIf(s.Verdict.PNonInferior, s.Verdict.OK), shown,
		results.Int(s.Rows), results.Int(s.Bad), results.Strs(append(doubt, some(x.Few)...)...)}
}

// itemSentence says how many items the first scorer needed under every regime.
func itemSentence(x *items.Result, margin float64) string {
	var parts []string
	for _, s := range x.Scores {
		if !s.Main || !s.Found {
			continue
		}
		shown := "confirmed on the test bills"
		if !s.Verdict.NonInferior {
			shown = "not confirmed on the test bills"
		}
		parts = append(parts, fmt.Sprintf("under %s %d (%s)", s.Regime, len(s.Chosen), shown))
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("Of the %d items sent the score needed, within a margin of %g in AUC: %s.", record.NumItems, margin, strings.Join(parts, "; "))
}
