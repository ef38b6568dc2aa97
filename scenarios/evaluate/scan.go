package evaluate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

const (
	maxFaults     = 10  // faults of cells that are told at once
	maxCategories = 100 // different texts that a feature may have, and values of the group column
	maxCategory   = 256 // bytes of such a text
)

// Bits of scan.flags.
const (
	isBad uint8 = 1 << iota
	isInScope
	isKnown // the row has a label
)

// A scan is what the first pass takes down, for every row of the file.
type scan struct {
	file, unit string
	names      []string
	layout     *layout

	flags    []uint8
	when     []float64 // seconds since 1970 if dated, else the number; nil: no time
	weight   []float32
	person   []uint64 // hash of the text
	group    []uint16
	groups   []string
	dated    bool
	slashed  bool           // the times are slash dates, kept packed until their order is known
	dates    string         // order of slash dates: monthFirst, dayFirst or not known
	possible map[string]int // slash dates that either order allows
	profile  []profile      // of layout.features

	faults   []error
	groupNum map[string]uint16
	buf      []byte
}

// A profile says what values a feature has.
type profile struct {
	values, numbers, dates int64
	grouped                int64  // values that are numbers with separators between thousands
	firstOdd               string // the first value that is neither number nor date, with its place
	distinct               map[string]bool
	many                   bool // more than maxCategories different values, or one that is long
	long                   bool // a text longer than maxCategory
}

// look makes the first pass.
func look(ctx context.Context, s source, file string, l *layout, dates string) (*scan, error) {
	sc := &scan{file: file, unit: s.unit(), names: s.columns(), layout: l, profile: make([]profile, len(l.features)), groupNum: map[string]uint16{}, dates: dates, possible: map[string]int{}}
	want := append([]int{}, l.features...)
	var at [numRoles]int
	for r, c := range l.at {
		at[r] = len(want)
		if c >= 0 {
			want = append(want, c)
		}
	}
	err := s.read(ctx, want, func(place int64, cells []cell) error {
		for r, c := range l.at {
			if c >= 0 {
				sc.takeRole(role(r), place, cells[at[r]])
			}
		}
		for i := range sc.profile {
			sc.profile[i].add(cells[i], sc, place)
		}
		if len(sc.faults) >= maxFaults {
			return errors.Join(append(sc.faults, fmt.Errorf("and perhaps more; these are the first %d", maxFaults))...)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(sc.faults) > 0:
		return nil, errors.Join(sc.faults...)
	case len(sc.flags) == 0:
		return nil, fmt.Errorf("%s has a header but no rows", file)
	}
	return sc, sc.slashes()
}

// wrong notes a cell that is not what its role needs.
func (sc *scan) wrong(r role, place int64, c cell, expected string) {
	value := c.quoted()
	if c.missing() {
		value = "empty"
	}
	sc.faults = append(sc.faults, &fault{sc.file, sc.unit, place, sc.names[sc.layout.at[r]], value + " is no " + roleNames[r] + "; expected " + expected})
}

// takeRole takes down one cell. Roles come in their order, the label first, so that it begins the row.
func (sc *scan) takeRole(r role, place int64, c cell) {
	switch r {
	case label:
		sc.flags = append(sc.flags, sc.labelOf(place, c))
	case scope:
		yes, ok := c.truth()
		if !ok || c.missing() {
			sc.wrong(scope, place, c, "1, true or yes for in scope, 0, false or no for out of scope")
		}
		if yes {
			sc.flags[len(sc.flags)-1] |= isInScope
		}
	case when:
		sc.when = append(sc.when, sc.timeOf(place, c))
	case weight:
		w, ok := c.number()
		if c.missing() || !ok || w < 0 || w > math.MaxFloat32 {
			sc.wrong(weight, place, c, "a number from 0 to 3e38")
		}
		sc.weight = append(sc.weight, float32(w))
	case group:
		sc.group = append(sc.group, sc.groupOf(place, c))
	case person:
		if c.missing() {
			sc.wrong(person, place, c, "a name or number that tells people apart")
		}
		sc.buf = c.appendText(sc.buf[:0])
		sc.person = append(sc.person, hashText(sc.buf))
	}
}

func (sc *scan) labelOf(place int64, c cell) uint8 {
	if c.missing() {
		return 0
	}
	bad, ok := c.truth()
	if !ok {
		sc.wrong(label, place, c, "1, true or yes for a bad outcome, 0, false or no for a good one, or nothing if it is not known")
	}
	if bad {
		return isKnown | isBad
	}
	return isKnown
}

// timeOf returns a time; the first row says whether the column holds dates or numbers.
func (sc *scan) timeOf(place int64, c cell) float64 {
	x, isNumber := c.number()
	t, isDate := c.instant()
	if len(sc.when) == 0 {
		sc.dated = isDate && !isNumber
		_, sc.slashed = sc.takeSlash(c)
		if sc.slashed {
			sc.dated, sc.possible = true, map[string]int{}
		}
	}
	if sc.slashed {
		if x, ok := sc.takeSlash(c); ok {
			return x
		}
		sc.wrong(when, place, c, "a date like 12/31/2024, as in the first row")
		return 0
	}
	switch {
	case sc.dated && isDate:
		return t
	case sc.dated:
		sc.wrong(when, place, c, "a date like 2024-04-01 or 2024-04-01T13:30:00Z, as in the first row")
	case !isNumber || c.missing() || math.IsInf(x, 0):
		sc.wrong(when, place, c, "a finite number, or dates like 2024-04-01 in every row")
	}
	return x
}

// groupOf numbers the groups in the order in which they appear.
func (sc *scan) groupOf(place int64, c cell) uint16 {
	name := []byte("(missing)")
	if !c.missing() {
		sc.buf = c.appendText(sc.buf[:0])
		name = sc.buf
	}
	if n, ok := sc.groupNum[string(name)]; ok {
		return n
	}
	switch {
	case len(sc.groups) >= maxCategories:
		sc.wrong(group, place, c, fmt.Sprintf("at most %d different groups in the file", maxCategories))
		return 0
	case !utf8.Valid(name):
		sc.wrong(group, place, c, "UTF-8 text; convert the file, for example with iconv")
	}
	n := uint16(len(sc.groups))
	sc.groups = append(sc.groups, string(name))
	sc.groupNum[string(name)] = n
	return n
}

// hashText is FNV-1a with a final mix: the same on every machine and in every run. Two of 40 million people
// share a number with a probability of 4e-5.
func hashText(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

// add notes one value of a feature.
func (p *profile) add(c cell, sc *scan, place int64) {
	if c.missing() {
		return
	}
	p.values++
	if _, ok := c.number(); ok {
		p.numbers++
	} else if _, ok := c.instant(); ok {
		p.dates++
	} else if _, ok := parseSlash(c.text); ok {
		p.dates++
	} else if p.firstOdd == "" {
		p.firstOdd = fmt.Sprintf("%s on %s %d", c.quoted(), sc.unit, place)
	}
	if grouped(c.text) {
		p.grouped++
	}
	if p.many {
		return
	}
	sc.buf = c.appendText(sc.buf[:0])
	if len(sc.buf) > maxCategory {
		p.many, p.long, p.distinct = true, true, nil
		return
	}
	if p.distinct[string(sc.buf)] {
		return
	}
	if p.distinct == nil {
		p.distinct = map[string]bool{}
	}
	p.distinct[string(sc.buf)] = true
	if len(p.distinct) > maxCategories {
		p.many, p.distinct = true, nil
	}
}
