package facts

import (
	"fmt"

	"overshare/results"
	"overshare/sim/ledger"
	"overshare/sim/record"
)

// A ledger has to forget how it began: what is read off it must not depend on how long it has been running.
// So the same four weeks are lived through in worlds begun 4, 48 and 96 weeks earlier, in which they are the
// weeks 5 to 8, 49 to 52 and 97 to 100. The people, the calendar, the pay cycle and the level of use are the
// same; only the age of the world is not. Weeks of one world that lie a year apart would differ in all of
// these as well.
var (
	ages       = [...]int{4, 48, 96} // weeks from the start to the four weeks looked at
	ageNames   = [len(ages)]string{"weeks_5_to_8", "weeks_49_to_52", "weeks_97_to_100"}
	settleFrom = record.DayOf(2024, 4, 1)
)

const (
	settleDays = 28
	settleTail = 21 // until bills opened in these weeks are paid or given up
)

// settleCounts are counts of the four weeks in a world of one age.
type settleCounts struct {
	People  int64
	Bills   int64                   // opened in these weeks
	Causes  [record.NumCauses]int64 // of those that bounced
	Wallets int64                   // person-nights looked at: Sundays, live accounts
	Balance int64                   // won in them
	Savers  int64                   // of them, of people with a buffer
	Account [2]int64                // won in the linked accounts: of others, of savers
	Week    int64                   // idle for a week or longer
	Month   int64                   // for four weeks
	Payers  int64                   // registered at the platform and buying there
	Locked  int64                   // of them, owing a bill
}

// A settleSurvey lives through the blocks of a shard in a world of one age. One serves one worker.
type settleSurvey struct {
	*counts
	block *ledger.Block
	age   int
	quiet
}

func (s *settleSurvey) run(w *ledger.World, n int) {
	s.block.Mornings(s.look)
	s.block.Simulate(w, n, s)
	s.block.Mornings(nil)
	s.Settle[s.age].People += ledger.BlockSize
}

func inSettle(d record.Day) bool { return d >= settleFrom && d < settleFrom+settleDays }

func (s *settleSurvey) look(night record.Day) {
	if night.Weekday() != 0 || !inSettle(night) {
		return
	}
	c := &s.Settle[s.age]
	for _, i := range s.block.Live() {
		p := &s.block.All[i]
		if !p.Live(night) {
			continue
		}
		var now record.Snapshot
		s.block.Snapshot(int(i), &now)
		account, _ := s.block.Linked(int(i))
		c.Wallets++
		c.Balance += int64(now[record.ItemBalance])
		saver := one(p.Saver && !p.Secondary)
		c.Savers += saver
		c.Account[saver] += int64(account)
		c.Week += one(now[record.ItemIdleDays] >= 7)
		c.Month += one(now[record.ItemIdleDays] >= 28)
		if p.Payer && p.InScope(night) {
			c.Payers++
			c.Locked += one(s.block.LockedOut(int(i)))
		}
	}
}

func one(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// Ask implements [ledger.Observer]: bills opened in these weeks are marked.
func (s *settleSurvey) Ask(_ *ledger.Block, _ int, d record.Day) int32 {
	return int32(one(inSettle(d)))
}

// Billed implements [ledger.Observer].
func (s *settleSurvey) Billed(_ *ledger.Block, b *record.Bill) {
	if b.Ref != 1 {
		return
	}
	c := &s.Settle[s.age]
	c.Bills++
	if b.Bounced {
		c.Causes[b.Cause]++
	}
}

// A measure is something that must not depend on the age of the world.
type measure int

// The measures, before one share of bounced bills for every cause.
const (
	anything measure = iota // no measure: nothing needs to have settled
	bounceSettled
	balanceSettled
	saversSettled
	othersSettled
	idleWeekSettled
	idleMonthSettled
	lockedSettled
	causesSettled // the first of them
)

// A level is how a measure is read off the counts.
type level struct {
	measure
	name, unit string
	tolerance  float64 // of a difference: a part of the level where relative, a difference of shares otherwise
	relative   bool
	of         func(*settleCounts) float64
}

const (
	settleMoney = 0.05 // half of the tolerance of published balances
	settleRate  = 0.1  // of the bounce rate: 0.3 of 3 percent
	settleShare = 0.02
)

func levels() []level {
	all := []level{
		{bounceSettled, "bills that bounce", unitShare, settleRate, true, func(c *settleCounts) float64 { return ratio(sum(c.Causes[:]), c.Bills) }},
		{balanceSettled, "mean balance in the wallet", unitWon, settleMoney, true, func(c *settleCounts) float64 { return ratio(c.Balance, c.Wallets) }},
		{saversSettled, "mean balance in the linked account, savers", unitWon, settleMoney, true, func(c *settleCounts) float64 { return ratio(c.Account[1], c.Savers) }},
		{othersSettled, "mean balance in the linked account, others", unitWon, settleMoney, true, func(c *settleCounts) float64 { return ratio(c.Account[0], c.Wallets-c.Savers) }},
		{idleWeekSettled, "wallets idle for a week or longer", unitShare, settleShare, false, func(c *settleCounts) float64 { return ratio(c.Week, c.Wallets) }},
		{idleMonthSettled, "wallets idle for four weeks or longer", unitShare, settleShare, false, func(c *settleCounts) float64 { return ratio(c.Month, c.Wallets) }},
		{lockedSettled, "buyers locked out of the platform", unitShare, settleShare, false, func(c *settleCounts) float64 { return ratio(c.Locked, c.Payers) }},
	}
	for k := record.CauseNone + 1; k < record.NumCauses; k++ {
		all = append(all, level{causesSettled + measure(k-1), "bounced bills: " + record.CauseNames[k], unitShare, settleShare, false,
			func(c *settleCounts) float64 { return ratio(c.Causes[k], sum(c.Causes[:])) }})
	}
	return all
}

// settled is what was found about a level.
type settled struct {
	level
	value   [len(ages)]float64
	se      [len(ages)]float64
	change  [len(ages)]float64 // from the youngest world: a part of its level where relative
	apart   [len(ages)]float64 // standard error of the change, the same people in both
	verdict string
}

const (
	isSettled = "settled"
	drifts    = "drifts"
)

// stationarity reads all levels and says which depend on the age of the world.
func (s *sample) stationarity(parts []part) (all []settled) {
	for _, l := range levels() {
		r := settled{level: l, verdict: isSettled}
		for k := range ages {
			people := func(c *counts) int64 { return c.Settle[k].People }
			r.value[k], r.se[k] = s.estimate(parts, people, func(c *counts) float64 { return l.of(&c.Settle[k]) })
			if k == 0 {
				continue
			}
			r.change[k], r.apart[k] = s.estimate(parts, people, func(c *counts) float64 { return l.change(c, k) })
			r.add(judge(r.change[k], r.apart[k], -l.tolerance, l.tolerance))
		}
		all = append(all, r)
	}
	return all
}

// add takes the verdict on one more age: one that drifts is enough, and one that cannot be told leaves open
// what none contradicts.
func (r *settled) add(verdict string) {
	switch {
	case verdict == deviates:
		r.verdict = drifts
	case verdict == tooFew && r.verdict != drifts:
		r.verdict = tooFew
	}
}

// change returns by how much the level of age k differs from that of the youngest world.
func (l *level) change(c *counts, k int) float64 {
	young, old := l.of(&c.Settle[0]), l.of(&c.Settle[k])
	if l.relative {
		return old/young - 1
	}
	return old - young
}

func stationarityTable(measured []settled) *results.Table {
	number := func(name, meaning string) results.Column {
		return results.Column{Name: name, Type: results.Number, Meaning: meaning}
	}
	columns := []results.Column{
		{Name: "measure", Type: results.String, Required: true, Meaning: "what must not depend on how long the world has been running"},
		{Name: "unit", Type: results.String, Required: true, Meaning: "unit of the levels"},
	}
	for k, name := range ageNames {
		columns = append(columns, number(name, fmt.Sprintf("the four weeks from %v in a world begun %d weeks earlier", settleFrom, ages[k])),
			number(name+"_standard_error", "its standard error"))
	}
	for _, name := range ageNames[1:] {
		columns = append(columns, number("change_"+name, "from weeks 5 to 8: a part of that level for rates and means, a difference for shares"),
			number("change_"+name+"_standard_error", "of the change, the same people in both"))
	}
	columns = append(columns, number("tolerance", "of a change"),
		results.Column{Name: "verdict", Type: results.String, Required: true, Meaning: "settled: both changes, with two standard errors, lie within the tolerance; drifts: one lies outside; too few people to tell: neither"},
		results.Warnings())
	t := results.NewTable(results.Schema{Name: "stationarity", Title: "The same four weeks in worlds of three ages", Key: []string{"measure"}, Columns: columns})
	for i := range measured {
		t.Append(measured[i].cells()...)
	}
	return t
}

func (r *settled) cells() []results.Cell {
	row := []results.Cell{results.Str(r.name), results.Str(r.unit)}
	for k := range ages {
		row = append(row, known(r.value[k]), known(r.se[k]))
	}
	for k := range ages[1:] {
		row = append(row, known(r.change[k+1]), known(r.apart[k+1]))
	}
	warning := ""
	if r.verdict == tooFew {
		warning = "too few people for a verdict"
	}
	return append(row, results.Num(r.tolerance), results.Str(r.verdict), results.Str(warning))
}

func settledSentence(measured []settled) string {
	n, open := 0, 0
	for i := range measured {
		n += int(one(measured[i].verdict == isSettled))
		open += int(one(measured[i].verdict == tooFew))
	}
	s := fmt.Sprintf("%d of %d levels are the same in worlds of one month, one year and two years", n, len(measured))
	if open > 0 {
		s += fmt.Sprintf(", %d need more people to tell", open)
	}
	return s + " (stationarity.csv)."
}
