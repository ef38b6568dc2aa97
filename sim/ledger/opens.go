package ledger

import (
	"encoding/binary"
	"math"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// A daybook says for every day of the window who opens the wallet: bit i&7 of byte i>>3.
type daybook [][BlockSize / 8]uint8

// word returns the bits of the people at positions 64k to 64k+63.
func (d *daybook) word(t int16, k int) uint64 { return binary.LittleEndian.Uint64((*d)[t][8*k:]) }

// A habit is what decides on which days somebody opens the wallet: a chain of active and quiet weeks, and
// within active weeks days by weekday. Use of the wallet raises both: the odds of an active week, and those
// of an active day in it, are proportional to activity.
type habit struct {
	days        uint64 // seven cuts of eight bits, each in a field of nine, by day of the window modulo 7
	on          uint16 // probability of an active week, in 65,536ths
	stay, start uint16 // the same after an active and after a quiet one
	payday      uint16 // probability of one more day: that after payday
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
	for k := range w.habits {
		activity := (1 + float64((float64(k&(1<<habitSteps-1))+0.5)/(1<<habitSteps))) * math.Ldexp(1, k>>habitSteps-habitLow)
		q, day := share(c.WeekActive, activity), share(c.DayActive, activity)
		h := habit{
			on:     uint16(q * 65535),
			stay:   uint16((q + float64(c.WeekStay*(1-q))) * 65535),
			start:  uint16(q * (1 - c.WeekStay) * 65535),
			payday: uint16(min(day*(c.PaydayBoost-1), 1) * 65535),
		}
		_, phase := math.Modf(float64(float64(k) * golden))
		for d := range 7 {
			cut := uint64(min(float64(day*w.day[w.weekday[d]]*256)+phase, 250))
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

// opens draws the weeks of person i: for each its days, lowest bit first.
//
// All weeks are drawn, quiet ones for nothing: whether a week is quiet cannot be foreseen, and a wrong guess
// costs a processor more than a draw. The seven days of a week are compared with their cuts at once: each
// field of nine bits gets a one in its highest bit, which the subtraction takes away where the draw is
// smaller than the cut, and the multiplication brings the seven results side by side.
func (b *Block) opens(i int, p *people.Person, calendar rng.Stream) {
	const (
		high   = 1<<8 | 1<<17 | 1<<26 | 1<<35 | 1<<44 | 1<<53 | 1<<62 // of seven fields of nine bits
		low    = high - high>>8
		gather = 1<<56 | 1<<48 | 1<<40 | 1<<32 | 1<<24 | 1<<16 | 1<<8
	)
	w, weeks, i := b.w, b.weeks, i&(BlockSize-1)
	h := w.habitOf(float32(w.Pop.ActivityAt(p, w.Start+record.Day(w.Days/2))))
	start, stay := uint64(h.start), uint64(h.stay)
	x := calendar.At(0)
	on := (x&0xffff - uint64(h.on)) >> 63
	for week := range weeks {
		if week&3 == 0 {
			x = calendar.At(uint64(week) + 1)
		}
		on = (x&0xffff-start)>>63 | (x&0xffff-stay)>>63&on
		x >>= 16
		y := calendar.At(uint64(week) + 1000)
		open := ^(y&low | high - h.days) & high >> 8 * gather >> 56
		weeks[week][i] = uint8(open & -on & 0x7f)
	}
	b.paydayOpens(i, p, calendar, uint64(h.payday))
	if s := b.stay[i]; s.from > 0 || int(s.to) < w.Days {
		b.confine(i, s)
	}
}

// paydayOpens adds the day after payday.
func (b *Block) paydayOpens(i int, p *people.Person, calendar rng.Stream, cut uint64) {
	var x uint64
	for k, t := range b.w.afterPayday[p.Payday] {
		if k&3 == 0 {
			x = calendar.At(5000 + uint64(k))
		}
		b.weeks[t/7][i] |= uint8((x&0xffff - cut) >> 63 << (t % 7))
		x >>= 16
	}
}

// confine takes away the days on which i has no live account.
func (b *Block) confine(i int, s span) {
	for week := range b.weeks {
		from, to := min(max(int(s.from)-7*week, 0), 7), min(max(int(s.to)-7*week, 0), 7)
		b.weeks[week][i] &= uint8(1<<to - 1&^(1<<from-1))
	}
}

// turn makes the daybook from the weeks: by day, not by person.
func (b *Block) turn() {
	for week := range b.weeks {
		day := func(d int) *[BlockSize / 8]uint8 { return &b.days[min(7*week+d, len(b.days)-1)] }
		d0, d1, d2, d3, d4, d5, d6 := day(0), day(1), day(2), day(3), day(4), day(5), day(6)
		all := &b.weeks[week]
		for g := range BlockSize / 8 {
			x := transpose(binary.LittleEndian.Uint64(all[8*g : 8*g+8]))
			// Backwards, so that days beyond the window are overwritten by its last.
			d6[g], d5[g], d4[g], d3[g] = uint8(x>>48), uint8(x>>40), uint8(x>>32), uint8(x>>24)
			d2[g], d1[g], d0[g] = uint8(x>>16), uint8(x>>8), uint8(x)
		}
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
