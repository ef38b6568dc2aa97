package ledger

import (
	"fmt"
	"math"
	"slices"

	"overshare/sim/people"
	"overshare/sim/record"
)

// A World makes blocks. It is read-only after [New] and safe for concurrent use.
type World struct {
	Config
	Pop *people.Population

	months      []people.Month
	nextPay     [32][]int16 // by day of the month: the first payday strictly after a day of the window, from -lead on
	weekday     []uint8
	afterPayday [32][]int16      // by day of the month: the days after paydays, if in the window
	habits      [numHabits]habit // by level of activity
	day         [7]float64       // relative activity by day of the week, mean 1

	pay            [tableMask + 1]uint32 // tens of won, fixed point with payShift bits
	remit          [tableMask + 1]uint32 // thousands of won, with remitShift bits
	cap            int32                 // on a balance
	withdrawAbove  int32
	kind           [256]uint8 // lists of intents by their lowest eight bits
	residue, start [4096]float32
	weather, shock [4096]float32
	unit           [256]int32
	more           [256]uint8 // further intents of a session
	// probabilities for [hit]
	moveOut, homophily, startZero, shockCut, delayCut uint32
	friendCut, knowsCut                               uint8
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

// lead is how many days before the window the tables reach back: a salary cycle with its delay.
const lead = 70

// New prepares the world of a configuration.
func New(c Config) (*World, error) {
	if c.Days < 1 || c.Days > 1000 {
		return nil, fmt.Errorf("ledger: %d days cannot be simulated, 1 to 1000 can", c.Days)
	}
	if len(c.Wallet.Weekday) != 7 {
		return nil, fmt.Errorf("wallet: weekday needs 7 values, Sunday first, not %d", len(c.Wallet.Weekday))
	}
	if len(c.Wallet.Units) == 0 || len(c.Wallet.Units) != len(c.Wallet.UnitShares) {
		return nil, fmt.Errorf("wallet: units has %d values, unit_shares %d; they must pair up and not be empty", len(c.Wallet.Units), len(c.Wallet.UnitShares))
	}
	pop, err := people.New(c.People, c.Seed)
	if err != nil {
		return nil, err
	}
	w := &World{Config: c, Pop: pop}
	w.Bills.RetryDays = slices.Sorted(slices.Values(c.Bills.RetryDays))
	w.prepareDays()
	w.prepareHabits()
	w.prepareAmounts()
	return w, nil
}

func (w *World) prepareDays() {
	w.months = people.Months(w.Start, w.Start+record.Day(w.Days))
	n := lead + w.Days + 80
	for dom := 1; dom <= 31; dom++ {
		w.nextPay[dom] = make([]int16, n)
	}
	next := [32]int16{}
	for i := range next {
		next[i] = math.MaxInt16
	}
	for i := n - 1 + 31; i >= 0; i-- { // one month beyond the table, so that every entry has a payday
		if i < n {
			for dom := 1; dom <= 31; dom++ {
				w.nextPay[dom][i] = next[dom]
			}
		}
		next[(w.Start + record.Day(i-lead)).Time().Day()] = int16(i - lead)
	}
	for dom := 1; dom <= 31; dom++ {
		for t := w.nextPay[dom][lead-2]; int(t)+1 < w.Days; t = w.nextPay[dom][lead+int(t)] {
			w.afterPayday[dom] = append(w.afterPayday[dom], t+1)
		}
	}
	w.weekday = make([]uint8, max(w.Days, 7)) // a whole week is asked for
	sum := 0.0
	for _, x := range w.Wallet.Weekday {
		sum += x
	}
	for i := range w.day {
		w.day[i] = w.Wallet.Weekday[i] * 7 / sum
	}
	for t := range w.weekday {
		w.weekday[t] = uint8((w.Start + record.Day(t)).Weekday())
	}
}

func (w *World) prepareAmounts() {
	c := &w.Config
	w.cap = int32(min(c.Wallet.BalanceCap, Most))
	pay := people.LogNormalTable(float64(c.Wallet.PayMedian), c.Wallet.PaySigma)
	remit := people.LogNormalTable(float64(c.Wallet.RemitMedian), c.Wallet.RemitSigma)
	for i := range w.pay {
		w.pay[i] = uint32(float64(min(pay[i*4+2], Most/100)) / 10 * (1 << payShift))
		w.remit[i] = uint32(float64(min(remit[i*4+2], Most/100)) / 1000 * (1 << remitShift))
	}
	w.withdrawAbove = int32(min(c.Wallet.WithdrawAbove, math.MaxInt32))
	w.residue = people.LogNormalTable(float64(c.Bank.ResidueWon), c.Bank.ResidueSigma)
	w.start = people.LogNormalTable(float64(c.Wallet.StartMedian), c.Wallet.StartSigma)
	for i := range w.residue {
		w.residue[i], w.start[i] = min(w.residue[i], Most), min(w.start[i], Most)
	}
	w.weather = people.LogNormalTable(1, c.Bank.WeatherSigma)
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
	cut := func(p float64) uint8 { return uint8(math.Round(min(p, 1) * 255)) }
	payCut, remitCut := cut(c.Wallet.PayShare), cut(c.Wallet.PayShare+c.Wallet.RemitShare)
	topupCut := cut(c.Wallet.PayShare + c.Wallet.RemitShare + c.Wallet.TopupShare)
	for i := range w.kind {
		switch x := uint8(i); {
		case x < payCut:
			w.kind[i] = listPay | mayBeCard
		case x < remitCut:
			w.kind[i] = listRemit
		case x < topupCut:
			w.kind[i] = listTopup
		default:
			w.kind[i] = listWithdraw
		}
	}
	w.friendCut = cut(c.Wallet.FriendShare)
	w.knowsCut = cut(c.Wallet.Awareness)
	w.moveOut, w.homophily, w.startZero = cut16(c.Wallet.MoveOut), cut16(c.Wallet.Homophily), cut16(c.Wallet.StartZero)
	w.shockCut, w.delayCut = cut16(c.Bank.ShockRate), cut16(c.Bank.DelayRate)
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

// Blocks returns how many blocks hold the first n people. The last one may reach beyond n: those people
// live, and send money to their friends, but are not counted.
func Blocks(n int) int { return (n + BlockSize - 1) / BlockSize }
