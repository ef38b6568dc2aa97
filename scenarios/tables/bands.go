package tables

import (
	"fmt"
	"strings"

	"overshare/results"
	"overshare/scenarios/study"
	"overshare/scoring/features"
	"overshare/scoring/scorecard"
	"overshare/sim/record"
)

// scorecardTable writes scorecard.csv: the cards as a credit officer reads them. Scorers that are no cards
// have no rows.
func scorecardTable(all []*study.Measured) *results.Table {
	t := results.NewTable(results.Schema{Name: "scorecard", Title: "Scorecards, item by item", Key: []string{"regime", "scorer", "feature", "values"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "candidate", Type: results.String, Meaning: "which of the models in candidates.csv this is: of those learnt from bills the one with the most weight; empty where nothing is combined"},
			{Name: "feature", Type: results.String, Meaning: "column of the card; base is the row of the points everybody starts with", Required: true},
			{Name: "values", Type: results.String, Meaning: "values in the bin; missing = not sent", Required: true},
			{Name: "invented", Type: results.Boolean, Meaning: "true if the column needs an item that is not among the publicly named ones"},
			{Name: "rows", Type: results.Integer, Unit: "bills", Meaning: "training bills in the bin", Required: true},
			{Name: "bad", Type: results.Integer, Unit: "bills", Meaning: "of them bounced", Required: true},
			{Name: "bad_rate", Type: results.Number, Meaning: "bad over rows"},
			{Name: "woe", Type: results.Number, Meaning: "weight of evidence: log of the bin's odds of bouncing over the odds of all; above 0 = riskier"},
			{Name: "iv", Type: results.Number, Meaning: "the bin's part of the column's information value; add them up for the column"},
			{Name: "coefficient", Type: results.Number, Meaning: "of the column in the regression; 0 if it is left out"},
			{Name: "points", Type: results.Integer, Unit: "points", Meaning: "what the bin adds; higher = safer, 20 points double the odds of being paid", Required: true},
			{Name: "left_out", Type: results.String, Meaning: "why the column is left out of the regression; empty if it is in"},
			results.Warnings()}})
	for _, m := range all {
		for _, s := range m.Scores {
			if s.Card == nil {
				continue
			}
			for _, l := range s.Card.Table() {
				t.Append(cardRow(s, &l)...)
			}
		}
	}
	return t
}

func cardRow(s study.Score, l *scorecard.Line) []results.Cell {
	name, base := l.Feature, l.Feature == ""
	invented := results.Bool(inventedColumn(name))
	if base {
		name, invented = "base", results.None
	}
	return []results.Cell{results.Str(s.Regime), results.Str(s.Scorer), results.Str(s.CardOf), results.Str(name), results.Str(l.Bin), invented,
		results.Int(l.Rows), results.Int(l.Bads), results.NumIf(l.BadRate, l.HasRate), results.NumIf(l.WoE, !base), results.NumIf(l.IV, !base),
		results.NumIf(l.Coefficient, !base), results.Int(l.Points), results.Str(l.Left), results.Strs(s.Warnings...)}
}

// inventedColumn says whether a column of the models needs an item that is not publicly named: an item of
// its own name, an item of earlier records, the tokens of counterparties, or all of them for the proxy score.
func inventedColumn(name string) bool {
	if features.FromPlatformAlone(name) {
		return false
	}
	name, _, _ = strings.Cut(name, "_lag")
	for _, item := range record.Items {
		if item.Name == name {
			return item.Invented
		}
	}
	return true
}

// bandTable writes bands.csv: the later test bills in bands of stated incidence.
func bandTable(all []*study.Measured, bands [][][]study.Incidence) *results.Table {
	table := results.NewTable(results.Schema{Name: "bands", Title: "Score bands: stated and observed incidence", Key: []string{"regime", "scorer", "band"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "band", Type: results.Integer, Meaning: "from 1, the safest; the same bands under every regime", Required: true},
			{Name: "stated_from", Type: results.Number, Meaning: "least share of bounces that the band stands for", Required: true},
			{Name: "stated_to", Type: results.Number, Meaning: "largest share; bills with a probability from stated_from up to, not including, stated_to are in the band", Required: true},
			{Name: "score_from", Type: results.Integer, Unit: "points", Meaning: "lowest score of the band, 0 to 100, higher = safer", Required: true},
			{Name: "score_to", Type: results.Integer, Unit: "points", Meaning: "highest score of the band", Required: true},
			billsColumn, badColumn,
			{Name: "predicted", Type: results.Number, Meaning: "mean probability of the bills in the band"},
			{Name: "observed", Type: results.Number, Meaning: "share that bounced"}, lowColumn, highColumn,
			{Name: "meets", Type: results.Boolean, Meaning: "the interval and the stated range share a point: the bills do not contradict the band; a true band fails this with a probability of at most alpha/2"},
			{Name: "within", Type: results.Boolean, Meaning: "the whole interval lies inside the stated range: the bills confirm the band"},
			{Name: "difference", Type: results.Number, Meaning: "observed less observed in the same band under the first regime, paired by person"},
			{Name: "difference_low", Type: results.Number, Meaning: "lower end of its interval"},
			{Name: "difference_high", Type: results.Number, Meaning: "upper end of it"},
			results.Warnings()}})
	for n, m := range all {
		for r, list := range bands[n] {
			for k := range list {
				table.Append(bandRow(m, r, k, &list[k])...)
			}
		}
	}
	return table
}

func bandRow(m *study.Measured, r, k int, b *study.Incidence) []results.Cell {
	meets, within := results.None, results.None
	if b.Observed.HasInterval {
		meets, within = results.Bool(b.Meets()), results.Bool(b.Within())
	}
	notes := append([]string{}, m.Scores[r].Warnings...)
	switch {
	case b.Rows == 0:
		notes = append(notes, "no bill in this band")
	case b.Rows < 100:
		notes = append(notes, fmt.Sprintf("only %d bills in this band", b.Rows))
	}
	cells := []results.Cell{results.Str(m.Scores[r].Regime), results.Str(m.Scorer), results.Int(k + 1), results.Num(b.Low), results.Num(b.High),
		results.Int(b.ScoreLow), results.Int(b.ScoreHigh), results.Int(b.Rows), results.Int(b.Bads),
		results.NumIf(b.Predicted, b.Rows > 0)}
	cells = append(cells, span(b.Observed)...)
	cells = append(cells, meets, within)
	return append(append(cells, span(b.Difference)...), results.Strs(notes...))
}
