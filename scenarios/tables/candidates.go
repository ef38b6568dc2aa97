package tables

import (
	"overshare/results"
	"overshare/scenarios/study"
)

// candidateTable says what every score is made of.
func candidateTable(all []*study.Measured) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "candidates", Title: "What each score is made of: the models that the processor could learn, and their weights", Key: []string{"regime", "scorer", "candidate"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "candidate", Type: results.String, Meaning: "a model that the processor could learn from what it holds; see METHOD.md, section 5", Required: true},
			{Name: "weight", Type: results.Number, Meaning: "its weight in the log-odds of the score, learnt on bills that it had not seen; 0 or more", Required: true}},
	})
	for _, m := range all {
		for _, s := range m.Scores {
			for _, c := range s.Candidates {
				table.Append(results.Str(s.Regime), results.Str(m.Scorer), results.Str(c.Name), results.Num(c.Weight))
			}
		}
	}
	return table
}
