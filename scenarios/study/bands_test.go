package study

import (
	"strings"
	"testing"

	"overshare/scoring"
	"overshare/scoring/calibrate"
	"overshare/scoring/features"
	"overshare/scoring/metric"
	"overshare/scoring/scorecard"
	"overshare/sim/rng"
)

// Every bill is in the band that calibrate counts it in, also on the borders, and sums are the counts.
func TestBandsEqualPlainCount(t *testing.T) {
	truth, scores := randomBills(5000, 1)
	p := scores[0].P
	for i := range p {
		p[i] = float32(rng.Open(7, rng.PurposeBootstrap, uint64(i)).Uniform(0))
		if i < 40 {
			p[i] = float32(calibrate.Edges()[i%9])
		}
	}
	x := newPanel(truth, 3)
	rows := 0
	for k, b := range fillBands(p, x) {
		want := calibrate.Bands(p, truth.Bad)[k]
		if b.Band != want || b.bills.total() != want.Rows || b.bad.total() != want.Bads {
			t.Errorf("band %d: %d bills, %d bad, want %d and %d", k+1, b.bills.total(), b.bad.total(), want.Rows, want.Bads)
		}
		if mean := b.predicted / float64(b.Rows); b.Rows > 0 && (mean < b.Low || mean > b.High) {
			t.Errorf("band %d: mean probability %g outside it", k+1, mean)
		}
		rows += int(b.Rows)
	}
	if rows != 5000 {
		t.Errorf("%d bills in bands, want 5000", rows)
	}
}

// A probability that is right meets its bands; one three times too low or too high does not, and lies apart
// from the first in what was observed. 200,000 bills of as many people: the largest band has a standard
// error of 0.1 points.
func TestBandTableJudges(t *testing.T) {
	const n = 200_000
	truth := &Truth{}
	right, low, high := make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range n {
		s := rng.Open(13, rng.PurposeBootstrap, uint64(i))
		p := 0.001 + 0.15*s.Uniform(0)*s.Uniform(1)
		right[i], low[i] = float32(p), float32(p/3)
		high[i] = float32(3 * p)
		truth.Bad = append(truth.Bad, s.Uniform(2) < p)
		truth.Cluster = append(truth.Cluster, uint32(i))
		truth.Bills = append(truth.Bills, BillRow{})
	}
	all := []*measured{{"scorecard", []Score{{right, &Knowledge{Regime: "right"}}, {low, &Knowledge{Regime: "low"}}, {high, &Knowledge{Regime: "high"}}}, metric.Report{}}}
	table := bandTable(all, newPanel(truth, 3), 0.05)
	for r := range table.Len() {
		regime, band := table.Get(r, "regime").String(), table.Get(r, "band").String()
		bills, _ := table.Get(r, "bills").Int()
		meets, ok := table.Get(r, "meets").Bool()
		switch {
		case bills == 0:
			if ok || table.Get(r, "warnings").Empty() || !table.Get(r, "observed").Empty() {
				t.Errorf("%s, band %s is empty and says %v", regime, band, table.Get(r, "warnings"))
			}
		case regime == "right" && !meets:
			t.Errorf("band %s of right probabilities is contradicted", band)
		case regime == "right":
			if d, _ := table.Get(r, "difference").Float(); d != 0 {
				t.Errorf("the first regime differs from itself by %g", d)
			}
		case regime == "low" && band != "1" && meets && bills > 2000:
			t.Errorf("band %s of probabilities three times too low is met", band)
		case regime == "high" && band != "1" && meets && bills > 2000:
			t.Errorf("band %s of probabilities three times too high is met", band)
		case regime == "low" && band == "2":
			if low, _ := table.Get(r, "difference_low").Float(); !(low > 0.005) {
				t.Errorf("band 2 does not lie above the first regime's: %g", low)
			}
		}
	}
}

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
	all := []*measured{{"scorecard", []Score{{nil, &Knowledge{Regime: "everyone", Scorer: "scorecard", Card: card}}}, metric.Report{}},
		{"gbdt", []Score{{nil, &Knowledge{Regime: "everyone", Scorer: "gbdt"}}}, metric.Report{}}}
	table, lines := scorecardTable(all), card.Table()
	if table.Len() != len(lines) {
		t.Fatalf("%d rows, the card has %d lines", table.Len(), len(lines))
	}
	for r, l := range lines {
		if points, _ := table.Get(r, "points").Int(); points != int64(l.Points) || table.Get(r, "bin").String() != l.Bin {
			t.Errorf("row %d: %s %d points, the card says %s %d", r, table.Get(r, "bin"), points, l.Bin, l.Points)
		}
		if base := l.Feature == ""; table.Get(r, "woe").Empty() != base || table.Get(r, "invented").Empty() != base {
			t.Errorf("row %d: weight of evidence %q, invented %q", r, table.Get(r, "woe"), table.Get(r, "invented"))
		}
		if l.Feature == "auto_topup" && table.Get(r, "invented").String() != "true" {
			t.Error("an invented item is not marked")
		}
	}
}
