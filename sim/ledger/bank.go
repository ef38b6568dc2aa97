package ledger

import (
	"math"
	"math/bits"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// paydays brings today's salaries. A list of people is kept for every day, linked through b.nextPaid.
func (b *Block) paydays() {
	for i := b.paid[b.t]; i != nobody; {
		next := b.nextPaid[i]
		if b.stay[i].to > b.t {
			a := &b.acc[i]
			b.spend(a, b.t-1)
			b.fadeHabit(a, int(i))
			b.expectPay(i, b.payday(a, int(i), b.t))
		}
		i = next
	}
}

// nobody ends a list of people.
const nobody = -1

// expectPay puts i on the list of the day of its next salary.
func (b *Block) expectPay(i, day int16) {
	if int(day) < len(b.paid) {
		b.nextPaid[i], b.paid[day] = b.paid[day], i
	}
}

// spend lets living costs leave from the linked account up to and including day to: the daily plan, more of it
// in the first days from payday on, and the fixed costs on their day. Spending outside the wallet stops at the
// floor; what the wallet takes may go below it. It is called before anything reads or touches the account: how
// often makes no difference, so the accounts of people who do nothing can wait.
func (b *Block) spend(a *account, to int16) { b.Flows[ToLiving] += a.spend(to) }

// spend takes what is spent up to and including day to from the linked account, and returns it.
func (a *account) spend(to int16) int64 {
	due := int64((a.seen-a.fixedDay)&^(to-a.fixedDay)) >> 63 & int64(uint32(a.fixed)) // all when seen < fixedDay <= to, else 0
	plan := int64(uint32(a.daily))*int64(to-a.seen) + int64(uint32(a.early))*int64(max(min(to, a.earlyTo)-a.seen, 0)) + due
	out := max(min(plan, int64(a.bank-a.floor)), 0)
	a.bank -= int32(out)
	a.seen = to
	return out
}

// frontShift is the number of binary digits after the point of World.front.
const frontShift = 16

// paidOn returns the day of the last salary, or transfer to a second account.
func (a *account) paidOn(w *World) int16 { return a.earlyTo - int16(w.Bank.FrontDays) + 1 }

// payday brings the salary, or what is transferred to a second account, and sets the plan until the next. It
// returns the day of the next.
func (b *Block) payday(a *account, i int, day int16) (next int16) {
	p := &b.All[i]
	if a.secondary {
		b.plan(a, p, day)
		level := int64(b.level(a, day))
		b.source(a, FromMain, max(level-int64(a.bank), 0))
		b.save(a, level)
		return b.nextTransfer(a, day)
	}
	b.salary(a, p, day)
	return b.w.payAfter(a.stream, p.Payday, day)
}

// salary brings the salary of day and sets the plan of the month that begins.
func (b *Block) salary(a *account, p *people.Person, day int16) {
	stop, income := b.plan(a, p, day), int64(0)
	if !a.abuser {
		income = min(int64(p.Income), Most)
	}
	b.source(a, FromSalary, income)
	b.save(a, min(stop+income, Most))
}

// untouched returns what would be in the linked account of p at the end of day to, after a month that began on day
// paid with left won still there, if the wallet had taken nothing out and put nothing in.
func (b *Block) untouched(a account, p *people.Person, left int32, paid, to int16) int32 {
	flows := b.Flows
	a.bank = left
	b.salary(&a, p, paid)
	b.spend(&a, to)
	b.Flows = flows
	return a.bank
}

// payAfter returns the day of the first salary after day t. One that is late is so by 1 + U(0, 2(m − 1)) days,
// rounded at random, so that the mean is m = DelayDays whatever m; it comes before the next is due.
func (w *World) payAfter(stream rng.Stream, payday uint8, t int16) int16 {
	due := w.nextPay[payday][int(t)+lead]
	y := stream.At(w.keyOn(due, stepDelay))
	if !hit(y, 0, w.delayCut) {
		return due
	}
	late := 1 + int16(float64(float64(y>>16&0xffff)/32768*max(w.Bank.DelayDays-1, 0))+float64(float64(y>>32&0xffff)/65536))
	return min(due+late, w.nextPay[payday][int(due)+lead]-1)
}

// plan sets what is spent from the linked account after the payday on day, and at what balance that stops: the
// factor on the month's spending, fixed costs, a shock now and then. It returns at what balance it stops
// without a shock. The plan depends on the person and the day alone, not on what is there.
func (b *Block) plan(a *account, p *people.Person, day int16) (stop int64) {
	w := b.w
	x := a.stream.At(w.keyOn(day, stepMonth))
	a.earlyTo, a.seen, a.fixedDay = day+int16(w.Bank.FrontDays)-1, day-1, day+1+int16(x>>12&3)
	if a.secondary { // evenly
		a.daily, a.early, a.fixed, a.floor = int32(float64(b.level(a, day))/w.Bank.TransferLasts), 0, 0, 0
		return 0
	}
	a.daily = int32(min(int64(float32(p.DailyCost)*w.later*w.monthly[x&0xfff]), Most))
	a.early = int32(int64(a.daily) * w.front >> frontShift)
	a.fixed = int32(min(p.FixedCost, Most))
	a.floor = int32(w.residue[x>>14&0xfff]) // conditional moves: who is a saver cannot be foreseen
	if kept := int32(min(int64(float64(p.Buffer)*w.kept), Most)); a.saver {
		a.floor = kept
	}
	if a.abuser {
		a.floor = 0
	}
	stop = int64(a.floor)
	if hit(x, 28, b.common.cut[w.monthOf[int(day)+lead]][p.Region]) {
		size := int64(min(float32(p.Income)*w.shock[x>>48&0xfff], Most))
		a.fixed += int32(size)
		a.floor = int32(max(stop-size, 0))
	}
	return stop
}

// save brings the linked account to what its owner wants to have on payday, the salary included: what exceeds
// it is put aside, by savers all of it; savings, which only savers have, refill part of a gap. What a second
// account holds beyond its level goes back to the main one in the same way.
func (b *Block) save(a *account, want int64) {
	gap := want - int64(a.bank)
	moved := int64(float64(gap) * b.w.saved[flag(a.saver)&1][uint64(gap)>>63])
	a.bank += int32(moved)
	b.Flows[FromSavings] += max(moved, 0)
	b.Flows[ToSavings] -= min(moved, 0)
}

// level returns to what a transfer on day lifts a second account.
func (b *Block) level(a *account, day int16) int32 {
	w := b.w
	won := float64(w.level[a.stream.At(w.keyOn(day, stepMonth))>>14&0xfff]) * float64(a.payScale) / (1 << scaleShift)
	return int32(min(won, Most/100))
}

// longestTransfer is the most days between two transfers to a second account.
const longestTransfer = 250

// nextTransfer returns the day of the first transfer to a second account after day. Each day has the same
// probability; one draw serves four days.
func (b *Block) nextTransfer(a *account, day int16) int16 {
	from := uint64(int(b.w.Start) + int(day) + 1)
	four := from >> 2
	hits := b.w.transfers(a.stream, four) >> (from & 3 * 16) << (from & 3 * 16)
	for ; hits == 0 && four < from>>2+longestTransfer/4; four++ {
		hits = b.w.transfers(a.stream, four+1)
	}
	return int16(min(int(four<<2)+bits.TrailingZeros64(hits)/16-int(b.w.Start), int(day)+longestTransfer))
}

// lastTransfer returns the day of the last transfer to a second account before the window.
func (b *Block) lastTransfer(a *account) int16 {
	before := uint64(b.w.Start)
	four := before >> 2
	hits := b.w.transfers(a.stream, four) & (1<<(before&3*16) - 1)
	for ; hits == 0 && before-four<<2 < longestTransfer; four-- {
		hits = b.w.transfers(a.stream, four-1)
	}
	return max(int16(int(four<<2)+(63-bits.LeadingZeros64(hits))/16-int(b.w.Start)), -longestTransfer)
}

// transfers reports on which days of the calendar from day 4·four on something is transferred to a second
// account: bit 16k stands for the k-th. [hit] for four fields of 16 bits at once: those of days 0 and 2, and of
// days 1 and 3, each get a one in front, which the subtraction takes away where the draw is smaller than the
// cut.
func (w *World) transfers(luck rng.Stream, four uint64) (hits uint64) {
	const (
		field = 0xffff<<32 | 0xffff
		front = 1<<48 | 1<<16
	)
	x, cuts := luck.At(four<<8|stepTransfer), uint64(w.transferCut)<<32|uint64(w.transferCut)
	even, odd := (x&field|front)-cuts, (x>>16&field|front)-cuts
	return front&^even>>16 | front&^odd
}

func (b *Block) source(a *account, f MoneyFlow, won int64) {
	b.Flows[f] += won
	b.deposit(a, won)
}

// deposit brings won into the linked account. What would lift it above [Most] is put aside at once.
func (b *Block) deposit(a *account, won int64) {
	aside := min(max(int64(a.bank)+won-Most, 0), won)
	b.Flows[ToSavings] += aside
	a.bank += int32(won - aside)
}

// hit reports whether the 16 bits of x from position at fall below cut, which [cut16] makes from a probability.
func hit(x uint64, at uint, cut uint32) bool { return uint32(uint16(x>>at)) < cut }

// cut16 returns p in 65,536ths, rounded up: none of them below 0, all above 1.
func cut16(p float64) uint32 { return uint32(math.Ceil(max(min(p, 1), 0) * 65536)) }

// chance is hit for a probability that is not known beforehand.
func chance(x uint64, at uint, p float64) bool { return float64(uint16(x>>at)) < p*65536 }

// topup moves won from the linked account of i to its wallet, if it is there.
func (b *Block) topup(a *account, i int, won int32, kind record.EventKind) bool {
	if a.bank < won {
		return false
	}
	a.bank -= won
	a.balance += won
	b.toppedUp(a, i, won, kind)
	return true
}

func (b *Block) toppedUp(a *account, i int, won int32, kind record.EventKind) {
	l := b.line(i)
	l.counts += 1 << countTopups
	add(&l.toppedUp, won)
	b.note(kind, a, i, outside, won)
}

// The draws of one person and day, and of one month, are numbered date·256 + step: by the calendar, so that
// luck belongs to the day whatever window it is seen in.
const (
	stepIntent   = 0    // to 63
	stepStart    = 0x40 // to 0x4F, of the window's first day
	stepItem     = 0x80 // to 0xBF
	stepBundle   = 0xC0
	stepMonth    = 0xD0
	stepDelay    = 0xD1 // of the day on which a salary is due
	stepTransfer = 0xD4 // of four days together
	stepAttempt  = 0xE0 // to 0xEF
	stepTheft    = 0xF0
	stepKnows    = 0xF1
	stepMoveOut  = 0xF2
	stepLearn    = 0xF3
	stepLockout  = 0xF4
	stepOutage   = 0xF5
)

// key returns the number of a draw of today.
func (b *Block) key(step uint64) uint64 { return b.w.keyOn(b.t, step) }

// keyOn returns the number of a draw of day t of the window, which may lie before it.
func (w *World) keyOn(t int16, step uint64) uint64 { return uint64(w.Start+record.Day(t))<<8 | step }
