package ledger

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"overshare/sim/people"
	"overshare/sim/portable"
	"overshare/sim/record"
)

// How a target bounce rate is reached
//
// bills.target_rate scales the money that people keep in the linked account: savers' buffers, the residue at
// which those who live from hand to mouth stop spending, and the level to which second accounts are filled, all
// by the same factor λ. The more they keep, the fewer bills bounce. λ is found in two steps, always with the same
// luck, so that the result is a function of (seed, configuration): roughly, by bisection on log λ over a few
// customers who live through the months before the window from a crude start, which also tells whether the rate
// can be reached; then by Newton's method with the slope of the first part, over many customers who live through
// the window's own first months as the country's do, newcomers among them and from a pool of the same λ: twice
// by themselves, the last time among others.

const (
	targetBlocks = 16
	targetDays   = 240
	targetSeen   = 150 // last days of those whose bills are counted
	targetMost   = 7.0 // log₂ λ lies in ± this
	targetSteps  = 12  // bisections: λ to within 0.3 %

	finalBuyers = 128 * BlockSize
	finalDays   = 150
	finalAmong  = 4 // one in so many is a customer in the last step: by themselves they send each other more
)

// reachTarget scales w to the target rate, if there is one. The error is the user's: a rate that no scale gives.
func (w *World) reachTarget() error {
	want := w.Bills.TargetRate
	if want == 0 {
		return nil
	}
	rough := w.before(targetDays, w.recruit(0, targetBlocks*BlockSize))
	rate := func(log float64) float64 {
		rough.keepMore(w, portable.Exp(log*math.Ln2))
		return rough.bounceRate(targetBlocks, targetDays-targetSeen)
	}
	low, high := -targetMost, targetMost
	if most, least := rate(low), rate(high); want > most || want < least {
		return fmt.Errorf("bills: target_rate %g cannot be reached: scaling the money that people keep gives %.3g to %.3g; change people.hand_to_mouth, people.secondary or people.auto_topup",
			want, least, most)
	}
	for range targetSteps {
		if mid := (low + high) / 2; rate(mid) > want {
			low = mid
		} else {
			high = mid
		}
	}
	log, slope := (low+high)/2, portable.Log(max(rate(low-0.5), 1e-9)/max(rate(high+0.5), 1e-9))
	for _, among := range []int{1, 1, finalAmong} {
		log = w.refine(log, slope, among)
	}
	w.keepMore(w, portable.Exp(log*math.Ln2))
	return nil
}

// refine takes one step of Newton's method from log towards the log₂ λ at which the target is reached, over many
// customers, one in among people, from the window's first day on. By slope the log rate falls with each doubling of
// λ; without any, or without a bill that bounces, there is nothing to go by.
func (w *World) refine(log, slope float64, among int) float64 {
	v := w.during(finalDays, w.customers(finalBuyers, finalDays, among))
	v.keepMore(w, portable.Exp(log*math.Ln2))
	v.pool = sync.OnceValue(v.livePool)
	rate := v.bounceRate(len(v.recruits)/BlockSize, 0)
	if !(rate > 0 && slope > 0.01) {
		return log
	}
	return min(max(log+float64(portable.Log(rate/w.Bills.TargetRate)/slope), -targetMost), targetMost)
}

// keepMore lets people in w keep scale times as much in linked accounts as in o.
func (w *World) keepMore(o *World, scale float64) {
	residue, level := o.residue, o.level
	w.kept = scale
	for i := range residue {
		w.residue[i] = float32(min(float64(residue[i])*scale, Most))
		w.level[i] = float32(min(float64(level[i])*scale, Most))
	}
}

// during returns the world of recruits who live through the first days of the window.
func (w *World) during(days int, recruits []people.Person) *World {
	v := *w
	v.recruits, v.Days = recruits, days
	v.prepareDays()
	v.prepareHabits()
	return &v
}

// customers returns people of the given days of the window as the country has them, those who join, register or leave
// on one of these days, too: every among-th of them, buyers in all, buys at the platform. Where there are too few,
// people from before the window are taken for them.
func (w *World) customers(buyers, days, among int) []people.Person {
	end, others := w.Start+record.Day(days), buyers*(among-1)
	var found [2][]people.Person
	var p people.Person
	for k := 0; k < 64*(buyers+others) && (len(found[0]) < others || len(found[1]) < buyers); k++ {
		u := math.MaxUint32 - record.Person(k)
		join, leave, scope := w.Pop.Life(u)
		if leave <= w.Start || join >= end || scope >= end && len(found[0]) == others {
			continue
		}
		kind := 0
		if w.Pop.Person(u, &p); p.Payer && scope < end {
			kind = 1
		}
		if len(found[kind]) < [2]int{others, buyers}[kind] {
			found[kind] = append(found[kind], p)
		}
	}
	more := w.enlist(others-len(found[0]), buyers-len(found[1]))
	all := make([]people.Person, 0, buyers+others)
	for kind := range found {
		found[kind] = append(found[kind], more[kind]...)
	}
	for k := range buyers {
		all = append(append(all, found[1][k]), found[0][k*(among-1):(k+1)*(among-1)]...)
	}
	return all
}

// bounceRate lives through a world of recruits and returns the share of bills that bounce of those asked for from day
// first of it on, but for the last days.
func (w *World) bounceRate(blocks, first int) float64 {
	counts := make([]counter, blocks)
	w.each(blocks, func(b *Block, n int) {
		counts[n].from, counts[n].until = w.Start+record.Day(first), w.Start+record.Day(w.Days)-w.Bills.longest()
		b.Simulate(w, n, &counts[n])
	})
	var bills, bounced int
	for _, c := range counts {
		bills, bounced = bills+c.bills, bounced+c.bounced
	}
	return float64(bounced) / float64(max(bills, 1))
}

// longest returns within how many days a bill is paid or given up. Those opened later than that before the end
// of a window would be missing more often when they bounced.
func (c *Bills) longest() record.Day {
	return record.Day(c.WindowDays + slices.Max(append([]int{0}, c.RetryDays...)) + 1)
}

// A counter counts bills asked for from a day on, up to, not including, another.
type counter struct {
	watcher
	from, until    record.Day
	bills, bounced int
}

func (c *counter) Ask(*Block, int, record.Day) int32 { return -1 }

func (c *counter) Billed(_ *Block, bill *record.Bill) {
	if bill.Ask < c.from || bill.Ask >= c.until {
		return
	}
	c.bills++
	if bill.Bounced {
		c.bounced++
	}
}
