package evaluate

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"overshare/scoring"
)

const (
	maxLevels = 255
	maxKeys   = 1 << 14 // different values that a sketch keeps apart
	minKeys   = 1 << 10 // where there are very many columns
	allKeys   = 1 << 22 // that all sketches together keep: 64 MiB
)

// A coder turns a feature's values into codes: 0 is missing, 1 the lowest level.
//
// Numbers: at most 255 levels, a level a value where there are no more values than that, else cut at the
// quantiles of the rows that both regimes train on (fitIn; where there are none, all training rows), so that
// neither regime gets a finer ruler than the other. Values beyond the ends fall into the end levels.
//
// Text: a level a value, in the order of the bad rates among those rows, so that the scorers merge texts that
// fail alike; the scorers are told that the order was learnt. A text that those rows did not have is missing.
type coder struct {
	name   string
	column int // in the file
	isText bool
	upper  []uint64 // numbers: highest key of each level
	lower  []uint64 // and the lowest
	shift  uint
	code   map[string]uint8 // text
	texts  []string
}

// key maps numbers to whole numbers in the same order.
func key(x float64) uint64 {
	b := math.Float64bits(x + 0)
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

// valueOf is the inverse of key.
func valueOf(k uint64) float64 {
	if k>>63 != 0 {
		return math.Float64frombits(k &^ (1 << 63))
	}
	return math.Float64frombits(^k)
}

// A sketch counts values exactly, or, once there are more than limit different ones, on a grid that is as
// fine as limit cells allow: keys lose low bits until they fit. The grid depends on the set of values alone,
// not on their order.
type sketch struct {
	shift uint
	limit int      // 0: maxKeys
	key   []uint64 // different keys, ascending
	count []int64
	fresh []uint64 // keys not counted yet, at most a quarter of limit
}

// keysFor shares allKeys out among the sketches of n columns, so that their memory does not grow with their
// number: 16 bytes a key.
func keysFor(n int) int { return max(minKeys, min(maxKeys, allKeys/max(n, 1))) }

func (s *sketch) add(x float64) {
	if s.limit == 0 {
		s.limit = maxKeys
	}
	if s.fresh = append(s.fresh, key(x)>>s.shift); len(s.fresh) >= s.limit/4 {
		s.settle()
	}
}

// settle counts the fresh keys and makes the grid coarser until the keys fit.
func (s *sketch) settle() {
	slices.Sort(s.fresh)
	keys, counts := make([]uint64, 0, len(s.key)+len(s.fresh)), make([]int64, 0, len(s.key)+len(s.fresh))
	put := func(k uint64, n int64) {
		if last := len(keys) - 1; last >= 0 && keys[last] == k {
			counts[last] += n
		} else {
			keys, counts = append(keys, k), append(counts, n)
		}
	}
	i := 0
	for _, k := range s.fresh {
		for ; i < len(s.key) && s.key[i] <= k; i++ {
			put(s.key[i], s.count[i])
		}
		put(k, 1)
	}
	for ; i < len(s.key); i++ {
		put(s.key[i], s.count[i])
	}
	for len(keys) > s.limit && s.limit > 0 {
		s.shift++
		from, n := keys, counts
		keys, counts = keys[:0], counts[:0]
		for k := range from {
			put(from[k]>>1, n[k])
		}
	}
	s.key, s.count, s.fresh = slices.Clip(keys), slices.Clip(counts), s.fresh[:0]
}

// levels cuts the values into at most n levels of about equal weight; a value that holds more than its share
// is a level of its own.
func (s *sketch) levels(n int) (lower, upper []uint64) {
	s.settle()
	left := int64(0)
	for _, c := range s.count {
		left += c
	}
	held := int64(0)
	for i, k := range s.key {
		if held == 0 {
			lower = append(lower, k)
		}
		held += s.count[i]
		room := int64(n - len(upper))
		full := held*room >= left || len(s.key)-i <= int(room)
		if next := i + 1; !full && next < len(s.key) { // does the next value fill a level by itself?
			full = room > 1 && s.count[next]*room >= left
		}
		if full && room > 1 || i == len(s.key)-1 {
			upper = append(upper, k)
			left -= held
			held = 0
		}
	}
	return lower, upper
}

// codeOf returns the code of a cell.
func (c *coder) codeOf(v cell, buf []byte) uint8 {
	if v.missing() {
		return scoring.Missing
	}
	if c.isText {
		return c.code[string(v.appendText(buf[:0]))]
	}
	x, ok := v.number()
	if !ok || len(c.upper) == 0 {
		return scoring.Missing
	}
	k, _ := slices.BinarySearch(c.upper, key(x)>>c.shift)
	return uint8(min(k, len(c.upper)-1) + 1)
}

// feature describes the column to the scorers.
func (c *coder) feature() scoring.Feature {
	return scoring.Feature{Name: c.name, Levels: max(1, len(c.upper)+len(c.texts)), Nominal: c.isText, Label: func(code uint8) string { return c.span(code, code) }}
}

// span says what codes low to high hold.
func (c *coder) span(low, high uint8) string {
	if high == 0 {
		return "missing"
	}
	if c.isText {
		var names []string
		for k := int(low); k <= min(int(high), len(c.texts)); k++ {
			names = append(names, c.texts[k-1])
		}
		return strings.Join(names, ", ")
	}
	if len(c.upper) == 0 {
		return ""
	}
	last := len(c.upper) - 1
	from, to := c.lower[min(int(low)-1, last)]<<c.shift, c.upper[min(int(high)-1, last)]
	to = to<<c.shift | (1<<c.shift - 1)
	show := func(k uint64) string { return strconv.FormatFloat(valueOf(k), 'g', 6, 64) }
	if a, b := show(from), show(to); a != b {
		return a + " to " + b
	}
	return show(from)
}

// coders decides what each feature is; doubts says what is left out.
func (sc *scan) coders() (all []*coder, doubts []string, err error) {
	for i, column := range sc.layout.features {
		p, name := &sc.profile[i], sc.names[column]
		c := &coder{name: name, column: column}
		odd := p.values - p.numbers
		why := ""
		switch {
		case p.values == 0:
			why = "has no values"
		case odd == 0:
		case p.dates == p.values:
			why = "holds dates, which are no feature; --time takes one of them"
		case p.grouped > 0 && (p.numbers+p.grouped)*10 >= p.values*9:
			return nil, nil, fmt.Errorf("%s: column %q: %s has separators between its digits; write numbers without them, or leave the column away with --ignore",
				sc.file, name, p.firstOdd)
		case p.numbers*10 >= p.values*9:
			return nil, nil, fmt.Errorf("%s: column %q: %s is no number, as %d of its %d values are; correct it, or leave the column away with --ignore",
				sc.file, name, p.firstOdd, p.numbers, p.values)
		case p.long:
			why = fmt.Sprintf("holds texts longer than %d bytes, such as %s; make groups of them", maxCategory, p.firstOdd)
		case p.many:
			why = fmt.Sprintf("holds more than %d different texts, such as %s; make groups of them", maxCategories, p.firstOdd)
		default:
			c.isText = true
			for text := range p.distinct {
				if !utf8.ValidString(text) {
					return nil, nil, fmt.Errorf("%s: column %q holds text that is not UTF-8, such as %q; convert the file, for example with iconv, or leave the column away with --ignore", sc.file, name, text)
				}
			}
		}
		switch {
		case why == "":
			all = append(all, c)
		case sc.layout.named:
			return nil, nil, fmt.Errorf("%s: column %q %s; leave it away from --features", sc.file, name, why)
		default:
			doubts = append(doubts, fmt.Sprintf("column %q is left out: it %s", name, why))
		}
	}
	for _, name := range sc.layout.lists {
		doubts = append(doubts, fmt.Sprintf("column %q is left out: it holds several values a row", name))
	}
	return all, doubts, nil
}

// learnLevels makes the second pass.
func learnLevels(ctx context.Context, s source, p *split, all []*coder) error {
	from := fitIn
	if p.rows[fitIn] == 0 {
		from = fitOut
	}
	sketches, counts := make([]sketch, len(all)), make([]map[string]outcomes, len(all))
	want := make([]int, len(all))
	for k, c := range all {
		want[k], counts[k] = c.column, map[string]outcomes{}
		sketches[k].limit = keysFor(len(all))
	}
	i := 0
	var buf []byte
	err := s.read(ctx, want, func(_ int64, cells []cell) error {
		if i >= len(p.flags) {
			return p.changed()
		}
		i++
		if p.of(i-1) != from {
			return nil
		}
		for k, c := range all {
			switch x, ok := cells[k].number(); {
			case cells[k].missing():
			case c.isText:
				buf = cells[k].appendText(buf[:0])
				n := counts[k][string(buf)]
				n.rows++
				if p.flags[i-1]&isBad != 0 {
					n.bad++
				}
				counts[k][string(buf)] = n
			case ok:
				sketches[k].add(x)
			}
		}
		return nil
	})
	for k, c := range all {
		c.finish(&sketches[k], counts[k])
		sketches[k] = sketch{}
	}
	return err
}

// outcomes counts the rows of a text, and the bad ones of them.
type outcomes struct{ rows, bad int64 }

// orderRows is how many average rows are added to a text before its bad rate gives it a place: rare texts go
// to the middle, where they do no harm (assumed, try 5 to 50).
const orderRows = 20

// finish makes levels of what was counted: texts in the order of their bad rates, held towards the average of
// all; equals by how frequent they are, then by text.
func (c *coder) finish(s *sketch, count map[string]outcomes) {
	c.lower, c.upper = s.levels(maxLevels)
	c.shift = s.shift
	texts := slices.Sorted(maps.Keys(count))
	list := make([]outcomes, len(texts))
	for k, text := range texts {
		list[k] = count[text]
	}
	c.code = map[string]uint8{}
	for k, at := range byRate(list) {
		c.texts = append(c.texts, texts[at])
		c.code[texts[at]] = uint8(k + 1)
	}
}

// byRate returns the places of a list in the order of their bad rates, held towards the average of all; equals by how
// many rows they have, then as they come. Places without rows go to the average.
func byRate(list []outcomes) []int {
	var all outcomes
	order := make([]int, len(list))
	for k, n := range list {
		order[k] = k
		all.rows, all.bad = all.rows+n.rows, all.bad+n.bad
	}
	held := func(n outcomes) float64 {
		return (float64(n.bad) + float64(orderRows*float64(all.bad)/float64(max(all.rows, 1)))) / float64(n.rows+orderRows)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(held(list[a]), held(list[b])), cmp.Compare(list[b].rows, list[a].rows))
	})
	return order
}

// changed is the error when a pass finds other rows than the first.
func (p *split) changed() error {
	return fmt.Errorf("%s changed while it was read; run again when nobody writes to it", p.file)
}
