package facts

import (
	"time"

	"overshare/sim/ledger"
	"overshare/sim/record"
)

// The path of the years is sampled quarter by quarter: the same people every time, each quarter with the
// level of use that year and tenure give.
const (
	firstYear = 2016
	years     = 8 // to 2023
	cohorts   = 4 // joiners of 2016 to 2019
	quarters  = 4 * years
)

// pathCounts are sums over quarters.
type pathCounts struct {
	People  int64                 // in each quarter
	Won     [years]int64          // of all transactions
	Nine    int64                 // in the first nine months of 2021
	Spent   [cohorts][years]int64 // won paid to shops and the platform, by year of joining
	Users   [cohorts][years]int64 // of that year's joiners live at the end of a year
	Balance [years]int64          // won in all wallets at the end of March
}

func quarterStart(q int) record.Day {
	return record.DayOf(firstYear+q/4, time.Month(1+q%4*3), 1)
}

// A pathSurvey lives through the blocks of a shard in one quarter. One serves one worker.
type pathSurvey struct {
	*counts
	block   *ledger.Block
	quarter int
	cohort  [ledger.BlockSize]int8
}

// config returns the world of a quarter: one day longer, so that its last night can be looked at.
func (w *world) quarter(q int) (*ledger.World, error) {
	c := w.config
	c.Start = quarterStart(q)
	c.Days = int(quarterStart(q+1)-c.Start) + 1
	return ledger.New(c)
}

func (s *pathSurvey) run(w *ledger.World, n int) {
	s.block.Events(s.event)
	s.block.Mornings(s.look)
	for i := range s.block.All {
		join, _, _ := w.Pop.Life(record.Person(n*ledger.BlockSize + i))
		s.cohort[i] = -1
		if y := join.Time().Year() - firstYear; y >= 0 && y < cohorts {
			s.cohort[i] = int8(y)
		}
	}
	s.block.Simulate(w, n, nil)
	s.block.Events(nil)
	s.block.Mornings(nil)
	if s.quarter == 0 {
		s.Path.People += ledger.BlockSize
	}
}

func (s *pathSurvey) event(e record.Event) {
	if !e.Kind.Transaction() || e.Day >= quarterStart(s.quarter+1) {
		return
	}
	c, y, won := &s.Path, s.quarter/4, int64(e.Amount)
	c.Won[y] += won
	if y == 2021-firstYear && s.quarter%4 < 3 {
		c.Nine += won
	}
	if k := s.cohort[e.Person-s.block.First]; k >= 0 && spending(e.Kind) {
		c.Spent[k][y] += won
	}
}

// spending reports whether events of a kind are payments to shops or to the platform.
func spending(k record.EventKind) bool {
	return k == record.EventPayment || k == record.EventCardPayment || k == record.EventBillPaid
}

// look counts who is there at the end of a year, and reads the wallets at the end of March.
func (s *pathSurvey) look(night record.Day) {
	q := s.quarter % 4
	if night != quarterStart(s.quarter+1)-1 || q != 0 && q != 3 {
		return
	}
	c, y := &s.Path, s.quarter/4
	for _, i := range s.block.Live() {
		if !s.block.All[i].Live(night) {
			continue
		}
		if k := s.cohort[i]; q == 3 && k >= 0 {
			c.Users[k][y]++
		}
		if q == 0 {
			var now record.Snapshot
			s.block.Snapshot(int(i), &now)
			c.Balance[y] += int64(now[record.ItemBalance])
		}
	}
}
