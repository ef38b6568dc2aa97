package facts

import (
	"math"
	"math/bits"

	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
)

// The month is simulated from two months earlier, so that what wallets and linked accounts held at the
// start is forgotten, and for 20 days longer, so that its bills are closed.
var (
	monthStart = record.DayOf(2024, 2, 1)
	monthDays  = int(record.DayOf(2024, 5, 21) - monthStart)
	quarterEnd = record.DayOf(2024, 3, 31) // night for which the prepaid balance is published
	weeksFrom  = record.DayOf(2024, 3, 4)  // a Monday
	weeksTo    = record.DayOf(2024, 4, 29) // eight weeks later

	salaryMonth = people.Month{First: record.DayOf(2024, 3, 1), Next: record.DayOf(2024, 4, 1)} // whose salaries are followed
)

const (
	salaryDays = 31   // days from payday on which a salary can be gone: 0 to 30
	countTop   = 1024 // transactions of one person in the month, counted singly below this
	perOctave  = 16   // cells of the amounts' histogram for every doubling
	octaves    = 28
	minEvents  = 30 // from so many events in eight weeks on, somebody's burstiness is measured
	millionth  = 1e6
)

// monthCounts are counts of one month's money: April 2024, and what stands around it.
type monthCounts struct {
	People  int64
	Number  [record.NumEventKinds]int64
	Won     [record.NumEventKinds]int64
	Active  int64 // people with any transaction in the month
	Holders int64 // live at the end of March
	Empty   int64 // of them with nothing in the wallet
	Balance int64 // won in all wallets
	Weeks   int64 // person-weeks of people live throughout
	Idle    int64 // of them without any use of the wallet

	Salaries int64             // followed until they are gone or the next comes
	Gone     [salaryDays]int64 // of them, by days from payday until nothing is left

	Bills, Bounced, Recovered int64 // bills opened in the month

	ByPerson [countTop + 1]int64 // people live throughout the month, by number of transactions
	Most     int64               // transactions of those in the last cell
	Weekday  [7]int64            // in eight whole weeks, Sunday first
	Hour     [24]int64
	Payments [octaves * perOctave]int64 // by amount
	Remitted [octaves * perOctave]int64

	Bursty   int64 // people whose burstiness is measured
	Burst    int64 // sum of their coefficients, in millionths
	DayBurst int64 // the same for days of use
}

// A monthSurvey lives through the blocks of a shard. One serves one worker.
type monthSurvey struct {
	*counts
	block  *ledger.Block
	number [ledger.BlockSize]int32
	gaps   [ledger.BlockSize]gaps
	days   [ledger.BlockSize]gaps
	salary [ledger.BlockSize]salary
	quiet
}

// gaps are the sums of the times between somebody's events.
type gaps struct {
	last, n, sum int64
	square       float64
}

func (g *gaps) event(at int64) {
	if g.n > 0 {
		d := max(at-g.last, 0)
		g.sum += d
		g.square += float64(float64(d) * float64(d))
	}
	g.last = at
	g.n++
}

// burstiness returns the coefficient of the gaps, B = (σ − m)/(σ + m): −1 for a clock, 0 for a Poisson
// process, towards 1 for bursts. ok is false below minEvents events or when all coincide.
// Source: Goh & Barabási 2008, doi:10.1209/0295-5075/81/48002.
func (g *gaps) burstiness() (b float64, ok bool) {
	n := float64(g.n - 1)
	if g.n < minEvents || g.sum == 0 {
		return 0, false
	}
	m := float64(g.sum) / n
	sd := math.Sqrt(max(g.square/n-float64(m*m), 0))
	return (sd - m) / (sd + m), true
}

// run simulates block n and adds it to c.
func (s *monthSurvey) run(w *ledger.World, n int) {
	s.number, s.gaps, s.days = [ledger.BlockSize]int32{}, [ledger.BlockSize]gaps{}, [ledger.BlockSize]gaps{}
	s.salary = [ledger.BlockSize]salary{}
	s.block.Events(s.event)
	s.block.Mornings(s.look)
	s.block.Simulate(w, n, s)
	s.block.Events(nil)
	s.block.Mornings(nil)
	s.Month.People += ledger.BlockSize
	for _, i := range s.block.Live() {
		s.person(int(i))
	}
}

// person adds up what somebody did.
func (s *monthSurvey) person(i int) {
	c, n := &s.Month, int64(s.number[i])
	if n > 0 {
		c.Active++
	}
	if p := &s.block.All[i]; p.Join <= month.First && p.Leave >= month.Next {
		c.ByPerson[min(n, countTop)]++
		if n >= countTop {
			c.Most += n
		}
	}
	if b, ok := s.gaps[i].burstiness(); ok {
		c.Bursty++
		c.Burst += int64(math.Round(b * millionth))
		d, _ := s.days[i].burstiness()
		c.DayBurst += int64(math.Round(d * millionth))
	}
}

func (s *monthSurvey) event(e record.Event) {
	if !e.Kind.Transaction() {
		return
	}
	c, i := &s.Month, int(e.Person-s.block.First)
	if e.Day >= month.First && e.Day < month.Next {
		c.Number[e.Kind]++
		c.Won[e.Kind] += int64(e.Amount)
		s.number[i]++
	}
	if e.Day >= weeksFrom && e.Day < weeksTo {
		s.rhythm(i, &e)
	}
}

// rhythm takes down when something was done in the eight weeks, and how much.
func (s *monthSurvey) rhythm(i int, e *record.Event) {
	c := &s.Month
	c.Weekday[e.Day.Weekday()]++
	switch e.Kind {
	case record.EventPayment, record.EventCardPayment:
		c.Payments[cell(e.Amount)]++
	case record.EventRemitFriend, record.EventRemitOutside:
		c.Remitted[cell(e.Amount)]++
	default:
		return
	}
	c.Hour[e.Minute/60]++
	s.gaps[i].event(int64(e.Day)*1440 + int64(e.Minute))
	if s.days[i].n == 0 || s.days[i].last != int64(e.Day) {
		s.days[i].event(int64(e.Day))
	}
}

// cell returns the cell of an amount: sixteen for every doubling, evenly spaced in between.
func cell(won record.Won) int {
	x := uint64(max(won, 1))
	o := bits.Len64(x) - 1
	return min(o*perOctave+int((x-1<<o)*perOctave>>o), octaves*perOctave-1)
}

// cellStart returns the smallest amount of a cell.
func cellStart(k int) float64 {
	return math.Ldexp(1+float64(float64(k%perOctave)/perOctave), k/perOctave)
}

// look reads wallets and linked accounts at night.
func (s *monthSurvey) look(night record.Day) {
	sunday := night.Weekday() == 0 && night >= weeksFrom && night < weeksTo
	salaries := night >= salaryMonth.First && night < salaryMonth.Next+salaryDays
	if night != quarterEnd && !sunday && !salaries {
		return
	}
	for _, i := range s.block.Live() {
		p := &s.block.All[i]
		if !p.Live(night) {
			continue
		}
		if salaries && employed(p) && !s.salary[i].over {
			s.follow(int(i), night)
		}
		if night == quarterEnd || sunday {
			s.wallet(int(i), p, night, sunday)
		}
	}
}

func (s *monthSurvey) wallet(i int, p *people.Person, night record.Day, sunday bool) {
	c := &s.Month
	var now record.Snapshot
	s.block.Snapshot(i, &now)
	if night == quarterEnd {
		c.Holders++
		c.Balance += int64(now[record.ItemBalance])
		if now[record.ItemBalance] == 0 {
			c.Empty++
		}
	}
	if sunday && p.Join <= night-6 {
		c.Weeks++
		if now[record.ItemIdleDays] >= 7 {
			c.Idle++
		}
	}
}

// employed reports whether somebody is of the age at which employees are asked about their salaries.
func employed(p *people.Person) bool { return p.Age > 0 && int(p.Age) < len(people.Ages)-1 }

// A salary is one whose spending is followed: the first that reaches somebody's linked account in salaryMonth.
type salary struct {
	begun, over bool
	arrived     record.Day
}

// night looks at the account on a night: when the latest salary arrived, what is there, and the floor at which
// the month's spending stops. The salary is gone on the first night on which nothing is left above the floor,
// which is what the owner keeps from month to month; it is over without being gone when the next one comes.
// first is true on the first night of a salary. gone is −1 on nights on which it is not gone.
func (s *salary) night(night, arrived record.Day, balance, floor record.Won) (first bool, gone int) {
	if !s.begun {
		if arrived < salaryMonth.First || arrived >= salaryMonth.Next {
			return false, -1
		}
		s.begun, s.arrived, first = true, arrived, true
	}
	gone = int(night - s.arrived)
	switch {
	case arrived != s.arrived || gone >= salaryDays:
		s.over = true
	case balance <= floor:
		s.over = true
		return first, gone
	}
	return first, -1
}

// follow follows the salary of the person at position i, if the linked account gets one.
func (s *monthSurvey) follow(i int, night record.Day) {
	arrived, ok := s.block.Salary(i)
	if !ok {
		return
	}
	balance, floor := s.block.Linked(i)
	first, gone := s.salary[i].night(night, arrived, balance, floor)
	s.Month.Salaries += one(first)
	if gone >= 0 {
		s.Month.Gone[gone]++
	}
}

// Ask implements [ledger.Observer]: bills opened in the month are marked.
func (s *monthSurvey) Ask(_ *ledger.Block, _ int, d record.Day) int32 {
	if d >= month.First && d < month.Next {
		return 1
	}
	return 0
}

// Billed implements [ledger.Observer].
func (s *monthSurvey) Billed(_ *ledger.Block, b *record.Bill) {
	if b.Ref != 1 {
		return
	}
	s.Month.Bills++
	if b.Bounced {
		s.Month.Bounced++
	}
	if b.Recovered {
		s.Month.Recovered++
	}
}

// quiet is the part of [ledger.Observer] that no survey needs.
type quiet struct{}

func (quiet) Probe(*ledger.Block, int) (record.Day, bool) { return 0, false }
func (quiet) Look(*ledger.Block, int, record.Day) int32   { return 0 }
func (quiet) Outcome(*ledger.Block, int, int32, bool)     {}
