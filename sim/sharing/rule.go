package sharing

import (
	"slices"

	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
	"overshare/sim/sharing/regime"
)

const proxyDays = ledger.ProxyDays

// A member says of one person to which sets of people of a border they belong: bit k for set k, while they
// are in scope and while they are not.
type member struct{ in, out uint64 }

// A register has the sets of people of a border by what has to be known of somebody.
type register struct {
	certain [2]member // their consent alone: without an optional one and with it
	samples []int     // their luck alone
	others  []int     // their traits
}

// register looks the sets of people over.
func (b *Border) register() (r register) {
	for k, w := range b.whos {
		sample, traits := 0 < w.In && w.In < 1 || 0 < w.Others && w.Others < 1, w.Age|w.Sex|w.Region != 0
		switch {
		case traits || sample && w.Willing != regime.Anybody:
			r.others = append(r.others, k)
		case sample:
			r.samples = append(r.samples, k)
		default:
			for yes := range r.certain {
				r.certain[yes].join(&w, k, &people.Person{OptionalConsent: yes == 1}, 0)
			}
		}
	}
	return r
}

// join notes whether q belongs to set k.
func (m *member) join(w *regime.Who, k int, q *people.Person, luck float64) {
	in, out := w.Has(q, luck)
	if in {
		m.in |= 1 << k
	}
	if out {
		m.out |= 1 << k
	}
}

// member looks a person up. A sample is one draw for all regimes, so that smaller ones are part of larger.
func (b *Border) member(q *people.Person) (m member) {
	r := &b.known
	if m = r.certain[0]; q.OptionalConsent {
		m = r.certain[1]
	}
	if len(r.samples)+len(r.others) == 0 {
		return m
	}
	luck := rng.Open(b.seed, rng.PurposeSharing, uint64(q.ID)).Uniform(0)
	for _, k := range r.samples {
		if luck < b.whos[k].In {
			m.in |= 1 << k
		}
		if luck < b.whos[k].Others {
			m.out |= 1 << k
		}
	}
	for _, k := range r.others {
		m.join(&b.whos[k], k, q, luck)
	}
	return m
}

// A roster holds the membership of the people of one block, each looked up once.
type roster struct {
	block record.Person
	known [ledger.BlockSize]bool
	begun bool
	of    [ledger.BlockSize]member
}

// at returns the membership of the person at position i of b.
func (r *roster) at(edge *Border, b *ledger.Block, i int) member {
	if !r.begun || r.block != b.First {
		r.begun, r.block, r.known = true, b.First, [ledger.BlockSize]bool{}
	}
	if !r.known[i] {
		r.known[i], r.of[i] = true, edge.member(&b.All[i])
	}
	return r.of[i]
}

// of returns the membership of a set.
func (m member) of(who int) (in, out bool) { return m.in>>who&1 != 0, m.out>>who&1 != 0 }

// on reports whether d is a night on which w sends unasked.
func (c *Config) on(w regime.When, d record.Day) bool {
	return w.Every > 0 && c.Daily(d) && (w.Every == 1 || int(d-c.DailyFrom)%w.Every == 0) || w.Bulk && slices.Contains(c.BulkDays, d)
}

// next returns the first night from d on, on which w sends unasked; ok is false after the last.
func (c *Config) next(w regime.When, d record.Day) (night record.Day, ok bool) {
	if w.Bulk {
		for _, x := range c.BulkDays {
			if x >= d {
				return x, true
			}
		}
	}
	if w.Every == 0 {
		return 0, false
	}
	d = max(d, c.DailyFrom)
	if over := int(d-c.DailyFrom) % w.Every; over > 0 {
		d += record.Day(w.Every - over)
	}
	return d, d <= c.DailyTo
}

// newest returns the last night up to d on which w sent unasked; ok is false before the first.
func (c *Config) newest(w regime.When, d record.Day) (night record.Day, ok bool) {
	if last := min(d, c.DailyTo); w.Every > 0 && last >= c.DailyFrom {
		return last - record.Day(int(last-c.DailyFrom)%w.Every), true
	}
	if w.Bulk {
		for _, x := range c.BulkDays {
			if x <= d {
				night, ok = x, true
			}
		}
	}
	return night, ok
}

// sent is the rule: it reports whether the record of q of night d is sent without being asked for, and on
// which night: that night itself, or, for what lies before somebody's registration, that of the first record
// after it.
func (b *Border) sent(s *sending, q *people.Person, m member, d record.Day) (night record.Day, ok bool) {
	if !b.on(s.when, d) || !q.Live(d) {
		return 0, false
	}
	in, out := m.of(s.who)
	if q.Scope <= d {
		return d, in
	}
	if out || !in || d < q.Scope-s.backfill {
		return d, out
	}
	night, ok = b.next(s.when, q.Scope)
	return night, ok && q.Live(night)
}

// answered is the rule of requests: it reports whether the record of q of night d is the answer when the
// platform asks on the day after. The record of the night before somebody's registration is of a person out
// of scope and is not sent, so that a request sends nothing that in-scope would not.
func (b *Border) answered(s *sending, q *people.Person, m member, d record.Day) bool {
	in, _ := m.of(s.who)
	return s.when.Request && in && b.Daily(d) && q.InScope(d) && q.InScope(d+1)
}

// Sends reports whether regime r sends the record of q of night d without being asked for, at some time.
func (b *Border) Sends(r int, q *people.Person, d record.Day) bool {
	m := b.member(q)
	for _, p := range b.Regimes[r].Parts {
		if _, ok := b.sent(&b.sendings[p.sending], q, m, d); ok {
			return true
		}
	}
	return false
}

// ItemsSent returns the items of the record of q of night d that regime r sends at some time without being
// asked for, or, with asked, in answer to a request on the day after.
func (b *Border) ItemsSent(r int, q *people.Person, d record.Day, asked bool) (items record.ItemSet) {
	b.EachSent(r, q, d, asked, func(f *regime.Flow) { items |= f.Items })
	return items
}

// EachSent calls visit for every flow that sends items of the record of [Border.ItemsSent].
func (b *Border) EachSent(r int, q *people.Person, d record.Day, asked bool, visit func(f *regime.Flow)) {
	m := b.member(q)
	for _, p := range b.Regimes[r].Parts {
		s := &b.sendings[p.sending]
		_, ok := b.sent(s, q, m, d)
		if !asked && ok || asked && b.answered(s, q, m, d) {
			visit(p.Flow)
		}
	}
}

// keeps reports whether a record of night s is still held when it is age days older than last night's.
func (b *Border) keeps(h *holding, s, age record.Day) bool {
	_, more := b.next(h.when, s+1)
	return h.remembers(age) && (more || age <= record.Day(b.KeepDays))
}

// remembers reports whether the limit of h on the age of records allows one of age.
func (h *holding) remembers(age record.Day) bool { return h.retention == 0 || age < h.retention }

// outcome reports whether the processor learns under h what became of somebody in the seven days after the
// newest record it held on night: from the record of the seventh.
func (b *Border) outcome(h *holding, q *people.Person, m member, night record.Day) bool {
	if h.wallet {
		return true
	}
	s, ok := b.newest(h.when, night)
	if !ok || night-s > longestWait || !h.remembers(proxyDays) {
		return false
	}
	_, ok = b.sent(&h.sending, q, m, s+proxyDays)
	return ok
}

// longestWait is how old a record may be from which a probe starts: the ledger's log has to reach back to the
// days that its outcome is of.
const longestWait = 28

// NightOf returns the night that the newest record of a clock describes when last night was night.
func (b *Border) NightOf(clock int, night record.Day) record.Day { return night - b.age(clock, night) }

// Lag returns how many nights before the newest record of a clock its k-th record of history lies.
func (b *Border) Lag(clock, k int) record.Day {
	if b.clocks[clock].asks {
		return record.Lags[k]
	}
	return b.clocks[clock].lags[k]
}
