package uniqueness

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"

	"overshare/sim/engine"
	"overshare/sim/record"
)

// A Pseudonym is what stands in the records in place of a name.
type Pseudonym string

// The pseudonyms.
const (
	PlainHash Pseudonym = "plain hash"                    // the same every day; can be reversed by search
	OneKey    Pseudonym = "keyed hash, one key"           // the same every day; cannot be reversed
	DailyKey  Pseudonym = "keyed hash, new key every day" // nothing joins two days but the items themselves
)

// A LinkRow says how many records of one night a receiver can join with those of a later one.
//
// Every record of the first night is linked to at most one of the second. With a pseudonym that stays, the
// two that bear it are one person's: Correct is everybody who is still there. With a new key every day the
// receiver uses the other items, by the rule of [matcher].
type LinkRow struct {
	Whose       Whose
	Pseudonym   Pseudonym
	NightsApart int

	People    int64 // whose record of the first night was to be linked
	There     int64 // of those, still live on the second night
	Correct   int64 // linked to their own record
	Wrong     int64 // linked to another's
	Ambiguous int64 // several records fit equally well, so none was chosen; own record or not
	Unlinked  int64 // no record fits

	Expected float64 // correct links if a tie were broken by lot: Correct + Σ 1/ties over those whose own record ties
	Guess    float64 // correct links if a record of the same profile were drawn by lot
	Profiles int64   // groups of equal profile that were linked

	// Low and High are the ends of the 95 % interval of Correct/People where profiles were drawn; Sampled is
	// false where all people were linked, who need no interval. Variance of a ratio over groups drawn whole:
	// Σ (correct_g − share·people_g)² / people² · G/(G−1) · (1 − drawn share). Source: Cochran 1977, ch. 9A.
	Sampled   bool
	Low, High float64
}

// linked are the sums over profiles behind a LinkRow, exact but for the two floats, which are folded in the
// order of profiles.
type linked struct {
	people, there, correct, wrong, ambiguous, unlinked, profiles int64
	pp, pc, cc                                                   int64 // Σ people², people·correct, correct²
	expected, guess                                              float64
}

func (a *linked) plus(b *linked) {
	a.people += b.people
	a.there += b.there
	a.correct += b.correct
	a.wrong += b.wrong
	a.ambiguous += b.ambiguous
	a.unlinked += b.unlinked
	a.profiles += b.profiles
	a.pp += b.pp
	a.pc += b.pc
	a.cc += b.cc
	a.expected += b.expected
	a.guess += b.guess
}

// profileMask are the items of which the receiver knows that they stay the same. Here they always do; in
// truth cards and accounts are linked and unlinked now and then, so that a receiver would do a little worse.
// Automatic top-up is none of them: people switch it on after a bounce.
var profileMask = func() row {
	s := Set{Items: profile}
	m, _ := s.mask()
	return m
}()

// profileOf returns what stays the same in a record taken some nights after the first: the sign-up date is
// given as the tenure on the first night.
func profileOf(r row, later record.Day) row {
	r.put(record.ItemTenure, r.get(record.ItemTenure)-uint64(later))
	for w := range r {
		r[w] &= profileMask[w]
	}
	return r
}

// linkNights links the night with each later one.
func linkNights(ctx context.Context, o *Options, t *taken) (list []LinkRow, err error) {
	for n := range t.links {
		later := record.Day(0)
		if n > 0 {
			later = nightsApart[n-1]
		}
		sortByProfile(t.links[n], later)
	}
	for n, apart := range nightsApart {
		o.Progress("link nights", int64(n), int64(len(nightsApart)))
		pairs := pairProfiles(t.links[0], t.links[n+1], apart)
		for _, whose := range []Whose{OfEveryone, OfInScope} {
			sum, err := linkPairs(ctx, o, pairs, whose, apart)
			if err != nil {
				return nil, err
			}
			list = append(list, linkRows(o, sum, whose, int(apart))...)
		}
	}
	return list, nil
}

func sortByProfile(list []linkRow, later record.Day) {
	slices.SortFunc(list, func(a, b linkRow) int {
		p, q := profileOf(a.row, later), profileOf(b.row, later)
		return cmp.Or(slices.Compare(p[:], q[:]), cmp.Compare(a.person, b.person))
	})
}

// A pair is the records of one profile on two nights, by person.
type pair struct{ first, second []linkRow }

// pairProfiles cuts two sorted lists into profiles. Profiles of the second list alone are left out.
func pairProfiles(first, second []linkRow, apart record.Day) (list []pair) {
	for len(first) > 0 {
		p := profileOf(first[0].row, 0)
		n := end(first, p, 0)
		skip := 0
		for skip < len(second) && compare(second[skip].row, p, apart) < 0 {
			skip++
		}
		second = second[skip:]
		m := end(second, p, apart)
		list = append(list, pair{first[:n], second[:m]})
		first, second = first[n:], second[m:]
	}
	return list
}

func compare(r, profile row, later record.Day) int {
	p := profileOf(r, later)
	return slices.Compare(p[:], profile[:])
}

// end returns how many rows at the beginning of list have that profile.
func end(list []linkRow, profile row, later record.Day) (n int) {
	for n < len(list) && compare(list[n].row, profile, later) == 0 {
		n++
	}
	return n
}

func linkPairs(ctx context.Context, o *Options, pairs []pair, whose Whose, apart record.Day) (sum linked, err error) {
	matchers := make([]matcher, o.Workers)
	err = engine.Map(ctx, len(pairs), o.Workers, func(w, k int) (*linked, error) {
		m := &matchers[w]
		m.apart = uint64(apart)
		return m.link(m.of(pairs[k], whose)), nil
	}, func(_ int, part *linked) error {
		sum.plus(part)
		return nil
	})
	return sum, err
}

// linkRows makes the rows of all pseudonyms for one pair of nights.
func linkRows(o *Options, sum linked, whose Whose, apart int) (list []LinkRow) {
	for _, p := range []Pseudonym{PlainHash, OneKey, DailyKey} {
		r := LinkRow{Whose: whose, Pseudonym: p, NightsApart: apart, People: sum.people, There: sum.there,
			Correct: sum.there, Unlinked: sum.people - sum.there, Expected: float64(sum.there),
			Guess: sum.guess, Profiles: sum.profiles}
		if p == DailyKey {
			r.Correct, r.Wrong, r.Ambiguous, r.Unlinked = sum.correct, sum.wrong, sum.ambiguous, sum.unlinked
			r.Expected = sum.expected
			r.Low, r.High, r.Sampled = sum.interval(o.linkShare())
		}
		list = append(list, r)
	}
	return list
}

func (a *linked) interval(drawn float64) (low, high float64, ok bool) {
	if drawn >= 1 || a.profiles < 2 || a.people == 0 {
		return 0, 0, false
	}
	n, g := float64(a.people), float64(a.profiles)
	share := float64(a.correct) / n
	ss := float64(a.cc) - float64(2*share*float64(a.pc)) + float64(share*share*float64(a.pp))
	half := float64(1.959964 * math.Sqrt(max(ss, 0)/(n*n)*g/(g-1)*(1-drawn)))
	return max(share-half, 0), min(share+half, 1), true
}

// A matcher links the records of one profile. It sees rows, never people; persons only judge its links.
//
// With apart nights between them, record y of the second night can be that of x of the first if
//
//	quiet    y is idle for apart days more than x (at most 90, where the item stops), none of the counts and
//	         amounts of own activity exceeds that of x, and the balance is the same, or higher with money
//	         received in the last seven days
//	active   y is idle for fewer than apart days
//
// The receiver takes quiet records with the same balance first, then quiet ones with more, then active ones;
// among those of the first kind that occurs the nearest, by
//
//	distance = Σ |change of a count| + Σ bits of |change of an amount or the balance, in thousands of won|,
//
// and gives up where several are equally near. It is a rule, not the best there is: a receiver who also
// excludes records already linked, or has seen years of changes, links no fewer.
type matcher struct {
	apart   uint64
	byIdle  [idleMost + 2][]*linkRow
	scratch [2][]linkRow
	ties    []*linkRow
}

const idleMost = 90 // where the item idle_days stops

// own are the items that grow by the person's own activity alone; failed top-ups are among them.
var own = with(counts, with(amounts, record.ItemFailedTopups7)...)

// moves are the counts of the distance.
var moves = with(counts, record.ItemReceived7, record.ItemFailedTopups7)

// of returns a pair as a regime would hold it.
func (m *matcher) of(p pair, whose Whose) pair {
	if whose == OfEveryone {
		return p
	}
	for n, list := range [2][]linkRow{p.first, p.second} {
		m.scratch[n] = m.scratch[n][:0]
		for _, r := range list {
			if r.row[2]&inScope != 0 {
				m.scratch[n] = append(m.scratch[n], r)
			}
		}
	}
	return pair{m.scratch[0], m.scratch[1]}
}

// link links every record of the first night, and counts.
func (m *matcher) link(p pair) *linked {
	m.file(p.second)
	l := &linked{people: int64(len(p.first))}
	if l.people > 0 {
		l.profiles = 1
	}
	for i := range p.first {
		x := &p.first[i]
		_, there := slices.BinarySearchFunc(p.second, x.person, func(y linkRow, u uint32) int { return cmp.Compare(y.person, u) })
		if there {
			l.there++
			l.guess += 1 / float64(len(p.second))
		}
		m.judge(l, x)
	}
	l.pp, l.pc, l.cc = l.people*l.people, l.people*l.correct, l.correct*l.correct
	return l
}

// file sorts the records of the second night by idle days.
func (m *matcher) file(second []linkRow) {
	for d := range m.byIdle {
		m.byIdle[d] = m.byIdle[d][:0]
	}
	for i := range second {
		d := min(second[i].row.get(record.ItemIdleDays), idleMost+1)
		m.byIdle[d] = append(m.byIdle[d], &second[i])
	}
}

// judge links x and counts what came of it.
func (m *matcher) judge(l *linked, x *linkRow) {
	b := m.best(&x.row)
	own := slices.ContainsFunc(b.ties, func(y *linkRow) bool { return y.person == x.person })
	switch {
	case len(b.ties) == 0:
		l.unlinked++
	case len(b.ties) > 1:
		l.ambiguous++
	case own:
		l.correct++
	default:
		l.wrong++
	}
	if own {
		l.expected += 1 / float64(len(b.ties))
	}
}

// A choice is the best records so far: of the lowest kind, nearest, all that tie.
type choice struct {
	kind, distance uint64
	ties           []*linkRow
}

func (c *choice) offer(kind, distance uint64, y *linkRow) {
	switch {
	case len(c.ties) == 0 || kind < c.kind || kind == c.kind && distance < c.distance:
		c.kind, c.distance, c.ties = kind, distance, append(c.ties[:0], y)
	case kind == c.kind && distance == c.distance:
		c.ties = append(c.ties, y)
	}
}

func (m *matcher) best(x *row) (c choice) {
	c.ties = m.ties[:0]
	defer func() { m.ties = c.ties }()
	for _, y := range m.byIdle[min(x.get(record.ItemIdleDays)+m.apart, idleMost)] {
		if kind, ok := quiet(x, &y.row); ok {
			c.offer(kind, distance(x, &y.row), y)
		}
	}
	if len(c.ties) > 0 {
		return c
	}
	for d := range m.apart {
		for _, y := range m.byIdle[d] {
			c.offer(2, distance(x, &y.row), y)
		}
	}
	return c
}

// quiet says whether y can be x after days without own activity: 0 with the same balance, 1 with more.
func quiet(x, y *row) (kind uint64, ok bool) {
	from, to := x.get(record.ItemBalance), y.get(record.ItemBalance)
	switch {
	case to < from || to > from && y.get(record.ItemReceived7) == 0:
		return 0, false
	case to > from:
		kind = 1
	}
	for _, i := range own {
		if y.get(i) > x.get(i) {
			return 0, false
		}
	}
	return kind, true
}

func distance(x, y *row) (d uint64) {
	for _, i := range moves {
		d += apart(x.get(i), y.get(i))
	}
	for _, i := range amounts {
		d += uint64(bits.Len64(apart(x.get(i), y.get(i))))
	}
	return d + uint64(bits.Len64(apart(x.get(record.ItemBalance), y.get(record.ItemBalance))/1000))
}

func apart(a, b uint64) uint64 { return max(a, b) - min(a, b) }
