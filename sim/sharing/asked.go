package sharing

import (
	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
)

// A door counts the requests that are answered while the world lives: only opening a bundle asks, and
// somebody who owes a bill is locked out and never asked for. The nights counted are those from start up to,
// not including, end, whose mornings are simulated.
type door struct {
	count      *Count
	start, end record.Day
	answers    [ledger.BlockSize]uint16 // by position, of the block at hand
	counter    *Counter
}

// Count lets c count into to what is asked for in the days of w that the block lives through; [Crossing.Add]
// adds the rest for every person, and [Crossing.Close] ends it.
func (c *Crossing) Count(to *Count, start record.Day, days int) {
	end := start + record.Day(days)
	c.door = &door{count: to, start: start, end: end - 1}
	c.door.counter = c.border.counter(to, start, end, c.door)
}

// ask notes what is answered.
func (x *door) ask(b *Border, q *people.Person, i int, m member, night record.Day) {
	if night < x.start || night >= x.end {
		return
	}
	any := false
	for k := range b.sendings {
		if s := &b.sendings[k]; b.answered(s, q, m, night) {
			x.count.Sends[k].In.add(night, night+1)
			any = true
		}
	}
	if any { // those that take the same person are answered alike
		x.answers[i]++
	}
}

// Add counts what each regime sends of the person at position i of b, who has lived through the window:
// requests in the window as they happened, everything else by the rule.
func (c *Crossing) Add(b *ledger.Block, i int) {
	c.door.counter.add(b.World().Pop, &b.All[i], c.roster.at(c.border, b, i), i)
	c.door.answers[i] = 0
}

// Close hands what has been counted to the count that [Crossing.Count] was given.
func (c *Crossing) Close() { c.door.counter.Close() }

// Derive returns c with the requests outside the window scaled to what the window shows: the share of the
// days with a purchase on which the platform asks and is answered. The result is whole numbers, marked by
// [Border.Derived]; nothing is changed where no request was counted at the door.
func (b *Border) Derive(c *Count) {
	for k := range b.sendings {
		if !b.sendings[k].when.Request || !c.Sends[k].Door {
			continue
		}
		s := &c.Sends[k]
		b.scale(c, k, ratio{s.Answered, s.Bought})
		s.Door, s.Derived = false, true
	}
}

// A ratio scales whole numbers.
type ratio struct{ of, in int64 }

// times returns n scaled, rounded to the nearest.
func (r ratio) times(n int64) int64 {
	if r.in == 0 {
		return n
	}
	return int64((float64(n)*float64(r.of))/float64(r.in) + 0.5)
}

// scale scales what sending k counts outside the window, in its series and in every set that has it.
func (b *Border) scale(c *Count, k int, r ratio) {
	s := &c.Sends[k]
	days := s.In.sums()
	done, exact := int64(0), int64(0)
	for i, n := range days {
		if d := s.In.First + record.Day(i); d >= s.From && d < s.To {
			continue
		}
		exact += n
		days[i] = r.times(exact) - done
		done += days[i]
	}
	s.In.set(days)
	single := b.single(k)
	outside := c.Sets[single].Whole.In.Records - c.Sets[single].Window.In.Records
	willing := c.Sets[single].Whole.In.Willing - c.Sets[single].Window.In.Willing
	less, fewer := outside-done, willing-r.times(willing)
	whole := ratio{c.Sets[single].Whole.In.Records - less, c.Sets[single].Whole.In.Records}
	for n, set := range b.sets {
		for _, x := range set {
			if x == k {
				c.Sets[n].lessen(less, fewer)
			}
		}
	}
	c.Sets[single].Score.spread(whole)
}

// single returns the set of sending k alone.
func (b *Border) single(k int) int {
	for n, set := range b.sets {
		if len(set) == 1 && set[0] == k {
			return n
		}
	}
	panic("sharing: internal error: a sending without a set")
}

// lessen takes records of people in scope away, so many of them of the willing.
func (s *SetCount) lessen(records, willing int64) {
	for _, e := range []*Exposure{&s.Whole, &s.Daily} {
		for _, t := range []*Tally{&e.In, &e.All} {
			t.Records -= records
			t.PersonDays -= records
			t.Willing -= willing
		}
	}
}

// spread scales how often people were sent and the records of every group.
func (a *Account) spread(r ratio) {
	times := make([]int64, len(a.Times))
	for n, people := range a.Times {
		if people > 0 {
			times[max(min(r.times(int64(n)), int64(len(times))-1), 1)] += people
		}
	}
	a.Times = times
	left, done := int64(0), int64(0)
	for k := range a.Groups {
		left += a.Groups[k].Records
		n := r.times(left) - done
		done += n
		a.Groups[k].Records = n
	}
}

// Derived reports whether some of the records that regime r sent in the whole period are scaled up from those
// counted in the window.
func (b *Border) Derived(c *Count, r int) bool {
	for _, k := range b.sets[b.Regimes[r].set] {
		if c.Sends[k].Derived {
			return true
		}
	}
	return false
}
