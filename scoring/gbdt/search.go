package gbdt

import "math"

// A cut is a way to split a node: rows of feature with a code from 1 to at go left, the others right;
// missing rows go left or right as a whole.
type cut struct {
	feature  int // among the active features
	at       uint8
	missLeft bool
	gain     float64 // twice the decrease of the penalised loss; −Inf = no cut
	left     int64   // packed sum of the left side
}

var noCut = cut{feature: -1, gain: math.Inf(-1)}

// aloneAt as a cut's place puts all codes but missing on the left.
const aloneAt = 255

// A bounds is the interval that the monotone constraints above a node leave for its leaf values.
type bounds struct{ lo, hi float64 }

var unbounded = bounds{math.Inf(-1), math.Inf(1)}

// A searcher finds the best cut of a node, given what one step of the sums is worth.
type searcher struct {
	perG, perH float64 // gradient and hessian of one step
	l2, minH   float64
	minGain    float64
}

// sums returns gradient and hessian of a packed sum in real units. Both products are exact: perG and
// perH are powers of two.
func (s *searcher) sums(v int64) (g, h float64) {
	return float64(float64(gradOf(v)) * s.perG), float64(float64(hessOf(v)) * s.perH)
}

// value returns the leaf value that minimises the penalised loss inside the bounds, before shrinkage.
//
//	v = −G/(H+λ), clipped
func (s *searcher) value(v int64, b bounds) float64 {
	g, h := s.sums(v)
	return max(b.lo, min(b.hi, -g/(h+s.l2)))
}

// score returns what a leaf of value x takes off twice the penalised loss.
//
//	−(2Gx + (H+λ)x²), which is G²/(H+λ) at the best x
func (s *searcher) score(v int64, x float64) float64 {
	g, h := s.sums(v)
	return -(float64(2*g*x) + float64((h+s.l2)*float64(x*x)))
}

// best returns the best cut on one feature. Ties go to the lower code, then to missing on the right.
//
// h has the node's sums for codes 0 to levels, total is the sum of the node. A code without rows is
// no place to cut, so a run of empty codes belongs to the right side. A node without missing rows
// sends later ones to the side with the larger hessian (as LightGBM and scikit-learn do by row count).
//
// Cost: one pass over the codes, two when there are missing rows; about 2 ns a code.
func (s *searcher) best(feature, levels int, h *[256]int64, total int64, mono int8, b bounds) cut {
	parent := s.score(total, s.value(total, b))
	best := noCut
	keep := func(c cut) {
		c.gain -= parent
		if c.gain > best.gain && c.gain > s.minGain {
			best = c
		}
	}
	scan := func(missing int64) cut {
		if mono != 0 || b != unbounded {
			return s.scanBounded(h, levels, missing, total, mono, b)
		}
		return s.scan(h, levels, missing, total)
	}
	keep(scan(0))
	missing := h[0]
	if missing != 0 {
		c := scan(missing)
		c.missLeft = true
		keep(c)
		keep(s.alone(total-missing, total, b))
	} else if hessOf(best.left) > hessOf(total-best.left) {
		best.missLeft = true
	}
	best.feature = feature
	return best
}

// alone returns the cut that keeps the missing rows apart. Missing has no place in the order of the
// codes, so a monotone constraint on the feature does not apply to this cut.
func (s *searcher) alone(left, total int64, b bounds) cut {
	right := total - left
	_, hl := s.sums(left)
	_, hr := s.sums(right)
	if hl < s.minH || hr < s.minH {
		return noCut
	}
	gain := s.score(left, s.value(left, b)) + s.score(right, s.value(right, b))
	return cut{at: aloneAt, gain: gain, left: left}
}

// scan returns the best place to cut with missing on the left (missing = their sum) or right (0); its
// gain is not yet reduced by the parent's score. The case without constraints, for speed.
func (s *searcher) scan(h *[256]int64, levels int, missing, total int64) cut {
	best, left := noCut, missing
	for c := 1; c < levels; c++ {
		v := h[c&255]
		if v == 0 {
			continue
		}
		left += v
		gl, hl := s.sums(left)
		gr, hr := s.sums(total - left)
		if hl < s.minH {
			continue
		}
		if hr < s.minH {
			break
		}
		gain := float64(gl*gl)/(hl+s.l2) + float64(gr*gr)/(hr+s.l2)
		if gain > best.gain {
			best.gain, best.at, best.left = gain, uint8(c), left
		}
	}
	return best
}

// scanBounded is scan with a monotone feature or a node inside bounds: leaf values are clipped, and a
// cut whose sides are in the wrong order is not allowed.
func (s *searcher) scanBounded(h *[256]int64, levels int, missing, total int64, mono int8, b bounds) cut {
	best, left := noCut, missing
	for c := 1; c < levels; c++ {
		left += h[c&255]
		right := total - left
		_, hl := s.sums(left)
		_, hr := s.sums(right)
		if h[c&255] == 0 || hl < s.minH || hr < s.minH {
			continue
		}
		vl, vr := s.value(left, b), s.value(right, b)
		if mono > 0 && vl > vr || mono < 0 && vl < vr {
			continue
		}
		if gain := s.score(left, vl) + s.score(right, vr); gain > best.gain {
			best.gain, best.at, best.left = gain, uint8(c), left
		}
	}
	return best
}

// children returns the bounds of the two sides of a cut. A monotone cut keeps them apart at the middle
// of their values, so that no later split can bring them into the wrong order. This is the method that
// LightGBM calls basic.
func (s *searcher) children(c cut, total int64, mono int8, b bounds) (left, right bounds) {
	left, right = b, b
	if mono == 0 || c.at == aloneAt {
		return left, right
	}
	vl, vr := s.value(c.left, b), s.value(total-c.left, b)
	mid := vl + float64((vr-vl)/2)
	if mono > 0 {
		left.hi, right.lo = mid, mid
	} else {
		left.lo, right.hi = mid, mid
	}
	return left, right
}
