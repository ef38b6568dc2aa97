package evaluate

import (
	"cmp"
	"math"
	"slices"

	"overshare/scoring"
)

// textFolds is into how many parts rows are dealt so that the code of a row's text is learnt without it (3 was as good as 2, 5 and
// 10, see peers/README.md).
const textFolds = 3

// textRows is how many average rows are added to a text before its bad rate is its code (assumed, try 5 to 50).
const textRows = 10

// strangers returns the tables with texts coded so that trees may learn from the code. An order of texts by bad rates holds the
// outcomes of the very rows; trees believe it and fail on others. So here
//
//	a text of rows learnt from -> its bad rate among the rows of the other parts
//	a text of rows scored      -> its bad rate among all rows learnt from
//
// on a scale of 254 steps between the lowest and highest of them; or, where the bad rates of a column's texts differ no more
// than chance lets them, how frequent the text is. Tables without texts are returned as they are, others as copies.
//
// Source: cross-fitted target encoding, Micci-Barreca 2001, doi:10.1145/507533.507538; Pargent et al. 2022,
// doi:10.1007/s00180-022-01207-6, who find it best among encodings of many levels.
func strangers(from, rows *scoring.Table) (learn, score *scoring.Table) {
	if !slices.ContainsFunc(from.Features, func(f scoring.Feature) bool { return f.Nominal }) {
		return from, rows
	}
	learn, score = copied(from), copied(rows)
	part := deal(from)
	for j, f := range from.Features {
		if !f.Nominal {
			continue
		}
		c := countTexts(from, j, f.Levels, part)
		if c.chance() {
			order := c.byFrequency()
			recode(learn, j, func(_ int, code uint8) uint8 { return order[code] })
			recode(score, j, func(_ int, code uint8) uint8 { return order[code] })
			continue
		}
		low, high := c.span()
		at := func(p int, code uint8) uint8 {
			return 1 + uint8(math.RoundToEven(float64(253*(c.rate(p, code)-low))/max(high-low, 1e-300)))
		}
		recode(learn, j, func(i int, code uint8) uint8 { return at(int(part[i]), code) })
		recode(score, j, func(_ int, code uint8) uint8 { return at(nobody, code) })
		learn.Features[j].Levels, score.Features[j].Levels = 254, 254
	}
	return learn, score
}

// copied returns a table with codes and features of its own.
func copied(t *scoring.Table) *scoring.Table {
	out := *t
	out.Code, out.Features = slices.Clone(t.Code), slices.Clone(t.Features)
	return &out
}

// recode changes the codes of feature j but missing.
func recode(t *scoring.Table, j int, to func(row int, code uint8) uint8) {
	for i := range t.Rows() {
		if c := &t.Row(i)[j]; *c != scoring.Missing {
			*c = to(i, *c)
		}
	}
}

// deal deals rows to parts in the order of a hash of their codes, so that the order of the rows changes nothing.
func deal(t *scoring.Table) []uint8 {
	type row struct {
		hash uint64
		at   int32
	}
	order := make([]row, t.Rows())
	for i := range order {
		order[i] = row{hashText(t.Row(i)), int32(i)}
	}
	slices.SortFunc(order, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(t.When[a.at], t.When[b.at]), cmp.Compare(bit(t.Bad[a.at]), bit(t.Bad[b.at])))
	})
	part := make([]uint8, len(order))
	for k, r := range order {
		part[r.at] = uint8(k % textFolds)
	}
	return part
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// nobody as a part leaves no rows out.
const nobody = textFolds

// A textCount counts the rows of every text, by code from 0, in every part and, at nobody, in all.
type textCount struct{ by [textFolds + 1][]outcomes }

func countTexts(t *scoring.Table, j, levels int, part []uint8) *textCount {
	c := &textCount{}
	for p := range c.by {
		c.by[p] = make([]outcomes, levels+1)
	}
	for i, p := range part {
		if code := t.Row(i)[j]; code != scoring.Missing {
			for _, p := range []int{int(p), nobody} {
				c.by[p][code].rows++
				c.by[p][code].bad += bit(t.Bad[i])
			}
		}
	}
	return c
}

// all adds up the texts.
func (c *textCount) all() (sum outcomes) {
	for _, n := range c.by[nobody] {
		sum.rows, sum.bad = sum.rows+n.rows, sum.bad+n.bad
	}
	return sum
}

// rate returns the bad rate of a text among the rows outside part p, held towards the average of all.
func (c *textCount) rate(p int, code uint8) float64 {
	sum, n := c.all(), c.by[nobody][code]
	if p != nobody {
		n.rows, n.bad = n.rows-c.by[p][code].rows, n.bad-c.by[p][code].bad
	}
	return (float64(n.bad) + float64(textRows*float64(sum.bad)/float64(sum.rows))) / float64(n.rows+textRows)
}

// span returns the lowest and highest rate of a text that has rows.
func (c *textCount) span() (low, high float64) {
	low, high = 1, 0
	for p := range c.by {
		for code := range c.by[p] {
			if c.by[nobody][code].rows > 0 {
				r := c.rate(p, uint8(code))
				low, high = min(low, r), max(high, r)
			}
		}
	}
	return low, high
}

// chance says whether the bad rates of the texts may be one: Pearson's statistic lies below its mean k−1 and two
// standard deviations √(2(k−1)).
func (c *textCount) chance() bool {
	sum, free, stat := c.all(), -1.0, 0.0
	if sum.bad == 0 || sum.bad == sum.rows {
		return true
	}
	p := float64(sum.bad) / float64(sum.rows)
	for _, n := range c.by[nobody] {
		if n.rows > 0 {
			d, e := float64(n.bad)-float64(p*float64(n.rows)), float64(p*(1-p))*float64(n.rows)
			free, stat = free+1, stat+float64(d*d)/e
		}
	}
	return stat < free+float64(2*math.Sqrt(2*free))
}

// byFrequency returns the place of every code, the most frequent first.
func (c *textCount) byFrequency() (place [256]uint8) {
	var codes []uint8
	for code := 1; code < len(c.by[nobody]); code++ {
		codes = append(codes, uint8(code))
	}
	n := c.by[nobody]
	slices.SortStableFunc(codes, func(a, b uint8) int { return cmp.Compare(n[b].rows, n[a].rows) })
	for k, code := range codes {
		place[code] = uint8(k + 1)
	}
	return place
}
