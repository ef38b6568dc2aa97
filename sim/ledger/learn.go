package ledger

import (
	"overshare/sim/portable"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// A habitKind is what somebody has learnt from a bounce, until it is forgotten.
type habitKind uint8

const (
	habitNone habitKind = iota
	habitAuto           // has switched on automatic top-up
	habitKeep           // keeps a balance for purchases
	habitAway           // buys nothing at the platform
)

// learn draws what i learns from a bounce. Who has learnt something keeps that, and for longer.
func (b *Block) learn(a *account, i int) {
	c, t := &b.w.Bills, &b.contacts[i]
	x := a.stream.At(b.key(stepLearn))
	u, kind := float64(uint16(x))/65536, t.habit
	switch {
	case kind != habitNone:
	case u < c.LearnLeave:
		kind = habitAway
	case u < c.LearnLeave+c.LearnKeep:
		kind = habitKeep
	case u < c.LearnLeave+c.LearnKeep+c.LearnAuto && !a.auto:
		kind, a.auto = habitAuto, true
	}
	if kind != habitNone {
		t.habit, t.habitTo = kind, b.after(c.LearnDays, x)
	}
}

// after returns the first day on which an exponential time of the given mean, from today on, is over; x is
// its draw.
func (b *Block) after(mean float64, x uint64) int16 {
	return b.t + 1 + int16(min(-mean*portable.Log(rng.Unit(x)), 4000))
}

// fadeHabit lets i forget what it has learnt once its time is over. It is asked on payday. Automatic top-up is
// switched off a little later that day, by fade: scores asked for that day see the records of last night.
func (b *Block) fadeHabit(a *account, i int) {
	t := &b.contacts[i]
	if t.habit == habitNone || b.t < t.habitTo {
		return
	}
	if t.habit == habitAuto {
		b.fading = append(b.fading, int16(i))
	}
	t.habit = habitNone
}

// fade switches off the automatic top-up of those who have forgotten today why they had switched it on.
func (b *Block) fade() {
	for _, i := range b.fading {
		b.acc[i].auto = b.All[i].AutoTopup
	}
	b.fading = b.fading[:0]
}

// lockOut says when i, whose bill is lost, may buy again: the debt is then settled from elsewhere, or written
// off, and no wallet money moves.
func (b *Block) lockOut(a *account, i int) {
	b.contacts[i].freeOn = b.after(b.w.Bills.LockoutDays, a.stream.At(b.key(stepLockout)))
}

// mayBuy reports whether i buys at the platform today: not with a frozen account, nor while a bill is owed, nor
// after leaving.
func (b *Block) mayBuy(a *account, i int) bool {
	t := &b.contacts[i]
	if a.frozenBy != 0 {
		return false
	}
	if a.blocked {
		if b.t < t.freeOn {
			return false
		}
		a.blocked = false
	}
	return t.habit != habitAway || b.t >= t.habitTo
}

// keep tops up the wallet of somebody who keeps a balance, from an account that covers it, when buying.
func (b *Block) keep(a *account, i int) {
	t := &b.contacts[i]
	want := int32(b.w.Bills.KeepWon) - a.balance
	if t.habit != habitKeep || b.t >= t.habitTo || want <= 0 {
		return
	}
	if want = min(ceil10k(want), b.w.cap-a.balance); want <= 0 || want > a.bank || b.cutOff(i) {
		return
	}
	b.active(a)
	b.startMinute(i, minuteKeep)
	b.topup(a, i, want, record.EventTopup)
}
