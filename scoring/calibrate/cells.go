package calibrate

import (
	"fmt"
	"math"
)

const (
	unit      = 1 << 20 // weights are multiples of 1/unit
	maxWeight = 1 << 10
	maxTotal  = 1 << 31
	cellBits  = 10 // cells of log-odds are 2⁻¹⁰ wide
	maxX      = 32 // log-odds beyond ±maxX count as ±maxX
)

// cells are the rows counted by log-odds: cell i has its centre at i·2⁻¹⁰ − 32.
type cells struct {
	all, bad int64 // total weights, in units of 2⁻²⁰
	used     []cell
}

// A cell is one that holds rows. Its weights are in rows and are exact.
type cell struct {
	x        float64 // centre
	all, bad float64
}

// fillCells counts the rows. Integers: their order does not matter.
func fillCells(logOdds []float32, bad []bool, weight []float32) (*cells, error) {
	if len(bad) != len(logOdds) || weight != nil && len(weight) != len(bad) {
		return nil, fmt.Errorf("calibrate: %d log-odds, %d outcomes and %d weights: give one of each per row, or no weights",
			len(logOdds), len(bad), len(weight))
	}
	count := make([][2]int64, 2*maxX<<cellBits+1)
	c := &cells{}
	for i, x := range logOdds {
		w := int64(unit)
		if weight != nil {
			if !(weight[i] >= 0 && weight[i] <= maxWeight) {
				return nil, fmt.Errorf("calibrate: weight of row %d is %v, must be 0 to %d", i, weight[i], maxWeight)
			}
			w = int64(float64(float64(weight[i])*unit) + 0.5)
		}
		if x != x {
			return nil, fmt.Errorf("calibrate: log-odds of row %d is not a number: check the model", i)
		}
		k := 0
		if bad[i] {
			k = 1
		}
		count[place(x)][k] += w
		if c.all += w; c.all > maxTotal*unit {
			return nil, fmt.Errorf("calibrate: total weight is above %d at row %d; scale the weights down", maxTotal, i)
		}
	}
	c.collect(count)
	return c, nil
}

// place returns the cell of log-odds x.
func place(x float32) int {
	v := math.Max(-maxX, math.Min(maxX, float64(x)))
	return int(math.Floor(float64((v+maxX)*(1<<cellBits)) + 0.5))
}

// collect keeps the cells that hold rows.
func (c *cells) collect(count [][2]int64) {
	for i, n := range count {
		if n[0]+n[1] > 0 {
			c.bad += n[1]
			c.used = append(c.used, cell{float64(float64(i)/(1<<cellBits)) - maxX, float64(n[0]+n[1]) / unit, float64(n[1]) / unit})
		}
	}
}

// A block is a run of cells that isotonic regression gives one rate.
type block struct {
	first, last float64 // centres of the outermost cells
	x           float64 // Σ weight·centre
	all, bad    float64
}

// pool joins neighbouring blocks until the rate bad/all strictly rises: the best non-decreasing fit.
// The weights are multiples of 2⁻²⁰, so rates are compared as products that differ by rounding only.
//
// Source: pool adjacent violators, Ayer et al. 1955, doi:10.1214/aoms/1177728423. Cost: O(blocks).
func pool(in []block) []block {
	var out []block
	for _, b := range in {
		for len(out) > 0 {
			a := out[len(out)-1]
			if float64(a.bad*b.all) < float64(b.bad*a.all) {
				break
			}
			b = join(a, b)
			out = out[:len(out)-1]
		}
		out = append(out, b)
	}
	return out
}

func join(a, b block) block {
	return block{a.first, b.last, a.x + b.x, a.all + b.all, a.bad + b.bad}
}

// blocks starts with one block a cell.
func (c *cells) blocks() []block {
	out := make([]block, len(c.used))
	for i, k := range c.used {
		out[i] = block{k.x, k.x, float64(k.all * k.x), k.all, k.bad}
	}
	return out
}
