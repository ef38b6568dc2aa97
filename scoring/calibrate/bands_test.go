package calibrate

import (
	"fmt"
	"math"
	"testing"

	"overshare/scoring/calibrate/logit"
	"overshare/sim/rng"
)

func ExampleScore() {
	for _, p := range []float64{0, 0.0001, 0.001, 0.03, 0.1, 0.5, 0.9, 1} {
		s, _ := Score(p)
		fmt.Println(p, s)
	}
	// Output:
	// 0 100
	// 0.0001 100
	// 0.001 80
	// 0.03 50
	// 0.1 39
	// 0.5 20
	// 0.9 1
	// 1 0
}

// scoreRange returns the probabilities that get the score s: above low, up to high. The range of 100
// starts at 0, that of 0 ends at 1.
func scoreRange(s int) (low, high float64) {
	at := func(x float64) float64 { return logit.P((Level - x) * math.Ln2 / Halving) }
	low, high = at(float64(s)+0.5), at(float64(s)-0.5)
	if s >= 100 {
		low = 0
	}
	if s <= 0 {
		high = 1
	}
	return low, high
}

// Every score has its range, the ranges join, and the score never rises with the probability.
func TestScoreRange(t *testing.T) {
	for s := 0; s <= 100; s++ {
		low, high := scoreRange(s)
		for _, p := range []float64{low*1.0000001 + 1e-12, (low + high) / 2, high * 0.9999999} {
			if got, ok := Score(p); got != s || !ok {
				t.Errorf("Score(%v) = %d, want %d in its range %v to %v", p, got, s, low, high)
			}
		}
		if next, _ := scoreRange(s - 1); s > 0 && math.Abs(next-high) > 1e-15 {
			t.Errorf("range of %d starts at %v, that of %d ends at %v", s-1, next, s, high)
		}
	}
	for _, p := range []float64{-1, 1.01, math.NaN()} {
		if _, ok := Score(p); ok {
			t.Errorf("Score(%v) is defined", p)
		}
	}
	last := 100
	for x := -12.0; x < 5; x += 0.001 {
		s, _ := Score(logit.P(x))
		if s > last || s < last-1 {
			t.Fatalf("score %d after %d at log-odds %v", s, last, x)
		}
		last = s
	}
}

func TestBands(t *testing.T) {
	p := []float32{0, 0.004, 0.005, 0.02, 0.03, 0.03, 0.49, 0.5, 1}
	bad := []bool{false, false, true, false, true, false, true, true, true}
	got := Bands(p, bad)
	rows, bads := []int64{2, 1, 1, 2, 0, 0, 1, 2}, []int64{0, 1, 0, 1, 0, 0, 1, 2}
	for k, b := range got {
		if b.Rows != rows[k] || b.Bads != bads[k] || b.Defined != (rows[k] > 0) {
			t.Errorf("band %d: %+v, want %d rows, %d bads", k, b, rows[k], bads[k])
		}
		if !b.Defined && (b.Rate != 0 || b.Meets || b.Within) {
			t.Errorf("empty band %d claims something: %+v", k, b)
		}
		if k > 0 && (b.Low != got[k-1].High || b.ScoreHigh != got[k-1].ScoreLow) {
			t.Errorf("band %d does not join its neighbour: %+v", k, b)
		}
	}
	if got[0].ScoreHigh != 100 || got[7].ScoreLow != 0 || got[2].Low != 0.015 {
		t.Errorf("ends of the bands: %+v, %+v", got[0], got[7])
	}
}

// True probabilities meet every band; probabilities that are wrong by a half do not. 10⁶ rows over
// all bands. A true band fails only if its rate, which lies inside the range, is missed by more than
// its distance to the edge plus 1.96 standard errors; here that distance alone is over 5 standard
// errors in every band: false-alarm rate below 1e-6. Seed 8.
func TestBandsTellTrueFromFalse(t *testing.T) {
	const n = 1_000_000
	s := rng.Open(8, rng.PurposeModel, 1)
	p, off, bad := make([]float32, n), make([]float32, n), make([]bool, n)
	for i := range p {
		x := -7 + 9*s.Uniform(uint64(2*i))
		p[i], off[i] = float32(logit.P(x)), float32(logit.P(x-0.4))
		bad[i] = s.Uniform(uint64(2*i+1)) < logit.P(x)
	}
	missed := 0
	for k, b := range Bands(p, bad) {
		if !b.Meets || !b.Within {
			t.Errorf("band %d of true probabilities: %+v", k, b)
		}
	}
	for _, b := range Bands(off, bad) {
		if !b.Within {
			missed++
		}
	}
	if missed < 1 {
		t.Error("odds too low by a third pass in every band")
	}
}
