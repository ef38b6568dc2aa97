package ledger

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"overshare/sim/people"
	"overshare/sim/record"
)

// A World makes blocks. It is read-only after [New] and safe for concurrent use.
type World struct {
	Config
	Pop *people.Population

	months      []people.Month
	shockMonths []record.Day // first days of the months that the tables reach
	monthOf     []uint8      // position in shockMonths by day of the window, from -lead on
	common      common
	pool        func() *pool     // start states; nil: everybody starts crudely
	recruits    []people.Person  // who lives in this world instead of the population
	nextPay     [29][]int16      // by day of the month: the first payday strictly after a day of the window, from -lead on
	firstWeek   int              // the calendar week of the first day
	weeks       int              // how many calendar weeks the window touches
	skew        int              // days of the first week that lie before the window
	afterPayday [29]payNext      // by day of the month
	yearLevel   []float64        // of wallet use, by period of the window
	keepLevel   []float32        // what it makes of the share that stays in wallets
	keep        uint64           // draws of a week below this leave it as the week before; see opens.go
	habits      [numHabits]habit // by level of activity
	day         [7]float64       // relative activity by day of the week, Sunday first, mean 1

	pay            [tableMask + 1]uint32 // tens of won, fixed point with payShift bits
	remit          [tableMask + 1]uint32 // thousands of won, with remitShift bits
	cap            int32                 // on a balance
	withdrawAbove  int32
	list           [2 * byCard]uint8 // lists of intents by their lowest eight bits and [byCard]
	residue, level [4096]float32
	kept           float64       // factor on savers' buffers; see target.go
	front          int64         // additional spending in the first days after payday, as a share with frontShift digits
	saved          [2][2]float64 // share of a gap on payday, and of an excess, that savings refill or take; of savers last
	later          float32       // spending on later days relative to the month's mean
	monthly, shock [4096]float32
	unit           [256]int32
	more           [256]uint8 // further intents of a session
	// probabilities for [hit]
	homophily, delayCut, transferCut uint32
	friendCut, knowsCut, moveInCut   uint16 // in 256ths
}

// Most is the largest amount anybody earns in a month, starts with or has in an account, in won: richer
// people count as this rich, and what an account receives beyond it is put aside. It keeps amounts within
// 32 bits whatever the parameters. Single payments and remittances stop at a tenth of it.
const Most = 500_000_000

// Amounts are read from 1,024 quantiles: small tables stay close to the processor.
const tableMask = 1023

// Binary digits after the point of payments (in tens), remittances (in thousands) and people's scale. The
// largest products, of Most/100 and a scale of 10, have 47 and 48 bits.
const (
	payShift   = 8
	remitShift = 16
	scaleShift = 16
)

// A payNext has the days after paydays that are in the window, and the month in which the first of these salaries
// is due. There is one in every month.
type payNext struct {
	month int
	days  []place
}

// A place is a day of the window by period and week of the window and day of the week, Monday 0.
type place struct {
	week            int16
	period, weekday uint8
}

func (w *World) placeOf(t int16) place {
	day := int(t) + w.skew
	return place{int16(day / 7), uint8((day/7 + w.firstWeek%periodWeeks) / periodWeeks), uint8(day % 7)}
}

// mostDays is the longest window.
const mostDays = 1000

// lead is how many days before the window the tables reach back: two salary cycles.
const lead = 70

// New prepares the world of a configuration.
func New(c Config) (*World, error) {
	if c.Days < 1 || c.Days > mostDays {
		return nil, fmt.Errorf("ledger: %d days cannot be simulated, 1 to %d can", c.Days, mostDays)
	}
	if len(c.Wallet.Weekday) != 7 {
		return nil, fmt.Errorf("wallet: weekday needs 7 values, Sunday first, not %d", len(c.Wallet.Weekday))
	}
	if len(c.Wallet.Units) == 0 || len(c.Wallet.Units) != len(c.Wallet.UnitShares) {
		return nil, fmt.Errorf("wallet: units has %d values, unit_shares %d; they must pair up and not be empty", len(c.Wallet.Units), len(c.Wallet.UnitShares))
	}
	if len(c.Wallet.Hours) != 24 {
		return nil, fmt.Errorf("wallet: hours needs 24 values, from midnight on, not %d", len(c.Wallet.Hours))
	}
	pop, err := people.New(c.People, c.Seed)
	if err != nil {
		return nil, err
	}
	w := &World{Config: c, Pop: pop, kept: 1}
	w.Bills.RetryDays = slices.Sorted(slices.Values(c.Bills.RetryDays))
	w.prepareDays()
	w.prepareHabits()
	w.prepareAmounts()
	if err := w.reachTarget(); err != nil {
		return nil, err
	}
	w.pool = sync.OnceValue(w.livePool)
	return w, nil
}

func (w *World) prepareDays() {
	w.months = people.Months(w.Start, w.Start+record.Day(w.Days))
	w.firstWeek = weekOf(w.Start)
	w.weeks = weekOf(w.Start+record.Day(w.Days-1)) - w.firstWeek + 1
	w.skew = int(w.Start+3) % 7
	w.yearLevel, w.keepLevel = nil, nil
	for k := w.firstWeek / periodWeeks; k <= (w.firstWeek+w.weeks-1)/periodWeeks; k++ {
		level := w.Pop.YearLevel(midPeriod(k))
		w.yearLevel, w.keepLevel = append(w.yearLevel, level), append(w.keepLevel, float32(math.Pow(level, w.Wallet.KeepTie)))
	}
	w.preparePaydays(lead + w.Days + 80)
	sum := 0.0
	for _, x := range w.Wallet.Weekday {
		sum += x
	}
	for i := range w.day {
		w.day[i] = w.Wallet.Weekday[i] * 7 / sum
	}
}

// dueMonth returns the month in which a salary paid on a day was due on the given day of the month: the next one
// for those due on its first days and paid before a holiday.
func dueMonth(paid record.Day, dom int) int {
	if paid.Time().Day() > dom {
		return monthOf(paid) + 1
	}
	return monthOf(paid)
}

// preparePaydays lists the paydays of n days from -lead on: by the day of the month on which a salary is due,
// when it is paid, and the months for common shocks.
func (w *World) preparePaydays(n int) {
	from, to := w.Start-lead, w.Start-lead+record.Day(n)
	var due [29]record.Day // the next that is strictly after the day in hand
	for dom := range due {
		w.nextPay[dom], w.afterPayday[dom] = make([]int16, n), payNext{}
	}
	months := people.Months(from, to+62)
	for m := len(months) - 1; m >= 0; m-- {
		first := months[m].First
		for dom := 1; dom < len(due); dom++ {
			paid := first + record.Day(dom-1)
			if w.Bank.BusinessDays {
				paid = people.LastBankingDay(paid)
			}
			for d := min(due[dom], to) - 1; due[dom] != 0 && d >= max(paid, from); d-- {
				w.nextPay[dom][d-from] = int16(due[dom] - w.Start)
			}
			due[dom] = paid
		}
	}
	for dom := 1; dom < len(due); dom++ {
		for d := min(due[dom], to) - 1; d >= from; d-- {
			w.nextPay[dom][d-from] = int16(due[dom] - w.Start)
		}
		for t := w.nextPay[dom][lead-2]; int(t)+1 < w.Days; t = w.nextPay[dom][lead+int(t)] {
			after := &w.afterPayday[dom]
			if len(after.days) == 0 {
				after.month = dueMonth(w.Start+record.Day(t), dom)
			}
			after.days = append(after.days, w.placeOf(t+1))
		}
	}
	w.shockMonths, w.monthOf = nil, make([]uint8, n)
	for m, month := range people.Months(from, to) {
		w.shockMonths = append(w.shockMonths, month.First)
		for d := max(month.First, from); d < min(month.Next, to); d++ {
			w.monthOf[d-from] = uint8(m)
		}
	}
	w.prepareCommon()
}

func (w *World) prepareAmounts() {
	c := &w.Config
	w.cap = int32(min(c.Wallet.BalanceCap, Most))
	pay := people.LogNormalTable(float64(c.Wallet.PayMedian), c.Wallet.PaySigma)
	remit := people.LogNormalTable(float64(c.Wallet.RemitMedian), c.Wallet.RemitSigma)
	for i := range w.pay {
		w.pay[i] = uint32(float64(min(meanOf(pay[4*i:4*i+4]), Most/100)) / 10 * (1 << payShift))
		w.remit[i] = uint32(float64(min(meanOf(remit[4*i:4*i+4]), Most/100)) / 1000 * (1 << remitShift))
	}
	w.withdrawAbove = int32(min(c.Wallet.WithdrawAbove, math.MaxInt32))
	w.residue = people.LogNormalTable(float64(c.Bank.ResidueWon), c.Bank.ResidueSigma)
	w.level = people.LogNormalTable(float64(c.Bank.TransferWon), c.Bank.TransferSigma)
	for i := range w.residue {
		w.residue[i], w.level[i] = min(w.residue[i], Most), min(w.level[i], Most)
	}
	front := float64(float64(c.Bank.FrontDays) * (c.Bank.FrontFactor - 1))
	w.saved = [2][2]float64{{0, c.Bank.SaveShare}, {c.Bank.RefillShare, 1}}
	w.later, w.front = float32(30/(30+front)), int64((c.Bank.FrontFactor-1)*(1<<frontShift))
	w.monthly = people.LogNormalTable(1, c.Bank.MonthlySigma)
	for i := range w.shock {
		w.shock[i] = float32(c.Bank.ShockShare * (0.4 + float64(1.2*(float64(i)+0.5)/4096)))
	}
	n, tail := 0, c.Wallet.MoreEvents
	for i := range w.more {
		for n < 15 && (float64(i)+0.5)/256 > 1-tail {
			n++
			tail *= c.Wallet.MoreEvents
		}
		w.more[i] = uint8(n)
	}
	cut := func(p float64) uint16 { return uint16(math.Round(max(min(p, 1), 0) * 256)) }
	payCut, remitCut := cut(c.Wallet.PayShare), cut(c.Wallet.PayShare+c.Wallet.RemitShare)
	topupCut := cut(c.Wallet.PayShare + c.Wallet.RemitShare + c.Wallet.TopupShare)
	for i := range w.list {
		switch x := uint16(i % byCard); {
		case x < payCut && i < byCard:
			w.list[i] = listPay
		case x < payCut:
			w.list[i] = listCard
		case x < remitCut:
			w.list[i] = listRemit
		case x < topupCut:
			w.list[i] = listTopup
		default:
			w.list[i] = listWithdraw
		}
	}
	w.friendCut = cut(c.Wallet.FriendShare)
	w.knowsCut = cut(c.Wallet.Awareness)
	w.moveInCut = cut(c.Bank.MoveIn)
	w.homophily = cut16(c.Wallet.Homophily)
	w.delayCut, w.transferCut = cut16(c.Bank.DelayRate), cut16(1/c.Bank.TransferDays)
	total := 0.0
	for _, s := range c.Wallet.UnitShares {
		total += s
	}
	at, sum := 0, c.Wallet.UnitShares[0]
	for i := range w.unit {
		for at < len(c.Wallet.Units)-1 && (float64(i)+0.5)/256*total >= sum {
			at++
			sum += c.Wallet.UnitShares[at]
		}
		w.unit[i] = int32(c.Wallet.Units[at])
	}
}

// meanOf returns the mean of four cells of a table, the value of one cell of a table a quarter as long.
func meanOf(cells []float32) float32 { return (cells[0] + cells[1] + cells[2] + cells[3]) / 4 }

// Blocks returns how many blocks hold the first n people. The last one may reach beyond n: those people
// live, and send money to their friends, but are not counted.
func Blocks(n int) int { return (n + BlockSize - 1) / BlockSize }
