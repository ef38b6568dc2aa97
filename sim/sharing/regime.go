// Package sharing says what crosses the border. A regime decides, person by person and night by night,
// which records are sent; a view is what a processor then holds when a score is asked for; exposure is
// counted by the same rule that fills the views, over the window and over the whole period.
//
// The package changes nothing in the world and scores nothing.
package sharing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// A Config is the calendar of the score flow and the regimes compared.
type Config struct {
	Regimes   []string
	DailyFrom record.Day // first daily send
	DailyTo   record.Day // last daily send, included
	BulkDays  []record.Day
	KeepDays  int // for how many days after the last daily send its records are held
}

// A Group says whose records a regime sends.
type Group uint8

// The groups.
const (
	Everyone  Group = iota // all live accounts
	InScope                // those registered at the platform, from their first night on
	Sample                 // those in scope, and a fixed share of all others
	OnRequest              // those in scope, last night's record on the day the platform asks
	OptIn                  // those who give an optional consent, in scope or not
	Nobody
)

// A Regime is a rule of sharing.
type Regime struct {
	Name  string
	Group Group
	Share float64 // of the others, under Sample
	Keyed bool    // identifiers are hashed with a key that the receiver does not have; nothing else changes
	cfg   *Config
	seed  uint64
}

// regimes are the names of the regimes without an argument.
var regimes = map[string]Group{"everyone": Everyone, "in-scope": InScope, "pseudonymous": InScope,
	"on-request": OnRequest, "opt-in": OptIn, "none": Nobody}

// Regimes returns the regimes that c names, in its order. A sample is written sample-25: in scope and 25 %
// of the others, who are nested: sample-10 is part of sample-25.
func (c *Config) resolve(seed uint64) ([]Regime, error) {
	var list []Regime
	for _, name := range c.Regimes {
		r := Regime{Name: name, Keyed: name == "pseudonymous", cfg: c, seed: seed}
		group, ok := regimes[name]
		if percent, found := strings.CutPrefix(name, "sample-"); !ok && found {
			p, err := strconv.ParseFloat(percent, 64)
			if err != nil || !(p >= 0 && p <= 100) {
				return nil, fmt.Errorf("sharing.regimes: %q: the share of a sample is a percentage from 0 to 100, such as sample-25", name)
			}
			group, ok, r.Share = Sample, true, p/100
		}
		if !ok {
			return nil, fmt.Errorf("sharing.regimes: %q is not a regime; valid are everyone, in-scope, pseudonymous, on-request, opt-in, none and sample-P", name)
		}
		if slices.ContainsFunc(list, func(x Regime) bool { return x.Name == name }) {
			return nil, fmt.Errorf("sharing.regimes: %q is named twice", name)
		}
		r.Group = group
		list = append(list, r)
	}
	return list, nil
}

// check refuses dates that contradict each other: no day may be counted twice.
func (c *Config) check() error {
	if c.DailyTo < c.DailyFrom {
		return fmt.Errorf("sharing: daily_to %v is before daily_from %v; bring them in order", c.DailyTo, c.DailyFrom)
	}
	for i, d := range c.BulkDays {
		if i > 0 && d <= c.BulkDays[i-1] {
			return fmt.Errorf("sharing: bulk_days must be in order of time: %v comes after %v", d, c.BulkDays[i-1])
		}
		if d >= c.DailyFrom {
			return fmt.Errorf("sharing: bulk_days: %v must be before daily_from %v", d, c.DailyFrom)
		}
	}
	if first, _ := c.period(); c.DailyTo-first > longest {
		return fmt.Errorf("sharing: sends from %v to %v are too far apart to be counted by day; bring the dates within 200 years", first, c.DailyTo)
	}
	return nil
}

const longest = 73_050 // days

// period returns the first day of any send, and the first day after the last.
func (c *Config) period() (first, end record.Day) {
	first = c.DailyFrom
	if len(c.BulkDays) > 0 {
		first = min(first, c.BulkDays[0])
	}
	return first, c.DailyTo + 1
}

// Daily reports whether d is a day of the daily sends.
func (c *Config) Daily(d record.Day) bool { return c.DailyFrom <= d && d <= c.DailyTo }

// Flowing reports whether records are sent on the night after day d at all.
func (c *Config) Flowing(d record.Day) bool { return c.Daily(d) || slices.Contains(c.BulkDays, d) }

// Sent reports whether the record of q as it stands at the end of day d is sent under r without being
// asked for.
func (r *Regime) Sent(q *people.Person, d record.Day) bool {
	return r.cfg.Flowing(d) && q.Live(d) && r.member(q, d)
}

func (r *Regime) member(q *people.Person, d record.Day) bool {
	switch r.Group {
	case Everyone:
		return true
	case InScope:
		return q.Scope <= d
	case Sample:
		return q.Scope <= d || r.sampled(q.ID)
	case OptIn:
		return q.OptionalConsent
	}
	return false
}

// Answered reports whether the record of q as it stands at the end of day d is sent under r when the
// platform asks on the day after. The record of the night before somebody's registration is of a person
// out of scope and is not sent, so that on-request sends nothing that in-scope would not.
func (r *Regime) Answered(q *people.Person, d record.Day) bool {
	return r.Group == OnRequest && r.cfg.Daily(d) && q.InScope(d) && q.InScope(d+1)
}

// takes says whether r sends the record of q on days on which q is in scope, and on days out of it.
func (r *Regime) takes(q *people.Person) (in, out bool) {
	switch r.Group {
	case Everyone:
		return true, true
	case InScope:
		return true, false
	case Sample:
		return true, r.sampled(q.ID)
	case OptIn:
		return q.OptionalConsent, q.OptionalConsent
	}
	return false, false
}

// sampled says whether somebody out of scope belongs to the sample, once and for all.
func (r *Regime) sampled(u record.Person) bool {
	return rng.Open(r.seed, rng.PurposeSharing, uint64(u)).Uniform(0) < r.Share
}
