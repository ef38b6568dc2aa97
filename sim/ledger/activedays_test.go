package ledger

import (
	"math"
	"testing"
	"time"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// This file is the slow, obvious twin of opens.go: day by day and person by person, from the definition of a
// habit alone. It reads no habit, no packed week and no table of days that the fast code made.

// OpensPlainly reports whether the wallet of p is opened on day d.
func (w *World) OpensPlainly(p *people.Person, d record.Day) bool {
	if d < p.Join || d >= p.Leave {
		return false
	}
	_, calendar := rng.OpenPair(w.Seed, rng.PurposeLedger, uint64(p.ID))
	weekday := (int(d.Time().Weekday()) + 6) % 7 // Monday 0
	week := (int(d) - weekday + 3) / 7
	k := w.plainLevel(w.plainActivity(p, week))
	activity := plainMiddle(k)
	c := &w.Wallet
	if w.weekIsActive(calendar, week, odds(c.WeekActive, activity)) {
		cut := math.Floor(min(odds(c.DayActive, activity)*w.plainWeekday(d)*256+math.Mod(float64(k)*0.6180339887498949, 1), 250))
		if draw := calendar.At(1<<16+uint64(week)) >> (9 * weekday) & 0xff; float64(draw) < cut {
			return true
		}
	}
	for _, later := range []int{0, 1} { // a salary due early next month may have been paid at the end of this
		eve := (d - 1).Time()
		due := record.DayOf(eve.Year(), eve.Month()+time.Month(later), int(p.Payday))
		if people.LastBankingDay(due) != d-1 {
			continue
		}
		month := uint64(due.Time().Year()*12 + int(due.Time().Month()))
		draw := calendar.At(1<<17+month/4) >> (16 * (month % 4)) & 0xffff
		return float64(draw) < math.Floor(min(odds(c.DayActive, activity)*(c.PaydayBoost-1), 1)*65535)
	}
	return false
}

// weekIsActive goes back week by week to the last one that was drawn for itself.
func (w *World) weekIsActive(calendar rng.Stream, week int, p float64) bool {
	keep := math.Floor(w.Wallet.WeekStay * 65536)
	for {
		draw := float64(calendar.At(uint64(week/4)) >> (16 * (week % 4)) & 0xffff)
		if draw >= keep {
			return draw < keep+math.Round(p*(65536-keep))
		}
		week--
	}
}

// plainActivity is the activity of p in the middle of the four weeks, counted from January 1970, of a week.
func (w *World) plainActivity(p *people.Person, week int) float64 {
	monday := record.Day(week/4*28) - 3
	return w.Pop.ActivityAt(p, monday+14)
}

// plainLevel returns which of 64 steps in each doubling an activity is on, from 2^-12 on.
func (w *World) plainLevel(activity float64) int {
	fraction, exponent := math.Frexp(activity) // in [0.5, 1)
	k := (exponent-1+12)*64 + int(math.Floor((2*fraction-1)*64))
	return min(max(k, 0), 20*64-1)
}

func plainMiddle(k int) float64 {
	return math.Pow(2, float64(k/64-12)) * (1 + (float64(k%64)+0.5)/64)
}

func (w *World) plainWeekday(d record.Day) float64 {
	sum := 0.0
	for _, x := range w.Wallet.Weekday {
		sum += x
	}
	return w.Wallet.Weekday[int(d.Time().Weekday())] / (sum / 7)
}

// odds is a probability whose odds are those of p, times activity.
func odds(p, activity float64) float64 {
	o := p / (1 - p) * activity
	return min(o/(1+o), 0.98)
}

// Check compares the activeDays with the plain twin for everybody in block n, half of them with lives that begin
// and end anywhere in the window, some on the same day, and returns how many days were compared and opened.
func (b *Block) CheckOpens(t testing.TB, w *World, n int) (days, opened int) {
	b.prepare(w, n, nil)
	end := w.Start + record.Day(w.Days)
	for i := range b.All {
		p := &b.All[i]
		if i%2 == 0 {
			s := rng.Open(1, rng.PurposeLedger, uint64(i)) // any draws will do
			p.Join = w.Start - 3 + record.Day(rng.Below(s.At(0), uint64(w.Days+6)))
			p.Leave = p.Join + record.Day(rng.Below(s.At(1), 40))
			if i%4 == 0 {
				p.Leave = p.Join + record.Day(rng.Below(s.At(1), 8))
			}
		}
		in := func(d record.Day) int16 { return int16(min(max(d, w.Start), end) - w.Start) }
		b.stay[i] = span{in(p.Join), in(p.Leave)}
		_, calendar := rng.OpenPair(w.Seed, rng.PurposeLedger, uint64(p.ID))
		b.opens(i, p, calendar)
	}
	b.turn()
	for t16 := range int16(w.Days) {
		b.t = t16
		for i := range b.All {
			got, want := b.opening(i>>6)>>(i&63)&1 == 1, w.OpensPlainly(&b.All[i], b.date(t16))
			if got != want {
				t.Fatalf("person %d, from %v to %v, opens the wallet on %v: %v, plainly %v", b.All[i].ID, b.All[i].Join, b.All[i].Leave, b.date(t16), got, want)
			}
			days++
			if got {
				opened++
			}
		}
	}
	return days, opened
}
