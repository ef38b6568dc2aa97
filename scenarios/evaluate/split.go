package evaluate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"overshare/sim/rng"
)

// A segment is what a row of the file is used for.
type segment uint8

const (
	unused  segment = iota
	fitOut          // out of scope: trains under everyone only
	fitIn           // in scope: trains under both regimes
	check           // in scope, later than these: is held back first, then trains under both
	lateOut         // out of scope, as late: trains under everyone only
	test            // in scope, is scored and judged
	numSegments
)

// calibrateShare is the share of the training rows in scope that is held back at a time, to combine candidates and
// calibrate on: the latest rows where a time column is named, as a run holds back its last training days, otherwise people
// drawn by the seed. A fifth is a convention (assumed, try 0.1 to 0.3).
const calibrateShare = 0.2

// drawnFolds is how many times people are held back in turn, each once, where they are drawn; with more training rows
// in scope than crossRows a fifth is plenty and is held back once (assumed: 20,000 rows tell a slope to 2 % if one in eight is
// bad).
const (
	drawnFolds = 5
	crossRows  = 100_000
)

// fewTimes is the number of different training times below which rows held back and the days that tell
// gbdt when to stop are drawn by chance: so few times cannot be cut at a wanted share.
const fewTimes = 10

// days is the number of steps that times are cut into for the scorers, which count days in 32 bits.
const days = 1000

// A split assigns every row. With a time: rows before from train, rows in scope from then on test, later rows
// out of scope are unused, for their outcomes lie in the future of the first test row. Without: people are
// drawn (rows, when there is no person column), and those drawn to test train nothing. Of the training rows some are held back,
// see calibrateShare; the score of the test rows is learnt from all of them.
type split struct {
	*scan
	seed     uint64
	share    float64 // of the rows in scope that test, when drawn
	from     float64 // first time that tests
	latest   float64 // first time that is held back
	cuts     []float64
	byChance bool // rows held back are drawn
	crossed  bool // everybody is held back once, in one of drawnFolds folds
	rows     [numSegments]int64
	open     int64 // rows without a label
	later    int64 // rows out of scope that lie where rows in scope test
}

// newSplit chooses the borders and counts.
func newSplit(sc *scan, o *Options) (*split, error) {
	p := &split{scan: sc, seed: o.Seed, share: o.TestShare}
	if err := p.checkScope(); err != nil {
		return nil, err
	}
	if sc.when != nil {
		if err := p.chooseTimes(o); err != nil {
			return nil, err
		}
	} else if o.TestFrom != "" {
		return nil, mistake("name the time column with --time", "rows from %s on cannot test: the file has no time column", o.TestFrom)
	}
	p.byChance = p.byChance || sc.when == nil
	p.crossed = p.byChance && p.trainingInScope() <= crossRows
	for i, f := range sc.flags {
		s := p.of(i)
		p.rows[s]++
		switch {
		case f&isKnown == 0:
			p.open++
		case s == unused:
			p.later++
		}
	}
	return p, p.checkCounts()
}

// trainingInScope counts the rows in scope that do not test.
func (p *split) trainingInScope() (n int) {
	for i, f := range p.flags {
		if f&isKnown != 0 && f&isInScope != 0 && !p.tests(i) {
			n++
		}
	}
	return n
}

// checkScope wants rows in scope with a label, of both outcomes.
func (p *split) checkScope() error {
	var in, known, bad int
	for _, f := range p.flags {
		if f&isInScope != 0 {
			in++
			if f&isKnown != 0 {
				known++
				bad += int(f & isBad)
			}
		}
	}
	scopeName, labelName := p.names[p.layout.at[scope]], p.names[p.layout.at[label]]
	switch {
	case in == 0:
		return fmt.Errorf("%s: no row is in scope: column %q is 0 in all %d rows; the score is tested on rows in scope", p.file, scopeName, len(p.flags))
	case known == 0:
		return fmt.Errorf("%s: no row in scope has a label: column %q is empty in all %d of them", p.file, labelName, in)
	case bad == 0 || bad == known:
		return fmt.Errorf("%s: all %d rows in scope have the same outcome in column %q; both outcomes are needed to test a score", p.file, known, labelName)
	}
	return nil
}

func (p *split) checkCounts() error {
	if p.rows[test] == 0 {
		if p.when == nil {
			return fmt.Errorf("%s: no row in scope was drawn to test; give more rows or a larger --test-share", p.file)
		}
		return mistake("choose an earlier time", "no row in scope lies at or after %s", p.show(p.from))
	}
	return nil
}

// chooseTimes finds the borders of the periods.
func (p *split) chooseTimes(o *Options) error {
	times := p.times(func(i int) bool { return p.flags[i]&isInScope != 0 })
	if o.TestFrom != "" {
		from, err := p.parse(o.TestFrom)
		if err != nil {
			return err
		}
		p.from = from
	} else {
		k := min(int(math.Ceil((1-o.TestShare)*float64(len(times)))), len(times)-1)
		k = max(firstOf(times, k), nextAfter(times, 0)) // whole times, and something before
		if k == len(times) {
			return fmt.Errorf("%s: all rows in scope have the same time, %s; leave the time column away with --time ''", p.file, p.show(times[0]))
		}
		p.from = times[k]
	}
	in, _ := slices.BinarySearch(times, p.from)
	p.cuts = cut(times[:in])
	if len(p.cuts) < fewTimes {
		p.byChance = true
		return nil
	}
	p.latest = times[firstOf(times, int((1-calibrateShare)*float64(in)))]
	return nil
}

// times returns the times of the labelled rows that keep says, sorted.
func (p *split) times(keep func(i int) bool) []float64 {
	var all []float64
	for i, f := range p.flags {
		if f&isKnown != 0 && keep(i) {
			all = append(all, p.when[i])
		}
	}
	slices.Sort(all)
	return all
}

// firstOf returns the first place of the value at k in a sorted list, nextAfter that of the next larger one.
func firstOf(sorted []float64, k int) int {
	i, _ := slices.BinarySearch(sorted, sorted[k])
	return i
}

func nextAfter(sorted []float64, k int) int {
	i, _ := slices.BinarySearch(sorted, math.Nextafter(sorted[k], math.Inf(1)))
	return i
}

// cut returns at most days times that cut the sorted list into parts of equal size, whole times each.
func cut(sorted []float64) (cuts []float64) {
	for d := range days {
		if len(sorted) == 0 {
			break
		}
		if t := sorted[d*len(sorted)/days]; len(cuts) == 0 || t > cuts[len(cuts)-1] {
			cuts = append(cuts, t)
		}
	}
	return cuts
}

// parse reads the value of TestFrom in the unit of the time column.
func (p *split) parse(s string) (float64, error) {
	c := cell{kind: text, text: []byte(strings.TrimSpace(s))}
	x, ok := c.number()
	want := "a number, as in the time column"
	if p.dated {
		if x, ok = c.instant(); !ok {
			if d, slash := parseSlash(c.text); slash && p.dates != "" {
				x, ok = d.at(p.dates)
			}
		}
		want = "a date like 2024-04-01, as in the time column"
	}
	if !ok {
		return 0, mistake("write "+want, "--test-from: %s is not %s", c.quoted(), want)
	}
	return x, nil
}

// show writes a time as the column does.
func (p *split) show(t float64) string {
	if p.dated {
		return showInstant(t)
	}
	return fmt.Sprint(t)
}

// chance returns the draw of a row's person, or of the row, in (0, 1).
func (p *split) chance(i int) float64 {
	subject := uint64(i)
	if p.person != nil {
		subject = p.person[i]
	}
	return rng.Open(p.seed, rng.PurposeTraining, subject).Uniform(0)
}

// place returns where the draw of a row lies among those of the rows that do not test, in (0, 1).
func (p *split) place(i int) float64 {
	if p.when == nil {
		return p.chance(i) / (1 - p.share)
	}
	return p.chance(i)
}

// fold returns in which fold a row that is held back in turn, or out of scope, belongs; with its person whole.
func (p *split) fold(i int) uint8 { return uint8(min(p.place(i)*drawnFolds, drawnFolds-1)) }

// tests says whether a row lies where rows test.
func (p *split) tests(i int) bool {
	if p.when == nil {
		return p.chance(i) >= 1-p.share
	}
	return p.when[i] >= p.from
}

// late says whether a row that does not test lies where rows are held back once.
func (p *split) late(i int) bool {
	switch {
	case p.crossed:
		return false
	case p.byChance:
		return p.place(i) >= 1-calibrateShare
	}
	return p.when[i] >= p.latest
}

// of returns the segment of row i.
func (p *split) of(i int) segment {
	in := p.flags[i]&isInScope != 0
	switch tests := p.flags[i]&isKnown != 0 && p.tests(i); {
	case p.flags[i]&isKnown == 0 || tests && !in:
		return unused
	case tests:
		return test
	case p.late(i) && in:
		return check
	case p.late(i):
		return lateOut
	case in:
		return fitIn
	}
	return fitOut
}

// day returns the step of time that a row belongs to, for the scorers. The steps are cut at the times of the
// training rows in scope, so that other rows move nothing for those.
func (p *split) day(i int) int32 {
	if p.byChance {
		return int32(p.chance(i) * days)
	}
	k, exact := slices.BinarySearch(p.cuts, p.when[i])
	if exact {
		k++
	}
	return int32(k)
}
