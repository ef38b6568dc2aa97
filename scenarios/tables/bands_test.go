package tables

import (
	"strings"
	"testing"

	"overshare/scenarios/study"
	"overshare/scoring"
	"overshare/scoring/features"
	"overshare/scoring/scorecard"
	"overshare/sim/rng"
)

// The columns that need an item nobody has named publicly, one by one.
func TestInventedColumns(t *testing.T) {
	want := map[string]bool{}
	for _, name := range strings.Fields(`payment_amount_7d_won topup_amount_7d_won remittance_amount_7d_won received_7d idle_days
		linked_banks linked_cards failed_topups_7d auto_topup account_status senders_7d senders_28d failing_counterparties
		held_counterparties proxy_score`) {
		want[name] = true
	}
	for _, lag := range []string{"7", "14", "21", "28"} {
		want["failed_topups_7d_lag"+lag], want["received_7d_lag"+lag] = true, true
	}
	n := 0
	for _, c := range features.Columns() {
		if got := inventedColumn(c.Name); got != want[c.Name] {
			t.Errorf("%s: invented %v, want %v", c.Name, got, want[c.Name])
		} else if got {
			n++
		}
	}
	if n != len(want) {
		t.Errorf("%d invented columns, want %d: a name has changed", n, len(want))
	}
}

// The table has the lines of the card, the same points, and nothing where a line has no number.
func TestScorecardTable(t *testing.T) {
	f := []scoring.Feature{{Name: "balance_won", Levels: 4}, {Name: "auto_topup", Levels: 2}}
	data := &scoring.Table{Features: f}
	for i := range 4000 {
		s := rng.Open(17, rng.PurposeBootstrap, uint64(i))
		level := uint8(1 + rng.Below(s.At(0), 4))
		data.Code = append(data.Code, level, uint8(1+rng.Below(s.At(1), 2)))
		data.Bad = append(data.Bad, s.Uniform(2) < 0.3/float64(level))
	}
	card, err := scorecard.Train(data, scorecard.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	all := []*study.Measured{{Scorer: "scorecard", Scores: []study.Score{{Knowledge: &study.Knowledge{Regime: "everyone", Scorer: "scorecard", Card: card}}}},
		{Scorer: "gbdt", Scores: []study.Score{{Knowledge: &study.Knowledge{Regime: "everyone", Scorer: "gbdt"}}}}}
	table, lines := scorecardTable(all), card.Table()
	if table.Len() != len(lines) {
		t.Fatalf("%d rows, the card has %d lines", table.Len(), len(lines))
	}
	for r, l := range lines {
		if points, _ := table.Get(r, "points").Int(); points != int64(l.Points) || table.Get(r, "values").String() != l.Bin {
			t.Errorf("row %d: %s %d points, the card says %s %d", r, table.Get(r, "values"), points, l.Bin, l.Points)
		}
		if base := l.Feature == ""; table.Get(r, "woe").Empty() != base || table.Get(r, "invented").Empty() != base {
			t.Errorf("row %d: weight of evidence %q, invented %q", r, table.Get(r, "woe"), table.Get(r, "invented"))
		}
		if l.Feature == "auto_topup" && table.Get(r, "invented").String() != "true" {
			t.Error("an invented item is not marked")
		}
	}
}
