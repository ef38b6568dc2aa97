package tables

import (
	"fmt"

	"overshare/results"
	"overshare/scenarios/study"
)

// fewOfOneOutcome is the number of people of either outcome below which a measure is marked.
const fewOfOneOutcome = 100

// groupTable writes groups.csv.
func groupTable(x *study.Result) *results.Table {
	least := x.Evaluation.LeastBadPeople
	table := results.NewTable(results.Schema{Name: "groups", Title: "Detection by age, sex and region", Key: []string{"regime", "scorer", "dimension", "group", "metric"},
		Columns: groupColumns(least)})
	for n, m := range x.Scorers {
		for r := range m.Scores {
			for k := range x.Groups.All {
				groupRows(table, m, r, &x.Groups.All[k], &x.Groups.Fair[n][k][r], least)
			}
		}
	}
	return table
}

func groupColumns(least int) []results.Column {
	return []results.Column{regimeColumn, scorerColumn,
		{Name: "dimension", Type: results.String, Meaning: "what divides the people: age, sex, region; all = everybody", Required: true},
		{Name: "group", Type: results.String, Meaning: "group of people; no processor is shown it", Required: true},
		{Name: "metric", Type: results.String, Meaning: "auc within the group; recall and false-positive rate when bills are flagged at the one threshold that flags 5 % of everybody's paid bills, bills with the score of the threshold in part; observed_minus_predicted: share that bounced less mean probability, 0 = calibrated", Required: true},
		{Name: "value", Type: results.Number, Meaning: fmt.Sprintf("the measure; empty where it is undefined or fewer than %d people (evaluation.least_bad_people) had a bounced bill, or a paid one", least)},
		lowColumn, highColumn,
		{Name: "difference", Type: results.Number, Meaning: "value less that under the first regime on the same bills"},
		{Name: "difference_low", Type: results.Number, Meaning: "lower end of its interval, not adjusted"},
		{Name: "difference_high", Type: results.Number, Meaning: "upper end of it"},
		{Name: "p_adjusted", Type: results.Number, Meaning: "two-sided test of no difference, Holm's over all differences of age, sex and region in this table"},
		billsColumn, badColumn,
		{Name: "bad_people", Type: results.Integer, Unit: "people", Meaning: "people of the group with a bounced test bill", Required: true},
		{Name: "good_people", Type: results.Integer, Unit: "people", Meaning: "people of the group with a paid one", Required: true},
		results.Warnings()}
}

// groupRows adds the rows of one group under one regime.
func groupRows(table *results.Table, m *study.Measured, r int, g *study.Group, f *study.Fair, least int) {
	notes := append([]string{}, m.Scores[r].Warnings...)
	switch fewer := min(g.BadPeople, g.GoodPeople); {
	case fewer < least:
		notes = append(notes, fmt.Sprintf("only %d people with a bounced bill and %d with a paid one: not reported below %d", g.BadPeople, g.GoodPeople, least))
	case fewer < fewOfOneOutcome:
		notes = append(notes, fmt.Sprintf("only %d people of one outcome", fewer))
	}
	for k, v := range f.Value {
		cells := []results.Cell{results.Str(m.Scores[r].Regime), results.Str(m.Scorer), results.Str(g.Dimension), results.Str(g.Name), results.Str(study.GroupMeasures[k])}
		cells = append(append(cells, span(v)...), span(f.Difference[k])...)
		table.Append(append(cells, results.NumIf(f.Adjusted[k], f.Adjusted[k] >= 0), results.Int(g.Bills), results.Int(g.Bad),
			results.Int(g.BadPeople), results.Int(g.GoodPeople), warnings(v, notes))...)
	}
}
