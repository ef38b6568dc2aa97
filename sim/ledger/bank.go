package ledger

import (
	"math"

	"overshare/sim/people"
	"overshare/sim/record"
)

// paydays brings today's salaries. A list of people is kept for every day, linked through b.nextPaid.
func (b *Block) paydays() {
	for i := b.paid[b.t]; i != nobody; {
		next := b.nextPaid[i]
		if b.stay[i].to > b.t {
			a := &b.acc[i]
			b.spend(a, b.t-1)
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

// spend lets living costs leave from the linked account up to and including day to: the daily plan, and the
// fixed costs on their day. Spending outside the wallet stops at the floor; what the wallet takes may go
// below it. It is called before anything reads or touches the account: how often makes no difference, so
// the accounts of people who do nothing can wait.
func (b *Block) spend(a *account, to int16) {
	seen, fixedDay := int64(a.seen), int64(a.fixedDay)
	due := ^(((fixedDay - 1 - seen) | (int64(to) - fixedDay)) >> 63) // all ones when seen < fixedDay <= to
	plan := int64(a.daily)*(int64(to)-seen) + int64(a.fixed)&due
	out := max(min(plan, int64(a.bank)-int64(a.floor)), 0)
	a.bank -= int32(out)
	b.Flows[ToLiving] += out
	a.seen = to
}

// payday brings the salary and sets the month's plans: its weather, a shock now and then, at what point
// the person stops spending. It returns the day of the next salary.
func (b *Block) payday(a *account, i int, day int16) (next int16) {
	w, p := b.w, &b.All[i]
	x := a.luck.At(uint64(day+lead)<<8 | stepMonth)
	income := min(int64(p.Income), Most)
	if a.abuser {
		income = 0
	}
	b.source(a, FromSalary, income)
	a.daily = int32(min(int64(float32(p.DailyCost)*w.weather[x&0xfff]), Most))
	a.fixed = int32(min(p.FixedCost, Most))
	a.fixedDay = day + 1 + int16(x>>12&3)
	b.floor(a, p, x)
	if hit(x, 28, w.shockCut) {
		size := int64(min(float32(p.Income)*w.shock[x>>48&0xfff], Most))
		a.fixed += int32(size)
		a.floor = int32(max(int64(a.floor)-size, 0))
	}
	a.seen = day
	next = w.nextPay[p.Payday][int(day)+lead]
	y := a.luck.At(uint64(day+lead)<<8 | stepMonth + 1)
	if c := &w.Bank; hit(y, 0, w.delayCut) && c.DelayDays > 0 {
		next += 1 + int16(float64(y>>16&0xffff)/32768*c.DelayDays)
	}
	return next
}

// floor sets at what balance spending stops this month. Savers keep their buffer: what exceeds buffer
// and income is put aside, and savings refill part of a gap. Others stop at a residue that changes from
// month to month.
func (b *Block) floor(a *account, p *people.Person, x uint64) {
	if !a.saver {
		a.floor = int32(b.w.residue[x>>14&0xfff])
		if a.abuser {
			a.floor = 0
		}
		return
	}
	a.floor = int32(min(int64(p.Buffer), Most))
	want := int64(a.floor) + int64(p.Income)
	want = min(want, Most)
	if gap := want - int64(a.bank); gap > 0 {
		b.source(a, FromSavings, int64(float64(gap)*b.w.Bank.RefillShare))
	} else {
		a.bank += int32(gap)
		b.Flows[ToSavings] -= gap
	}
}

func (b *Block) source(a *account, f Flow, won int64) {
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

// cut16 returns p in 65,536ths, rounded up.
func cut16(p float64) uint32 { return uint32(math.Ceil(min(p, 1) * 65536)) }

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
	l.counts += 1 << laneTopups
	l.amounts += thousands(l.amounts, laneToppedUp, won)
	b.note(kind, a, i, outside, won)
}

// The draws of one person and day, and of one month, are numbered (day+lead)·256 + step.
const (
	stepIntent  = 0 // to 63
	stepBundle  = 0xC0
	stepMonth   = 0xD0
	stepAttempt = 0xE0 // to 0xEF
	stepTheft   = 0xF0
	stepKnows   = 0xF1
	stepMoveOut = 0xF2
)

// key returns the number of a draw of today.
func (b *Block) key(step uint64) uint64 { return uint64(b.t+lead)<<8 | step }
