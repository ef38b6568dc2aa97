package study

import (
	"context"
	"testing"

	"overshare/scoring/metric"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// randomBills makes n test bills of about n/2 people and scores for the given number of regimes.
func randomBills(n, regimes int) (*Truth, []Score) {
	t := &Truth{}
	scores := make([]Score, regimes)
	for r := range scores {
		scores[r] = Score{make([]float32, n), &Knowledge{Regime: string(rune('a' + r)), Scorer: "scorecard"}}
	}
	for i := range n {
		s := rng.Open(1, rng.PurposeBootstrap, uint64(i))
		person := uint32(uint64(i)/2 + rng.Below(s.At(0), 5000))
		who := rng.Open(2, rng.PurposeBootstrap, uint64(person))
		bad := s.Uniform(1) < 0.03
		b := BillRow{Amount: int32(rng.Below(s.At(2), 30000)), Items: uint16(1 + rng.Below(s.At(3), 3)),
			Band: uint8(rng.Below(who.At(1), 12)), Region: uint8(rng.Below(who.At(2), 17))}
		if bad {
			b.Cause, b.Recovered = record.CauseBank, s.Uniform(4) < 0.6
			b.ItemsBad, b.ItemsBadWon = 1, b.Amount/int32(b.Items)
		}
		t.Bad, t.Cluster, t.Bills = append(t.Bad, bad), append(t.Cluster, person), append(t.Bills, b)
		for r := range scores {
			x := 0.015*s.Uniform(5) + 0.005*s.Uniform(20+uint64(r))
			if bad {
				x += 0.02 * s.Uniform(6+uint64(r))
			}
			scores[r].P[i] = float32(x)
		}
	}
	return t, scores
}

// BenchmarkMoneyAndPeople costs the tables about money and people for 1 M test bills under two regimes; the
// country has 5.4 M.
func BenchmarkMoneyAndPeople(b *testing.B) {
	t, scores := randomBills(1_000_000, 2)
	p := &Plan{Evaluation: Evaluation{Alpha: 0.05, LeastBadPeople: 20, TestDays: 30}, Economics: Economics{Fee: 150, Margin: 0.2, SalesLost: 0.3, BounceCost: 200}}
	all := []*Measured{{Scorer: "scorecard", Scores: scores, Report: metric.Report{Columns: make([]metric.Column, 2)}}}
	for name, work := range map[string]func(*Panel) error{
		"panel": func(*Panel) error { NewPanel(t, 1); return nil },
		"bands": func(x *Panel) error { all[0].Incidences(x, 0.05); return nil },
		"spend": func(x *Panel) error {
			p.Economics.spend(x, func(i int) bool { return scores[0].P[i] < 0.03 })
			return nil
		},
		"groups": func(x *Panel) error { _, err := p.groups(context.Background(), all, x, 2); return err },
		"curve":  func(x *Panel) error { _, err := p.curves(context.Background(), all[0], x, 2); return err },
	} {
		x := NewPanel(t, 1)
		b.Run(name, func(b *testing.B) {
			for range b.N {
				if err := work(x); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
