package tables

import (
	"overshare/results"
	"overshare/scenarios/study/channels"
)

// Channels puts through what sharing more helps into tables.
func Channels(x *channels.Result) Finding {
	effects, combos := channelTable(), coalitionTable()
	f := Finding{Tables: []*results.Table{effects, combos}}
	if x.Games == nil {
		f.warn("channels: only one regime is compared; name two in sharing.regimes")
	}
	// One effect after the other, scorer by scorer within it, and the whole of every scorer at the end.
	for at := 0; len(x.Games) > 0 && at < len(x.Games[0].Effects); {
		name, next := x.Games[0].Effects[at].Name, at
		for next < len(x.Games[0].Effects) && x.Games[0].Effects[next].Name == name {
			next++
		}
		for k := range x.Games {
			for i := at; i < next; i++ {
				effects.Append(effectRow(x, &x.Games[k], &x.Games[k].Effects[i])...)
			}
		}
		at = next
	}
	for k := range x.Games {
		for _, c := range x.Games[k].Coalition {
			combos.Append(coalitionRow(x, &x.Games[k], &c)...)
		}
	}
	return f
}

func effectRow(x *channels.Result, g *channels.Game, e *channels.Effect) []results.Cell {
	low, high := ends(e.Difference)
	test := e.Difference.Test(0)
	var notes []string
	if e.Idle {
		notes = append(notes, "both regimes hold the same here: nothing to switch")
	}
	notes = append(append(notes, some(x.Few)...), g.Warnings...)
	return []results.Cell{results.Str(x.From), results.Str(x.To), results.Str(g.Scorer), results.Str(e.Name), results.Str(e.Channel),
		results.NumIf(e.Difference.Value, e.Difference.OK), low, high, results.Str(e.Difference.Method), results.NumIf(test.P, test.OK),
		results.NumIf(e.Adjusted, e.Adjusted >= 0), results.Int(g.Rows), results.Int(g.Bad), warnings(e.Difference, notes)}
}

func coalitionRow(x *channels.Result, g *channels.Game, c *channels.Coalition) []results.Cell {
	low, high := ends(c.AUC)
	cells := []results.Cell{results.Str(x.From), results.Str(x.To), results.Str(g.Scorer)}
	for _, has := range c.Has {
		cells = append(cells, results.Bool(has))
	}
	return append(cells, results.NumIf(c.AUC.Value, c.AUC.OK), low, high, warnings(c.AUC, g.Warnings))
}

func channelTable() *results.Table {
	return results.NewTable(results.Schema{
		Name: "channels", Title: "Through what sharing more changes detection", Key: []string{"scorer", "effect", "channel"},
		Columns: []results.Column{fromColumn, toColumn, scorerColumn,
			{Name: "effect", Type: results.String, Required: true, Meaning: "shapley = mean gain over all orders in which the channels can be added; " +
				"alone = gain when only this one is added; last = loss when only this one is taken away; whole = all of them together, which the Shapley values add up to"},
			{Name: "channel", Type: results.String, Required: true, Meaning: "rows = others' outcomes train the proxy model; history = records from before registration; " +
				"counterparties = what others' records tell; cold-start = last night's record of who registered today; all = the four together"},
			{Name: "auc_difference", Type: results.Number, Meaning: "change of the ROC AUC on the same test bills"},
			lowColumn, highColumn, methodColumn,
			{Name: "p_value", Type: results.Number, Meaning: "two-sided p-value of no change"},
			{Name: "p_adjusted", Type: results.Number, Meaning: "the same after Holm's correction over the channels that change anything, and over scorers, within one effect"},
			billsColumn, badColumn, results.Warnings()},
	})
}

var (
	fromColumn = results.Column{Name: "from", Type: results.String, Meaning: "regime that shares less", Required: true}
	toColumn   = results.Column{Name: "to", Type: results.String, Meaning: "regime that shares more", Required: true}
)

func coalitionTable() *results.Table {
	columns := []results.Column{fromColumn, toColumn, scorerColumn}
	for _, name := range []string{"has_rows", "has_history", "has_counterparties", "has_cold_start"} {
		columns = append(columns, results.Column{Name: name, Type: results.Boolean, Required: true, Meaning: "whether this channel is that of the regime that shares more"})
	}
	return results.NewTable(results.Schema{
		Name: "coalitions", Title: "Detection under every combination of channels",
		Key: []string{"scorer", "has_rows", "has_history", "has_counterparties", "has_cold_start"},
		Columns: append(columns, results.Column{Name: "auc", Type: results.Number, Meaning: "area under the ROC curve"},
			lowColumn, highColumn, results.Warnings()),
	})
}
