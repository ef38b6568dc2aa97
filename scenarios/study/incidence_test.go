package study

import (
	"overshare/scoring/calibrate"
	"overshare/sim/rng"
	"testing"
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
	x := NewPanel(truth, 3)
	rows := 0
	for k, b := range fillBands(p, x) {
		want := calibrate.Bands(p, truth.Bad)[k]
		if b.Band != want || b.bills.Total() != want.Rows || b.bad.Total() != want.Bads {
			t.Errorf("band %d: %d bills, %d bad, want %d and %d", k+1, b.bills.Total(), b.bad.Total(), want.Rows, want.Bads)
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
func TestBandsJudge(t *testing.T) {
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
	m := &Measured{Scorer: "scorecard", Scores: []Score{{right, &Knowledge{}}, {low, &Knowledge{}}, {high, &Knowledge{}}}}
	const isRight, isLow, isHigh = 0, 1, 2
	for r, bands := range m.Incidences(NewPanel(truth, 3), 0.05) {
		for k := range bands {
			b := &bands[k]
			switch {
			case b.Rows == 0:
				if b.Meets() || b.Observed.OK {
					t.Errorf("score %d, band %d is empty and says %+v", r, k+1, b.Observed)
				}
			case r == isRight && !b.Meets():
				t.Errorf("band %d of right probabilities is contradicted", k+1)
			case r == isRight && b.Difference.Value != 0:
				t.Errorf("the first score differs from itself by %g", b.Difference.Value)
			case (r == isLow || r == isHigh) && k > 0 && b.Meets() && b.Rows > 2000:
				t.Errorf("band %d of probabilities three times off (score %d) is met", k+1, r)
			case r == isLow && k == 1 && !(b.Difference.Low > 0.005):
				t.Errorf("band 2 does not lie above the first score's: %g", b.Difference.Low)
			}
		}
	}
}
