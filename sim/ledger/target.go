package ledger

import (
	"fmt"
	"math"
	"slices"

	"overshare/sim/record"
)

// How a target bounce rate is reached
//
// bills.target_rate scales the money that people keep in the linked account: savers' buffers, the residue at
// which those who live from hand to mouth stop spending, and the level to which second accounts are filled, all
// by the same factor λ. The more they keep, the fewer bills bounce. λ is found by bisection on log λ over a pool
// of customers who live through the months before the window, always with the same luck, so that the result is
// a function of (seed, configuration).

const (
	targetBlocks = 16
	targetDays   = 240
	targetSeen   = 150 // last days of those whose bills are counted
	targetMost   = 7.0 // log₂ λ lies in ± this
	targetSteps  = 12  // bisections: λ to within 0.3 %
)

// reachTarget scales w to the target rate, if there is one. The error is the user's: a rate that no scale gives.
func (w *World) reachTarget() error {
	want := w.Bills.TargetRate
	if want == 0 {
		return nil
	}
	recruits := w.before(targetDays, w.recruit(0, targetBlocks*BlockSize))
	residue, level := w.residue, w.level
	rate := func(log float64) float64 {
		scale := math.Exp2(log)
		recruits.kept = scale
		for i := range residue {
			recruits.residue[i] = float32(min(float64(residue[i])*scale, Most))
			recruits.level[i] = float32(min(float64(level[i])*scale, Most))
		}
		return recruits.bounceRate()
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
	rate((low + high) / 2)
	w.residue, w.level, w.kept = recruits.residue, recruits.level, recruits.kept
	return nil
}

// bounceRate lives through a world of recruits and returns the share of bills that bounce in its last months.
func (w *World) bounceRate() float64 {
	counts := make([]counter, targetBlocks)
	w.each(targetBlocks, func(b *Block, n int) {
		counts[n].from, counts[n].until = w.Start+targetDays-targetSeen, w.Start+targetDays-w.Bills.longest()
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
