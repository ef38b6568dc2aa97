package facts

import (
	"overshare/sim/ledger"
	"overshare/sim/record"
)

// The year whose failed bills are counted ends with the last day of sends.
var yearStart = record.DayOf(2023, 5, 22)

const (
	yearDays = 365
	failTop  = 64 // failures of one person in the year, counted singly below this
)

// yearCounts are counts of a year's bills.
type yearCounts struct {
	People int64
	ByUser [failTop]int64 // people with any bill, by number of bills that bounced
}

// A yearSurvey lives through the blocks of a shard. One serves one worker.
type yearSurvey struct {
	*counts
	block *ledger.Block
	bills [ledger.BlockSize]int32
	bad   [ledger.BlockSize]int32
	quiet
}

func (s *yearSurvey) run(w *ledger.World, n int) {
	s.bills, s.bad = [ledger.BlockSize]int32{}, [ledger.BlockSize]int32{}
	s.block.Simulate(w, n, s)
	s.Year.People += ledger.BlockSize
	for i, bills := range s.bills {
		if bills > 0 {
			s.Year.ByUser[min(s.bad[i], failTop-1)]++
		}
	}
}

// Ask implements [ledger.Observer].
func (s *yearSurvey) Ask(*ledger.Block, int, record.Day) int32 { return 0 }

// Billed implements [ledger.Observer].
func (s *yearSurvey) Billed(b *ledger.Block, bill *record.Bill) {
	i := int(bill.Person - b.First)
	s.bills[i]++
	if bill.Bounced {
		s.bad[i]++
	}
}

// topShare returns the share of all failures that the given share of users with the most failures have.
// Users at the edge count in part.
func topShare(byUser []int64, share float64) float64 {
	failures := int64(0)
	for k, n := range byUser {
		failures += int64(k) * n
	}
	left, got := share*float64(sum(byUser)), 0.0
	for k := len(byUser) - 1; k > 0 && left > 0; k-- {
		n := min(float64(byUser[k]), left)
		got += float64(n * float64(k))
		left -= n
	}
	return got / float64(failures)
}
