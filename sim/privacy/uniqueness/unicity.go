package uniqueness

import (
	"cmp"
	"context"
	"math"
	"slices"

	"overshare/sim/engine"
	"overshare/sim/ledger"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// MaxPoints is the largest number of payments that an attacker knows.
const MaxPoints = 6

// A Resolution says how exactly the time and the amount of a payment are known.
type Resolution struct {
	Time   string // minute, hour, day or week; weeks are counted from the first day
	Amount string // exact, 1,000 won, bin or none
}

var times = []struct {
	name    string
	minutes uint32
}{{"minute", 1}, {"hour", 60}, {"day", 1440}, {"week", 7 * 1440}}

var amountCodes = []struct {
	name string
	code func(won uint32) uint32
}{
	{"exact", func(won uint32) uint32 { return won }},
	{"1,000 won", func(won uint32) uint32 { return won / 1000 }},
	{"bin", priceBin},
	{"none", func(uint32) uint32 { return 0 }},
}

// priceBin returns the bin of an amount: below 1,667 won, 5,000, 15,000, 45,000 and so on. Bins that grow
// with the price, three times as wide each, are in the manner of de Montjoye et al. 2015; the edges are ours.
func priceBin(won uint32) (k uint32) {
	for edge := uint32(1667); won >= edge && k < 12; edge = 5000 * pow3[k-1] {
		k++
	}
	return k
}

var pow3 = [...]uint32{1, 3, 9, 27, 81, 243, 729, 2187, 6561, 19683, 59049, 177147}

// Resolutions are all pairs of a time and an amount, finest time first.
func Resolutions() (list []Resolution) {
	for _, t := range times {
		for _, a := range amountCodes {
			list = append(list, Resolution{t.name, a.name})
		}
	}
	return list
}

// A UnicityRow says how many people some known payments single out.
//
// For each of the people drawn, Points of their payments are drawn without replacement. Somebody matches if
// for each of these there is a payment of theirs at the same time and of the same amount, at the resolution;
// two known payments that look the same may be matched by one. The person is singled out if nobody else
// matches, in the whole population. Those drawn are a simple random sample of all numbers from 0 to Users−1;
// whoever of them made fewer than Points payments does not count.
//
// Share = Unique/Targets; Low and High are Wilson's 95 % interval. Undefined without targets.
//
// Source: unicity after de Montjoye, Radaelli, Singh & Pentland 2015, doi:10.1126/science.1256297.
type UnicityRow struct {
	Resolution
	Points          int
	Drawn           int64 // people drawn, payments or none
	Targets, Unique int64
	Low, High       float64
}

// A point is a payment: the minute counted from the first day of payments, and won.
type point struct{ minute, won uint32 }

// token returns what resolution number r shows of p.
func token(r int, p point) uint64 {
	return uint64(p.minute/times[r/len(amountCodes)].minutes)<<32 | uint64(amountCodes[r%len(amountCodes)].code(p.won))
}

func numResolutions() int { return len(times) * len(amountCodes) }

// A tally counts, at one resolution, the people who match the first k+1 points of each target. It stops at
// two: the target and somebody else.
type tally [][MaxPoints]uint8

// A hunt is who is to be singled out, and the payments known of them. Read-only while the world is searched.
type hunt struct {
	*Options
	from, to record.Day // payments of [from, to)
	targets  []uint32   // people drawn who made a payment, ascending
	known    [][]point  // of each target
	drawn    int
}

// newHunt draws the targets, and lives through their blocks to learn their payments.
func newHunt(ctx context.Context, o *Options) (*hunt, error) {
	h := &hunt{Options: o, to: o.World.Start + record.Day(o.World.Days)}
	h.from = h.to - record.Day(o.PaymentDays)
	drawn := drawPeople(o.World.Seed, o.Users, min(o.Targets, o.Users))
	h.drawn = len(drawn)
	var blocks [][]uint32
	for len(drawn) > 0 {
		n := 1
		for n < len(drawn) && drawn[n]/ledger.BlockSize == drawn[0]/ledger.BlockSize {
			n++
		}
		blocks, drawn = append(blocks, drawn[:n]), drawn[n:]
	}
	listeners := make([]listener, o.Workers)
	worlds := make([]ledger.Block, o.Workers)
	err := engine.Map(ctx, len(blocks), o.Workers, func(w, k int) ([][]point, error) {
		l := &listeners[w]
		l.hunt = h
		worlds[w].Events(l.event)
		worlds[w].Simulate(o.World, int(blocks[k][0]/ledger.BlockSize), nil)
		return h.knownOf(l, blocks[k]), nil
	}, func(k int, part [][]point) error {
		for i, points := range part {
			if len(points) > 0 {
				h.targets, h.known = append(h.targets, blocks[k][i]), append(h.known, points)
			}
		}
		o.Progress("draw targets", int64(k+1), int64(len(blocks)))
		return nil
	})
	return h, err
}

// drawPeople draws n of the first users people, ascending.
func drawPeople(seed uint64, users, n int) (list []uint32) {
	s := rng.Open(seed, rng.PurposeTarget, 1<<41)
	have := map[uint32]bool{}
	for i := uint64(0); len(list) < n; i++ {
		if n == users {
			list = append(list, uint32(i))
			continue
		}
		if u := uint32(rng.Below(s.At(i), uint64(users))); !have[u] {
			have[u] = true
			list = append(list, u)
		}
	}
	slices.Sort(list)
	return list
}

// knownOf draws the known payments of people of the block just listened to, in the order in which they become
// known.
func (h *hunt) knownOf(l *listener, people []uint32) (list [][]point) {
	for _, u := range people {
		made := slices.Clone(l.made[u%ledger.BlockSize])
		s := rng.Open(h.World.Seed, rng.PurposeTarget, uint64(u))
		n := min(len(made), MaxPoints)
		for i := range n {
			j := i + int(rng.Below(s.At(uint64(i)), uint64(len(made)-i)))
			made[i], made[j] = made[j], made[i]
		}
		list = append(list, made[:n])
	}
	l.forget()
	return list
}

// A listener writes down the payments of a block.
type listener struct {
	*hunt
	made [ledger.BlockSize][]point // by position
}

// event takes payments in shops, from the wallet or by registered card, and bills of the platform.
func (l *listener) event(e record.Event) {
	switch e.Kind {
	case record.EventPayment, record.EventCardPayment, record.EventBillPaid:
	default:
		return
	}
	if e.Day < l.from || e.Day >= l.to {
		return
	}
	i := e.Person % ledger.BlockSize
	l.made[i] = append(l.made[i], point{uint32(e.Day-l.from)*1440 + uint32(e.Minute), uint32(e.Amount)})
}

func (l *listener) forget() {
	for i := range l.made {
		l.made[i] = l.made[i][:0]
	}
}

// tallies returns an empty tally for every resolution; none if there is no hunt.
func (h *hunt) tallies() (list []tally) {
	if h == nil {
		return nil
	}
	for range numResolutions() {
		list = append(list, make(tally, len(h.targets)))
	}
	return list
}

// rows makes the table from the tallies of the whole population.
func (h *hunt) rows(hits []tally) (list []UnicityRow) {
	for r, res := range Resolutions() {
		for p := range MaxPoints {
			row := UnicityRow{Resolution: res, Points: p + 1, Drawn: int64(h.drawn)}
			for t := range h.targets {
				if len(h.known[t]) > p {
					row.Targets++
					if hits[r][t][p] == 1 {
						row.Unique++
					}
				}
			}
			row.Low, row.High = wilson(row.Unique, row.Targets)
			list = append(list, row)
		}
	}
	return list
}

// wilson returns the 95 % score interval of k of n. Undefined, and 0 to 1, without n.
// Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
func wilson(k, n int64) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	mid := p + z*z/(2*m)
	half := float64(z * math.Sqrt(float64(p*(1-p))/m+z*z/(4*m*m)))
	low, high = (mid-half)/(1+z*z/m), (mid+half)/(1+z*z/m)
	if k == 0 {
		low = 0 // exactly, whatever the rounding
	}
	if k == n {
		high = 1
	}
	return low, high
}

// A lookup finds, at one resolution, the targets that somebody with a payment may match. Each target is filed
// under one payment, its anchor: a person can change the answer only if they match one point more than are
// settled, so any of these points will do, and the one that fewest targets share is taken.
type lookup struct {
	filter  [1 << 14]uint64 // 2^20 bits, one set for every anchor
	known   [][]uint64      // of each target: the tokens of its known payments
	shared  map[uint64]int  // how many known payments have a token
	anchors map[uint64][]uint32
	open    int // targets filed
	changed int // of these, how often one more point was settled since they were filed
}

func newLookup(h *hunt, r int) *lookup {
	l := &lookup{shared: map[uint64]int{}}
	for _, points := range h.known {
		var tokens []uint64
		for _, p := range points {
			tokens = append(tokens, token(r, p))
			l.shared[token(r, p)]++
		}
		l.known = append(l.known, tokens)
	}
	return l
}

// file files the targets whose answer is still open.
func (l *lookup) file(t tally) {
	clear(l.filter[:])
	l.anchors, l.open, l.changed = map[uint64][]uint32{}, 0, 0
	for i, tokens := range l.known {
		settled := 0
		for settled < len(tokens) && t[i][settled] > 1 {
			settled++
		}
		if settled == len(tokens) {
			continue
		}
		anchor := slices.MinFunc(tokens[:settled+1], func(a, b uint64) int { return cmp.Compare(l.shared[a], l.shared[b]) })
		l.anchors[anchor] = append(l.anchors[anchor], uint32(i))
		l.filter[bitOf(anchor)>>6] |= 1 << (bitOf(anchor) & 63)
		l.open++
	}
}

func bitOf(token uint64) uint64 { return spread(token) >> 44 }

// of returns the targets filed under a token.
func (l *lookup) of(token uint64) []uint32 {
	if l.filter[bitOf(token)>>6]>>(bitOf(token)&63)&1 == 0 {
		return nil
	}
	return l.anchors[token]
}

// A search looks for the known payments in block after block. Tallies stop at two and add up, so the result
// does not depend on which worker saw whom, nor on when targets were filed. Targets of whom every point is
// settled drop out: what is left to search shrinks fast where resolution is coarse.
type search struct {
	listener
	tallies []tally
	lookups []*lookup
	tokens  []uint64 // of the present person
	seen    []bool   // by target: found for the present person
	found   []uint32
}

func newSearch(h *hunt) *search {
	s := &search{listener: listener{hunt: h}, tallies: h.tallies(), seen: make([]bool, len(h.targets))}
	for r := range numResolutions() {
		l := newLookup(h, r)
		l.file(s.tallies[r])
		s.lookups = append(s.lookups, l)
	}
	return s
}

// block searches the payments of the first n positions of the block just lived through.
func (s *search) block(n int) {
	for r, l := range s.lookups {
		if l.open == 0 {
			continue
		}
		for _, made := range s.made[:n] {
			if len(made) > 0 {
				s.person(l, r, made)
			}
		}
		if 4*l.changed > l.open {
			l.file(s.tallies[r])
		}
	}
	s.forget()
}

// person matches one person's payments with the targets that they may match.
func (s *search) person(l *lookup, r int, made []point) {
	s.tokens, s.found = s.tokens[:0], s.found[:0]
	for _, p := range made {
		s.tokens = append(s.tokens, token(r, p))
	}
	for _, x := range s.tokens {
		for _, t := range l.of(x) {
			if !s.seen[t] {
				s.seen[t] = true
				s.found = append(s.found, t)
			}
		}
	}
	for _, t := range s.found {
		s.seen[t] = false
		count := &s.tallies[r][t]
		for p, x := range l.known[t] {
			if !slices.Contains(s.tokens, x) {
				break
			}
			if count[p]++; count[p] == 2 {
				l.changed++
			}
			count[p] = min(count[p], 2)
		}
	}
}

// addTo adds what the search found. A nil search found nothing.
func (s *search) addTo(sum []tally) {
	if s == nil {
		return
	}
	for r, t := range s.tallies {
		for i := range t {
			for p := range t[i] {
				sum[r][i][p] = min(sum[r][i][p]+t[i][p], 2)
			}
		}
	}
}
