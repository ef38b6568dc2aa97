package ledger

import (
	"encoding/binary"
	"math"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// activeDays says for every day of the calendar weeks that the window touches who opens the wallet: bit i&7 of
// byte i>>3. The first World.skew days lie before the window.
type activeDays [][BlockSize / 8]uint8

// word returns the bits of the people at positions 64k to 64k+63 on day d of the book.
func (d *activeDays) word(day, k int) uint64 { return binary.LittleEndian.Uint64((*d)[day][8*k:]) }

// opening returns who of the people at positions 64k to 64k+63 opens the wallet today, frozen or not.
func (b *Block) opening(k int) uint64 { return b.days.word(int(b.t)+b.w.skew, k) }

// A habit is what decides on which days somebody opens the wallet: active and quiet weeks, and within active
// weeks days by weekday. Use of the wallet raises both: the odds of an active week, and those of an active
// day in it, are proportional to activity.
//
// Layout of days, and of the draw of a week that is compared with it:
//
//	bits  0-7   Monday       bit  8  0; takes the borrow of the subtraction
//	bits  9-16  Tuesday      bit 17  the same
//	bits 18-25  Wednesday    bit 26
//	bits 27-34  Thursday     bit 35
//	bits 36-43  Friday       bit 44
//	bits 45-52  Saturday     bit 53
//	bits 54-61  Sunday       bit 62
//	bit  63     0; of a draw not used
type habit struct {
	days   uint64 // seven cuts, the day's probability in 256ths: see below
	on     uint64 // a week whose level is below this is active
	payday uint16 // probability of one more day: that after payday
}

// Habits are kept for 64 levels of activity in each doubling from 2^-habitLow on; a level stands for its
// middle, at most 0.8 % away.
const (
	habitSteps = 6
	habitLow   = 12
	habitTop   = 8
	numHabits  = (habitLow + habitTop) << habitSteps
)

// habitOf returns the habit of somebody of the given activity.
func (w *World) habitOf(activity float32) *habit {
	k := int(math.Float32bits(activity)>>(23-habitSteps)) - (127-habitLow)<<habitSteps
	return &w.habits[min(max(k, 0), numHabits-1)]
}

// prepareHabits makes the habits. Cuts of days are whole 256ths; what is cut off is handed on from level to
// level in equal steps of the golden ratio, so that people on average get what is asked for.
func (w *World) prepareHabits() {
	const golden = 0.6180339887498949
	c := &w.Wallet
	w.keep = uint64(c.WeekStay * levels)
	for k := range w.habits {
		activity := (1 + float64((float64(k&(1<<habitSteps-1))+0.5)/(1<<habitSteps))) * math.Ldexp(1, k>>habitSteps-habitLow)
		q, day := share(c.WeekActive, activity), share(c.DayActive, activity)
		h := habit{
			on:     w.keep + uint64(math.Round(q*float64(levels-w.keep))),
			payday: uint16(min(day*(c.PaydayBoost-1), 1) * 65535),
		}
		_, phase := math.Modf(float64(float64(k) * golden))
		for d := range 7 {
			cut := uint64(min(float64(day*w.day[(d+1)%7]*256)+phase, 250))
			h.days |= cut << (9 * d)
		}
		w.habits[k] = h
	}
}

// share maps a rate at unit activity to a probability: odds proportional to activity.
func share(atOne, activity float64) float64 {
	x := float64(atOne / (1 - atOne) * activity)
	return min(x/(1+x), 0.98)
}

// Active weeks
//
// Every calendar week has a draw of [levels] values. With probability WeekStay, when it is below World.keep, the
// week is as the one before it; else the draw is its level. So the level of a week is the draw of the latest
// week up to it that was not as the one before: a function of the calendar, found by looking back a short
// way, and the same whichever window asks. Given that it was drawn, a level is even above keep; the week is
// active when it is below habit.on. That is the two-state chain with correlation WeekStay, and each week's
// probability is exactly that of the activity in its period.
//
// Activity is that in the middle of a period of four weeks: so a life is not cut differently by another window.
const (
	levels      = 1 << 16
	periodWeeks = 4
	mostPeriods = 64 // more than the longest window touches
)

// The draws of a person's calendar: of weeks four in one, by period; of the days of a week; of the days after
// paydays four in one, by month. No week or month before the year 2200 reaches the next one's.
//
//	drawWeeks + period    bits 16k to 16k+15  week k of the period, k from 0 to 3
//	drawDays + week       bits as in habit.days
//	drawPayday + month/4  bits 16k to 16k+15  the month with month%4 = k
const (
	drawOfWeeks  = 0
	drawOfDays   = 1 << 16
	drawOfPayday = 1 << 17
)

// weekOf returns the number of a calendar week, Monday to Sunday; week 0 has the first of January 1970.
func weekOf(d record.Day) int { return int(d+3) / 7 }

// monthOf counts months from the year 0 on.
func monthOf(d record.Day) int {
	t := d.Time()
	return t.Year()*12 + int(t.Month())
}

// midPeriod returns the day whose activity counts for a period.
func midPeriod(period int) record.Day { return record.Day((2*period+1)*7*periodWeeks/2 - 3) }

// levelOf returns the level of a week. The first week of all is drawn whatever its draw.
func (w *World) levelOf(calendar rng.Stream, week int) uint64 {
	for ; ; week-- {
		x := calendar.At(uint64(drawOfWeeks+week/periodWeeks)) >> (16 * (week % periodWeeks)) & (levels - 1)
		switch {
		case x >= w.keep:
			return x
		case week == 0:
			return w.keep + x*(levels-w.keep)/levels
		}
	}
}

// opens draws the weeks of person i: for each its days, Monday lowest.
func (b *Block) opens(i int, p *people.Person, calendar rng.Stream) {
	b.drawWeeks(p, calendar)
	early := b.w.firstWeek % periodWeeks
	drawDays(b.weeks, i, b.weekCuts[early:early+len(b.weeks)], calendar, uint64(drawOfDays+b.w.firstWeek))
	b.paydayOpens(i, p, calendar)
	if s := b.stay[i]; s.from > 0 || int(s.to) < b.w.Days {
		b.confine(i, s)
	}
}

// drawDays draws the days of person i in weeks whose cuts are given; draw is the number of the first week's draw.
//
// All weeks are drawn, quiet ones for nothing: whether a week is quiet cannot be foreseen, and a wrong guess
// costs a processor more than a draw. The seven days of a week are compared with their cuts at once: each
// field of nine bits gets a one in its highest bit, which the subtraction takes away where the draw is
// smaller than the cut, and the multiplication brings the seven results side by side.
//
//go:noinline
func drawDays(weeks [][BlockSize]uint8, i int, cuts []uint64, calendar rng.Stream, draw uint64) {
	const (
		high   = 1<<8 | 1<<17 | 1<<26 | 1<<35 | 1<<44 | 1<<53 | 1<<62 // of seven fields of nine bits
		gather = 1<<48 | 1<<40 | 1<<32 | 1<<24 | 1<<16 | 1<<8 | 1
	)
	i &= BlockSize - 1
	for k, cut := range cuts[:len(weeks)] {
		late := (calendar.At(draw+uint64(k)) | high) - cut
		weeks[k][i] = uint8(high &^ late * gather >> 56)
	}
}

// drawWeeks draws which weeks of p's periods are active, from the first of the period in which the window begins,
// and sets b.weekCuts: the cuts of the days of active weeks, 0 for those of quiet ones; and b.habits.
func (b *Block) drawWeeks(p *people.Person, calendar rng.Stream) {
	w := b.w
	first := w.firstWeek / periodWeeks
	middle := midPeriod(first)
	for at, year := range w.yearLevel {
		h := w.habitOf(p.Activity * float32(w.Pop.TenureLevel(p, middle)*year))
		b.habits[uint(at)%mostPeriods] = *h
		middle += 7 * periodWeeks
	}
	level := w.levelOf(calendar, first*periodWeeks)
	cutWeeks(b.weekCuts[:], b.habits[:len(w.yearLevel)], calendar, uint64(drawOfWeeks+first), w.keep, level)
}

// cutWeeks sets the cuts of the weeks of periods with the given habits; draw is the number of the first period's draw,
// level that of its first week.
//
//go:noinline
func cutWeeks(cuts []uint64, habits []habit, calendar rng.Stream, draw, keep, level uint64) {
	for at := range habits {
		days, on := habits[at].days, habits[at].on
		x, weeks := calendar.At(draw+uint64(at)), (*[periodWeeks]uint64)(cuts)
		level = levelAfter(x&(levels-1), keep, level)
		weeks[0] = cutsAt(days, on, level)
		level = levelAfter(x>>16&(levels-1), keep, level)
		weeks[1] = cutsAt(days, on, level)
		level = levelAfter(x>>32&(levels-1), keep, level)
		weeks[2] = cutsAt(days, on, level)
		level = levelAfter(x>>48, keep, level)
		weeks[3] = cutsAt(days, on, level)
		cuts = cuts[periodWeeks:]
	}
}

// levelAfter returns the level of a week from its draw and the level of the week before.
func levelAfter(draw, keep, level uint64) uint64 {
	if draw >= keep {
		level = draw
	}
	return level
}

// cutsAt returns the cuts of the days of a week of the given level.
func cutsAt(days, on, level uint64) uint64 {
	if level >= on {
		days = 0
	}
	return days
}

// paydayOpens adds the day after payday.
func (b *Block) paydayOpens(i int, p *people.Person, calendar rng.Stream) {
	after := &b.w.afterPayday[p.Payday]
	month := uint(after.month)
	var draws [mostDays/28/4 + 2]uint64 // all before the first is used: where the next four begin cannot be foreseen
	for k := range (month%4 + uint(len(after.days)) + 3) / 4 {
		draws[k] = calendar.At(drawOfPayday + uint64(month/4+k))
	}
	month %= 4
	for _, day := range after.days {
		x := draws[month/4] >> (month % 4 * 16) & 0xffff
		cut := uint64(b.habits[day.period%mostPeriods].payday)
		b.weeks[day.week][i] |= uint8((x - cut) >> 63 << (day.weekday & 7))
		month++
	}
}

// confine takes away the days on which i has no live account.
func (b *Block) confine(i int, s span) {
	for week := range b.weeks {
		first := 7*week - b.w.skew
		from, to := min(max(int(s.from)-first, 0), 7), min(max(int(s.to)-first, 0), 7)
		b.weeks[week][i] &= uint8((1<<to - 1) &^ (1<<from - 1))
	}
}

// turn makes the days from the weeks: by day, not by person.
func (b *Block) turn() {
	for week := range b.weeks {
		turnWeek((*[7][BlockSize / 8]uint8)(b.days[7*week:]), &b.weeks[week])
	}
}

// turnWeek does so for one week, eight people at a time.
func turnWeek(days *[7][BlockSize / 8]uint8, people *[BlockSize]uint8) {
	for g := range BlockSize / 8 {
		x := transpose(binary.LittleEndian.Uint64(people[8*g : 8*g+8]))
		days[0][g], days[1][g], days[2][g], days[3][g] = uint8(x), uint8(x>>8), uint8(x>>16), uint8(x>>24)
		days[4][g], days[5][g], days[6][g] = uint8(x>>32), uint8(x>>40), uint8(x>>48)
	}
}

// transpose turns a matrix of 8 by 8 bits: bit j of byte i becomes bit i of byte j.
// Source: Warren 2012, "Hacker's Delight", 2nd edition, section 7-3.
func transpose(x uint64) uint64 {
	t := (x ^ x>>7) & 0x00AA00AA00AA00AA
	x ^= t ^ t<<7
	t = (x ^ x>>14) & 0x0000CCCC0000CCCC
	x ^= t ^ t<<14
	t = (x ^ x>>28) & 0x00000000F0F0F0F0
	return x ^ t ^ t<<28
}
