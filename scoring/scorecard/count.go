package scorecard

import (
	"fmt"
	"sync"

	"overshare/scoring"
)

const (
	unit      = 1 << 20 // row weights are multiples of 1/unit
	maxWeight = 1 << 10 // the largest row weight
	maxTotal  = 1 << 31 // the largest total weight; keeps every sum of this package inside 63 bits
)

// A tally holds rows and weights of one cell; the weights in units of 2⁻²⁰.
type tally struct{ rows, bads, all, bad int64 }

func (a *tally) add(b tally) {
	a.rows += b.rows
	a.bads += b.bads
	a.all += b.all
	a.bad += b.bad
}

func (a tally) count() Count {
	return Count{Rows: a.rows, Bads: a.bads, Weight: float64(a.all) / unit, BadWeight: float64(a.bad) / unit}
}

// counts are the tallies of the table and of every level of every feature.
type counts struct {
	tally
	level [][256]tally
}

// count tallies the table. Integers: the order of the rows and the workers do not matter.
func count(t *scoring.Table, workers int) (*counts, error) {
	sum := &counts{level: make([][256]tally, len(t.Features))}
	fault := -1
	var mu sync.Mutex
	split(t.Rows(), workers, func(lo, hi int) {
		part := &counts{level: make([][256]tally, len(t.Features))}
		row := part.scan(t, lo, hi)
		mu.Lock()
		defer mu.Unlock()
		sum.merge(part)
		if row >= 0 && (fault < 0 || row < fault) {
			fault = row
		}
	})
	if fault >= 0 {
		return nil, fmt.Errorf("scorecard: weight of row %d is %v, must be 0 to %d; divide all weights by their mean",
			fault, t.Weight[fault], maxWeight)
	}
	return sum, sum.check(t)
}

// scan tallies rows lo to hi and returns the first one with a faulty weight, or −1. Good rows of
// weight 1, by far the most, add to one number per feature.
func (n *counts) scan(t *scoring.Table, lo, hi int) int {
	d := len(n.level)
	plain := make([][256]int64, d)
	for i := lo; i < hi; i++ {
		w := weight(t, i)
		if w < 0 {
			return i
		}
		row := t.Code[i*d : (i+1)*d : (i+1)*d]
		if w == unit && !t.Bad[i] {
			n.rows, n.all = n.rows+1, n.all+unit
			cells := plain[:len(row)]
			for j, c := range row {
				cells[j][c]++
			}
			continue
		}
		n.one(row, w, t.Bad[i])
	}
	for j := range plain {
		for c, k := range &plain[j] {
			n.level[j][c].add(tally{rows: k, all: k * unit})
		}
	}
	return -1
}

// one tallies a row of weight w.
func (n *counts) one(row []uint8, w int64, bad bool) {
	a := tally{rows: 1, all: w}
	switch {
	case w == 0:
		return
	case bad:
		a.bads, a.bad = 1, w
	}
	n.add(a)
	for j, c := range row {
		n.level[j][c].add(a)
	}
}

// weight returns the weight of row i, rounded to units of 2⁻²⁰, or −1 if it is none.
func weight(t *scoring.Table, i int) int64 {
	if t.Weight == nil {
		return unit
	}
	w := t.Weight[i]
	if !(w >= 0 && w <= maxWeight) {
		return -1
	}
	return int64(float64(float64(w)*unit) + 0.5)
}

func (n *counts) merge(o *counts) {
	n.add(o.tally)
	for j := range n.level {
		for c := range &n.level[j] {
			n.level[j][c].add(o.level[j][c])
		}
	}
}

// check tells whether the total weight and all codes are in range.
func (n *counts) check(t *scoring.Table) error {
	if n.all > maxTotal*unit {
		return fmt.Errorf("scorecard: total weight is %.0f, must be at most %d; scale the weights down", float64(n.all)/unit, maxTotal)
	}
	for j, f := range t.Features {
		for c := f.Levels + 1; c < 256; c++ {
			if n.level[j][c].rows > 0 {
				return fmt.Errorf("scorecard: feature %q has code %d, but says that its highest is %d", f.Name, c, f.Levels)
			}
		}
	}
	return nil
}

// split cuts 0 … n into one range per worker, runs f on all of them and waits.
func split(n, workers int, f func(lo, hi int)) {
	inParts(n, workers, func(_, lo, hi int) { f(lo, hi) })
}

// inParts is split with the number of the range.
func inParts(n, workers int, f func(w, lo, hi int)) {
	workers = max(1, min(workers, n))
	var wait sync.WaitGroup
	for w := 1; w < workers; w++ {
		wait.Go(func() { f(w, cut(n, w, workers), cut(n, w+1, workers)) })
	}
	f(0, 0, cut(n, 1, workers))
	wait.Wait()
}

// cut returns where range i of the given number starts.
func cut(n, i, ranges int) int { return int(int64(n) * int64(i) / int64(ranges)) }
