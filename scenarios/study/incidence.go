package study

import (
	"overshare/scoring/calibrate"
	"overshare/scoring/metric"
)

// An Incidence is one band of stated incidence with the test bills in it.
type Incidence struct {
	calibrate.Band
	Predicted  float64         // mean probability; 0 without a bill
	Observed   metric.Estimate // share that bounced
	Difference metric.Estimate // of it from that in the same band under the first regime
}

// Meets reports whether interval and stated range share a point: the bills do not contradict the band. A true
// band fails this with a probability of at most alpha/2.
func (b *Incidence) Meets() bool {
	return b.Observed.HasInterval && b.Observed.Low <= b.High && b.Observed.High >= b.Low
}

// Within reports whether the whole interval lies inside the stated range: the bills confirm the band.
func (b *Incidence) Within() bool {
	return b.Observed.HasInterval && b.Observed.Low >= b.Low && b.Observed.High <= b.High
}

// Incidences sorts the test bills into the bands of [calibrate.Bands], by regime and band.
func (m *Measured) Incidences(t *Panel, alpha float64) (all [][]Incidence) {
	var first []banded
	for r := range m.Scores {
		bands := fillBands(m.Scores[r].P, t)
		if r == 0 {
			first = bands
		}
		list := make([]Incidence, len(bands))
		for k := range bands {
			b := &bands[k]
			list[k] = Incidence{b.Band, b.predicted / float64(max(b.Rows, 1)), Share(&b.bad, &b.bills, alpha),
				metric.RatioDifference(b.bad[:], b.bills[:], first[k].bad[:], first[k].bills[:], alpha)}
		}
		all = append(all, list)
	}
	return all
}

// A banded is one band with its sums by random group of people.
type banded struct {
	calibrate.Band
	bills, bad Sums
	predicted  float64 // sum of the probabilities
}

// fillBands sorts the test bills into the bands of [calibrate.Bands].
func fillBands(p []float32, t *Panel) []banded {
	plain := calibrate.Bands(p, t.Bad)
	out := make([]banded, len(plain))
	edge := make([]float32, len(plain))
	for k := range plain {
		out[k].Band = plain[k]
		edge[k] = float32(plain[k].Low)
	}
	for i, x := range p {
		k := 0
		for k+1 < len(edge) && x >= edge[k+1] {
			k++
		}
		b, g := &out[k], t.Part[i]
		b.bills[g]++
		b.predicted += float64(x)
		if t.Bad[i] {
			b.bad[g]++
		}
	}
	return out
}
