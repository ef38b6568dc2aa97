package facts

import "math"

var nothing = math.NaN()

// compared is a figure with what was simulated.
type compared struct {
	figure
	value, se float64
	sample    int64
	agreement string
}

// How a simulated figure stands to the published one.
const (
	agrees      = "agrees"
	deviates    = "deviates"
	tooFew      = "too few people to tell"
	notSettled  = "not settled"   // its level depends on how long the world has been running
	notLookedAt = "not looked at" // held out, and not asked for
)

// judge says whether a figure known to a standard error lies between low and high: it agrees when two
// standard errors to either side are inside, deviates when they are outside, and otherwise there are too few
// people to tell. So luck cannot make a figure agree: fewer people only widen what cannot be told. A figure
// that truly lies outside is called agreeing, and one that lies inside deviating, about once in 40
// times at the most, whatever the number of people: P(Z > 2) = 0.023.
// Undefined: too few when value or error is NaN.
func judge(value, se, low, high float64) string {
	switch e := 2 * se; {
	case low <= value-e && value+e <= high:
		return agrees
	case value+e < low || high < value-e:
		return deviates
	}
	return tooFew
}

// allowed returns the smallest and the largest figure that agrees.
func (f *figure) allowed() (low, high float64) {
	if f.low < f.high {
		return f.low, f.high
	}
	return f.published - f.tolerance, f.published + f.tolerance
}

// unseen is the line of a figure that is held out: as published, with nothing simulated.
func (f figure) unseen(s *sample) compared {
	return compared{figure: f, value: nothing, se: nothing, sample: f.people(&s.total), agreement: notLookedAt}
}

func (f figure) compare(s *sample, parts []part) compared {
	value, se := s.estimate(parts, f.people, f.simulated)
	r := compared{figure: f, value: value, se: se, sample: f.people(&s.total)}
	low, high := f.allowed()
	switch {
	case math.IsNaN(f.published):
	case f.unit == unitRank:
		r.se = nothing
		r.agreement = f.judgeRank(value, low, high, parts)
	default:
		r.agreement = judge(value, se, low, high)
	}
	return r
}

// judgeRank says whether a rank lies between low and high. A rank is no smooth function of the counts and
// has no standard error; it can be told when it does not hang on any one group of people.
func (f *figure) judgeRank(value, low, high float64, parts []part) string {
	verdict := judge(value, 0, low, high)
	for i := range parts {
		if judge(f.simulated(&parts[i].rest), 0, low, high) != verdict {
			return tooFew
		}
	}
	if len(parts) < 2 {
		return tooFew
	}
	return verdict
}

// unless takes the verdict back where the figure rests on something that drifts with the age of the world, or
// may do so.
func (r *compared) unless(measured []settled) {
	for i := range measured {
		if m := &measured[i]; m.measure == r.settled && r.agreement != "" {
			switch m.verdict {
			case drifts:
				r.agreement = notSettled
			case tooFew:
				r.agreement = tooFew
			}
		}
	}
}
