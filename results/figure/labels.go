package figure

import (
	"cmp"
	"math"
	"slices"
)

// A box is a rectangle on the canvas, in points.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) grow(by float64) box { return box{b.x0 - by, b.y0 - by, b.x1 + by, b.y1 + by} }

func (b box) overlaps(o box) bool { return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 }

func (b box) within(o box) bool { return b.x0 >= o.x0 && b.x1 <= o.x1 && b.y0 >= o.y0 && b.y1 <= o.y1 }

// A stroke is a straight line on the canvas.
type stroke struct{ x0, y0, x1, y1 float64 }

// crosses reports whether s has a part inside b.
func (s stroke) crosses(b box) bool {
	from, to := 0.0, 1.0
	for _, side := range [4][2]float64{{s.x0 - s.x1, s.x0 - b.x0}, {s.x1 - s.x0, b.x1 - s.x0}, {s.y0 - s.y1, s.y0 - b.y0}, {s.y1 - s.y0, b.y1 - s.y0}} {
		switch p, q := side[0], side[1]; {
		case p == 0 && q <= 0:
			return false
		case p < 0:
			from = math.Max(from, q/p)
		case p > 0:
			to = math.Min(to, q/p)
		}
	}
	return from < to
}

// meets reports whether two strokes cross.
func (s stroke) meets(o stroke) bool {
	side := func(s stroke, x, y float64) bool {
		return float64((s.x1-s.x0)*(y-s.y0)) > float64((s.y1-s.y0)*(x-s.x0))
	}
	return side(s, o.x0, o.y0) != side(s, o.x1, o.y1) && side(o, s.x0, s.y0) != side(o, s.x1, s.y1)
}

// A label is a text of a width that belongs to a point; where it stands, and the line that leads from the point
// to it, are found by [layout.place].
type label struct {
	x, y, width float64
	low, high   float64 // ends of the point's interval
	at          box
	leader      stroke
}

// Sizes, in points.
const (
	rowHeight = 11.0
	dotRadius = 3.5
	nearby    = 9.0 // points that are closer across are labelled in one stack
)

// What leaders may cross: nothing; other leaders; anything.
const (
	clear = iota
	crossing
	anywhere
)

// A layout is what must not be covered: labels placed before, points, intervals, lines.
type layout struct {
	area    box
	taken   []box
	dots    []box
	whisker []stroke
	leaders []stroke
}

// place finds places for labels such that none covers another, a point or an interval. Labels of points that stand
// above each other make a stack, ordered as the points are, so that no two of its leaders cross. Each
// stack goes to the nearest free place; one that finds none is cut in halves.
func (l *layout) place(labels []label) {
	for k := range labels {
		x := &labels[k]
		l.dots = append(l.dots, box{x.x, x.y, x.x, x.y}.grow(dotRadius+1))
		l.whisker = append(l.whisker, stroke{x.x, x.low, x.x, x.high})
	}
	order := make([]*label, len(labels))
	for k := range labels {
		order[k] = &labels[k]
	}
	slices.SortStableFunc(order, func(a, b *label) int { return cmp.Compare(a.x, b.x) })
	var stacks [][]*label
	for _, x := range order {
		if n := len(stacks); n > 0 && x.x-stacks[n-1][0].x < nearby {
			stacks[n-1] = append(stacks[n-1], x)
			continue
		}
		stacks = append(stacks, []*label{x})
	}
	// The largest first, while there is room for it; then from right to left, away from the axis.
	slices.Reverse(stacks)
	slices.SortStableFunc(stacks, func(a, b []*label) int { return cmp.Compare(len(b), len(a)) })
	for _, s := range stacks {
		slices.SortStableFunc(s, func(a, b *label) int { return cmp.Compare(b.y, a.y) })
		l.stack(s)
	}
}

// stack places one stack, or its halves.
func (l *layout) stack(s []*label) {
	if l.nearest(s, clear) {
		return
	}
	if len(s) > 1 {
		l.stack(s[:len(s)/2])
		l.stack(s[len(s)/2:])
		return
	}
	if !l.nearest(s, crossing) {
		l.nearest(s, anywhere) // a leader that runs through something is better than no label
	}
}

// nearest places a stack where it is nearest to its points; ok is false where there is no place. leave says what
// leaders may cross.
func (l *layout) nearest(s []*label, leave int) (ok bool) {
	width, mid, first, last := 0.0, 0.0, s[0].x, s[0].x
	for _, x := range s {
		first, last = math.Min(first, x.x), math.Max(last, x.x)
		width = math.Max(width, x.width)
		mid += x.y / float64(len(s))
	}
	height := rowHeight * float64(len(s))
	best := math.Inf(1)
	var there box
	for dx := 8.0; dx < l.area.x1-l.area.x0; dx += 6 {
		for _, left := range [2]float64{last + dx, first - dx - width} {
			for dy := -(l.area.y1 - l.area.y0); dy < l.area.y1-l.area.y0; dy += 3 {
				b := box{left, mid + dy - float64(height/2), left + width, mid + dy + float64(height/2)}
				if cost := math.Hypot(2*dx, dy); cost < best && b.within(l.area) && l.free(s, b, leave) {
					best, there, ok = cost, b, true
				}
			}
		}
	}
	if !ok {
		return false
	}
	for k, x := range s {
		x.at, x.leader = seat(x, there, k)
		l.taken, l.leaders = append(l.taken, x.at), append(l.leaders, x.leader)
	}
	return true
}

// seat returns where the k-th label of a stack stands, beside its point's side, and the leader to it.
func seat(x *label, stack box, k int) (box, stroke) {
	top := stack.y1 - float64(rowHeight*float64(k))
	b := box{stack.x0, top - rowHeight, stack.x0 + x.width, top}
	end := b.x0 - 1
	if stack.x0 < x.x {
		b.x0, b.x1 = stack.x1-x.width, stack.x1
		end = b.x1 + 1
	}
	return b, stroke{x.x, x.y, end, top - rowHeight/2}
}

// free reports whether a stack can stand in b.
func (l *layout) free(s []*label, b box, leave int) bool {
	if slices.ContainsFunc(l.taken, b.grow(1).overlaps) || slices.ContainsFunc(l.dots, b.overlaps) {
		return false
	}
	into := func(x stroke) bool { return x.crosses(b) }
	if slices.ContainsFunc(l.whisker, into) || leave < anywhere && slices.ContainsFunc(l.leaders, into) {
		return false
	}
	for k, x := range s {
		_, leader := seat(x, b, k)
		if leave < anywhere && slices.ContainsFunc(l.taken, leader.crosses) || leave < crossing && slices.ContainsFunc(l.leaders, leader.meets) {
			return false
		}
	}
	return true
}
