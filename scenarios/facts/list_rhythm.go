package facts

import (
	"fmt"
	"math"

	"overshare/sim/portable"
)

var weekdays = [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}

const noFigure = "no published figure for a wallet"

// rhythm returns the figures on how payments are spread over time, people and amounts. Nothing of the kind
// is published for this wallet; where the literature reports a range for human activity, it is given as a
// comparison, marked as from other fields.
func (w *world) rhythm() (all []figure) {
	for k := 1; k <= 7; k++ {
		d := k % 7
		all = append(all, figure{name: "share of transactions on a " + weekdays[d], unit: unitShare, source: noFigure,
			simulated: func(c *counts) float64 { return ratio(c.Month.Weekday[d], sum(c.Month.Weekday[:])) }})
	}
	for _, h := range [...]struct{ from, to int }{{0, 6}, {6, 9}, {9, 12}, {12, 14}, {14, 18}, {18, 21}, {21, 24}} {
		all = append(all, figure{name: fmt.Sprintf("share of payments and remittances from %d to %d hours", h.from, h.to), unit: unitShare, source: noFigure,
			simulated: func(c *counts) float64 { return ratio(sum(c.Month.Hour[h.from:h.to]), sum(c.Month.Hour[:])) }})
	}
	all = append(all,
		figure{name: "Gini coefficient of transactions per person", unit: unitNumber, source: noFigure,
			simulated: func(c *counts) float64 { return gini(c.Month.ByPerson[:], c.Month.Most) }},
		figure{name: "transactions of the most active tenth of people", unit: unitShare, source: noFigure,
			simulated: func(c *counts) float64 { return activeShare(c.Month.ByPerson[:], c.Month.Most, 0.1) }},
		figure{name: "burstiness of payments and remittances", unit: unitNumber, low: 0.2, high: 0.6, published: nothing,
			source:      "other fields: clearly above 0 for e-mail, calls and loans (Goh & Barabási 2008, doi:10.1209/0295-5075/81/48002)",
			simulated:   func(c *counts) float64 { return ratio(c.Month.Burst, c.Month.Bursty) / millionth },
			explanation: "several things done in one session make most of it"},
		figure{name: "burstiness of days of use", unit: unitNumber, source: noFigure, published: nothing,
			simulated:   func(c *counts) float64 { return ratio(c.Month.DayBurst, c.Month.Bursty) / millionth },
			explanation: "0 is a Poisson process; whole days and at most one a day push it below"})
	for _, a := range [...]struct {
		name string
		of   func(*counts) []int64
	}{
		{"payments", func(c *counts) []int64 { return c.Month.Payments[:] }},
		{"remittances", func(c *counts) []int64 { return c.Month.Remitted[:] }},
	} {
		for _, q := range [...]float64{0.5, 0.9, 0.99, 0.999} {
			all = append(all, figure{name: fmt.Sprintf("amount of %s, %g quantile", a.name, q), unit: unitWon, source: noFigure,
				simulated: func(c *counts) float64 { return quantile(a.of(c), q) }})
		}
		all = append(all, figure{name: fmt.Sprintf("tail exponent of %s, 0.99 to 0.999", a.name), unit: unitNumber, source: noFigure,
			simulated:   func(c *counts) float64 { return tailExponent(a.of(c)) },
			explanation: "amounts are log-normal times income, so the local exponent rises with the amount instead of settling"})
	}
	for i := range all {
		all[i].published, all[i].people, all[i].mark = nothing, sampleMonth, none
	}
	return grouped(rhythm, all)
}

// gini returns the Gini coefficient of a count from its histogram, whose last cell is open and sums to most:
//
//	G = 1 − Σ n_k (L_k−1 + L_k) / (n L),   L_k = sum of all counts up to cell k
//
// Within the open cell all counts are taken as equal.
func gini(byCount []int64, most int64) float64 {
	n, total, area := sum(byCount), 0.0, 0.0
	for k, people := range byCount {
		before := total
		total += mass(byCount, most, k)
		area += float64(float64(people) * (before + total))
	}
	return 1 - area/(float64(n)*total)
}

// mass returns what the people of cell k have together.
func mass(byCount []int64, most int64, k int) float64 {
	if k == len(byCount)-1 {
		return float64(most)
	}
	return float64(int64(k) * byCount[k])
}

// activeShare returns the share of all that the given share of people with the most have. Those at the
// edge count in part.
func activeShare(byCount []int64, most int64, share float64) float64 {
	total := 0.0
	for k := range byCount {
		total += mass(byCount, most, k)
	}
	want, got := share*float64(sum(byCount)), 0.0
	for k := len(byCount) - 1; k >= 0 && want > 0; k-- {
		if n := float64(byCount[k]); n > 0 {
			part := min(n, want)
			got += float64(mass(byCount, most, k) * (part / n))
			want -= part
		}
	}
	return got / total
}

// quantile returns the amount below which a share q lies, interpolated within its cell, whose ends differ by
// at most one part in sixteen.
func quantile(byAmount []int64, q float64) float64 {
	want := q * float64(sum(byAmount))
	for k, n := range byAmount {
		if x := float64(n); want < x {
			low := cellStart(k)
			return low + float64((cellStart(k+1)-low)*(want/x))
		} else {
			want -= x
		}
	}
	return math.NaN()
}

// tailExponent returns the exponent α of a power law P(X > x) ∝ x^−α through the 0.99 and 0.999 quantiles,
// to six digits: the last ones of a logarithm are not the same on every processor.
func tailExponent(byAmount []int64) float64 {
	return math.Round(math.Ln10/portable.Log(quantile(byAmount, 0.999)/quantile(byAmount, 0.99))*1e6) / 1e6
}
