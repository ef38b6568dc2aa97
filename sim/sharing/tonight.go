package sharing

import (
	"overshare/sim/people"
	"overshare/sim/record"
)

// records is how many records of a person a processor can hold: the newest and its history.
const records = 1 + len(record.Lags)

// A tonight is what the rule says of every holding and circle on one night, whoever the person is. Calendars,
// cadences and limits of age are looked up once a night; of a person only registration and membership remain.
type tonight struct {
	night     record.Day
	dates     [][records]record.Day // of which holdings may have records; they share them
	standings []standing            // by holding
	rings     []ring                // by circle

	live, scoped []record.Mask // by place in dates: those on which the person at hand is live, and is in scope or left
}

// A standing is what may be held under one holding.
type standing struct {
	dates  int         // place in tonight.dates
	nights record.Mask // those of dates that were sent by the calendar and are still kept
}

// A ring says of which sets of people last night's record is held under a circle: bit k for set k. Own are those
// whose records the wallet itself reads, in scope alone.
type ring struct{ sent, own uint64 }

// tonight finds what the rule says on the day after night; asked says that the platform asks on that day.
func (b *Border) tonight(night record.Day, asked bool) *tonight {
	t := &tonight{night: night}
	for k := range b.holdings {
		dates, nights := b.standing(&b.holdings[k], night, asked)
		t.standings = append(t.standings, standing{place(&t.dates, dates), nights})
	}
	t.live, t.scoped = make([]record.Mask, len(t.dates)), make([]record.Mask, len(t.dates))
	for _, c := range b.circles {
		var r ring
		for _, k := range c.holdings {
			switch h := &b.holdings[k]; {
			case h.wallet && b.Daily(night):
				r.own |= 1 << h.who
			case !h.wallet && b.on(h.when, night):
				r.sent |= 1 << h.who
			}
		}
		t.rings = append(t.rings, r)
	}
	return t
}

// standing returns the nights of which h may have records on the day after night, and which of them were sent by
// then and are still kept.
func (b *Border) standing(h *holding, night record.Day, asked bool) (dates [records]record.Day, nights record.Mask) {
	dates[0] = night
	for k, lag := range record.Lags {
		dates[k+1] = night - lag
	}
	switch {
	case h.wallet:
		if b.Daily(night) {
			nights = record.MaskAll
		}
		return dates, nights
	case h.when.Request:
		if asked && b.Daily(night) {
			nights = 1<<max(h.weeks, 1) - 1
		}
		return dates, nights
	}
	s, ok := b.newest(h.when, night)
	age := night - s
	if !ok || !b.on(h.when, s) || !b.keeps(h, s, age) {
		return dates, 0
	}
	dates[0], nights = s, 1
	for k, lag := range b.clocks[h.clock].lags {
		dates[k+1] = s - lag
		if lag != 0 && h.remembers(age+lag) && b.on(h.when, s-lag) {
			nights |= 2 << k
		}
	}
	return dates, nights
}

// held writes which records of q the processor has under every holding on the day after the night: those sent
// by then that it still keeps. It says for one person and all holdings what [Border.sent] and
// [Border.answered] say for one record.
func (t *tonight) held(b *Border, q *people.Person, m member, to []record.Mask) {
	live, scoped := t.live, t.scoped
	clear(live)
	clear(scoped)
	for n := range t.dates {
		for k, d := range t.dates[n] {
			if q.Live(d) {
				live[n] |= 1 << k
			}
			if q.Scope <= d {
				scoped[n] |= 1 << k
			}
		}
	}
	for k := range t.standings {
		s, h := &t.standings[k], &b.holdings[k]
		in, out := m.of(h.who)
		there := s.nights & live[s.dates]
		mask := record.Mask(0)
		switch scope := scoped[s.dates]; {
		case h.wallet || h.when.Request:
			if in && there&scope&1 != 0 && (h.wallet || q.Live(t.night+1)) {
				mask = there
			}
		case in && out:
			mask = there
		case out:
			mask = there &^ scope
		case in:
			mask = there & scope
			if late := there &^ scope; late != 0 && h.backfill > 0 {
				mask |= b.backfills(h, q, t, &t.dates[s.dates], late)
			}
		}
		to[k] = mask
	}
}

// backfills returns which of the records of before a registration have come by the night, with the first after it.
func (b *Border) backfills(h *holding, q *people.Person, t *tonight, dates *[records]record.Day, late record.Mask) (mask record.Mask) {
	first, ok := b.next(h.when, q.Scope)
	if !ok || first > t.night || !q.Live(first) {
		return 0
	}
	for k, d := range dates {
		if d >= q.Scope-h.backfill {
			mask |= late & (1 << k)
		}
	}
	return mask
}

// on says to which sets of people the record of q of a night belongs, to be sent and to be read by the wallet.
func (m member) on(q *people.Person, night record.Day) ring {
	switch {
	case !q.Live(night):
		return ring{}
	case q.Scope <= night:
		return ring{m.in, m.in}
	}
	return ring{sent: m.out}
}

// has reports whether a record of the sets x is held under r.
func (r ring) has(x ring) bool { return r.sent&x.sent|r.own&x.own != 0 }

// An almanac keeps the nights that have been looked up.
type almanac struct {
	asked, unasked []*tonight // by night from first on
	first          record.Day
}

// of returns the night, which is looked up when it is needed first.
func (a *almanac) of(b *Border, night record.Day, asked bool) *tonight {
	list := &a.unasked
	if asked {
		list = &a.asked
	}
	if a.first == 0 {
		a.first = night
	}
	if night < a.first { // never far: nights come as they are lived through, block by block
		more := make([]*tonight, a.first-night)
		a.asked, a.unasked, a.first = append(more, a.asked...), append(make([]*tonight, len(more)), a.unasked...), night
	}
	k := int(night - a.first)
	for len(*list) <= k {
		*list = append(*list, nil)
	}
	if (*list)[k] == nil {
		(*list)[k] = b.tonight(night, asked)
	}
	return (*list)[k]
}
