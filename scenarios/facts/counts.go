package facts

import (
	"math"
	"reflect"
)

// counts are all that the surveys take down. Every field is a whole number or an array of them, so that
// shards add up exactly in any order, and a part can be taken away again (see estimate).
type counts struct {
	Base  baseCounts
	Month monthCounts
	Year  yearCounts
	Path  pathCounts

	Settle [len(ages)]settleCounts
}

// maxGroups is into how many groups of shards a sample is divided for standard errors. With 32 the error
// itself is known to about 13 %: √(1/(2·31)).
const maxGroups = 32

// A sample is the counts of every group and of all together.
type sample struct {
	groups [maxGroups]counts
	total  counts
	used   [maxGroups]bool
}

// add adds the counts of the given part of the people.
func (s *sample) add(part int, c *counts) {
	g := part % maxGroups
	plus(&s.groups[g], c, 1)
	plus(&s.total, c, 1)
	s.used[g] = true
}

// plus adds sign times every number of c to s.
func plus(s, c *counts, sign int64) {
	walk(reflect.ValueOf(s).Elem(), reflect.ValueOf(c).Elem(), sign)
}

func walk(s, c reflect.Value, sign int64) {
	switch s.Kind() {
	case reflect.Struct:
		for i := range s.NumField() {
			walk(s.Field(i), c.Field(i), sign)
		}
	case reflect.Array:
		for i := range s.Len() {
			walk(s.Index(i), c.Index(i), sign)
		}
	default:
		s.SetInt(s.Int() + sign*c.Int())
	}
}

// A part is what is left of a sample without a group, and the group.
type part struct{ rest, group counts }

// leaveOneOut returns the parts without each group in turn; groups that hold nothing are skipped.
func (s *sample) leaveOneOut() (parts []part) {
	for g := range s.groups {
		if s.used[g] {
			p := part{s.total, s.groups[g]}
			plus(&p.rest, &p.group, -1)
			parts = append(parts, p)
		}
	}
	return parts
}

// estimate returns f of the whole sample and its standard error, by the delete-a-group jackknife:
//
//	se² = (G−1)/G · Σ (f₍g₎ − mean f₍·₎)²,   f₍g₎ = f of all groups but g
//
// Groups are those in which people counts anybody: not every survey fills all. A group is every G-th shard.
// People of one block of the ledger send each other money, so blocks and not people are what is drawn
// independently; a shard is a whole number of blocks. Figures may be any smooth function of the counts,
// ratios and quantiles included.
// Undefined: NaN when f is; the error is NaN with fewer than two groups or when any f₍g₎ is undefined.
// Cost: G+1 evaluations of f.
// Source: Kott 2001, "The delete-a-group jackknife", Journal of Official Statistics 17(4).
func (s *sample) estimate(parts []part, people func(*counts) int64, f func(*counts) float64) (value, se float64) {
	var without []float64
	mean := 0.0
	for g := range parts {
		if people(&parts[g].group) > 0 {
			x := f(&parts[g].rest)
			without, mean = append(without, x), mean+x
		}
	}
	value = f(&s.total)
	n := float64(len(without))
	if n < 2 {
		return value, math.NaN()
	}
	mean /= n
	sum := 0.0
	for _, x := range without {
		sum += float64((x - mean) * (x - mean))
	}
	return value, math.Sqrt((n - 1) / n * sum)
}

// ratio returns x/y, NaN when y is 0.
func ratio(x, y int64) float64 {
	if y == 0 {
		return math.NaN()
	}
	return float64(x) / float64(y)
}

func sum(x []int64) (total int64) {
	for _, v := range x {
		total += v
	}
	return total
}
